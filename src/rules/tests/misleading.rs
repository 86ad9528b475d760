//! Sentences that were true of another case than the one they were said of.

use crate::mfa::{Contest, Deletion, FactorConfiguration, Mode, Rival, Settings, Transition, UserVerification, Wanted};
use crate::rules::tests::domain::{self, Dice};
use crate::rules::tests::{at_plan, names};
use crate::rules::{Moment, Policy, Standing, Verdict, Waiver, all, can_be_lowered, example, judge};
use crate::tf::{Diagnostic, Value};

fn said(change: &Transition, rule: &str) -> String {
    let reported = at_plan(change);
    let found = reported.iter().find(|found| found.cause.as_deref() == Some(rule));
    found.unwrap_or_else(|| panic!("{rule}: {:?}", names(&reported))).detail.clone()
}

#[test]
fn a_mode_that_is_not_known_is_not_called_off() {
    let change = example::change(example::token(Mode::On), &example::off());
    let wanted = Wanted { mode: Value::Unknown, ..Wanted::from(&example::off()) };
    let text = said(&Transition { request: Value::Known(wanted), ..change }, "sign_in_weakened");
    assert!(!text.contains("to off") && text.contains("the mode is not known yet, and no factor is left"), "{text}");
    assert!(text.contains("\n    after   ?         no factor"), "{text}");
    // The same of every rule and every change.
    let mut dice = Dice::new(3);
    let mut checked = 0;
    for _ in 0..4_000 {
        let mut change = domain::change(&mut dice);
        let Value::Known(wanted) = &mut change.request else { continue };
        wanted.mode = Value::Unknown;
        if change.deletion.is_some() {
            continue;
        }
        for found in at_plan(&change) {
            let text = found.detail.to_lowercase();
            assert!(!text.contains("to off:") && !text.contains("turns it off"), "{}", found.detail);
            checked += 1;
        }
    }
    assert!(checked > 1_000, "{checked}");
}

#[test]
fn what_weakens_is_said_where_the_level_stays() {
    let text = said(&example::change(example::token(Mode::Optional), &example::off()), "sign_in_weakened");
    assert!(text.contains("stays the lowest level of NIST SP 800-63B; users who have a factor lose what it adds:"), "{text}");
    assert!(!text.contains("is sure to reach, as a level"), "{text}");
    let text = said(&example::change(example::token(Mode::On), &example::token(Mode::Optional)), "sign_in_weakened");
    assert!(text.contains("What every sign-in is sure to reach, as a level of NIST SP 800-63B:"), "{text}");
}

#[test]
fn a_tier_is_not_called_too_low_for_what_the_pool_has() {
    let lite = |change| example::on_pool(change, |pool| pool.tier = Some("LITE".to_owned()));
    let with_email = |mode| example::with_email(example::token(mode));
    let rules = |change: &Transition| names(&at_plan(change));
    let reworded = Settings { mode: Mode::On, ..with_email(Mode::Optional) };
    assert!(!rules(&lite(example::change(with_email(Mode::Optional), &reworded))).contains(&"email_on_lite_tier".to_owned()));
    for before in [example::off(), example::token(Mode::Optional), with_email(Mode::Off)] {
        let found = rules(&lite(example::change(before, &with_email(Mode::Optional))));
        assert!(found.contains(&"email_on_lite_tier".to_owned()), "{found:?}");
    }
    let passkeys = |mode| example::with_passkeys(example::token(mode), UserVerification::Required);
    assert!(
        passkeys(Mode::On).web_authn.unwrap().factor_configuration == Some(FactorConfiguration::MultiFactorWithUserVerification)
    );
    let found = rules(&lite(example::change(passkeys(Mode::Optional), &passkeys(Mode::On))));
    assert!(!found.contains(&"passkey_factor_on_lite_tier".to_owned()), "{found:?}");
    let found = rules(&lite(example::change(example::token(Mode::Optional), &passkeys(Mode::On))));
    assert!(found.contains(&"passkey_factor_on_lite_tier".to_owned()), "{found:?}");
}

