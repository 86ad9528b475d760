//! `PlanResourceChange`: what will be written, judged before anything is.

use super::arguments::{self, Arguments};
use super::planned::{self, Effect};
use super::sibling;
use crate::mfa::{Deletion, Mode, Settings, Sibling, Transition, Wanted};
use crate::provider::Provider;
use crate::resources::pool::change::policy;
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::session::{self, Session};
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned = if request.config.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    planned.unwrap_or_else(|diagnostic| PlanAnswer {
        planned: request.proposed.clone(),
        private: request.prior_private.clone(),
        identity: request.prior_identity.clone(),
        diagnostics: vec![diagnostic],
        ..PlanAnswer::default()
    })
}

async fn change(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let planned = planned::plan(&request.prior, &request.config)?;
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.config)?;
    let diagnostics = match planned.effect {
        Effect::Nothing | Effect::StateOnly => judge_sibling(provider, &before, &wanted, sibling::decode(&request.config))?,
        Effect::Write => judge_change(provider, &before, &wanted, sibling::decode(&request.config)).await?,
        // The new pool is judged when core plans the second half, a create.
        Effect::Replace => judge_destroy(provider, &before).await?,
    };
    Ok(PlanAnswer {
        identity: identity::of(&planned.state, request.prior_identity.as_ref()),
        planned: planned.state,
        requires_replace: planned.requires_replace,
        private: request.prior_private.clone(),
        diagnostics,
    })
}

async fn destroy(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let diagnostics = judge_destroy(provider, &before).await?;
    let identity = request.prior_identity.clone();
    Ok(PlanAnswer { private: request.prior_private.clone(), identity, diagnostics, ..PlanAnswer::default() })
}

async fn judge_change(
    provider: &Provider,
    before: &Arguments,
    wanted: &Arguments,
    sibling: Value<Sibling>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let operation = if before.mode.is_null() { Operation::Create } else { Operation::Update };
    let limit = operation.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?;
    let comparable = before.mode.is_null() || session.as_ref().is_some_and(Session::is_refreshed);
    let live = match &session {
        None => Value::Unknown,
        Some(session) => Value::Known(session.remembered().await?.ok_or_else(|| session.no_such_pool())?),
    };
    let request = wanted.wanted(before, &live);
    let mut facts = match (&session, live.known()) {
        (Some(session), Some(live)) => session.facts(&request, live, Moment::Plan).await?,
        _ => session::nothing_known(&request),
    };
    if let Value::Known(sibling) = &sibling {
        facts.pool = sibling.onto(facts.pool);
    }
    let transition = facts.onto(Transition::of(&wanted.user_pool_id, live, Value::Known(request)));
    let transition = Transition { sibling: if comparable { sibling } else { Value::Null }, ..transition };
    let mut diagnostics = facts.notes;
    diagnostics.extend(rules::judge(&transition, Moment::Plan, &policy(&*provider.configured()?, wanted.waivers())));
    Ok(diagnostics)
}

/// Judges what another resource does to the pool while this one does nothing: by the settings of this plan's refresh, so that a plan
/// without a change costs no call. Without a refresh, the sibling's values and the pool's would be of different times.
fn judge_sibling(
    provider: &Provider,
    before: &Arguments,
    wanted: &Arguments,
    sibling: Value<Sibling>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    if sibling.is_null() {
        return Ok(Vec::new());
    }
    let limit = Operation::Update.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?;
    let Some(live) = session.and_then(|session| session.pool.remembered()) else { return Ok(Vec::new()) };
    let request = wanted.wanted(before, &Value::Known(live.clone()));
    let transition = Transition::of(&wanted.user_pool_id, Value::Known(live), Value::Known(request));
    let transition = Transition { sibling, ..transition };
    Ok(rules::judge_unchanged(&transition, &policy(&*provider.configured()?, wanted.waivers())))
}

/// Judges the end of the resource by the policy and the waivers in its state; only `OFF` needs to read the pool.
async fn judge_destroy(provider: &Provider, before: &Arguments) -> Result<Vec<Diagnostic>, Diagnostic> {
    let deletion = before.deletion();
    let limit = Operation::Delete.limit(&before.timeouts);
    let session = Session::open(provider, &before.user_pool_id, &before.region, limit)?;
    let (live, facts) = match (deletion, &session) {
        (Deletion::Off, Some(session)) => {
            let Some(live) = session.remembered().await? else { return Ok(Vec::new()) };
            let request = turned_off(&live);
            let facts = session.facts(&request, &live, Moment::Plan).await?;
            (Value::Known(live), facts)
        }
        _ => (recorded(before), session::nothing_known(&turned_off(&Settings::UNTOUCHED))),
    };
    let request = match (deletion, live.known()) {
        (Deletion::Off, Some(live)) => Value::Known(turned_off(live)),
        (Deletion::Off, None) => Value::Unknown,
        _ => Value::Null,
    };
    let transition = facts.onto(Transition::of(&before.user_pool_id, live, request));
    let transition = Transition { deletion: Some(deletion), ..transition };
    let mut diagnostics = facts.notes;
    diagnostics.extend(rules::judge(&transition, Moment::Plan, &policy(&*provider.configured()?, before.waivers())));
    Ok(diagnostics)
}

/// The request that turns MFA off and leaves the passkey settings as they are (row M04).
pub fn turned_off(live: &Settings) -> Wanted {
    let off = Arguments { mode: Value::Known(Mode::Off.as_str().to_owned()), ..Arguments::default() };
    off.wanted(&Arguments::default(), &Value::Known(live.clone()))
}

/// The settings as the state has them: enough to name what a destroy leaves behind.
fn recorded(before: &Arguments) -> Value<Settings> {
    let request = before.wanted(&Arguments::default(), &Value::Known(Settings::UNTOUCHED));
    request.settle().map_or(Value::Unknown, Value::Known)
}

/// Judges a configuration alone.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    let request = wanted.wanted(&Arguments::default(), &Value::Unknown);
    let facts = session::nothing_known(&request);
    let transition = facts.onto(Transition::of(&wanted.user_pool_id, Value::Unknown, Value::Known(request)));
    rules::judge(&transition, Moment::Validate, &Policy { waivers: wanted.waivers(), ..Policy::default() })
}
