//! The planned state, from the configuration and the state before alone. Reads nothing.

use super::arguments::{self, Arguments};
use super::state;
use crate::mfa::{Factor, FactorPreference};
use crate::resources::pool::region;
use crate::tf::{Diagnostic, Dynamic, Path, Value};

/// What a plan makes of the state.
#[derive(Debug)]
pub struct Planned {
    /// The state after.
    pub state: Dynamic,
    /// Arguments that ask for a replacement.
    pub requires_replace: Vec<Path>,
    /// What happens to the user.
    pub effect: Effect,
}

/// What a plan does to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The state stays as it is.
    Nothing,
    /// Nothing that AWS sees changes: `waivers` and the like, or a block that is not managed any more.
    StateOnly,
    /// The user's preference is written.
    Write,
    /// Another user takes this one's place.
    Replace,
}

const COMPUTED: [&str; 2] = ["enabled_factors", "preferred_factor"];

/// Plans a create (`prior` null) or an update.
///
/// Defaults come from the configuration being null, never from the state, so that deleting an argument brings its default back.
pub fn plan(prior: &Dynamic, config: &Dynamic) -> Result<Planned, Diagnostic> {
    let (before, wanted) = (arguments::decode(prior)?, arguments::decode(config)?);
    let mut after = config.members();
    let requires_replace = if prior.is_null() { Vec::new() } else { moved(&before, &wanted) };
    let is_moved = !requires_replace.is_empty();
    after.insert("id".into(), planned_id(&wanted));
    if wanted.region.is_null() {
        after.insert("region".into(), region::planned(&wanted.user_pool_id, &before.region, is_moved));
    }
    if wanted.deletion_policy.is_null() {
        after.insert("deletion_policy".into(), Dynamic::string("RETAIN"));
    }
    for name in COMPUTED {
        after.insert(name.into(), prior.member(name).cloned().unwrap_or_default());
    }
    let effect = match (prior.is_null(), is_moved, asks_nothing_new(&before, &wanted)) {
        (false, true, _) => Effect::Replace,
        (true, ..) | (false, false, false) => Effect::Write,
        (false, false, true) if Dynamic::Mapping(after.clone()) == *prior => Effect::Nothing,
        (false, false, true) => Effect::StateOnly,
    };
    if matches!(effect, Effect::Write | Effect::Replace) {
        for name in COMPUTED {
            after.insert(name.into(), Dynamic::UNKNOWN);
        }
    }
    Ok(Planned { state: Dynamic::Mapping(after), requires_replace, effect })
}

fn moved(before: &Arguments, wanted: &Arguments) -> Vec<Path> {
    let parts = [("user_pool_id", &before.user_pool_id, &wanted.user_pool_id), ("username", &before.username, &wanted.username)];
    parts.into_iter().filter(|(_, before, wanted)| before != wanted).map(|(name, ..)| Path::root(name)).collect()
}

fn planned_id(wanted: &Arguments) -> Dynamic {
    match (wanted.user_pool_id.known(), wanted.username.known()) {
        (Some(pool), Some(name)) => Dynamic::string(state::id(pool, name)),
        _ => Dynamic::UNKNOWN,
    }
}

/// Whether everything that is managed is in the state already.
fn asks_nothing_new(before: &Arguments, wanted: &Arguments) -> bool {
    let blocks = Factor::ALL.into_iter().all(|factor| is_met(before.wanted.block(factor), wanted.wanted.block(factor)));
    blocks && (wanted.wanted.passkey.is_null() || wanted.wanted.passkey == before.wanted.passkey)
}

fn is_met(before: &Value<FactorPreference>, wanted: &Value<FactorPreference>) -> bool {
    match (before, wanted) {
        (_, Value::Null) => true,
        (Value::Known(before), Value::Known(wanted)) => {
            let is_left_alone = wanted.preferred.is_null() && before.preferred != Value::Known(true);
            before.enabled == wanted.enabled && (is_left_alone || before.preferred == wanted.preferred)
        }
        _ => false,
    }
}
