//! The end of the resource: what its `deletion_policy` asks for, unless the pool stays with somebody of the run.

use super::TYPE_NAME;
use super::apply::{answer, drift};
use super::arguments::{self, Arguments};
use super::claims::{configures, taken_by};
use super::plan::{judge_rivals, turned_off};
use super::{restore, state};
use crate::mfa::{Deletion, Factor, Mode, Settings, Transition, Wanted};
use crate::provider::Provider;
use crate::resources::contest::{self, End, Fate, Why};
use crate::resources::pool::change::{Change, Done, policy, unknown_at_apply};
use crate::resources::pool::duration::Operation;
use crate::resources::pool::session::{self, Session};
use crate::resources::pool::write::Outcome;
use crate::resources::{ApplyAnswer, ApplyRequest, PlanAnswer, PlanRequest};
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Dynamic, Value};

const MODE: &str = "mfa_configuration";

/// Plans an end.
pub async fn plan(provider: &Provider, request: &PlanRequest) -> Result<PlanAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let (end, private, diagnostics) = judged(provider, request, &before).await?;
    tracing::debug!(?end, "an end is planned");
    Ok(PlanAnswer { private, identity: request.prior_identity.clone(), diagnostics, ..PlanAnswer::default() })
}

/// Judges the end that is half of a move to another pool; the parts that it leaves to others.
pub async fn plan_move(
    provider: &Provider,
    request: &PlanRequest,
    before: &Arguments,
) -> Result<(Vec<String>, Vec<Diagnostic>), Diagnostic> {
    let (end, _, diagnostics) = judged(provider, request, before).await?;
    Ok((if let End::Spared(parts) = end { parts } else { Vec::new() }, diagnostics))
}

/// What becomes of an end, its private bytes, and what the rules say.
async fn judged(
    provider: &Provider,
    request: &PlanRequest,
    before: &Arguments,
) -> Result<(End, Vec<u8>, Vec<Diagnostic>), Diagnostic> {
    let session = Session::open(provider, &before.user_pool_id, &before.region, Operation::Delete.limit(&before.timeouts))?;
    let object = session.map(|session| session.pool.key());
    let walk = &provider.configured()?.walk;
    let parts = taken_by(before.deletion());
    let planned = || contest::plan_end(walk, request, TYPE_NAME, object.clone(), parts.clone());
    let (end, private) = planned();
    let mut diagnostics = judge(provider, request, before, &end).await?;
    let is_alone = end == End::Free && diagnostics.iter().any(Diagnostic::is_error);
    match &object {
        Some(object) if is_alone && contest::hears_of_others(walk, request, object, &parts).await => {
            let (end, private) = planned();
            let diagnostics = judge(provider, request, before, &end).await?;
            Ok((end, private, diagnostics))
        }
        _ => {
            let block = &[TYPE_NAME, before.user_pool_id.known().map_or("", String::as_str), ""];
            let takes = is_alone && !parts.is_empty();
            contest::reconsider(walk, request, object.as_deref(), (block, takes), &mut diagnostics);
            Ok((end, private, diagnostics))
        }
    }
}

async fn judge(provider: &Provider, request: &PlanRequest, before: &Arguments, end: &End) -> Result<Vec<Diagnostic>, Diagnostic> {
    let pool = before.user_pool_id.known().map_or("user pool".to_owned(), |id| format!("user pool {id}"));
    match end {
        End::Forgotten if before.deletion() == Deletion::Retain => Ok(Vec::new()),
        End::Forgotten => Ok(vec![contest::left_alone(&pool, Why::Deposed)]),
        End::Contested(rivals) => judge_rivals(provider, before, rivals.clone()),
        End::Spared(parts) if parts.iter().any(|part| part == MODE) => Ok(vec![contest::handed_on(&pool)]),
        End::Spared(_) | End::Free => by_policy(provider, before, &request.prior_private).await,
    }
}

