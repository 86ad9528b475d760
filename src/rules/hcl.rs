//! Lines of HCL with values filled in, for the fixes that findings propose.

use crate::mfa::{Factor, Settings, SmsSender, SnsSender};

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

/// The mode and the factors of these settings, as the resource would write them. Texts and the external id are not repeated: nothing is
/// wrong with them, and they may be marked as sensitive where they come from.
pub(super) fn mode_with_factors(mode: &str, settings: &Settings) -> Vec<String> {
    let factors = settings.factors();
    let short = factors.iter().filter_map(|factor| Some((factor.argument(), short_factor(*factor, settings)?)));
    let mut lines = assignments([("mfa_configuration", quoted(mode))].into_iter().chain(short));
    if let (true, Some(SmsSender::Sns(sns))) = (factors.contains(&Factor::Sms), sender(settings)) {
        lines.extend(sns_block(sns));
    }
    lines
}

fn sender(settings: &Settings) -> Option<&SmsSender> {
    settings.sms.as_ref().and_then(|sms| sms.sender.as_ref())
}

/// A factor that fits one line.
fn short_factor(factor: Factor, settings: &Settings) -> Option<String> {
    let text = match (factor, sender(settings)) {
        (Factor::SoftwareToken, _) => "{ enabled = true }",
        (Factor::Sms, Some(SmsSender::Sns(_))) => return None,
        (Factor::Sms, _) => "{ ... } # as it is",
        (Factor::Email, _) => match &settings.email {
            Some(email) if email.message.is_none() && email.subject.is_none() => "{}",
            _ => "{ ... } # as it is",
        },
    };
    Some(text.to_owned())
}

fn sns_block(sns: &SnsSender) -> Vec<String> {
    let external_id = sns.external_id.as_ref().map(|_| ("external_id", "\"...\" # as it is".to_owned()));
    let region = sns.region.as_ref().map(|region| ("sns_region", quoted(region)));
    let members = assignments([("sns_caller_arn", quoted(&sns.caller_arn))].into_iter().chain(external_id).chain(region));
    let members = members.into_iter().map(|line| format!("  {line}"));
    ["sms_configuration = {".to_owned()].into_iter().chain(members).chain(["}".to_owned()]).collect()
}

/// Elements of `waivers`, each of a rule and a reason. They are short lines: command lines at 80 columns break longer ones.
pub(super) fn waiver_elements(waivers: &[(&str, &str)]) -> Vec<String> {
    let element = |(rule, reason): &(&str, &str)| {
        let members =
            assignments([("rule", quoted(rule)), ("reason", quoted(reason))]).into_iter().map(|line| format!("  {line}"));
        ["{".to_owned()].into_iter().chain(members).chain(["},".to_owned()]).collect::<Vec<_>>()
    };
    waivers.iter().flat_map(element).collect()
}

/// The `waivers` argument with these waivers; no line of none.
pub(super) fn waivers(waivers: &[(&str, &str)]) -> Vec<String> {
    if waivers.is_empty() {
        return Vec::new();
    }
    let elements = waiver_elements(waivers).into_iter().map(|line| format!("  {line}"));
    ["waivers = [".to_owned()].into_iter().chain(elements).chain(["]".to_owned()]).collect()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::{assignments, mode_with_factors, quoted, waivers};
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
        let lines = ["waivers = [", "  {", r#"    rule   = "a_rule""#, r#"    reason = "so \"be\" it""#, "  },", "]"];
        assert_eq!(waivers(&[("a_rule", "so \"be\" it")]), lines);
        assert!(waivers(&[]).is_empty());
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
        assert_eq!(lines(&sns(None, None)), "sms_configuration = {\n  sns_caller_arn = \"arn\"\n}");
        assert_eq!(
            lines(&sns(Some("x"), Some("eu-west-1"))),
            "sms_configuration = {\n  sns_caller_arn = \"arn\"\n  external_id    = \"...\" # as it is\n  sns_region     = \"eu-west-1\"\n}"
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
}
