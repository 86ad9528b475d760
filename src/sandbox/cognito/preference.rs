//! `AdminSetUserMFAPreference`: rows P.

use serde_json::{Value, json};

use super::users::{USERNAME, user_of};
use super::{POOL_ID, check_model, pool_of};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Mode, Pool, User};
use crate::sandbox::switches::Switches;
use crate::sandbox::{json, messages};

/// The blocks of the request with the factor each is about, in the order `UserMFASettingList` has them.
const BLOCKS: &[(&str, &str)] = &[("SMSMfaSettings", SMS), ("EmailMfaSettings", EMAIL), ("SoftwareTokenMfaSettings", TOKEN)];

const SMS: &str = "SMS_MFA";
const EMAIL: &str = "EMAIL_OTP";
const TOKEN: &str = "SOFTWARE_TOKEN_MFA";

/// `AdminSetUserMFAPreference`.
pub fn set_preference(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID, USERNAME]])?;
    let pool = pool_of(core, request)?;
    let mut user = user_of(core, request)?.clone();
    let wanted = decode(&request.input)?;
    for block in &wanted {
        check_block(block, pool, &user, &core.switches)?;
    }
    for Block { factor, enabled, preferred } in wanted {
        user.factors.retain(|name| name != factor);
        if enabled {
            user.factors.push(factor.to_owned());
        }
        if preferred {
            user.preferred = Some(factor.to_owned());
        } else if user.preferred.as_deref() == Some(factor) {
            user.preferred = None;
        }
    }
    user.factors.sort_by_key(|factor| BLOCKS.iter().position(|(_, name)| name == factor));
    if let Some(passkey) = json::at(&request.input, &["WebAuthnMfaSettings"]) {
        user.passkey_factor = json::is_true(passkey, &["Enabled"]);
        check_passkey(pool, &user, &core.switches)?;
    }
    user.modified_ms = request.now_ms;
    let id = pool.id.clone();
    if let Some(pool) = core.state.pools.get_mut(&id) {
        pool.users.insert(user.username.clone(), user);
    }
    Ok(json!({}))
}

struct Block {
    factor: &'static str,
    enabled: bool,
    preferred: bool,
}

/// P01: one preferred factor at most, and only an enabled one.
fn decode(input: &Value) -> Result<Vec<Block>, Refusal> {
    let sent = BLOCKS.iter().filter_map(|(member, factor)| {
        let block = json::at(input, &[member])?;
        Some(Block { factor, enabled: json::is_true(block, &["Enabled"]), preferred: json::is_true(block, &["PreferredMfa"]) })
    });
    let blocks: Vec<Block> = sent.collect();
    let refused = |message| Err(Refusal::unmeasured("InvalidParameterException", message));
    if blocks.iter().filter(|block| block.preferred).count() > 1 {
        return refused("Only one MFA factor can be preferred.");
    }
    if blocks.iter().any(|block| block.preferred && !block.enabled) {
        return refused("A preferred MFA factor must be enabled.");
    }
    Ok(blocks)
}

fn check_block(block: &Block, pool: &Pool, user: &User, switches: &Switches) -> Result<(), Refusal> {
    let has_phone = user.attributes.contains_key("phone_number");
    if block.factor == SMS && !has_phone && switches.is_on("phone_number_for_sms_preference") {
        return Err(Refusal::parameter(messages::NO_PHONE_NUMBER));
    }
    if !block.enabled {
        let loses = user.factors.iter().any(|factor| factor == block.factor);
        if loses && pool.mode == Mode::On && switches.is_on("factor_kept_while_required") {
            let message = "An MFA factor of a user cannot be disabled while MFA is required.";
            return Err(Refusal::unmeasured("InvalidParameterException", message));
        }
        return Ok(());
    }
    let (usable, offered) = match block.factor {
        SMS => (has_phone, pool.has_sms()),
        TOKEN => (user.token_enrolled, pool.token == Some(true)),
        _ => (user.attributes.contains_key("email"), pool.email.is_some()),
    };
    if block.factor == EMAIL && pool.tier() == "LITE" && switches.is_on("preference_needs_tier") {
        return Err(without_tier());
    }
    let refused = match pool.mode {
        Mode::Off => !usable || switches.is_on("preference_refused_while_off"),
        Mode::On | Mode::Optional => !usable || !offered && switches.is_on("unoffered_preference_refused"),
    };
    if refused { Err(Refusal::parameter(messages::no_delivery(block.factor))) } else { Ok(()) }
}

/// P07: a passkey is a user's factor only on a multi-factor pool and beside another factor.
fn check_passkey(pool: &Pool, user: &User, switches: &Switches) -> Result<(), Refusal> {
    if !user.passkey_factor {
        return Ok(());
    }
    if pool.tier() == "LITE" && switches.is_on("preference_needs_tier") {
        return Err(without_tier());
    }
    if !pool.has_multi_factor_passkey() || user.factors.is_empty() {
        let message = "A passkey needs multi-factor passkeys on the pool and another MFA factor of the user.";
        return Err(Refusal::unmeasured("InvalidParameterException", message));
    }
    Ok(())
}

fn without_tier() -> Refusal {
    Refusal::unmeasured("InvalidParameterException", "The tier of the user pool lacks this MFA factor.")
}
