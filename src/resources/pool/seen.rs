//! What a plan that creates has seen of a pool: of the parts that its write replaces, in the words of HCL.
//!
//! A create has no state before, so what its plan was made on is kept twice: in the private bytes of the plan, and as the digest
//! [`ATTRIBUTE`], a planned value, because before Terraform 1.16 core compares nothing else of a plan with the one that it repeats.

use serde_json::Value as Json;

use super::differences::differences;
use super::sms;
use crate::aws::own_files;
use crate::mfa::{Difference, Part, Settings, record};
use crate::tf::{Attribute, Dynamic, Presence, Type};

/// The computed attribute.
pub const ATTRIBUTE: &str = "created_over";

const MODE: &str = "mfa_configuration";
const MESSAGE: &str = "sms_authentication_message";

/// The parts of a pool's settings that a write replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Attributes, by name.
    pub parts: Vec<&'static str>,
    /// Parts of which another resource of the run has announced what they will be: what they are now is no matter.
    pub announced: Vec<Part>,
}

/// The attribute as the documentation shows it.
pub fn attribute() -> Attribute {
    Attribute::new(
        ATTRIBUTE,
        Type::String,
        Presence::Computed,
        "Digest of those settings of the pool that the create replaced, for a saved plan is not applied to a pool that has others by then. \
         Null where the plan could not read the pool, and after an import.",
    )
}

impl Replaced {
    /// What is replaced of a pool that has `settings`.
    fn of(&self, settings: &Settings) -> Dynamic {
        let mut shown = shown(settings).members();
        shown.retain(|name, _| {
            self.parts.contains(&name.as_str()) || (name == MESSAGE && self.parts.contains(&Part::Sms.argument()))
        });
        for part in &self.announced {
            shown.remove(part.argument());
        }
        if self.announced.contains(&Part::Sms) {
            shown.remove(MESSAGE);
        }
        Dynamic::Mapping(shown)
    }

    /// What tells this from what another pool has, in digits that tell nothing else.
    pub fn digest(&self, settings: &Settings) -> Dynamic {
        Dynamic::string(own_files::name(&["seen", &format!("{:?} {:?}", self.of(settings), self.announced)]))
    }

    /// Where a pool that has `now` is not what a plan has seen.
    pub fn differences(&self, seen: &Json, now: &Settings) -> Vec<Difference> {
        let Ok(seen) = record::decode(seen) else { return Vec::new() };
        let attributes = [Part::ALL.map(Part::argument).as_slice(), &[MESSAGE]].concat();
        differences(&attributes, &self.of(&seen), &self.of(now))
    }
}

/// All settings of a pool, those too that count only while MFA is active.
fn shown(settings: &Settings) -> Dynamic {
    let text = |text: &Option<String>| text.clone().map_or(Dynamic::Null, Dynamic::string);
    let token = settings.token_enabled == Some(true);
    let sms = settings.sms.as_ref();
    let sender = sms.and_then(|sms| sms.sender.as_ref());
    let email = settings.email.as_ref();
    let email = email.map(|email| Dynamic::object([("message", text(&email.message)), ("subject", text(&email.subject))]));
    let passkeys = settings.web_authn.as_ref().map(|passkeys| {
        Dynamic::object([
            ("relying_party_id", text(&passkeys.relying_party_id)),
            ("user_verification", text(&passkeys.user_verification.map(|value| value.as_str().to_owned()))),
            ("factor_configuration", text(&passkeys.factor_configuration.map(|value| value.as_str().to_owned()))),
        ])
    });
    Dynamic::object([
        (MODE, Dynamic::string(settings.mode.as_str())),
        (Part::SoftwareToken.argument(), if token { Dynamic::object([("enabled", Dynamic::Bool(true))]) } else { Dynamic::Null }),
        (Part::Sms.argument(), sender.map_or(Dynamic::Null, |sender| sms::refreshed(sender, None, true, &Dynamic::Null))),
        (MESSAGE, sms.map_or(Dynamic::Null, |sms| text(&sms.message))),
        (Part::Email.argument(), email.unwrap_or_default()),
        (Part::WebAuthn.argument(), passkeys.unwrap_or_default()),
    ])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::mfa::{Email, Mode, Sms, SmsSender, SnsSender, UserVerification, WebAuthn};

    /// Settings of which each member is changed in turn, with the part that it belongs to.
    fn changes() -> Vec<(Part, Settings)> {
        let sms = |message: &str, region: &str| {
            let sender = SnsSender { caller_arn: "arn".into(), external_id: Some("x".into()), region: Some(region.into()) };
            Some(Sms { message: Some(message.into()), sender: Some(SmsSender::Sns(sender)) })
        };
        let email = |subject: &str| Some(Email { message: Some("m".into()), subject: Some(subject.into()) });
        let passkeys = |id: &str, verification| {
            let user_verification = Some(verification);
            Some(WebAuthn { relying_party_id: Some(id.into()), user_verification, factor_configuration: None })
        };
        let base = Settings {
            mode: Mode::Off,
            token_enabled: None,
            sms: sms("m", "us-east-1"),
            email: email("s"),
            web_authn: passkeys("a.example", UserVerification::Preferred),
        };
        vec![
            (Part::Mode, base.clone()),
            (Part::Mode, Settings { mode: Mode::On, ..base.clone() }),
            (Part::SoftwareToken, Settings { token_enabled: Some(true), ..base.clone() }),
            (Part::Sms, Settings { sms: sms("n", "us-east-1"), ..base.clone() }),
            (Part::Sms, Settings { sms: sms("m", "eu-west-1"), ..base.clone() }),
            (Part::Email, Settings { email: email("t"), ..base.clone() }),
            (Part::WebAuthn, Settings { web_authn: passkeys("b.example", UserVerification::Preferred), ..base.clone() }),
            (Part::WebAuthn, Settings { web_authn: passkeys("a.example", UserVerification::Required), ..base }),
        ]
    }

    #[test]
    fn every_member_that_is_replaced_counts_and_no_other() {
        let changes = changes();
        let (_, base) = &changes[0];
        let seen = record::encode(base);
        for part in Part::ALL {
            let replaced = Replaced { parts: vec![part.argument()], announced: Vec::new() };
            let announced = Replaced { announced: vec![part], ..replaced.clone() };
            for (changed, settings) in &changes[1..] {
                let counts = *changed == part;
                assert_eq!(replaced.digest(base) != replaced.digest(settings), counts, "{part:?} {changed:?}");
                assert_eq!(!replaced.differences(&seen, settings).is_empty(), counts, "{part:?} {changed:?}");
                assert_eq!(announced.digest(base), announced.digest(settings));
                assert!(announced.differences(&seen, settings).is_empty());
            }
        }
    }
}
