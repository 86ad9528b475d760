//! What is read beside the MFA object before a change is judged.

use std::collections::BTreeSet;

use super::settings::SmsSender;
use crate::tf::Value;

/// Facts about one pool from `DescribeUserPool`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// `Policies.SignInPolicy.AllowedFirstAuthFactors`, such as `PASSWORD` and `EMAIL_OTP`; empty where the answer has none.
    pub first_factors: Vec<String>,
    /// `EmailConfiguration.EmailSendingAccount`: `COGNITO_DEFAULT` or `DEVELOPER`; `None` where the answer has none.
    pub email_sending_account: Option<String>,
    /// Names of `AccountRecoverySetting.RecoveryMechanisms`, first priority first; `None` where the setting is absent.
    pub recovery: Option<Vec<String>>,
    /// `UserPoolAddOns.AdvancedSecurityMode`: `OFF`, `AUDIT`, `ENFORCED`; `None` where the answer has none.
    pub threat_protection: Option<String>,
    /// `DeviceConfiguration.ChallengeRequiredOnNewDevice` (row A09).
    pub challenge_on_new_device: bool,
    /// Whether `phone_number` is a required attribute of the schema (row A08).
    pub phone_required: bool,
    /// `CustomDomain`, such as `login.example.com`.
    pub custom_domain: Option<String>,
    /// `Domain`: the prefix of a domain that Cognito owns.
    pub domain: Option<String>,
    /// `SmsConfigurationFailure`, such as `SNSSandbox` (row I08).
    pub sms_configuration_failure: Option<String>,
    /// Members that are not known before the apply, whatever stands in their place above. None where all of it was read.
    pub unsettled: BTreeSet<PoolMember>,
}

/// A member of [`PoolFacts`] that another resource may decide in the same apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PoolMember {
    /// `sms_sender`.
    SmsSender,
    /// `estimated_users`.
    EstimatedUsers,
    /// `auto_verified_attributes`.
    AutoVerifiedAttributes,
    /// `tier`.
    Tier,
    /// `first_factors`.
    FirstFactors,
    /// `email_sending_account`.
    EmailSendingAccount,
    /// `recovery`.
    Recovery,
    /// `threat_protection`.
    ThreatProtection,
    /// `challenge_on_new_device`.
    ChallengeOnNewDevice,
    /// `phone_required`.
    PhoneRequired,
    /// `custom_domain` and `domain`.
    Domains,
    /// `sms_configuration_failure`.
    SmsConfigurationFailure,
}

impl PoolMember {
    /// All members.
    pub const ALL: [Self; 12] = [
        Self::SmsSender,
        Self::EstimatedUsers,
        Self::AutoVerifiedAttributes,
        Self::Tier,
        Self::FirstFactors,
        Self::EmailSendingAccount,
        Self::Recovery,
        Self::ThreatProtection,
        Self::ChallengeOnNewDevice,
        Self::PhoneRequired,
        Self::Domains,
        Self::SmsConfigurationFailure,
    ];
}

impl PoolFacts {
    /// Whether the pool verifies phone numbers by itself.
    pub fn verifies_phone(&self) -> bool {
        self.auto_verified_attributes.iter().any(|attribute| attribute == "phone_number")
    }

    /// Facts of a pool of which nothing is known yet.
    pub fn unread() -> Self {
        Self { unsettled: PoolMember::ALL.into(), ..Self::default() }
    }

    /// Whether a member is what it will be.
    pub fn is_settled(&self, member: PoolMember) -> bool {
        !self.unsettled.contains(&member)
    }

    /// The pool's ARN, where it is known.
    pub fn known_arn(&self) -> Option<&str> {
        Some(self.arn.as_str()).filter(|arn| !arn.is_empty())
    }

    /// The account in the pool's ARN.
    pub fn account(&self) -> Option<&str> {
        self.arn.split(':').nth(4).filter(|account| !account.is_empty())
    }

    /// The Region in the pool's ARN.
    pub fn region(&self) -> Option<&str> {
        self.arn.split(':').nth(3).filter(|region| !region.is_empty())
    }

    /// Whether users may begin a sign-in with this factor, such as `WEB_AUTHN`.
    pub fn begins_with(&self, first_factor: &str) -> bool {
        self.first_factors.iter().any(|factor| factor == first_factor)
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
        /// What its policies let it do; `Unknown` where they were not read.
        permissions: Value<RolePermissions>,
    },
}

impl RoleFacts {
    /// A role of which only the trust policy was read.
    pub fn found(arn: impl Into<String>, trust_policy: impl Into<String>) -> Self {
        Self::Found { arn: arn.into(), trust_policy: trust_policy.into(), permissions: Value::Unknown }
    }

    /// The same role with what its policies let it do. A role that is missing stays as it is.
    #[must_use]
    pub fn with_permissions(self, permissions: RolePermissions) -> Self {
        match self {
            Self::Found { arn, trust_policy, .. } => Self::Found { arn, trust_policy, permissions: Value::Known(permissions) },
            Self::Missing { .. } => self,
        }
    }
}

/// What the policies of an SMS role let it do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolePermissions {
    /// `sns:Publish` on `*`, which is what a message to a phone number needs (row I03).
    pub publish: Permission,
    /// `sms-voice:SendTextMessage` (row S06).
    pub send_text_message: Permission,
}

/// Whether a role may do one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It may.
    Allowed,
    /// It may not.
    Denied {
        /// What denies it, as a phrase such as "the `Deny` statement `NoSms`"; `None` where nothing allows it.
        by: Option<String>,
    },
    /// It cannot be told; the text says why.
    Unknown(String),
}

/// Facts about SMS through Amazon SNS, for the account of the credentials in the Region that would send.
///
/// A member is `Unknown` where its lookup failed or was not made.
#[derive(Clone, Debug, PartialEq)]
pub struct SnsFacts {
    /// The Region asked: the sender's own, else that of the pool (row N01).
    pub region: String,
    /// `GetSMSSandboxAccountStatus`.
    pub in_sandbox: Value<bool>,
    /// How many numbers of `ListSMSSandboxPhoneNumbers` are verified (row N02).
    pub verified_numbers: Value<u32>,
    /// `MonthlySpendLimit` of `GetSMSAttributes`, in US dollars; null where the answer has none (row N03).
    pub monthly_spend_limit: Value<f64>,
    /// How many numbers `ListOriginationNumbers` gives (row N04).
    pub origination_numbers: Value<u32>,
}
