//! The resource's arguments, read from a configuration, a plan or a state alike: all three have the same shape.

use time::Date;
use time::macros::format_description;

use crate::mfa::{
    Deletion, FactorConfiguration, Mode, Settings, SmsSender, UserVerification, Wanted, WantedEmail, WantedSender, WantedWebAuthn,
};
use crate::rules::Waiver;
use crate::tf::{Diagnostic, Dynamic, Object, Value};

/// Every argument as written. `Null` is an argument that is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub user_pool_id: Value<String>,
    pub region: Value<String>,
    pub mode: Value<String>,
    /// `software_token_mfa_configuration.enabled`; null where the whole object is.
    pub token: Value<bool>,
    pub sms: Value<SmsArguments>,
    pub sms_message: Value<String>,
    pub email: Value<EmailArguments>,
    pub web_authn: Value<WebAuthnArguments>,
    pub deletion_policy: Value<String>,
    pub waivers: Value<Vec<WaiverArguments>>,
    pub timeouts: Value<TimeoutArguments>,
}

/// `sms_configuration`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SmsArguments {
    pub caller_arn: Value<String>,
    pub external_id: Value<String>,
    pub region: Value<String>,
    pub eums: Value<EumsArguments>,
}

/// `sms_configuration.eums_sms`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EumsArguments {
    pub caller_arn: Value<String>,
    pub external_id: Value<String>,
    pub origination_identity: Value<String>,
    pub configuration_set_name: Value<String>,
    pub in_entity_id: Value<String>,
    pub in_template_id: Value<String>,
    pub region: Value<String>,
}

/// `email_mfa_configuration`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EmailArguments {
    pub message: Value<String>,
    pub subject: Value<String>,
}

/// `web_authn_configuration`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebAuthnArguments {
    pub relying_party_id: Value<String>,
    pub user_verification: Value<String>,
    pub factor_configuration: Value<String>,
}

/// One element of `waivers`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaiverArguments {
    pub rule: Value<String>,
    pub reason: Value<String>,
    pub expires: Value<String>,
}

/// `timeouts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeoutArguments {
    pub create: Value<String>,
    pub read: Value<String>,
    pub update: Value<String>,
    pub delete: Value<String>,
}

/// Reads the arguments; a null object reads as no argument at all.
pub fn decode(value: &Dynamic) -> Result<Arguments, Diagnostic> {
    let root = Object::root(value);
    Ok(Arguments {
        user_pool_id: root.string("user_pool_id")?,
        region: root.string("region")?,
        mode: root.string("mfa_configuration")?,
        token: decode_token(&root)?,
        sms: member(&root, "sms_configuration", decode_sms)?,
        sms_message: root.string("sms_authentication_message")?,
        email: member(&root, "email_mfa_configuration", |email| {
            Ok(EmailArguments { message: email.string("message")?, subject: email.string("subject")? })
        })?,
        web_authn: member(&root, "web_authn_configuration", |passkeys| {
            Ok(WebAuthnArguments {
                relying_party_id: passkeys.string("relying_party_id")?,
                user_verification: passkeys.string("user_verification")?,
                factor_configuration: passkeys.string("factor_configuration")?,
            })
        })?,
        deletion_policy: root.string("deletion_policy")?,
        waivers: decode_waivers(&root)?,
        timeouts: member(&root, "timeouts", |timeouts| {
            Ok(TimeoutArguments {
                create: timeouts.string("create")?,
                read: timeouts.string("read")?,
                update: timeouts.string("update")?,
                delete: timeouts.string("delete")?,
            })
        })?,
    })
}

