//! How sure a sign-in through a pool is at the least, in the levels of NIST SP 800-63B.

use super::settings::{Factor, Mode, Settings};

/// The authenticator assurance level that every sign-in through a pool with these settings reaches: 1 or 2.
///
/// This is how this project reads NIST SP 800-63B, not a statement of AWS or NIST. A level is guaranteed only when every user
/// must reach it:
///
/// - `OFF` and `OPTIONAL` guarantee 1, because a password alone can be enough.
/// - `ON` with e-mail among the factors guarantees 1: e-mail is not accepted as an out-of-band authenticator.
/// - `ON` with an authenticator app, SMS or both guarantees 2.
///
/// Passkeys do not change the answer: Cognito counts them as no second factor (row M03), and asks for user verification before
/// it lets one stand in for two factors while MFA is `ON` (row T05). Level 3 needs hardware that Cognito does not ask for.
pub fn level(settings: &Settings) -> u8 {
    let factors = settings.factors();
    let guaranteed = settings.mode == Mode::On && !factors.is_empty() && !factors.contains(&Factor::Email);
    if guaranteed { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::level;
    use crate::mfa::{Email, Mode, Settings, Sms, SmsSender, SnsSender};

    fn with_token(mode: Mode) -> Settings {
        Settings { mode, token_enabled: Some(true), ..Settings::UNTOUCHED }
    }

    #[test]
    fn only_a_required_factor_guarantees_level_2() {
        assert_eq!(level(&with_token(Mode::On)), 2);
        assert_eq!(level(&with_token(Mode::Optional)), 1);
        assert_eq!(level(&with_token(Mode::Off)), 1);
        assert_eq!(level(&Settings { mode: Mode::On, ..Settings::UNTOUCHED }), 1);
    }

    #[test]
    fn sms_reaches_level_2_and_a_disabled_token_adds_nothing() {
        let sender = SmsSender::Sns(SnsSender { caller_arn: "arn".to_owned(), external_id: None, region: None });
        let sms = Some(Sms { message: None, sender: Some(sender) });
        assert_eq!(level(&Settings { mode: Mode::On, sms, token_enabled: Some(false), ..Settings::UNTOUCHED }), 2);
        assert_eq!(level(&Settings { token_enabled: Some(false), ..with_token(Mode::On) }), 1);
    }

    #[test]
    fn one_email_factor_lowers_the_guarantee() {
        assert_eq!(level(&Settings { email: Some(Email::default()), ..with_token(Mode::On) }), 1);
    }
}
