//! Making, describing, listing and deleting pools.

use serde_json::{Map, Value, json};

use super::pool_constraints::{POOL, POOL_NAME};
use super::pool_rules::check_pool;
use super::{POOL_ID, check_model, pool_of};
use crate::sandbox::constraints::{Bound, Constraint, Pattern};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::sms::Sender;
use crate::sandbox::state::{Mode, Pool};
use crate::sandbox::{json, messages};

const NAME: Constraint = ("PoolName", &[Bound::Required, Bound::Length(1, 128), Bound::Pattern(POOL_NAME)]);
const NEXT_TOKEN: Pattern = Pattern { text: r"[\S]+", matches: |text| !text.contains(char::is_whitespace) };

/// Members of a request that `DescribeUserPool` shows again under the same name.
const SHOWN: &[&str] = &[
    "Policies",
    "DeletionProtection",
    "LambdaConfig",
    "AutoVerifiedAttributes",
    "AliasAttributes",
    "UsernameAttributes",
    "SmsVerificationMessage",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "VerificationMessageTemplate",
    "SmsAuthenticationMessage",
    "UserAttributeUpdateSettings",
    "DeviceConfiguration",
    "EmailConfiguration",
    "UserPoolTags",
    "AdminCreateUserConfig",
    "UserPoolAddOns",
    "UsernameConfiguration",
    "AccountRecoverySetting",
    "UserPoolTier",
    "KeyConfiguration",
    "IssuerConfiguration",
    "DcrConfiguration",
    "AcrConfiguration",
];

/// `CreateUserPool`.
pub fn create_pool(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[NAME], POOL])?;
    let input = &request.input;
    let mode = json::text(input, &["MfaConfiguration"]).and_then(Mode::decode).unwrap_or_default();
    let sms = json::structure(input, &["SmsConfiguration"]);
    if mode != Mode::Off && sms.is_none() {
        return Err(Refusal::parameter(messages::CREATE_NEEDS_SMS));
    }
    let number = core.state.made + 1;
    let mut pool = Pool {
        id: format!("{}_Sandbox{number:03}", request.region),
        region: request.region.clone(),
        created_ms: request.now_ms,
        modified_ms: request.now_ms,
        settings: defaults(),
        mode,
        ..Pool::default()
    };
    pool.settings.insert("Name".to_owned(), input.get("PoolName").cloned().unwrap_or_default());
    take_members(&mut pool.settings, input, SHOWN);
    if let Some(schema) = json::at(input, &["Schema"]) {
        pool.settings.insert("SchemaAttributes".to_owned(), schema.clone());
    }
    if let Some(configuration) = sms
        && let Sender::Set(configuration) = core.check_sender((&pool.region, &pool.id), configuration, true)?
    {
        pool.settings.insert("SmsConfiguration".to_owned(), Value::Object(configuration));
        pool.sms_factor = mode != Mode::Off;
    }
    check_pool(&pool, &core.switches)?;
    core.state.next_number();
    let description = describe(core, &pool);
    core.state.pools.insert(pool.id.clone(), pool);
    Ok(json!({ "UserPool": description }))
}

/// `DescribeUserPool`.
pub fn describe_pool(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID]])?;
    let pool = pool_of(core, request)?;
    Ok(json!({ "UserPool": describe(core, pool) }))
}

/// `DeleteUserPool`.
pub fn delete_pool(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID]])?;
    let pool = pool_of(core, request)?;
    if pool.text(&["DeletionProtection"]) == Some("ACTIVE") {
        let message = "The user pool cannot be deleted while its deletion protection is active.";
        return Err(Refusal::unmeasured("InvalidParameterException", message));
    }
    let id = pool.id.clone();
    core.stale.remove(&id);
    core.state.pools.remove(&id);
    Ok(json!({}))
}

/// `ListUserPools`: those of the Region, page by page.
pub fn list_pools(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let constraints: &[Constraint] = &[
        ("NextToken", &[Bound::Length(1, 131_072), Bound::Pattern(NEXT_TOKEN)]),
        ("MaxResults", &[Bound::Required, Bound::Range(1, 60)]),
    ];
    check_model(request, &[constraints])?;
    let size = json::number(&request.input, &["MaxResults"]).and_then(|size| usize::try_from(size).ok()).unwrap_or(60);
    let after = json::text(&request.input, &["NextToken"]).unwrap_or_default();
    let mut rest = core.state.pools.values().filter(|pool| pool.region == request.region && pool.id.as_str() > after);
    let page: Vec<&Pool> = rest.by_ref().take(size).collect();
    let next = rest.next().and(page.last()).map(|pool| pool.id.clone());
    let mut answer = Map::new();
    answer.insert("UserPools".to_owned(), page.iter().map(|pool| summary(pool)).collect());
    if let Some(next) = next {
        answer.insert("NextToken".to_owned(), next.into());
    }
    Ok(Value::Object(answer))
}

/// Copies the named members that were sent.
pub fn take_members(settings: &mut Map<String, Value>, input: &Value, members: &[&str]) {
    for member in members {
        if let Some(value) = json::at(input, &[member]) {
            settings.insert((*member).to_owned(), json::without_nulls(value));
        }
    }
    if let Some(policies) = settings.get_mut("Policies").and_then(Value::as_object_mut) {
        policies.entry("PasswordPolicy").or_insert_with(password_policy);
        policies.entry("SignInPolicy").or_insert_with(sign_in_policy);
    }
}

fn describe(core: &Core, pool: &Pool) -> Value {
    let mut shown = pool.settings.clone();
    shown.insert("Id".to_owned(), pool.id.as_str().into());
    shown.insert("Arn".to_owned(), pool.arn().into());
    shown.insert("MfaConfiguration".to_owned(), pool.mode.name().into());
    shown.insert("CreationDate".to_owned(), json::seconds(pool.created_ms));
    shown.insert("LastModifiedDate".to_owned(), json::seconds(pool.modified_ms));
    shown.entry("EstimatedNumberOfUsers").or_insert_with(|| pool.users.len().into());
    if core.switches.is_on("sms_failure_shown")
        && let Some(failure) = shown.get("SmsConfiguration").and_then(|sms| core.sms_failure(&pool.region, sms))
    {
        shown.insert("SmsConfigurationFailure".to_owned(), failure.into());
    }
    Value::Object(shown)
}

fn summary(pool: &Pool) -> Value {
    let mut shown = Map::new();
    shown.insert("Id".to_owned(), pool.id.as_str().into());
    shown.insert("Name".to_owned(), pool.settings.get("Name").cloned().unwrap_or_default());
    shown.insert("LambdaConfig".to_owned(), pool.settings.get("LambdaConfig").cloned().unwrap_or_else(|| json!({})));
    shown.insert("LastModifiedDate".to_owned(), json::seconds(pool.modified_ms));
    shown.insert("CreationDate".to_owned(), json::seconds(pool.created_ms));
    Value::Object(shown)
}

/// What a pool has that nobody set.
fn defaults() -> Map<String, Value> {
    let pool = json!({
        "Policies": { "PasswordPolicy": password_policy(), "SignInPolicy": sign_in_policy() },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "UserPoolTags": {},
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7 },
        "UserPoolTier": "ESSENTIALS",
    });
    json::structure(&pool, &[]).unwrap_or_default()
}

fn password_policy() -> Value {
    json!({ "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
            "RequireSymbols": true, "TemporaryPasswordValidityDays": 7 })
}

fn sign_in_policy() -> Value {
    json!({ "AllowedFirstAuthFactors": ["PASSWORD"] })
}
