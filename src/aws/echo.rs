//! A user pool said again: `UpdateUserPool` with every member that `DescribeUserPool` shows, because it forgets what it is not told.

use aws_sdk_cognitoidentityprovider::operation::update_user_pool::builders::UpdateUserPoolFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::{AdminCreateUserConfigType, UserPoolMfaType, UserPoolType};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde_json::Value as Json;

/// Fills a call with everything that can be said of `pool`, and with MFA `OFF`.
///
/// Members that AWS resets when they are left out (row U01) and members whose fate nobody has measured (row U03) are said as they
/// are; so are those that would be kept (row U02), because the documentation says otherwise (row U00). The attributes that are
/// verified by themselves and those that need it before an update go together (row U04).
pub(super) fn with_mfa_off(call: UpdateUserPoolFluentBuilder, pool: UserPoolType) -> UpdateUserPoolFluentBuilder {
    let days_by_policy = pool
        .policies
        .as_ref()
        .and_then(|policies| policies.password_policy.as_ref())
        .is_some_and(|policy| policy.temporary_password_validity_days != 0);
    let admin_create_user = pool.admin_create_user_config.map(|config| without_days(config, days_by_policy));
    // Tags of AWS's own cannot be said by anyone, and tags are kept when none is said (row U02).
    let tags = pool.user_pool_tags.filter(|tags| !tags.keys().any(|key| key.starts_with("aws:")));
    call.set_mfa_configuration(Some(UserPoolMfaType::Off))
        .set_user_pool_id(pool.id)
        .set_pool_name(pool.name)
        .set_policies(pool.policies)
        .set_deletion_protection(pool.deletion_protection)
        .set_lambda_config(pool.lambda_config)
        .set_auto_verified_attributes(pool.auto_verified_attributes)
        .set_sms_verification_message(pool.sms_verification_message)
        .set_email_verification_message(pool.email_verification_message)
        .set_email_verification_subject(pool.email_verification_subject)
        .set_verification_message_template(pool.verification_message_template)
        .set_sms_authentication_message(pool.sms_authentication_message)
        .set_user_attribute_update_settings(pool.user_attribute_update_settings)
        .set_device_configuration(pool.device_configuration)
        .set_email_configuration(pool.email_configuration)
        .set_sms_configuration(pool.sms_configuration)
        .set_user_pool_tags(tags)
        .set_admin_create_user_config(admin_create_user)
        .set_user_pool_add_ons(pool.user_pool_add_ons)
        .set_account_recovery_setting(pool.account_recovery_setting)
        .set_user_pool_tier(pool.user_pool_tier)
        .set_key_configuration(pool.key_configuration)
        .set_issuer_configuration(pool.issuer_configuration)
        .set_acr_configuration(pool.acr_configuration)
}

/// AWS shows the older `UnusedAccountValidityDays` beside the password policy's `TemporaryPasswordValidityDays`, and refuses a
/// request that says both. What the policy says counts.
fn without_days(mut config: AdminCreateUserConfigType, by_policy: bool) -> AdminCreateUserConfigType {
    if by_policy {
        config.unused_account_validity_days = 0;
    }
    config
}

/// Takes numbers of days that are 0 out of a request: the SDK writes them where the pool has none.
pub(super) fn leave_out_absent_days(request: &mut HttpRequest) {
    let Some(Ok(mut input)) = request.body().bytes().map(serde_json::from_slice::<Json>) else { return };
    let places =
        [("/AdminCreateUserConfig", "UnusedAccountValidityDays"), ("/Policies/PasswordPolicy", "TemporaryPasswordValidityDays")];
    for (within, name) in places {
        if let Some(members) = input.pointer_mut(within).and_then(Json::as_object_mut)
            && members.get(name).and_then(Json::as_i64) == Some(0)
        {
            members.remove(name);
        }
    }
    let body = input.to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
}

#[cfg(test)]
mod tests;
