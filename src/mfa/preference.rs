//! One user's MFA preference: what a configuration asks for, what the user has, and the request between the two.

use super::answer::Answer;
use super::settings::Factor;
use super::transition::Difference;
use crate::tf::Value;

impl Factor {
    /// How `AdminGetUser` spells the factor in `UserMFASettingList` and `PreferredMfaSetting` (row P08).
    pub fn user_setting(self) -> &'static str {
        match self {
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Sms => "SMS_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// The argument for one user's preference of the factor.
    pub fn user_argument(self) -> &'static str {
        match self {
            Self::SoftwareToken => "software_token_mfa_settings",
            Self::Sms => "sms_mfa_settings",
            Self::Email => "email_mfa_settings",
        }
    }
}

/// A change of one user's preference. Everything not read yet is `Unknown`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferenceChange {
    /// The user.
    pub username: Value<String>,
    /// What the configuration asks for; of a destroy, what the destroy asks for.
    pub wanted: Preference,
    /// What the user has; `Unknown` where it was not read, and for a user that is not there yet.
    pub user: Value<UserFacts>,
    /// Whether this is the destroy of the resource.
    pub is_destroy: bool,
}

/// What is asked for one user. `Null` is a block that is not managed: it is neither sent nor compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// `SoftwareTokenMfaSettings`.
    pub token: Value<FactorPreference>,
    /// `SMSMfaSettings`.
    pub sms: Value<FactorPreference>,
    /// `EmailMfaSettings`.
    pub email: Value<FactorPreference>,
    /// `WebAuthnMfaSettings.Enabled`. No call reads it back.
    pub passkey: Value<bool>,
}

/// One of the blocks that AWS has for each factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactorPreference {
    /// `Enabled`. Never null in a configuration.
    pub enabled: Value<bool>,
    /// `PreferredMfa`; null leaves it as it is.
    pub preferred: Value<bool>,
}

/// What `AdminGetUser` tells of a user. No attribute's value is kept, only whether there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFacts {
    /// `UserMFASettingList` (row P08), sorted.
    pub factors: Vec<String>,
    /// `PreferredMfaSetting`.
    pub preferred: Option<String>,
    /// Whether the user has a `phone_number`.
    pub has_phone_number: bool,
    /// Whether the user has an `email`.
    pub has_email: bool,
}

impl UserFacts {
    /// Whether the factor is enabled for the user.
    pub fn has(&self, factor: Factor) -> bool {
        self.factors.iter().any(|name| name == factor.user_setting())
    }

    /// Whether the user prefers the factor.
    pub fn prefers(&self, factor: Factor) -> bool {
        self.preferred.as_deref() == Some(factor.user_setting())
    }
}

/// What `AdminSetUserMFAPreference` is sent: only what changes something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreferenceRequest {
    /// The blocks of factors, in the order of [`Factor`].
    pub factors: Vec<FactorSetting>,
    /// `WebAuthnMfaSettings.Enabled`.
    pub passkey: Option<bool>,
}

impl PreferenceRequest {
    /// Whether nothing would be sent.
    pub fn is_empty(&self) -> bool {
        self.factors.is_empty() && self.passkey.is_none()
    }
}

/// One block of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorSetting {
    /// Which block.
    pub factor: Factor,
    /// `Enabled`.
    pub enabled: bool,
    /// `PreferredMfa`.
    pub preferred: bool,
}

impl Preference {
    /// The block of a factor.
    pub fn block(&self, factor: Factor) -> &Value<FactorPreference> {
        match factor {
            Factor::SoftwareToken => &self.token,
            Factor::Sms => &self.sms,
            Factor::Email => &self.email,
        }
    }

    /// Whether nothing is asked for, whatever the unknown values become.
    pub fn is_empty(&self) -> bool {
        Factor::ALL.into_iter().all(|factor| self.block(factor).is_null()) && self.passkey.is_null()
    }

    /// Whether the factor is asked to be enabled.
    pub fn enables(&self, factor: Factor) -> Answer {
        self.asks(factor, |block| &block.enabled, true)
    }

    /// Whether the factor is asked to be disabled.
    pub fn disables(&self, factor: Factor) -> Answer {
        self.asks(factor, |block| &block.enabled, false)
    }

    /// Whether the factor is asked to be the preferred one.
    pub fn prefers(&self, factor: Factor) -> Answer {
        self.asks(factor, |block| &block.preferred, true)
    }

