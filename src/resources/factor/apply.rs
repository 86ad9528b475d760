//! `ApplyResourceChange` of a factor: read, change the own block, judge, write once, read back.

use std::time::{Duration, Instant};

use super::FactorResource;
use super::arguments::{self, Arguments};
use super::state::{self, Effect};
use crate::mfa::{Difference, Factor, Mode, Rival, Settings, Transition, Wanted};
use crate::provider::Provider;
use crate::provider::walk::Act;
use crate::resources::contest::{self, Fate};
use crate::resources::generation::{self, Generation};
use crate::resources::pool::change::{Change, Done, policy, unknown_at_apply};
use crate::resources::pool::differences::differences;
use crate::resources::pool::duration::Operation;
use crate::resources::pool::identity;
use crate::resources::pool::session::Session;
use crate::resources::pool::write::Outcome;
use crate::resources::{ApplyAnswer, ApplyRequest};
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Dynamic, Value};

/// What a pool shows of these resources.
const MIRRORED: &[&str] = &["sms_configuration", "sms_authentication_message"];

/// How long another factor's sender may be at odds with its role: a run that changes both writes the role first.
const OTHERS: Duration = Duration::from_secs(20);

/// What AWS says of a role that does not suit the pool, or not yet.
pub(super) const OF_AWS: &[&str] = &["InvalidSmsRoleTrustRelationshipException", "InvalidSmsRoleAccessPolicyException"];

