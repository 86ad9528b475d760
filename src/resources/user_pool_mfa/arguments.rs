//! The resource's arguments, read from a configuration, a plan or a state alike: all three have the same shape.

use crate::mfa::{Deletion, FactorConfiguration, Mode, Settings, UserVerification, Wanted, WantedEmail, WantedWebAuthn};
use crate::resources::pool::arguments::{TimeoutArguments, WaiverArguments, kept_or, known, member, pool_value};
use crate::resources::pool::factor::Declared;
use crate::resources::pool::sms::SmsArguments;
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
    pub factor_management: Value<String>,
    pub factors: Value<Vec<Declared>>,
    pub deletion_policy: Value<String>,
    pub waivers: Value<Vec<WaiverArguments>>,
    pub timeouts: Value<TimeoutArguments>,
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

/// Reads the arguments; a null object reads as no argument at all.
pub fn decode(value: &Dynamic) -> Result<Arguments, Diagnostic> {
    let root = Object::root(value);
    Ok(Arguments {
        user_pool_id: root.string("user_pool_id")?,
        region: root.string("region")?,
        mode: root.string("mfa_configuration")?,
        token: decode_token(&root)?,
        sms: SmsArguments::decode(&root)?,
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
        factor_management: root.string("factor_management")?,
        factors: Declared::decode_all(&root)?,
        deletion_policy: root.string("deletion_policy")?,
        waivers: WaiverArguments::decode(&root)?,
        timeouts: TimeoutArguments::decode(&root)?,
    })
}

fn decode_token(root: &Object<'_>) -> Result<Value<bool>, Diagnostic> {
    Ok(member(root, "software_token_mfa_configuration", |token| token.bool("enabled"))?.and_then(|enabled| enabled))
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

    /// The waivers that are wholly known.
    pub fn waivers(&self) -> Vec<Waiver> {
        WaiverArguments::known(&self.waivers)
    }

    /// Whether everything that would be sent is known.
    pub fn is_settled(&self) -> bool {
        let sms = self.sms.known().is_none_or(SmsArguments::is_settled);
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
        let sms_sender = self.sms.clone().and_then(|sms| sms.wanted(prior.sms.known(), live));
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

fn parsed<T>(text: &Value<String>, parse: impl FnOnce(&str) -> Option<T>) -> Value<T> {
    match text {
        Value::Known(text) => parse(text).map_or(Value::Unknown, Value::Known),
        Value::Null => Value::Null,
        Value::Unknown => Value::Unknown,
    }
}
