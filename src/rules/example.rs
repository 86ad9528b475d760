//! The pool of the guide's examples, for the changes that rules show as rejected and accepted.

use crate::mfa::{
    Email, EndUserMessaging, FactorConfiguration, FactorPreference, Mode, Permission, PoolFacts, Preference, PreferenceChange,
    RoleFacts, RolePermissions, Settings, Sms, SmsSender, SnsFacts, SnsSender, Transition, UserFacts, UserVerification, Wanted,
    WebAuthn,
};
use crate::tf::Value;

pub(super) const ROLE: &str = "arn:aws:iam::111122223333:role/cognito-sms";

/// Settings with an authenticator app.
pub(super) fn token(mode: Mode) -> Settings {
    Settings { mode, token_enabled: Some(true), ..Settings::UNTOUCHED }
}

/// Settings with SMS through the role of the examples.
pub(super) fn sms(mode: Mode) -> Settings {
    Settings { mode, sms: Some(Sms { message: None, sender: Some(sender()) }), ..Settings::UNTOUCHED }
}

/// These settings with email as one more factor.
pub(super) fn with_email(settings: Settings) -> Settings {
    Settings { email: Some(Email::default()), ..settings }
}

/// These settings with SMS as one more factor, through this sender.
pub(super) fn with_sender(settings: Settings, sender: SmsSender) -> Settings {
    Settings { sms: Some(Sms { message: None, sender: Some(sender) }), ..settings }
}

/// These settings with passkeys for `login.example.com` that stand for two factors.
pub(super) fn with_passkeys(settings: Settings, user_verification: UserVerification) -> Settings {
    let web_authn = WebAuthn {
        relying_party_id: Some("login.example.com".to_owned()),
        user_verification: Some(user_verification),
        factor_configuration: Some(FactorConfiguration::MultiFactorWithUserVerification),
    };
    Settings { web_authn: Some(web_authn), ..settings }
}

/// The same change with something else about the pool.
pub(super) fn on_pool(mut change: Transition, edit: impl FnOnce(&mut PoolFacts)) -> Transition {
    if let Value::Known(pool) = &mut change.pool {
        edit(pool);
    }
    change
}

/// The same change with something else about SNS.
pub(super) fn with_sns(mut change: Transition, edit: impl FnOnce(&mut SnsFacts)) -> Transition {
    if let Value::Known(sns) = &mut change.sns {
        edit(sns);
    }
    change
}

/// The sender of the examples through AWS End User Messaging.
pub(super) fn messaging(region: Option<&str>) -> SmsSender {
    SmsSender::EndUserMessaging(EndUserMessaging {
        caller_arn: ROLE.to_owned(),
        external_id: Some("prod-1".to_owned()),
        origination_identity: None,
        configuration_set_name: None,
        in_entity_id: None,
        in_template_id: None,
        region: region.map(str::to_owned),
    })
}

/// The sender of the examples.
pub(super) fn sender() -> SmsSender {
    SmsSender::Sns(SnsSender { caller_arn: ROLE.to_owned(), external_id: Some("prod-1".to_owned()), region: None })
}

/// MFA turned off, as a request says it.
pub(super) fn off() -> Settings {
    Settings::UNTOUCHED
}

/// A change of the example pool with everything known. The role of a request that sends SMS is as it should be.
pub(super) fn change(live: Settings, wanted: &Settings) -> Transition {
    let sends_sms = wanted.sms.as_ref().is_some_and(|sms| sms.sender.is_some());
    let user_pool_id = Value::Known("eu-central-1_Ab12Cd34E".to_owned());
    Transition {
        pool: Value::Known(pool(&live)),
        sns: if sends_through_sns(wanted) { Value::Known(sns("eu-central-1")) } else { Value::Null },
        role: if sends_sms { Value::Known(role("cognito-idp.amazonaws.com", "prod-1")) } else { Value::Null },
        ..Transition::of(&user_pool_id, Value::Known(live), Value::Known(Wanted::from(wanted)))
    }
}

fn sends_through_sns(wanted: &Settings) -> bool {
    matches!(wanted.sms.as_ref().and_then(|sms| sms.sender.as_ref()), Some(SmsSender::Sns(_)))
}

/// The role of the examples, with one principal and one external id.
pub(super) fn role(service: &str, external_id: &str) -> RoleFacts {
    let trust_policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}","aws:SourceAccount":"111122223333"}}}}}}]}}"#
    );
    RoleFacts::found(ROLE, trust_policy).with_permissions(may_send())
}

/// A role that may send through either service.
pub(super) fn may_send() -> RolePermissions {
    RolePermissions { publish: Permission::Allowed, send_text_message: Permission::Allowed }
}

/// SNS with nothing in the way, in one Region.
pub(super) fn sns(region: &str) -> SnsFacts {
    SnsFacts {
        region: region.to_owned(),
        in_sandbox: Value::Known(false),
        verified_numbers: Value::Known(0),
        monthly_spend_limit: Value::Known(500.0),
        origination_numbers: Value::Known(1),
    }
}

fn pool(live: &Settings) -> PoolFacts {
    PoolFacts {
        name: "prod-customers".to_owned(),
        arn: "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Ab12Cd34E".to_owned(),
        sms_sender: live.sms.as_ref().and_then(|sms| sms.sender.clone()),
        estimated_users: 4120,
        auto_verified_attributes: Vec::new(),
        tier: Some("ESSENTIALS".to_owned()),
        first_factors: vec!["PASSWORD".to_owned()],
        email_sending_account: Some("DEVELOPER".to_owned()),
        recovery: Some(vec!["verified_email".to_owned(), "verified_phone_number".to_owned()]),
        phone_required: true,
        ..PoolFacts::default()
    }
}

/// A change of one user's preference on a pool with the authenticator app and SMS. The user has everything but a factor.
pub(super) fn preferring(wanted: Preference) -> Transition {
    let live = with_sender(token(Mode::Optional), sender());
    let preference = PreferenceChange {
        username: Value::Known("break-glass-1".to_owned()),
        wanted,
        user: Value::Known(UserFacts { has_phone_number: true, has_email: true, ..UserFacts::default() }),
        is_destroy: false,
    };
    let change = change(live.clone(), &live);
    Transition { request: Value::Null, role: Value::Null, sns: Value::Null, preference: Some(preference), ..change }
}

/// A block of one user's preference with both of its members.
pub(super) fn block(enabled: bool, preferred: bool) -> Value<FactorPreference> {
    Value::Known(FactorPreference { enabled: Value::Known(enabled), preferred: Value::Known(preferred) })
}

/// The same change with something else about the user.
pub(super) fn of_user(mut change: Transition, edit: impl FnOnce(&mut UserFacts)) -> Transition {
    if let Some(Value::Known(user)) = change.preference.as_mut().map(|preference| &mut preference.user) {
        edit(user);
    }
    change
}

/// Whether a change is a step of the pool's settings and nothing more: no destroy, no drift, nobody else's, no user's.
pub(super) fn is_step(change: &Transition) -> bool {
    let of_pool = change.rivals.is_empty() && change.preference.is_none() && change.sibling.is_null();
    of_pool && change.deletion.is_none() && change.removal.is_none() && change.drift.is_empty() && change.role_deletion.is_none()
}
