//! The planned state, from the configuration and the state before alone. Reads nothing.

use super::arguments::{self, Arguments};
use super::{sibling, state};
use crate::mfa::{Factor, Mode, Settings, summary};
use crate::resources::pool::region;
use crate::resources::pool::seen::{self, Replaced};
use crate::tf::{Diagnostic, Dynamic, Object, Path, Value};

/// What a plan makes of the state.
#[derive(Debug)]
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
    /// The state stays as it is.
    Nothing,
    /// Only arguments that AWS never sees change, such as `waivers`.
    StateOnly,
    /// The pool's settings are written.
    Write,
    /// Another pool takes this one's place.
    Replace,
}

const COMPUTED: [&str; 4] = ["effective_factors", "assurance_level", SUMMARY, seen::ATTRIBUTE];

const SUMMARY: &str = "change_summary";

/// Plans a create (`prior` null) or an update.
///
/// Defaults come from the configuration being null, never from the state, so that deleting an argument brings its default back.
pub fn plan(prior: &Dynamic, config: &Dynamic) -> Result<Planned, Diagnostic> {
    let before = arguments::decode(prior)?;
    let wanted = arguments::decode(config)?;
    let mut after = config.members();
    let moved = !prior.is_null() && wanted.user_pool_id != before.user_pool_id;
    let root = Object::root(config);
    after.insert("id".into(), root.raw("user_pool_id").clone());
    if wanted.region.is_null() {
        after.insert("region".into(), region::planned(&wanted.user_pool_id, &before.region, moved));
    }
    if wanted.factor_management.is_null() {
        after.insert("factor_management".into(), Dynamic::string("exclusive"));
    }
    if wanted.deletion_policy.is_null() {
        after.insert("deletion_policy".into(), Dynamic::string("RETAIN"));
    }
    // Only the plan looks at it: it makes no change, and no state holds it.
    after.insert(sibling::ARGUMENT.into(), Dynamic::Null);
    for name in COMPUTED {
        after.insert(name.into(), prior.member(name).cloned().unwrap_or_default());
    }
    let same_pool_settings =
        !prior.is_null() && same_management(&before, &wanted) && same_settings(&before.merged(), &wanted.merged());
    let effect = match (prior.is_null(), moved, same_pool_settings) {
        (false, true, _) => Effect::Replace,
        (true, ..) | (false, false, false) => Effect::Write,
        (false, false, true) if Dynamic::Mapping(after.clone()) == *prior => Effect::Nothing,
        (false, false, true) => Effect::StateOnly,
    };
    if matches!(effect, Effect::Write | Effect::Replace) {
        after.insert("effective_factors".into(), Dynamic::UNKNOWN);
        after.insert("assurance_level".into(), Dynamic::UNKNOWN);
        let summary = if prior.is_null() || moved { Dynamic::UNKNOWN } else { change_summary(&before, &wanted) };
        after.insert(SUMMARY.into(), summary);
    }
    if prior.is_null() || moved {
        after.insert(seen::ATTRIBUTE.into(), Dynamic::UNKNOWN);
    }
    let requires_replace = if moved { vec![Path::root("user_pool_id")] } else { Vec::new() };
    Ok(Planned { state: Dynamic::Mapping(after), requires_replace, effect })
}

/// Whether the form stays: another one may keep or remove factors that no argument names.
fn same_management(before: &Arguments, wanted: &Arguments) -> bool {
    let shared = |arguments: &Arguments| match arguments.is_shared() {
        Value::Null => Value::Known(false),
        shared => shared,
    };
    !wanted.factor_management.is_unknown() && shared(before) == shared(wanted)
}

/// Whether two sets of arguments mean the same to AWS.
fn same_settings(before: &Arguments, wanted: &Arguments) -> bool {
    let token = |arguments: &Arguments| match arguments.token {
        Value::Known(false) => Value::Null,
        ref token => token.clone(),
    };
    let passkeys = |arguments: &Arguments| {
        arguments.web_authn.clone().map(|mut passkeys| {
            if passkeys.factor_configuration.known().is_some_and(|text| text == "SINGLE_FACTOR") {
                passkeys.factor_configuration = Value::Null;
            }
            passkeys
        })
    };
    let message = |arguments: &Arguments| if arguments.sms.is_null() { Value::Null } else { arguments.sms_message.clone() };
    let known = wanted.is_settled();
    known
        && before.mode == wanted.mode
        && token(before) == token(wanted)
        && before.sms == wanted.sms
        && message(before) == message(wanted)
        && before.email == wanted.email
        && passkeys(before) == passkeys(wanted)
}

