//! The request a plan would send, with members that may not be known yet.

use super::answer::Answer;
use super::settings::{
    Email, EndUserMessaging, Factor, FactorConfiguration, Mode, Settings, Sms, SmsSender, SnsSender, UserVerification, WebAuthn,
};
use crate::tf::{Path, Value};

/// The MFA object the configuration asks for, already merged with what the pool keeps: what `SetUserPoolMfaConfig` would be sent.
///
/// `Null` is a block or member that would not be sent, `Unknown` one that only apply will know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `MfaConfiguration`. Never null.
    pub mode: Value<Mode>,
    /// `SoftwareTokenMfaConfiguration`: `Known(true)` or not sent. A configured `enabled = false` is not sent (row M05).
    pub token: Value<bool>,
    /// `SmsConfiguration` inside `SmsMfaConfiguration`.
    pub sms_sender: Value<WantedSender>,
    /// `SmsAuthenticationMessage`; sent only beside a sender. Without one it is what the configuration asks for in vain (row S16).
    pub sms_message: Value<String>,
    /// `EmailMfaConfiguration`.
    pub email: Value<WantedEmail>,
    /// `WebAuthnConfiguration`; where the configuration has none, the pool's own.
    pub web_authn: Value<WantedWebAuthn>,
}

impl Wanted {
    /// A request of which nothing is known.
    pub const UNKNOWN: Self = Self {
        mode: Value::Unknown,
        token: Value::Unknown,
        sms_sender: Value::Unknown,
        sms_message: Value::Unknown,
        email: Value::Unknown,
        web_authn: Value::Unknown,
    };

    /// The exact request, once every member that would be sent is known.
    ///
    /// A token that is not enabled is left out (row M05), and so is a message without a sender. Nothing else is dropped: factor
    /// blocks beside `OFF` stay, for the rules to see. `None` while a member is unknown, and where mode or role ARN is null,
    /// which no configuration that passes validation has.
    pub fn settle(&self) -> Option<Settings> {
        let token = settled(&self.token)?.filter(|enabled| *enabled);
        let sms = match self.sms_sender.settled().ok()? {
            Some(sender) => Some(Sms { message: settled(&self.sms_message)?, sender: Some(sender.settle()?) }),
            None => None,
        };
        let email = match self.email.settled().ok()? {
            Some(email) => Some(Email { message: settled(&email.message)?, subject: settled(&email.subject)? }),
            None => None,
        };
        let web_authn = match self.web_authn.settled().ok()? {
            Some(web_authn) => Some(web_authn.settle()?),
            None => None,
        };
        Some(Settings { mode: *self.mode.known()?, token_enabled: token, sms, email, web_authn })
    }

    /// Whether the request carries a factor.
    pub fn carries(&self, factor: Factor) -> Answer {
        match factor {
            Factor::SoftwareToken => match self.token {
                Value::Known(enabled) => enabled.into(),
                Value::Null => Answer::No,
                Value::Unknown => Answer::Unknown,
            },
            Factor::Sms => Answer::present(&self.sms_sender),
            Factor::Email => Answer::present(&self.email),
        }
    }

    /// Whether the request carries any factor.
    pub fn carries_any(&self) -> Answer {
        Answer::any(Factor::ALL.map(|factor| self.carries(factor)))
    }

    /// The factors the request carries for certain.
    pub fn certain_factors(&self) -> Vec<Factor> {
        Factor::ALL.into_iter().filter(|factor| self.carries(*factor) == Answer::Yes).collect()
    }
}

impl From<&Settings> for Wanted {
    /// The request that says all of `settings`.
    fn from(settings: &Settings) -> Self {
        let sms = settings.sms.clone().unwrap_or_default();
        let sender = sms.sender.as_ref().map(WantedSender::from);
        Self {
            mode: Value::Known(settings.mode),
            token: settings.token_enabled.filter(|enabled| *enabled).into(),
            sms_message: if sender.is_some() { sms.message.into() } else { Value::Null },
            sms_sender: sender.into(),
            email: settings.email.as_ref().map(WantedEmail::from).into(),
            web_authn: settings.web_authn.as_ref().map(WantedWebAuthn::from).into(),
        }
    }
}

/// A value that is not unknown, as an option.
fn settled<T: Clone>(value: &Value<T>) -> Option<Option<T>> {
    value.settled().ok().map(|known| known.cloned())
}

/// `SmsConfiguration` of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedSender {
    /// Amazon SNS.
    Sns {
        /// `SnsCallerArn`.
        caller_arn: Value<String>,
        /// `ExternalId`.
        external_id: Value<String>,
        /// `SnsRegion`.
        region: Value<String>,
    },
    /// AWS End User Messaging (`EumsSms`).
    EndUserMessaging {
        /// `CallerArn`.
        caller_arn: Value<String>,
        /// `ExternalId`.
        external_id: Value<String>,
        /// `OriginationIdentity`.
        origination_identity: Value<String>,
        /// `ConfigurationSetName`.
        configuration_set_name: Value<String>,
        /// `InEntityId`.
        in_entity_id: Value<String>,
        /// `InTemplateId`.
        in_template_id: Value<String>,
        /// `Region`.
        region: Value<String>,
    },
}

