//! Each rule's own examples do what its documentation says.

use crate::mfa::{Answer, Deletion, Mode, Preference, Settings};
use crate::rules::tests::{at_plan, names};
use crate::rules::{Moment, Policy, Waiver, all, example, find, judge};
use crate::tf::Value;

#[test]
fn a_rejected_example_is_reported_by_its_rule_alone() {
    for rule in all() {
        assert_eq!(names(&at_plan(&(rule.rejected)())), [rule.name], "rejected example of {}", rule.name);
    }
}

#[test]
fn an_accepted_example_is_reported_by_no_rule() {
    for rule in all() {
        let policy = Policy { waivers: waivers_in(section(rule.docs, "Accepted")), ..Policy::default() };
        let reported = judge(&(rule.accepted)(), Moment::Plan, &policy);
        assert_eq!(names(&reported), [""; 0], "accepted example of {}", rule.name);
    }
}

#[test]
fn what_is_reported_at_plan_is_reported_before_the_write() {
    for rule in all() {
        let before_write = judge(&(rule.rejected)(), Moment::Apply, &Policy::default());
        assert_eq!(names(&before_write), [rule.name], "rejected example of {}", rule.name);
    }
}

#[test]
fn an_example_asks_for_the_mode_that_its_documentation_shows() {
    let mut compared = 0;
    for rule in all() {
        for (heading, change) in [("Rejected", (rule.rejected)()), ("Accepted", (rule.accepted)())] {
            let text = section(rule.docs, heading);
            let shown = text.lines().find_map(|line| line.trim().strip_prefix("mfa_configuration")?.split('"').nth(1));
            let asked = change.request.known().and_then(|wanted| wanted.mode.known()).map(|mode| mode.as_str());
            if let (Some(shown), Some(asked), None) = (shown, asked, change.deletion) {
                assert_eq!(shown, asked, "{heading} example of {}", rule.name);
                compared += 1;
            }
        }
    }
    assert!(compared >= all().len(), "{compared} examples were compared");
}

fn section<'a>(docs: &'a str, heading: &str) -> &'a str {
    let (_, after) = docs.split_once(&format!("### {heading}\n")).unwrap();
    after.split("\n### ").next().unwrap()
}

/// The waivers that an example writes.
fn waivers_in(text: &str) -> Vec<Waiver> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let rules = text.split("rule = \"").skip(1).map(|rest| rest.split('"').next().unwrap());
    rules.map(|rule| Waiver { rule: rule.to_owned(), reason: "example".to_owned(), expires: None }).collect()
}

#[test]
fn a_destroy_that_keeps_the_pool_sends_nothing() {
    for name in ["destroy_prevented", "destroy_retains"] {
        let rule = find(name).unwrap();
        let rejected = (rule.rejected)();
        assert!(rejected.deletion.is_some_and(|deletion| deletion != Deletion::Off), "{name}");
        assert_eq!(rejected.request, Value::Null, "{name}");
    }
    let turned_off = (find("destroy_turns_off").unwrap().rejected)();
    assert_eq!((turned_off.deletion, turned_off.wanted_mode_in(&[Mode::Off])), (Some(Deletion::Off), Answer::Yes));
}

#[test]
fn the_pool_of_the_examples_leaves_no_question_about_its_plan_open() {
    let mut known = 0;
    for rule in all() {
        let pools = [(rule.rejected)().pool, (rule.accepted)().pool];
        for pool in pools.iter().filter_map(|pool| pool.known()) {
            assert!(pool.tier.is_some(), "{} has a pool without a tier", rule.name);
            known += 1;
        }
    }
    assert!(known >= all().len(), "{known} pools are known");
}

#[test]
fn examples_of_a_preference_send_nothing_to_the_pool_and_say_what_they_are_about() {
    let about_users: Vec<_> = all().iter().filter(|rule| rule.name.starts_with("preference_")).collect();
    assert!(about_users.len() >= 4, "{} rules", about_users.len());
    for rule in about_users {
        for change in [(rule.rejected)(), (rule.accepted)()] {
            assert_eq!((&change.request, &change.role, &change.sns), (&Value::Null, &Value::Null, &Value::Null), "{}", rule.name);
            let wanted = &change.preference.as_ref().unwrap().wanted;
            assert!(*wanted != Preference::default(), "an example of {} prefers nothing", rule.name);
        }
    }
}

#[test]
fn a_request_with_an_sms_sender_comes_with_its_role_and_with_sns_where_that_sends() {
    let facts = |wanted: &Settings| {
        let change = example::change(example::off(), wanted);
        (change.role.known().is_some(), change.sns.known().is_some())
    };
    assert_eq!(facts(&example::sms(Mode::On)), (true, true));
    assert_eq!(facts(&example::with_sender(example::token(Mode::On), example::messaging(None))), (true, false));
    let change = example::change(example::off(), &example::token(Mode::On));
    assert_eq!((&change.role, &change.sns), (&Value::Null, &Value::Null));
}
