//! One write and the reads that say what became of it.

use std::time::{Duration, Instant};

use super::apply::ROLE_PROPAGATION;
use super::lookup::Session;
use crate::aws::{Error, ErrorKind};
use crate::mfa::{Difference, Settings, Step, Steps};
use crate::resources::failure;
use crate::tf::Diagnostic;

/// What became of a write.
pub enum Outcome {
    /// It holds; the settings now, and warnings.
    Written(Settings, Vec<Diagnostic>),
    /// It does not, or nobody knows; the settings now, where they could be read.
    Failed(Option<Settings>, Diagnostic),
}

/// How often, and how far apart, a read that still shows the old settings is repeated.
const READ_BACK: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// The request as the pool's tier takes it; as it is where the tier cannot be read.
pub async fn within_tier(settings: Settings, session: &Session) -> Settings {
    let facts = session.pool.facts(&session.cognito, session.deadline).await;
    settings.for_tier(facts.ok().and_then(|facts| facts.tier).as_deref())
}

/// Sends `settings` and reads them back. `wrong` tells where settings that were read are not what the plan says.
pub async fn write(
    session: &Session,
    live: &Settings,
    settings: &Settings,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Outcome, Diagnostic> {
    let steps = Steps::plan(live, settings);
    let mut answered = settings.clone();
    for step in &steps.forward {
        let Step::SetUserPoolMfaConfig(request) = step;
        match send(session, request).await {
            Ok(answer) => answered = answer,
            // A lost answer says nothing about the write; the pool does.
            Err(error) if error.kind == ErrorKind::Unreachable => return settle_by_reading(session, &error, wrong).await,
            Err(error) => {
                let now = session.read().await.ok().flatten();
                return Ok(Outcome::Failed(now, failure::unable(&format!("set MFA of {}", session.pool.id), &error)));
            }
        }
    }
    read_back(session, live, answered, wrong).await
}

/// Sends one request; a role that may not have spread through IAM yet is tried again, since the rules have read it as right.
async fn send(session: &Session, request: &Settings) -> Result<Settings, Error> {
    let end = session.deadline.min(Instant::now() + ROLE_PROPAGATION);
    let mut pause = Duration::from_millis(500);
    loop {
        match session.cognito.write_mfa_settings(&session.pool.id, request, session.deadline).await {
            Err(error) if error.kind == ErrorKind::NotYet && Instant::now() + pause < end => {
                tracing::info!(pool = session.pool.id, "the SMS role is not visible to Cognito yet; trying again");
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = session.configured.stop.cancelled() => return Err(error),
                }
                pause = (pause * 2).min(Duration::from_secs(8));
            }
            outcome => return outcome,
        }
    }
}

async fn settle_by_reading(
    session: &Session,
    lost: &Error,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Outcome, Diagnostic> {
    let what = format!("set MFA of {}", session.pool.id);
    let unknown = |lost: &Error| {
        let mut diagnostic = failure::unable(&what, lost);
        diagnostic.detail.push_str("\n\nThe answer to the write was lost and the pool could not be read, so nobody knows whether it was written. Plan again to find out.");
        diagnostic
    };
    match session.read().await {
        Ok(Some(now)) if wrong(&now)?.is_empty() => Ok(Outcome::Written(now, Vec::new())),
        Ok(now) => {
            let mut diagnostic = failure::unable(&what, lost);
            diagnostic.detail.push_str("\n\nThe pool was read afterwards: the change was not made. Apply again.");
            Ok(Outcome::Failed(now, diagnostic))
        }
        Err(_) => Ok(Outcome::Failed(None, unknown(lost))),
    }
}

/// Reads until the pool shows what was written, within bounds. A read that keeps showing the old settings is taken for stale, and
/// the write's own answer is the state; any other difference is an error, for the state must not claim what the pool is not.
async fn read_back(
    session: &Session,
    before: &Settings,
    answered: Settings,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Outcome, Diagnostic> {
    let mut pauses = READ_BACK.iter();
    loop {
        let now = match session.read().await {
            Ok(Some(now)) => now,
            Ok(None) => return Ok(Outcome::Failed(None, session.no_such_pool())),
            Err(unread) => {
                let mut note = unread;
                note.severity = crate::tf::Severity::Warning;
                note.detail.push_str("\n\nThe write itself succeeded; its answer is used as the state.");
                return Ok(Outcome::Written(answered, vec![note]));
            }
        };
        let differences = wrong(&now)?;
        if differences.is_empty() {
            return Ok(Outcome::Written(now, Vec::new()));
        }
        let stale = now == *before;
        match pauses.next() {
            Some(pause) if stale => tokio::time::sleep(*pause).await,
            _ if stale && wrong(&answered)?.is_empty() => {
                session.pool.remember(&answered);
                return Ok(Outcome::Written(answered, vec![stale_read(session)]));
            }
            _ => return Ok(Outcome::Failed(Some(now), not_kept(session, &differences))),
        }
    }
}

fn stale_read(session: &Session) -> Diagnostic {
    Diagnostic::warning(
        "AWS still shows the MFA settings from before",
        format!(
            "The write to user pool {} succeeded, but reading it back keeps showing the settings from before. The write's own answer is \
             used as the state; the next plan will show whether it holds.",
            session.pool.id
        ),
    )
}

fn not_kept(session: &Session, differences: &[Difference]) -> Diagnostic {
    let lines: Vec<String> = differences
        .iter()
        .map(|difference| format!("    {}: wrote {}, reads {}", difference.attribute, difference.planned, difference.now))
        .collect();
    Diagnostic::error(
        "AWS did not keep the MFA settings that were written",
        format!(
            "AWS accepted the write to user pool {}, but the pool reads back differently:\n\n{}\n\nAnother client may have written at the \
             same time, or the endpoint does not support these settings. Plan again to see what is true now.",
            session.pool.id,
            lines.join("\n")
        ),
    )
}
