//! One write and the reads that say what became of it.

use std::time::{Duration, Instant};

use super::session::Session;
use crate::aws::{Error, ErrorKind};
use crate::mfa::{Difference, Permission, RoleFacts, Settings, Step, Steps, Transition};
use crate::resources::failure;
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Value};

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

/// Sends `settings` and reads them back. `wrong` tells where settings that were read are not what the plan says.
pub async fn write(
    session: &Session,
    live: &Settings,
    settings: &Settings,
    patience: Patience,
    wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Outcome, Diagnostic> {
    let steps = Steps::plan(live, settings);
    let mut answered = settings.clone();
    for step in &steps.forward {
        let Step::SetUserPoolMfaConfig(request) = step;
        match carry_out(session, live, request, patience, &wrong).await? {
            Sent::Answered(answer) => answered = answer,
            Sent::Ended(outcome) => return Ok(outcome),
        }
    }
    read_back(session, live, answered, wrong).await
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

/// Sends one request. What became of it, where AWS does not say, is read; it is sent again only to a pool that is still as it was
/// read before, so that nothing is written over that somebody else has just written.
async fn carry_out(
    session: &Session,
    before: &Settings,
    request: &Settings,
    patience: Patience,
    wrong: &impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
) -> Result<Sent, Diagnostic> {
    let (mut lost, mut conflicts) = (0, 0);
    loop {
        let error = match send(session, request, patience).await {
            Ok(answer) => return Ok(Sent::Answered(answer)),
            Err(error) => error,
        };
        let unable = failure::unable(&format!("set MFA of {}", session.pool.id), &error);
        let (count, most) = match error.kind {
            ErrorKind::Unreachable => (&mut lost, MOST_LOST),
            ErrorKind::Conflict => (&mut conflicts, MOST_CONFLICTS),
            _ => return Ok(Sent::Ended(Outcome::Failed(session.read_after_write().await.ok().flatten(), unable))),
        };
        let now = match session.read_after_write().await {
            Ok(Some(now)) if wrong(&now)?.is_empty() => return Ok(Sent::Ended(Outcome::Written(now, Vec::new()))),
            Ok(Some(now)) => now,
            Ok(None) => return Ok(Sent::Ended(Outcome::Failed(None, session.no_such_pool()))),
            Err(_) => return Ok(Sent::Ended(Outcome::Failed(None, unknown(unable)))),
        };
        if now != *before {
            let differences = differences(before, &now);
            let told = match error.kind {
                ErrorKind::Conflict => overtaken(session, differences),
                _ => otherwise(unable, &differences),
            };
            return Ok(Sent::Ended(Outcome::Failed(Some(now), told)));
        }
        *count += 1;
        let pause = Duration::from_millis(100) * 2u32.pow(*count);
        if *count > most || session.configured.stop.is_cancelled() || Instant::now() + pause >= session.deadline {
            return Ok(Sent::Ended(Outcome::Failed(Some(now), unchanged(unable))));
        }
        tracing::info!(pool = session.pool.id, kind = ?error.kind, "the pool is as it was; writing again");
        tokio::time::sleep(pause).await;
    }
}

/// Sends one request, again and again while its role may not have spread through IAM yet.
async fn send(session: &Session, request: &Settings, patience: Patience) -> Result<Settings, Error> {
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

fn unchanged(mut unable: Diagnostic) -> Diagnostic {
    unable.detail.push_str(
        "\n\nThe pool was read afterwards and shows the settings from before: the change was not made, or AWS does not show it yet. Apply \
         again.",
    );
    unable
}

fn otherwise(mut unable: Diagnostic, differences: &[Difference]) -> Diagnostic {
    let names: Vec<String> = differences.iter().map(|difference| format!("`{}`", difference.attribute)).collect();
    unable.detail.push_str(&format!(
        "\n\nThe pool was read afterwards: it is neither as it was nor as was asked for ({}). Something else has written to it. Plan \
         again to see what is true now.",
        names.join(", ")
    ));
    unable
}

fn unknown(mut unable: Diagnostic) -> Diagnostic {
    unable.detail.push_str(
        "\n\nThe answer to the write was lost and the pool could not be read, so nobody knows whether it was written. Plan again to \
         find out.",
    );
    unable
}

/// The finding of `changed_since_plan` about a pool that somebody changed between the last look and the write.
fn overtaken(session: &Session, drift: Vec<Difference>) -> Diagnostic {
    let id = Value::Known(session.pool.id.clone());
    let seen = Transition { drift, ..Transition::of(&id, Value::Unknown, Value::Unknown) };
    let found = rules::judge(&seen, Moment::Apply, &session.configured.policy);
    let finding = found.into_iter().find(Diagnostic::is_error);
    finding.unwrap_or_else(|| Diagnostic::error("MFA settings changed during the write", session.pool.id.clone()))
}

/// Where two readings of a pool differ, by the arguments' names. What is longer than a word is not shown.
fn differences(before: &Settings, now: &Settings) -> Vec<Difference> {
    let long = |changed: bool| changed.then(|| ("as it was read before".to_owned(), "changed".to_owned()));
    let words = |one: String, other: String| (one != other).then_some((one, other));
    let token = |settings: &Settings| (settings.token_enabled == Some(true)).to_string();
    [
        ("mfa_configuration", words(format!("{:?}", before.mode.as_str()), format!("{:?}", now.mode.as_str()))),
        ("software_token_mfa_configuration", words(token(before), token(now))),
        ("sms_configuration", long(before.sms != now.sms)),
        ("email_mfa_configuration", long(before.email != now.email)),
        ("web_authn_configuration", long(before.web_authn != now.web_authn)),
    ]
    .into_iter()
    .filter_map(|(attribute, changed)| {
        let (planned, now) = changed?;
        Some(Difference { attribute: attribute.to_owned(), planned, now })
    })
    .collect()
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
        let now = match session.read_after_write().await {
            Ok(Some(now)) => now,
            Ok(None) => return Ok(Outcome::Failed(None, session.no_such_pool())),
            Err(unread) if !wrong(&answered)?.is_empty() => return Ok(Outcome::Failed(None, unknown(unread))),
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