fn member<T>(
    object: &Object<'_>,
    name: &str,
    decode: impl FnOnce(&Object<'_>) -> Result<T, Diagnostic>,
) -> Result<Value<T>, Diagnostic> {
    Ok(match object.object(name)? {
        Value::Known(inner) => Value::Known(decode(&inner)?),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    })
}

fn decode_token(root: &Object<'_>) -> Result<Value<bool>, Diagnostic> {
    Ok(member(root, "software_token_mfa_configuration", |token| token.bool("enabled"))?.and_then(|enabled| enabled))
}

fn decode_sms(sms: &Object<'_>) -> Result<SmsArguments, Diagnostic> {
    Ok(SmsArguments {
        caller_arn: absent_when_empty(sms.string("sns_caller_arn")?),
        external_id: absent_when_empty(sms.string("external_id")?),
        region: sms.string("sns_region")?,
        eums: member(sms, "eums_sms", |eums| {
            Ok(EumsArguments {
                caller_arn: eums.string("caller_arn")?,
                external_id: absent_when_empty(eums.string("external_id")?),
                origination_identity: eums.string("origination_identity")?,
                configuration_set_name: eums.string("configuration_set_name")?,
                in_entity_id: eums.string("in_entity_id")?,
                in_template_id: eums.string("in_template_id")?,
                region: eums.string("region")?,
            })
        })?,
    })
}

/// AWS's model allows an empty role ARN and returns one beside `EumsSms`; it means no role.
fn absent_when_empty(text: Value<String>) -> Value<String> {
    text.and_then(|text| if text.is_empty() { Value::Null } else { Value::Known(text) })
}

fn decode_waivers(root: &Object<'_>) -> Result<Value<Vec<WaiverArguments>>, Diagnostic> {
    let decode = |waiver: Object<'_>| {
        Ok(WaiverArguments { rule: waiver.string("rule")?, reason: waiver.string("reason")?, expires: waiver.string("expires")? })
    };
    Ok(match root.objects("waivers")? {
        Value::Known(waivers) => Value::Known(waivers.into_iter().map(decode).collect::<Result<_, Diagnostic>>()?),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    })
}

impl Arguments {
    /// The mode, where it is one of the API's three; anything else was reported by validate and reads as unknown here.
    pub fn mode(&self) -> Value<Mode> {
        parsed(&self.mode, Mode::parse)
    }

    /// The deletion policy; `RETAIN` where there is none.
    pub fn deletion(&self) -> Deletion {
        self.deletion_policy.known().and_then(|text| Deletion::parse(text)).unwrap_or(Deletion::Retain)
    }

    /// The waivers that are wholly known. One that is not cannot waive anything yet.
    pub fn waivers(&self) -> Vec<Waiver> {
        let waiver = |waiver: &WaiverArguments| {
            let expires = match &waiver.expires {
                Value::Known(text) => Some(parse_date(text)?),
                Value::Null => None,
                Value::Unknown => return None,
            };
            Some(Waiver { rule: waiver.rule.known()?.clone(), reason: waiver.reason.known()?.clone(), expires })
        };
        self.waivers.known().into_iter().flatten().filter_map(waiver).collect()
    }

    /// Whether everything that would be sent is known.
    pub fn is_settled(&self) -> bool {
        let sms = self.sms.known().is_none_or(|sms| {
            let eums = sms.eums.known().is_none_or(|eums| {
                known([
                    &eums.caller_arn,
                    &eums.external_id,
                    &eums.origination_identity,
                    &eums.configuration_set_name,
                    &eums.in_entity_id,
                    &eums.in_template_id,
                    &eums.region,
                ])
            });
            eums && !sms.eums.is_unknown() && known([&sms.caller_arn, &sms.external_id, &sms.region])
        });
        let email = self.email.known().is_none_or(|email| known([&email.message, &email.subject]));
        let passkeys = self.web_authn.known().is_none_or(|passkeys| {
            known([&passkeys.relying_party_id, &passkeys.user_verification, &passkeys.factor_configuration])
        });
        let whole =
            !self.token.is_unknown() && !self.sms.is_unknown() && !self.email.is_unknown() && !self.web_authn.is_unknown();
        whole && sms && email && passkeys && known([&self.mode, &self.sms_message])
    }

    /// The request these arguments ask for, merged with what the pool keeps.
    ///
    /// `prior` are the arguments of the state before. A member that was null there and is null here was never the user's: a
    /// write re-sends the pool's own value, because `SetUserPoolMfaConfig` resets what it is not told (row M01). A member that
    /// the user has just deleted is left out and falls back to AWS's default. Passkey settings as a whole are kept when the
    /// configuration has none.
    pub fn wanted(&self, prior: &Arguments, live: &Value<Settings>) -> Wanted {
        let sms_sender = self.wanted_sender(prior, live);
        let sms_message = match (&sms_sender, &self.sms_message, &prior.sms_message) {
            // Not sent without a sender; it stays here for the rules to see (row S16).
            (Value::Null, message, _) => message.clone(),
            (_, Value::Null, Value::Null) => pool_value(live, |pool| pool.sms.as_ref()?.message.clone()),
            (_, message, _) => message.clone(),
        };
        Wanted {
            mode: self.mode(),
            token: self.token.clone().and_then(|enabled| if enabled { Value::Known(true) } else { Value::Null }),
            sms_sender,
            sms_message,
            email: self.wanted_email(prior, live),
            web_authn: self.wanted_web_authn(prior, live),
        }
    }

