//! `PlanResourceChange`: what will be written, judged before anything is.

use super::TYPE_NAME;
use super::apply::asked;
use super::arguments::{self, Arguments};
use super::planned::{self, Effect};
use super::restore;
use super::sibling;
use crate::mfa::{Factor, Mode, Settings, Sibling, Transition, Wanted};
use crate::provider::Provider;
use crate::provider::claims::Holder;
use crate::resources::pool::change::{holder, policy};
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::session::{self, Session};
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
    let holder = holder(TYPE_NAME, &request.prior, &request.config);
    let diagnostics = match planned.effect {
        Effect::Nothing | Effect::StateOnly => {
            judge_others(provider, &before, &wanted, holder, sibling::decode(&request.config))?
        }
        Effect::Write => judge_change(provider, &before, &wanted, holder, sibling::decode(&request.config)).await?,
        // The new pool is judged when core plans the second half, a create.
        Effect::Replace => judge_destroy(provider, &before, &request.prior_private).await?,
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
    let diagnostics = judge_destroy(provider, &before, &request.prior_private).await?;
    let identity = request.prior_identity.clone();
    Ok(PlanAnswer { private: request.prior_private.clone(), identity, diagnostics, ..PlanAnswer::default() })
}

async fn judge_change(
    provider: &Provider,
    before: &Arguments,
    wanted: &Arguments,
    holder: Holder,
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
    let request = match (&session, live.known()) {
        (Some(session), Some(live)) => match wanted.without_the_unlisted(before, live) {
            Some(request) => request,
            None => asked(session, wanted, before, live, Moment::Plan).await,
        },
        _ => wanted.request(before, &live),
    };
    if let Some(session) = &session {
        session.pool.plan(&request);
    }
    let mut facts = match (&session, live.known()) {
        (Some(session), Some(live)) => session.facts(&request, live, Moment::Plan).await?,
        _ => session::nothing_known(&request),
    };
    if let Value::Known(sibling) = &sibling {
        facts.pool = sibling.onto(facts.pool);
    }
    let rivals = session.map_or_else(Vec::new, |session| session.pool.claims.plan(holder, parts(wanted)));
    let sibling = if comparable { sibling } else { Value::Null };
    let transition = facts.onto(Transition::of(&wanted.user_pool_id, live, Value::Known(request)));
    let transition = Transition { rivals, sibling, sms_role_listed: wanted.listed_sms_role(), ..transition };
    let mut diagnostics = facts.notes;
    diagnostics.extend(rules::judge(&transition, Moment::Plan, &policy(&*provider.configured()?, wanted.waivers())));
    Ok(diagnostics)
}

/// Judges what other resources do to the pool while this one does nothing: by the settings of this plan's refresh, so that a plan
/// without a change costs no call. Without a refresh, the sibling's values and the pool's would be of different times.
fn judge_others(
    provider: &Provider,
    before: &Arguments,
    wanted: &Arguments,
    holder: Holder,
    sibling: Value<Sibling>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let limit = Operation::Read.limit(&wanted.timeouts);
    let Some(session) = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)? else { return Ok(Vec::new()) };
    let rivals = session.pool.claims.plan(holder, parts(wanted));
    let live = Value::from(session.pool.remembered());
    let request = if live.is_null() { Value::Null } else { Value::Known(wanted.request(before, &live)) };
    let transition = Transition { rivals, sibling, ..Transition::of(&wanted.user_pool_id, live, request) };
    Ok(rules::judge_unchanged(&transition, &policy(&session.configured, wanted.waivers())))
}

/// The parts of the pool's settings that these arguments manage. The exclusive form manages every factor that `factors` does not
/// leave to another resource, because it removes those it does not have.
pub fn parts(wanted: &Arguments) -> Vec<&'static str> {
    let removes = wanted.is_shared() != Value::Known(true) && wanted.mode() != Value::Known(Mode::Off);
    let own = |factor: Factor| match factor {
        Factor::SoftwareToken => wanted.token == Value::Known(true),
        Factor::Sms => !wanted.sms.is_null(),
        Factor::Email => !wanted.email.is_null(),
    };
    let claimed = Factor::ALL.into_iter().filter(|factor| own(*factor) || (removes && !wanted.lists(*factor)));
    ["mfa_configuration"].into_iter().chain(claimed.map(Factor::argument)).collect()
}

/// Judges the end of the resource by the policy and the waivers in its state; only `OFF` and `RESTORE` need to read the pool.
async fn judge_destroy(provider: &Provider, before: &Arguments, private: &[u8]) -> Result<Vec<Diagnostic>, Diagnostic> {
    let deletion = before.deletion();
    let limit = Operation::Delete.limit(&before.timeouts);
    let session = Session::open(provider, &before.user_pool_id, &before.region, limit)?.filter(|_| restore::sends(deletion));
    let live = match &session {
        Some(session) => Value::Known(match session.remembered().await? {
            Some(live) => live,
            None => return Ok(Vec::new()),
        }),
        None => recorded(before),
    };
    let request = match live.known() {
        _ if !restore::sends(deletion) => Value::Null,
        Some(live) => Value::Known(restore::request(deletion, private, &before.user_pool_id, live)?),
        None => Value::Unknown,
    };
    let facts = match (&session, live.known(), request.known()) {
        (Some(session), Some(live), Some(request)) => session.facts(request, live, Moment::Plan).await?,
        (_, _, request) => session::nothing_known(request.unwrap_or(&turned_off(&Settings::UNTOUCHED))),
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
    let request = before.request(&Arguments::default(), &Value::Known(Settings::UNTOUCHED));
    request.settle().map_or(Value::Unknown, Value::Known)
}

/// Judges a configuration alone.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    let request = wanted.request(&Arguments::default(), &Value::Unknown);
    let facts = session::nothing_known(&request);
    let transition = facts.onto(Transition::of(&wanted.user_pool_id, Value::Unknown, Value::Known(request)));
    rules::judge(&transition, Moment::Validate, &Policy { waivers: wanted.waivers(), ..Policy::default() })
}
