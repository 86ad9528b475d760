//! The sandbox's switches: what nobody has measured for certain, in the positions that matter to a write of MFA settings.

use std::collections::BTreeSet;

use cognitomfa::sandbox::SWITCHES;

use super::account::Account;
use super::source;

/// Where the switches that decide on refusals stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Each lets the request pass: what is left is refused by AWS for certain.
    Accepting,
    /// Each refuses.
    Refusing,
}

/// Switches that make `SetUserPoolMfaConfig` refuse, each with the position that refuses.
pub const REFUSING: &[(&str, bool)] = &[
    ("disabled_token_counts", false),
    ("phone_verification_blocks_off", true),
    ("one_sms_sender", true),
    ("eums_region_is_pool_region", true),
    ("sender_must_serve_region", true),
    ("external_id_bounds", true),
    ("trust_needs_external_id", true),
    ("empty_role_clears_sms", false),
    ("sms_block_needs_configuration", true),
    ("sms_omission_drops_configuration", true),
    ("email_needs_tier", true),
    ("email_needs_two_recovery_mechanisms", true),
    ("multi_factor_passkey_needs_tier", true),
    ("single_factor_passkey_needs_tier", true),
    ("phone_only_recovery_refuses_sms", true),
    ("missing_role_refused", true),
    ("sns_region_from_table", true),
    ("trust_source_counts", true),
];

/// Switches about what is stored and shown: they change what the provider learns.
pub const SHOWING: &[&str] = &[
    "sms_shown_while_off",
    "empty_role_reads_back",
    "web_authn_omission_drops_relying_party",
    "user_verification_default_shown",
    "email_removal_before_sender",
];

pub fn move_to(account: &mut Account, position: Position) {
    for (name, refusing) in REFUSING {
        account.move_switch(name, *refusing == (position == Position::Refusing));
    }
}

/// Moves the switches about what is shown, one bit each.
pub fn show(account: &mut Account, bits: usize) {
    for (at, name) in SHOWING.iter().enumerate() {
        account.move_switch(name, bits >> at & 1 != 0);
    }
}

#[test]
fn every_switch_that_a_write_of_mfa_settings_asks_is_moved() {
    let moved = |name: &str| REFUSING.iter().any(|(moved, _)| *moved == name) || SHOWING.contains(&name);
    let mut asked = BTreeSet::new();
    for (file, text) in source::of_the_write() {
        for name in source::between(&text, "is_on(\"", "\"").chain(source::between(&text, "=> \"", "\",\n")) {
            let is_switch = SWITCHES.iter().any(|switch| switch.name == name);
            assert!(!is_switch || moved(name), "{file} asks `{name}`, which the differential test leaves alone");
            if is_switch {
                asked.insert(name.to_owned());
            }
        }
    }
    assert!(asked.len() >= 12, "only {} switches were found: {asked:?}", asked.len());
    let of_the_sandbox = |name: &str| SWITCHES.iter().any(|switch| switch.name == name);
    assert!(REFUSING.iter().map(|(name, _)| *name).chain(SHOWING.iter().copied()).all(of_the_sandbox), "a switch that is gone");
}
