//! The environment in which a plugin host starts the provider.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use cognitomfa::plugin::{Caller, caller, fuzzing};

/// Variables as `NAME=value`, each with a zero byte at its end.
pub fn run(input: &[u8]) -> bool {
    let variables: Vec<(&[u8], &[u8])> = input.split(|byte| *byte == 0).filter_map(split).collect();
    let lookup = |wanted: &str| {
        let found = variables.iter().find(|(name, _)| *name == wanted.as_bytes());
        found.map(|(_, value)| OsString::from_vec(value.to_vec()))
    };
    let certificate = lookup("PLUGIN_CLIENT_CERT").filter(|value| !value.is_empty());
    let called = caller(lookup);
    assert!(called != Caller::Person || certificate.is_none(), "a plugin host was taken for a person");
    match fuzzing::asks_for_tls(lookup) {
        Ok(tls) => {
            assert_eq!(tls, certificate.is_some(), "a certificate was sent, and the connection would be in the clear");
            called == Caller::Terraform
        }
        Err(error) => {
            let text = error.to_string();
            let value = certificate.map(OsString::into_encoded_bytes).unwrap_or_default();
            assert!(!encoded(&value).any(|secret| text.contains(secret)), "the message shows the value");
            assert!(!text.is_empty());
            false
        }
    }
}

fn split(variable: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = variable.iter().position(|byte| *byte == b'=')?;
    Some((&variable[..at], &variable[at + 1..]))
}

/// What looks like base64 in a value. The words of the message, which a value may hold as well, are shorter.
fn encoded(value: &[u8]) -> impl Iterator<Item = &str> {
    let runs = value.split(|byte| !byte.is_ascii_alphanumeric() && !b"+/".contains(byte));
    runs.filter(|run| run.len() >= 16).filter_map(|run| std::str::from_utf8(run).ok())
}
