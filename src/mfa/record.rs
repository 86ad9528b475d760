//! The JSON form in which settings outlive a process: what was found on a pool is written back from it, perhaps years later.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use super::settings::{
    Email, EndUserMessaging, FactorConfiguration, Mode, Settings, Sms, SmsSender, SnsSender, UserVerification, WebAuthn,
};

/// The version of the form. Another one is refused, because what it means is not known here.
const VERSION: u64 = 1;

/// Why a record cannot be read: a whole sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every member of `settings`; an absent one is left out.
pub fn encode(settings: &Settings) -> Json {
    let Settings { mode, token_enabled, sms, email, web_authn } = settings;
    object([
        ("version", Some(json!(VERSION))),
        ("mode", Some(json!(mode.as_str()))),
        ("token_enabled", token_enabled.map(Json::Bool)),
        ("sms", sms.as_ref().map(encode_sms)),
        (
            "email",
            email.as_ref().map(|Email { message, subject }| object([("message", text(message)), ("subject", text(subject))])),
        ),
        ("web_authn", web_authn.as_ref().map(encode_web_authn)),
    ])
}

fn encode_sms(Sms { message, sender }: &Sms) -> Json {
    let sender = sender.as_ref().map(|sender| match sender {
        SmsSender::Sns(SnsSender { caller_arn, external_id, region }) => object([
            ("service", Some(json!("SNS"))),
            ("caller_arn", Some(json!(caller_arn))),
            ("external_id", text(external_id)),
            ("region", text(region)),
        ]),
        SmsSender::EndUserMessaging(EndUserMessaging {
            caller_arn,
            external_id,
            origination_identity,
            configuration_set_name,
            in_entity_id,
            in_template_id,
            region,
        }) => object([
            ("service", Some(json!("END_USER_MESSAGING"))),
            ("caller_arn", Some(json!(caller_arn))),
            ("external_id", text(external_id)),
            ("origination_identity", text(origination_identity)),
            ("configuration_set_name", text(configuration_set_name)),
            ("in_entity_id", text(in_entity_id)),
            ("in_template_id", text(in_template_id)),
            ("region", text(region)),
        ]),
    });
    object([("message", text(message)), ("sender", sender)])
}

fn encode_web_authn(web_authn: &WebAuthn) -> Json {
    let WebAuthn { relying_party_id, user_verification, factor_configuration } = web_authn;
    object([
        ("relying_party_id", text(relying_party_id)),
        ("user_verification", user_verification.map(|value| json!(value.as_str()))),
        ("factor_configuration", factor_configuration.map(|value| json!(value.as_str()))),
    ])
}

fn text(value: &Option<String>) -> Option<Json> {
    value.as_ref().map(|text| json!(text))
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Option<Json>)>) -> Json {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Json::Object(present.collect())
}

/// The settings of a record.
///
/// A version, member or value that is not known here is an error, never dropped: the settings are written to a pool. Where a read of a pool
/// accepts any value, a record does too.
pub fn decode(record: &Json) -> Result<Settings, Unreadable> {
    let mut record = Members::of("the record", record)?;
    match record.take("version") {
        Some(version) if version == json!(VERSION) => {}
        Some(version) => return Err(Unreadable(format!("It is of version {version}; this one knows version {VERSION}."))),
        None => return Err(Unreadable("It has no version.".to_owned())),
    }
    let settings = Settings {
        mode: record.parsed("mode", Mode::parse)?.ok_or_else(|| record.lacks("mode"))?,
        token_enabled: record.flag("token_enabled")?,
        sms: record
            .nested("sms", |sms| Ok(Sms { message: sms.text("message")?, sender: sms.nested("sender", decode_sender)? }))?,
        email: record.nested("email", |email| Ok(Email { message: email.text("message")?, subject: email.text("subject")? }))?,
        web_authn: record.nested("web_authn", |passkeys| {
            Ok(WebAuthn {
                relying_party_id: passkeys.text("relying_party_id")?,
                user_verification: passkeys.text("user_verification")?.map(|text| UserVerification::of_answer(&text)),
                factor_configuration: passkeys.text("factor_configuration")?.map(|text| FactorConfiguration::of_answer(&text)),
            })
        })?,
    };
    record.end()?;
    Ok(settings)
}

fn decode_sender(sender: &mut Members) -> Result<SmsSender, Unreadable> {
    let service = sender.text("service")?.ok_or_else(|| sender.lacks("service"))?;
    let caller_arn = sender.text("caller_arn")?.ok_or_else(|| sender.lacks("caller_arn"))?;
    let (external_id, region) = (sender.text("external_id")?, sender.text("region")?);
    match service.as_str() {
        "SNS" => Ok(SmsSender::Sns(SnsSender { caller_arn, external_id, region })),
        "END_USER_MESSAGING" => Ok(SmsSender::EndUserMessaging(EndUserMessaging {
            caller_arn,
            external_id,
            origination_identity: sender.text("origination_identity")?,
            configuration_set_name: sender.text("configuration_set_name")?,
            in_entity_id: sender.text("in_entity_id")?,
            in_template_id: sender.text("in_template_id")?,
            region,
        })),
        other => Err(Unreadable(format!("Its SMS service \"{other}\" is not known."))),
    }
}

/// The members of an object that nobody has asked for yet.
struct Members {
    within: String,
    left: Map<String, Json>,
}

impl Members {
    fn of(within: &str, value: &Json) -> Result<Self, Unreadable> {
        match value {
            Json::Object(members) => Ok(Self { within: within.to_owned(), left: members.clone() }),
            _ => Err(Unreadable(format!("`{within}` is not an object."))),
        }
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.left.remove(name)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.odd(name, &other)),
        }
    }

    fn flag(&mut self, name: &str) -> Result<Option<bool>, Unreadable> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.odd(name, &other)),
        }
    }

    fn parsed<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Unreadable> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        parse(&text).map(Some).ok_or_else(|| self.odd(name, &Json::String(text)))
    }

    fn nested<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Result<T, Unreadable>) -> Result<Option<T>, Unreadable> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let mut members = Self::of(name, &value)?;
        let read = read(&mut members)?;
        members.end()?;
        Ok(Some(read))
    }

    fn end(self) -> Result<(), Unreadable> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(Unreadable(format!("`{}` has a member `{name}` that is not known.", self.within))),
        }
    }

    fn lacks(&self, name: &str) -> Unreadable {
        Unreadable(format!("`{}` has no `{name}`.", self.within))
    }

    fn odd(&self, name: &str, value: &Json) -> Unreadable {
        Unreadable(format!("`{name}` of `{}` is {value}, which is not known.", self.within))
    }
}

#[cfg(test)]
mod tests;
