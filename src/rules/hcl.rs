//! Lines of HCL with values filled in, for the fixes that findings propose.

use crate::mfa::{Factor, Settings, SmsSender};

/// A string as HCL writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // A template begins here unless the sign is doubled.
            '$' | '%' if characters.peek() == Some(&'{') => quoted.extend([character, character]),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// Assignments with their equal signs below each other, as `terraform fmt` writes them.
pub(super) fn assignments<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Vec<String> {
    let pairs: Vec<(&str, String)> = pairs.into_iter().collect();
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    pairs.into_iter().map(|(name, value)| format!("{name:width$} = {value}")).collect()
}

/// The mode and the factors of these settings, as the resource would write them.
pub(super) fn mode_with_factors(mode: &str, settings: &Settings) -> Vec<String> {
    let factors = settings.factors().into_iter().map(|factor| (factor.argument(), factor_block(factor, settings)));
    assignments([("mfa_configuration", quoted(mode))].into_iter().chain(factors))
}

fn factor_block(factor: Factor, settings: &Settings) -> String {
    match (factor, settings.sms.as_ref().and_then(|sms| sms.sender.as_ref())) {
        (Factor::SoftwareToken, _) => "{ enabled = true }".to_owned(),
        (Factor::Sms, Some(SmsSender::Sns(sns))) => {
            let mut members = format!("sns_caller_arn = {}", quoted(&sns.caller_arn));
            if let Some(external_id) = &sns.external_id {
                members.push_str(&format!(", external_id = {}", quoted(external_id)));
            }
            if let Some(region) = &sns.region {
                members.push_str(&format!(", sns_region = {}", quoted(region)));
            }
            format!("{{ {members} }}")
        }
        (Factor::Sms, _) => "{ ... } # as it is".to_owned(),
        (Factor::Email, _) => match &settings.email {
            Some(email) if email.message.is_none() && email.subject.is_none() => "{}".to_owned(),
            _ => "{ ... } # as it is".to_owned(),
        },
    }
}

/// The `waivers` argument with one waiver.
pub(super) fn waiver(rule: &str, reason: &str) -> String {
    format!("waivers = [{{ rule = {}, reason = {} }}]", quoted(rule), quoted(reason))
}

/// The `assume_role_policy` that lets Cognito send SMS for one pool (rows I01, I02, S08). What is not known is left out.
pub(super) fn trust_policy(external_id: Option<&str>, account: Option<&str>, pool_arn: Option<&str>) -> Vec<String> {
    let mut lines: Vec<String> = [
        "assume_role_policy = jsonencode({",
        "  Version = \"2012-10-17\"",
        "  Statement = [{",
        "    Effect    = \"Allow\"",
        "    Principal = { Service = \"cognito-idp.amazonaws.com\" }",
        "    Action    = \"sts:AssumeRole\"",
    ]
    .map(str::to_owned)
    .into();
    let equals: Vec<String> = [("sts:ExternalId", external_id), ("aws:SourceAccount", account)]
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{} = {}", quoted(key), quoted(value?))))
        .collect();
    let mut conditions = Vec::new();
    if !equals.is_empty() {
        conditions.push(("StringEquals", format!("{{ {} }}", equals.join(", "))));
    }
    if let Some(arn) = pool_arn {
        conditions.push(("ArnLike", format!("{{ \"aws:SourceArn\" = {} }}", quoted(arn))));
    }
    if !conditions.is_empty() {
        lines.push("    Condition = {".to_owned());
        lines.extend(assignments(conditions).into_iter().map(|line| format!("      {line}")));
        lines.push("    }".to_owned());
    }
    lines.extend(["  }]", "})"].map(str::to_owned));
    lines
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::{assignments, mode_with_factors, quoted, trust_policy, waiver};
    use crate::mfa::{Email, Mode, Settings, Sms, SmsSender, SnsSender};
    use crate::rules::example;

    #[test]
    fn strings_are_escaped_as_hcl_does() {
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(quoted("${x} %{y} $5"), r#""$${x} %%{y} $5""#);
    }

    #[test]
    fn signs_that_would_end_a_string_or_a_line_are_written_out() {
        assert_eq!(quoted("a\nb\rc\td"), r#""a\nb\rc\td""#);
        assert_eq!(waiver("a_rule", "so \"be\" it"), r#"waivers = [{ rule = "a_rule", reason = "so \"be\" it" }]"#);
    }

    #[test]
    fn settings_are_written_as_the_resource_would_have_them() {
        let sns = |external_id: Option<&str>, region: Option<&str>| {
            let (external_id, region) = (external_id.map(str::to_owned), region.map(str::to_owned));
            let sender = SmsSender::Sns(SnsSender { caller_arn: "arn".to_owned(), external_id, region });
            Settings { sms: Some(Sms { message: None, sender: Some(sender) }), ..Settings::UNTOUCHED }
        };
        let lines = |settings: &Settings| mode_with_factors("ON", settings)[1..].join("\n");
        assert_eq!(mode_with_factors("ON", &Settings::UNTOUCHED), ["mfa_configuration = \"ON\""]);
        assert_eq!(lines(&example::token(Mode::On)), "software_token_mfa_configuration = { enabled = true }");
        assert_eq!(lines(&sns(None, None)), "sms_configuration = { sns_caller_arn = \"arn\" }");
        assert_eq!(
            lines(&sns(Some("x"), Some("eu-west-1"))),
            "sms_configuration = { sns_caller_arn = \"arn\", external_id = \"x\", sns_region = \"eu-west-1\" }"
        );
        let messaging = example::with_sender(Settings::UNTOUCHED, example::messaging(None));
        assert_eq!(lines(&messaging), "sms_configuration = { ... } # as it is");
        let email = |message: Option<&str>, subject: Option<&str>| {
            let email = Email { message: message.map(str::to_owned), subject: subject.map(str::to_owned) };
            lines(&Settings { email: Some(email), ..Settings::UNTOUCHED })
        };
        assert_eq!(email(None, None), "email_mfa_configuration = {}");
        for other in [email(Some("m"), None), email(None, Some("s")), email(Some("m"), Some("s"))] {
            assert_eq!(other, "email_mfa_configuration = { ... } # as it is");
        }
    }

    #[test]
    fn equal_signs_stand_below_each_other() {
        assert_eq!(assignments([("a", "1".to_owned()), ("long", "2".to_owned())]), ["a    = 1", "long = 2"]);
    }

    #[test]
    fn a_trust_policy_names_only_what_is_known() {
        let bare = trust_policy(None, None, None).join("\n");
        assert!(!bare.contains("Condition"), "{bare}");
        let full = trust_policy(Some("x"), Some("1"), Some("arn")).join("\n");
        assert!(full.contains("\"sts:ExternalId\" = \"x\"") && full.contains("\"aws:SourceArn\" = \"arn\""), "{full}");
    }
}
