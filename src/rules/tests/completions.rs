//! More knowledge settles an undecided verdict; it never turns one settled verdict into another.

use std::mem::discriminant;

use crate::mfa::{Answer, Deletion, Email, Mode, RoleFacts, Settings, SmsSender, SnsSender, Transition, Wanted, WantedSender};
use crate::rules::{Level, Verdict, all, example};
use crate::tf::Value::{self, Known, Null, Unknown};

type Edit = fn(&mut Transition);

/// Every way to know less, one member each.
const HIDE: [(&str, Edit); 12] = [
    ("user_pool_id", |change| change.user_pool_id = Unknown),
    ("live", |change| change.live = Unknown),
    ("pool", |change| change.pool = Unknown),
    ("role", |change| change.role = Unknown),
    ("request", |change| change.request = Unknown),
    ("mode", |change| within(change, |wanted| wanted.mode = Unknown)),
    ("token", |change| within(change, |wanted| wanted.token = Unknown)),
    ("sender", |change| within(change, |wanted| wanted.sms_sender = Unknown)),
    ("sender role", |change| sender(change, |arn, _| *arn = Unknown)),
    ("external id", |change| sender(change, |_, id| *id = Unknown)),
    ("email", |change| within(change, |wanted| wanted.email = Unknown)),
    ("passkeys", |change| within(change, |wanted| wanted.web_authn = Unknown)),
];

fn within(change: &mut Transition, edit: fn(&mut Wanted)) {
    if let Known(wanted) = &mut change.request {
        edit(wanted);
    }
}

fn sender(change: &mut Transition, edit: fn(&mut Value<String>, &mut Value<String>)) {
    if let Known(Wanted { sms_sender: Known(WantedSender::Sns { caller_arn, external_id, .. }), .. }) = &mut change.request {
        edit(caller_arn, external_id);
    }
}

/// Every combination of mode and factors.
fn settings() -> Vec<Settings> {
    let mut all = Vec::new();
    for mode in Mode::ALL {
        for factors in 0..8 {
            all.push(Settings {
                mode,
                token_enabled: (factors & 1 != 0).then_some(true),
                sms: if factors & 2 == 0 { None } else { example::sms(mode).sms },
                email: (factors & 4 != 0).then(Email::default),
                web_authn: None,
            });
        }
    }
    all
}

/// Every fully known change over the settings, the pool's own sender, and the kinds of role and destroy.
fn changes() -> Vec<Transition> {
    let mut all = Vec::new();
    for live in settings() {
        for wanted in settings() {
            let change = example::change(live.clone(), &wanted);
            // A role is judged by the request alone, so one pool is enough for all kinds of it.
            if live == example::off() && !change.role.is_null() {
                all.extend(roles().into_iter().map(|role| Transition { role, ..change.clone() }));
            }
            all.push(change);
        }
        for deletion in Deletion::ALL {
            let change = Transition { deletion: Some(deletion), ..example::change(live.clone(), &example::off()) };
            let request = if deletion == Deletion::Off { change.request.clone() } else { Null };
            all.push(Transition { request, ..change });
        }
    }
    let kept = |change: &Transition| {
        let mut change = change.clone();
        if let Known(pool) = &mut change.pool {
            pool.sms_sender = Some(example::sender());
        }
        change
    };
    let nameless = |change: &Transition| {
        let mut change = change.clone();
        if let Known(pool) = &mut change.pool {
            pool.sms_sender = Some(SmsSender::Sns(SnsSender { caller_arn: String::new(), external_id: None, region: None }));
        }
        change
    };
    // What the pool itself sends with matters only where MFA is turned off.
    let off = |change: &&Transition| change.wanted_mode_in(&[Mode::Off]) == Answer::Yes;
    let others: Vec<Transition> = all.iter().filter(off).flat_map(|change| [kept(change), nameless(change)]).collect();
    all.extend(others);
    all
}

