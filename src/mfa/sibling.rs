//! The `aws_cognito_user_pool` of the same pool as its plan has it: what it is about to write, and what the pool will be.

use std::collections::BTreeSet;

use super::answer::Answer;
use super::comparison::Alike;
use super::facts::{PoolFacts, PoolMember};
use super::settings::{Mode, Settings};
use super::wanted::{Wanted, WantedEmail, WantedSender, WantedWebAuthn};
use crate::tf::Value;

/// An `aws_cognito_user_pool` with its planned values.
#[derive(Clone, Debug, PartialEq)]
pub struct Sibling {
    /// Its MFA arguments. A block that is left out is null, which is a statement of its own: the AWS provider takes such a factor off
    /// the pool (row U08). What the object does not say is unknown.
    pub settings: Wanted,
    /// What it says of the rest of the pool.
    pub pool: PlannedPool,
}

/// The planned values that stand in for members of [`PoolFacts`]. `None` where the object does not have the argument: then what was
/// read counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedPool {
    /// `name`.
    pub name: Option<Value<String>>,
    /// `auto_verified_attributes`.
    pub auto_verified_attributes: Option<Value<Vec<String>>>,
    /// `user_pool_tier`.
    pub tier: Option<Value<String>>,
    /// `sign_in_policy.allowed_first_auth_factors`.
    pub first_factors: Option<Value<Vec<String>>>,
    /// `email_configuration.email_sending_account`.
    pub email_sending_account: Option<Value<String>>,
    /// Names of `account_recovery_setting.recovery_mechanism`, first priority first.
    pub recovery: Option<Value<Vec<String>>>,
    /// `user_pool_add_ons.advanced_security_mode`.
    pub threat_protection: Option<Value<String>>,
    /// `device_configuration.challenge_required_on_new_device`.
    pub challenge_on_new_device: Option<Value<bool>>,
    /// Whether a `schema` block makes `phone_number` required.
    pub phone_required: Option<Value<bool>>,
}

/// A part of the MFA settings that `aws_cognito_user_pool` has an argument for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The mode.
    Mode,
    /// Authenticator app.
    SoftwareToken,
    /// SMS.
    Sms,
    /// Email.
    Email,
    /// Passkeys.
    WebAuthn,
}

impl Part {
    /// All parts, as documentation lists them.
    pub const ALL: [Self; 5] = [Self::Mode, Self::SoftwareToken, Self::Sms, Self::Email, Self::WebAuthn];

    /// The argument.
    pub fn argument(self) -> &'static str {
        match self {
            Self::Mode => "mfa_configuration",
            Self::SoftwareToken => "software_token_mfa_configuration",
            Self::Sms => "sms_configuration",
            Self::Email => "email_mfa_configuration",
            Self::WebAuthn => "web_authn_configuration",
        }
    }
}

impl Sibling {
    /// Whether it is about to make this part of a pool that has `live` into something that is not what `asked` asks for either.
    pub fn resets(&self, part: Part, live: &Settings, asked: &Wanted) -> Answer {
        self.differs(part, &Wanted::from(live)).and(self.differs(part, asked))
    }

    /// Whether this part is planned to be something else than `other`.
    pub fn differs(&self, part: Part, other: &Wanted) -> Answer {
        let planned = &self.settings;
        match part {
            Part::Mode => apart(&planned.mode, &mode_of(other)),
            Part::SoftwareToken => apart(&token_of(planned), &token_of(other)),
            Part::Sms => stated_or_no(&planned.sms_sender, &other.sms_sender, sender_differs),
            Part::Email => block_differs(&planned.email, &other.email, email_differs),
            Part::WebAuthn => block_differs(&planned.web_authn, &other.web_authn, passkeys_differ),
        }
    }

    /// Whether it says what this part will be; null where that is for nobody to say, unknown while it is not known.
    pub fn states(&self, part: Part) -> Value<()> {
        let planned = &self.settings;
        match part {
            Part::Mode => planned.mode.clone().map(drop),
            Part::SoftwareToken => planned.token.clone().map(drop),
            Part::Sms => planned.sms_sender.clone().map(drop),
            Part::Email => planned.email.clone().map(drop),
            Part::WebAuthn => planned.web_authn.clone().map(drop),
        }
    }

