//! What a finding proposes is accepted when it is done: the steps of a way around, and the waivers as they are printed.

use crate::mfa::{Deletion, Mode, Settings, SmsSender, Transition, Wanted};
use crate::rules::tests::names;
use crate::rules::{Level, Moment, Policy, Profile, Waiver, all, example, find, judge};
use crate::tf::{Diagnostic, Value};

/// What a line of a command line at 80 columns has room for beside its frame and the indentation.
const ROOM: usize = 74;

/// The waivers in printed lines.
fn waivers(text: &str) -> Vec<Waiver> {
    let rules = text.lines().filter_map(|line| line.trim().strip_prefix("rule   = \"")?.strip_suffix('"'));
    rules.map(|rule| Waiver { rule: rule.to_owned(), reason: "SEC-1".to_owned(), expires: None }).collect()
}

fn of_profile(profile: Profile) -> Policy {
    Policy { profile, ..Policy::default() }
}

fn errors(change: &Transition, policy: &Policy) -> Vec<String> {
    names(&judge(change, Moment::Plan, policy).into_iter().filter(Diagnostic::is_error).collect::<Vec<_>>())
}

/// Pools that require MFA, with each set of factors, that verify phone numbers or not.
fn required_pools() -> Vec<(Settings, bool)> {
    let mut pools = Vec::new();
    for bits in 1..8_u8 {
        let mut settings = Settings { mode: Mode::On, ..Settings::UNTOUCHED };
        if bits & 1 != 0 {
            settings.token_enabled = Some(true);
        }
        if bits & 2 != 0 {
            let external = |id: Option<&str>| match example::sender() {
                SmsSender::Sns(sns) => SmsSender::Sns(crate::mfa::SnsSender { external_id: id.map(str::to_owned), ..sns }),
                other => other,
            };
            settings = example::with_sender(settings, external(Some("prod-1")));
        }
        if bits & 4 != 0 {
            settings = example::with_email(settings);
        }
        pools.extend([(settings.clone(), false), (settings, true)]);
    }
    pools
}

#[test]
fn both_steps_of_the_way_down_are_accepted() {
    let (mut checked, mut waived) = (0, 0);
    for (live, verifies) in required_pools() {
        for profile in [Profile::Guarded, Profile::Classic] {
            for deletion in [None, Some(Deletion::Off)] {
                let change = Transition { deletion, ..example::change(live.clone(), &example::off()) };
                let change = example::on_pool(change, |pool| {
                    if verifies {
                        pool.auto_verified_attributes = vec!["phone_number".to_owned()];
                    }
                });
                let policy = of_profile(profile);
                let reported = judge(&change, Moment::Plan, &policy);
                let found = reported.iter().find(|found| found.cause.as_deref() == Some("required_to_off")).unwrap();
                let (_, way) = found.detail.split_once("in two applies:\n").unwrap();
                let (way, _) = way.split_once("\n\nTo allow").unwrap();
                let (first, second) = way.split_once("# 2.").unwrap();
                let optional = Settings { mode: Mode::Optional, ..live.clone() };
                let down = Transition { live: Value::Known(optional.clone()), ..change.clone() };
                let step = Transition { deletion: None, request: Value::Known(Wanted::from(&optional)), ..change.clone() };
                let role = live.sms.is_some().then(|| example::role("cognito-idp.amazonaws.com", "prod-1"));
                let step = Transition { role: role.map_or(Value::Null, Value::Known), ..step };
                // What a destroy needs has to be applied before it.
                let of_destroy = if deletion.is_some() { first } else { second };
                for (change, text) in [(&step, first), (&down, of_destroy)] {
                    let proposed = waivers(text);
                    for needed in errors(change, &policy) {
                        assert!(proposed.iter().any(|waiver| waiver.rule == needed), "{needed}: {way}");
                    }
                    waived += proposed.len();
                    assert!(text.matches("waivers = [").count() <= 1, "{way}");
                    assert_eq!(errors(change, &Policy { waivers: proposed, ..policy.clone() }), Vec::<String>::new(), "{way}");
                }
                if profile == Profile::Guarded && live.sms.is_none() {
                    assert!(!way.contains("waivers"), "nothing is waived that need not be: {way}");
                }
                checked += 1;
            }
        }
    }
    assert!(checked == 56 && waived > 20, "{checked} {waived}");
}

#[test]
fn waivers_that_are_needed_together_are_one_list() {
    let live = Settings { token_enabled: Some(true), ..example::sms(Mode::On) };
    let change = example::change(live, &example::off());
    let reported = judge(&change, Moment::Plan, &Policy::default());
    assert_eq!(names(&reported), ["required_to_off", "sms_role_with_mode_off"]);
    for found in &reported {
        let (_, allowing) = found.detail.split_once("To allow this and the rest that is refused with it, record why").unwrap();
        assert_eq!(allowing.matches("waivers = [").count(), 1, "{allowing}");
        let policy = Policy { waivers: waivers(allowing), ..Policy::default() };
        assert_eq!(policy.waivers.len(), 2, "{allowing}");
        assert_eq!(errors(&change, &policy), Vec::<String>::new());
    }
}

#[test]
fn a_resource_that_has_waivers_is_shown_the_element_to_add() {
    let live = Settings { token_enabled: Some(true), ..example::sms(Mode::On) };
    let change = example::change(live, &example::off());
    let waiver = Waiver { rule: "required_to_off".to_owned(), reason: "SEC-1".to_owned(), expires: None };
    let reported = judge(&change, Moment::Plan, &Policy { waivers: vec![waiver], ..Policy::default() });
    let found = reported.iter().find(|found| found.is_error()).unwrap();
    assert!(found.detail.contains("To allow it, add to `waivers` of this resource:\n\n    {\n"), "{}", found.detail);
    assert!(!found.detail.contains("waivers = ["), "{}", found.detail);
}

#[test]
fn every_line_of_a_waiver_fits_a_terminal_of_80_columns() {
    let mut checked = 0;
    for rule in all() {
        for profile in Profile::ALL {
            for moment in [Moment::Plan, Moment::Apply] {
                for found in judge(&(rule.rejected)(), moment, &of_profile(profile)) {
                    let Some((_, allowing)) = found.detail.rsplit_once("waivers = [") else { continue };
                    for line in allowing.lines().filter(|line| line.starts_with(' ')) {
                        assert!(line.chars().count() <= ROOM, "{line}");
                        checked += 1;
                    }
                    assert!(!waivers(allowing).is_empty(), "{allowing}");
                }
            }
        }
        for line in rule.docs.lines().filter(|line| line.contains("rule = \"") || line.contains("reason ")) {
            assert!(line.chars().count() <= ROOM, "{}: {line}", rule.name);
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn a_printed_waiver_lets_the_example_pass() {
    let mut checked = 0;
    for rule in all() {
        let change = (rule.rejected)();
        let loud = Policy { severity: [(rule.name.to_owned(), Level::Error)].into(), ..Policy::default() };
        for found in judge(&change, Moment::Plan, &loud).iter().filter(|found| found.detail.contains("waivers = [")) {
            let (_, allowing) = found.detail.rsplit_once("waivers = [").unwrap();
            let policy = Policy { waivers: waivers(allowing), ..loud.clone() };
            assert_eq!(errors(&change, &policy), Vec::<String>::new(), "{}", rule.name);
            checked += 1;
        }
    }
    assert!(checked > 25, "{checked}");
    assert!(find("required_to_off").is_some());
}
