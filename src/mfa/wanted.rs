//! The request a plan would send, with members that may not be known yet.

use super::settings::{FactorConfiguration, Mode, UserVerification};
use crate::tf::Value;

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
    /// `SmsAuthenticationMessage`; sent only beside a sender.
    pub sms_message: Value<String>,
    /// `EmailMfaConfiguration`.
    pub email: Value<WantedEmail>,
    /// `WebAuthnConfiguration`; where the configuration has none, the pool's own.
    pub web_authn: Value<WantedWebAuthn>,
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
}

/// `EmailMfaConfiguration` of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedEmail {
    /// `Message`.
    pub message: Value<String>,
    /// `Subject`.
    pub subject: Value<String>,
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
