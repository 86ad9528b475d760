//! One change of a pool's MFA settings, as far as it is known: the only thing rules look at.

use super::facts::{PoolFacts, RoleFacts};
use super::settings::Settings;
use super::wanted::Wanted;
use crate::tf::Value;

/// A change from what a pool has to what would be sent. Everything not read yet is `Unknown`.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The pool.
    pub user_pool_id: Value<String>,
    /// What the pool has now; `Unknown` where nothing was read (validate, or a pool made in the same apply).
    pub live: Value<Settings>,
    /// What would be sent; `Null` when nothing would be (a destroy that retains or is refused).
    pub request: Value<Wanted>,
    /// `DescribeUserPool`; `Unknown` where it was not read.
    pub pool: Value<PoolFacts>,
    /// The role of the request's SMS sender; `Null` when the request has no sender, `Unknown` where it was not read.
    pub role: Value<RoleFacts>,
    /// Set when this is the destroy of the resource, with its `deletion_policy`.
    pub deletion: Option<Deletion>,
    /// Where the pool differs from what the plan was made on; found at apply only, empty otherwise.
    pub drift: Vec<Difference>,
}

/// `deletion_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// `RETAIN`: leave the pool as it is.
    Retain,
    /// `OFF`: turn MFA off.
    Off,
    /// `PREVENT`: refuse the destroy.
    Prevent,
}

impl Deletion {
    /// All policies.
    pub const ALL: [Self; 3] = [Self::Retain, Self::Off, Self::Prevent];

    /// The argument's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retain => "RETAIN",
            Self::Off => "OFF",
            Self::Prevent => "PREVENT",
        }
    }

    /// The policy of the argument's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }
}

/// One setting that is not what the plan was made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The attribute, such as `mfa_configuration` or `sms_configuration.external_id`.
    pub attribute: String,
    /// Its value in the plan, as HCL would write it.
    pub planned: String,
    /// Its value now, as HCL would write it.
    pub now: String,
}
