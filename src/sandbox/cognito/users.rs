//! Users, as far as MFA needs them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{POOL_ID, check_model, pool_of};
use crate::sandbox::constraints::{Bound, Constraint, Pattern, is_visible};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::json;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::User;

/// `Username`.
pub const USERNAME: Constraint = (
    "Username",
    &[
        Bound::Required,
        Bound::Length(1, 128),
        Bound::Pattern(Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", matches: |text| text.chars().all(is_visible) }),
    ],
);

/// `AdminCreateUser`.
pub fn create_user(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID, USERNAME, ("MessageAction", &[Bound::OneOf(&["RESEND", "SUPPRESS"])])]])?;
    let pool = pool_of(core, request)?;
    let username = json::text(&request.input, &["Username"]).unwrap_or_default();
    if pool.users.contains_key(username) {
        return Err(Refusal::new("UsernameExistsException", "User account already exists"));
    }
    let id = pool.id.clone();
    let number = core.state.next_number();
    let mut attributes: BTreeMap<String, String> = BTreeMap::new();
    attributes.insert("sub".to_owned(), format!("00000000-0000-4000-8000-{number:012}"));
    for attribute in json::at(&request.input, &["UserAttributes"]).and_then(Value::as_array).into_iter().flatten() {
        if let Some(name) = json::text(attribute, &["Name"]) {
            attributes.insert(name.to_owned(), json::text(attribute, &["Value"]).unwrap_or_default().to_owned());
        }
    }
    let (created_ms, modified_ms) = (request.now_ms, request.now_ms);
    let user = User { username: username.to_owned(), attributes, created_ms, modified_ms, ..User::default() };
    let answer = json!({ "User": shown(&user, "Attributes") });
    if let Some(pool) = core.state.pools.get_mut(&id) {
        pool.users.insert(user.username.clone(), user);
    }
    Ok(answer)
}

/// `AdminGetUser` (P08).
pub fn read_user(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID, USERNAME]])?;
    let user = user_of(core, request)?;
    let mut answer = shown(user, "UserAttributes");
    if !user.factors.is_empty() {
        answer.insert("UserMFASettingList".to_owned(), json!(user.factors));
    }
    if let Some(preferred) = &user.preferred {
        answer.insert("PreferredMfaSetting".to_owned(), preferred.as_str().into());
    }
    Ok(Value::Object(answer))
}

/// `AdminDeleteUser`.
pub fn delete_user(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID, USERNAME]])?;
    let username = user_of(core, request)?.username.clone();
    let id = json::text(&request.input, &["UserPoolId"]).unwrap_or_default();
    if let Some(pool) = core.state.pools.get_mut(id) {
        pool.users.remove(&username);
    }
    Ok(json!({}))
}

/// `ListUsers`, with filters on the name or one attribute: `name = "x"` and `name ^= "x"`.
pub fn list_users(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let constraints: &[Constraint] = &[("Limit", &[Bound::Range(0, 60)]), ("Filter", &[Bound::Length(0, 256)])];
    check_model(request, &[&[POOL_ID], constraints])?;
    let pool = pool_of(core, request)?;
    let limit = json::number(&request.input, &["Limit"]).and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    let after = json::text(&request.input, &["PaginationToken"]).unwrap_or_default();
    let filter =
        json::text(&request.input, &["Filter"]).filter(|filter| !filter.trim().is_empty()).map(decode_filter).transpose()?;
    let chosen = |user: &&User| user.username.as_str() > after && filter.as_ref().is_none_or(|filter| filter.holds(user));
    let mut rest = pool.users.values().filter(chosen);
    let page: Vec<&User> = rest.by_ref().take(limit.unwrap_or(60)).collect();
    let next = rest.next().and(page.last()).map(|user| user.username.clone());
    let wanted = json::texts(&request.input, &["AttributesToGet"]);
    let mut answer = Map::new();
    let users = page.iter().map(|user| {
        let mut user = (*user).clone();
        if let Some(wanted) = &wanted {
            user.attributes.retain(|name, _| wanted.contains(&name.as_str()));
        }
        Value::Object(shown(&user, "Attributes"))
    });
    answer.insert("Users".to_owned(), users.collect());
    if let Some(next) = next {
        answer.insert("PaginationToken".to_owned(), next.into());
    }
    Ok(Value::Object(answer))
}

/// The user the request names.
pub fn user_of<'c>(core: &'c Core, request: &CoreRequest) -> Result<&'c User, Refusal> {
    let username = json::text(&request.input, &["Username"]).unwrap_or_default();
    let missing = || Refusal::new("UserNotFoundException", "User does not exist.");
    pool_of(core, request)?.users.get(username).ok_or_else(missing)
}

fn shown(user: &User, attributes: &str) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("Username".to_owned(), user.username.as_str().into());
    let list = user.attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value }));
    answer.insert(attributes.to_owned(), list.collect());
    answer.insert("UserCreateDate".to_owned(), json::seconds(user.created_ms));
    answer.insert("UserLastModifiedDate".to_owned(), json::seconds(user.modified_ms));
    answer.insert("Enabled".to_owned(), true.into());
    answer.insert("UserStatus".to_owned(), "FORCE_CHANGE_PASSWORD".into());
    answer
}

struct Filter {
    name: String,
    value: String,
    is_prefix: bool,
}

impl Filter {
    fn holds(&self, user: &User) -> bool {
        let value = match self.name.as_str() {
            "username" => Some(user.username.as_str()),
            name => user.attributes.get(name).map(String::as_str),
        };
        value.is_some_and(|value| if self.is_prefix { value.starts_with(&self.value) } else { value == self.value })
    }
}

fn decode_filter(text: &str) -> Result<Filter, Refusal> {
    let unreadable =
        || Refusal::unmeasured("InvalidParameterException", "A filter reads: attribute = \"value\" or attribute ^= \"value\".");
    let (left, right) = text.split_once('=').ok_or_else(unreadable)?;
    let value = right.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(unreadable)?;
    let name = left.trim_end_matches('^').trim().trim_matches('"');
    Ok(Filter { name: name.to_owned(), value: value.to_owned(), is_prefix: left.ends_with('^') })
}
