//! The states a pool can be in before a change, as the sandbox's own calls reach them.

use std::collections::BTreeSet;

use cognitomfa::mfa::{
    Email, EndUserMessaging, Factor, FactorConfiguration, Mode, Settings, Sms, SmsSender, SnsSender, UserVerification, WebAuthn,
};
use serde_json::{Map, Value as Json, json};

use super::account::{Account, EXTERNAL_ID, role_arn};
use super::spelling;

/// How a pool sends SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Sns,
    EndUserMessaging,
}

impl Service {
    pub fn sender(self) -> SmsSender {
        let external_id = Some(EXTERNAL_ID.to_owned());
        match self {
            Self::Sns => SmsSender::Sns(SnsSender { caller_arn: role_arn(), external_id, region: None }),
            Self::EndUserMessaging => SmsSender::EndUserMessaging(EndUserMessaging {
                caller_arn: role_arn(),
                external_id,
                origination_identity: None,
                configuration_set_name: None,
                in_entity_id: None,
                in_template_id: None,
                region: None,
            }),
        }
    }

    fn of(sender: &SmsSender) -> Self {
        match sender {
            SmsSender::Sns(_) => Self::Sns,
            SmsSender::EndUserMessaging(_) => Self::EndUserMessaging,
        }
    }
}

/// What a pool is to be before the change.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    pub tier: &'static str,
    pub first_factor: Option<&'static str>,
    pub email_sender: &'static str,
    pub recovery: Option<&'static [&'static str]>,
    pub verifies_phone: bool,
    pub service: Option<Service>,
    pub passkeys: Option<FactorConfiguration>,
    pub mode: Mode,
    /// None beside `OFF` (row M02).
    pub factors: Factors,
}

/// A set of second factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    pub token: bool,
    pub sms: bool,
    pub email: bool,
}

impl Factors {
    pub fn numbered(number: usize) -> Self {
        Self { token: number & 1 != 0, sms: number & 2 != 0, email: number & 4 != 0 }
    }
}

const RECOVERIES: [Option<&[&str]>; 5] = [
    None,
    Some(&["verified_email"]),
    Some(&["verified_email", "verified_phone_number"]),
    Some(&["verified_phone_number"]),
    Some(&["admin_only"]),
];
const FIRST_FACTORS: [Option<&str>; 4] = [None, Some("EMAIL_OTP"), Some("SMS_OTP"), Some("WEB_AUTHN")];
const TIERS: [&str; 3] = ["LITE", "ESSENTIALS", "PLUS"];
const SENDERS: [&str; 2] = ["COGNITO_DEFAULT", "DEVELOPER"];
pub const SINGLE: FactorConfiguration = FactorConfiguration::SingleFactor;
pub const MULTI: FactorConfiguration = FactorConfiguration::MultiFactorWithUserVerification;

/// How many priors there are: each is a number below.
pub const COUNT: usize = 3 * 4 * 2 * 5 * 2 * 3 * 3 * 15;

impl Prior {
    /// The prior of this number.
    pub fn numbered(mut number: usize) -> Self {
        let mut digit = |limit: usize| {
            let digit = number % limit;
            number /= limit;
            digit
        };
        // OFF once, without factors; then seven sets of factors for each other mode.
        let (mode, factors) = match digit(15) {
            0 => (Mode::Off, Factors::default()),
            at if at < 8 => (Mode::Optional, Factors::numbered(at)),
            at => (Mode::On, Factors::numbered(at - 7)),
        };
        Self {
            mode,
            factors,
            passkeys: [None, Some(SINGLE), Some(MULTI)][digit(3)],
            service: [None, Some(Service::Sns), Some(Service::EndUserMessaging)][digit(3)],
            verifies_phone: digit(2) == 1,
            recovery: RECOVERIES[digit(5)],
            email_sender: SENDERS[digit(2)],
            first_factor: FIRST_FACTORS[digit(4)],
            tier: TIERS[digit(3)],
        }
    }

    /// Each member with its value, mode and factors as one.
    pub fn members_named(&self) -> [String; 8] {
        [
            self.tier.to_owned(),
            format!("first factor {:?}", self.first_factor),
            self.email_sender.to_owned(),
            format!("recovery {:?}", self.recovery),
            format!("verifies phone {}", self.verifies_phone),
            format!("sends through {:?}", self.service),
            format!("passkeys {:?}", self.passkeys),
            format!("{} with {:?}", self.mode, self.factors),
        ]
    }

    /// What the members of all priors are named.
    pub fn all_members_named() -> BTreeSet<String> {
        (0..COUNT).flat_map(|number| Self::numbered(number).members_named()).collect()
    }

    /// Makes the pool, and gives its id; `None` where no way is found. Tried are: all at once and the factors after it, and
    /// the factors on a pool that can have them all, which is then made what it is to be.
    pub fn reach(&self, account: &mut Account) -> Option<String> {
        let start = account.core.clone();
        let ways: [fn(&Self, &mut Account) -> Option<String>; 2] = [Self::pool_first, Self::factors_first];
        ways.into_iter().find_map(|way| {
            account.core = start.clone();
            way(self, account).filter(|pool| self.is_reached(account, pool))
        })
    }

