//! The sandbox's journal as its readers know it: an entry or a write with a member that is not listed here fails the test that reads it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::http;

/// One request.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Counted from the sandbox's start.
    pub n: u64,
    /// The sandbox's clock, in milliseconds.
    pub at_ms: i64,
    /// Such as `cognito-idp`.
    pub service: String,
    /// Such as `SetUserPoolMfaConfig`.
    pub operation: String,
    /// The Region the request was signed for.
    pub region: String,
    /// The pool it is about.
    pub user_pool_id: Option<String>,
    /// The role it is about.
    pub role: Option<String>,
    /// Whether the operation changes something.
    pub write: bool,
    /// Of the answer; 0 where the connection was cut instead.
    pub status: u16,
    /// AWS's name of the refusal.
    pub error: Option<String>,
    /// `before` or `after` the write, where the connection was cut.
    pub cut: Option<String>,
    /// The input of a write, secrets aside.
    pub body: Option<Value>,
}

/// The input of `SetUserPoolMfaConfig`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct MfaWrite {
    pub user_pool_id: String,
    pub mfa_configuration: String,
    pub software_token_mfa_configuration: Option<SoftwareToken>,
    pub sms_mfa_configuration: Option<Value>,
    pub email_mfa_configuration: Option<Value>,
    pub web_authn_configuration: Option<Value>,
}

/// `SoftwareTokenMfaConfiguration`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SoftwareToken {
    pub enabled: bool,
}

impl Entry {
    /// Whether what was asked is so now: neither refused, nor cut off before.
    pub fn is_carried_out(&self) -> bool {
        self.write && self.error.is_none() && self.cut.as_deref() != Some("before")
    }

    /// The write of MFA settings, if that is what was asked.
    pub fn mfa_write(&self) -> Option<MfaWrite> {
        if self.operation != "SetUserPoolMfaConfig" {
            return None;
        }
        let body = self.body.as_ref().unwrap_or_else(|| panic!("a write without a body: {self:?}"));
        Some(MfaWrite::deserialize(body).unwrap_or_else(|error| panic!("{error}: {body}")))
    }
}

impl MfaWrite {
    /// Whether the authenticator app is a factor.
    pub fn has_token(&self) -> bool {
        self.software_token_mfa_configuration.as_ref().is_some_and(|token| token.enabled)
    }

    /// Whether a sender of SMS is written.
    pub fn has_sms(&self) -> bool {
        self.sms_mfa_configuration.is_some()
    }
}

/// What the sandbox at `url` was asked since it started or the journal was cleared.
pub fn read(url: &str) -> Vec<Entry> {
    let answer = http::request(url, "GET", "/_sandbox/requests", &[], b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    entries(&answer.body)
}

/// The entries of a journal as JSON.
pub fn entries(json: &[u8]) -> Vec<Entry> {
    let text = || String::from_utf8_lossy(json);
    serde_json::from_slice(json).unwrap_or_else(|error| panic!("the journal is another one: {error}\n{}", text()))
}

/// The last write of MFA settings of each pool.
pub fn last_mfa_writes(journal: &[Entry]) -> BTreeMap<String, MfaWrite> {
    journal.iter().filter_map(Entry::mfa_write).map(|write| (write.user_pool_id.clone(), write)).collect()
}

#[test]
fn a_member_that_nobody_knows_is_not_overlooked() {
    let entry = |more: &str| {
        format!(
            "[{{\"n\":1,\"at_ms\":0,\"service\":\"cognito-idp\",\"operation\":\"GetUserPoolMfaConfig\",\"region\":\"r\",\"write\":false,\
             \"status\":200{more}}}]"
        )
    };
    assert_eq!(entries(entry("").as_bytes()).len(), 1);
    let unknown = entry(",\"input\":{}");
    assert!(std::panic::catch_unwind(|| entries(unknown.as_bytes())).is_err());
}
