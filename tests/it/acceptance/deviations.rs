//! Where the emulators are known to differ from AWS. An entry that stops being true fails its test, like one that is missing.

use std::fmt;

use crate::support::Place;

/// One check of one scenario that fails against an emulator, for a reason that is the emulator's.
#[derive(Debug)]
pub struct Deviation {
    /// The scenario; `wire` is asked of the endpoint itself, with no command line between.
    pub scenario: &'static str,
    /// The check's name in the scenario.
    pub check: &'static str,
    /// The emulator.
    pub place: Place,
    /// What it does instead.
    pub reason: &'static str,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}/{}: {}", self.place.name(), self.scenario, self.check, self.reason)
    }
}

const fn moto(scenario: &'static str, check: &'static str, reason: &'static str) -> Deviation {
    Deviation { scenario, check, place: Place::Moto, reason }
}

const fn ministack(scenario: &'static str, check: &'static str, reason: &'static str) -> Deviation {
    Deviation { scenario, check, place: Place::Ministack, reason }
}

/// All that is known.
pub const KNOWN: &[Deviation] = &[
    moto("wire", "off_with_factor_refused", "accepts OFF together with a factor"),
    moto("wire", "email_round_trip", "knows no email MFA"),
    moto("wire", "passkeys_round_trip", "drops WebAuthnConfiguration"),
    moto("wire", "mode_omitted_is_off", "refuses a request without MfaConfiguration"),
    moto("wire", "role_trust_enforced", "never looks at the SMS role"),
    ministack("wire", "off_with_factor_refused", "accepts OFF together with a factor"),
    ministack("wire", "active_mode_without_factor_refused", "accepts ON without a factor"),
    ministack("wire", "unknown_mode_refused", "accepts any text as a mode"),
    ministack("wire", "mode_omitted_is_off", "keeps the mode when MfaConfiguration is left out"),
    ministack("wire", "off_drops_token", "merges instead of replacing, so the token survives OFF"),
    ministack("wire", "set_replaces_factors", "merges instead of replacing, so stale factors survive"),
    ministack("two_steps_down", "off_drops_token", "merges instead of replacing, so the token survives OFF"),
    ministack("apart_swap", "a_factor_can_go", "merges instead of replacing, so stale factors survive"),
    ministack("apart_joins", "token_can_be_removed", "merges instead of replacing, so stale factors survive"),
    ministack("apart_joins", "token_is_gone", "merges instead of replacing, so stale factors survive"),
    ministack("email", "empty_email_applies", "drops an EmailMfaConfiguration without members"),
    moto("email", "email_applies", "knows no email MFA"),
    moto("passkeys", "passkeys_settle", "drops WebAuthnConfiguration"),
    moto("passkeys_kept", "passkeys_still_there", "drops WebAuthnConfiguration"),
    ministack("role_updates", "description_cleared", "takes an empty description for none and keeps the old one"),
    ministack("wire", "role_trust_enforced", "never looks at the SMS role"),
    ministack("preference_life", "preference_taken_back", "keeps a factor preferred that is sent with PreferredMfa = false"),
];
