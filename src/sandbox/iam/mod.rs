//! IAM: roles, their policies, and the simulation of what they allow.

pub mod policies;
pub mod role_policies;
pub mod roles;
pub mod simulate;

use serde_json::{Map, Value, json};

use super::constraints::{Bound, Constraint, Pattern, check, is_word};
use super::core::{Core, CoreRequest};
use super::json;
use super::refusal::Refusal;
use super::state::Role;

const ROLE_NAME: Constraint = ("RoleName", &[Bound::Required, Bound::Length(1, 64), Bound::Pattern(NAME)]);
const POLICY_NAME: Constraint = ("PolicyName", &[Bound::Required, Bound::Length(1, 128), Bound::Pattern(NAME)]);
const PATH: Constraint = ("Path", &[Bound::Length(1, 512), Bound::Pattern(SLASHES)]);
const DOCUMENT: &[Bound] = &[Bound::Required, Bound::Length(1, 131_072)];
const ARN: &[Bound] = &[Bound::Required, Bound::Length(20, 2048)];

/// Names of roles and policies (I05).
const NAME: Pattern =
    Pattern { text: r"[\w+=,.@-]+", matches: |text| text.chars().all(|letter| is_word(letter) || "+=,.@-".contains(letter)) };

const SLASHES: Pattern = Pattern {
    text: r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
    matches: |text| {
        let inside = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        text == "/" || inside.is_some_and(|inside| !inside.is_empty() && inside.chars().all(|c| c.is_ascii_graphic()))
    },
};

/// Checks the model's constraints; IAM calls a broken one `ValidationError`.
fn check_model(request: &CoreRequest, constraints: &[Constraint]) -> Result<(), Refusal> {
    check(&request.input, "ValidationError", &[constraints])
}

/// The role the request names.
fn role_of<'c>(core: &'c mut Core, request: &CoreRequest) -> Result<&'c mut Role, Refusal> {
    let name = json::text(&request.input, &["RoleName"]).unwrap_or_default();
    let missing = || Refusal::no_such_entity(format!("The role with name {name} cannot be found."));
    core.state.roles.get_mut(name).ok_or_else(missing)
}

/// A member that is there because the constraints said so.
fn required<'r>(request: &'r CoreRequest, member: &str) -> &'r str {
    json::text(&request.input, &[member]).unwrap_or_default()
}

/// Policies travel URL-encoded, as RFC 3986 has it (I04).
fn encode_document(document: &str) -> Value {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(document, KEPT).to_string().into()
}

/// One page of a list: `MaxItems` (100 unless sent) after `Marker`, which is the last name of the page before.
fn page_of(request: &CoreRequest, member: &str, items: impl Iterator<Item = (String, Value)>) -> Value {
    let size = json::number(&request.input, &["MaxItems"]).and_then(|size| usize::try_from(size).ok());
    let after = json::text(&request.input, &["Marker"]).unwrap_or_default();
    let mut rest = items.filter(|(name, _)| name.as_str() > after);
    let page: Vec<(String, Value)> = rest.by_ref().take(size.unwrap_or(100).clamp(1, 1000)).collect();
    let marker = rest.next().and(page.last()).map(|(name, _)| name.clone());
    let mut answer = Map::new();
    answer.insert("IsTruncated".to_owned(), marker.is_some().into());
    answer.extend(marker.map(|marker| ("Marker".to_owned(), marker.into())));
    answer.insert(member.to_owned(), page.into_iter().map(|(_, item)| item).collect());
    Value::Object(answer)
}

fn tags_sent(request: &CoreRequest) -> impl Iterator<Item = (String, String)> {
    let tags = json::at(&request.input, &["Tags"]).and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(|tag| {
        let value = json::text(tag, &["Value"]).unwrap_or_default().to_owned();
        Some((json::text(tag, &["Key"])?.to_owned(), value))
    })
}

/// A unique id as IAM makes them: four letters of the kind and 17 more.
fn unique_id(kind: &str, number: u64) -> String {
    format!("{kind}SANDBOX{number:010}")
}

fn empty() -> Result<Value, Refusal> {
    Ok(json!({}))
}
