//! A change of a role that sends SMS, as far as pools are concerned that send with it.

use super::role_policy::{AssumeRequest, Assumption, assume};
use super::settings::SmsSender;
use super::sms_role::Delivery;
use crate::tf::Value;

/// A role that is about to be deleted, or changed so that pools cannot use it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDeletion {
    /// Its name.
    pub name: String,
    /// Whether the role itself stays.
    pub stays: bool,
    /// The pools of the account that send SMS with it (row U06), and of a role that stays those that could not any more; `Unknown` where
    /// they could not be read.
    pub users: Value<Vec<RoleUser>>,
}

/// A pool whose SMS sender names the role, whatever its mode (rows M11, S15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleUser {
    /// Id of the pool.
    pub user_pool_id: String,
    /// Its name.
    pub name: String,
}

/// What a role lets Cognito do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleTerms<'a> {
    /// Its trust policy.
    pub trust_policy: &'a str,
    /// The way of sending that its permissions are for; `None` where they are not those of one way.
    pub delivery: Option<Delivery>,
}

impl RoleTerms<'_> {
    /// Whether a pool can send with such a role; `None` where that cannot be told.
    pub fn serves(&self, sender: &SmsSender, account: Option<&str>, pool_arn: Option<&str>) -> Option<bool> {
        let delivery = match sender {
            SmsSender::Sns(_) => Delivery::Sns,
            SmsSender::EndUserMessaging(_) => Delivery::EndUserMessaging,
        };
        if self.delivery.is_some_and(|own| own != delivery) {
            return Some(false);
        }
        let external_id = sender.external_id().map_or(Value::Null, Value::Known);
        match assume(self.trust_policy, &AssumeRequest { external_id, account, pool_arn }) {
            Assumption::Allowed | Assumption::AllowedWithoutExternalIdCondition => Some(true),
            Assumption::Undecidable(_) => None,
            Assumption::NotAllowed { .. }
            | Assumption::Denied
            | Assumption::ExternalIdMismatch { .. }
            | Assumption::SourceMismatch { .. } => Some(false),
        }
    }
}