#[test]
fn each_part_with_two_managers_is_named_once_and_no_other() {
    let rival =
        |part: &str, resource: &str| Rival { part: part.to_owned(), resource: resource.to_owned(), contest: Contest::Held };
    let token = "software_token_mfa_configuration";
    let rivals = vec![rival(token, "cognitomfa_software_token"), rival(token, "cognitomfa_user_pool_mfa")];
    let change = Transition { rivals, ..example::change(example::token(Mode::Optional), &example::token(Mode::On)) };
    let text = said(&change, "two_managers");
    let both = format!("both manage `{token}` (also in a `cognitomfa_software_token` and a `cognitomfa_user_pool_mfa`) of");
    assert!(text.contains(&both) && text.matches(token).count() == 1, "{text}");
    assert!(text.contains("\n    factors = [cognitomfa_software_token.this.factor]\n"), "{text}");
    let sms = vec![rival("sms_configuration", "cognitomfa_sms_configuration"), rival(token, "cognitomfa_software_token")];
    let text = said(&Transition { rivals: sms, ..change }, "two_managers");
    assert!(
        text.contains("factors = [cognitomfa_software_token.this.factor, cognitomfa_sms_configuration.this.factor]"),
        "{text}"
    );
}

#[test]
fn a_waiver_that_the_destroy_needs_is_not_called_needless() {
    let off = |_: &Settings| Wanted::from(&example::off());
    let reported = |rule: &str, policy: Deletion| {
        let change = example::change(example::token(Mode::Optional), &example::token(Mode::On)).ending(policy, off);
        let waiver = Waiver { rule: rule.to_owned(), reason: "SEC-1".to_owned(), expires: None };
        names(&judge(&change, Moment::Plan, &Policy { waivers: vec![waiver], ..Policy::default() }))
    };
    assert_eq!(reported("required_to_off", Deletion::Off), [""; 0]);
    assert_eq!(reported("destroy_prevented", Deletion::Prevent), [""; 0]);
    assert_eq!(reported("restore_weakens", Deletion::Restore), [""; 0], "what it restores is not known here");
    for (rule, policy) in
        [("required_to_off", Deletion::Retain), ("destroy_prevented", Deletion::Off), ("email_without_ses", Deletion::Off)]
    {
        assert_eq!(reported(rule, policy), ["A waiver is not needed"], "{rule} {policy:?}");
    }
}

/// What the destroys that waivers are proposed for need is never called needless in the change before.
#[test]
fn no_waiver_that_a_destroy_asks_for_is_called_needless_before() {
    let mut checked = 0;
    for live in [example::token(Mode::On), example::sms(Mode::On), example::sms(Mode::Optional), example::token(Mode::Optional)] {
        for policy in [Deletion::Off, Deletion::Prevent, Deletion::Retain] {
            let off = |_: &Settings| Wanted::from(&example::off());
            let change = example::change(example::off(), &live);
            let change = change.ending(policy, off);
            let end = change.end.as_deref().unwrap();
            let strict =
                Policy { severity: [("destroy_retains".to_owned(), crate::rules::Level::Error)].into(), ..Policy::default() };
            for found in judge(end, Moment::Plan, &strict).iter().filter(|found| found.is_error()) {
                let waiver = Waiver { rule: found.cause.clone().unwrap(), reason: "SEC-1".to_owned(), expires: None };
                let before = judge(&change, Moment::Plan, &Policy { waivers: vec![waiver], ..strict.clone() });
                assert!(!names(&before).contains(&"A waiver is not needed".to_owned()), "{}", found.summary);
                checked += 1;
            }
        }
    }
    assert!(checked >= 8, "{checked}");
}

#[test]
fn rules_that_cannot_be_lowered_are_those_whose_findings_never_are() {
    let mut dice = Dice::new(5);
    let mut quieter = std::collections::BTreeSet::new();
    let mut findings = 0;
    for _ in 0..6_000 {
        let change = domain::change(&mut dice);
        for rule in all().iter().filter(|rule| rule.evidence.standing == Standing::Api) {
            if let Verdict::Broken(finding) = (rule.check)(&change) {
                findings += 1;
                if finding.cap.is_some() {
                    quieter.insert(rule.name);
                }
            }
        }
    }
    assert!(findings > 1_000, "{findings}");
    for rule in all() {
        let expected = match rule.evidence.standing {
            Standing::Api => quieter.contains(rule.name),
            Standing::Integrity => false,
            _ => true,
        };
        assert_eq!(can_be_lowered(rule), expected, "{}", rule.name);
        if expected {
            continue;
        }
        // Lowered or not, the rejected example is refused.
        let severity = [(rule.name.to_owned(), crate::rules::Level::Off)].into();
        let reported = judge(&(rule.rejected)(), Moment::Plan, &Policy { severity, ..Policy::default() });
        assert!(reported.iter().any(Diagnostic::is_error), "{}", rule.name);
    }
}
