//! A strict AWS endpoint on loopback: what the quick start, examples and tests run on.
//!
//! [`Core`] is pure: a request and the state give an answer or a refusal; it has no clock and no randomness. [`http`] puts it on
//! a loopback port in the wire forms AWS uses. It enforces what AWS is known to refuse, in AWS's words; what is only documented,
//! reported or unknown is a [`Switch`] with two positions, and a call that nothing is known about answers `NotImplemented`.
//!
//! This is a second reading of the evidence, on purpose without a word from the rest of the crate: the two check each other.

mod cognito;
mod constraints;
mod core;
mod iam;
mod json;
mod knobs;
mod messages;
mod operations;
mod policy;
mod quotas;
mod refusal;
mod sms;
mod sns;
mod state;
mod sts;
mod switches;

pub mod http;

pub use self::core::{Core, CoreAnswer, CoreRequest, Service};
pub use self::knobs::{Knobs, KnobsChange};
pub use self::operations::{Operation, operation};
pub use self::quotas::Quotas;
pub use self::refusal::Refusal;
pub use self::state::{Mode, Pool, State, User};
pub use self::switches::{SWITCHES, Switch, Switches};

/// The account every pool, role and caller of the sandbox belongs to; AWS gives it to nobody.
pub const ACCOUNT: &str = "000000000000";

#[cfg(test)]
mod tests;
