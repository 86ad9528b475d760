//! The catalogue: every rule about a change, one file each. Pure; a rule is never told when it runs or who asks.

pub mod policy;

pub use policy::{Level, Policy, Profile, Waiver};

use crate::mfa::Transition;
use crate::tf::{Diagnostic, Path};

/// Where rules are judged; severity and wording of the outcome depend on it, a rule's answer does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `terraform validate`, or the validation before a plan: no provider configuration, nothing read.
    Validate,
    /// `terraform plan`.
    Plan,
    /// Before the first write of `terraform apply`, with everything known.
    Apply,
}

/// What a rule says of a transition.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing to say, whatever is still unknown.
    Holds,
    /// It depends on something not read or not known yet.
    Undecided,
    /// The rule is broken.
    Broken(Finding),
}

/// A broken rule's case in words. The builder in `finding` turns it into a [`Diagnostic`].
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The attribute to underline.
    pub path: Path,
}

/// Judges a change by every rule; the diagnostics come in catalogue order, at most one for one mistake.
pub fn judge(transition: &Transition, moment: Moment, policy: &Policy) -> Vec<Diagnostic> {
    let _ = (transition, moment, policy);
    Vec::new()
}
