//! `ApplyResourceChange`: read, judge with everything known, write once, read back.

use super::TYPE_NAME;
use tokio::sync::OwnedMutexGuard;

use super::arguments::{self, Arguments};
use super::identity;
use super::plan::{PART, claim, key};
use super::planned::{self, Effect};
use super::seen;
use super::state;
use super::user::{Found, User, transition};
use super::write::{self, Outcome};
use crate::mfa::{Difference, Preference, Transition, UserFacts};
use crate::provider::Provider;
use crate::provider::walk::{Act, Hold};
use crate::resources::contest::{self, Fate};
use crate::resources::generation::{self, Generation};
use crate::resources::pool::change::{policy, unknown_at_apply};
use crate::resources::pool::duration::Operation;
use crate::resources::pool::session::Session;
use crate::resources::{ApplyAnswer, ApplyRequest, failure};
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Dynamic, Value};

/// Carries a planned change out.
pub async fn apply(provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
    let done = if request.planned.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    let mut answer = done.unwrap_or_else(|diagnostic| answer(&request, request.prior.clone(), vec![diagnostic]));
    if request.prior.is_null() && !answer.state.is_null() {
        answer.private = succeeded(provider, &answer).unwrap_or(answer.private);
    }
    answer
}

/// The private bytes of a state that was just made.
fn succeeded(provider: &Provider, made: &ApplyAnswer) -> Option<Vec<u8>> {
    let object = key(provider, &arguments::decode(&made.state).ok()?).ok()??;
    let claim = claim(object, &Generation::stored(&made.private), Act::Wrote);
    Some(contest::succeeded(&provider.configured().ok()?.walk, claim, &made.private))
}

fn answer(request: &ApplyRequest, state: Dynamic, diagnostics: Vec<Diagnostic>) -> ApplyAnswer {
    let identity = if state.is_null() { request.identity.clone() } else { identity::of(&state, request.identity.as_ref()) };
    ApplyAnswer { state, private: generation::settled(&request.private), identity, diagnostics }
}

async fn change(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.planned)?;
    let _held = hold(provider, &wanted).await?;
    let mut was_taken = false;
    if let Some(object) = key(provider, &wanted)? {
        let (walk, claim) = (&provider.configured()?.walk, claim(object, &Generation::stored(&request.private), Act::Wrote));
        was_taken = contest::was_taken(walk, &claim);
        contest::apply(walk, claim);
    }
    if !was_taken && planned::plan(&request.prior, &request.config)?.effect == Effect::StateOnly {
        return Ok(answer(request, request.planned.clone(), Vec::new()));
    }
    let operation = if request.prior.is_null() { Operation::Create } else { Operation::Update };
    let user = User::open(provider, &wanted, operation)?.ok_or_else(unknown_at_apply)?;
    let facts = user.expect().await?;
    let object = key(provider, &wanted)?.ok_or_else(unknown_at_apply)?;
    let seen = generation::seen(&request.private);
    let drift = seen.map_or_else(Vec::new, |seen| seen::differences(&user, &object, &wanted.wanted, &seen, &facts));
    let errors = refusals(&user, &wanted, (wanted.wanted.clone(), drift), operation, &facts).await?;
    if !errors.is_empty() {
        return Ok(answer(request, request.prior.clone(), errors));
    }
    let asked = wanted.wanted.request(&before.wanted, &facts).ok_or_else(unknown_at_apply)?;
    let region = &user.session.pool.region;
    if asked.is_empty() {
        return Ok(answer(request, state::refreshed(&request.planned, &facts, region)?, Vec::new()));
    }
    let outcome = write::write(&user, &asked, &wanted.wanted).await;
    outcome.now().into_iter().for_each(|now| seen::leave(&user, &object, &facts, now));
    match outcome {
        Outcome::Written(now) => Ok(answer(request, state::refreshed(&request.planned, &now, region)?, Vec::new())),
        Outcome::Failed(now, diagnostic) => {
            // A create that failed stores nothing: a tainted state would be destroyed and made anew.
            let state = match now {
                Some(now) if !request.prior.is_null() => state::refreshed(&request.prior, &now, region)?,
                _ => request.prior.clone(),
            };
            Ok(answer(request, state, vec![diagnostic]))
        }
    }
}

async fn destroy(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    if !before.turns_off() {
        return Ok(answer(request, Dynamic::Null, Vec::new()));
    }
    let object = key(provider, &before)?.ok_or_else(unknown_at_apply)?;
    let _held = hold(provider, &before).await?;
    match contest::fate(&provider.configured()?.walk, &request.private, &object) {
        Fate::Asked(held) if held.is_empty() => {}
        fate => {
            tracing::info!(?fate, "the end of the resource leaves the user alone");
            return Ok(answer(request, Dynamic::Null, Vec::new()));
        }
    }
    contest::ended(&provider.configured()?.walk, &request.private, TYPE_NAME, &object, vec![PART.to_owned()]);
    let user = User::open(provider, &before, Operation::Delete)?.ok_or_else(unknown_at_apply)?;
    let Found::User(facts) = user.read().await? else { return Ok(answer(request, Dynamic::Null, Vec::new())) };
    let off = before.wanted.disabled();
    let errors = refusals(&user, &before, (off.clone(), Vec::new()), Operation::Delete, &facts).await?;
    if !errors.is_empty() {
        return Ok(answer(request, request.prior.clone(), errors));
    }
    let asked = off.request(&Preference::default(), &facts).ok_or_else(unknown_at_apply)?;
    if asked.is_empty() {
        return Ok(answer(request, Dynamic::Null, Vec::new()));
    }
    let outcome = write::write(&user, &asked, &off).await;
    outcome.now().into_iter().for_each(|now| seen::leave(&user, &object, &facts, now));
    match outcome {
        Outcome::Written(_) => Ok(answer(request, Dynamic::Null, Vec::new())),
        Outcome::Failed(now, diagnostic) => {
            let state = match now {
                Some(now) => state::refreshed(&request.prior, &now, &user.session.pool.region)?,
                None => request.prior.clone(),
            };
            Ok(answer(request, state, vec![diagnostic]))
        }
    }
}

/// Holds a user in this process and against others of this machine.
async fn hold(provider: &Provider, arguments: &Arguments) -> Result<Option<(OwnedMutexGuard<()>, Hold)>, Diagnostic> {
    let (Some(user), Some(object)) = (User::open(provider, arguments, Operation::Update)?, key(provider, arguments)?) else {
        return Ok(None);
    };
    let Session { configured, pool, deadline, .. } = &user.session;
    let own = pool.lock_user(user.name.known().map_or("", String::as_str));
    let held = configured.hold(&object, own, *deadline).await;
    held.map(Some).ok_or_else(|| failure::not_held(&user.label(), configured.stop.is_cancelled()))
}

/// What the rules refuse with everything read afresh. Only errors count here: warnings were shown by the plan that core makes right
/// before.
async fn refusals(
    user: &User,
    arguments: &Arguments,
    (wanted, drift): (Preference, Vec<Difference>),
    operation: Operation,
    facts: &UserFacts,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let (live, _) = user.pool_settings(true).await?;
    let is_destroy = operation == Operation::Delete;
    let change = Transition { drift, ..transition(arguments, wanted, is_destroy, live, Value::Known(facts.clone())) };
    let policy = policy(&user.session.configured, arguments.waivers());
    Ok(rules::judge(&change, Moment::Apply, &policy).into_iter().filter(Diagnostic::is_error).collect())
}
