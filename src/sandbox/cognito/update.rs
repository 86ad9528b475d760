//! `UpdateUserPool`: what it resets, what it keeps (rows U), and how far it can move MFA (T02, T04, T06).

use serde_json::{Value, json};

use super::pool_constraints::{POOL, POOL_NAME};
use super::pool_rules::{check_pool, check_tier_change};
use super::pools::take_members;
use super::{POOL_ID, check_model, pool_of};
use crate::sandbox::constraints::{Bound, Constraint};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::sms::Sender;
use crate::sandbox::state::{Mode, Pool};
use crate::sandbox::switches::Switches;
use crate::sandbox::{json, messages};

const NAME: Constraint = ("PoolName", &[Bound::Length(1, 128), Bound::Pattern(POOL_NAME)]);

/// U01: reset when omitted.
const RESET: &[&str] = &[
    "LambdaConfig",
    "UserPoolAddOns",
    "AdminCreateUserConfig",
    "AutoVerifiedAttributes",
    "VerificationMessageTemplate",
    "SmsAuthenticationMessage",
    "DeviceConfiguration",
];

/// U02, and of U03 what its documentation or U04 says is kept.
const KEPT: &[&str] = &[
    "AccountRecoverySetting",
    "UserPoolTags",
    "EmailConfiguration",
    "DeletionProtection",
    "UserPoolTier",
    "KeyConfiguration",
    "IssuerConfiguration",
    "DcrConfiguration",
    "UserAttributeUpdateSettings",
];

/// U03: nobody has measured these.
const UNMEASURED: &[&str] =
    &["SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject", "AcrConfiguration"];

/// `UpdateUserPool`.
pub fn update_pool(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID, NAME], POOL])?;
    let before = pool_of(core, request)?.clone();
    let mut pool = before.clone();
    let input = &request.input;
    replace_members(&mut pool, input, &core.switches);
    if let Some(configuration) = json::structure(input, &["SmsConfiguration"]) {
        match core.check_sender((&pool.region, &pool.id), configuration, true)? {
            Sender::Set(configuration) => {
                pool.settings.insert("SmsConfiguration".to_owned(), Value::Object(configuration));
            }
            Sender::Clear => {
                pool.settings.remove("SmsConfiguration");
                pool.sms_factor = false;
            }
        }
    }
    if let Some(mode) = json::text(input, &["MfaConfiguration"]).and_then(Mode::decode) {
        switch_mode(&mut pool, mode, &core.switches)?;
    }
    check_tier_change(&before, &pool, core)?;
    check_pool(&pool, &core.switches)?;
    pool.modified_ms = request.now_ms;
    core.state.pools.insert(pool.id.clone(), pool);
    Ok(json!({}))
}

fn replace_members(pool: &mut Pool, input: &Value, switches: &Switches) {
    let reset = RESET.iter().chain(UNMEASURED.iter().filter(|_| switches.is_on("unmeasured_members_reset")));
    for member in reset {
        match default_of(member) {
            Some(default) => pool.settings.insert((*member).to_owned(), default),
            None => pool.settings.remove(*member),
        };
    }
    let developer = pool.text(&["EmailConfiguration", "EmailSendingAccount"]) == Some("DEVELOPER");
    if developer && switches.is_on("developer_email_resets") {
        pool.settings.insert("EmailConfiguration".to_owned(), json!({ "EmailSendingAccount": "COGNITO_DEFAULT" }));
    }
    for members in [RESET, KEPT, UNMEASURED] {
        take_members(&mut pool.settings, input, members);
    }
    if let Some(name) = json::at(input, &["PoolName"]) {
        pool.settings.insert("Name".to_owned(), name.clone());
    }
    for policy in ["PasswordPolicy", "SignInPolicy"] {
        let sent = json::structure(input, &["Policies", policy]).filter(|sent| !sent.is_empty());
        let policies = pool.settings.get_mut("Policies").and_then(Value::as_object_mut);
        if let (Some(sent), Some(policies)) = (sent, policies) {
            policies.insert(policy.to_owned(), Value::Object(sent));
        }
    }
}

fn default_of(member: &str) -> Option<Value> {
    match member {
        "LambdaConfig" => Some(json!({})),
        "AdminCreateUserConfig" => Some(json!({ "AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7 })),
        "VerificationMessageTemplate" => Some(json!({ "DefaultEmailOption": "CONFIRM_WITH_CODE" })),
        _ => None,
    }
}

/// T02: this call raises MFA only where a factor is on already. OFF drops the factors and leaves the SMS configuration.
fn switch_mode(pool: &mut Pool, mode: Mode, switches: &Switches) -> Result<(), Refusal> {
    match mode {
        Mode::On if !pool.has_factor() => return Err(Refusal::parameter(messages::CANNOT_TURN_ON)),
        Mode::Optional if !pool.has_factor() && !pool.has_sms() => {
            if switches.is_on("optional_by_update_needs_sms") {
                return Err(Refusal::parameter(messages::CREATE_NEEDS_SMS));
            }
        }
        Mode::Optional if !pool.has_factor() => pool.sms_factor = true,
        Mode::Off => (pool.sms_factor, pool.token, pool.email) = (false, None, None),
        Mode::On | Mode::Optional => {}
    }
    pool.mode = mode;
    Ok(())
}