    /// Whether passkeys are asked to be a factor.
    pub fn enables_passkey(&self) -> Answer {
        is(&self.passkey, true)
    }

    fn asks(&self, factor: Factor, member: impl FnOnce(&FactorPreference) -> &Value<bool>, answer: bool) -> Answer {
        match self.block(factor) {
            Value::Known(block) => is(member(block), answer),
            Value::Null => Answer::No,
            Value::Unknown => Answer::Unknown,
        }
    }

    /// The request that takes the user there; `None` while a part is unknown.
    ///
    /// A block that would change nothing is left out: AWS merges what it is told, and has refused a block with `Enabled = false`
    /// for a user without the attribute (row P03). `PreferredMfa` is `false` where a request does not say it, so one that nobody
    /// manages is sent as the user has it, unless another factor becomes the preferred one, or the user has just deleted it here
    /// (`before` has `true`).
    pub fn request(&self, before: &Self, user: &UserFacts) -> Option<PreferenceRequest> {
        let mut factors = Vec::new();
        for factor in Factor::ALL {
            let Some(block) = self.block(factor).settled().ok()? else { continue };
            let enabled = *block.enabled.settled().ok()??;
            let preferred = match block.preferred.settled().ok()? {
                Some(preferred) => *preferred,
                None => enabled && user.prefers(factor) && self.keeps(factor, before)?,
            };
            if (enabled, preferred) != (user.has(factor), user.prefers(factor)) {
                factors.push(FactorSetting { factor, enabled, preferred });
            }
        }
        let passkey = self.passkey.settled().ok()?.copied().filter(|_| self.passkey != before.passkey);
        Some(PreferenceRequest { factors, passkey })
    }

    /// Whether a factor that is preferred now, and of which nothing is said, stays so.
    fn keeps(&self, factor: Factor, before: &Self) -> Option<bool> {
        let others = Factor::ALL.into_iter().filter(|other| *other != factor);
        match Answer::any(others.map(|other| self.prefers(other))) {
            Answer::Yes => Some(false),
            Answer::No => Some(before.prefers(factor) != Answer::Yes),
            Answer::Unknown => None,
        }
    }

    /// Where the user is not what is asked for, in what is managed.
    pub fn differences(&self, user: &UserFacts) -> Vec<Difference> {
        let mut differences = Vec::new();
        for factor in Factor::ALL {
            let Some(block) = self.block(factor).known() else { continue };
            let members =
                [("enabled", &block.enabled, user.has(factor)), ("preferred_mfa", &block.preferred, user.prefers(factor))];
            for (member, wanted, now) in members {
                if let Some(wanted) = wanted.known().filter(|wanted| **wanted != now) {
                    differences.push(Difference {
                        attribute: format!("{}.{member}", factor.user_argument()),
                        planned: wanted.to_string(),
                        now: now.to_string(),
                    });
                }
            }
        }
        differences
    }

    /// What undoes this: everything that is enabled here, disabled.
    #[must_use]
    pub fn disabled(&self) -> Self {
        let off = |block: &Value<FactorPreference>| match block {
            Value::Known(block) if block.enabled == Value::Known(true) => {
                Value::Known(FactorPreference { enabled: Value::Known(false), preferred: Value::Null })
            }
            _ => Value::Null,
        };
        let passkey = if self.passkey == Value::Known(true) { Value::Known(false) } else { Value::Null };
        Self { token: off(&self.token), sms: off(&self.sms), email: off(&self.email), passkey }
    }
}

