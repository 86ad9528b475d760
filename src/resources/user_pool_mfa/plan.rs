//! `PlanResourceChange`: what will be written, judged before anything is.

use super::apply::asked;
use super::arguments::{self, Arguments};
use super::claims::claim;
use super::planned::{self, Effect};
use super::{end, restore, seen, sibling};
use crate::mfa::{Deletion, Mode, Rival, Settings, Sibling, Transition, Wanted, record};
use crate::provider::Provider;
use crate::provider::walk::{Act, Claim};
use crate::resources::contest::{self, Others, Why};
use crate::resources::generation::{Generation, Role};
use crate::resources::pool::change::policy;
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::seen::Replaced;
use crate::resources::pool::session::{self, Session};
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Path, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned = if request.config.is_null() { end::plan(provider, &request).await } else { change(provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(vec![diagnostic]))
}

async fn change(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let planned = planned::plan(&request.prior, &request.config)?;
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.config)?;
    let mut generation = Generation::of(request);
    let object = key(provider, &wanted)?;
    let sibling = sibling::decode(&request.config);
    let (mut state, mut seen) = (planned.state, None);
    let mut diagnostics = match planned.effect {
        Effect::Nothing => judge_others(provider, &before, &wanted, &generation, (Act::Stays, sibling))?,
        Effect::StateOnly => {
            let mut found = judge_others(provider, &before, &wanted, &generation, (Act::Settles, sibling))?;
            if before.sms_message != wanted.sms_message {
                found.extend(rules::judge_unsent(&alone(&wanted), &policy(&*provider.configured()?, wanted.waivers())));
            }
            found
        }
        Effect::Write => {
            let replaced = if request.prior.is_null() { seen::replaced(&wanted, &request.config) } else { None };
            let judged = judge_change(provider, (&before, &wanted), &generation, sibling, replaced.as_ref()).await?;
            if let Some(found) = judged.before {
                state = planned::onto(&state, &found, (&request.config, &wanted), replaced.as_ref());
                seen = Some(record::encode(&found));
            }
            judged.diagnostics
        }
        // The new pool is judged when core plans the second half, a create.
        Effect::Replace => {
            let (spares, mut diagnostics) = end::plan_move(provider, request, &before).await?;
            generation = generation.sparing(spares);
            diagnostics.extend((object.is_none() && restore::sends(before.deletion())).then(|| window(&before)));
            diagnostics
        }
    };
    diagnostics.extend(replacement(&generation, &wanted, object.as_deref()));
    let (role, older) = if request.prior.is_null() {
        (Role::Create, generation.older_object.clone())
    } else {
        (Role::Change, key(provider, &before)?)
    };
    Ok(PlanAnswer {
        identity: identity::of(&state, request.prior_identity.as_ref()),
        planned: state,
        requires_replace: planned.requires_replace,
        private: generation.seeing(seen).planned(&provider.configured()?.walk, role, object, older),
        diagnostics,
    })
}

/// Key of the pool among the objects of the run; `None` while it is not known.
fn key(provider: &Provider, arguments: &Arguments) -> Result<Option<String>, Diagnostic> {
    let limit = Operation::Read.limit(&arguments.timeouts);
    Ok(Session::open(provider, &arguments.user_pool_id, &arguments.region, limit)?.map(|session| session.pool.key()))
}

/// What the second half of a replacement says of the pool, if both halves are about the same.
fn replacement(generation: &Generation, wanted: &Arguments, object: Option<&str>) -> Option<Diagnostic> {
    if !generation.is_create_half || object.is_none() || generation.older_object.as_deref() != object {
        return None;
    }
    Some(contest::left_alone(&format!("user pool {}", wanted.user_pool_id.known()?), Why::Replaced))
}

