//! The API calls that make a change, as data: planned here, run by `aws`.

use super::settings::Settings;

/// One API call on one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `SetUserPoolMfaConfig` with exactly these members.
    SetUserPoolMfaConfig(Settings),
}

/// The calls that make a change, and those that take it back when a later one fails.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Steps {
    /// In order.
    pub forward: Vec<Step>,
    /// In order; replaying the settings found restores a pool exactly (row M14).
    pub undo: Vec<Step>,
}

impl Steps {
    /// The way from what a pool has to what is wanted, and back.
    ///
    /// Forward is one call with every member of `wanted`, because the call replaces the whole object (row M01). Undo replays
    /// `live`; its factor blocks are left out when its mode is `OFF`, since an answer may carry an SMS block that the API
    /// refuses beside `OFF` (rows M13, M02).
    pub fn plan(live: &Settings, wanted: &Settings) -> Self {
        Self {
            forward: vec![Step::SetUserPoolMfaConfig(wanted.clone())],
            undo: vec![Step::SetUserPoolMfaConfig(live.clone().replayable())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, Steps};
    use crate::mfa::{Email, Mode, Settings, Sms, SmsSender, SnsSender, WebAuthn};

    fn configured(mode: Mode) -> Settings {
        let sender = SmsSender::Sns(SnsSender { caller_arn: "arn".to_owned(), external_id: None, region: None });
        Settings {
            mode,
            token_enabled: Some(false),
            sms: Some(Sms { message: None, sender: Some(sender) }),
            email: Some(Email::default()),
            web_authn: Some(WebAuthn { relying_party_id: Some("example.com".to_owned()), ..WebAuthn::default() }),
        }
    }

    #[test]
    fn forward_is_one_call_with_every_member() {
        let wanted = configured(Mode::On);
        assert_eq!(Steps::plan(&Settings::UNTOUCHED, &wanted).forward, [Step::SetUserPoolMfaConfig(wanted)]);
    }

    #[test]
    fn undo_replays_an_active_pool_exactly() {
        let live = configured(Mode::Optional);
        assert_eq!(Steps::plan(&live, &Settings::UNTOUCHED).undo, [Step::SetUserPoolMfaConfig(live)]);
    }

    #[test]
    fn undo_to_off_carries_no_factor_but_keeps_passkeys() {
        let live = configured(Mode::Off);
        let stripped = Settings { web_authn: live.web_authn.clone(), ..Settings::UNTOUCHED };
        assert_eq!(Steps::plan(&live, &configured(Mode::On)).undo, [Step::SetUserPoolMfaConfig(stripped)]);
    }
}
