//! What is read beside the MFA object before a change is judged.

use super::settings::SmsSender;

/// Facts about one pool from `DescribeUserPool`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolFacts {
    /// `Name`.
    pub name: String,
    /// `Arn`; carries the account.
    pub arn: String,
    /// `SmsConfiguration`: stays on a pool when MFA is turned off (row M11).
    pub sms_sender: Option<SmsSender>,
    /// `EstimatedNumberOfUsers`.
    pub estimated_users: i32,
    /// `AutoVerifiedAttributes`, such as `phone_number`.
    pub auto_verified_attributes: Vec<String>,
    /// `UserPoolTier`: `LITE`, `ESSENTIALS`, `PLUS`; `None` where the answer has none.
    pub tier: Option<String>,
}

impl PoolFacts {
    /// The account in the pool's ARN.
    pub fn account(&self) -> Option<&str> {
        self.arn.split(':').nth(4).filter(|account| !account.is_empty())
    }
}

/// Facts about the role of an SMS sender from `GetRole`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleFacts {
    /// No such role.
    Missing {
        /// ARN that was looked for.
        arn: String,
    },
    /// The role is there.
    Found {
        /// Its ARN.
        arn: String,
        /// `AssumeRolePolicyDocument`, URL-decoded JSON.
        trust_policy: String,
    },
}
