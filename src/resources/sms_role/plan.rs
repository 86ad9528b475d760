//! `PlanResourceChange`: what will become of the role, and who still needs one that goes.

use super::arguments::{self, Arguments};
use super::deletion;
use super::identity;
use super::planned::{self, Effect, Surroundings};
use super::session::Session;
use crate::mfa::{RoleFacts, Transition};
use crate::provider::Provider;
use crate::resources::pool::arguments::WaiverArguments;
use crate::resources::pool::duration::Operation;
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Dynamic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned = if request.config.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(diagnostic))
}

async fn change(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let (before, wanted) = (arguments::decode(&request.prior)?, arguments::decode(&request.config)?);
    let surroundings = surroundings(provider, &before, &wanted).await?;
    let planned = planned::plan(&request.prior, &request.config, &surroundings)?;
    if let (Effect::Write, Some(arn)) = (planned.effect, before.arn.known()) {
        provider.configured()?.roles.plan(arn, facts_of(arn, &planned.state));
    }
    let mut diagnostics = rules::judge(&Transition::of_role(None), Moment::Plan, &policy(provider, &wanted)?);
    if planned.effect == Effect::Replace {
        diagnostics.extend(deletion::judge_plan(provider, &before).await?);
    }
    Ok(PlanAnswer {
        // Apply adds the identity of a role that the plan does not know yet.
        identity: identity::of(&planned.state, request.prior_identity.as_ref()).filter(Dynamic::is_wholly_known),
        planned: planned.state,
        requires_replace: planned.requires_replace,
        private: request.prior_private.clone(),
        diagnostics,
    })
}

/// The role as this plan makes it, for the senders that are planned after it. What its policies will let it do is IAM's to say.
fn facts_of(arn: &str, planned: &Dynamic) -> Value<RoleFacts> {
    match planned.member("assume_role_policy") {
        Some(Dynamic::String(trust_policy)) => Value::Known(RoleFacts::found(arn, trust_policy.as_str())),
        _ => Value::Unknown,
    }
}

async fn destroy(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let diagnostics = deletion::judge_plan(provider, &before).await?;
    let identity = request.prior_identity.clone();
    Ok(PlanAnswer { private: request.prior_private.clone(), identity, diagnostics, ..PlanAnswer::default() })
}

/// The account is asked for only where the trust policy of a new role can be shown whole; apply asks anyway.
async fn surroundings(provider: &Provider, before: &Arguments, wanted: &Arguments) -> Result<Surroundings, Diagnostic> {
    let default_tags = provider.configured()?.default_tags.clone();
    let shown = before.arn.is_null() && wanted.external_id.known().is_some() && !wanted.user_pool_ids.is_unknown();
    let owner = match Session::open(provider, wanted, Operation::Read.limit(&wanted.timeouts))?.filter(|_| shown) {
        Some(session) => session.owner().await.ok(),
        None => None,
    };
    Ok(Surroundings { owner, default_tags })
}

/// How findings about this resource are weighed.
pub fn policy(provider: &Provider, arguments: &Arguments) -> Result<Policy, Diagnostic> {
    Ok(Policy { waivers: WaiverArguments::known(&arguments.waivers), ..provider.configured()?.policy.clone() })
}

/// What is wrong with the waivers of a configuration.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    rules::judge(
        &Transition::of_role(None),
        Moment::Validate,
        &Policy { waivers: WaiverArguments::known(&wanted.waivers), ..Policy::default() },
    )
}

/// The tags of the provider block as they are at apply.
pub fn default_tags(provider: &Provider) -> Result<Value<std::collections::BTreeMap<String, String>>, Diagnostic> {
    Ok(provider.configured()?.default_tags.clone())
}
