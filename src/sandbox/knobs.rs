//! Faults a test orders: throttling, lost answers, old reads, missing permissions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::quotas::QuotasChange;

/// The faults that are still to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Knobs {
    /// Calls left to throttle, by operation; `*` is any.
    pub throttle: BTreeMap<String, u32>,
    /// Pool writes left to refuse with `ConcurrentModificationException` (Q05).
    pub concurrent_modification: u32,
    /// How many pool writes after a role change meet the old role (I06).
    pub iam_propagation: u32,
    /// How many reads after a `SetUserPoolMfaConfig` still see the old value.
    pub stale_reads: u32,
    /// Actions the caller lacks, such as `iam:GetRole`.
    pub denied: Vec<String>,
    /// Milliseconds every answer waits.
    pub latency_ms: u64,
    /// Connections left to close before the call is made, by operation.
    pub cut_before_commit: BTreeMap<String, u32>,
    /// Connections left to close after the call was made, by operation.
    pub cut_after_commit: BTreeMap<String, u32>,
}

/// What `POST /_sandbox/knobs` takes; a member that is absent changes nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KnobsChange {
    throttle_next: Option<Count>,
    concurrent_modification_next: Option<u32>,
    iam_propagation: Option<u32>,
    stale_reads: Option<u32>,
    deny: Option<Deny>,
    allow: Option<Deny>,
    latency_ms: Option<u64>,
    cut_before_commit: Option<Count>,
    cut_after_commit: Option<Count>,
    /// Request quotas to enforce from now on.
    pub quotas: Option<QuotasChange>,
    /// Switches to move.
    pub switches: BTreeMap<String, bool>,
    /// A user whose software token counts as associated and verified.
    pub enrolled_token: Option<EnrolledToken>,
    /// What `DescribeUserPool` shows of things made outside the calls served here.
    pub pool_member: Option<PoolMember>,
    /// The SMS account of a Region.
    pub sms_account: Option<SmsAccountChange>,
}

/// A number of calls of one operation; without an operation, of any.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    operation: Option<String>,
    count: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deny {
    action: String,
}

/// A user of a pool.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolledToken {
    /// The pool.
    pub user_pool_id: String,
    /// The user of that pool.
    pub username: String,
}

/// One member of a pool's description.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolMember {
    /// The pool.
    pub user_pool_id: String,
    /// `Domain`, `CustomDomain` or `EstimatedNumberOfUsers`.
    pub member: String,
    /// Its value; null takes it away.
    pub value: Value,
}

/// The SMS account of a Region: members that are absent stay as they are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsAccountChange {
    /// The Region.
    pub region: String,
    /// Whether only verified numbers get messages.
    pub in_sandbox: Option<bool>,
    /// Numbers of the SMS sandbox with `Verified` or `Pending`.
    pub sandbox_numbers: Option<BTreeMap<String, String>>,
    /// Numbers messages can come from.
    pub origination_numbers: Option<Vec<String>>,
}

impl Knobs {
    /// Takes over the faults of a change; the members about content are left to the caller.
    pub fn apply(&mut self, change: &KnobsChange) {
        set_count(&mut self.throttle, change.throttle_next.as_ref());
        set_count(&mut self.cut_before_commit, change.cut_before_commit.as_ref());
        set_count(&mut self.cut_after_commit, change.cut_after_commit.as_ref());
        self.concurrent_modification = change.concurrent_modification_next.unwrap_or(self.concurrent_modification);
        self.iam_propagation = change.iam_propagation.unwrap_or(self.iam_propagation);
        self.stale_reads = change.stale_reads.unwrap_or(self.stale_reads);
        self.latency_ms = change.latency_ms.unwrap_or(self.latency_ms);
        if let Some(deny) = &change.deny {
            self.denied.push(deny.action.clone());
        }
        if let Some(allow) = &change.allow {
            self.denied.retain(|action| *action != allow.action);
        }
    }
}

fn set_count(counts: &mut BTreeMap<String, u32>, change: Option<&Count>) {
    if let Some(Count { operation, count }) = change {
        counts.insert(operation.clone().unwrap_or_else(|| "*".to_owned()), *count);
    }
}

/// Uses one up of what is left for `operation`; false when nothing was left.
pub fn take(counts: &mut BTreeMap<String, u32>, operation: &str) -> bool {
    for name in [operation, "*"] {
        if let Some(left) = counts.get_mut(name).filter(|left| **left > 0) {
            *left -= 1;
            return true;
        }
    }
    false
}
