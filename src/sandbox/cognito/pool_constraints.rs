//! The service model's constraints on the members pools are made of.

use crate::sandbox::constraints::{
    ARN, Bound, Constraint, EMAIL_MESSAGE, EMAIL_SUBJECT, OPTIONAL_ARN, Pattern, SMS_MESSAGE, is_space, is_word,
};

use Bound::{Count, Length, OneOf, Range, Required};

/// `MfaConfiguration`, in the order AWS lists its values (M07).
pub const MODE: Constraint = ("MfaConfiguration", &[OneOf(&["OPTIONAL", "OFF", "ON"])]);

/// `PoolName`.
pub const POOL_NAME: Pattern = Pattern {
    text: r"[\w\s+=,.@-]+",
    matches: |text| text.chars().all(|letter| is_word(letter) || is_space(letter) || "+=,.@-".contains(letter)),
};

const ATTRIBUTES: &[&str] = &["phone_number", "email"];
const SMS_TEXT: &[Bound] = &[Length(6, 140), Bound::Pattern(SMS_MESSAGE)];
const EMAIL_TEXT: &[Bound] = &[Length(6, 20_000), Bound::Pattern(EMAIL_MESSAGE)];
const SUBJECT: &[Bound] = &[Length(1, 140), Bound::Pattern(EMAIL_SUBJECT)];
const CALLER_ARN: &[Bound] = &[Length(0, 2048), Bound::Pattern(OPTIONAL_ARN)];
const ROLE_ARN: &[Bound] = &[Required, Length(20, 2048), Bound::Pattern(ARN)];
const REGION: &[Bound] = &[Length(5, 32)];
const LONG: &[Bound] = &[Length(0, 131_072)];

/// `SmsMfaConfiguration` of `SetUserPoolMfaConfig` (S01, S02).
#[rustfmt::skip]
pub const SMS_MFA: &[Constraint] = &[
    ("SmsMfaConfiguration.SmsAuthenticationMessage", SMS_TEXT),
    ("SmsMfaConfiguration.SmsConfiguration.SnsCallerArn", CALLER_ARN),
    ("SmsMfaConfiguration.SmsConfiguration.ExternalId", LONG),
    ("SmsMfaConfiguration.SmsConfiguration.SnsRegion", REGION),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.CallerArn", ROLE_ARN),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.ExternalId", LONG),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.OriginationIdentity", LONG),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.ConfigurationSetName", LONG),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.InEntityId", LONG),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.InTemplateId", LONG),
    ("SmsMfaConfiguration.SmsConfiguration.EumsSms.Region", REGION),
];

/// What `CreateUserPool` and `UpdateUserPool` share.
#[rustfmt::skip]
pub const POOL: &[Constraint] = &[
    MODE,
    ("Policies.PasswordPolicy.MinimumLength", &[Range(6, 99)]),
    ("Policies.PasswordPolicy.PasswordHistorySize", &[Range(0, 24)]),
    ("Policies.PasswordPolicy.TemporaryPasswordValidityDays", &[Range(0, 365)]),
    ("Policies.SignInPolicy.AllowedFirstAuthFactors",
        &[Count(1, 5), OneOf(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"])]),
    ("DeletionProtection", &[OneOf(&["ACTIVE", "INACTIVE"])]),
    ("AutoVerifiedAttributes", &[OneOf(ATTRIBUTES)]),
    ("SmsVerificationMessage", SMS_TEXT),
    ("EmailVerificationMessage", EMAIL_TEXT),
    ("EmailVerificationSubject", SUBJECT),
    ("VerificationMessageTemplate.SmsMessage", SMS_TEXT),
    ("VerificationMessageTemplate.EmailMessage", EMAIL_TEXT),
    ("VerificationMessageTemplate.EmailSubject", SUBJECT),
    ("VerificationMessageTemplate.DefaultEmailOption", &[OneOf(&["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"])]),
    ("SmsAuthenticationMessage", SMS_TEXT),
    ("UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", &[OneOf(ATTRIBUTES)]),
    ("EmailConfiguration.SourceArn", &[Length(20, 2048), Bound::Pattern(ARN)]),
    ("EmailConfiguration.EmailSendingAccount", &[OneOf(&["COGNITO_DEFAULT", "DEVELOPER"])]),
    ("SmsConfiguration.SnsCallerArn", CALLER_ARN),
    ("SmsConfiguration.ExternalId", LONG),
    ("SmsConfiguration.SnsRegion", REGION),
    ("SmsConfiguration.EumsSms.CallerArn", ROLE_ARN),
    ("SmsConfiguration.EumsSms.ExternalId", LONG),
    ("SmsConfiguration.EumsSms.Region", REGION),
    ("AdminCreateUserConfig.UnusedAccountValidityDays", &[Range(0, 365)]),
    ("UserPoolAddOns.AdvancedSecurityMode", &[Required, OneOf(&["OFF", "AUDIT", "ENFORCED"])]),
    ("AccountRecoverySetting.RecoveryMechanisms", &[Count(1, 2)]),
    ("AccountRecoverySetting.RecoveryMechanisms[].Priority", &[Required, Range(1, 2)]),
    ("AccountRecoverySetting.RecoveryMechanisms[].Name",
        &[Required, OneOf(&["verified_email", "verified_phone_number", "admin_only"])]),
    ("UserPoolTier", &[OneOf(&["LITE", "ESSENTIALS", "PLUS"])]),
];