    /// The same pool as it will be when the sibling is applied. A pool that was not read is as far as the sibling says.
    ///
    /// Of what the sibling leaves out, `UpdateUserPool` resets some (row U01) and keeps the rest (row U02).
    pub fn onto(&self, read: Value<PoolFacts>) -> Value<PoolFacts> {
        let planned = &self.pool;
        let exists = read.known().is_some();
        let mut facts = read.into_known().unwrap_or_else(PoolFacts::unread);
        if let Some(Value::Known(name)) = &planned.name {
            facts.name.clone_from(name);
        }
        let mut members = Members { unsettled: &mut facts.unsettled, exists };
        members.place(PoolMember::AutoVerifiedAttributes, &planned.auto_verified_attributes, &mut facts.auto_verified_attributes);
        members.place(PoolMember::ChallengeOnNewDevice, &planned.challenge_on_new_device, &mut facts.challenge_on_new_device);
        members.place(PoolMember::ThreatProtection, &some(&planned.threat_protection), &mut facts.threat_protection);
        members.place(PoolMember::PhoneRequired, &planned.phone_required, &mut facts.phone_required);
        members.place_or_keep(PoolMember::Tier, &some(&planned.tier), &mut facts.tier);
        members.place_or_keep(PoolMember::FirstFactors, &planned.first_factors, &mut facts.first_factors);
        let account = &mut facts.email_sending_account;
        members.place_or_keep(PoolMember::EmailSendingAccount, &some(&planned.email_sending_account), account);
        members.place_or_keep(PoolMember::Recovery, &some(&planned.recovery), &mut facts.recovery);
        Value::Known(facts)
    }
}

/// A planned value of a member that a pool may lack.
fn some<T: Clone>(planned: &Option<Value<T>>) -> Option<Value<Option<T>>> {
    planned.clone().map(|planned| planned.map(Some))
}

/// Planned values take the places of those that were read.
struct Members<'a> {
    unsettled: &'a mut BTreeSet<PoolMember>,
    /// Whether the pool was read.
    exists: bool,
}

impl Members<'_> {
    /// Null is the member's default.
    fn place<T: Clone + Default>(&mut self, member: PoolMember, planned: &Option<Value<T>>, fact: &mut T) {
        let Some(planned) = planned else { return };
        match planned.settled() {
            Ok(planned) => {
                *fact = planned.cloned().unwrap_or_default();
                self.unsettled.remove(&member);
            }
            Err(_) => {
                self.unsettled.insert(member);
            }
        }
    }

    /// Null leaves a pool that exists as it is.
    fn place_or_keep<T: Clone + Default>(&mut self, member: PoolMember, planned: &Option<Value<T>>, fact: &mut T) {
        if !(self.exists && matches!(planned, Some(Value::Null))) {
            self.place(member, planned, fact);
        }
    }
}

fn mode_of(wanted: &Wanted) -> Value<Mode> {
    // No request has no mode; validate has reported one that AWS does not know.
    if wanted.mode.is_null() { Value::Unknown } else { wanted.mode.clone() }
}

/// An absent token is one that is not enabled.
fn token_of(wanted: &Wanted) -> Value<bool> {
    if wanted.token.is_null() { Value::Known(false) } else { wanted.token.clone() }
}

fn apart<T: Alike>(planned: &Value<T>, other: &Value<T>) -> Answer {
    match (planned, other) {
        (Value::Unknown, _) | (_, Value::Unknown) => Answer::Unknown,
        (Value::Known(planned), Value::Known(other)) => (!planned.is_alike(other)).into(),
        (planned, other) => (planned.is_null() != other.is_null()).into(),
    }
}

/// Like [`apart`], for what the AWS provider leaves alone where the argument is absent.
fn stated_or_no<T>(planned: &Value<T>, other: &Value<T>, differ: impl FnOnce(&T, &T) -> Answer) -> Answer {
    if planned.is_null() { Answer::No } else { block_differs(planned, other, differ) }
}

/// Whether a block is another one, or is there in one of both only.
fn block_differs<T>(planned: &Value<T>, other: &Value<T>, differ: impl FnOnce(&T, &T) -> Answer) -> Answer {
    match (planned, other) {
        (Value::Unknown, _) | (_, Value::Unknown) => Answer::Unknown,
        (Value::Null, Value::Null) => Answer::No,
        (Value::Known(planned), Value::Known(other)) => differ(planned, other),
        (Value::Known(_), Value::Null) | (Value::Null, Value::Known(_)) => Answer::Yes,
    }
}

/// Whether a member of a block is another one; AWS fills in what either leaves out.
fn stated<T: Alike>(planned: &Value<T>, other: &Value<T>) -> Answer {
    if planned.is_null() || other.is_null() { Answer::No } else { apart(planned, other) }
}

fn sender_differs(planned: &WantedSender, other: &WantedSender) -> Answer {
    match (planned, other) {
        (
            WantedSender::Sns { caller_arn, external_id, region },
            WantedSender::Sns { caller_arn: arn, external_id: id, region: sns_region },
        ) => Answer::any([apart(caller_arn, arn), stated(external_id, id), stated(region, sns_region)]),
        // The AWS provider has no argument for AWS End User Messaging.
        _ => Answer::Yes,
    }
}

fn email_differs(planned: &WantedEmail, other: &WantedEmail) -> Answer {
    stated(&planned.message, &other.message).or(stated(&planned.subject, &other.subject))
}

fn passkeys_differ(planned: &WantedWebAuthn, other: &WantedWebAuthn) -> Answer {
    Answer::any([
        stated(&planned.relying_party_id, &other.relying_party_id),
        stated(&planned.user_verification, &other.user_verification),
        stated(&planned.factor_configuration, &other.factor_configuration),
    ])
}

#[cfg(test)]
mod tests;
