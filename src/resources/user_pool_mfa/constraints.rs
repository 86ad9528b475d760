//! What can never be right about a single argument, whatever the pool: enums, lengths, patterns and ARNs, as the API's model has them.

use super::arguments::Arguments;
use crate::mfa::{Deletion, FactorConfiguration, Mode, UserVerification};
use crate::resources::pool::constraints::{self, one_of, placeholder, report};
use crate::resources::pool::factor;
use crate::resources::pool::patterns::{is_domain, unprintable};
use crate::tf::{Diagnostic, Path};

/// Every argument that breaks a constraint. Unknown values break none.
pub fn broken(arguments: &Arguments) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    constraints::pool_and_region(&arguments.user_pool_id, &arguments.region, &mut found);
    enums(arguments, &mut found);
    messages(arguments, &mut found);
    factor::broken(&arguments.factors, &arguments.user_pool_id, &mut found);
    if let Some(sms) = arguments.sms.known() {
        constraints::sender(sms, &Path::root("sms_configuration"), &mut found);
    }
    passkeys(arguments, &mut found);
    constraints::waivers(&arguments.waivers, &mut found);
    constraints::timeouts(&arguments.timeouts, &mut found);
    found
}

fn enums(arguments: &Arguments, found: &mut Vec<Diagnostic>) {
    one_of(
        found,
        &arguments.mode,
        Path::root("mfa_configuration"),
        "Unknown MFA mode [unknown_value]",
        &Mode::ALL.map(Mode::as_str),
    );
    one_of(
        found,
        &arguments.factor_management,
        Path::root("factor_management"),
        "Unknown form of factor management [unknown_value]",
        &["exclusive", "shared"],
    );
    let policies = Deletion::ALL.map(Deletion::as_str);
    one_of(
        found,
        &arguments.deletion_policy,
        Path::root("deletion_policy"),
        "Unknown deletion policy [unknown_value]",
        &policies,
    );
    if let Some(passkeys) = arguments.web_authn.known() {
        let block = Path::root("web_authn_configuration");
        let values = UserVerification::ALL.map(UserVerification::as_str);
        let summary = "Unknown user verification [unknown_value]";
        one_of(found, &passkeys.user_verification, block.clone().member("user_verification"), summary, &values);
        let values = FactorConfiguration::ALL.map(FactorConfiguration::as_str);
        let summary = "Unknown factor configuration [unknown_value]";
        one_of(found, &passkeys.factor_configuration, block.member("factor_configuration"), summary, &values);
    }
}

fn messages(arguments: &Arguments, found: &mut Vec<Diagnostic>) {
    constraints::sms_message(&arguments.sms_message, found);
    let Some(email) = arguments.email.known() else { return };
    let block = Path::root("email_mfa_configuration");
    if let Some(text) = email.message.known() {
        let path = block.clone().member("message");
        let length = text.chars().count();
        if !text.contains("{####}") {
            report(found, path, "The e-mail message has no place for the code", placeholder("message"));
        } else if !(6..=20_000).contains(&length) {
            let detail = format!("`{path}` has {length} characters; AWS takes 6 to 20,000 (EmailMfaMessageType).");
            report(found, path, "The e-mail message is too long", detail);
        } else {
            printable(text, path, "The e-mail message has a character that AWS does not take", "EmailMfaMessageType", found);
        }
    }
    if let Some(text) = email.subject.known() {
        let path = block.member("subject");
        if text.is_empty() {
            let detail =
                format!("`{path}` is empty; leave the argument out, and AWS writes a subject of its own (EmailMfaSubjectType).");
            report(found, path, "Not an e-mail subject", detail);
        } else {
            printable(text, path, "The e-mail subject has a character that AWS does not take", "EmailMfaSubjectType", found);
        }
    }
}

/// The characters of a text of an e-mail.
fn printable(text: &str, path: Path, summary: &str, shape: &str, found: &mut Vec<Diagnostic>) {
    let Some(letter) = unprintable(text, true) else { return };
    let detail = format!(
        "`{path}` has the character U+{:04X}: a control character, an invisible one, or a space that is not one of ASCII. AWS takes \
         letters, marks, symbols, digits, punctuation, and of white space what ASCII has, such as spaces, tabs and line breaks ({shape}).",
        u32::from(letter)
    );
    report(found, path, summary, detail);
}

fn passkeys(arguments: &Arguments, found: &mut Vec<Diagnostic>) {
    let Some(text) = arguments.web_authn.known().and_then(|passkeys| passkeys.relying_party_id.known()) else { return };
    if !is_domain(text) {
        let path = Path::root("web_authn_configuration").member("relying_party_id");
        let detail = format!(
            "`{path}` is {text:?}; a relying party id is a bare domain in lower case, 127 characters at the most, without scheme, port or \
             path:\n\n    relying_party_id = \"login.example.com\""
        );
        report(found, path, "Not a relying party id", detail);
    }
}
