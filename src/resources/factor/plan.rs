//! `PlanResourceChange` of a factor: judged against the pool as it is, with everything else of it kept.

use super::FactorResource;
use super::arguments::{self, Arguments};
use super::state::{self, Effect};
use crate::mfa::{Mode, Settings, Transition, Wanted};
use crate::provider::Provider;
use crate::resources::pool::change::{holder, policy};
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::session::{self, Session};
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(kind: &FactorResource, provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned =
        if request.config.is_null() { destroy(kind, provider, &request).await } else { change(kind, provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(diagnostic))
}

async fn change(kind: &FactorResource, provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let planned = state::plan(kind.factor, &request.prior, &request.config)?;
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.config)?;
    let diagnostics = match planned.effect {
        // The end of the old pool's factor is judged nowhere: a plan cannot see what becomes of its mode.
        Effect::Replace => Vec::new(),
        effect => judge_change(kind, provider, request, (&before, &wanted), effect).await?,
    };
    Ok(PlanAnswer {
        identity: identity::of(&planned.state, request.prior_identity.as_ref()),
        planned: planned.state,
        requires_replace: planned.requires_replace,
        private: request.prior_private.clone(),
        diagnostics: kind.placed(diagnostics),
    })
}

async fn judge_change(
    kind: &FactorResource,
    provider: &Provider,
    request: &PlanRequest,
    (before, wanted): (&Arguments, &Arguments),
    effect: Effect,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let operation = if request.prior.is_null() { Operation::Create } else { Operation::Update };
    let limit = operation.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?;
    let rivals = session.as_ref().map_or_else(Vec::new, |session| {
        session.pool.claims.plan(holder(kind.type_name, &request.prior, &request.config), vec![kind.factor.argument()])
    });
    let configured = provider.configured()?;
    if effect == Effect::Nothing {
        let seen = Transition { rivals, ..Transition::of(&wanted.user_pool_id, Value::Unknown, Value::Null) };
        return Ok(rules::judge(&seen, Moment::Plan, &policy(&configured, Vec::new())));
    }
    let live = match &session {
        None => Value::Unknown,
        Some(session) => Value::Known(session.remembered().await?.ok_or_else(|| session.no_such_pool())?),
    };
    let kept = match (&session, live.known()) {
        (Some(session), Some(live)) => Value::Known(kind.kept(session, live, Moment::Plan).await),
        _ => Value::Unknown,
    };
    let asked = kind.asked(wanted, before, &kept);
    if let Some(session) = &session {
        // Other factors of the pool may be planned beside this one, so nobody knows the whole yet.
        session.pool.plan_open();
    }
    let facts = match (&session, live.known()) {
        (Some(session), Some(live)) => session.facts(&asked, live, Moment::Plan).await?,
        _ => session::nothing_known(&asked),
    };
    let seen = Transition { rivals, ..facts.onto(Transition::of(&wanted.user_pool_id, live, Value::Known(asked))) };
    let mut diagnostics = facts.notes;
    diagnostics.extend(rules::judge(&seen, Moment::Plan, &policy(&configured, wanted.waivers())));
    Ok(diagnostics)
}

/// A factor's destroy is never refused here: a plan cannot see whether the mode goes with it, or another factor comes first.
async fn destroy(kind: &FactorResource, provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let limit = Operation::Delete.limit(&before.timeouts);
    let mut diagnostics = Vec::new();
    if let Some(session) = Session::open(provider, &before.user_pool_id, &before.region, limit)?
        && let Some(live) = session.remembered().await?
    {
        let seen = kind.removal(&before.user_pool_id, &kind.kept(&session, &live, Moment::Plan).await);
        let judged = rules::judge(&seen, Moment::Plan, &policy(&session.configured, before.waivers()));
        diagnostics.extend(judged.into_iter().filter(|found| !found.is_error()));
    }
    let identity = request.prior_identity.clone();
    Ok(PlanAnswer {
        private: request.prior_private.clone(),
        identity,
        diagnostics: kind.placed(diagnostics),
        ..PlanAnswer::default()
    })
}

impl FactorResource {
    /// What a pool with `live` is sent: all it has with this factor's block changed, and only that block where it is `OFF`.
    pub(super) fn asked(&self, wanted: &Arguments, before: &Arguments, live: &Value<Settings>) -> Wanted {
        match live {
            Value::Known(pool) if pool.mode != Mode::Off => wanted.onto(self.factor, Wanted::from(pool), before, live),
            _ => arguments::declared(self.factor, wanted, before, live),
        }
    }

    /// The destroy of this factor on a pool with `live`; nothing is sent for the last factor of an active pool, and to a pool that is
    /// `OFF`.
    pub(super) fn removal(&self, user_pool_id: &Value<String>, live: &Settings) -> Transition {
        let others = live.factors().into_iter().any(|factor| factor != self.factor);
        let request = if live.mode != Mode::Off && others {
            Value::Known(Wanted::from(&live.clone().without(&[self.factor])))
        } else {
            Value::Null
        };
        Transition { removal: Some(self.factor), ..Transition::of(user_pool_id, Value::Known(live.clone()), request) }
    }

    /// Diagnostics at paths of this type: what a rule says of an argument that this type does not have is said of the resource.
    pub(super) fn placed(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let schema = (self.schema)();
        for diagnostic in &mut diagnostics {
            let root = diagnostic.path.as_ref().and_then(|path| path.0.first());
            let known = matches!(root, Some(crate::tf::Step::Attribute(name)) if schema.block.attributes.iter().any(|own| own.name == *name));
            if !known {
                diagnostic.path = None;
            }
        }
        diagnostics
    }
}