fn is(value: &Value<bool>, answer: bool) -> Answer {
    match value {
        Value::Known(value) => (*value == answer).into(),
        Value::Null => Answer::No,
        Value::Unknown => Answer::Unknown,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::tf::Value::{Known, Null, Unknown};

    fn block(enabled: bool, preferred: Value<bool>) -> Value<FactorPreference> {
        Known(FactorPreference { enabled: Known(enabled), preferred })
    }

    fn user(factors: &[Factor], preferred: Option<Factor>) -> UserFacts {
        UserFacts {
            factors: factors.iter().map(|factor| factor.user_setting().to_owned()).collect(),
            preferred: preferred.map(|factor| factor.user_setting().to_owned()),
            ..UserFacts::default()
        }
    }

    fn sent(wanted: &Preference, before: &Preference, user: &UserFacts) -> Vec<(Factor, bool, bool)> {
        let request = wanted.request(before, user).unwrap();
        request.factors.iter().map(|setting| (setting.factor, setting.enabled, setting.preferred)).collect()
    }

    #[test]
    fn only_what_changes_something_is_sent() {
        let wanted = Preference { token: block(true, Known(true)), sms: block(false, Null), ..Preference::default() };
        let nobody = Preference::default();
        assert_eq!(sent(&wanted, &nobody, &user(&[], None)), [(Factor::SoftwareToken, true, true)]);
        assert_eq!(sent(&wanted, &nobody, &user(&[Factor::SoftwareToken], Some(Factor::SoftwareToken))), []);
        let both = user(&[Factor::SoftwareToken, Factor::Sms], Some(Factor::Sms));
        assert_eq!(sent(&wanted, &nobody, &both), [(Factor::SoftwareToken, true, true), (Factor::Sms, false, false)]);
    }

    #[test]
    fn a_preference_that_nobody_manages_is_kept() {
        let both = user(&[Factor::Sms], Some(Factor::Sms));
        let wanted = Preference { sms: block(true, Null), ..Preference::default() };
        assert_eq!(sent(&wanted, &Preference::default(), &both), []);
        let deleted = Preference { sms: block(true, Known(true)), ..Preference::default() };
        assert_eq!(sent(&wanted, &deleted, &both), [(Factor::Sms, true, false)]);
        let other = Preference { token: block(true, Known(true)), ..wanted };
        let expected = [(Factor::SoftwareToken, true, true), (Factor::Sms, true, false)];
        assert_eq!(sent(&other, &Preference::default(), &both), expected);
    }

    #[test]
    fn passkeys_are_sent_when_the_configuration_changes() {
        let wanted = Preference { passkey: Known(true), ..Preference::default() };
        assert_eq!(wanted.request(&Preference::default(), &UserFacts::default()).unwrap().passkey, Some(true));
        assert!(wanted.request(&wanted, &UserFacts::default()).unwrap().is_empty());
        let passkey = PreferenceRequest { passkey: Some(false), ..PreferenceRequest::default() };
        let block = FactorSetting { factor: Factor::Sms, enabled: true, preferred: false };
        let factor = PreferenceRequest { factors: vec![block], passkey: None };
        assert_eq!((passkey.is_empty(), factor.is_empty()), (false, false));
    }

    #[test]
    fn a_preference_is_empty_until_something_is_or_may_be_asked_for() {
        assert!(Preference::default().is_empty());
        let some = [Known(false), Unknown].map(|passkey| Preference { passkey, ..Preference::default() });
        let factors = [
            Preference { token: Unknown, ..Preference::default() },
            Preference { sms: Unknown, ..Preference::default() },
            Preference { email: Unknown, ..Preference::default() },
        ];
        assert!(some.iter().chain(&factors).all(|preference| !preference.is_empty()));
    }

    #[test]
    fn nothing_is_sent_while_a_part_is_unknown() {
        let nobody = (Preference::default(), UserFacts::default());
        for unknown in [
            Preference { token: Unknown, ..Preference::default() },
            Preference { token: Known(FactorPreference { enabled: Unknown, preferred: Null }), ..Preference::default() },
            Preference { token: block(true, Unknown), ..Preference::default() },
            Preference { passkey: Unknown, ..Preference::default() },
        ] {
            assert_eq!(unknown.request(&nobody.0, &nobody.1), None, "{unknown:?}");
        }
    }

    #[test]
    fn differences_are_those_of_managed_members() {
        let wanted = Preference { sms: block(true, Known(true)), email: block(false, Null), ..Preference::default() };
        let named = |user: &UserFacts| wanted.differences(user).into_iter().map(|found| found.attribute).collect::<Vec<_>>();
        assert_eq!(named(&user(&[Factor::Sms, Factor::SoftwareToken], Some(Factor::Sms))), [""; 0]);
        assert_eq!(named(&user(&[], None)), ["sms_mfa_settings.enabled", "sms_mfa_settings.preferred_mfa"]);
        assert_eq!(named(&user(&[Factor::Sms, Factor::Email], Some(Factor::Sms))), ["email_mfa_settings.enabled"]);
    }

    #[test]
    fn undoing_disables_what_was_enabled() {
        let wanted = Preference { sms: block(true, Known(true)), email: block(false, Null), passkey: Known(true), token: Null };
        let expected = Preference { sms: block(false, Null), passkey: Known(false), ..Preference::default() };
        assert_eq!(wanted.disabled(), expected);
    }
}
