//! What single arguments of the resources about one pool can never be, before any rule: shapes, bounds and words of the API's model.
//!
//! The SDK checks none of them, so they are all ours. Each names the API's shape where the model has one.

use super::arguments::{TimeoutArguments, WaiverArguments, parse_date};
use super::patterns::{LINE_BREAKS, is_external_id, is_pool_id, is_role_arn};
use super::sms::{EumsArguments, SmsArguments};
use super::{duration, region};
use crate::rules::notes::{self, Note};
use crate::tf::{Diagnostic, Path, Value};

const MORE: &str =
    "https://registry.terraform.io/providers/cognitomfa/cognitomfa/latest/docs/guides/transition-rules#attribute-constraints";

/// Adds a finding at `path`.
pub fn report(found: &mut Vec<Diagnostic>, path: Path, summary: &str, detail: String) {
    let note = summary.rsplit_once(" [").and_then(|(_, name)| notes::find(name.trim_end_matches(']')));
    let more = note.map_or_else(|| format!("More:\n{MORE}"), Note::more);
    found.push(Diagnostic::error(summary, format!("{detail}\n\n{more}")).at(path));
}

/// The id of a pool and the Region beside it.
pub fn pool_and_region(user_pool_id: &Value<String>, region: &Value<String>, found: &mut Vec<Diagnostic>) {
    let Some(id) = user_pool_id.known() else { return };
    if !is_pool_id(id) {
        let detail = format!("{}\n\n    user_pool_id = {:?}", no_pool_id(id), id_inside(id).unwrap_or(EXAMPLE_ID));
        return report(found, Path::root("user_pool_id"), "Not a user pool id", detail);
    }
    let (Some(home), Some(given)) = (region::of_pool(id), region.known()) else { return };
    if home != given {
        let detail = format!(
            "The user pool {id} is in {home}, as its id says, but `region` is {given:?}. Delete `region`, or write:\n\n    \
             region = \"{home}\""
        );
        report(found, Path::root("region"), "The Region is not the user pool's", detail);
    }
}

/// An id that stands for one that nobody knows.
pub const EXAMPLE_ID: &str = "eu-central-1_Ab12Cd34E";

/// The id of a pool inside of its ARN.
pub fn id_inside(text: &str) -> Option<&str> {
    let (arn, id) = text.trim().split_once(":userpool/")?;
    (arn.starts_with("arn:") && is_pool_id(id)).then_some(id)
}

/// What is said of a text that is no id of a pool; a line with the right one follows.
pub fn no_pool_id(text: &str) -> String {
    if id_inside(text).is_some() {
        return format!("{text:?} is the ARN of a user pool. Its id is the part behind the slash:");
    }
    format!(
        "{text:?} is not the id of a user pool. An id is the Region, an underscore and letters or digits, 55 characters at the most:"
    )
}

/// One of a few words, with a hint at the one that was meant.
pub fn one_of(found: &mut Vec<Diagnostic>, value: &Value<String>, path: Path, summary: &str, allowed: &[&str]) {
    let Some(text) = value.known() else { return };
    if allowed.contains(&text.as_str()) {
        return;
    }
    let listed = allowed.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    let hint = meant(text, allowed).map_or(String::new(), |meant| {
        let other = if text.eq_ignore_ascii_case("required") && meant == "ON" {
            " The console and the CDK call it \"required\"; the API and this provider call it \"ON\"."
        } else {
            ""
        };
        format!("{other} Did you mean {meant:?}?\n\n    {} = {meant:?}", path.0.last().map_or("", step_name))
    });
    report(found, path.clone(), summary, format!("`{path}` is {text:?}, and can only be one of {listed}.{hint}"));
}

fn step_name(step: &crate::tf::Step) -> &str {
    match step {
        crate::tf::Step::Attribute(name) | crate::tf::Step::Key(name) => name,
        crate::tf::Step::Index(_) => "",
    }
}

