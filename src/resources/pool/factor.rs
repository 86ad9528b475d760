//! The object that a factor's own resource hands to `factors` of `cognitomfa_user_pool_mfa`.

use super::constraints::{self, report};
use super::schema::{optional, sms_members, text};
use super::sms::{self, SmsArguments};
use crate::mfa::{Factor, Settings};
use crate::tf::{Attribute, Diagnostic, Dynamic, Nesting, Object, Path, Presence, Value};

/// A factor as its resource declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    /// `SOFTWARE_TOKEN` or `SMS`; known in a plan even where a role is not.
    pub kind: Value<String>,
    /// The pool the factor belongs to.
    pub user_pool_id: Value<String>,
    /// The sender of SMS.
    pub sms: Value<SmsArguments>,
    /// The text of the SMS.
    pub sms_message: Value<String>,
}

/// The factors that can be declared apart from the mode.
pub const APART: [Factor; 2] = [Factor::SoftwareToken, Factor::Sms];

impl Declared {
    /// Reads `factors`.
    pub fn decode_all(root: &Object<'_>) -> Result<Value<Vec<Self>>, Diagnostic> {
        Ok(match root.objects("factors")? {
            Value::Known(factors) => Value::Known(factors.iter().map(Self::decode).collect::<Result<_, _>>()?),
            Value::Null => Value::Null,
            Value::Unknown => Value::Unknown,
        })
    }

    fn decode(factor: &Object<'_>) -> Result<Self, Diagnostic> {
        Ok(Self {
            kind: factor.string("kind")?,
            user_pool_id: factor.string("user_pool_id")?,
            sms: SmsArguments::decode(factor)?,
            sms_message: factor.string("sms_authentication_message")?,
        })
    }

    /// Whether this is the declaration of `factor`, or could be.
    pub fn is(&self, factor: Factor) -> Value<bool> {
        self.kind.clone().map(|kind| kind == factor.as_str())
    }
}

/// The members of an element of `factors`, which are those of the object that a factor's resource shows.
pub fn members() -> Vec<Attribute> {
    vec![
        text("kind", Presence::Required, "`SOFTWARE_TOKEN` or `SMS`."),
        optional("user_pool_id", "The user pool that the factor belongs to."),
        Attribute::nested("sms_configuration", Nesting::Single, Presence::Optional, "The sender of `SMS`.", sms_members()),
        optional("sms_authentication_message", "Text of the SMS."),
    ]
}

/// The object of a factor's resource whose arguments are `state`.
pub fn object(factor: Factor, state: &Dynamic) -> Dynamic {
    let member = |name: &str| state.member(name).cloned().unwrap_or_default();
    let (sender, message) = match factor {
        Factor::Sms => (member("sms_configuration"), member("sms_authentication_message")),
        Factor::SoftwareToken | Factor::Email => (Dynamic::Null, Dynamic::Null),
    };
    Dynamic::object([
        ("kind", Dynamic::string(factor.as_str())),
        ("user_pool_id", member("user_pool_id")),
        ("sms_configuration", sender),
        ("sms_authentication_message", message),
    ])
}

/// `factors` of a state when the pool has `live`: a factor that an active pool has lost is left out, and a sender is shown as it is.
pub fn refreshed(factors: &Dynamic, live: &Settings) -> Result<Dynamic, Diagnostic> {
    let Dynamic::Sequence(elements) = factors else { return Ok(factors.clone()) };
    if live.mode == crate::mfa::Mode::Off {
        return Ok(factors.clone());
    }
    let carried = live.factors();
    let mut kept = Vec::with_capacity(elements.len());
    for element in elements {
        let kind = element.member("kind");
        match Factor::ALL.into_iter().find(|factor| kind == Some(&Dynamic::string(factor.as_str()))) {
            Some(factor) if !carried.contains(&factor) => {}
            Some(Factor::Sms) => kept.push(refreshed_sms(element, live)?),
            _ => kept.push(element.clone()),
        }
    }
    Ok(Dynamic::Sequence(kept))
}

fn refreshed_sms(element: &Dynamic, live: &Settings) -> Result<Dynamic, Diagnostic> {
    let declared = Declared::decode(&Object::root(element))?;
    let (Some(sms), Dynamic::Mapping(members)) = (&live.sms, element) else { return Ok(element.clone()) };
    let mut members = members.clone();
    if let Some(sender) = &sms.sender {
        let old = element.member("sms_configuration").cloned().unwrap_or_default();
        members.insert("sms_configuration".into(), sms::refreshed(sender, declared.sms.known(), false, &old));
    }
    let message = sms::unless_null(false, &declared.sms_message, sms.message.clone());
    members.insert("sms_authentication_message".into(), message);
    Ok(Dynamic::Mapping(members))
}

/// What can never be listed: an unknown kind, a kind twice, SMS without a sender, a factor of another pool.
pub fn broken(factors: &Value<Vec<Declared>>, user_pool_id: &Value<String>, found: &mut Vec<Diagnostic>) {
    let path = Path::root("factors");
    let mut seen: Vec<&str> = Vec::new();
    for (index, factor) in (0..).zip(factors.known().into_iter().flatten()) {
        let Some(kind) = factor.kind.known().map(String::as_str) else { continue };
        if !APART.iter().any(|factor| factor.as_str() == kind) {
            let detail = format!(
                "`factors` lists a factor of kind {kind:?}. Factors come from their own resources:\n\n    \
                 factors = [cognitomfa_software_token.this.factor, cognitomfa_sms_configuration.this.factor]"
            );
            report(found, path.clone(), "Unknown kind of factor [unknown_value]", detail);
        } else if seen.contains(&kind) {
            let detail = format!("`factors` lists two factors of kind {kind:?}; a user pool has one of each.");
            report(found, path.clone(), "A factor is listed twice", detail);
        } else if kind == Factor::Sms.as_str() && factor.sms.is_null() {
            let detail =
                "The `SMS` factor in `factors` has no `sms_configuration`, so Cognito has nothing to send with.".to_owned();
            report(found, path.clone(), "An SMS factor without a sender", detail);
        }
        seen.push(kind);
        if let Some(sms) = factor.sms.known().filter(|_| kind == Factor::Sms.as_str()) {
            constraints::sender(sms, &path.clone().index(index).member("sms_configuration"), found);
        }
        if let (Some(own), Some(other)) = (user_pool_id.known(), factor.user_pool_id.known())
            && own != other
        {
            let detail = format!("`factors` lists the {kind} factor of user pool {other}, but this resource manages {own}.");
            report(found, path.clone(), "A factor of another user pool", detail);
        }
    }
}
