//! The API calls that make a change, as data: planned here, run by `aws`.

use super::facts::PoolFacts;
use super::settings::{FactorConfiguration, Mode, Settings, WebAuthn};
use crate::tf::Value;

/// One API call on one pool.
// A change has three of these at the most; a box around the settings would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `SetUserPoolMfaConfig` with exactly these members.
    SetUserPoolMfaConfig(Settings),
    /// `UpdateUserPool` with MFA `OFF` and everything else as the pool has it at that moment; passkey settings stay (row U02).
    UpdateUserPoolToOff,
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
    ///
    /// A pool that verifies phone numbers is reported to refuse `OFF` by that call (row M12), so that one is turned off by the other
    /// call. Passkey settings that change too are written before, beside the factors that the pool still has, because neither
    /// call takes them along. The mode is `OPTIONAL` there: what AWS asks of passkeys beside `ON` (row T05) does not matter for `OFF`.
    pub fn plan(live: &Settings, wanted: &Settings, pool: &Value<PoolFacts>) -> Self {
        let undo = vec![Step::SetUserPoolMfaConfig(live.clone().replayable())];
        let turns_off = live.mode != Mode::Off && wanted.mode == Mode::Off && wanted.factors().is_empty();
        if !turns_off || !pool.known().is_some_and(PoolFacts::verifies_phone) {
            return Self { forward: vec![Step::SetUserPoolMfaConfig(wanted.clone())], undo };
        }
        let before = changes_passkeys(live, wanted).then(|| {
            let web_authn = wanted.web_authn.clone();
            Step::SetUserPoolMfaConfig(Settings { mode: Mode::Optional, web_authn, ..live.clone() })
        });
        Self { forward: before.into_iter().chain([Step::UpdateUserPoolToOff]).collect(), undo }
    }
}

/// Whether passkey settings are asked for that the pool does not have. An absent `FactorConfiguration` is `SINGLE_FACTOR` (row W05).
fn changes_passkeys(live: &Settings, wanted: &Settings) -> bool {
    let plain = |web_authn: &WebAuthn| WebAuthn {
        factor_configuration: web_authn.factor_configuration.filter(|factor| *factor != FactorConfiguration::SingleFactor),
        ..web_authn.clone()
    };
    wanted.web_authn.as_ref().is_some_and(|wanted| live.web_authn.as_ref().map(plain) != Some(plain(wanted)))
}

#[cfg(test)]
mod tests {
    use super::{Step, Steps};
    use crate::mfa::{Email, FactorConfiguration, Mode, PoolFacts, Settings, Sms, SmsSender, SnsSender, WebAuthn};
    use crate::tf::Value;

    fn verifying(attributes: &[&str]) -> Value<PoolFacts> {
        let auto_verified_attributes = attributes.iter().map(|name| (*name).to_owned()).collect();
        Value::Known(PoolFacts { auto_verified_attributes, ..PoolFacts::default() })
    }

    fn plan(live: &Settings, wanted: &Settings) -> Steps {
        Steps::plan(live, wanted, &verifying(&["phone_number"]))
    }

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
        assert_eq!(plan(&Settings::UNTOUCHED, &wanted).forward, [Step::SetUserPoolMfaConfig(wanted)]);
    }

    #[test]
    fn undo_replays_an_active_pool_exactly() {
        let live = configured(Mode::Optional);
        assert_eq!(plan(&live, &Settings::UNTOUCHED).undo, [Step::SetUserPoolMfaConfig(live)]);
    }

    #[test]
    fn undo_to_off_carries_no_factor_but_keeps_passkeys() {
        let live = configured(Mode::Off);
        let stripped = Settings { web_authn: live.web_authn.clone(), ..Settings::UNTOUCHED };
        assert_eq!(plan(&live, &configured(Mode::On)).undo, [Step::SetUserPoolMfaConfig(stripped)]);
    }
    fn off(web_authn: Option<WebAuthn>) -> Settings {
        Settings { web_authn, ..Settings::UNTOUCHED }
    }

    #[test]
    fn m12_a_pool_that_verifies_phones_is_turned_off_by_the_other_call_alone() {
        for mode in [Mode::Optional, Mode::On] {
            let live = configured(mode);
            let steps = plan(&live, &off(live.web_authn.clone()));
            assert_eq!(steps.forward, [Step::UpdateUserPoolToOff]);
            assert_eq!(steps.undo, [Step::SetUserPoolMfaConfig(live.clone())]);
            // Nothing is asked of passkeys, or the same in other words.
            assert_eq!(plan(&live, &off(None)).forward, [Step::UpdateUserPoolToOff]);
            let single = live
                .web_authn
                .clone()
                .map(|passkeys| WebAuthn { factor_configuration: Some(FactorConfiguration::SingleFactor), ..passkeys });
            assert_eq!(plan(&live, &off(single)).forward, [Step::UpdateUserPoolToOff]);
        }
    }

    #[test]
    fn m12_passkeys_that_change_are_written_before_the_mode() {
        let live = configured(Mode::On);
        let passkeys = Some(WebAuthn { relying_party_id: Some("example.org".to_owned()), ..WebAuthn::default() });
        let steps = plan(&live, &off(passkeys.clone()));
        let first = Settings { mode: Mode::Optional, web_authn: passkeys, ..live.clone() };
        assert_eq!(steps.forward, [Step::SetUserPoolMfaConfig(first), Step::UpdateUserPoolToOff]);
        assert_eq!(steps.undo, [Step::SetUserPoolMfaConfig(live)]);
    }

    #[test]
    fn every_other_change_is_one_call_of_the_usual_kind() {
        let usual = |live: &Settings, wanted: &Settings, pool: &Value<PoolFacts>| {
            assert_eq!(Steps::plan(live, wanted, pool).forward, [Step::SetUserPoolMfaConfig(wanted.clone())]);
        };
        let phone = verifying(&["email", "phone_number"]);
        for pool in [verifying(&[]), verifying(&["email"]), Value::Unknown] {
            usual(&configured(Mode::On), &off(None), &pool);
        }
        usual(&configured(Mode::Off), &off(None), &phone);
        usual(&configured(Mode::On), &configured(Mode::Optional), &phone);
        // AWS refuses factors beside OFF; a call that leaves them out must not hide that.
        usual(&configured(Mode::On), &configured(Mode::Off), &phone);
    }
}
