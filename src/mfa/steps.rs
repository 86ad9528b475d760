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
