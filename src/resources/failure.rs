//! A failed AWS call in the user's words.

use crate::aws::{Error, ErrorKind};
use crate::provider::Lookups;
use crate::rules;
use crate::tf::Diagnostic;

/// An error diagnostic for a failed call. `what` completes "Unable to", such as `read MFA settings of eu-west-1_Ab12Cd34E`.
pub fn unable(what: &str, error: &Error) -> Diagnostic {
    told(what, error, &missed_by(error))
}

/// An error diagnostic for a failed write, which says what `lookups` left out before it.
pub fn unable_to_write(what: &str, error: &Error, lookups: Lookups) -> Diagnostic {
    told(what, error, &left_out(error, lookups).unwrap_or_else(|| missed_by(error)))
}

fn told(what: &str, error: &Error, foreseen: &str) -> Diagnostic {
    let cause = (!error.code.is_empty()).then(|| error.code.clone());
    Diagnostic { cause, ..Diagnostic::error(format!("Unable to {what}"), detail(error, foreseen)) }
}

/// The error of a change that had to wait for others of `object` in the same run until its own time was over, or the run was interrupted.
pub fn not_held(object: &str, is_interrupted: bool) -> Diagnostic {
    if is_interrupted {
        let detail =
            format!("The run was interrupted while this change was waiting for another one of {object}. Nothing was written.");
        return Diagnostic::error("Interrupted", detail);
    }
    let detail = format!(
        "Other changes of {object} on this machine took until the time limit of this one, which waits for them: AWS refuses two writes at \
         once. Nothing was written. Apply again, or raise `timeouts`."
    );
    Diagnostic::error(format!("No turn at {object}"), detail)
}

/// The error of an import whose identity names another account than AWS does.
pub fn other_account(object: &str, given: &str, account: &str) -> Diagnostic {
    let detail = format!(
        "The identity of this import has `account_id = \"{given}\"`, but for these credentials {object} belongs to account {account}. Nothing \
         was imported. Correct the identity, or use credentials of {given}."
    );
    Diagnostic::error("Not the account of the identity", detail)
}

/// A warning that checks of `what`, such as `IAM role arn:...`, could not be made because lookups failed; `None` where none did.
///
/// `lookup` is the member of `lookups` in the provider block that leaves these checks out, where there is one.
pub fn unchecked(what: &str, errors: &[Error], lookup: Option<&str>) -> Option<Diagnostic> {
    let first = errors.iter().find(|error| error.kind == ErrorKind::Denied).or(errors.first())?;
    let denied: Vec<&str> = errors.iter().filter(|error| error.kind == ErrorKind::Denied).map(|error| error.operation).collect();
    let actions = if denied.is_empty() { first.operation.to_owned() } else { denied.join(", ") };
    let failed = match denied.as_slice() {
        actions @ [_, _, ..] => denials(actions, first),
        _ => detail(first, &missed_by(first)),
    };
    let consequence = "The plan goes on without this check, so AWS may still refuse the change at apply.";
    let switch = lookup.map(|name| {
        format!(" To leave such checks out without this warning, set this in the provider block:\n\n    lookups = {{ {name} = false }}")
    });
    Some(Diagnostic::warning(
        skipped(&format!("{actions} of {what}")),
        format!("Unable to read {what}. {failed}\n\n{consequence}{}", switch.unwrap_or_default()),
    ))
}

