//! `PlanResourceChange`: what will be written, judged before anything is.

use super::arguments::{self, Arguments};
use super::identity;
use super::planned::{self, Effect};
use super::user::{User, transition};
use crate::mfa::Preference;
use crate::provider::Provider;
use crate::resources::pool::change::policy;
use crate::resources::pool::duration::Operation;
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned = if request.config.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(diagnostic))
}

async fn change(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let planned = planned::plan(&request.prior, &request.config)?;
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.config)?;
    let diagnostics = match planned.effect {
        Effect::Nothing | Effect::StateOnly => Vec::new(),
        Effect::Write => {
            let operation = if request.prior.is_null() { Operation::Create } else { Operation::Update };
            judge(provider, &wanted, wanted.wanted.clone(), operation).await?
        }
        // The preference of the new user is judged when core plans the second half, a create.
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

/// Judges the end of the resource by the policy and the waivers in its state; only `OFF` makes a call, now or later.
async fn judge_destroy(provider: &Provider, before: &Arguments) -> Result<Vec<Diagnostic>, Diagnostic> {
    if !before.turns_off() {
        return Ok(Vec::new());
    }
    judge(provider, before, before.wanted.disabled(), Operation::Delete).await
}

async fn judge(
    provider: &Provider,
    arguments: &Arguments,
    wanted: Preference,
    operation: Operation,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let is_destroy = operation == Operation::Delete;
    let mut diagnostics = Vec::new();
    let (live, facts) = match User::open(provider, arguments, operation)? {
        None => (Value::Unknown, Value::Unknown),
        Some(user) => {
            let (facts, unseen) = user.foresee().await?;
            if facts.is_null() && is_destroy {
                // What is gone needs no destroy.
                return Ok(Vec::new());
            }
            let (live, unread) = user.pool_settings(false).await?;
            let absent = facts.is_null().then(|| user.not_there_yet());
            diagnostics.extend([unseen, unread, absent].into_iter().flatten());
            (live, if facts.is_null() { Value::Unknown } else { facts })
        }
    };
    let change = transition(arguments, wanted, is_destroy, live, facts);
    let policy = policy(provider.configured()?.as_ref(), arguments.waivers());
    diagnostics.extend(rules::judge(&change, Moment::Plan, &policy));
    Ok(diagnostics)
}

/// Judges a configuration alone.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    let change = transition(wanted, wanted.wanted.clone(), false, Value::Unknown, Value::Unknown);
    rules::judge(&change, Moment::Validate, &Policy { waivers: wanted.waivers(), ..Policy::default() })
}
