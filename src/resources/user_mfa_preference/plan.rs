//! `PlanResourceChange`: what will be written, judged before anything is.

use serde_json::Value as Json;

use super::TYPE_NAME;
use super::arguments::{self, Arguments};
use super::identity;
use super::planned::{self, Effect};
use super::seen;
use super::user::{User, transition};
use crate::mfa::{Contest, Preference, Rival, Transition};
use crate::provider::Provider;
use crate::provider::walk::{Act, Claim};
use crate::resources::contest::{self, End, Why};
use crate::resources::generation::{Generation, Role};
use crate::resources::pool::change::policy;
use crate::resources::pool::duration::Operation;
use crate::resources::{PlanAnswer, PlanRequest};
use crate::rules::{self, Moment, Policy};
use crate::tf::{Diagnostic, Value};

/// Plans a create, an update, a destroy or no change.
pub async fn plan(provider: &Provider, request: PlanRequest) -> PlanAnswer {
    let planned = if request.config.is_null() { destroy(provider, &request).await } else { change(provider, &request).await };
    planned.unwrap_or_else(|diagnostic| request.failed(vec![diagnostic]))
}

async fn change(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let planned = planned::plan(&request.prior, &request.config)?;
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.config)?;
    let walk = &provider.configured()?.walk;
    let mut generation = Generation::of(request);
    let object = key(provider, &wanted)?;
    let act = match planned.effect {
        Effect::Nothing => Act::Stays,
        Effect::StateOnly => Act::Settles,
        Effect::Write | Effect::Replace => Act::Writes,
    };
    let mut seen = None;
    let mut diagnostics = match planned.effect {
        Effect::Nothing | Effect::StateOnly => Vec::new(),
        Effect::Write => {
            let operation = if request.prior.is_null() { Operation::Create } else { Operation::Update };
            let judged = judge(provider, &wanted, wanted.wanted.clone(), operation, generation.first_seen.as_ref()).await?;
            seen = judged.seen.filter(|_| request.prior.is_null());
            judged.diagnostics
        }
        // The preference of the new user is judged when core plans the second half, a create.
        Effect::Replace => {
            let (end, _, diagnostics) = judged_end(provider, request, &before).await?;
            generation = generation.sparing(if let End::Spared(parts) = end { parts } else { Vec::new() });
            diagnostics
        }
    };
    if let Some(object) = object.clone().filter(|_| planned.effect != Effect::Replace) {
        let others = contest::plan(walk, claim(object, &generation, act));
        let ends = others.rivals.into_iter().filter(|rival| rival.contest == Contest::Ending).collect();
        diagnostics.extend(judge_rivals(provider, &wanted, ends)?);
        diagnostics.extend(others.takes_over.then(|| contest::taken_on(&label(&wanted))));
    }
    let is_replaced = generation.is_create_half && object.is_some() && generation.older_object == object;
    diagnostics.extend(is_replaced.then(|| contest::left_alone(&label(&wanted), Why::Replaced)));
    let (role, older) = if request.prior.is_null() {
        (Role::Create, generation.older_object.clone())
    } else {
        (Role::Change, key(provider, &before)?)
    };
    Ok(PlanAnswer {
        identity: identity::of(&planned.state, request.prior_identity.as_ref()),
        planned: planned.state,
        requires_replace: planned.requires_replace,
        private: generation.seeing(seen).planned(walk, role, object, older),
        diagnostics,
    })
}

async fn destroy(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let (_, private, diagnostics) = judged_end(provider, request, &before).await?;
    Ok(PlanAnswer { private, identity: request.prior_identity.clone(), diagnostics, ..PlanAnswer::default() })
}

/// The one part of a user that this resource has.
pub const PART: &str = "preference";

/// Key of the user among the objects of the run; `None` while it is not known.
pub fn key(provider: &Provider, arguments: &Arguments) -> Result<Option<String>, Diagnostic> {
    let user = User::open(provider, arguments, Operation::Read)?;
    Ok(user.and_then(|user| Some(format!("{}/user/{}", user.session.pool.key(), user.name.known()?))))
}

/// What this resource has of its user.
pub fn claim(object: String, generation: &Generation, act: Act) -> Claim {
    let (id, succeeds) = (generation.id.clone(), generation.succeeds.clone());
    let (resource, parts) = (TYPE_NAME.to_owned(), vec![PART.to_owned()]);
    Claim { object, resource, generation: id, succeeds, act, parts, ..Claim::default() }
}

/// What the end of this resource takes away.
fn taken_by(before: &Arguments) -> Vec<String> {
    if before.turns_off() { vec![PART.to_owned()] } else { Vec::new() }
}

fn text(value: &Value<String>) -> &str {
    value.known().map_or("", String::as_str)
}

fn label(arguments: &Arguments) -> String {
    format!("the preference of a user of {}", text(&arguments.user_pool_id))
}

fn judge_rivals(provider: &Provider, arguments: &Arguments, rivals: Vec<Rival>) -> Result<Vec<Diagnostic>, Diagnostic> {
    let seen = transition(arguments, Preference::default(), false, Value::Unknown, Value::Unknown);
    let policy = policy(provider.configured()?.as_ref(), arguments.waivers());
    let mut found = rules::judge_unchanged(&Transition { rivals, ..seen }, &policy);
    found.iter_mut().for_each(|diagnostic| diagnostic.path = None);
    Ok(found)
}

