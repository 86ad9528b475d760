//! `aws_user_pool_wo`, read without demanding anything of it: it is another provider's object, of whatever version.

use crate::mfa::{
    Answer, Factor, Mode, Part, PlannedPool, Settings, Sibling, UserVerification, Wanted, WantedEmail, WantedSender,
    WantedWebAuthn,
};
use crate::resources::ClientCapabilities;
use crate::tf::{Diagnostic, Dynamic, Path, Value};

/// The argument.
pub const ARGUMENT: &str = "aws_user_pool_wo";

/// The object in a configuration; null where there is none, or something that is no object.
pub fn decode(config: &Dynamic) -> Value<Sibling> {
    match given(config) {
        object @ Dynamic::Mapping(_) => Value::Known(Sibling { settings: settings(object), pool: pool(object) }),
        Dynamic::Unknown(_) => Value::Unknown,
        _ => Value::Null,
    }
}

/// The parts of the settings that the object announces; `None` while that cannot be told. A part that another version of the AWS provider
/// has no argument for is not announced.
pub fn announced(config: &Dynamic) -> Option<Vec<Part>> {
    let sibling = match decode(config) {
        Value::Known(sibling) => sibling,
        Value::Null => return Some(Vec::new()),
        Value::Unknown => return None,
    };
    let mut parts = Vec::new();
    for part in Part::ALL.into_iter().filter(|part| given(config).member(part.argument()).is_some()) {
        match sibling.states(part) {
            Value::Known(()) => parts.push(part),
            Value::Null => {}
            Value::Unknown => return None,
        }
    }
    Some(parts)
}

/// Mode and factors of a pool with `live` once what the object announces is written; `None` where it announces nothing, or it cannot be
/// told.
pub fn announced_step(config: &Dynamic, live: &Settings) -> Option<(Mode, Vec<Factor>)> {
    let parts = announced(config).filter(|parts| !parts.is_empty())?;
    let settings = decode(config).into_known()?.settings;
    let mode = if parts.contains(&Part::Mode) { settings.mode.into_known()? } else { live.mode };
    let has = |factor: Factor, part: Part| match (part, settings.token.known()) {
        (Part::SoftwareToken, Some(enabled)) if parts.contains(&part) => *enabled,
        _ => parts.contains(&part) || live.factors().contains(&factor),
    };
    let all = [(Factor::SoftwareToken, Part::SoftwareToken), (Factor::Sms, Part::Sms), (Factor::Email, Part::Email)];
    let factors = all.into_iter().filter(|(factor, part)| mode != Mode::Off && has(*factor, *part)).map(|(factor, _)| factor);
    Some((mode, factors.collect()))
}

/// Whether a pool with `live` has of this part what the object announces.
pub fn is_as_announced(config: &Dynamic, part: Part, live: &Settings) -> bool {
    decode(config).known().is_some_and(|sibling| sibling.differs(part, &Wanted::from(live)) == Answer::No)
}

/// What is wrong with the argument itself.
pub fn broken(config: &Dynamic, client: ClientCapabilities) -> Option<Diagnostic> {
    let given = given(config);
    let error = |summary: &str, detail: String| Some(Diagnostic::error(summary, detail).at(Path::root(ARGUMENT)));
    if given.is_null() {
        return None;
    }
    if !client.write_only_attributes_allowed {
        let detail = "This command line would store the whole user pool in the state of this resource, because it does not know \
                      write-only arguments. `aws_user_pool_wo` needs Terraform or OpenTofu 1.11; remove it, or use a newer one.";
        return error("aws_user_pool_wo needs a newer command line", detail.to_owned());
    }
    match (given, given.member("id"), config.member("user_pool_id")) {
        (Dynamic::Mapping(_), Some(Dynamic::String(other)), Some(Dynamic::String(id))) if other != id => error(
            "aws_user_pool_wo is another user pool",
            format!("`aws_user_pool_wo` is the user pool {other}, and `user_pool_id` is {id}. Both have to be the same pool."),
        ),
        (Dynamic::Mapping(_) | Dynamic::Unknown(_), ..) => None,
        _ => error(
            "aws_user_pool_wo is not a resource",
            "`aws_user_pool_wo` takes the whole resource that has the user pool, such as `aws_cognito_user_pool.main`."
                .to_owned(),
        ),
    }
}

/// The value without the type that a dynamic argument carries.
fn given(config: &Dynamic) -> &Dynamic {
    let mut value = config.member(ARGUMENT).unwrap_or(&Dynamic::Null);
    while let Dynamic::Typed(_, inner) = value {
        value = inner;
    }
    value
}

fn settings(object: &Dynamic) -> Wanted {
    Wanted {
        mode: text(object.member("mfa_configuration")).and_then(|mode| Mode::parse(&mode).map_or(Value::Unknown, Value::Known)),
        token: block(object, "software_token_mfa_configuration").and_then(|token| flag(token.member("enabled"))),
        sms_sender: block(object, "sms_configuration").and_then(sender),
        sms_message: said(object, "sms_authentication_message"),
        email: block(object, "email_mfa_configuration")
            .map(|email| WantedEmail { message: said(email, "message"), subject: said(email, "subject") }),
        web_authn: block(object, "web_authn_configuration").map(|passkeys| WantedWebAuthn {
            relying_party_id: said(passkeys, "relying_party_id"),
            user_verification: said(passkeys, "user_verification")
                .and_then(|text| UserVerification::parse(&text).map_or(Value::Unknown, Value::Known)),
            // The AWS provider has no argument for it.
            factor_configuration: Value::Unknown,
        }),
    }
}