/// The first line of a warning that a check was not made; command lines fold warnings that have the same.
pub fn skipped(check: &str) -> String {
    format!("A check could not be made: {check} [check_skipped]")
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

/// What happened and what to do about it; `foreseen` is about the rule that knows the message.
fn detail(error: &Error, foreseen: &str) -> String {
    let operation = error.operation;
    let said = match error.code.as_str() {
        "" => error.message.clone(),
        code => format!("{code}: {}", error.message),
    };
    let request = error.request_id.as_ref().map_or(String::new(), |id| format!("\n\nAWS request id: {id}"));
    let advice = match error.kind {
        ErrorKind::Gone => format!("AWS answered {operation} with {said}"),
        ErrorKind::Denied if has_expired(error) => format!(
            "AWS denied {operation} with {said}\n\nThe credentials that Terraform runs with are expired, and there were no newer ones to \
             load. Sign in again, for instance with `aws sso login`, and run the command again. What was done before is in the state."
        ),
        ErrorKind::Denied if is_unknown(error) => format!(
            "AWS denied {operation} with {said}\n\nNo permission is missing: AWS did not take the signature. Check access key, secret key \
             and session token, and that they belong together."
        ),
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
        ErrorKind::Conflict => format!(
            "AWS kept answering {operation} with {said} Something else writes to the same user pool again and again. Nothing was \
             written by this operation; apply again when the other one is done."
        ),
        ErrorKind::NotYet => format!(
            "AWS kept answering {operation} with {said}. Where nothing is wrong with the IAM role, its last change may not be \
             visible everywhere yet: apply again in a minute."
        ),
        ErrorKind::Refused => format!("AWS refused {operation}: {said}"),
        ErrorKind::Stopped => format!("The run was interrupted before {operation}; nothing was sent."),
    };
    format!("{advice}{foreseen}{request}")
}

/// Whether the credentials were good once.
fn has_expired(error: &Error) -> bool {
    ["ExpiredToken", "ExpiredTokenException"].contains(&error.code.as_str())
}

/// Whether AWS does not know who signed, so that no permission would help.
fn is_unknown(error: &Error) -> bool {
    const CODES: [&str; 8] = [
        "AuthFailure",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    ];
    CODES.contains(&error.code.as_str())
}

/// Which rule should have refused at plan what AWS refuses now: a bug report that writes itself.
fn missed_by(error: &Error) -> String {
    if !matches!(error.kind, ErrorKind::Refused | ErrorKind::NotYet) {
        return String::new();
    }
    let by_rule = |rule: &rules::Rule| {
        format!(
            "\n\nThe rule {} is there to say this at plan, and did not. If no warning said that a check was skipped, and nothing else \
             changed the pool or the role meanwhile, this is a gap in this provider: report it with this message.\n\n{}",
            rule.name,
            rule.more()
        )
    };
    rules::of_message(&error.message).map_or(String::new(), by_rule)
}

/// The same where the provider block switches off what the rule reads.
fn left_out(error: &Error, lookups: Lookups) -> Option<String> {
    let rule = rules::of_message(&error.message).filter(|rule| rules::ABOUT_THE_SMS_ROLE.contains(&rule.name))?;
    // Accounts are compared without a call.
    let reads_role = rule.name != "sms_role_in_other_account";
    (reads_role && !lookups.iam && matches!(error.kind, ErrorKind::Refused | ErrorKind::NotYet)).then(|| {
        format!(
            "\n\nThe rule {} says this at plan where it may read the role. It was left out: the provider block has \
             `lookups = {{ iam = false }}`.\n\nMore:\n{}",
            rule.name,
            rule.link()
        )
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn denied(operation: &'static str, message: &str) -> Error {
        let (code, message) = ("AccessDeniedException".to_owned(), message.to_owned());
        Error { kind: ErrorKind::Denied, operation, code, message, request_id: None, endpoint: None }
    }

    #[test]
    fn checks_that_were_skipped_are_told_apart_by_their_first_line() {
        let line = |what: &str, actions: &[&'static str]| {
            let errors: Vec<Error> = actions.iter().map(|action| denied(action, "No.")).collect();
            unchecked(what, &errors, None).unwrap().summary
        };
        let one = line("user pool eu-central-1_A", &["cognito-idp:DescribeUserPool"]);
        assert_eq!(one, "A check could not be made: cognito-idp:DescribeUserPool of user pool eu-central-1_A [check_skipped]");
        assert_ne!(one, line("user pool eu-central-1_B", &["cognito-idp:DescribeUserPool"]));
        let two = line("the SMS settings of SNS in eu-west-1", &["sns:GetSMSAttributes", "sns:ListOriginationNumbers"]);
        assert!(two.contains("sns:GetSMSAttributes, sns:ListOriginationNumbers of the SMS settings"), "{two}");
    }

    #[test]
    fn what_lookups_leave_out_is_no_gap() {
        let error = |message: &str| Error {
            kind: ErrorKind::NotYet,
            operation: "cognito-idp:SetUserPoolMfaConfig",
            code: "InvalidSmsRoleTrustRelationshipException".to_owned(),
            message: message.to_owned(),
            request_id: None,
            endpoint: None,
        };
        let mut seen = 0;
        for rule in rules::all() {
            for message in rule.evidence.messages {
                let [on, off] =
                    [true, false].map(|iam| unable_to_write("set it", &error(message), Lookups { iam, sns: true }).detail);
                assert!(on.contains("this is a gap in this provider"), "{on}");
                let reads_role = message.starts_with("Role does not have");
                assert_eq!(off.contains("lookups = { iam = false }"), reads_role, "{off}");
                assert_eq!(off.contains("this is a gap in this provider"), !reads_role, "{off}");
                seen += usize::from(reads_role);
            }
        }
        assert!(seen >= 3, "{seen} messages about the role");
    }

    #[test]
    fn a_permission_is_asked_for_only_where_one_is_missing() {
        for (code, words, allow) in [
            ("AccessDeniedException", "Allow the action", true),
            ("ExpiredTokenException", "are expired", false),
            ("InvalidSignatureException", "did not take the signature", false),
            ("UnrecognizedClientException", "did not take the signature", false),
        ] {
            let operation = "cognito-idp:GetUserPoolMfaConfig";
            let (code, message) = (code.to_owned(), "No.".to_owned());
            let error = Error { kind: ErrorKind::Denied, operation, code, message, request_id: None, endpoint: None };
            let told = unable("read it", &error).detail;
            assert!(told.contains(words), "{told}");
            assert_eq!(told.contains("\"Effect\": \"Allow\""), allow, "{told}");
        }
    }
}
