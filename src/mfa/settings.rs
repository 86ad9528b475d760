//! A pool's MFA settings without anything unknown: what Cognito holds, and what a request says.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// `MfaConfiguration` of a user pool (row M07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `OFF`: no second factor.
    Off,
    /// `OPTIONAL`: for users who have set one up.
    Optional,
    /// `ON`: for every user.
    On,
}

impl Mode {
    /// All modes, weakest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Optional, Self::On];

    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Optional => "OPTIONAL",
            Self::On => "ON",
        }
    }

    /// The mode of the API's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A second factor. Passkeys are none: AWS does not count them (row M03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// Authenticator app (TOTP).
    SoftwareToken,
    /// Code by SMS.
    Sms,
    /// Code by e-mail.
    Email,
}

impl Factor {
    /// All factors.
    pub const ALL: [Self; 3] = [Self::SoftwareToken, Self::Sms, Self::Email];

    /// The name used in `effective_factors` and `change_summary`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SoftwareToken => "SOFTWARE_TOKEN",
            Self::Sms => "SMS",
            Self::Email => "EMAIL",
        }
    }

    /// The argument that configures the factor.
    pub fn argument(self) -> &'static str {
        match self {
            Self::SoftwareToken => "software_token_mfa_configuration",
            Self::Sms => "sms_configuration",
            Self::Email => "email_mfa_configuration",
        }
    }

    /// What users call it.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::SoftwareToken => "authenticator app",
            Self::Sms => "SMS",
            Self::Email => "email",
        }
    }
}

/// The MFA object of one pool: what `GetUserPoolMfaConfig` returns and `SetUserPoolMfaConfig` replaces as a whole (row M01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `MfaConfiguration`; absent in an answer means `OFF`.
    pub mode: Mode,
    /// `SoftwareTokenMfaConfiguration.Enabled`; `None` is an absent block.
    pub token_enabled: Option<bool>,
    /// `SmsMfaConfiguration`.
    pub sms: Option<Sms>,
    /// `EmailMfaConfiguration`: its presence is the factor (row E06).
    pub email: Option<Email>,
    /// `WebAuthnConfiguration`.
    pub web_authn: Option<WebAuthn>,
}

impl Settings {
    /// A pool that nobody has touched (row M13).
    pub const UNTOUCHED: Self = Self { mode: Mode::Off, token_enabled: None, sms: None, email: None, web_authn: None };

    /// The factors these settings carry, whatever the mode, in the order of [`Factor`].
    pub fn factors(&self) -> Vec<Factor> {
        let token = (self.token_enabled == Some(true)).then_some(Factor::SoftwareToken);
        let sms = self.sms.as_ref().and_then(|sms| sms.sender.as_ref()).map(|_| Factor::Sms);
        let email = self.email.as_ref().map(|_| Factor::Email);
        [token, sms, email].into_iter().flatten().collect()
    }

    /// The factors a user can be asked for: none while the mode is `OFF`.
    pub fn effective_factors(&self) -> Vec<Factor> {
        if self.mode == Mode::Off { Vec::new() } else { self.factors() }
    }

    /// The same settings without the blocks of these factors.
    #[must_use]
    pub fn without(mut self, factors: &[Factor]) -> Self {
        for factor in factors {
            match factor {
                Factor::SoftwareToken => self.token_enabled = None,
                Factor::Sms => self.sms = None,
                Factor::Email => self.email = None,
            }
        }
        self
    }

    /// What a request may say to bring these settings back: no factor block beside `OFF` (rows M13, M02).
    #[must_use]
    pub fn replayable(self) -> Self {
        if self.mode == Mode::Off { Self { web_authn: self.web_authn, ..Self::UNTOUCHED } } else { self }
    }

    /// The same request as a pool of this `UserPoolTier` may be sent it.
    ///
    /// `FactorConfiguration` belongs to the tiers above `LITE`; `SINGLE_FACTOR` is what its absence means, so nothing is lost by
    /// leaving it out there. A request that is not known to go to a `LITE` pool stays as it is.
    #[must_use]
    pub fn for_tier(mut self, tier: Option<&str>) -> Self {
        if let (Some("LITE"), Some(web_authn)) = (tier, self.web_authn.as_mut()) {
            web_authn.factor_configuration =
                web_authn.factor_configuration.filter(|factor| *factor != FactorConfiguration::SingleFactor);
        }
        self
    }
}

