//! A plan that does not know all of `rules` yet refuses nothing that some value of it would let through.

use std::collections::{BTreeMap, BTreeSet};

use crate::mfa::Transition;
use crate::rules::{Level, Moment, Open, Policy, Profile, all, judge};

/// First lines of the errors.
fn errors(change: &Transition, policy: &Policy) -> BTreeSet<String> {
    let found = judge(change, Moment::Plan, policy).into_iter().filter(crate::tf::Diagnostic::is_error);
    found.map(|found| found.summary).collect()
}

#[test]
fn what_is_not_known_yet_refuses_nothing_that_some_value_lets_through() {
    let (mut spared, mut refused) = (0, 0);
    for rule in all() {
        let change = (rule.rejected)();
        let by_profile: Vec<Policy> = Profile::ALL.into_iter().map(|profile| Policy { profile, ..Policy::default() }).collect();
        let by_level: Vec<Policy> = Level::ALL
            .into_iter()
            .map(|level| Policy { severity: BTreeMap::from([(rule.name.to_owned(), level)]), ..Policy::default() })
            .collect();
        let named = Open { severity: BTreeSet::from([rule.name.to_owned()]), ..Open::default() };
        for (open, settled) in [
            (Open { profile: true, ..Open::default() }, &by_profile),
            (Open { severities: true, ..Open::default() }, &by_level),
            (named, &by_level),
        ] {
            let said = errors(&change, &Policy { open: open.clone(), ..Policy::default() });
            for policy in settled {
                let later = errors(&change, policy);
                assert!(said.is_subset(&later), "{}: {open:?} refuses {said:?}, and {policy:?} only {later:?}", rule.name);
            }
            let usual = errors(&change, &Policy::default());
            spared += usize::from(said.len() < usual.len());
            refused += usize::from(!said.is_empty());
        }
    }
    assert!(spared > 20 && refused > 20, "{spared} {refused}");
}
