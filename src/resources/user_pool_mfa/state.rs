//! The state of a pool as Cognito answers it now, in the user's own spelling where both mean the same.

use super::arguments::{self, Arguments};
use crate::mfa::{Difference, Factor, FactorConfiguration, Mode, Settings, Sms, WebAuthn, assurance};
use crate::resources::pool::sms::{optional, unless_null};
use crate::resources::pool::{self, factor, region};
use crate::tf::{Diagnostic, Dynamic, Number, Value};

/// The attributes that mirror the pool's MFA object.
pub const MIRRORED: [&str; 7] = [
    "mfa_configuration",
    "software_token_mfa_configuration",
    "sms_configuration",
    "sms_authentication_message",
    "email_mfa_configuration",
    "web_authn_configuration",
    "factors",
];

/// What `basis` (a prior or planned state) becomes when the pool has `live`.
///
/// A basis without a mode is the first read after an import: everything the pool has is taken in. Otherwise a null that the
/// user never set stays null although AWS fills it in, and SMS that is null stays null whatever the pool still carries, because
/// it cannot be read back as a factor (rows M11, M16). While the mode is `OFF` no factor is in the state.
pub fn refreshed(basis: &Dynamic, live: &Settings) -> Result<Dynamic, Diagnostic> {
    let before = arguments::decode(basis)?;
    let imported = before.mode.is_null();
    let mut state = basis.members();
    let old = |name: &str| basis.member(name).cloned().unwrap_or_default();
    let mut put = |name: &str, value: Dynamic| {
        state.insert(name.to_owned(), value);
    };
    put("mfa_configuration", Dynamic::string(live.mode.as_str()));
    put("software_token_mfa_configuration", token(&before, live, old("software_token_mfa_configuration")));
    put("sms_configuration", sms(&before, live, imported, &old("sms_configuration")));
    put("sms_authentication_message", sms_message(&before, live, imported, old("sms_authentication_message")));
    put("factors", factor::refreshed(&old("factors"), live)?);
    put("email_mfa_configuration", email(&before, live, imported));
    put("web_authn_configuration", web_authn(&before, live, imported));
    if let Some(id) = before.user_pool_id.known() {
        put("id", Dynamic::string(id));
        if before.region.known().is_none() {
            put("region", optional(region::of_pool(id).map(str::to_owned)));
        }
    }
    if before.factor_management.known().is_none() {
        put("factor_management", Dynamic::string("exclusive"));
    }
    if before.deletion_policy.known().is_none() {
        put("deletion_policy", Dynamic::string("RETAIN"));
    }
    let factors = live.effective_factors();
    put("effective_factors", Dynamic::Sequence(factors.iter().map(|factor| Dynamic::string(factor.as_str())).collect()));
    put("assurance_level", Dynamic::Number(Number::from(i64::from(assurance::level(live)))));
    for name in ["change_summary", pool::seen::ATTRIBUTE] {
        if old(name).is_unknown() {
            put(name, Dynamic::Null);
        }
    }
    Ok(Dynamic::Mapping(state))
}

fn token(before: &Arguments, live: &Settings, old: Dynamic) -> Dynamic {
    if before.token != Value::Known(true) && (is_shared(before) || before.lists(Factor::SoftwareToken)) {
        return old;
    }
    let enabled = live.token_enabled.filter(|_| live.mode != Mode::Off);
    match (enabled, &before.token) {
        (Some(true), Value::Known(true)) | (None | Some(false), Value::Null | Value::Known(false)) => old,
        (None, _) => Dynamic::Null,
        (Some(enabled), _) => Dynamic::object([("enabled", Dynamic::Bool(enabled))]),
    }
}

/// The pool's SMS settings while they can be a factor.
fn active_sms(live: &Settings) -> Option<&Sms> {
    live.sms.as_ref().filter(|_| live.mode != Mode::Off)
}

fn sms(before: &Arguments, live: &Settings, imported: bool, old: &Dynamic) -> Dynamic {
    if before.sms.is_null() && !imported {
        return Dynamic::Null;
    }
    let Some(sender) = active_sms(live).and_then(|sms| sms.sender.as_ref()) else { return Dynamic::Null };
    pool::sms::refreshed(sender, before.sms.known(), imported, old)
}

fn sms_message(before: &Arguments, live: &Settings, imported: bool, old: Dynamic) -> Dynamic {
    // Without a sender the message is never sent, so the pool cannot say anything about it.
    if before.sms.is_null() && !imported {
        return old;
    }
    let message = active_sms(live).and_then(|sms| sms.message.clone());
    unless_null(imported, &before.sms_message, message)
}

/// Whether factors that the state does not name belong to somebody else.
fn is_shared(before: &Arguments) -> bool {
    before.is_shared() == Value::Known(true)
}

fn email(before: &Arguments, live: &Settings, imported: bool) -> Dynamic {
    if before.email.is_null() && is_shared(before) {
        return Dynamic::Null;
    }
    let Some(email) = live.email.as_ref().filter(|_| live.mode != Mode::Off) else { return Dynamic::Null };
    let all = imported || before.email.is_null();
    let configured = before.email.known().cloned().unwrap_or_default();
    Dynamic::object([
        ("message", unless_null(all, &configured.message, email.message.clone())),
        ("subject", unless_null(all, &configured.subject, email.subject.clone())),
    ])
}

fn web_authn(before: &Arguments, live: &Settings, imported: bool) -> Dynamic {
    let Some(WebAuthn { relying_party_id, user_verification, factor_configuration }) = &live.web_authn else {
        return Dynamic::Null;
    };
    if before.web_authn.is_null() && !imported {
        return Dynamic::Null;
    }
    let configured = before.web_authn.known().cloned().unwrap_or_default();
    // Absent and SINGLE_FACTOR mean the same (row W05).
    let factor = match (factor_configuration, &configured.factor_configuration) {
        (None, Value::Known(_)) => Some(FactorConfiguration::SingleFactor),
        (factor, _) => *factor,
    };
    Dynamic::object([
        ("relying_party_id", unless_null(imported, &configured.relying_party_id, relying_party_id.clone())),
        (
            "user_verification",
            unless_null(imported, &configured.user_verification, user_verification.map(|value| value.as_str().to_owned())),
        ),
        (
            "factor_configuration",
            unless_null(imported, &configured.factor_configuration, factor.map(|value| value.as_str().to_owned())),
        ),
    ])
}

/// Where the mirrored attributes of two states differ, leaf by leaf. Unknown leaves of `planned` differ from nothing.
pub fn differences(planned: &Dynamic, now: &Dynamic) -> Vec<Difference> {
    pool::differences::differences(&MIRRORED, planned, now)
}