impl WantedSender {
    /// ARN of the role Cognito would assume.
    pub fn caller_arn(&self) -> &Value<String> {
        match self {
            Self::Sns { caller_arn, .. } | Self::EndUserMessaging { caller_arn, .. } => caller_arn,
        }
    }

    /// The external id Cognito would send.
    pub fn external_id(&self) -> &Value<String> {
        match self {
            Self::Sns { external_id, .. } | Self::EndUserMessaging { external_id, .. } => external_id,
        }
    }

    /// The argument that names the role.
    pub fn caller_arn_argument(&self) -> &'static str {
        match self {
            Self::Sns { .. } => "sns_caller_arn",
            Self::EndUserMessaging { .. } => "caller_arn",
        }
    }

    /// Where a configuration names the role.
    pub fn caller_arn_path(&self) -> Path {
        match self {
            Self::Sns { .. } => Path::root("sms_configuration").member("sns_caller_arn"),
            Self::EndUserMessaging { .. } => Path::root("sms_configuration").member("eums_sms").member("caller_arn"),
        }
    }

    /// Where a configuration names the external id.
    pub fn external_id_path(&self) -> Path {
        match self {
            Self::Sns { .. } => Path::root("sms_configuration").member("external_id"),
            Self::EndUserMessaging { .. } => Path::root("sms_configuration").member("eums_sms").member("external_id"),
        }
    }

    fn settle(&self) -> Option<SmsSender> {
        Some(match self {
            Self::Sns { caller_arn, external_id, region } => SmsSender::Sns(SnsSender {
                caller_arn: caller_arn.known()?.clone(),
                external_id: settled(external_id)?,
                region: settled(region)?,
            }),
            Self::EndUserMessaging {
                caller_arn,
                external_id,
                origination_identity,
                configuration_set_name,
                in_entity_id,
                in_template_id,
                region,
            } => SmsSender::EndUserMessaging(EndUserMessaging {
                caller_arn: caller_arn.known()?.clone(),
                external_id: settled(external_id)?,
                origination_identity: settled(origination_identity)?,
                configuration_set_name: settled(configuration_set_name)?,
                in_entity_id: settled(in_entity_id)?,
                in_template_id: settled(in_template_id)?,
                region: settled(region)?,
            }),
        })
    }
}

impl From<&SmsSender> for WantedSender {
    fn from(sender: &SmsSender) -> Self {
        match sender.clone() {
            SmsSender::Sns(sns) => Self::Sns {
                caller_arn: Value::Known(sns.caller_arn),
                external_id: sns.external_id.into(),
                region: sns.region.into(),
            },
            SmsSender::EndUserMessaging(messaging) => Self::EndUserMessaging {
                caller_arn: Value::Known(messaging.caller_arn),
                external_id: messaging.external_id.into(),
                origination_identity: messaging.origination_identity.into(),
                configuration_set_name: messaging.configuration_set_name.into(),
                in_entity_id: messaging.in_entity_id.into(),
                in_template_id: messaging.in_template_id.into(),
                region: messaging.region.into(),
            },
        }
    }
}

/// `EmailMfaConfiguration` of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedEmail {
    /// `Message`.
    pub message: Value<String>,
    /// `Subject`.
    pub subject: Value<String>,
}

impl From<&Email> for WantedEmail {
    fn from(email: &Email) -> Self {
        Self { message: email.message.clone().into(), subject: email.subject.clone().into() }
    }
}

/// `WebAuthnConfiguration` of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedWebAuthn {
    /// `RelyingPartyId`.
    pub relying_party_id: Value<String>,
    /// `UserVerification`.
    pub user_verification: Value<UserVerification>,
    /// `FactorConfiguration`.
    pub factor_configuration: Value<FactorConfiguration>,
}

impl WantedWebAuthn {
    fn settle(&self) -> Option<WebAuthn> {
        Some(WebAuthn {
            relying_party_id: settled(&self.relying_party_id)?,
            user_verification: settled(&self.user_verification)?,
            factor_configuration: settled(&self.factor_configuration)?,
        })
    }
}

impl From<&WebAuthn> for WantedWebAuthn {
    fn from(web_authn: &WebAuthn) -> Self {
        Self {
            relying_party_id: web_authn.relying_party_id.clone().into(),
            user_verification: web_authn.user_verification.into(),
            factor_configuration: web_authn.factor_configuration.into(),
        }
    }
}

#[cfg(test)]
mod tests;