/// The value a user most likely meant: other vocabularies first, then the nearest spelling.
fn meant<'a>(text: &str, allowed: &[&'a str]) -> Option<&'a str> {
    const OTHER_WORDS: [(&str, &str); 12] = [
        ("required", "ON"),
        ("mandatory", "ON"),
        ("enabled", "ON"),
        ("true", "ON"),
        ("disabled", "OFF"),
        ("none", "OFF"),
        ("false", "OFF"),
        ("abandon", "RETAIN"),
        ("keep", "RETAIN"),
        ("revert", "RESTORE"),
        ("rollback", "RESTORE"),
        ("multi_factor", "MULTI_FACTOR_WITH_USER_VERIFICATION"),
    ];
    let lower = text.to_lowercase();
    let same = allowed.iter().find(|value| value.eq_ignore_ascii_case(text));
    let other = || {
        OTHER_WORDS.iter().find(|(word, _)| *word == lower).and_then(|(_, value)| allowed.iter().find(|known| *known == value))
    };
    let near = || allowed.iter().find(|value| strsim::damerau_levenshtein(&value.to_lowercase(), &lower) <= 2);
    same.or_else(other).or_else(near).copied()
}

/// The text of the SMS.
pub fn sms_message(message: &Value<String>, found: &mut Vec<Diagnostic>) {
    let Some(text) = message.known() else { return };
    let path = Path::root("sms_authentication_message");
    let length = text.chars().count();
    if text.contains(LINE_BREAKS) {
        let detail = "`sms_authentication_message` has a line break; AWS takes a single line only (SmsVerificationMessageType).";
        report(found, path, "The SMS message has a line break", detail.to_owned());
    } else if !text.contains("{####}") {
        report(found, path, "The SMS message has no place for the code", placeholder("sms_authentication_message"));
    } else if !(6..=140).contains(&length) {
        let detail =
            format!("`sms_authentication_message` has {length} characters; AWS takes 6 to 140 (SmsVerificationMessageType).");
        report(found, path, "The SMS message is too long", detail);
    }
}

/// What is said of a message without a place for the code.
pub fn placeholder(attribute: &str) -> String {
    format!(
        "`{attribute}` must contain {{####}}: Cognito puts the code in its place, and AWS refuses a message without it.\n\n    \
         {attribute} = \"Your code is {{####}}\""
    )
}

/// `sms_configuration`.
pub fn sender(sms: &SmsArguments, block: &Path, found: &mut Vec<Diagnostic>) {
    match (&sms.caller_arn, &sms.eums) {
        (Value::Known(_), Value::Known(_)) => {
            let detail = format!(
                "`{block}` has both `sns_caller_arn` and `eums_sms`; a user pool sends SMS either through Amazon SNS or through AWS End \
                 User Messaging. Delete one of them."
            );
            report(found, block.clone(), "Two SMS senders", detail);
        }
        (Value::Null, Value::Null) => {
            let detail = format!(
                "`{block}` has neither `sns_caller_arn` nor `eums_sms`, so Cognito has no IAM role to send codes with. Give the role that \
                 may publish through Amazon SNS:\n\n    \
                 sms_configuration = {{\n      \
                 sns_caller_arn = \"arn:aws:iam::111122223333:role/cognito-sms\"\n      \
                 external_id    = \"the value in the role's trust policy\"\n    }}"
            );
            report(found, block.clone(), "SMS MFA needs an IAM role", detail);
        }
        _ => {}
    }
    role_arn(&sms.caller_arn, block.clone().member("sns_caller_arn"), found);
    external_id(&sms.external_id, block.clone().member("external_id"), found);
    sms_region(&sms.region, block.clone().member("sns_region"), found);
    if let Some(eums) = sms.eums.known() {
        end_user_messaging(sms, eums, block, found);
    }
}