fn roles() -> Vec<Value<RoleFacts>> {
    let found = |trust_policy: &str| RoleFacts::found(example::ROLE, trust_policy).with_permissions(example::may_send());
    let conditional = |condition: &str| {
        found(&format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{{{condition}}}}}}}"#
        ))
    };
    vec![
        Known(RoleFacts::Missing { arn: example::ROLE.to_owned() }),
        Known(example::role("cognito-idp.amazonaws.com", "prod-1")),
        Known(example::role("cognito-idp.amazonaws.com", "prod-2")),
        Known(example::role("lambda.amazonaws.com", "prod-1")),
        Known(conditional(r#""StringEquals":{"aws:SourceAccount":"999988887777","sts:ExternalId":"prod-2"}"#)),
        Known(conditional(r#""StringNotEquals":{"sts:ExternalId":"prod-1"},"Bool":{"aws:SecureTransport":"true"}"#)),
        Known(found(
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"sts:ExternalId":"prod-1"}}}]}"#,
        )),
        Known(found("{")),
    ]
}

/// The verdict without its words.
fn kind(verdict: &Verdict) -> (std::mem::Discriminant<Verdict>, Option<Level>) {
    let cap = if let Verdict::Broken(finding) = verdict { finding.cap } else { None };
    (discriminant(verdict), cap)
}

/// A verdict on less knowledge is the one on full knowledge, or undecided. As this is so for every full change, a settled verdict
/// holds for all completions.
fn assert_never_flips<'a>(full: &Transition, hidden: impl IntoIterator<Item = &'a [usize]>) {
    let settled: Vec<_> = all().iter().map(|rule| kind(&(rule.check)(full))).collect();
    for hidden in hidden {
        let mut less = full.clone();
        hidden.iter().for_each(|index| HIDE[*index].1(&mut less));
        for (rule, settled) in all().iter().zip(&settled) {
            let verdict = (rule.check)(&less);
            let hidden = || hidden.iter().map(|index| HIDE[*index].0).collect::<Vec<_>>();
            let same = verdict == Verdict::Undecided || kind(&verdict) == *settled;
            assert!(same, "{} says {verdict:?} without {:?} of {full:?}", rule.name, hidden());
        }
    }
}

#[test]
fn a_verdict_never_flips() {
    let pairs: Vec<[usize; 2]> =
        (0..HIDE.len()).flat_map(|first| (first..HIDE.len()).map(move |second| [first, second])).collect();
    for full in changes() {
        assert_never_flips(&full, pairs.iter().map(<[usize; 2]>::as_slice));
    }
}

#[test]
fn the_examples_never_flip_with_up_to_four_members_hidden() {
    let members = |subset: usize| (0..HIDE.len()).filter(move |index| subset & (1 << index) != 0).collect();
    let subsets: Vec<Vec<usize>> = (0..1_usize << HIDE.len()).filter(|subset| subset.count_ones() <= 4).map(members).collect();
    for full in all().iter().flat_map(|rule| [(rule.rejected)(), (rule.accepted)()]) {
        assert_never_flips(&full, subsets.iter().map(Vec::as_slice));
    }
}

#[test]
fn with_nothing_known_no_rule_about_the_request_is_settled() {
    for rule in all() {
        let mut nothing = example::change(example::off(), &example::off());
        [1, 2, 3, 4].into_iter().for_each(|index: usize| HIDE[index].1(&mut nothing));
        let expected = match rule.name {
            "changed_since_plan" | "destroy_prevented" | "destroy_turns_off" | "destroy_retains" => Verdict::Holds,
            _ => Verdict::Undecided,
        };
        assert_eq!((rule.check)(&nothing), expected, "{}", rule.name);
    }
}

#[test]
fn a_fully_known_change_is_undecided_only_where_a_policy_is() {
    for full in changes() {
        for rule in all().iter().filter(|rule| (rule.check)(&full) == Verdict::Undecided) {
            assert!(rule.name.starts_with("sms_role_") && !full.role.is_null(), "{} is undecided of {full:?}", rule.name);
        }
    }
}
