//! `ApplyResourceChange`: read, judge with everything known, write once, read back.

use super::arguments::{self, Arguments};
use super::claims::claim;
use super::planned::{self, Effect};
use super::{end, restore, seen, state};
use crate::mfa::{Answer, Difference, Mode, Settings, Transition, Wanted};
use crate::provider::Provider;
use crate::provider::walk::Act;
use crate::resources::generation::{self, Generation};
use crate::resources::pool::change::{Change, Done, unknown_at_apply};
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::session::Session;
use crate::resources::pool::write::Outcome;
use crate::resources::{ApplyAnswer, ApplyRequest, contest};
use crate::rules::Moment;
use crate::tf::{Diagnostic, Dynamic, Value};

/// Carries a planned change out.
pub async fn apply(provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
    let done = if request.planned.is_null() { end::apply(provider, &request).await } else { change(provider, &request).await };
    done.unwrap_or_else(|diagnostic| answer(&request, request.prior.clone(), vec![diagnostic]))
}

/// The answer with this state; its private bytes are those of the plan without what only apply needs.
pub fn answer(request: &ApplyRequest, state: Dynamic, diagnostics: Vec<Diagnostic>) -> ApplyAnswer {
    let identity = if state.is_null() { request.identity.clone() } else { identity::of(&state, request.identity.as_ref()) };
    ApplyAnswer { state, private: generation::settled(&request.private), identity, diagnostics }
}

async fn change(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.planned)?;
    let generation = Generation::stored(&request.private);
    if planned::plan(&request.prior, &request.config)?.effect == Effect::StateOnly && settles(provider, &generation, &wanted)? {
        return Ok(answer(request, request.planned.clone(), Vec::new()));
    }
    let creating = request.prior.is_null();
    let operation = if creating { Operation::Create } else { Operation::Update };
    let limit = operation.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?.ok_or_else(unknown_at_apply)?;
    let _held = session.hold().await?;
    let live = session.read_locked().await?.ok_or_else(|| session.no_such_pool())?;
    let drift = if creating {
        seen::drift(&session, request, &wanted, &live)
    } else {
        seen::unannounced(drift(&session, &request.prior, &live)?, &request.config, &live)
    };
    let known = Value::Known(live.clone());
    let walk = &session.configured.walk;
    let claim = claim(session.pool.key(), &generation, Act::Wrote, &wanted, &known);
    let rivals = contest::apply(walk, claim.clone());
    let before = before.handing_over(&contest::others_have(walk, &generation, &session.pool.key()));
    // What an end took away that was not told of this resource is kept as it was before.
    let before_the_end = session.pool.history().found.filter(|_| contest::was_taken(walk, &claim));
    let asked = asked(&session, &wanted, &before, before_the_end.as_ref().unwrap_or(&live), Moment::Apply).await;
    let owns_sender = !wanted.merged().sms.is_null();
    let seen = Transition::of(&wanted.user_pool_id, Value::Known(live.clone()), Value::Known(asked.clone()));
    let change =
        Change { live: &live, asked, seen: Transition { drift, rivals, ..seen }, waivers: wanted.waivers(), owns_sender };
    let done = change.carry_out(&session, |now| {
        let now = planned::settled(&request.planned, now, &session.pool.region)?;
        Ok(state::differences(&request.planned, &now))
    });
    let answered = match done.await? {
        Done::Refused(errors) => Ok(answer(request, request.prior.clone(), errors)),
        Done::Unchanged => {
            let state = planned::settled(&request.planned, &live, &session.pool.region)?;
            Ok(answer(request, state, Vec::new()))
        }
        Done::Sent(outcome) => settle(request, &session, *outcome),
    }?;
    if !creating || answered.state.is_null() {
        return Ok(answered);
    }
    let private = contest::succeeded(walk, claim, &answered.private);
    Ok(ApplyAnswer { private: found(&session, request, &private, live), ..answered })
}

/// Whether nothing is to be written for a change that AWS does not see: the pool has what the state says, unless an end of this run was
/// not told of this resource.
fn settles(provider: &Provider, generation: &Generation, wanted: &Arguments) -> Result<bool, Diagnostic> {
    let limit = Operation::Update.limit(&wanted.timeouts);
    let Some(session) = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)? else { return Ok(true) };
    let claim = claim(session.pool.key(), generation, Act::Wrote, wanted, &Value::Unknown);
    let was_taken = contest::was_taken(&session.configured.walk, &claim);
    session.configured.walk.claim(claim);
    Ok(!was_taken)
}

/// The private bytes of a new state with what its end may restore: what the generation before has found on this pool, where core hands
/// that over; else what the pool had when the run began, for factors of the same run are no part of that.
fn found(session: &Session, request: &ApplyRequest, private: &[u8], live: Settings) -> Vec<u8> {
    let key = session.pool.key();
    let handed_over = [Some(request.private.clone()), session.pool.bequest()].into_iter().flatten();
    let mut inherited = handed_over.filter(|private| contest::inherits(private, &key));
    let told = || session.configured.walk.found_before(&key).and_then(|record| serde_json::from_str(&record).ok());
    match inherited.find_map(|older| restore::record(&older)).or_else(told) {
        Some(record) => restore::recorded(private, record),
        None => restore::kept(private, &session.pool.history().found.unwrap_or(live)),
    }
}

/// The request to a pool with `live`. In the shared form a factor is not kept whose own resource went in this run, nor a sender without a
/// role; but the last factor of an active pool is.
pub async fn asked(session: &Session, wanted: &Arguments, before: &Arguments, live: &Settings, moment: Moment) -> Wanted {
    let others = wanted.is_shared() == Value::Known(true) && wanted.merged().sms.is_null();
    let sendable = if others && live.mode != Mode::Off { session.sendable(live, moment).await } else { live.clone() };
    let asked = wanted.request(before, &Value::Known(session.keeps(&sendable)));
    if asked.carries_any() == Answer::No { wanted.request(before, &Value::Known(sendable)) } else { asked }
}

/// The answer to an outcome. After an error an update keeps what was read; a create stores nothing, for a tainted state would be
/// destroyed and made anew, with MFA off in between.
fn settle(request: &ApplyRequest, session: &Session, outcome: Outcome) -> Result<ApplyAnswer, Diagnostic> {
    let region = &session.pool.region;
    match outcome {
        Outcome::Written(now, notes) => Ok(answer(request, planned::settled(&request.planned, &now, region)?, notes)),
        Outcome::Failed(now, diagnostic) => {
            let state = match now {
                Some(now) if !request.prior.is_null() => planned::settled(&request.prior, &now, region)?,
                _ => request.prior.clone(),
            };
            Ok(answer(request, state, vec![diagnostic]))
        }
    }
}

/// Where the pool is no longer what the plan was made on.
pub fn drift(session: &Session, prior: &Dynamic, live: &Settings) -> Result<Vec<Difference>, Diagnostic> {
    session.drift(live, |before, now| {
        let before = before.map_or_else(|| Ok(prior.clone()), |before| state::refreshed(prior, before))?;
        Ok(state::differences(&before, &state::refreshed(prior, now)?))
    })
}
