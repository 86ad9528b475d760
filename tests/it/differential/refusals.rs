//! What the sandbox can refuse a write of MFA settings with, and which rules or attribute constraints see each before it is sent.

use std::collections::BTreeSet;

use cognitomfa::rules::{self, Standing};
use cognitomfa::sandbox::Refusal;

use super::comparison::lists;
use super::source;

/// One refusal of `SetUserPoolMfaConfig`.
struct Row {
    /// How the sources name it: a constant or function of `messages`, or the beginning of a sentence of the sandbox's own.
    name: &'static str,
    /// What the answer's message contains.
    text: &'static str,
    /// The rules that are broken when it comes.
    rules: &'static [&'static str],
    /// The attribute constraint that keeps it from being sent, where that is what does.
    constraint: Option<&'static str>,
}

const fn row(name: &'static str, text: &'static str, rules: &'static [&'static str]) -> Row {
    Row { name, text, rules, constraint: None }
}

const fn constraint(name: &'static str, text: &'static str, by: &'static str) -> Row {
    Row { name, text, rules: &[], constraint: Some(by) }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("OFF_WITH_FACTOR", "can't turn off MFA and configure an MFA together", &["factors_with_mode_off"]),
    row("NO_FACTOR", "Software Token MFA must be enabled", &["active_mode_without_factor"]),
    row("ALL_FACTORS_DISABLED", "can't disable all MFAs", &["active_mode_without_factor"]),
    row("ONLY_PASSWORD_AND_PASSKEY", "Only PASSWORD and WEB_AUTHN", &["required_with_otp_first_factor"]),
    row("SINGLE_FACTOR_PASSKEY", "Cannot set WebAuthn factor configuration", &["required_with_single_factor_passkey"]),
    // M12 for a mode of OFF; where a write without SMS takes the sender off the pool, for the other modes too.
    row("PHONE_NEEDS_SMS", "SMS configuration is required when phone_number", &["phone_verification_with_mode_off", "sms_still_available"]),
    row("SMS_OTP_NEEDS_SMS", "SMS_OTP can not be configured", &["sms_still_available"]),
    row("RECOVERY_BY_PHONE_WITH_SMS", "cannot use verified_phone_number as a recovery", &["phone_recovery_with_sms"]),
    row("EMAIL_WITHOUT_SES", "EmailSendingAccount of COGNITO_DEFAULT", &["email_without_ses"]),
    row("EMAIL_ONLY_RECOVERY", "AccountRecoverySetting is not set", &["email_with_email_only_recovery"]),
    row("tier_features", "tier configured: Email MFA", &["email_on_lite_tier"]),
    row("tier_features", "tier configured: Passkey MFA", &["passkey_factor_on_lite_tier"]),
    constraint("RELYING_PARTY_CHARACTERS", "RelyingPartyId contains invalid characters", "relying_party_id: a bare domain"),
    row("CROSS_ACCOUNT_ROLE", "Cross-account pass role", &["sms_role_in_other_account"]),
    row("ROLE_WITHOUT_TRUST", "Role does not have a trust relationship",
        &["sms_role_missing", "sms_role_without_trust", "sms_role_external_id_mismatch"]),
    row("ROLE_WITHOUT_PUBLISH", "Role does not have permission to publish", &["sms_role_without_publish"]),
    row("sns_region", "Invalid snsRegion", &["sns_region_not_allowed"]),
    row("The Region of EumsSms", "The Region of EumsSms", &["eums_not_in_region"]),
    row("EumsSms is not available", "EumsSms is not available", &["eums_not_in_region"]),
    row("The Region of the user pool sends", "sends SMS with EumsSms only", &["eums_not_in_region"]),
    constraint("SmsConfiguration takes either", "takes either SnsCallerArn or EumsSms", "sms_configuration: one sender"),
    constraint("SmsMfaConfiguration needs", "needs an SmsConfiguration", "sms_configuration: always whole; a message alone is not sent"),
];

/// Constants and functions of `messages` that other calls answer with.
const OF_OTHER_CALLS: &[&str] = &[
    "CREATE_NEEDS_SMS",
    "CANNOT_TURN_ON",
    "PASSKEY_NOT_FOR_MFA",
    "UPDATE_VERIFICATION_NOT_AUTOMATIC",
    "SOURCE_ARN_MISSING",
    "PASSWORD_FACTOR_MISSING",
    "RECOVERY_DUPLICATES",
    "RECOVERY_ADMIN_NOT_ALONE",
    "NO_PHONE_NUMBER",
    "no_delivery",
];

/// Answers to any call, about the caller and the moment rather than the request; aws::error classifies them.
const OF_THE_MOMENT: &[&str] = &["CONCURRENT_WRITE"];

/// The rules that a refusal in these words is about.
pub fn rules_about(message: &str) -> Vec<&'static str> {
    ROWS.iter().filter(|row| message.contains(row.text)).flat_map(|row| row.rules.iter().copied()).collect()
}

