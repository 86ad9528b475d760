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
            // The name of the variable is no part of its value, even if a value holds it too.
            let text = error.to_string().replace("PLUGIN_CLIENT_CERT", "");
            let body = certificate.as_ref().and_then(|value| value.to_str()).and_then(|pem| pem.lines().nth(1));
            assert!(!body.is_some_and(|body| body.len() >= 16 && text.contains(body)), "the message shows the value");
            assert!(!text.is_empty());
            false
        }
    }
}

fn split(variable: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = variable.iter().position(|byte| *byte == b'=')?;
    Some((&variable[..at], &variable[at + 1..]))
}