/// A sender without a role is none.
fn sender(sms: &Dynamic) -> Value<WantedSender> {
    said(sms, "sns_caller_arn").map(|arn| WantedSender::Sns {
        caller_arn: Value::Known(arn),
        external_id: said(sms, "external_id"),
        region: said(sms, "sns_region"),
    })
}

fn pool(object: &Dynamic) -> PlannedPool {
    let inside =
        |name: &str, member: &str| object.member(name).map(|_| block(object, name).and_then(|found| said(found, member)));
    PlannedPool {
        name: object.member("name").map(|name| text(Some(name))),
        auto_verified_attributes: object.member("auto_verified_attributes").map(|names| texts(Some(names))),
        tier: object.member("user_pool_tier").map(|tier| text(Some(tier))),
        first_factors: object
            .member("sign_in_policy")
            .map(|_| block(object, "sign_in_policy").and_then(|policy| texts(policy.member("allowed_first_auth_factors")))),
        email_sending_account: inside("email_configuration", "email_sending_account"),
        recovery: object.member("account_recovery_setting").map(|_| block(object, "account_recovery_setting").and_then(recovery)),
        threat_protection: inside("user_pool_add_ons", "advanced_security_mode"),
        challenge_on_new_device: object.member("device_configuration").map(|_| {
            block(object, "device_configuration").and_then(|devices| flag(devices.member("challenge_required_on_new_device")))
        }),
        phone_required: object.member("schema").map(phone_required),
    }
}

/// Names of the mechanisms, first priority first.
fn recovery(setting: &Dynamic) -> Value<Vec<String>> {
    let Some(mechanisms) = setting.member("recovery_mechanism") else { return Value::Unknown };
    if !mechanisms.is_wholly_known() {
        return Value::Unknown;
    }
    let Dynamic::Sequence(mechanisms) = mechanisms else { return Value::Null };
    let priority = |mechanism: &Dynamic| match mechanism.member("priority") {
        Some(Dynamic::Number(number)) => number.to_string().parse().unwrap_or(i64::MAX),
        _ => i64::MAX,
    };
    let mut named: Vec<(i64, String)> = mechanisms
        .iter()
        .filter_map(|mechanism| Some((priority(mechanism), text(mechanism.member("name")).into_known()?)))
        .collect();
    named.sort();
    Value::Known(named.into_iter().map(|(_, name)| name).collect())
}

/// Only what a `schema` block makes required is, and nothing can be made required later.
fn phone_required(schema: &Dynamic) -> Value<bool> {
    if !schema.is_wholly_known() {
        return Value::Unknown;
    }
    let Dynamic::Sequence(attributes) = schema else { return Value::Known(false) };
    let required = attributes.iter().any(|attribute| {
        attribute.member("name") == Some(&Dynamic::string("phone_number"))
            && attribute.member("required") == Some(&Dynamic::Bool(true))
    });
    Value::Known(required)
}

/// The one element of a block, which crosses as a list or set. Not there at all is unknown: another version of the AWS provider may
/// not have the argument.
fn block<'a>(object: &'a Dynamic, name: &str) -> Value<&'a Dynamic> {
    match object.member(name) {
        Some(Dynamic::Null) => Value::Null,
        Some(Dynamic::Sequence(elements)) => match elements.first() {
            None => Value::Null,
            Some(element @ Dynamic::Mapping(_)) => Value::Known(element),
            Some(_) => Value::Unknown,
        },
        Some(element @ Dynamic::Mapping(_)) => Value::Known(element),
        _ => Value::Unknown,
    }
}

/// A string; an empty one is how the AWS provider writes that there is none.
fn text(value: Option<&Dynamic>) -> Value<String> {
    match value {
        Some(Dynamic::String(text)) if !text.is_empty() => Value::Known(text.clone()),
        Some(Dynamic::String(_) | Dynamic::Null) => Value::Null,
        _ => Value::Unknown,
    }
}

fn said(object: &Dynamic, name: &str) -> Value<String> {
    text(object.member(name))
}

fn flag(value: Option<&Dynamic>) -> Value<bool> {
    match value {
        Some(Dynamic::Bool(flag)) => Value::Known(*flag),
        Some(Dynamic::Null) => Value::Null,
        _ => Value::Unknown,
    }
}

fn texts(value: Option<&Dynamic>) -> Value<Vec<String>> {
    match value {
        Some(Dynamic::Null) => Value::Null,
        Some(Dynamic::Sequence(elements)) => {
            let known: Option<Vec<String>> = elements.iter().map(|element| text(Some(element)).into_known()).collect();
            known.map_or(Value::Unknown, Value::Known)
        }
        _ => Value::Unknown,
    }
}

#[cfg(test)]
mod tests;
