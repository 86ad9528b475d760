//! `ApplyResourceChange`: read, judge with everything known, write once, read back.

use super::arguments::{self, Arguments};
use super::duration::Operation;
use super::identity;
use super::lookup::Session;
use super::plan::{policy, turned_off};
use super::planned::{self, Effect};
use super::state;
use super::write::{self, Outcome, Patience};
use crate::mfa::{Deletion, Difference, RoleFacts, Settings, Transition, Wanted};
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
    let (errors, role) = judge(provider, &session, &wanted, &live, &asked, drift, None).await?;
    if !errors.is_empty() {
        return Ok(answer(request, request.prior.clone(), errors));
    }
    let settings = asked.settle().ok_or_else(unknown_at_apply)?;
    if asked.changes(&live) == Some(false) {
        let state = planned::settled(&request.planned, &live, &session.pool.region)?;
        return Ok(answer(request, state, Vec::new()));
    }
    let settings = write::within_tier(settings, &session).await;
    let outcome = write::write(&session, &live, &settings, Patience::with(&role), |now| {
        let now = planned::settled(&request.planned, now, &session.pool.region)?;
        Ok(state::differences(&request.planned, &now))
    });
    settle(request, &session, outcome.await?)
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
    let (errors, role) = judge(provider, &session, &before, &live, &asked, drift, Some(deletion)).await?;
    if !errors.is_empty() {
        return Ok(answer(request, request.prior.clone(), errors));
    }
    let settings = asked.settle().ok_or_else(unknown_at_apply)?;
    if asked.changes(&live) == Some(false) {
        return Ok(answer(request, Dynamic::Null, Vec::new()));
    }
    let settings = write::within_tier(settings, &session).await;
    let outcome = write::write(&session, &live, &settings, Patience::with(&role), |now| {
        let mode = (now.mode != settings.mode).then(|| Difference {
            attribute: "mfa_configuration".to_owned(),
            planned: format!("{:?}", settings.mode.as_str()),
            now: format!("{:?}", now.mode.as_str()),
        });
        Ok(mode.into_iter().collect())
    });
    match outcome.await? {
        Outcome::Written(_, notes) => Ok(answer(request, Dynamic::Null, notes)),
        Outcome::Failed(now, diagnostic) => {
            let state = match now {
                Some(now) => state::refreshed(&request.prior, &now)?,
                None => request.prior.clone(),
            };
            Ok(answer(request, state, vec![diagnostic]))
        }
    }
}

/// The errors of all rules, with everything read afresh, and the role that was read. Warnings were shown by the plan that core makes right before.
async fn judge(
    provider: &Provider,
    session: &Session,
    arguments: &Arguments,
    live: &Settings,
    asked: &Wanted,
    drift: Vec<Difference>,
    deletion: Option<Deletion>,
) -> Result<(Vec<Diagnostic>, Value<RoleFacts>), Diagnostic> {
    let facts = session.facts(asked, live, Moment::Apply).await?;
    let transition = Transition {
        user_pool_id: arguments.user_pool_id.clone(),
        live: Value::Known(live.clone()),
        request: if deletion == Some(Deletion::Prevent) { Value::Null } else { Value::Known(asked.clone()) },
        pool: facts.pool,
        role: facts.role.clone(),
        sns: facts.sns,
        deletion,
        drift,
    };
    let found = rules::judge(&transition, Moment::Apply, &policy(provider, arguments)?);
    Ok((found.into_iter().filter(Diagnostic::is_error).collect(), facts.role))
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
