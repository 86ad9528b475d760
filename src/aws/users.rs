//! Calls about one user of a pool.

use std::time::Instant;

use aws_sdk_cognitoidentityprovider::operation::admin_get_user::AdminGetUserOutput;
use aws_sdk_cognitoidentityprovider::types::{
    EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType, WebAuthnMfaSettingsType,
};

use super::cognito::Cognito;
use super::error::Error;
use super::limits::Category;
use super::retry::Effect;
use crate::mfa::{Factor, PreferenceRequest, UserFacts};

const GET: &str = "cognito-idp:AdminGetUser";
const SET: &str = "cognito-idp:AdminSetUserMFAPreference";

impl Cognito {
    /// `AdminGetUser` (row P08), retried where that helps until `deadline`. Each call counts the user as active this month.
    ///
    /// [`ErrorKind::Gone`](super::ErrorKind::Gone) is a user or a pool that does not exist; [`Error::is_about_user`] tells which.
    pub async fn read_user(&self, user_pool_id: &str, username: &str, deadline: Instant) -> Result<UserFacts, Error> {
        let client = self.shared.cognito(&self.region).await;
        let send = |watcher| {
            let call = client.admin_get_user().user_pool_id(user_pool_id).username(username);
            call.customize().interceptor(watcher).send()
        };
        let pace = self.shared.pace(&self.region, Category::UserRead).await;
        Ok(facts(self.shared.call(Effect::Read, GET, deadline, Some(&pace), send).await?))
    }

    /// `AdminSetUserMFAPreference` with the blocks of `request`. AWS merges them with what the user has, and its answer is empty: what
    /// became of the user has to be read.
    ///
    /// After [`ErrorKind::Unreachable`](super::ErrorKind::Unreachable) the caller must read to know whether it was written.
    pub async fn write_preference(
        &self,
        user_pool_id: &str,
        username: &str,
        request: &PreferenceRequest,
        deadline: Instant,
    ) -> Result<(), Error> {
        let client = self.shared.cognito(&self.region).await;
        let send = |watcher| {
            let mut call = client.admin_set_user_mfa_preference().user_pool_id(user_pool_id).username(username);
            for setting in &request.factors {
                let (enabled, preferred) = (setting.enabled, setting.preferred);
                call = match setting.factor {
                    Factor::SoftwareToken => call.software_token_mfa_settings(
                        SoftwareTokenMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build(),
                    ),
                    Factor::Sms => {
                        call.sms_mfa_settings(SmsMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build())
                    }
                    Factor::Email => {
                        call.email_mfa_settings(EmailMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build())
                    }
                };
            }
            if let Some(enabled) = request.passkey {
                call = call.web_authn_mfa_settings(WebAuthnMfaSettingsType::builder().enabled(enabled).build());
            }
            call.customize().interceptor(watcher).send()
        };
        let pace = self.shared.pace(&self.region, Category::UserUpdate).await;
        self.shared.call(Effect::Write, SET, deadline, Some(&pace), send).await.map(|_| ())
    }
}

impl Error {
    /// Whether it is the user that does not exist, in a pool that does.
    pub fn is_about_user(&self) -> bool {
        self.code == "UserNotFoundException"
    }
}

/// Some emulators write an absent preference as an empty text.
fn facts(answer: AdminGetUserOutput) -> UserFacts {
    let attributes = answer.user_attributes.unwrap_or_default();
    let has = |name: &str| {
        let value = attributes.iter().find(|attribute| attribute.name == name).and_then(|attribute| attribute.value.as_ref());
        value.is_some_and(|value| !value.is_empty())
    };
    let (has_phone_number, has_email) = (has("phone_number"), has("email"));
    let mut factors = answer.user_mfa_setting_list.unwrap_or_default();
    factors.sort();
    factors.dedup();
    UserFacts {
        factors,
        preferred: answer.preferred_mfa_setting.filter(|preferred| !preferred.is_empty()),
        has_phone_number,
        has_email,
    }
}
