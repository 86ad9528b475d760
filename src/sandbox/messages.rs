//! AWS's own sentences, letter by letter; the row says where each was seen.

/// M02: off together with a factor block.
pub const OFF_WITH_FACTOR: &str = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
/// M03: on or optional without a factor block.
pub const NO_FACTOR: &str = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
/// M03a: the older wording, which the reports on M05 quote.
pub const ALL_FACTORS_DISABLED: &str =
    "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.";
/// T01: a new pool with MFA but without an SMS configuration.
pub const CREATE_NEEDS_SMS: &str =
    "SMS configuration and Auto verification for phone_number are required when MFA is required/optional";
/// T02: `UpdateUserPool` to `ON` while no factor is enabled.
pub const CANNOT_TURN_ON: &str = "Cannot turn MFA functionality ON, once the user pool has been created.";
/// T03, T04: one-time-password first factors with MFA required.
pub const ONLY_PASSWORD_AND_PASSKEY: &str =
    "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled";
/// T05: a single-factor passkey with MFA required.
pub const SINGLE_FACTOR_PASSKEY: &str =
    "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor";
/// T06: a passkey first factor added while MFA is required.
pub const PASSKEY_NOT_FOR_MFA: &str = "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.";
/// U04: attributes to verify before update that are not verified automatically.
pub const UPDATE_VERIFICATION_NOT_AUTOMATIC: &str =
    "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes";
/// U05, M12: phone verification without an SMS configuration.
pub const PHONE_NEEDS_SMS: &str = "SMS configuration is required when phone_number is selected for auto verification";
/// I01, U06, S08: the role does not let Cognito assume it, or is not there.
pub const ROLE_WITHOUT_TRUST: &str = "Role does not have a trust relationship allowing Cognito to assume the role";
/// I03: the role may not publish.
pub const ROLE_WITHOUT_PUBLISH: &str = "Role does not have permission to publish with SNS";
/// S10: a role of another account.
pub const CROSS_ACCOUNT_ROLE: &str = "Cross-account pass role is not allowed.";
/// S11: an SMS first factor without an SMS configuration.
pub const SMS_OTP_NEEDS_SMS: &str = "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration";
/// E02: email MFA without an own SES sender.
pub const EMAIL_WITHOUT_SES: &str =
    "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.";
/// E03: email MFA with legacy or email-only recovery.
pub const EMAIL_ONLY_RECOVERY: &str = "Cannot set EmailMfaConfiguration when user pool AccountRecoverySetting is not set or contains only verified_email in RecoveryMechanisms.";
/// E08: an own SES sender without its identity.
pub const SOURCE_ARN_MISSING: &str = "Source ARN is required to use DEVELOPER email sending owner";
/// W01: a relying party id that is not a bare domain.
pub const RELYING_PARTY_CHARACTERS: &str = "RelyingPartyId contains invalid characters";
/// W09: first factors without the password.
pub const PASSWORD_FACTOR_MISSING: &str = "Password should be configured as one of the allowed first auth factors.";
/// A01: a recovery mechanism or priority named twice.
pub const RECOVERY_DUPLICATES: &str = "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.";
/// A01: `admin_only` beside another mechanism.
pub const RECOVERY_ADMIN_NOT_ALONE: &str =
    "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.";
/// A02: recovery by phone with SMS MFA.
pub const RECOVERY_BY_PHONE_WITH_SMS: &str = "Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_phone_number as a recovery mechanism when SMS MFA is configured.";
/// P03: an SMS preference for a user without a phone number.
pub const NO_PHONE_NUMBER: &str = "User does not have a phone_number set to turn on SMS MFA";
/// Q05: two writes to one pool at once.
pub const CONCURRENT_WRITE: &str = "Only one request to update this UserPool can be processed at a time";

/// P02: a factor the user or the pool does not have.
pub fn no_delivery(factor: &str) -> String {
    format!("User does not have delivery config set to turn on {factor}")
}

/// W08, A05: features that a tier does not have.
pub fn tier_features(tier: &str, features: &str) -> String {
    format!("The following features need to be disabled for the {tier} pricing tier configured: {features}")
}

/// S09: an SNS Region that does not serve the pool's Region.
pub fn sns_region(pool_region: &str, allowed: &str) -> String {
    format!("Invalid snsRegion. Allowed SNS region for {pool_region} is {allowed}")
}
