//! A failed AWS call in the user's words.

use crate::aws::{Error, ErrorKind};
use crate::rules;
use crate::tf::Diagnostic;

/// An error diagnostic for a failed call. `what` completes "Unable to", such as `read MFA settings of eu-west-1_Ab12Cd34E`.
pub fn unable(what: &str, error: &Error) -> Diagnostic {
    Diagnostic::error(format!("Unable to {what}"), detail(error))
}

/// A warning that checks of `what`, such as `IAM role arn:...`, could not be made because lookups failed; `None` where none did.
///
/// `lookup` is the member of `lookups` in the provider block that leaves these checks out, where there is one.
pub fn unchecked(what: &str, errors: &[Error], lookup: Option<&str>) -> Option<Diagnostic> {
    let first = errors.iter().find(|error| error.kind == ErrorKind::Denied).or(errors.first())?;
    let denied = errors.iter().filter(|error| error.kind == ErrorKind::Denied).map(|error| error.operation);
    let failed = match denied.collect::<Vec<_>>().as_slice() {
        actions @ [_, _, ..] => denials(actions, first),
        _ => detail(first),
    };
    let consequence = "The plan goes on without this check, so AWS may still refuse the change at apply.";
    let switch = lookup.map(|name| {
        format!(" To leave such checks out without this warning, set this in the provider block:\n\n    lookups = {{ {name} = false }}")
    });
    Some(Diagnostic::warning(
        "A check could not be made [check_skipped]",
        format!("Unable to read {what}. {failed}\n\n{consequence}{}", switch.unwrap_or_default()),
    ))
}

/// Several denials of one service as one.
fn denials(actions: &[&str], first: &Error) -> String {
    let quoted: Vec<String> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    format!(
        "AWS denied {}, the first with {first}\n\nAllow the actions to the credentials that Terraform runs with:\n\n    \
         {{ \"Effect\": \"Allow\", \"Action\": [{}], \"Resource\": \"*\" }}",
        actions.join(", "),
        quoted.join(", ")
    )
}

fn detail(error: &Error) -> String {
    let operation = error.operation;
    let said = match error.code.as_str() {
        "" => error.message.clone(),
        code => format!("{code}: {}", error.message),
    };
    let request = error.request_id.as_ref().map_or(String::new(), |id| format!("\n\nAWS request id: {id}"));
    let advice = match error.kind {
        ErrorKind::Gone => format!("AWS answered {operation} with {said}"),
        ErrorKind::Denied => format!(
            "AWS denied {operation} with {said}\n\nAllow the action to the credentials that Terraform runs with:\n\n    \
             {{ \"Effect\": \"Allow\", \"Action\": \"{operation}\", \"Resource\": \"*\" }}"
        ),
        ErrorKind::NoCredentials => {
            format!("No AWS credentials were found, so {operation} could not be called.\n\n{}", error.message)
        }
        ErrorKind::Unreachable => format!("{operation} got no usable answer: {said}"),
        ErrorKind::Throttled if error.code.is_empty() => format!(
            "{operation} was not sent: {said} Run Terraform with a lower -parallelism, or give the resource longer `timeouts`."
        ),
        ErrorKind::Throttled => format!(
            "AWS kept throttling {operation} until the time of this operation was over ({said}). Its quota is shared by everything in the \
             account and Region; run Terraform with a lower -parallelism, or give the resource longer `timeouts`."
        ),
        ErrorKind::NotYet => format!(
            "AWS kept answering {operation} with {said}. Where nothing is wrong with the IAM role, its last change may not be \
             visible everywhere yet: apply again in a minute."
        ),
        ErrorKind::Refused => format!("AWS refused {operation}: {said}"),
        ErrorKind::Stopped => format!("The run was interrupted before {operation}; nothing was sent."),
    };
    format!("{advice}{}{request}", missed_by(error))
}

/// Which rule should have refused at plan what AWS refuses now: a bug report that writes itself.
fn missed_by(error: &Error) -> String {
    if !matches!(error.kind, ErrorKind::Refused | ErrorKind::NotYet) {
        return String::new();
    }
    let by_rule = |rule: &rules::Rule| {
        format!(
            "\n\nThe rule {} is there to say this at plan, and did not. If no warning said that a check was skipped, and nothing else \
             changed the pool or the role meanwhile, this is a gap in this provider: report it with this message.\n\nMore:\n{}",
            rule.name,
            rule.link()
        )
    };
    rules::of_message(&error.message).map_or(String::new(), by_rule)
}
