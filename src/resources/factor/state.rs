//! The state of a factor's resource: planned from the configuration alone, and as the pool shows it.

use super::arguments;
use crate::mfa::{Factor, Mode, Settings};
use crate::resources::pool::sms::{self, unless_null};
use crate::resources::pool::{factor, region, seen};
use crate::tf::{Diagnostic, Dynamic, Path};

/// What a plan makes of the state.
pub struct Planned {
    /// The state after.
    pub state: Dynamic,
    /// Arguments that ask for a replacement.
    pub requires_replace: Vec<Path>,
    /// What happens to the pool.
    pub effect: Effect,
}

/// What a plan does to the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing that AWS sees.
    Nothing,
    /// The factor's block is written, where the pool is active.
    Write,
    /// Another pool takes this one's place.
    Replace,
}

/// Plans a create (`prior` null) or an update. Defaults come from the configuration being null, never from the state.
pub fn plan(factor: Factor, prior: &Dynamic, config: &Dynamic) -> Result<Planned, Diagnostic> {
    let (before, wanted) = (arguments::decode(prior)?, arguments::decode(config)?);
    let mut after = config.members();
    let moved = !prior.is_null() && wanted.user_pool_id != before.user_pool_id;
    after.insert("id".into(), config.member("user_pool_id").cloned().unwrap_or_default());
    if wanted.region.is_null() {
        after.insert("region".into(), region::planned(&wanted.user_pool_id, &before.region, moved));
    }
    let over =
        if prior.is_null() || moved { Dynamic::UNKNOWN } else { prior.member(seen::ATTRIBUTE).cloned().unwrap_or_default() };
    after.insert(seen::ATTRIBUTE.into(), over);
    after.insert("factor".into(), factor::object(factor, &Dynamic::Mapping(after.clone())));
    let effect = match (prior.is_null(), moved) {
        (false, true) => Effect::Replace,
        (false, false) if before.same_factor(&wanted) => Effect::Nothing,
        _ => Effect::Write,
    };
    let requires_replace = if moved { vec![Path::root("user_pool_id")] } else { Vec::new() };
    Ok(Planned { state: Dynamic::Mapping(after), requires_replace, effect })
}

/// What `basis` (a prior or planned state) becomes when the pool has `live`; null where the factor is gone.
///
/// On a pool that is `OFF` a factor is only declared, so the state stays. SMS cannot be read back as a factor (row M16): it is present
/// while its state is, and its sender and text are shown as an active pool has them.
pub fn refreshed(factor: Factor, basis: &Dynamic, live: &Settings) -> Result<Dynamic, Diagnostic> {
    let before = arguments::decode(basis)?;
    let imported = basis.member("factor").is_none_or(Dynamic::is_null);
    let active = live.mode != Mode::Off;
    let mut state = basis.members();
    match factor {
        Factor::SoftwareToken if active && live.token_enabled != Some(true) => return Ok(Dynamic::Null),
        Factor::Sms if imported && live.sms.as_ref().is_none_or(|sms| sms.sender.is_none()) => return Ok(Dynamic::Null),
        Factor::Sms if imported || active => {
            if let Some(on_pool) = &live.sms {
                let old = basis.member("sms_configuration").cloned().unwrap_or_default();
                if let Some(sender) = &on_pool.sender {
                    state.insert("sms_configuration".into(), sms::refreshed(sender, before.sms.known(), imported, &old));
                }
                let message = unless_null(imported, &before.sms_message, on_pool.message.clone());
                state.insert("sms_authentication_message".into(), message);
            }
        }
        _ => {}
    }
    if let Some(id) = before.user_pool_id.known() {
        state.insert("id".into(), Dynamic::string(id));
    }
    state.insert("factor".into(), factor::object(factor, &Dynamic::Mapping(state.clone())));
    Ok(Dynamic::Mapping(state))
}

/// The planned state with what only apply knows filled in.
pub fn settled(factor: Factor, planned: &Dynamic, region: &str) -> Dynamic {
    let mut state = planned.members();
    if state.get("region").is_none_or(|value| value.is_null() || value.is_unknown()) {
        state.insert("region".into(), Dynamic::string(region));
    }
    if state.get(seen::ATTRIBUTE).is_some_and(Dynamic::is_unknown) {
        state.insert(seen::ATTRIBUTE.into(), Dynamic::Null);
    }
    state.insert("factor".into(), factor::object(factor, &Dynamic::Mapping(state.clone())));
    Dynamic::Mapping(state)
}
