//! Which rules can speak at a resource, found by asking them: each is given the changes that resources of the type can ask for, made
//! from the examples of all rules.

use std::collections::BTreeSet;

use cognitomfa::mfa::{Factor, Mode, PoolFacts, Settings, Transition, Wanted, WantedSender};
use cognitomfa::rules::{self, Moment, Policy, Profile, Rule, Standing, Verdict};
use cognitomfa::tf::Value;

/// Names of the rules in catalogue order; none for a type that is not the provider's.
pub fn of(type_name: &str) -> Vec<&'static str> {
    let changes = match type_name {
        "cognitomfa_user_pool_mfa" => of_examples(|example| of_pool(example) && example.removal.is_none()),
        "cognitomfa_software_token" => of_factor(Factor::SoftwareToken),
        "cognitomfa_sms_configuration" => of_factor(Factor::Sms),
        "cognitomfa_user_mfa_preference" => with_rivals(of_examples(|example| example.preference.is_some())),
        "cognitomfa_sms_role" => with_rivals(of_examples(|example| example.role_deletion.is_some())),
        _ => Vec::new(),
    };
    let mut found = BTreeSet::new();
    for change in &changes {
        let silent = rules::all().iter().filter(|rule| !found.contains(rule.name));
        let broken: Vec<&Rule> = silent.filter(|rule| is_broken(rule, change) && !is_out_of_reach(rule, change)).collect();
        let heard = broken.into_iter().filter(|rule| is_heard(rule, change)).map(|rule| rule.name);
        found.extend(heard.collect::<Vec<_>>());
    }
    rules::NAMES.iter().copied().filter(|name| found.contains(name)).collect()
}

fn of_pool(example: &Transition) -> bool {
    example.preference.is_none() && example.role_deletion.is_none()
}

fn examples() -> impl Iterator<Item = Transition> {
    rules::all().iter().flat_map(|rule| [(rule.rejected)(), (rule.accepted)()])
}

fn of_examples(is_right: fn(&Transition) -> bool) -> Vec<Transition> {
    examples().filter(is_right).collect()
}

/// The same changes with another resource about the same object in the run.
fn with_rivals(changes: Vec<Transition>) -> Vec<Transition> {
    let rivals: Vec<_> = examples().map(|example| example.rivals).filter(|rivals| !rivals.is_empty()).collect();
    assert!(!rivals.is_empty(), "a rule is about rivals");
    let contested =
        changes.iter().flat_map(|change| rivals.iter().map(|rivals| Transition { rivals: rivals.clone(), ..change.clone() }));
    let contested: Vec<Transition> = contested.collect();
    changes.into_iter().chain(contested).collect()
}

fn is_broken(rule: &Rule, change: &Transition) -> bool {
    matches!((rule.check)(change), Verdict::Broken(_))
}

/// Whether a factor's resource would have to find what AWS refuses on the pool already. Roles change after a pool has taken them.
fn is_out_of_reach(rule: &Rule, change: &Transition) -> bool {
    let Some(live) = change.live.known().filter(|_| rule.evidence.standing == Standing::Api && is_of_factor(change)) else {
        return false;
    };
    let as_it_is = Transition { request: Value::Known(Wanted::from(live)), ..change.clone() };
    !rules::ABOUT_THE_SMS_ROLE.contains(&rule.name) && is_broken(rule, &as_it_is)
}

/// Whether the mode stays, and with it everything but one factor.
fn is_of_factor(change: &Transition) -> bool {
    let kept = change.live.known().zip(change.request.known()).is_some_and(|(live, wanted)| {
        let before = Wanted::from(live);
        (before.mode, before.email, before.web_authn) == (wanted.mode.clone(), wanted.email.clone(), wanted.web_authn.clone())
    });
    kept && change.preference.is_none() && change.deletion.is_none()
}

/// Whether the judge reports it in some profile, in a plan or before a write. The removal of a factor is refused by nothing.
fn is_heard(rule: &Rule, change: &Transition) -> bool {
    let mark = format!("[{}]", rule.name);
    Profile::ALL.into_iter().any(|profile| {
        let policy = Policy { profile, ..Policy::default() };
        [Moment::Plan, Moment::Apply].into_iter().any(|moment| {
            let judged = rules::judge(change, moment, &policy);
            judged.iter().any(|told| told.summary.contains(&mark) && (change.removal.is_none() || !told.is_error()))
        })
    })
}