/// What a later destroy would restore, where that is what the pool has now: core does not hand over what an object had found whose place
/// this one takes.
fn restores_today(wanted: &Arguments, generation: &Generation, request: &Wanted, live: &Settings) -> Option<Diagnostic> {
    let is_told = generation.found().is_some() || wanted.deletion() != Deletion::Restore;
    if is_told || live.mode == Mode::Off || request.changes(live) != Some(false) {
        return None;
    }
    let detail = format!(
        "The pool has these MFA settings already, and `deletion_policy` is \"RESTORE\": what a later destroy writes back is what the pool has \
         now, `mfa_configuration = \"{}\"`. What it had before that is not known here, also where this object takes the place of a \
         tainted, imported or renamed one. Use a `moved` block for a rename.",
        live.mode
    );
    let pool = wanted.user_pool_id.known().map(|id| format!(": {id}")).unwrap_or_default();
    Some(
        Diagnostic::warning(format!("A later destroy restores the settings of today{pool}"), detail)
            .at(Path::root("deletion_policy")),
    )
}

/// The warning of a move to a pool that is not known yet, whose first half writes.
fn window(before: &Arguments) -> Diagnostic {
    let pool = before.user_pool_id.known().map_or("", String::as_str);
    let policy = before.deletion().as_str();
    let detail = format!(
        "`user_pool_id` is known after apply only. If it comes out as {pool} again, this apply still ends the old object first, and \
         `deletion_policy` is \"{policy}\": the pool has other MFA settings until the new object is made. To avoid that, set \
         `deletion_policy = \"RETAIN\"` and apply before, or make the id known to the plan."
    );
    Diagnostic::warning(format!("The same pool may lose its MFA settings for a moment: {pool}"), detail)
        .at(Path::root("user_pool_id"))
}

/// A change that was judged.
#[derive(Default)]
struct Judged {
    diagnostics: Vec<Diagnostic>,
    /// Of a create: what the pool had before this run, where it could be read.
    before: Option<Settings>,
}

async fn judge_change(
    provider: &Provider,
    (before, wanted): (&Arguments, &Arguments),
    generation: &Generation,
    sibling: Value<Sibling>,
    replaced: Option<&Replaced>,
) -> Result<Judged, Diagnostic> {
    let operation = if before.mode.is_null() { Operation::Create } else { Operation::Update };
    let limit = operation.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?;
    let comparable = before.mode.is_null() || session.as_ref().is_some_and(Session::is_refreshed);
    let (live, gone) = match &session {
        None => (Value::Unknown, None),
        Some(session) => session.foreseen().await?,
    };
    let others = session.as_ref().map(|session| others(session, generation, Act::Writes, wanted, &live)).unwrap_or_default();
    let request = match (&session, live.known()) {
        (Some(session), Some(live)) => match wanted.without_the_unlisted(before, live) {
            Some(request) => request,
            None => {
                let elsewhere = contest::others_have(&session.configured.walk, generation, &session.pool.key());
                asked(session, wanted, &before.clone().handing_over(&elsewhere), live, Moment::Plan).await
            }
        },
        _ => wanted.request(before, &live),
    };
    if let Some(session) = &session {
        session.pool.plan(&request);
    }
    let creates = session.as_ref().filter(|_| operation == Operation::Create);
    let found = creates.zip(live.known()).map(|(session, live)| session.before_the_run(live));
    let drift = match (replaced, &generation.first_seen, &found) {
        (Some(replaced), Some(seen), Some(found)) => replaced.differences(seen, found),
        _ => Vec::new(),
    };
    let restores = live.known().filter(|_| operation == Operation::Create);
    let restores = restores.and_then(|live| restores_today(wanted, generation, &request, live));
    let mut facts = match (&session, live.known()) {
        (Some(session), Some(live)) => session.facts(&request, live, Moment::Plan).await?,
        _ => session::nothing_known(&request),
    };
    if let Value::Known(sibling) = &sibling {
        facts.pool = sibling.onto(facts.pool);
    }
    let sibling = if comparable { sibling } else { Value::Null };
    let transition = facts.onto(Transition::of(&wanted.user_pool_id, live, Value::Known(request)));
    let sms_role_listed = wanted.listed_sms_role();
    let transition = Transition { rivals: others.rivals, sibling, sms_role_listed, drift, ..transition };
    let transition = transition.ending(wanted.deletion(), turned_off);
    let mut diagnostics = facts.notes;
    diagnostics.extend(restores);
    diagnostics.extend(gone);
    diagnostics.extend(others.takes_over.then(|| contest::taken_on(&transition.pool_label_inside())));
    diagnostics.extend(rules::judge(&transition, Moment::Plan, &policy(&*provider.configured()?, wanted.waivers())));
    Ok(Judged { diagnostics, before: found })
}