    fn wanted_sender(&self, prior: &Arguments, live: &Value<Settings>) -> Value<WantedSender> {
        let before = prior.sms.known();
        let sender = |pool: &Settings| pool.sms.clone()?.sender;
        self.sms.clone().and_then(|sms| match sms.eums {
            Value::Unknown => Value::Unknown,
            Value::Known(eums) => {
                let before = before.and_then(|sms| sms.eums.known());
                let kept = || {
                    pool_value(live, |pool| match sender(pool)? {
                        SmsSender::EndUserMessaging(messaging) => messaging.region,
                        SmsSender::Sns(_) => None,
                    })
                };
                Value::Known(WantedSender::EndUserMessaging {
                    region: kept_or(eums.region, before.map(|eums| &eums.region), kept),
                    caller_arn: eums.caller_arn,
                    external_id: eums.external_id,
                    origination_identity: eums.origination_identity,
                    configuration_set_name: eums.configuration_set_name,
                    in_entity_id: eums.in_entity_id,
                    in_template_id: eums.in_template_id,
                })
            }
            Value::Null => {
                let kept = || {
                    pool_value(live, |pool| match sender(pool)? {
                        SmsSender::Sns(sns) => sns.region,
                        SmsSender::EndUserMessaging(_) => None,
                    })
                };
                Value::Known(WantedSender::Sns {
                    region: kept_or(sms.region, before.map(|sms| &sms.region), kept),
                    caller_arn: sms.caller_arn,
                    external_id: sms.external_id,
                })
            }
        })
    }

    fn wanted_email(&self, prior: &Arguments, live: &Value<Settings>) -> Value<WantedEmail> {
        let before = prior.email.known();
        self.email.clone().map(|email| WantedEmail {
            message: kept_or(email.message, before.map(|email| &email.message), || {
                pool_value(live, |pool| pool.email.clone()?.message)
            }),
            subject: kept_or(email.subject, before.map(|email| &email.subject), || {
                pool_value(live, |pool| pool.email.clone()?.subject)
            }),
        })
    }

    fn wanted_web_authn(&self, prior: &Arguments, live: &Value<Settings>) -> Value<WantedWebAuthn> {
        let before = prior.web_authn.known();
        match self.web_authn.clone() {
            Value::Unknown => Value::Unknown,
            Value::Null => live.as_ref().and_then(|pool| {
                Value::from(pool.web_authn.clone()).map(|web_authn| WantedWebAuthn {
                    relying_party_id: web_authn.relying_party_id.into(),
                    user_verification: web_authn.user_verification.into(),
                    factor_configuration: web_authn.factor_configuration.into(),
                })
            }),
            Value::Known(passkeys) => Value::Known(WantedWebAuthn {
                relying_party_id: kept_or(passkeys.relying_party_id, before.map(|passkeys| &passkeys.relying_party_id), || {
                    pool_value(live, |pool| pool.web_authn.clone()?.relying_party_id)
                }),
                user_verification: kept_or(
                    parsed(&passkeys.user_verification, UserVerification::parse),
                    before.map(|passkeys| &passkeys.user_verification),
                    || pool_value(live, |pool| pool.web_authn.clone()?.user_verification),
                ),
                factor_configuration: kept_or(
                    parsed(&passkeys.factor_configuration, FactorConfiguration::parse),
                    before.map(|passkeys| &passkeys.factor_configuration),
                    || pool_value(live, |pool| pool.web_authn.clone()?.factor_configuration),
                ),
            }),
        }
    }
}

fn known<const N: usize>(values: [&Value<String>; N]) -> bool {
    values.into_iter().all(|value| !value.is_unknown())
}

/// A day as `expires` writes it, such as `2026-12-31`.
pub fn parse_date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

fn parsed<T>(text: &Value<String>, parse: impl FnOnce(&str) -> Option<T>) -> Value<T> {
    match text {
        Value::Known(text) => parse(text).map_or(Value::Unknown, Value::Known),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    }
}

/// What the pool has; null where it has nothing, unknown where the pool was not read.
fn pool_value<T>(live: &Value<Settings>, part: impl FnOnce(&Settings) -> Option<T>) -> Value<T> {
    match live {
        Value::Known(pool) => part(pool).into(),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    }
}

/// The configured value; the pool's own where it is null and the state before had none either.
fn kept_or<T, U>(configured: Value<T>, before: Option<&Value<U>>, kept: impl FnOnce() -> Value<T>) -> Value<T> {
    let deleted = before.is_some_and(|before| !before.is_null());
    if configured.is_null() && !deleted { kept() } else { configured }
}