/// The one-line summary of an update; unknown while a part of the configuration that AWS sees is: if that comes out as it was, there is
/// no change, and the summary of the last one stays.
fn change_summary(before: &Arguments, wanted: &Arguments) -> Dynamic {
    let merged = wanted.merged();
    let is_open = !merged.is_settled() || wanted.factor_management.is_unknown();
    let Some(mut to) = mode_and_factors(&merged).filter(|_| !is_open) else { return Dynamic::UNKNOWN };
    let from = mode_and_factors(&before.merged());
    to.1.extend(kept(before, wanted));
    let from = from.as_ref().map(|(mode, factors)| (*mode, factors.as_slice()));
    Dynamic::string(summary::change_summary(from, (to.0, &to.1)))
}

/// The planned state of a create whose pool could be read: what is done to a pool that has `before`, and the digest of what is replaced
/// there. Neither is known while something may change it that is unknown yet.
pub fn onto(
    planned: &Dynamic,
    before: &Settings,
    (config, wanted): (&Dynamic, &Arguments),
    replaced: Option<&Replaced>,
) -> Dynamic {
    let mut members = planned.members();
    let summary = match sibling::announced_step(config, before) {
        // Another resource of the run goes there first; whether there is something left to do is seen then.
        Some(announced) => create_summary(announced, None, wanted),
        None => create_summary((before.mode, before.effective_factors()), Some(before), wanted),
    };
    members.insert(SUMMARY.into(), summary);
    members.insert(seen::ATTRIBUTE.into(), replaced.map_or(Dynamic::UNKNOWN, |replaced| replaced.digest(before)));
    Dynamic::Mapping(members)
}

/// `live` are the settings of the pool where nobody else of the run is about to change them.
fn create_summary(from: (Mode, Vec<Factor>), live: Option<&Settings>, wanted: &Arguments) -> Dynamic {
    let merged = wanted.merged();
    let (Some((mode, mut factors)), Ok(management)) = (mode_and_factors(&merged), wanted.factor_management.settled()) else {
        return Dynamic::UNKNOWN;
    };
    if management.is_some_and(|form| form == "shared") && mode != Mode::Off {
        factors.extend(from.1.iter().copied());
    }
    factors.sort_unstable();
    factors.dedup();
    let text = if (mode, &factors) != (from.0, &from.1) {
        summary::change_summary(Some((from.0, &from.1)), (mode, &factors))
    } else {
        let Some(live) = live.filter(|_| merged.is_settled()) else { return Dynamic::UNKNOWN };
        let request = wanted.request(&Arguments::default(), &Value::Known(live.clone()));
        match request.changes(live) {
            Some(false) => summary::no_change((mode, &factors)),
            _ => summary::change_summary(Some((from.0, &from.1)), (mode, &factors)),
        }
    };
    Dynamic::string(text)
}

/// Factors that the shared form lists no more and leaves on the pool all the same.
fn kept(before: &Arguments, wanted: &Arguments) -> Vec<Factor> {
    if wanted.is_shared() != Value::Known(true) || wanted.mode() == Value::Known(Mode::Off) {
        return Vec::new();
    }
    Factor::ALL.into_iter().filter(|factor| before.lists(*factor) && !wanted.lists(*factor)).collect()
}

fn mode_and_factors(arguments: &Arguments) -> Option<(Mode, Vec<Factor>)> {
    let mode = arguments.mode().into_known()?;
    if arguments.token.is_unknown() || arguments.sms.is_unknown() || arguments.email.is_unknown() {
        return None;
    }
    let token = (arguments.token == Value::Known(true)).then_some(Factor::SoftwareToken);
    let sms = arguments.sms.known().map(|_| Factor::Sms);
    let email = arguments.email.known().map(|_| Factor::Email);
    Some((mode, [token, sms, email].into_iter().flatten().collect()))
}

/// The planned state with what only apply knows filled in from the pool's settings.
pub fn settled(planned: &Dynamic, live: &Settings, region: &str) -> Result<Dynamic, Diagnostic> {
    let mut state = state::refreshed(planned, live)?;
    if let Dynamic::Mapping(members) = &mut state
        && members.get("region").is_none_or(|value| value.is_null() || value.is_unknown())
    {
        members.insert("region".into(), Dynamic::string(region));
    }
    Ok(state)
}
