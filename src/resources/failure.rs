//! A failed AWS call in the user's words.

use crate::aws::{Error, ErrorKind};
use crate::provider::Lookups;
use crate::rules::{self, notes};
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
        format!("Unable to read {what}. {failed}\n\n{consequence}{}{}", switch.unwrap_or_default(), more_of_skipped()),
    ))
}

/// The first line of a warning that a check was not made; command lines fold warnings that have the same.
pub fn skipped(check: &str) -> String {
    format!("A check could not be made: {check} [check_skipped]")
}

/// The end of such a warning.
pub fn more_of_skipped() -> String {
    notes::find("check_skipped").map(|note| format!("\n\n{}", note.more())).unwrap_or_default()
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
        ErrorKind::Denied => format!("AWS denied {operation} with {said}\n\n{}", allowing(&Missing::of(error))),
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

/// The permission that was missing.
struct Missing<'a> {
    /// The action; a call may need another one than its own, such as `iam:PassRole`.
    action: &'a str,
    /// The resource that AWS names, where it is an ARN.
    resource: &'a str,
    /// Whether AWS says that something denies it.
    is_denied: bool,
}

impl<'a> Missing<'a> {
    /// What AWS's own sentence names, "... is not authorized to perform: ACTION on resource: ARN ...", else the call itself.
    fn of(error: &'a Error) -> Self {
        let word = |after: &str| Some(error.message.split_once(after)?.1.split_whitespace().next()?.trim_end_matches(['.', ',']));
        let action = word("authorized to perform: ").filter(|action| is_action(action));
        let resource = word("on resource: ").filter(|resource| resource.starts_with("arn:"));
        // The ARN in a sentence about the call itself is one of many: the hint is for all that this provider calls.
        let resource = resource.filter(|_| action.is_some_and(|action| action != error.operation));
        Self {
            action: action.unwrap_or(error.operation),
            resource: resource.unwrap_or("*"),
            is_denied: error.message.contains("explicit deny"),
        }
    }
}

fn is_action(text: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    text.split_once(':').is_some_and(|(service, name)| is_word(service) && is_word(name))
}

fn allowing(Missing { action, resource, is_denied }: &Missing<'_>) -> String {
    let denial = if *is_denied { "A policy denies it, and that denial has to be lifted first. " } else { "" };
    format!(
        "{denial}Allow the action to the credentials that Terraform runs with:\n\n    \
         {{ \"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"{resource}\" }}"
    )
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
    rules::of_message(&error.message).map_or(String::new(), silent)
}

/// What is said of a rule that was silent about what AWS refuses.
fn silent(rule: &rules::Rule) -> String {
    format!(
        "\n\nThe rule {} is there to say this at plan, and did not. If no warning said that a check was skipped, and nothing else \
         changed the pool or the role meanwhile, this is a gap in this provider: report it with this message.\n\n{}",
        rule.name,
        rule.more()
    )
}

/// What the rules said right before a write that AWS refuses.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Names of rules that warned.
    pub warned: Vec<String>,
    /// Names of rules that could not be judged.
    pub undecided: Vec<&'static str>,
}

impl Heard {
    /// The error of the write, where the rule that knows AWS's message was not silent.
    pub fn correct(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some(first) = rules::knowing(&diagnostic.detail).next() else { return diagnostic };
        let knowing: Vec<&rules::Rule> = rules::knowing(&diagnostic.detail).collect();
        let warned = knowing.iter().find(|rule| self.warned.iter().any(|name| name == rule.name));
        let undecided = knowing.iter().find(|rule| self.undecided.contains(&rule.name));
        let said = match (warned, undecided) {
            (Some(rule), _) => format!("\n\nThe rule {} has warned of this.\n\n{}", rule.name, rule.more()),
            (None, Some(rule)) => format!(
                "\n\nThe rule {} looks for this, and could not be judged: what it looks at was not read, because of `lookups` in the provider \
                 block, a missing permission, or a policy with something in it that this provider does not evaluate.\n\n{}",
                rule.name,
                rule.more()
            ),
            (None, None) => return diagnostic,
        };
        diagnostic.detail = diagnostic.detail.replace(&silent(first), &said);
        diagnostic
    }
}

/// The same where the provider block switches off what the rule reads.
fn left_out(error: &Error, lookups: Lookups) -> Option<String> {
    let rule = rules::of_message(&error.message).filter(|rule| rules::ABOUT_THE_SMS_ROLE.contains(&rule.name))?;
    // Accounts are compared without a call.
    let reads_role = rule.name != "sms_role_in_other_account";
    (reads_role && !lookups.iam && matches!(error.kind, ErrorKind::Refused | ErrorKind::NotYet)).then(|| {
        format!(
            "\n\nThe rule {} says this at plan where it may read the role. It was left out: the provider block has \
             `lookups = {{ iam = false }}`.\n\n{}",
            rule.name,
            rule.more()
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
    fn the_action_that_aws_names_is_the_one_that_is_asked_for() {
        let role = "arn:aws:iam::111122223333:role/sms";
        let who = "User: arn:aws:sts::111122223333:assumed-role/ci/x is not authorized to perform: ";
        let told = |message: &str| unable("set it", &denied("cognito-idp:SetUserPoolMfaConfig", message)).detail;
        let passing = told(&format!(
            "{who}iam:PassRole on resource: {role} because no identity-based policy allows the iam:PassRole action"
        ));
        assert!(passing.contains(&format!("\"Action\": \"iam:PassRole\", \"Resource\": \"{role}\"")), "{passing}");
        let own = told(&format!("{who}cognito-idp:SetUserPoolMfaConfig on resource: arn:aws:cognito-idp:eu-west-1:1:userpool/x"));
        assert!(own.contains("\"Action\": \"cognito-idp:SetUserPoolMfaConfig\", \"Resource\": \"*\""), "{own}");
        let kms =
            told(&format!("{who}kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k with an explicit deny in a key policy"));
        assert!(kms.contains("has to be lifted first") && kms.contains("\"kms:Decrypt\""), "{kms}");
        for other in ["No.", "is not authorized to perform: ", "not authorized to perform: <b> on resource: x"] {
            let hint = "\"Action\": \"cognito-idp:SetUserPoolMfaConfig\", \"Resource\": \"*\"";
            assert!(told(other).contains(hint), "{other}");
        }
    }

    #[test]
    fn a_rule_that_has_warned_or_was_not_judged_is_not_called_silent() {
        let message = "Role does not have a trust relationship allowing Cognito to assume the role";
        let (code, message) = ("InvalidSmsRoleTrustRelationshipException".to_owned(), message.to_owned());
        let operation = "cognito-idp:SetUserPoolMfaConfig";
        let error = Error { kind: ErrorKind::NotYet, operation, code, message, request_id: None, endpoint: None };
        let told = |heard: &Heard| heard.correct(unable("set it", &error)).detail;
        assert!(told(&Heard::default()).contains("is there to say this at plan, and did not"));
        for name in ["sms_role_without_trust", "sms_role_external_id_mismatch"] {
            let warned = told(&Heard { warned: vec![name.to_owned()], undecided: Vec::new() });
            assert!(warned.contains(&format!("The rule {name} has warned of this.")) && !warned.contains("did not"), "{warned}");
            let undecided = told(&Heard { warned: Vec::new(), undecided: vec![name] });
            assert!(undecided.contains("could not be judged") && !undecided.contains("report it"), "{undecided}");
        }
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
