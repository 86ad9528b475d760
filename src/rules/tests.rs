//! The catalogue as a whole: examples, what stays true under missing knowledge, weighing, wording.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod completions;
mod domain;
mod examples;
mod misleading;
mod open;
mod permitted;
mod precedence;
mod preference;
mod private;
mod proposals;
mod trust;
mod verdicts;
mod waiving;
mod weighing;
mod wording;
mod words;

use super::{Moment, Policy, judge};
use crate::mfa::Transition;
use crate::tf::Diagnostic;

/// Rule names of diagnostics, in their order; what the summary begins with where it has none.
fn names(diagnostics: &[Diagnostic]) -> Vec<String> {
    let name = |diagnostic: &Diagnostic| match diagnostic.summary.rsplit_once(" [") {
        Some((_, name)) => name.trim_end_matches(']').to_owned(),
        None => diagnostic.summary.split(": ").next().unwrap_or_default().to_owned(),
    };
    diagnostics.iter().map(name).collect()
}

fn at_plan(transition: &Transition) -> Vec<Diagnostic> {
    judge(transition, Moment::Plan, &Policy::default())
}
