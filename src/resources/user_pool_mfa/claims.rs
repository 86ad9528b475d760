//! What this resource has of a pool, as other resources of the run are told.

use super::TYPE_NAME;
use super::arguments::Arguments;
use crate::mfa::{Deletion, Factor, Mode, Settings};
use crate::provider::walk::{Act, Claim};
use crate::resources::generation::Generation;
use crate::resources::pool::factor::APART;
use crate::tf::Value;

/// The claim of a resource with these arguments on a pool with `live`.
pub fn claim(object: String, generation: &Generation, act: Act, wanted: &Arguments, live: &Value<Settings>) -> Claim {
    let resource = TYPE_NAME.to_owned();
    let (id, succeeds) = (generation.id.clone(), generation.succeeds.clone());
    let (parts, lists, removes) = (parts(wanted), lists(wanted), removes(wanted, live));
    let sends = match wanted.merged().sms {
        Value::Known(sms) => Some(sms.digest()),
        Value::Unknown => Some("?".to_owned()),
        // The shared form sends the sender that the pool has once more, as its role is then.
        Value::Null => (wanted.is_shared() == Value::Known(true)).then(|| "?".to_owned()),
    };
    Claim { object, resource, generation: id, succeeds, act, parts, lists, removes, sends, ..Claim::default() }
}

/// The parts that these arguments configure themselves: the mode, and beside an active one the factors in blocks of theirs. What is not
/// known yet counts.
fn parts(wanted: &Arguments) -> Vec<String> {
    let is_off = wanted.mode() == Value::Known(Mode::Off);
    let own = Factor::ALL.into_iter().filter(|factor| !is_off && configures(wanted, *factor)).map(Factor::argument);
    let passkeys = (!wanted.web_authn.is_null()).then_some("web_authn_configuration");
    ["mfa_configuration"].into_iter().chain(own).chain(passkeys).map(str::to_owned).collect()
}

/// Whether a block of these arguments configures a factor, or may.
pub fn configures(wanted: &Arguments, factor: Factor) -> bool {
    match factor {
        Factor::SoftwareToken => matches!(wanted.token, Value::Known(true) | Value::Unknown),
        Factor::Sms => !wanted.sms.is_null(),
        Factor::Email => !wanted.email.is_null(),
    }
}

fn lists(wanted: &Arguments) -> Vec<String> {
    let is_listed = |factor: &Factor| wanted.factors.is_unknown() || wanted.lists(*factor);
    APART.into_iter().filter(is_listed).map(|factor| factor.argument().to_owned()).collect()
}

/// The factors that an active pool certainly lacks after a write with these arguments: in the exclusive form those without a block
/// that are not listed, in the shared form too where it turns MFA on, for then the pool has none to keep.
fn removes(wanted: &Arguments, live: &Value<Settings>) -> Vec<String> {
    let is_active = matches!(wanted.mode(), Value::Known(Mode::Optional | Mode::On));
    let is_open = wanted.factors.known().is_some_and(|factors| factors.iter().any(|factor| factor.kind.is_unknown()));
    let keeps = match wanted.is_shared() {
        Value::Known(true) => live.known().is_none_or(|live| live.mode != Mode::Off),
        Value::Known(false) | Value::Null => false,
        Value::Unknown => true,
    };
    if !is_active || is_open || wanted.factors.is_unknown() || keeps {
        return Vec::new();
    }
    let missing = Factor::ALL.into_iter().filter(|factor| !configures(wanted, *factor) && !wanted.lists(*factor));
    missing.map(|factor| factor.argument().to_owned()).collect()
}

/// What the end of a resource with this policy takes away: the mode. On a pool that is `OFF` the factors of others are declarations.
pub fn taken_by(deletion: Deletion) -> Vec<String> {
    match deletion {
        Deletion::Retain | Deletion::Prevent => Vec::new(),
        Deletion::Off | Deletion::Restore => vec!["mfa_configuration".to_owned()],
    }
}