/// What becomes of an end, its private bytes, and what the rules say.
async fn judged_end(
    provider: &Provider,
    request: &PlanRequest,
    before: &Arguments,
) -> Result<(End, Vec<u8>, Vec<Diagnostic>), Diagnostic> {
    let configured = provider.configured()?;
    let (object, parts) = (key(provider, before)?, taken_by(before));
    let planned = || contest::plan_end(&configured.walk, request, TYPE_NAME, object.clone(), parts.clone());
    let (end, private) = planned();
    let mut diagnostics = judge_end(provider, before, &end).await?;
    let is_alone = end == End::Free && diagnostics.iter().any(Diagnostic::is_error);
    match &object {
        Some(object) if is_alone && contest::hears_of_others(&configured.walk, request, object, &parts).await => {
            let (end, private) = planned();
            let diagnostics = judge_end(provider, before, &end).await?;
            Ok((end, private, diagnostics))
        }
        _ => {
            let block = &[TYPE_NAME, text(&before.user_pool_id), text(&before.username)];
            let takes = is_alone && !parts.is_empty();
            contest::reconsider(&configured.walk, request, object.as_deref(), (block, takes), &mut diagnostics);
            Ok((end, private, diagnostics))
        }
    }
}

async fn judge_end(provider: &Provider, before: &Arguments, end: &End) -> Result<Vec<Diagnostic>, Diagnostic> {
    match end {
        End::Forgotten if !before.turns_off() => Ok(Vec::new()),
        End::Forgotten => Ok(vec![contest::left_alone(&label(before), Why::Deposed)]),
        End::Spared(_) => Ok(vec![contest::handed_on(&label(before))]),
        End::Contested(rivals) => judge_rivals(provider, before, rivals.clone()),
        End::Free => judge_destroy(provider, before).await,
    }
}

/// Judges the end of the resource by the policy and the waivers in its state; only `OFF` makes a call, now or later.
async fn judge_destroy(provider: &Provider, before: &Arguments) -> Result<Vec<Diagnostic>, Diagnostic> {
    if !before.turns_off() {
        return Ok(Vec::new());
    }
    Ok(judge(provider, before, before.wanted.disabled(), Operation::Delete, None).await?.diagnostics)
}

/// A change that was judged.
#[derive(Default)]
struct Judged {
    diagnostics: Vec<Diagnostic>,
    /// What the user has, where that was read.
    seen: Option<Json>,
}

/// `first_seen` is what the plan that this one repeats has seen of the user.
async fn judge(
    provider: &Provider,
    arguments: &Arguments,
    wanted: Preference,
    operation: Operation,
    first_seen: Option<&Json>,
) -> Result<Judged, Diagnostic> {
    let is_destroy = operation == Operation::Delete;
    let (mut diagnostics, mut drift, mut seen) = (Vec::new(), Vec::new(), None);
    let (live, facts) = match User::open(provider, arguments, operation)? {
        None => (Value::Unknown, Value::Unknown),
        Some(user) => {
            let (facts, unseen) = user.foresee().await?;
            if facts.is_null() && is_destroy {
                // What is gone needs no destroy.
                return Ok(Judged::default());
            }
            if let (Some(facts), Some(object)) = (facts.known(), key(provider, arguments)?) {
                seen = Some(seen::before_the_run(&user, &object, facts));
                drift = first_seen.map_or_else(Vec::new, |seen| seen::differences(&user, &object, &wanted, seen, facts));
            }
            let (live, unread) = user.pool_settings(false).await?;
            let absent = (facts.is_null() && !user.session.pool.is_gone()).then(|| user.not_there_yet());
            diagnostics.extend([unseen, unread, absent].into_iter().flatten());
            (live, if facts.is_null() { Value::Unknown } else { facts })
        }
    };
    let ends = !is_destroy && arguments.turns_off();
    let end = ends.then(|| Box::new(transition(arguments, arguments.wanted.disabled(), true, live.clone(), facts.clone())));
    let change = Transition { drift, end, ..transition(arguments, wanted, is_destroy, live, facts) };
    let policy = policy(provider.configured()?.as_ref(), arguments.waivers());
    diagnostics.extend(rules::judge(&change, Moment::Plan, &policy));
    Ok(Judged { diagnostics, seen })
}

/// Judges a configuration alone.
pub fn judge_configuration(wanted: &Arguments) -> Vec<Diagnostic> {
    rules::judge(&alone(wanted), Moment::Validate, &Policy { waivers: wanted.waivers(), ..Policy::default() })
}

/// Judges a configuration alone by the rules whose levels the provider block sets.
pub fn foresee(wanted: &Arguments, policy: &Policy) -> Vec<Diagnostic> {
    rules::judge_alone(&alone(wanted), &Policy { waivers: wanted.waivers(), ..policy.clone() })
}

/// The change as far as the configuration alone tells it.
fn alone(wanted: &Arguments) -> Transition {
    transition(wanted, wanted.wanted.clone(), false, Value::Unknown, Value::Unknown)
}
