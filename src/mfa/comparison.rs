//! Whether a request would change what a pool has.

use super::answer::Answer;
use super::settings::{Email, FactorConfiguration, Mode, Settings, Sms, SmsSender, UserVerification, WebAuthn};
use super::wanted::{Wanted, WantedEmail, WantedSender, WantedWebAuthn};
use crate::tf::{Value, same_text};

impl Wanted {
    /// Whether sending this request would change what the pool has.
    ///
    /// `Some(false)` is certain: the write can be left out. `Some(true)` is certain too. `None` where it cannot be told: a
    /// member is unknown, or AWS has filled in what the request leaves out, or SMS would cease to be a factor, which no read
    /// shows (row M16). Values of equal meaning are equal: an absent token is one that is not enabled, an absent
    /// `FactorConfiguration` is `SINGLE_FACTOR`, a sender without a role is none.
    pub fn changes(&self, live: &Settings) -> Option<bool> {
        let mode = match self.mode {
            Value::Known(mode) => (mode != live.mode).into(),
            Value::Null | Value::Unknown => Answer::Unknown,
        };
        let token = match self.token {
            Value::Unknown => Answer::Unknown,
            Value::Known(enabled) => (enabled != (live.token_enabled == Some(true))).into(),
            Value::Null => (live.token_enabled == Some(true)).into(),
        };
        match Answer::any([mode, token, self.changes_sms(live), self.changes_email(live), self.changes_web_authn(live)]) {
            Answer::Yes => Some(true),
            Answer::No => Some(false),
            Answer::Unknown => None,
        }
    }

    fn changes_sms(&self, live: &Settings) -> Answer {
        let on_pool = live.sms.as_ref().filter(|sms| sender_of(sms).is_some());
        match (&self.sms_sender, on_pool) {
            (Value::Unknown, _) => Answer::Unknown,
            (Value::Null, None) => Answer::No,
            // A pool keeps its sender when MFA is turned off (row M11); elsewhere the sender hides whether SMS is a factor.
            (Value::Null, Some(_)) if self.mode == Value::Known(Mode::Off) => Answer::No,
            (Value::Null, Some(_)) => Answer::Unknown,
            (Value::Known(_), None) => Answer::Yes,
            (Value::Known(wanted), Some(sms)) => {
                let message = differs_or_filled_in(&self.sms_message, sms.message.as_ref());
                sender_of(sms).map_or(Answer::Yes, |sender| changes_sender(wanted, sender)).or(message)
            }
        }
    }

    fn changes_email(&self, live: &Settings) -> Answer {
        match (&self.email, &live.email) {
            (Value::Unknown, _) => Answer::Unknown,
            (Value::Null, None) => Answer::No,
            (Value::Null, Some(_)) | (Value::Known(_), None) => Answer::Yes,
            (Value::Known(WantedEmail { message, subject }), Some(Email { message: live_message, subject: live_subject })) => {
                differs_or_filled_in(message, live_message.as_ref()).or(differs_or_filled_in(subject, live_subject.as_ref()))
            }
        }
    }

    fn changes_web_authn(&self, live: &Settings) -> Answer {
        match (&self.web_authn, &live.web_authn) {
            (Value::Unknown, _) => Answer::Unknown,
            (Value::Null, None) => Answer::No,
            // A request without the block resets `FactorConfiguration` (row T05); what it does to the rest is not known.
            (Value::Null, Some(kept)) => match factor_configuration(kept) {
                FactorConfiguration::MultiFactorWithUserVerification | FactorConfiguration::Other(_) => Answer::Yes,
                FactorConfiguration::SingleFactor => Answer::Unknown,
            },
            (Value::Known(wanted), None) => changes_passkeys(wanted, &WebAuthn::default()),
            (Value::Known(wanted), Some(kept)) => changes_passkeys(wanted, kept),
        }
    }
}

impl WantedSender {
    /// Whether a pool with this sender would send SMS in another way than `live`. Unknown too where AWS has filled in a Region that
    /// the request leaves out.
    pub fn differs_from(&self, live: &SmsSender) -> Answer {
        changes_sender(self, live)
    }
}

fn sender_of(sms: &Sms) -> Option<&SmsSender> {
    sms.sender.as_ref().filter(|sender| !sender.caller_arn().is_empty())
}

fn changes_sender(wanted: &WantedSender, live: &SmsSender) -> Answer {
    match (wanted, live) {
        (WantedSender::Sns { caller_arn, external_id, region }, SmsSender::Sns(live)) => Answer::any([
            differs(caller_arn, Some(&live.caller_arn)),
            differs(external_id, live.external_id.as_ref()),
            differs_or_filled_in(region, live.region.as_ref()),
        ]),
        (
            WantedSender::EndUserMessaging {
                caller_arn,
                external_id,
                origination_identity,
                configuration_set_name,
                in_entity_id,
                in_template_id,
                region,
            },
            SmsSender::EndUserMessaging(live),
        ) => Answer::any([
            differs(caller_arn, Some(&live.caller_arn)),
            differs(external_id, live.external_id.as_ref()),
            differs(origination_identity, live.origination_identity.as_ref()),
            differs(configuration_set_name, live.configuration_set_name.as_ref()),
            differs(in_entity_id, live.in_entity_id.as_ref()),
            differs(in_template_id, live.in_template_id.as_ref()),
            differs_or_filled_in(region, live.region.as_ref()),
        ]),
        _ => Answer::Yes,
    }
}

fn changes_passkeys(wanted: &WantedWebAuthn, live: &WebAuthn) -> Answer {
    let factor = match wanted.factor_configuration {
        Value::Unknown => Answer::Unknown,
        Value::Null => (factor_configuration(live) != FactorConfiguration::SingleFactor).into(),
        Value::Known(wanted) => (factor_configuration(live) != wanted).into(),
    };
    Answer::any([
        differs_or_filled_in(&wanted.relying_party_id, live.relying_party_id.as_ref()),
        differs_or_filled_in(&wanted.user_verification, live.user_verification.as_ref()),
        factor,
    ])
}

fn factor_configuration(web_authn: &WebAuthn) -> FactorConfiguration {
    web_authn.factor_configuration.unwrap_or(FactorConfiguration::SingleFactor)
}

/// Equal in meaning: texts are where only their Unicode form differs.
pub(super) trait Alike {
    /// Whether the other one means the same.
    fn is_alike(&self, other: &Self) -> bool;
}

impl Alike for String {
    fn is_alike(&self, other: &Self) -> bool {
        same_text(self, other)
    }
}

macro_rules! alike_where_equal {
    ($($ty:ty),*) => {$(
        impl Alike for $ty {
            fn is_alike(&self, other: &Self) -> bool {
                self == other
            }
        }
    )*};
}

alike_where_equal!(bool, Mode, UserVerification, FactorConfiguration);

fn differs<T: Alike>(wanted: &Value<T>, live: Option<&T>) -> Answer {
    match wanted.settled() {
        Ok(Some(wanted)) => (!live.is_some_and(|live| wanted.is_alike(live))).into(),
        Ok(None) => live.is_some().into(),
        Err(_) => Answer::Unknown,
    }
}

/// Like [`differs`], for members that AWS fills in: left out, they may stay or go back to a default.
fn differs_or_filled_in<T: Alike>(wanted: &Value<T>, live: Option<&T>) -> Answer {
    if wanted.is_null() && live.is_some() { Answer::Unknown } else { differs(wanted, live) }
}
