//! One mistake, one error: what speaks for what.

use crate::mfa::Transition;
use crate::rules::judge::PRECEDENCE;
use crate::rules::tests::domain::{self, Dice};
use crate::rules::tests::names;
use crate::rules::{Moment, Policy, Profile, Rule, Verdict, find, judge};
use crate::tf::Diagnostic;

fn is_broken(rule: &Rule, change: &Transition) -> bool {
    matches!((rule.check)(change), Verdict::Broken(_))
}

fn speaks_for(winner: &str, loser: &str) -> bool {
    PRECEDENCE.iter().any(|(name, losers)| *name == winner && losers.contains(&loser))
}

/// Changes that break both rules of a pair, one pair after the other.
fn pairs() -> Vec<(&'static str, &'static str, Transition)> {
    let mut dice = Dice::new(3);
    let changes: Vec<Transition> = (0..4_000).map(|_| domain::change(&mut dice)).collect();
    let both = |winner: &'static str, loser: &'static str| {
        let (first, second) = (find(winner).unwrap(), find(loser).unwrap());
        // Nothing else that outranks the two, so that the pair alone decides.
        let rivals: Vec<&Rule> = PRECEDENCE
            .iter()
            .filter(|(name, losers)| *name != winner && (losers.contains(&loser) || losers.contains(&winner)))
            .filter(|(name, _)| !speaks_for(winner, name))
            .map(|(name, _)| find(name).unwrap())
            .collect();
        let alone = |change: &&Transition| !rivals.iter().any(|rival| is_broken(rival, change));
        let uncapped = |change: &&Transition| matches!((first.check)(change), Verdict::Broken(finding) if finding.cap.is_none());
        let change = changes.iter().filter(uncapped).filter(|change| is_broken(second, change)).find(alone);
        (winner, loser, change.unwrap_or_else(|| panic!("nothing breaks both {winner} and {loser}")).clone())
    };
    PRECEDENCE
        .iter()
        .flat_map(|(winner, losers)| losers.iter().map(move |loser| (*winner, *loser)))
        .map(|(a, b)| both(a, b))
        .collect()
}

#[test]
fn of_two_broken_rules_only_the_one_that_speaks_for_the_other_is_shown() {
    for (winner, loser, change) in pairs() {
        // In profile `aws` a warning may stand beside an error that it does not outrank; see below.
        for profile in [Profile::Guarded, Profile::Classic] {
            let reported = names(&judge(&change, Moment::Plan, &Policy { profile, ..Policy::default() }));
            let shown = (reported.contains(&winner.to_owned()), reported.contains(&loser.to_owned()));
            assert_eq!(shown, (true, false), "{winner} and {loser} in {}: {reported:?} of {change:?}", profile.as_str());
        }
    }
}

#[test]
fn a_rule_that_is_spoken_for_is_shown_only_where_it_is_louder() {
    let mut dice = Dice::new(5);
    let mut compared = 0;
    for _ in 0..1_000 {
        let change = domain::change(&mut dice);
        let profile = Profile::ALL[dice.below(3)];
        let reported = judge(&change, Moment::Plan, &Policy { profile, ..Policy::default() });
        let loud = |rule: &str| reported.iter().find(|one| one.summary.ends_with(&format!("[{rule}]"))).map(Diagnostic::is_error);
        for (winner, losers) in PRECEDENCE.iter().filter(|(winner, _)| loud(winner).is_some()) {
            for loser in losers.iter().filter(|loser| loud(loser).is_some()) {
                assert!(loud(loser) > loud(winner), "{loser} is shown beside {winner}: {change:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 0, "no two of them were shown together");
}

#[test]
fn nobody_speaks_for_itself_or_for_who_speaks_for_it() {
    for (winner, losers) in PRECEDENCE {
        assert!(!losers.contains(winner), "{winner}");
        for loser in *losers {
            let back = PRECEDENCE.iter().any(|(other, others)| other == loser && others.contains(winner));
            assert!(!back, "{winner} and {loser} speak for each other");
        }
    }
}
