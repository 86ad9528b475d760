//! One write of a preference and the reads that say what became of it.

use super::user::{Found, User};
use crate::aws::{Error, ErrorKind};
use crate::mfa::{Difference, Factor, Preference, PreferenceRequest, UserFacts};
use crate::resources::failure;
use crate::resources::pool::differences::read_otherwise;
use crate::resources::pool::write::READ_BACK;
use crate::tf::Diagnostic;

/// What became of a write.
#[derive(Debug)]
pub enum Outcome {
    /// It holds; what the user has now.
    Written(UserFacts),
    /// It does not, or nobody knows; what the user has now, where that could be read.
    Failed(Option<UserFacts>, Diagnostic),
}

impl Outcome {
    /// What the user has now, where that is known.
    pub fn now(&self) -> Option<&UserFacts> {
        match self {
            Self::Written(now) | Self::Failed(Some(now), _) => Some(now),
            Self::Failed(None, _) => None,
        }
    }
}

/// Sends `request` and reads the user until it is as `wanted`, within bounds.
///
/// The answer of AWS says nothing: it has been seen to accept a preference and change nothing (row P04).
pub async fn write(user: &User, request: &PreferenceRequest, wanted: &Preference) -> Outcome {
    let session = &user.session;
    let name = user.name.known().map_or("", String::as_str);
    let lost = match session.cognito.write_preference(&session.pool.id, name, request, session.deadline).await {
        Ok(()) => None,
        // A lost answer says nothing about the write; the user does.
        Err(error) if error.kind == ErrorKind::Unreachable => Some(error),
        Err(error) => {
            let now = match user.read().await {
                Ok(Found::User(now)) => Some(now),
                Ok(Found::NoUser | Found::NoPool) | Err(_) => None,
            };
            return Outcome::Failed(now, refused(user, request, &error));
        }
    };
    read_back(user, wanted, lost.as_ref()).await
}

async fn read_back(user: &User, wanted: &Preference, lost: Option<&Error>) -> Outcome {
    let mut pauses = READ_BACK.iter();
    loop {
        let now = match user.read().await {
            Ok(Found::User(now)) => now,
            Ok(Found::NoUser | Found::NoPool) => return Outcome::Failed(None, vanished(user)),
            Err(unread) => return Outcome::Failed(None, nobody_knows(user, lost, unread)),
        };
        let differences = wanted.differences(&now);
        // What no read shows cannot make up for an answer that was lost.
        let is_shown = lost.is_none() || wanted.passkey.is_null();
        if differences.is_empty() && is_shown {
            return Outcome::Written(now);
        }
        match (pauses.next(), lost) {
            (Some(pause), _) if !differences.is_empty() => tokio::time::sleep(*pause).await,
            (_, Some(lost)) => {
                let mut diagnostic = failure::unable(&format!("set the MFA preference of {}", user.label()), lost);
                diagnostic.detail.push_str("\n\nThe user was read afterwards, and does not show the change. Apply again.");
                return Outcome::Failed(Some(now), diagnostic);
            }
            (_, None) => {
                let diagnostic = not_taken(user, &differences, &now);
                return Outcome::Failed(Some(now), diagnostic);
            }
        }
    }
}

/// AWS's refusal, with what nobody could see before: whether the user has an authenticator app.
fn refused(user: &User, request: &PreferenceRequest, error: &Error) -> Diagnostic {
    let mut diagnostic = failure::unable(&format!("set the MFA preference of {}", user.label()), error);
    let is_token = |setting: &crate::mfa::FactorSetting| setting.factor == Factor::SoftwareToken && setting.enabled;
    let message = error.message.to_lowercase().replace('_', " ");
    if error.kind == ErrorKind::Refused && message.contains("software token") && request.factors.iter().any(is_token) {
        diagnostic.detail.push_str(
            "\n\nThe user has no verified authenticator app. AdminGetUser does not show that, so no plan can tell. Have the user set one up \
             (AssociateSoftwareToken, then VerifySoftwareToken), and apply again.",
        );
    }
    diagnostic
}

fn vanished(user: &User) -> Diagnostic {
    let detail = format!(
        "The preference was written, and then {} was not there any more. Somebody else has deleted it meanwhile; plan again.",
        user.label()
    );
    Diagnostic::error("The user is gone", detail)
}

fn nobody_knows(user: &User, lost: Option<&Error>, unread: Diagnostic) -> Diagnostic {
    match lost {
        None => {
            let mut diagnostic = unread;
            diagnostic.detail.push_str(
                "\n\nAWS accepted the write, but nobody knows whether it was taken: AWS sometimes accepts a preference without effect. \
                 Plan again to find out.",
            );
            diagnostic
        }
        Some(lost) => {
            let mut diagnostic = failure::unable(&format!("set the MFA preference of {}", user.label()), lost);
            diagnostic.detail.push_str(
                "\n\nThe answer to the write was lost and the user could not be read, so nobody knows whether it was written. Plan again to \
                 find out.",
            );
            diagnostic
        }
    }
}

fn not_taken(user: &User, differences: &[Difference], now: &UserFacts) -> Diagnostic {
    let factors = if now.factors.is_empty() { "no factor".to_owned() } else { now.factors.join(", ") };
    let preferred = now.preferred.as_ref().map_or("prefers none".to_owned(), |factor| format!("prefers {factor}"));
    let detail = format!(
        "AWS accepted the write to {}, but AdminGetUser keeps showing something else:\n\n{}\n\nThe user has {factors} enabled and \
         {preferred}. AWS sometimes accepts a preference without effect, for instance for a factor that the user has not set up. Another \
         client may also have written at the same time, or the endpoint may not support these settings.",
        user.label(),
        read_otherwise(differences)
    );
    Diagnostic::error("AWS did not take the MFA preference", detail)
}