/// `SmsMfaConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sms {
    /// `SmsAuthenticationMessage`.
    pub message: Option<String>,
    /// `SmsConfiguration`.
    pub sender: Option<SmsSender>,
}

/// `SmsConfiguration`: through which service, and with which role, a pool sends SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsSender {
    /// Amazon SNS.
    Sns(SnsSender),
    /// AWS End User Messaging (`EumsSms`).
    EndUserMessaging(EndUserMessaging),
}

impl SmsSender {
    /// ARN of the role Cognito assumes.
    pub fn caller_arn(&self) -> &str {
        match self {
            Self::Sns(sns) => &sns.caller_arn,
            Self::EndUserMessaging(messaging) => &messaging.caller_arn,
        }
    }

    /// The external id Cognito sends when it assumes the role.
    pub fn external_id(&self) -> Option<&str> {
        match self {
            Self::Sns(sns) => sns.external_id.as_deref(),
            Self::EndUserMessaging(messaging) => messaging.external_id.as_deref(),
        }
    }

    /// The same sender with another external id.
    #[must_use]
    pub fn with_external_id(self, external_id: String) -> Self {
        match self {
            Self::Sns(sns) => Self::Sns(SnsSender { external_id: Some(external_id), ..sns }),
            Self::EndUserMessaging(messaging) => {
                Self::EndUserMessaging(EndUserMessaging { external_id: Some(external_id), ..messaging })
            }
        }
    }
}

/// The SNS form of `SmsConfiguration`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsSender {
    /// `SnsCallerArn`.
    pub caller_arn: String,
    /// `ExternalId`.
    pub external_id: Option<String>,
    /// `SnsRegion`.
    pub region: Option<String>,
}

/// `EumsSmsConfigurationType`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndUserMessaging {
    /// `CallerArn`.
    pub caller_arn: String,
    /// `ExternalId`.
    pub external_id: Option<String>,
    /// `OriginationIdentity`.
    pub origination_identity: Option<String>,
    /// `ConfigurationSetName`.
    pub configuration_set_name: Option<String>,
    /// `InEntityId` (India's DLT rules).
    pub in_entity_id: Option<String>,
    /// `InTemplateId` (India's DLT rules).
    pub in_template_id: Option<String>,
    /// `Region`.
    pub region: Option<String>,
}

/// `EmailMfaConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Email {
    /// `Message`.
    pub message: Option<String>,
    /// `Subject`.
    pub subject: Option<String>,
}

/// `WebAuthnConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebAuthn {
    /// `RelyingPartyId`.
    pub relying_party_id: Option<String>,
    /// `UserVerification`.
    pub user_verification: Option<UserVerification>,
    /// `FactorConfiguration`; absent means `SINGLE_FACTOR` (row W05).
    pub factor_configuration: Option<FactorConfiguration>,
}

/// `UserVerification` of passkeys (row W04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserVerification {
    /// `required`
    Required,
    /// `preferred`
    Preferred,
    /// A value that AWS has come to have since: kept, shown and sent back as it is.
    Other(&'static str),
}

impl UserVerification {
    /// All values that are known.
    pub const ALL: [Self; 2] = [Self::Required, Self::Preferred];

    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Preferred => "preferred",
            Self::Other(text) => text,
        }
    }

    /// The value of an answer of AWS.
    pub fn of_answer(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::Other(lasting(text)))
    }

    /// The value of the API's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == text)
    }
}

/// `FactorConfiguration` of passkeys (row W05).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactorConfiguration {
    /// `SINGLE_FACTOR`
    SingleFactor,
    /// `MULTI_FACTOR_WITH_USER_VERIFICATION`
    MultiFactorWithUserVerification,
    /// A value that AWS has come to have since: kept, shown and sent back as it is.
    Other(&'static str),
}

impl FactorConfiguration {
    /// All values that are known.
    pub const ALL: [Self; 2] = [Self::SingleFactor, Self::MultiFactorWithUserVerification];

    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SingleFactor => "SINGLE_FACTOR",
            Self::MultiFactorWithUserVerification => "MULTI_FACTOR_WITH_USER_VERIFICATION",
            Self::Other(text) => text,
        }
    }

    /// The value of an answer of AWS.
    pub fn of_answer(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::Other(lasting(text)))
    }

    /// The value of the API's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == text)
    }
}

/// The same text for the rest of the process, kept once: AWS has few values that nobody knows.
fn lasting(text: &str) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text) {
        return known;
    }
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    kept.insert(text);
    text
}