    fn pool_first(&self, account: &mut Account) -> Option<String> {
        let pool = create(account, self.members())?;
        self.set_factors(account, &pool)?;
        Some(pool)
    }

    fn factors_first(&self, account: &mut Account) -> Option<String> {
        let recovery = if self.factors.email { RECOVERIES[2] } else { self.recovery };
        let sender = if self.factors.email { "DEVELOPER" } else { self.email_sender };
        let wide =
            Self { tier: "PLUS", first_factor: None, email_sender: sender, recovery, verifies_phone: false, ..self.clone() };
        let pool = create(account, wide.members())?;
        self.set_factors(account, &pool)?;
        let mut members = self.members();
        members.remove("SmsConfiguration");
        members.insert("UserPoolId".to_owned(), pool.as_str().into());
        account.cognito("UpdateUserPool", Json::Object(members)).ok()?;
        Some(pool)
    }

    fn set_factors(&self, account: &mut Account, pool: &str) -> Option<()> {
        if self.mode != Mode::Off || self.passkeys.is_some() {
            account.set(pool, &self.settings().for_tier(Some(self.tier))).ok()?;
        }
        Some(())
    }

    fn members(&self) -> Map<String, Json> {
        let first_factors: Vec<&str> = ["PASSWORD"].into_iter().chain(self.first_factor).collect();
        let email = match self.email_sender {
            "DEVELOPER" => {
                json!({ "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com" })
            }
            account => json!({ "EmailSendingAccount": account }),
        };
        let verified: &[&str] = if self.verifies_phone { &["email", "phone_number"] } else { &["email"] };
        let mut members = Map::new();
        members.insert("UserPoolTier".to_owned(), self.tier.into());
        members.insert("Policies".to_owned(), json!({ "SignInPolicy": { "AllowedFirstAuthFactors": first_factors } }));
        members.insert("EmailConfiguration".to_owned(), email);
        members.insert("AutoVerifiedAttributes".to_owned(), json!(verified));
        if let Some(recovery) = self.recovery {
            let named = (1..).zip(recovery).map(|(priority, name)| json!({ "Priority": priority, "Name": name }));
            let setting = json!({ "RecoveryMechanisms": named.collect::<Vec<_>>() });
            members.insert("AccountRecoverySetting".to_owned(), setting);
        }
        if let Some(service) = self.service {
            members.insert("SmsConfiguration".to_owned(), spelling::sender(&service.sender()));
        }
        members
    }

    fn settings(&self) -> Settings {
        asked(self.mode, self.factors, self.service, self.passkeys.map(passkeys))
    }

    /// Whether the pool is what it was to be, by its own answers.
    fn is_reached(&self, account: &mut Account, pool: &str) -> bool {
        let (facts, live) = (account.pool_facts(pool), account.settings(pool));
        let first_factors: Vec<&str> = ["PASSWORD"].into_iter().chain(self.first_factor).collect();
        let recovery = facts.recovery.as_ref().map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        let passkeys = live.web_authn.as_ref().and_then(|block| block.factor_configuration);
        let factors = live.factors();
        facts.tier.as_deref() == Some(self.tier)
            && facts.first_factors == first_factors
            && facts.email_sending_account.as_deref() == Some(self.email_sender)
            && recovery.as_deref() == self.recovery
            && facts.auto_verified_attributes.iter().any(|name| name == "phone_number") == self.verifies_phone
            && facts.sms_sender.as_ref().map(Service::of) == self.service
            && live.mode == self.mode
            && passkeys == self.passkeys
            && factors.contains(&Factor::SoftwareToken) == self.factors.token
            && factors.contains(&Factor::Email) == self.factors.email
            // SMS as a factor cannot be read back (row M16); without a sender it cannot be one.
            && (!self.factors.sms || factors.contains(&Factor::Sms))
    }
}

/// Settings with these factors.
pub fn asked(mode: Mode, factors: Factors, service: Option<Service>, web_authn: Option<WebAuthn>) -> Settings {
    let sender = service.filter(|_| factors.sms).map(Service::sender);
    Settings {
        mode,
        token_enabled: factors.token.then_some(true),
        sms: sender.map(|sender| Sms { message: None, sender: Some(sender) }),
        email: factors.email.then(Email::default),
        web_authn,
    }
}

pub fn passkeys(factor: FactorConfiguration) -> WebAuthn {
    WebAuthn {
        relying_party_id: Some("login.example.com".to_owned()),
        user_verification: Some(UserVerification::Required),
        factor_configuration: Some(factor),
    }
}

fn create(account: &mut Account, mut members: Map<String, Json>) -> Option<String> {
    members.insert("PoolName".to_owned(), "users".into());
    let answer = account.cognito("CreateUserPool", Json::Object(members)).ok()?;
    Some(answer["UserPool"]["Id"].as_str().unwrap().to_owned())
}