fn end_user_messaging(sms: &SmsArguments, eums: &EumsArguments, block: &Path, found: &mut Vec<Diagnostic>) {
    let inner = block.clone().member("eums_sms");
    role_arn(&eums.caller_arn, inner.clone().member("caller_arn"), found);
    external_id(&eums.external_id, inner.clone().member("external_id"), found);
    sms_region(&eums.region, inner.member("region"), found);
    for (name, value) in [("external_id", &sms.external_id), ("sns_region", &sms.region)] {
        if value.known().is_some() {
            let detail = format!("`{block}.{name}` belongs to Amazon SNS. Beside `eums_sms`, write it inside of `eums_sms`.");
            report(found, block.clone().member(name), "An SNS argument beside End User Messaging", detail);
        }
    }
}

fn role_arn(value: &Value<String>, path: Path, found: &mut Vec<Diagnostic>) {
    let Some(text) = value.known().filter(|text| !is_role_arn(text)) else { return };
    let detail = format!(
        "`{path}` is {text:?}. Cognito can only send SMS with an IAM role, and the ARN of a role looks like this:\n\n    \
         {} = \"arn:aws:iam::111122223333:role/cognito-sms\"",
        path.0.last().map_or("", step_name)
    );
    report(found, path, "Not the ARN of an IAM role", detail);
}

fn external_id(value: &Value<String>, path: Path, found: &mut Vec<Diagnostic>) {
    let Some(text) = value.known() else { return };
    if !(2..=1224).contains(&text.chars().count()) || !is_external_id(text) {
        let detail = format!(
            "`{path}` must have 2 to 1,224 characters out of letters, digits and `_+=,.@:/-`. Cognito would store another value, but STS \
             could never assume the role with it."
        );
        report(found, path, "Not an external id", detail);
    }
}

fn sms_region(value: &Value<String>, path: Path, found: &mut Vec<Diagnostic>) {
    let Some(text) = value.known() else { return };
    if !(5..=32).contains(&text.chars().count()) {
        let detail = format!("`{path}` is {text:?}; the name of a Region has 5 to 32 characters (RegionCodeType).");
        report(found, path, "Not a Region", detail);
    }
}

/// `waivers`.
pub fn waivers(waivers: &Value<Vec<WaiverArguments>>, found: &mut Vec<Diagnostic>) {
    // Terraform underlines nothing for an element inside a list, so the whole argument is named.
    let path = Path::root("waivers");
    for (index, waiver) in (0..).zip(waivers.known().into_iter().flatten()) {
        let element = path.clone().index(index);
        if waiver.reason.known().is_some_and(|reason| reason.trim().is_empty()) {
            let detail = format!("`{element}.reason` is what the next reader will look for; it cannot be empty.");
            report(found, path.clone(), "A waiver without a reason", detail);
        }
        if let Some(text) = waiver.expires.known().filter(|text| parse_date(text).is_none()) {
            let detail = format!(
                "`{element}.expires` is {text:?}; write the last day the waiver counts as year, month and day:\n\n    \
                 expires = \"2027-12-31\""
            );
            report(found, path.clone(), "Not a date", detail);
        }
    }
}

/// `timeouts`.
pub fn timeouts(timeouts: &Value<TimeoutArguments>, found: &mut Vec<Diagnostic>) {
    let Some(timeouts) = timeouts.known() else { return };
    let all =
        [("create", &timeouts.create), ("read", &timeouts.read), ("update", &timeouts.update), ("delete", &timeouts.delete)];
    for (name, value) in all {
        if let Some(text) = value.known().filter(|text| duration::parse(text).is_none()) {
            let path = Path::root("timeouts").member(name);
            let (summary, detail) = if duration::is_too_long(text) {
                let detail =
                    format!("`{path}` is {text:?}, and an operation may take a day at the most:\n\n    {name} = \"24h\"");
                ("Too long a duration", detail)
            } else {
                let form = "write a duration above zero in hours, minutes and seconds, a day at the most";
                ("Not a duration", format!("`{path}` is {text:?}; {form}:\n\n    {name} = \"2m30s\""))
            };
            report(found, path, summary, detail);
        }
    }
}
