//! `ApplyResourceChange`: read, judge with everything known, write once, read back.

use super::arguments::{self, Arguments};
use super::duration::Operation;
use super::identity;
use super::lookup::Session;
use super::plan::{policy, turned_off};
use super::planned::{self, Effect};
use super::state;
use super::write::{self, Outcome, Patience};
use crate::mfa::{Deletion, Difference, Mode, Settings, Transition, Wanted};
use crate::provider::Provider;
use crate::resources::{ApplyAnswer, ApplyRequest};
use crate::rules::{self, Moment};
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
    let session = Session::open(provider, &wanted, operation.limit(&wanted))?.ok_or_else(unknown_at_apply)?;
    let _held = session.pool.lock().await;
    let live = session.read().await?.ok_or_else(|| session.no_such_pool())?;
    let drift = if creating { Vec::new() } else { drift(&request.prior, &live)? };
    let asked = wanted.wanted(&before, &Value::Known(live.clone()));
    let change = Change { arguments: &wanted, live: &live, asked, drift, deletion: None };
    let done = carry_out(provider, &session, change, |now| {
        let now = planned::settled(&request.planned, now, &session.pool.region)?;
        Ok(state::differences(&request.planned, &now))
    });
    match done.await? {
        Done::Refused(errors) => Ok(answer(request, request.prior.clone(), errors)),
        Done::Unchanged => {
            let state = planned::settled(&request.planned, &live, &session.pool.region)?;
            Ok(answer(request, state, Vec::new()))
        }
        Done::Sent(outcome) => settle(request, &session, *outcome),
    }
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
    let session = Session::open(provider, &before, Operation::Delete.limit(&before))?.ok_or_else(unknown_at_apply)?;
    let _held = session.pool.lock().await;
    let Some(live) = session.read().await? else { return Ok(answer(request, Dynamic::Null, Vec::new())) };
    let drift = if deletion == Deletion::Off { drift(&request.prior, &live)? } else { Vec::new() };
    let asked = turned_off(&live);
    let change = Change { arguments: &before, live: &live, asked, drift, deletion: Some(deletion) };
    let done = carry_out(provider, &session, change, |now| {
        let mode = (now.mode != Mode::Off).then(|| Difference {
            attribute: "mfa_configuration".to_owned(),
            planned: format!("{:?}", Mode::Off.as_str()),
            now: format!("{:?}", now.mode.as_str()),
        });
        Ok(mode.into_iter().collect())
    });
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

/// A change of a pool that is locked and was just read.
struct Change<'a> {
    arguments: &'a Arguments,
    live: &'a Settings,
    asked: Wanted,
    drift: Vec<Difference>,
    deletion: Option<Deletion>,
}

/// What became of a [`Change`].
enum Done {
    /// Rules refuse it; nothing was written.
    Refused(Vec<Diagnostic>),
    /// The pool is so already; nothing was written.
    Unchanged,
    /// It was written, or its write failed.
    Sent(Box<Outcome>),
}

/// Judges a change by all rules with everything read afresh, and writes it unless the pool is so already. Only errors count here:
/// warnings were shown by the plan that core makes right before.
async fn carry_out(
    provider: &Provider,
    session: &Session,
    change: Change<'_>,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Done, Diagnostic> {
    let Change { arguments, live, asked, drift, deletion } = change;
    let facts = session.facts(&asked, live, Moment::Apply).await?;
    let request = if deletion == Some(Deletion::Prevent) { Value::Null } else { Value::Known(asked.clone()) };
    let seen = facts.transition(arguments, Value::Known(live.clone()), request);
    let found = rules::judge(&Transition { deletion, drift, ..seen }, Moment::Apply, &policy(provider, arguments)?);
    let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
    if !errors.is_empty() {
        return Ok(Done::Refused(errors));
    }
    let settings = asked.settle().ok_or_else(unknown_at_apply)?;
    if asked.changes(live) == Some(false) {
        return Ok(Done::Unchanged);
    }
    let settings = settings.for_tier(facts.pool.known().and_then(|pool| pool.tier.as_deref()));
    let outcome = write::write(session, live, &settings, Patience::with(&facts.role), wrong).await?;
    Ok(Done::Sent(Box::new(outcome)))
}

/// Where the pool is no longer what the plan was made on.
fn drift(prior: &Dynamic, live: &Settings) -> Result<Vec<Difference>, Diagnostic> {
    Ok(state::differences(prior, &state::refreshed(prior, live)?))
}

fn unknown_at_apply() -> Diagnostic {
    Diagnostic::error(
        "A value is still unknown at apply",
        "Terraform asked this provider to write MFA settings of which a part is not known. Nothing was written. This is a bug in \
         Terraform or in this provider; report it with the configuration of this resource.",
    )
}
