//! One write and the reads that say what became of it.

use std::time::{Duration, Instant};

use super::differences::read_otherwise;
use super::session::Session;
use super::settlement;
use crate::aws::{Error, ErrorKind};
use crate::mfa::{Difference, Permission, PoolFacts, RoleFacts, Settings, Step, Steps};
use crate::resources::failure;
use crate::tf::{Diagnostic, Value};

/// What became of a write.
pub enum Outcome {
    /// It holds; the settings now, and warnings.
    Written(Settings, Vec<Diagnostic>),
    /// It does not, or nobody knows; the settings now, where they could be read.
    Failed(Option<Settings>, Diagnostic),
}

/// How often, and how far apart, a read that does not show what was written is repeated.
pub const READ_BACK: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// How long a write that AWS refuses for the SMS role is tried again: a role that reads as right may not be visible everywhere yet
/// (row I06), and a role that does not will not become right by waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// After the message about the trust policy, which the rules have found right or could not judge.
    trust: Duration,
    /// After the message about what the role may do.
    permission: Duration,
}

impl Patience {
    /// None: the role has been in use all along.
    pub const NONE: Self = Self { trust: Duration::ZERO, permission: Duration::ZERO };

    /// What the role of the request deserves.
    pub fn with(role: &Value<RoleFacts>) -> Self {
        let permission = match role {
            Value::Known(RoleFacts::Found { permissions: Value::Known(permissions), .. }) => {
                match (&permissions.publish, &permissions.send_text_message) {
                    (Permission::Allowed, _) | (_, Permission::Allowed) => ROLE_PROPAGATION,
                    (Permission::Denied { .. }, _) | (_, Permission::Denied { .. }) => Duration::ZERO,
                    (Permission::Unknown(_), Permission::Unknown(_)) => UNREAD_PROPAGATION,
                }
            }
            _ => UNREAD_PROPAGATION,
        };
        Self { trust: ROLE_PROPAGATION, permission }
    }

    fn after(self, error: &Error) -> Duration {
        match error.kind {
            ErrorKind::NotYet if error.code == "InvalidSmsRoleAccessPolicyException" => self.permission,
            ErrorKind::NotYet => self.trust,
            _ => Duration::ZERO,
        }
    }
}

/// The longest propagation through IAM that is waited for.
const ROLE_PROPAGATION: Duration = Duration::from_secs(120);

/// The same where nobody could read whether the role is right: most changes have spread by then.
const UNREAD_PROPAGATION: Duration = Duration::from_secs(20);