/// Judges the end by the policy and the waivers in its state; only `OFF` and `RESTORE` need to read the pool.
async fn by_policy(provider: &Provider, before: &Arguments, private: &[u8]) -> Result<Vec<Diagnostic>, Diagnostic> {
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

/// The settings as the state has them: enough to name what a destroy leaves behind.
fn recorded(before: &Arguments) -> Value<Settings> {
    let request = before.request(&Arguments::default(), &Value::Known(Settings::UNTOUCHED));
    request.settle().map_or(Value::Unknown, Value::Known)
}

/// Carries an end out.
pub async fn apply(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let deletion = before.deletion();
    let gone = |notes| Ok(answer(request, Dynamic::Null, notes));
    let limit = Operation::Delete.limit(&before.timeouts);
    let session = Session::open(provider, &before.user_pool_id, &before.region, limit)?.ok_or_else(unknown_at_apply)?;
    // Asked while the pool is held: nobody takes it up between the question and the write.
    let _held = session.hold().await?;
    let held = match contest::fate(&session.configured.walk, &request.private, &session.pool.key()) {
        Fate::LeftAlone(why) => {
            tracing::info!(pool = session.pool.id, ?why, "the end of the resource leaves the pool alone");
            session.pool.bequeath(&request.private);
            return gone(Vec::new());
        }
        Fate::Asked(held) => held,
    };
    let is_held = held.iter().any(|part| part == MODE);
    if deletion == Deletion::Retain || (deletion == Deletion::Prevent && is_held) {
        return gone(Vec::new());
    }
    if contest::is_half_of_the_unknown(&request.private) && !can_tell(deletion, &request.private) {
        return gone(vec![left_as_it_is(&session, deletion)]);
    }
    let Some(live) = session.read_locked().await? else { return gone(Vec::new()) };
    let ended = if deletion == Deletion::Prevent {
        // Lets it through only where the rule is waived or lowered; nothing is written in the name of PREVENT.
        return match prevented(&session, &before, &live) {
            errors if errors.is_empty() => gone(Vec::new()),
            errors => Ok(answer(request, request.prior.clone(), errors)),
        };
    } else if is_held {
        without_own(&session, request, &before, &live, &held).await?
    } else {
        contest::ended(&session.configured.walk, &request.private, TYPE_NAME, &session.pool.key(), taken_by(deletion));
        by_request(&session, request, &before, &live).await?
    };
    match ended {
        Done::Refused(errors) => Ok(answer(request, request.prior.clone(), errors)),
        Done::Unchanged => gone(Vec::new()),
        Done::Sent(outcome) => match *outcome {
            Outcome::Written(_, notes) => gone(notes),
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

/// Whether a policy says what the end of a tainted object does whose replacement may be for the same pool: no plan of it was judged, and
/// core hands over nothing of what it had found.
fn can_tell(deletion: Deletion, private: &[u8]) -> bool {
    match deletion {
        Deletion::Prevent => false,
        Deletion::Restore => restore::record(private).is_some(),
        Deletion::Retain | Deletion::Off => true,
    }
}

fn left_as_it_is(session: &Session, deletion: Deletion) -> Diagnostic {
    let (id, policy) = (&session.pool.id, deletion.as_str());
    let detail = format!(
        "`user_pool_id` was not known to the plan, so this may be the replacement of a tainted object by one for the same pool. \
         `deletion_policy` is \"{policy}\", and nothing was written: user pool {id} keeps the MFA settings that it has."
    );
    Diagnostic::warning(format!("The end of an older object leaves user pool {id} as it is"), detail)
}

fn prevented(session: &Session, before: &Arguments, live: &Settings) -> Vec<Diagnostic> {
    let seen = Transition::of(&before.user_pool_id, Value::Known(live.clone()), Value::Null);
    let seen = Transition { deletion: Some(Deletion::Prevent), ..seen };
    let found = rules::judge(&seen, Moment::Apply, &policy(&session.configured, before.waivers()));
    found.into_iter().filter(Diagnostic::is_error).collect()
}

/// The end whose pool nobody else has.
async fn by_request(session: &Session, request: &ApplyRequest, before: &Arguments, live: &Settings) -> Result<Done, Diagnostic> {
    let deletion = before.deletion();
    let drift = drift(session, &request.prior, live)?;
    let asked = restore::request(deletion, &request.private, &before.user_pool_id, live)?;
    let target = asked.settle().ok_or_else(unknown_at_apply)?;
    let seen = Transition::of(&before.user_pool_id, Value::Known(live.clone()), Value::Known(asked.clone()));
    let seen = Transition { drift, deletion: Some(deletion), ..seen };
    let change = Change { live, asked, seen, waivers: before.waivers(), owns_sender: true };
    change.carry_out(session, |now| restore::differences(&target, now)).await
}

/// The end whose mode another resource of the run has: only the factors go that were this one's own, that nobody has now, and that the
/// policy would not bring back. The last factor of an active pool stays.
async fn without_own(
    session: &Session,
    request: &ApplyRequest,
    before: &Arguments,
    live: &Settings,
    held: &[String],
) -> Result<Done, Diagnostic> {
    let restored = match before.deletion() {
        Deletion::Restore => restore::request(Deletion::Restore, &request.private, &before.user_pool_id, live)?.settle(),
        Deletion::Retain | Deletion::Off | Deletion::Prevent => None,
    };
    let comes_back = |factor: &Factor| restored.as_ref().is_some_and(|found| found.factors().contains(factor));
    let is_held = |factor: &Factor| held.iter().any(|part| part == factor.argument());
    let own = Factor::ALL.into_iter().filter(|factor| configures(before, *factor) && !is_held(factor) && !comes_back(factor));
    let target = live.clone().without(&own.collect::<Vec<_>>());
    if live.mode == Mode::Off || target == *live || target.factors().is_empty() {
        return Ok(Done::Unchanged);
    }
    let asked = Wanted::from(&target);
    let seen = Transition::of(&before.user_pool_id, Value::Known(live.clone()), Value::Known(asked.clone()));
    let change = Change { live, asked, seen, waivers: before.waivers(), owns_sender: false };
    change.carry_out(session, |now| restore::differences(&target, now)).await
}
