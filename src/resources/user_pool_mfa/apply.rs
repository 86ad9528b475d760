//! `ApplyResourceChange`: read, judge with everything known, write once, read back.

use super::TYPE_NAME;
use super::arguments::{self, Arguments};
use super::plan::parts;
use super::planned::{self, Effect};
use super::{restore, state};
use crate::mfa::{Answer, Deletion, Difference, Mode, Settings, Transition, Wanted};
use crate::provider::Provider;
use crate::resources::pool::change::{Change, Done, holder, unknown_at_apply};
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::session::Session;
use crate::resources::pool::write::Outcome;
use crate::resources::{ApplyAnswer, ApplyRequest};
use crate::rules::Moment;
use crate::tf::{Diagnostic, Dynamic, Value};

/// Carries a planned change out.
pub async fn apply(provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
    let done = if request.planned.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    done.unwrap_or_else(|diagnostic| answer(&request, request.prior.clone(), vec![diagnostic]))
}

fn answer(request: &ApplyRequest, state: Dynamic, diagnostics: Vec<Diagnostic>) -> ApplyAnswer {
    let identity = if state.is_null() { request.identity.clone() } else { identity::of(&state, request.identity.as_ref()) };
    ApplyAnswer { state, private: request.private.clone(), identity, diagnostics }
}

async fn change(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.planned)?;
    if planned::plan(&request.prior, &request.config)?.effect == Effect::StateOnly {
        return Ok(answer(request, request.planned.clone(), Vec::new()));
    }
    let creating = request.prior.is_null();
    let operation = if creating { Operation::Create } else { Operation::Update };
    let limit = operation.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?.ok_or_else(unknown_at_apply)?;
    let _held = session.pool.lock().await;
    let live = session.read_locked().await?.ok_or_else(|| session.no_such_pool())?;
    let drift = if creating { Vec::new() } else { drift(&session, &request.prior, &live)? };
    let rivals = session.pool.claims.apply(holder(TYPE_NAME, &request.prior, &request.config), parts(&wanted));
    let asked = asked(&session, &wanted, &before, &live, Moment::Apply).await;
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
    // What a resource finds when it is created is what its end may restore; factors of the same run are no part of that.
    let found = session.pool.history().found.unwrap_or(live);
    let private = if creating { restore::kept(&answered.private, &found) } else { answered.private };
    Ok(ApplyAnswer { private, ..answered })
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

async fn destroy(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let deletion = before.deletion();
    if deletion == Deletion::Retain {
        return Ok(answer(request, Dynamic::Null, Vec::new()));
    }
    let limit = Operation::Delete.limit(&before.timeouts);
    let session = Session::open(provider, &before.user_pool_id, &before.region, limit)?.ok_or_else(unknown_at_apply)?;
    let _held = session.pool.lock().await;
    let Some(live) = session.read_locked().await? else { return Ok(answer(request, Dynamic::Null, Vec::new())) };
    let drift = if restore::sends(deletion) { drift(&session, &request.prior, &live)? } else { Vec::new() };
    let asked = restore::request(deletion, &request.private, &before.user_pool_id, &live)?;
    let target = asked.settle().ok_or_else(unknown_at_apply)?;
    let sent = if deletion == Deletion::Prevent { Value::Null } else { Value::Known(asked.clone()) };
    let seen = Transition::of(&before.user_pool_id, Value::Known(live.clone()), sent);
    let seen = Transition { drift, deletion: Some(deletion), ..seen };
    let change = Change { live: &live, asked, seen, waivers: before.waivers(), owns_sender: true };
    let done = change.carry_out(&session, |now| restore::differences(&target, now));
    match done.await? {
        Done::Refused(errors) => Ok(answer(request, request.prior.clone(), errors)),
        Done::Unchanged => Ok(answer(request, Dynamic::Null, Vec::new())),
        Done::Sent(outcome) => match *outcome {
            Outcome::Written(_, notes) => Ok(answer(request, Dynamic::Null, notes)),
            Outcome::Failed(now, diagnostic) => {
                let state = match now {
                    Some(now) => state::refreshed(&request.prior, &now)?,
                    None => request.prior.clone(),
                };
                Ok(answer(request, state, vec![diagnostic]))
            }
        },
    }
}

/// Where the pool is no longer what the plan was made on.
fn drift(session: &Session, prior: &Dynamic, live: &Settings) -> Result<Vec<Difference>, Diagnostic> {
    session.drift(live, |before, now| {
        let before = before.map_or_else(|| Ok(prior.clone()), |before| state::refreshed(prior, before))?;
        Ok(state::differences(&before, &state::refreshed(prior, now)?))
    })
}
