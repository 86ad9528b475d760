//! What a read after a failed write tells the user.

use super::session::Session;
use crate::mfa::{Difference, Settings, Transition};
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Value};

/// The pool is as it was.
pub fn unchanged(mut unable: Diagnostic) -> Diagnostic {
    unable.detail.push_str(
        "\n\nThe pool was read afterwards and shows the settings from before: the change was not made, or AWS does not show it yet. Apply \
         again.",
    );
    unable
}

/// The pool is neither as it was nor as was asked for.
pub fn otherwise(mut unable: Diagnostic, differences: &[Difference]) -> Diagnostic {
    let names: Vec<String> = differences.iter().map(|difference| format!("`{}`", difference.attribute)).collect();
    unable.detail.push_str(&format!(
        "\n\nThe pool was read afterwards: it is neither as it was nor as was asked for ({}). Something else has written to it. Plan \
         again to see what is true now.",
        names.join(", ")
    ));
    unable
}

/// Nobody can tell.
pub fn unknown(mut unable: Diagnostic) -> Diagnostic {
    unable.detail.push_str(
        "\n\nThe answer to the write was lost and the pool could not be read, so nobody knows whether it was written. Plan again to \
         find out.",
    );
    unable
}

/// The finding of `changed_since_plan` about a pool that somebody changed between the last look and the write.
pub fn overtaken(session: &Session, drift: Vec<Difference>) -> Diagnostic {
    let id = Value::Known(session.pool.id.clone());
    let seen = Transition { drift, ..Transition::of(&id, Value::Unknown, Value::Unknown) };
    let found = rules::judge(&seen, Moment::Apply, &session.configured.policy);
    let finding = found.into_iter().find(Diagnostic::is_error);
    finding.unwrap_or_else(|| Diagnostic::error("MFA settings changed during the write", session.pool.id.clone()))
}

/// Where two readings of a pool differ, by the arguments' names. What is longer than a word is not shown.
pub fn differences(before: &Settings, now: &Settings) -> Vec<Difference> {
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
