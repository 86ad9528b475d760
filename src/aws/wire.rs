//! Between the SDK's types and [`Settings`]: nothing is added, nothing is lost.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::operation::set_user_pool_mfa_config::SetUserPoolMfaConfigOutput;
use aws_sdk_cognitoidentityprovider::types::{
    AccountRecoverySettingType, EmailMfaConfigType, EumsSmsConfigurationType, SmsConfigurationType, SmsMfaConfigType,
    SoftwareTokenMfaConfigType, UserPoolMfaType, UserPoolType, UserVerificationType, WebAuthnConfigurationType,
    WebAuthnFactorConfigurationType,
};

use crate::mfa::{
    Email, EndUserMessaging, FactorConfiguration, Mode, PoolFacts, Settings, Sms, SmsSender, SnsSender, UserVerification,
    WebAuthn,
};

/// The members of a `SetUserPoolMfaConfig` request beside the pool's id; an absent member is not sent.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// `MfaConfiguration`: always sent, because an absent one means `OFF` (row M01).
    pub mode: UserPoolMfaType,
    /// `SoftwareTokenMfaConfiguration`.
    pub token: Option<SoftwareTokenMfaConfigType>,
    /// `SmsMfaConfiguration`.
    pub sms: Option<SmsMfaConfigType>,
    /// `EmailMfaConfiguration`.
    pub email: Option<EmailMfaConfigType>,
    /// `WebAuthnConfiguration`.
    pub web_authn: Option<WebAuthnConfigurationType>,
}

impl From<&Settings> for Request {
    fn from(settings: &Settings) -> Self {
        Self {
            mode: UserPoolMfaType::from(settings.mode.as_str()),
            token: settings.token_enabled.map(|enabled| SoftwareTokenMfaConfigType::builder().enabled(enabled).build()),
            sms: settings.sms.as_ref().map(|sms| {
                SmsMfaConfigType::builder()
                    .set_sms_authentication_message(sms.message.clone())
                    .set_sms_configuration(sms.sender.as_ref().map(sender_to_sdk))
                    .build()
            }),
            email: settings.email.as_ref().map(|email| {
                EmailMfaConfigType::builder().set_message(email.message.clone()).set_subject(email.subject.clone()).build()
            }),
            web_authn: settings.web_authn.as_ref().map(web_authn_to_sdk),
        }
    }
}

/// `SnsCallerArn` is a plain string in the SDK and always sent: empty beside End User Messaging, which the model allows (S02).
fn sender_to_sdk(sender: &SmsSender) -> SmsConfigurationType {
    let builder = SmsConfigurationType::builder();
    match sender {
        SmsSender::Sns(sns) => builder
            .sns_caller_arn(&sns.caller_arn)
            .set_external_id(sns.external_id.clone())
            .set_sns_region(sns.region.clone())
            .build(),
        SmsSender::EndUserMessaging(messaging) => {
            let eums = EumsSmsConfigurationType::builder()
                .caller_arn(&messaging.caller_arn)
                .set_external_id(messaging.external_id.clone())
                .set_origination_identity(messaging.origination_identity.clone())
                .set_configuration_set_name(messaging.configuration_set_name.clone())
                .set_in_entity_id(messaging.in_entity_id.clone())
                .set_in_template_id(messaging.in_template_id.clone())
                .set_region(messaging.region.clone())
                .build();
            // The only required member is set above.
            builder.sns_caller_arn("").set_eums_sms(eums.ok()).build()
        }
    }
}

fn web_authn_to_sdk(web_authn: &WebAuthn) -> WebAuthnConfigurationType {
    let verification = web_authn.user_verification.map(|value| UserVerificationType::from(value.as_str()));
    let factor = web_authn.factor_configuration.map(|value| WebAuthnFactorConfigurationType::from(value.as_str()));
    WebAuthnConfigurationType::builder()
        .set_relying_party_id(web_authn.relying_party_id.clone())
        .set_user_verification(verification)
        .set_factor_configuration(factor)
        .build()
}

/// A value in an answer that this version has no word for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    /// The member, in the API's spelling.
    pub member: &'static str,
    /// Its value.
    pub value: String,
}

/// The MFA object in an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    mode: Option<UserPoolMfaType>,
    token: Option<SoftwareTokenMfaConfigType>,
    sms: Option<SmsMfaConfigType>,
    email: Option<EmailMfaConfigType>,
    web_authn: Option<WebAuthnConfigurationType>,
}

impl From<GetUserPoolMfaConfigOutput> for Answer {
    fn from(output: GetUserPoolMfaConfigOutput) -> Self {
        Self {
            mode: output.mfa_configuration,
            token: output.software_token_mfa_configuration,
            sms: output.sms_mfa_configuration,
            email: output.email_mfa_configuration,
            web_authn: output.web_authn_configuration,
        }
    }
}

impl From<SetUserPoolMfaConfigOutput> for Answer {
    fn from(output: SetUserPoolMfaConfigOutput) -> Self {
        Self {
            mode: output.mfa_configuration,
            token: output.software_token_mfa_configuration,
            sms: output.sms_mfa_configuration,
            email: output.email_mfa_configuration,
            web_authn: output.web_authn_configuration,
        }
    }
}