/// Carries a planned change out.
///
/// Every write carries the pool's SMS sender. While its role has been changed and the resource of the sender has not followed yet, no
/// write could succeed, so the change is tried again for a while.
pub async fn apply(kind: &FactorResource, provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
    let (begun, mut rivals) = (Instant::now(), None);
    loop {
        let done = if request.planned.is_null() {
            destroy(kind, provider, &request).await
        } else {
            change(kind, provider, &request, &mut rivals).await
        };
        let mut answer = done.unwrap_or_else(|diagnostic| answer(kind, &request, request.prior.clone(), vec![diagnostic]));
        if request.prior.is_null() && !answer.state.is_null() {
            answer.private = succeeded(kind, provider, &request, &answer.private).unwrap_or(answer.private);
        }
        let waits = kind.factor != Factor::Sms && is_refused_for_the_role(&answer.diagnostics);
        if !waits || begun.elapsed() >= OTHERS || is_stopped(provider) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The private bytes of a state that was just made.
fn succeeded(kind: &FactorResource, provider: &Provider, request: &ApplyRequest, private: &[u8]) -> Option<Vec<u8>> {
    let made = arguments::decode(&request.planned).ok()?;
    let limit = Operation::Create.limit(&made.timeouts);
    let session = Session::open(provider, &made.user_pool_id, &made.region, limit).ok()??;
    let claim = kind.claim(session.pool.key(), &Generation::stored(private), Act::Wrote, &made);
    Some(contest::succeeded(&session.configured.walk, claim, private))
}

/// Whether there are errors, all about the SMS role: of rules, or of AWS where the role changed in between.
pub(super) fn is_refused_for_the_role(diagnostics: &[Diagnostic]) -> bool {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|found| found.is_error()).collect();
    let is_about_the_role = |cause: &str| rules::ABOUT_THE_SMS_ROLE.contains(&cause) || OF_AWS.contains(&cause);
    !errors.is_empty() && errors.iter().all(|error| error.cause.as_deref().is_some_and(is_about_the_role))
}

fn is_stopped(provider: &Provider) -> bool {
    provider.configured().map_or(true, |configured| configured.stop.is_cancelled())
}

fn answer(kind: &FactorResource, request: &ApplyRequest, state: Dynamic, diagnostics: Vec<Diagnostic>) -> ApplyAnswer {
    let identity = if state.is_null() { request.identity.clone() } else { identity::of(&state, request.identity.as_ref()) };
    ApplyAnswer { state, private: generation::settled(&request.private), identity, diagnostics: kind.placed(diagnostics) }
}

async fn change(
    kind: &FactorResource,
    provider: &Provider,
    request: &ApplyRequest,
    rivals: &mut Option<Vec<Rival>>,
) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let wanted = arguments::decode(&request.planned)?;
    let generation = Generation::stored(&request.private);
    if state::plan(kind.factor, &request.prior, &request.config)?.effect == Effect::Nothing
        && settles(kind, provider, &generation, &wanted)?
    {
        return Ok(answer(kind, request, request.planned.clone(), Vec::new()));
    }
    let creating = request.prior.is_null();
    let limit = if creating { Operation::Create } else { Operation::Update }.limit(&wanted.timeouts);
    let session = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)?.ok_or_else(unknown_at_apply)?;
    let _held = session.hold().await?;
    let live = session.read_locked().await?.ok_or_else(|| session.no_such_pool())?;
    let known = Value::Known(live.clone());
    session.pool.joins(kind.factor);
    let asked = kind.asked(&wanted, &before, &Value::Known(kind.kept(&session, &live, Moment::Apply).await));
    let claim = || contest::apply(&session.configured.walk, kind.claim(session.pool.key(), &generation, Act::Wrote, &wanted));
    let seen = Transition {
        drift: if creating {
            drift_of_create(kind, &session, request, &live)
        } else {
            drift(kind, &session, &request.prior, &live)?
        },
        rivals: rivals.get_or_insert_with(claim).clone(),
        ..Transition::of(&wanted.user_pool_id, known, Value::Known(asked.clone()))
    };
    let settled = state::settled(kind.factor, &request.planned, &session.pool.region);
    if live.mode == Mode::Off {
        // Declared only; it is judged as far as the factor alone goes, and written by whoever turns MFA on.
        let errors = refusals(&session, (&asked, &live), seen, &wanted).await?;
        let state = if errors.is_empty() { settled } else { request.prior.clone() };
        return Ok(answer(kind, request, state, errors));
    }
    let change = Change { live: &live, asked, seen, waivers: wanted.waivers(), owns_sender: kind.factor == Factor::Sms };
    let wrong = |now: &Settings| -> Result<Vec<Difference>, Diagnostic> {
        let shown = state::refreshed(kind.factor, &settled, now)?;
        Ok(if shown.is_null() { vec![kind.absent()] } else { differences(MIRRORED, &settled, &shown) })
    };
    Ok(match change.carry_out(&session, wrong).await? {
        Done::Refused(errors) => answer(kind, request, request.prior.clone(), errors),
        Done::Unchanged => answer(kind, request, settled, Vec::new()),
        Done::Sent(outcome) => match *outcome {
            Outcome::Written(_, notes) => answer(kind, request, settled, notes),
            Outcome::Failed(now, diagnostic) => {
                let state = match now {
                    Some(now) if !creating => state::refreshed(kind.factor, &request.prior, &now)?,
                    _ => request.prior.clone(),
                };
                answer(kind, request, state, vec![diagnostic])
            }
        },
    })
}

/// What the rules refuse of a factor that is only declared.
async fn refusals(
    session: &Session,
    (asked, live): (&Wanted, &Settings),
    seen: Transition,
    wanted: &Arguments,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let facts = session.facts(asked, live, Moment::Apply).await?;
    let found = rules::judge(&facts.onto(seen), Moment::Apply, &policy(&session.configured, wanted.waivers()));
    Ok(found.into_iter().filter(Diagnostic::is_error).collect())
}

/// Where the factor of a create is no longer what its plan has seen; writes of the same run do not count.
fn drift_of_create(kind: &FactorResource, session: &Session, request: &ApplyRequest, live: &Settings) -> Vec<Difference> {
    let seen = generation::seen(&request.private);
    seen.map_or_else(Vec::new, |seen| kind.replaced().differences(&seen, &session.before_the_run(live)))
}

/// Whether nothing is to be written for a change that AWS does not see: the pool has the factor, unless an end of this run was not told of
/// this resource.
fn settles(
    kind: &FactorResource,
    provider: &Provider,
    generation: &Generation,
    wanted: &arguments::Arguments,
) -> Result<bool, Diagnostic> {
    let limit = Operation::Update.limit(&wanted.timeouts);
    let Some(session) = Session::open(provider, &wanted.user_pool_id, &wanted.region, limit)? else { return Ok(true) };
    let claim = kind.claim(session.pool.key(), generation, Act::Wrote, wanted);
    let was_taken = contest::was_taken(&session.configured.walk, &claim);
    session.configured.walk.claim(claim);
    Ok(!was_taken)
}