/// Sentences of the write that no rule is about: AWS's answer to a caller without the permission.
const OF_THE_CALLER: &[&str] = &["User: {caller} is not authorized to perform: "];

#[test]
fn every_message_of_the_sandbox_has_a_rule_or_a_constraint() {
    let text = source::read("messages.rs");
    let named: BTreeSet<&str> = source::between(&text, "pub const ", ":").chain(source::between(&text, "pub fn ", "(")).collect();
    let listed: BTreeSet<&str> = ROWS.iter().map(|row| row.name).collect();
    assert_eq!(named.len(), text.matches("\npub ").count(), "a message that is written in another way: {named:?}");
    for name in &named {
        let elsewhere = OF_OTHER_CALLS.contains(name) || OF_THE_MOMENT.contains(name);
        assert!(listed.contains(name) != elsewhere, "`messages::{name}` is in no list, or in two");
    }
    let rows = ROWS.iter().filter(|row| named.contains(row.name)).count();
    assert!(rows >= 16, "{rows} rows are about a message of the sandbox");
}

#[test]
fn every_refusal_of_the_write_has_a_rule_or_a_constraint() {
    let messages = source::read("messages.rs");
    let mut judged = Vec::new();
    for (file, text) in source::of_the_write() {
        for made in source::refusals(&text) {
            // The closure that makes them all from one sentence, which its callers are asked for.
            if is_of_the_closure(&text, made) {
                judged.push("through `refused`");
                continue;
            }
            judged.push(row_of(&file, &text, made, &messages));
        }
    }
    assert!(judged.len() >= 25, "only {} refusals were found: {judged:?}", judged.len());
    for row in ROWS {
        assert!(judged.contains(&row.name), "the write never refuses with `{}`", row.name);
    }
}

fn is_of_the_closure(text: &str, made: &str) -> bool {
    text[..position(text, made)].ends_with("let refused = |message: &str| Err(Refusal::unmeasured(")
}

/// Where a part of the text begins.
fn position(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// The row of a refusal that is made from these arguments.
fn row_of(file: &str, text: &str, made: &str, messages: &str) -> &'static str {
    if let Some((_, rest)) = made.split_once("messages::") {
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
        assert!(messages.contains(&format!("pub const {name}:")) || messages.contains(&format!("pub fn {name}(")), "{name}");
        let row = ROWS.iter().find(|row| row.name == name);
        return row.unwrap_or_else(|| panic!("{file} answers with `{name}`, which has no rule")).name;
    }
    let sentence = match made.rsplit_once('"').filter(|(_, rest)| rest.trim().is_empty()) {
        Some((before, _)) => before.rsplit('"').next().unwrap(),
        None => sentence_before(file, text, made),
    };
    if OF_THE_CALLER.iter().any(|known| sentence.starts_with(known)) {
        return "of the caller";
    }
    let row = ROWS.iter().find(|row| sentence.starts_with(row.name));
    row.unwrap_or_else(|| panic!("{file} refuses with {sentence:?}, which has no rule")).name
}

/// The sentence of `message`, which stands right before the refusal that is made from it.
fn sentence_before<'t>(file: &str, text: &'t str, made: &str) -> &'t str {
    let (_, given) = text[..position(text, made)]
        .rsplit_once("let message = ")
        .unwrap_or_else(|| panic!("{file}: where does {made:?} come from?"));
    assert!(made.trim_end().ends_with("message") && given.lines().count() <= 3, "{file}: where does {made:?} come from?");
    given.split('"').nth(1).unwrap_or_else(|| panic!("{file}: {given:?} is no sentence"))
}

#[test]
fn rows_name_rules_and_what_they_say() {
    let mut compared = 0;
    for row in ROWS {
        assert!(row.rules.is_empty() == row.constraint.is_some(), "{}", row.name);
        for name in row.rules {
            let rule = rules::find(name).unwrap_or_else(|| panic!("{name} is no rule"));
            if rule.evidence.standing == Standing::Api && row.name.chars().next().unwrap().is_ascii_uppercase() {
                assert!(rule.evidence.messages.iter().any(|known| known.contains(row.text)), "{name} lacks {:?}", row.text);
                compared += 1;
            }
        }
    }
    assert!(compared >= 10, "{compared} sentences were compared");
    // What is about one user is no change of a pool; `fixtures` sends it.
    let of_pools = rules::all().iter().filter(|rule| (rule.rejected)().preference.is_none());
    let of_pools: Vec<_> = of_pools.filter(|rule| rule.evidence.standing == Standing::Api).collect();
    assert!(of_pools.len() >= 10, "{} rules", of_pools.len());
    for rule in of_pools {
        assert!(ROWS.iter().any(|row| row.rules.contains(&rule.name)), "the sandbox never refuses what {} is about", rule.name);
    }
}

/// Fails unless the refusal is one that this rule lists.
#[track_caller]
pub fn foreseen(rule: &str, refusal: &Refusal) {
    let rule = rules::find(rule).unwrap();
    assert!(lists(rule, &refusal.message), "{} does not list {:?}", rule.name, refusal.message);
}