/// Every change of one factor: of pools as the examples have them before and after, in each mode, with each sender of the examples.
fn of_factor(factor: Factor) -> Vec<Transition> {
    let senders = examples().filter_map(|example| example.request.into_known()).map(|wanted| wanted.sms_sender);
    let mut blocks: Vec<Value<WantedSender>> = Vec::new();
    for sender in senders.filter(|sender| factor == Factor::Sms && !sender.is_null()) {
        if !blocks.contains(&sender) {
            blocks.push(sender);
        }
    }
    if factor == Factor::SoftwareToken {
        blocks.push(Value::Null);
    }
    let mut changes = Vec::new();
    for example in examples().filter(of_pool) {
        let after = example.request.known().and_then(Wanted::settle);
        for live in example.live.known().cloned().into_iter().chain(after) {
            let lives = [Mode::Optional, Mode::On].map(|mode| Settings { mode, ..live.clone() });
            for live in
                lives.into_iter().chain([Settings::UNTOUCHED]).filter(|live| live.mode == Mode::Off || !live.factors().is_empty())
            {
                for block in &blocks {
                    changes.push(written(&example, &live, factor, block));
                }
                changes.push(removed(&example, &live, factor));
            }
        }
    }
    assert!(changes.len() > 200, "{} changes of {factor:?}", changes.len());
    changes
}

/// A create or an update: the pool's own settings with this factor's block; of a pool that is `OFF`, the block alone.
fn written(example: &Transition, live: &Settings, factor: Factor, sender: &Value<WantedSender>) -> Transition {
    let kept = if live.mode == Mode::Off { Wanted::UNKNOWN } else { Wanted::from(live) };
    let request = match factor {
        Factor::SoftwareToken => Wanted { token: Value::Known(true), ..kept },
        Factor::Sms | Factor::Email => Wanted { sms_sender: sender.clone(), sms_message: Value::Null, ..kept },
    };
    let (live, pool) = (Value::Known(live.clone()), pool(example, live));
    Transition {
        live,
        request: Value::Known(request),
        pool,
        deletion: None,
        removal: None,
        sibling: Value::Null,
        sms_role_listed: None,
        ..example.clone()
    }
}

/// What else the pool has; the sender on it is the one that its MFA settings show.
fn pool(example: &Transition, live: &Settings) -> Value<PoolFacts> {
    let sender = live.sms.as_ref().and_then(|sms| sms.sender.clone());
    example.pool.clone().map(|pool| PoolFacts { sms_sender: sender.or(pool.sms_sender.clone()), ..pool })
}

/// A destroy; the last factor of an active pool stays.
fn removed(example: &Transition, live: &Settings, factor: Factor) -> Transition {
    let others = live.factors().into_iter().any(|other| other != factor);
    let request =
        if live.mode != Mode::Off && others { Value::Known(Wanted::from(&live.clone().without(&[factor]))) } else { Value::Null };
    let (live, pool, removal) = (Value::Known(live.clone()), pool(example, live), Some(factor));
    Transition {
        live,
        request,
        pool,
        removal,
        deletion: None,
        sibling: Value::Null,
        sms_role_listed: None,
        drift: Vec::new(),
        ..example.clone()
    }
}

#[test]
fn a_page_lists_the_rules_that_can_speak_there() {
    let mut seen = BTreeSet::new();
    for resource in cognitomfa::resources::all() {
        let names = of(resource.type_name());
        assert!(names.contains(&"two_managers"), "{}: {names:?}", resource.type_name());
        seen.extend(names);
    }
    let all: BTreeSet<&str> = rules::NAMES.iter().copied().collect();
    assert_eq!(seen, all, "each rule can speak somewhere");
    for factor in ["cognitomfa_software_token", "cognitomfa_sms_configuration"] {
        let names = of(factor);
        let about_the_mode =
            ["required_to_off", "off_to_required", "factors_with_mode_off", "destroy_retains", "preference_not_exclusive"];
        assert!(about_the_mode.iter().all(|name| !names.contains(name)), "{factor}: {names:?}");
        // AWS lets no pool come to where these are broken, and a factor's resource changes nothing that they are about.
        let out_of_reach = ["required_with_otp_first_factor", "required_with_single_factor_passkey", "email_without_ses"];
        assert!(out_of_reach.iter().all(|name| !names.contains(name)), "{factor}: {names:?}");
        assert!(names.contains(&"last_factor_kept") && names.len() >= 5, "{factor}: {names:?}");
    }
    let token = of("cognitomfa_software_token");
    assert!(["message_without_sender", "sms_sender_switched"].iter().all(|name| !token.contains(name)), "{token:?}");
}