/// Makes the calls that bring a pool from `live` to `settings`, and reads it back. `wrong` tells where settings that were read are
/// not what the plan says.
///
/// When a call after the first fails, those before it are taken back.
pub async fn write(
    session: &Session,
    live: &Settings,
    settings: &Settings,
    pool: &Value<PoolFacts>,
    patience: Patience,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Outcome, Diagnostic> {
    let Steps { forward, undo } = Steps::plan(live, settings, pool);
    let Some((last, before_it)) = forward.split_last() else { return Ok(Outcome::Written(live.clone(), Vec::new())) };
    let mut passed = vec![live.clone()];
    for step in before_it {
        match send(session, step, settings, patience).await {
            Ok(answer) => passed.push(answer),
            Err(error) if error.kind != ErrorKind::Unreachable && passed.len() == 1 => return Ok(failed(session, &error).await),
            // What came before is taken back, and so is this call, whether it was made or not.
            Err(error) => return Ok(taken_back(session, &undo, live, unable(session, &error)).await),
        }
    }
    let before = passed.last().unwrap_or(live);
    match carry_out(session, before, last, settings, patience, &wrong).await? {
        Sent::Answered(answer) => read_back(session, &passed, answer, wrong).await,
        Sent::Ended(Outcome::Failed(_, diagnostic)) if !before_it.is_empty() => {
            Ok(taken_back(session, &undo, live, diagnostic).await)
        }
        Sent::Ended(outcome) => Ok(outcome),
    }
}

/// How a request that may have been sent more than once ended.
enum Sent {
    /// AWS answered with these settings.
    Answered(Settings),
    /// There is no more to do.
    Ended(Outcome),
}

/// How often a request is sent again whose answer was lost while the pool still is as it was.
const MOST_LOST: u32 = 2;
/// How often a request is sent again that AWS did not carry out because of another write, while the pool still is as it was.
const MOST_CONFLICTS: u32 = 5;

/// Makes one call. What became of it, where AWS does not say, is read; it is sent again only to a pool that is still as it was
/// read before, so that nothing is written over that somebody else has just written.
async fn carry_out(
    session: &Session,
    before: &Settings,
    step: &Step,
    wanted: &Settings,
    patience: Patience,
    wrong: &impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Sent, Diagnostic> {
    let (mut lost, mut conflicts) = (0, 0);
    loop {
        let error = match send(session, step, wanted, patience).await {
            Ok(answer) => return Ok(Sent::Answered(answer)),
            Err(error) => error,
        };
        let unable = unable(session, &error);
        let (count, most) = match error.kind {
            ErrorKind::Unreachable => (&mut lost, MOST_LOST),
            ErrorKind::Conflict => (&mut conflicts, MOST_CONFLICTS),
            _ => return Ok(Sent::Ended(Outcome::Failed(session.read_after_write().await.ok().flatten(), unable))),
        };
        let now = match session.read_after_write().await {
            Ok(Some(now)) if wrong(&now)?.is_empty() => return Ok(Sent::Ended(Outcome::Written(now, Vec::new()))),
            Ok(Some(now)) => now,
            Ok(None) => return Ok(Sent::Ended(Outcome::Failed(None, session.no_such_pool()))),
            Err(_) => return Ok(Sent::Ended(Outcome::Failed(None, settlement::unknown(unable)))),
        };
        if now != *before {
            let differences = settlement::differences(before, &now);
            let told = match error.kind {
                ErrorKind::Conflict => settlement::overtaken(session, differences),
                _ => settlement::otherwise(unable, &differences),
            };
            return Ok(Sent::Ended(Outcome::Failed(Some(now), told)));
        }
        *count += 1;
        let pause = Duration::from_millis(100) * 2u32.pow(*count);
        if *count > most || session.configured.stop.is_cancelled() || Instant::now() + pause >= session.deadline {
            return Ok(Sent::Ended(Outcome::Failed(Some(now), settlement::unchanged(unable))));
        }
        tracing::info!(pool = session.pool.id, kind = ?error.kind, "the pool is as it was; writing again");
        tokio::time::sleep(pause).await;
    }
}

fn unable(session: &Session, error: &Error) -> Diagnostic {
    failure::unable_to_write(&format!("set MFA of {}", session.pool.id), error, session.configured.lookups)
}

async fn failed(session: &Session, error: &Error) -> Outcome {
    let now = session.read_after_write().await.ok().flatten();
    Outcome::Failed(now, unable(session, error))
}

/// Takes back the calls before one that failed (row M14), and says what is true now.
async fn taken_back(session: &Session, undo: &[Step], before: &Settings, mut diagnostic: Diagnostic) -> Outcome {
    let mut hindered = String::new();
    for step in undo {
        if let Err(error) = send(session, step, before, Patience::NONE).await {
            hindered = format!(" ({} answered with {})", error.operation, [error.code, error.message].join(" ").trim());
            break;
        }
    }
    let now = session.read_after_write().await.ok().flatten();
    diagnostic.detail.push_str(&match &now {
        Some(now) if now == before => {
            "\n\nThis change takes two calls. The first one was taken back: the pool has the MFA settings from before.".to_owned()
        }
        Some(now) => format!(
            "\n\nThis change takes two calls. The first one, which writes passkey settings, could not be taken back{hindered}. The pool \
             has `mfa_configuration = \"{}\"` now. Plan again to see what is left to do.",
            now.mode
        ),
        None => format!(
            "\n\nThis change takes two calls. Whether the first one, which writes passkey settings, was taken back is not known\
             {hindered}, because the pool could not be read. Plan again to find out."
        ),
    });
    Outcome::Failed(now, diagnostic)
}

/// Makes one call; the settings that it leaves. `wanted` are those at the end of all calls.
async fn send(session: &Session, step: &Step, wanted: &Settings, patience: Patience) -> Result<Settings, Error> {
    match step {
        Step::SetUserPoolMfaConfig(request) => set(session, request, patience).await,
        Step::UpdateUserPoolToOff => {
            tracing::info!(pool = session.pool.id, "the pool verifies phone numbers; MFA is turned off by UpdateUserPool");
            session.cognito.turn_mfa_off(&session.pool.id, session.deadline).await.map(|()| wanted.clone())
        }
    }
}

/// Sends one request, again and again while its role may not have spread through IAM yet.
async fn set(session: &Session, request: &Settings, patience: Patience) -> Result<Settings, Error> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(500);
    loop {
        match session.cognito.write_mfa_settings(&session.pool.id, request, session.deadline).await {
            Err(error) if Instant::now() + pause < session.deadline.min(begun + patience.after(&error)) => {
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

/// Reads until the pool shows what was written, within bounds. A read that keeps showing settings from before is taken for stale,
/// and the write's own answer is the state; any other difference is an error, for the state must not claim what the pool is not.
async fn read_back(
    session: &Session,
    passed: &[Settings],
    answered: Settings,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Outcome, Diagnostic> {
    let mut pauses = READ_BACK.iter();
    loop {
        let now = match session.read_after_write().await {
            Ok(Some(now)) => now,
            Ok(None) => return Ok(Outcome::Failed(None, session.no_such_pool())),
            Err(unread) if !wrong(&answered)?.is_empty() => {
                return Ok(Outcome::Failed(None, settlement::unknown(unread)));
            }
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
        let stale = passed.contains(&now);
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
        format!("AWS still shows the MFA settings from before: {}", session.pool.id),
        format!(
            "The write to user pool {} succeeded, but reading it back keeps showing the settings from before. The write's own answer is \
             used as the state; the next plan will show whether it holds.",
            session.pool.id
        ),
    )
}

fn not_kept(session: &Session, differences: &[Difference]) -> Diagnostic {
    Diagnostic::error(
        "AWS did not keep the MFA settings that were written",
        format!(
            "AWS accepted the write to user pool {}, but the pool reads back differently:\n\n{}\n\nAnother client may have written at the \
             same time, or the endpoint does not support these settings. Plan again to see what is true now.",
            session.pool.id,
            read_otherwise(differences)
        ),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::mfa::RolePermissions;

    fn error(kind: ErrorKind, code: &str) -> Error {
        let (operation, code) = ("cognito-idp:SetUserPoolMfaConfig", code.to_owned());
        Error { kind, operation, code, message: String::new(), request_id: None, endpoint: None }
    }

    fn role(publish: Permission) -> Value<RoleFacts> {
        let send_text_message = Permission::Unknown("not asked".into());
        Value::Known(RoleFacts::found("arn", "{}").with_permissions(RolePermissions { publish, send_text_message }))
    }

    #[test]
    fn only_a_role_that_reads_as_right_is_waited_for_long() {
        let refused = error(ErrorKind::NotYet, "InvalidSmsRoleAccessPolicyException");
        for (role, seconds) in [
            (role(Permission::Allowed), 120),
            (role(Permission::Unknown("a condition".into())), 20),
            (role(Permission::Denied { by: None }), 0),
            (Value::Known(RoleFacts::found("arn", "{}")), 20),
            (Value::Unknown, 20),
        ] {
            let patience = Patience::with(&role);
            assert_eq!(patience.after(&refused), Duration::from_secs(seconds), "{role:?}");
            let untrusted = error(ErrorKind::NotYet, "InvalidSmsRoleTrustRelationshipException");
            assert_eq!(patience.after(&untrusted), ROLE_PROPAGATION, "{role:?}");
            assert_eq!(patience.after(&error(ErrorKind::Refused, "InvalidParameterException")), Duration::ZERO);
        }
    }
}
