//! A net under the log: what looks like a credential is taken out, should it ever get there.

/// What stands in the place of a secret.
const REDACTED: &str = "(redacted)";

/// Parts of field names whose values are never shown.
const SECRET_NAMES: [&str; 9] = [
    "secret",
    "password",
    "passwd",
    "authorization",
    "credential",
    "private_key",
    "external_id",
    "session_token",
    "security_token",
];

/// Prefixes of AWS access key ids: long-lived and temporary.
const KEY_PREFIXES: [&str; 2] = ["AKIA", "ASIA"];
/// Length of an AWS access key id.
const KEY_LENGTH: usize = 20;

/// Whether a log field of this name must not show its value.
pub(super) fn hides(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// The value that a hidden field shows.
pub(super) fn hidden() -> String {
    REDACTED.to_owned()
}

/// The text without access key ids and without what follows `Signature=`, `X-Amz-Security-Token` and their like.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let mut secret_next = false;
    for sign in text.chars().chain(['\0']) {
        if sign.is_ascii_alphanumeric() || "_-/+=%.".contains(sign) {
            word.push(sign);
            continue;
        }
        secret_next = push_word(&mut out, &word, secret_next);
        word.clear();
        if sign != '\0' {
            out.push(sign);
        }
    }
    out
}

/// Appends `word`, hidden where it must be; says whether the next word is a secret.
fn push_word(out: &mut String, word: &str, secret: bool) -> bool {
    if word.is_empty() {
        return secret;
    }
    if secret || is_key_id(word) {
        out.push_str(REDACTED);
        return false;
    }
    match word.split_once('=') {
        Some((name, value)) if announces_secret(name) && !value.is_empty() => {
            out.push_str(name);
            out.push('=');
            out.push_str(REDACTED);
            false
        }
        _ => {
            out.push_str(word);
            announces_secret(word.trim_end_matches('='))
        }
    }
}

fn announces_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["signature", "x-amz-signature", "x-amz-security-token", "aws_secret_access_key", "aws_session_token", "secretaccesskey"]
        .contains(&name.as_str())
}

fn is_key_id(word: &str) -> bool {
    word.split(['/', '=', '%', '.', '+', '-', '_']).any(|part| {
        part.len() == KEY_LENGTH
            && KEY_PREFIXES.iter().any(|prefix| part.starts_with(prefix))
            && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_hide_their_values() {
        for name in ["external_id", "aws.secret-access-key", "Authorization", "session_token", "new_password"] {
            assert!(hides(name), "{name}");
        }
        for name in ["user_pool_id", "software_token_mfa_configuration", "region", "sns_caller_arn"] {
            assert!(!hides(name), "{name}");
        }
    }

    #[test]
    fn secrets_leave_the_text_and_the_rest_stays() {
        let plain = "Unable to read pool eu-central-1_AbC (arn:aws:iam::123456789012:role/sms): 503, \u{1F511} token=7";
        assert_eq!(text(plain), plain);
        for (given, wanted) in [
            ("id AKIAIOSFODNN7EXAMPLE.", "id (redacted)"),
            ("Credential=ASIAIOSFODNN7EXAMPLE/20260101/eu", "(redacted)"),
            ("Signature=abc123, next", "Signature=(redacted), next"),
            ("x-amz-security-token: abc/+=, next", "x-amz-security-token: (redacted), next"),
            ("{\"SecretAccessKey\":\"abc\",\"x\":1}", "{\"SecretAccessKey\":\"(redacted)\",\"x\":1}"),
        ] {
            assert_eq!(text(given), wanted);
        }
        assert_eq!(text("AKIA short"), "AKIA short");
    }
}
