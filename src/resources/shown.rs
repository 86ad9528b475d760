//! Warnings of the plan that core makes once more inside of an apply: what the first one has shown is not shown again.
//!
//! From Terraform 1.16 on core hands the private bytes of the first plan to the second, so that the two can be told apart. Before, a plan
//! inside of an apply looks like the first plan of a run without a refresh, and nothing is left out.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value as Json;

use super::PlanAnswer;
use super::generation::PLAN;
use super::pool::private::Private;
use crate::tf::Diagnostic;

/// Member of the note in a plan's private bytes: its warnings, by their words.
const SHOWN: &str = "shown";

/// Leaves out of an answer the warnings that the plan with the private bytes `first` has shown, and keeps in its own what was shown.
/// A warning with other words, as when a value has come out by now, is another one. Errors stay.
pub fn once(answer: &mut PlanAnswer, first: &[u8]) {
    let mut shown = told(first);
    answer.diagnostics.retain(|found| found.is_error() || !shown.contains(&words(found)));
    shown.extend(answer.diagnostics.iter().filter(|found| !found.is_error()).map(words));
    let private = Private::decode(&answer.private);
    if let (false, Some(Json::Object(note))) = (shown.is_empty(), private.member(PLAN)) {
        let mut note = note.clone();
        note.insert(SHOWN.to_owned(), shown.into_iter().map(Json::from).collect());
        answer.private = private.with(PLAN, Json::Object(note)).encode();
    }
}

fn told(private: &[u8]) -> Vec<u64> {
    let private = Private::decode(private);
    let told = private.member(PLAN).and_then(|note| note.get(SHOWN)).and_then(Json::as_array);
    told.into_iter().flatten().filter_map(Json::as_u64).collect()
}

fn words(diagnostic: &Diagnostic) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&diagnostic.summary, &diagnostic.detail).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::once;
    use crate::provider::walk::Walk;
    use crate::resources::PlanAnswer;
    use crate::resources::generation::{Generation, Role, note_of, settled};
    use crate::tf::Diagnostic;

    fn answer(warnings: &[&str]) -> PlanAnswer {
        let private = Generation::stored(&[]).planned(&Walk::alone(), Role::Change, None, None);
        let warning = |detail: &&str| Diagnostic::warning("Something: pool", *detail);
        PlanAnswer { private, diagnostics: warnings.iter().map(warning).collect(), ..PlanAnswer::default() }
    }

    fn details(answer: &PlanAnswer) -> Vec<&str> {
        answer.diagnostics.iter().map(|found| found.detail.as_str()).collect()
    }

    #[test]
    fn a_warning_is_shown_once_in_a_run_whose_plans_can_be_told_apart() {
        let mut first = answer(&["a", "b"]);
        once(&mut first, &[]);
        assert_eq!(details(&first), ["a", "b"]);
        let mut second = answer(&["a", "b", "b, as it came out"]);
        second.diagnostics.push(Diagnostic::error("Something: pool", "a"));
        once(&mut second, &first.private);
        assert_eq!(details(&second), ["b, as it came out", "a"], "what is new and what is an error is shown");
        let mut third = answer(&["a", "b", "b, as it came out"]);
        once(&mut third, &second.private);
        assert_eq!(details(&third), [""; 0]);
    }

    #[test]
    fn no_warning_is_lost_where_the_plans_look_the_same() {
        for first in [&b""[..], b"{}", b"no JSON", &answer(&[]).private] {
            let mut plan = answer(&["a"]);
            once(&mut plan, first);
            assert_eq!(details(&plan), ["a"]);
        }
        // Another plan of what this one has become is a first one.
        let mut plan = answer(&["a"]);
        once(&mut plan, &[]);
        assert!(note_of(&plan.private).is_some());
        let mut next = answer(&["a"]);
        once(&mut next, &settled(&plan.private));
        assert_eq!(details(&next), ["a"]);
    }
}