async fn destroy(kind: &FactorResource, provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let limit = Operation::Delete.limit(&before.timeouts);
    let session = Session::open(provider, &before.user_pool_id, &before.region, limit)?.ok_or_else(unknown_at_apply)?;
    let gone = |diagnostics| answer(kind, request, Dynamic::Null, diagnostics);
    let part = kind.factor.argument().to_owned();
    // Asked while the pool is held: nobody takes the factor up between the question and the write.
    let _held = session.hold().await?;
    match contest::fate(&session.configured.walk, &request.private, &session.pool.key()) {
        Fate::LeftAlone(why) => {
            tracing::info!(pool = session.pool.id, ?why, "the end of the resource leaves the factor alone");
            return Ok(gone(Vec::new()));
        }
        Fate::Asked(held) if held.contains(&part) => return Ok(gone(Vec::new())),
        Fate::Asked(_) => {}
    }
    let ended = Generation::stored(&request.private);
    session.configured.walk.claim(kind.claim(session.pool.key(), &ended, Act::Ended, &before));
    let Some(live) = session.read_locked().await? else { return Ok(gone(Vec::new())) };
    let kept = kind.kept(&session, &live, Moment::Apply).await;
    session.pool.leaves(kind.factor);
    let seen = kind.removal(&before.user_pool_id, &kept);
    let Value::Known(asked) = seen.request.clone() else {
        // Off, or the last factor, which stays: then the one warning says so.
        let kept = rules::judge(&seen, Moment::Apply, &policy(&session.configured, before.waivers()));
        return Ok(gone(kept.into_iter().filter(|found| !found.is_error()).collect()));
    };
    if live.factors().iter().all(|factor| *factor != kind.factor) {
        return Ok(gone(Vec::new()));
    }
    let change = Change { live: &live, asked, seen, waivers: before.waivers(), owns_sender: false };
    // No read shows whether SMS is a factor (row M16).
    let wrong = |now: &Settings| Ok(if now.token_enabled == Some(true) { kind.present() } else { Vec::new() });
    Ok(match change.carry_out(&session, wrong).await? {
        Done::Refused(errors) => answer(kind, request, request.prior.clone(), errors),
        Done::Unchanged => gone(Vec::new()),
        Done::Sent(outcome) => match *outcome {
            Outcome::Written(_, notes) => gone(notes),
            Outcome::Failed(_, diagnostic) => answer(kind, request, request.prior.clone(), vec![diagnostic]),
        },
    })
}

/// Where the factor is no longer what the plan was made on. The rest of the pool is kept as it is now, whatever it was then.
fn drift(kind: &FactorResource, session: &Session, prior: &Dynamic, live: &Settings) -> Result<Vec<Difference>, Diagnostic> {
    session.drift(live, |before, now| {
        let before = before.map_or_else(|| Ok(prior.clone()), |before| state::refreshed(kind.factor, prior, before))?;
        let now = state::refreshed(kind.factor, prior, now)?;
        Ok(match (before.is_null(), now.is_null()) {
            (false, true) => vec![kind.absent()],
            _ => differences(MIRRORED, &before, &now),
        })
    })
}

impl FactorResource {
    /// What a pool with `live` keeps beside a change of this factor.
    pub(super) async fn kept(&self, session: &Session, live: &Settings, moment: Moment) -> Settings {
        let kept = session.keeps(live);
        if self.factor == Factor::Sms || live.mode == Mode::Off { kept } else { session.sendable(&kept, moment).await }
    }

    fn absent(&self) -> Difference {
        let attribute = self.factor.argument().to_owned();
        Difference { attribute, planned: "set".to_owned(), now: "not set".to_owned() }
    }

    /// What is wrong when the authenticator app is still there after its removal.
    fn present(&self) -> Vec<Difference> {
        if self.factor != Factor::SoftwareToken {
            return Vec::new();
        }
        let attribute = self.factor.argument().to_owned();
        vec![Difference { attribute, planned: "not set".to_owned(), now: "set".to_owned() }]
    }
}
