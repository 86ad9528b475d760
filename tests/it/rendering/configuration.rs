//! The configuration that asks for a rule's rejected example, with every nested attribute on a line of its own.

use cognitomfa::mfa::{
    Factor, FactorConfiguration, Mode, PreferenceChange, Settings, Transition, UserVerification, Wanted, WantedSender,
};
use cognitomfa::rules::Rule;
use cognitomfa::tf::Value;

use super::stand_in::pool_id;

/// The resource, labelled with the rule's name.
pub fn resource(rule: &Rule) -> String {
    let example = (rule.rejected)();
    if let Some(preference) = &example.preference {
        return of_user(rule, preference);
    }
    let wanted = wanted(&example);
    let mut lines = vec![
        format!("resource \"cognitomfa_user_pool_mfa\" \"{}\" {{", rule.name),
        format!("  user_pool_id      = \"{}\"", pool_id(rule)),
    ];
    lines.extend(wanted.mode.known().map(|mode| format!("  mfa_configuration = \"{mode}\"")));
    if let Some(enabled) = wanted.token.known() {
        lines.extend(block("software_token_mfa_configuration", &[("enabled", Some(enabled.to_string()))]));
    }
    lines.extend(sender(&wanted));
    lines.extend(text(&wanted.sms_message).map(|message| format!("  sms_authentication_message = {message}")));
    if let Some(email) = wanted.email.known() {
        lines.extend(block("email_mfa_configuration", &[("message", text(&email.message)), ("subject", text(&email.subject))]));
    }
    if let Some(passkeys) = wanted.web_authn.known() {
        let verification = passkeys.user_verification.known().map(|value| quoted(UserVerification::as_str(*value)));
        let factor = passkeys.factor_configuration.known().map(|value| quoted(FactorConfiguration::as_str(*value)));
        let domain = text(&passkeys.relying_party_id);
        let members = [("relying_party_id", domain), ("user_verification", verification), ("factor_configuration", factor)];
        lines.extend(block("web_authn_configuration", &members));
    }
    lines.extend(example.deletion.map(|policy| format!("  deletion_policy = \"{}\"", policy.as_str())));
    lines.push("}\n".to_owned());
    lines.join("\n")
}

/// The resource of an example about one user.
fn of_user(rule: &Rule, preference: &PreferenceChange) -> String {
    let mut lines = vec![
        format!("resource \"cognitomfa_user_mfa_preference\" \"{}\" {{", rule.name),
        format!("  user_pool_id = \"{}\"", pool_id(rule)),
    ];
    lines.extend(text(&preference.username).map(|name| format!("  username = {name}")));
    for factor in Factor::ALL {
        if let Some(wanted) = preference.wanted.block(factor).known() {
            let flag = |value: &Value<bool>| value.known().map(ToString::to_string);
            let members = [("enabled", flag(&wanted.enabled)), ("preferred_mfa", flag(&wanted.preferred))];
            lines.extend(block(factor.user_argument(), &members));
        }
    }
    lines.push("}\n".to_owned());
    lines.join("\n")
}

/// What the example asks for; of a destroy, what was asked for before.
fn wanted(example: &Transition) -> Wanted {
    match (&example.deletion, example.request.known()) {
        (None, Some(wanted)) => wanted.clone(),
        _ => Wanted::from(example.live.known().unwrap_or(&Settings { mode: Mode::Off, ..Settings::UNTOUCHED })),
    }
}

fn sender(wanted: &Wanted) -> Vec<String> {
    match wanted.sms_sender.known() {
        None => Vec::new(),
        Some(WantedSender::Sns { caller_arn, external_id, region }) => block(
            "sms_configuration",
            &[("sns_caller_arn", text(caller_arn)), ("external_id", text(external_id)), ("sns_region", text(region))],
        ),
        Some(WantedSender::EndUserMessaging { caller_arn, external_id, region, .. }) => {
            let members = [("caller_arn", text(caller_arn)), ("external_id", text(external_id)), ("region", text(region))];
            let inner: Vec<String> = block("eums_sms", &members).into_iter().map(|line| format!("  {line}")).collect();
            [vec!["  sms_configuration = {".to_owned()], inner, vec!["  }".to_owned()]].concat()
        }
    }
}

/// An attribute with nested ones, those that have a value.
fn block(name: &str, members: &[(&str, Option<String>)]) -> Vec<String> {
    let members = members.iter().filter_map(|(name, value)| Some(format!("    {name} = {}", value.as_ref()?)));
    let inner: Vec<String> = members.collect();
    if inner.is_empty() {
        return vec![format!("  {name} = {{}}")];
    }
    [vec![format!("  {name} = {{")], inner, vec!["  }".to_owned()]].concat()
}

fn text(value: &Value<String>) -> Option<String> {
    value.known().map(|text| quoted(text))
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
