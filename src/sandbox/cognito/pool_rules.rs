//! What the members of one pool must satisfy together, whoever wrote them.

use crate::sandbox::core::Core;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::{Mode, Pool};
use crate::sandbox::switches::Switches;
use crate::sandbox::{json, messages};

use serde_json::Value;

/// Judges a pool as `CreateUserPool` or `UpdateUserPool` would leave it.
pub fn check_pool(pool: &Pool, switches: &Switches) -> Result<(), Refusal> {
    check_recovery(pool)?;
    check_tier(pool)?;
    check_sms_users(pool)?;
    check_update_verification(pool)?;
    check_email_sender(pool)?;
    check_required_mfa(pool)?;
    if pool.email.is_some() && switches.is_on("email_removal_before_sender") {
        super::mfa::check_email_means(pool, switches)?;
    }
    Ok(())
}

/// U05 and S11: what uses SMS needs an SMS configuration.
pub fn check_sms_users(pool: &Pool) -> Result<(), Refusal> {
    if pool.has_sms() {
        return Ok(());
    }
    if pool.texts(&["AutoVerifiedAttributes"]).contains(&"phone_number") {
        return Err(Refusal::parameter(messages::PHONE_NEEDS_SMS));
    }
    if pool.first_factors().contains(&"SMS_OTP") {
        return Err(Refusal::parameter(messages::SMS_OTP_NEEDS_SMS));
    }
    Ok(())
}

/// A06: a tier that lacks what the pool uses.
pub fn check_tier_change(before: &Pool, after: &Pool, core: &Core) -> Result<(), Refusal> {
    let uses_tier = before.email.is_some() || before.has_multi_factor_passkey();
    let lowered = before.tier() != "LITE" && after.tier() == "LITE";
    if lowered && uses_tier && core.switches.is_on("tier_downgrade_refused") {
        let message = "The tier cannot be lowered while email MFA or multi-factor passkeys are on.";
        return Err(Refusal::unmeasured("TierChangeNotAllowedException", message));
    }
    Ok(())
}

/// A01.
fn check_recovery(pool: &Pool) -> Result<(), Refusal> {
    let Some(mechanisms) = pool.setting(&["AccountRecoverySetting", "RecoveryMechanisms"]).and_then(Value::as_array) else {
        return Ok(());
    };
    let names: Vec<_> = mechanisms.iter().filter_map(|mechanism| json::text(mechanism, &["Name"])).collect();
    let priorities: Vec<_> = mechanisms.iter().filter_map(|mechanism| json::number(mechanism, &["Priority"])).collect();
    if has_twice(&names) || has_twice(&priorities) {
        return Err(Refusal::parameter(messages::RECOVERY_DUPLICATES));
    }
    if names.contains(&"admin_only") && names.len() > 1 {
        return Err(Refusal::parameter(messages::RECOVERY_ADMIN_NOT_ALONE));
    }
    Ok(())
}

fn has_twice<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().any(|(at, item)| items.iter().take(at).any(|earlier| earlier == item))
}

/// W08, W09 and A05.
fn check_tier(pool: &Pool) -> Result<(), Refusal> {
    let first_factors = pool.first_factors();
    if !first_factors.is_empty() && !first_factors.contains(&"PASSWORD") {
        return Err(Refusal::parameter(messages::PASSWORD_FACTOR_MISSING));
    }
    let unavailable =
        |features| Err(Refusal::new("FeatureUnavailableInTierException", messages::tier_features(pool.tier(), features)));
    let passwordless = |factor: &&str| matches!(*factor, "WEB_AUTHN" | "EMAIL_OTP" | "SMS_OTP");
    if pool.tier() == "LITE" && first_factors.iter().any(passwordless) {
        return unavailable("Passwordless Sign-In");
    }
    let threat_protection = pool.text(&["UserPoolAddOns", "AdvancedSecurityMode"]).is_some_and(|mode| mode != "OFF");
    if pool.tier() != "PLUS" && threat_protection {
        return unavailable("Threat Protection");
    }
    Ok(())
}

/// U04.
fn check_update_verification(pool: &Pool) -> Result<(), Refusal> {
    let automatic = pool.texts(&["AutoVerifiedAttributes"]);
    let before_update = pool.texts(&["UserAttributeUpdateSettings", "AttributesRequireVerificationBeforeUpdate"]);
    if before_update.iter().any(|attribute| !automatic.contains(attribute)) {
        return Err(Refusal::parameter(messages::UPDATE_VERIFICATION_NOT_AUTOMATIC));
    }
    Ok(())
}

/// E08, as far as it is about the pool alone.
fn check_email_sender(pool: &Pool) -> Result<(), Refusal> {
    let developer = pool.text(&["EmailConfiguration", "EmailSendingAccount"]) == Some("DEVELOPER");
    if developer && pool.setting(&["EmailConfiguration", "SourceArn"]).is_none() {
        return Err(Refusal::parameter(messages::SOURCE_ARN_MISSING));
    }
    Ok(())
}

/// T03, T04 and T06: first factors of a pool whose MFA is required.
fn check_required_mfa(pool: &Pool) -> Result<(), Refusal> {
    if pool.mode != Mode::On {
        return Ok(());
    }
    let first_factors = pool.first_factors();
    if first_factors.iter().any(|factor| matches!(*factor, "EMAIL_OTP" | "SMS_OTP")) {
        return Err(Refusal::parameter(messages::ONLY_PASSWORD_AND_PASSKEY));
    }
    if first_factors.contains(&"WEB_AUTHN") && !pool.has_multi_factor_passkey() {
        return Err(Refusal::parameter(messages::PASSKEY_NOT_FOR_MFA));
    }
    Ok(())
}