/// Judges what other resources do to the pool while this one does nothing: by the settings of this plan's refresh, so that a plan
/// without a change costs no call. Without a refresh, the sibling's values and the pool's would be of different times.
fn judge_others(
    provider: &Provider,
    before: &Arguments,
    wanted: &Arguments,
    generation: &Generation,
    (act, sibling): (Act, Value<Sibling>),
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let limit = Operation::Read.limit(&wanted.timeouts);
    let Some(session) = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)? else { return Ok(Vec::new()) };
    let live = Value::from(session.pool.remembered());
    let others = others(&session, generation, act, wanted, &live);
    let request = if live.is_null() { Value::Null } else { Value::Known(wanted.request(before, &live)) };
    let transition = Transition { rivals: others.rivals, sibling, ..Transition::of(&wanted.user_pool_id, live, request) };
    let mut diagnostics = rules::judge_unchanged(&transition, &policy(&session.configured, wanted.waivers()));
    diagnostics.extend(others.takes_over.then(|| contest::taken_on(&format!("user pool {}", session.pool.id))));
    Ok(diagnostics)
}

/// Says what this resource has of the pool, and asks who else does.
fn others(session: &Session, generation: &Generation, act: Act, wanted: &Arguments, live: &Value<Settings>) -> Others {
    let claim = claim(session.pool.key(), generation, act, wanted, live);
    let hands_over = generation.is_create_half && generation.older_object.as_ref() == Some(&claim.object);
    let found = generation.found().filter(|_| hands_over && wanted.deletion() == Deletion::Restore);
    contest::plan(&session.configured.walk, Claim { found: found.map(|record| record.to_string()), ..claim })
}

/// What the rule about several managers says of an end.
pub fn judge_rivals(provider: &Provider, before: &Arguments, rivals: Vec<Rival>) -> Result<Vec<Diagnostic>, Diagnostic> {
    let transition = Transition { rivals, ..Transition::of(&before.user_pool_id, Value::Unknown, Value::Null) };
    let mut found = rules::judge_unchanged(&transition, &policy(&*provider.configured()?, before.waivers()));
    found.iter_mut().for_each(|diagnostic| diagnostic.path = None);
    Ok(found)
}

/// The request that turns MFA off and leaves the passkey settings as they are (row M04).
pub fn turned_off(live: &Settings) -> Wanted {
    let off = Arguments { mode: Value::Known(Mode::Off.as_str().to_owned()), ..Arguments::default() };
    off.wanted(&Arguments::default(), &Value::Known(live.clone()))
}

/// Judges a configuration alone.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    rules::judge(&alone(wanted), Moment::Validate, &Policy { waivers: wanted.waivers(), ..Policy::default() })
}

/// Judges a configuration alone by the rules whose levels the provider block sets.
pub fn foresee(wanted: &Arguments, policy: &Policy) -> Vec<Diagnostic> {
    rules::judge_alone(&alone(wanted), &Policy { waivers: wanted.waivers(), ..policy.clone() })
}

/// The change as far as the configuration alone tells it.
fn alone(wanted: &Arguments) -> Transition {
    let request = wanted.request(&Arguments::default(), &Value::Unknown);
    let facts = session::nothing_known(&request);
    facts.onto(Transition::of(&wanted.user_pool_id, Value::Unknown, Value::Known(request)))
}