impl Answer {
    /// The settings of the answer; an absent mode is `OFF` (row M13).
    pub(super) fn settings(self) -> Result<Settings, Unread> {
        let mode = self.mode.map(|mode| parse("MfaConfiguration", mode.as_str(), Mode::parse)).transpose()?;
        let sms = self.sms.map(|sms| {
            let sender = sms.sms_configuration.map(sender_from_sdk).transpose()?.flatten();
            Ok(Sms { message: sms.sms_authentication_message, sender })
        });
        let web_authn = self.web_authn.map(|web_authn| {
            let verification = web_authn.user_verification.as_ref().map(UserVerificationType::as_str);
            let factor = web_authn.factor_configuration.as_ref().map(WebAuthnFactorConfigurationType::as_str);
            Ok(WebAuthn {
                user_verification: verification
                    .map(|text| parse("UserVerification", text, UserVerification::parse))
                    .transpose()?,
                factor_configuration: factor
                    .map(|text| parse("FactorConfiguration", text, FactorConfiguration::parse))
                    .transpose()?,
                relying_party_id: web_authn.relying_party_id,
            })
        });
        Ok(Settings {
            mode: mode.unwrap_or(Mode::Off),
            token_enabled: self.token.map(|token| token.enabled),
            sms: sms.transpose()?,
            email: self.email.map(|email| Email { message: email.message, subject: email.subject }),
            web_authn: web_authn.transpose()?,
        })
    }
}

fn parse<T>(member: &'static str, text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Unread> {
    parse(text).ok_or_else(|| Unread { member, value: text.to_owned() })
}

/// An empty `SnsCallerArn` means an absent one; so does an empty `CallerArn`.
fn sender_from_sdk(sender: SmsConfigurationType) -> Result<Option<SmsSender>, Unread> {
    let Some(eums) = sender.eums_sms.filter(|eums| !eums.caller_arn.is_empty()) else {
        let (external_id, region) = (sender.external_id, sender.sns_region);
        let sns = SnsSender { caller_arn: sender.sns_caller_arn, external_id, region };
        return Ok((!sns.caller_arn.is_empty()).then_some(SmsSender::Sns(sns)));
    };
    // Cognito holds one sender or the other (S03); two different roles at once could not be written back.
    if !sender.sns_caller_arn.is_empty() && sender.sns_caller_arn != eums.caller_arn {
        return Err(Unread { member: "SnsCallerArn beside EumsSms", value: sender.sns_caller_arn });
    }
    Ok(Some(SmsSender::EndUserMessaging(EndUserMessaging {
        caller_arn: eums.caller_arn,
        external_id: eums.external_id,
        origination_identity: eums.origination_identity,
        configuration_set_name: eums.configuration_set_name,
        in_entity_id: eums.in_entity_id,
        in_template_id: eums.in_template_id,
        region: eums.region,
    })))
}

/// The facts rules look at, from `DescribeUserPool`.
pub(super) fn pool_facts(pool: UserPoolType) -> Result<PoolFacts, Unread> {
    let verified = pool.auto_verified_attributes.unwrap_or_default();
    let sign_in = pool.policies.and_then(|policies| policies.sign_in_policy);
    let first_factors = sign_in.and_then(|policy| policy.allowed_first_auth_factors).unwrap_or_default();
    let email = pool.email_configuration;
    let schema = pool.schema_attributes.unwrap_or_default();
    Ok(PoolFacts {
        name: pool.name.unwrap_or_default(),
        arn: pool.arn.unwrap_or_default(),
        sms_sender: pool.sms_configuration.map(sender_from_sdk).transpose()?.flatten(),
        estimated_users: pool.estimated_number_of_users,
        auto_verified_attributes: verified.iter().map(|attribute| attribute.as_str().to_owned()).collect(),
        tier: pool.user_pool_tier.map(|tier| tier.as_str().to_owned()),
        first_factors: first_factors.iter().map(|factor| factor.as_str().to_owned()).collect(),
        email_sending_account: email.and_then(|email| email.email_sending_account).map(|account| account.as_str().to_owned()),
        recovery: pool.account_recovery_setting.map(recovery_names),
        threat_protection: pool.user_pool_add_ons.map(|add_ons| add_ons.advanced_security_mode.as_str().to_owned()),
        challenge_on_new_device: pool.device_configuration.is_some_and(|devices| devices.challenge_required_on_new_device),
        phone_required: schema
            .iter()
            .any(|attribute| attribute.name.as_deref() == Some("phone_number") && attribute.required.unwrap_or_default()),
        custom_domain: pool.custom_domain.filter(|domain| !domain.is_empty()),
        domain: pool.domain.filter(|domain| !domain.is_empty()),
        sms_configuration_failure: pool.sms_configuration_failure.filter(|failure| !failure.is_empty()),
        unsettled: BTreeSet::new(),
    })
}

/// Mechanisms by name, first priority first. A setting without any is still a setting.
fn recovery_names(setting: AccountRecoverySettingType) -> Vec<String> {
    let mut mechanisms = setting.recovery_mechanisms.unwrap_or_default();
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    mechanisms.iter().map(|mechanism| mechanism.name.as_str().to_owned()).collect()
}

#[cfg(test)]
pub(super) mod tests;
