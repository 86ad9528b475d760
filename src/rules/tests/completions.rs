//! More knowledge settles an undecided verdict; it never turns one settled verdict into another.

use std::mem::{Discriminant, discriminant};

use crate::mfa::{
    FactorPreference, PoolFacts, PoolMember, PreferenceChange, RoleFacts, SnsFacts, Transition, Wanted, WantedEmail,
    WantedSender, WantedWebAuthn,
};
use crate::rules::tests::domain::{self, Dice};
use crate::rules::{BySeverityProfile, Level, Rule, Verdict, all, example};
use crate::tf::Value::{self, Known, Unknown};

type Edit = fn(&mut Transition);

/// Every way to know less, one member each.
const HIDE: [(&str, Edit); 50] = [
    ("user_pool_id", |change| change.user_pool_id = Unknown),
    ("live", |change| change.live = Unknown),
    ("pool", |change| change.pool = Unknown),
    ("role", |change| change.role = Unknown),
    ("sns", |change| change.sns = Unknown),
    ("request", |change| change.request = Unknown),
    ("mode", |change| within(change, |wanted| wanted.mode = Unknown)),
    ("token", |change| within(change, |wanted| wanted.token = Unknown)),
    ("sms message", |change| within(change, |wanted| wanted.sms_message = Unknown)),
    ("sender", |change| within(change, |wanted| wanted.sms_sender = Unknown)),
    ("sender's role", |change| sender(change, |arn, _, _| *arn = Unknown)),
    ("external id", |change| sender(change, |_, id, _| *id = Unknown)),
    ("sender's Region", |change| sender(change, |_, _, region| *region = Unknown)),
    ("email", |change| within(change, |wanted| wanted.email = Unknown)),
    ("email message", |change| email(change, |email| email.message = Unknown)),
    ("email subject", |change| email(change, |email| email.subject = Unknown)),
    ("passkeys", |change| within(change, |wanted| wanted.web_authn = Unknown)),
    ("relying party", |change| passkeys(change, |passkeys| passkeys.relying_party_id = Unknown)),
    ("user verification", |change| passkeys(change, |passkeys| passkeys.user_verification = Unknown)),
    ("factor configuration", |change| passkeys(change, |passkeys| passkeys.factor_configuration = Unknown)),
    ("permissions", |change| {
        if let Known(RoleFacts::Found { permissions, .. }) = &mut change.role {
            *permissions = Unknown;
        }
    }),
    ("sandbox", |change| sns(change, |sns| sns.in_sandbox = Unknown)),
    ("verified numbers", |change| sns(change, |sns| sns.verified_numbers = Unknown)),
    ("spend limit", |change| sns(change, |sns| sns.monthly_spend_limit = Unknown)),
    ("origination numbers", |change| sns(change, |sns| sns.origination_numbers = Unknown)),
    ("username", |change| preference(change, |preference| preference.username = Unknown)),
    ("user", |change| preference(change, |preference| preference.user = Unknown)),
    ("token of the user", |change| preference(change, |preference| preference.wanted.token = Unknown)),
    ("SMS of the user", |change| preference(change, |preference| preference.wanted.sms = Unknown)),
    ("email of the user", |change| preference(change, |preference| preference.wanted.email = Unknown)),
    ("passkeys of the user", |change| preference(change, |preference| preference.wanted.passkey = Unknown)),
    ("enabled", |change| sms_block(change, |block| block.enabled = Unknown)),
    ("preferred", |change| sms_block(change, |block| block.preferred = Unknown)),
    ("users of the role", |change| {
        if let Some(deletion) = &mut change.role_deletion {
            deletion.users = Unknown;
        }
    }),
    ("sibling", |change| change.sibling = Unknown),
    ("sibling's mode", |change| beside(change, |planned| planned.mode = Unknown)),
    ("sibling's token", |change| beside(change, |planned| planned.token = Unknown)),
    ("sibling's sender", |change| beside(change, |planned| planned.sms_sender = Unknown)),
    ("pool's sender", |change| open(change, PoolMember::SmsSender)),
    ("pool's users", |change| open(change, PoolMember::EstimatedUsers)),
    ("pool's verified attributes", |change| open(change, PoolMember::AutoVerifiedAttributes)),
    ("pool's tier", |change| open(change, PoolMember::Tier)),
    ("pool's first factors", |change| open(change, PoolMember::FirstFactors)),
    ("pool's email account", |change| open(change, PoolMember::EmailSendingAccount)),
    ("pool's recovery", |change| open(change, PoolMember::Recovery)),
    ("pool's threat protection", |change| open(change, PoolMember::ThreatProtection)),
    ("pool's devices", |change| open(change, PoolMember::ChallengeOnNewDevice)),
    ("pool's phone", |change| open(change, PoolMember::PhoneRequired)),
    ("pool's domains", |change| open(change, PoolMember::Domains)),
    ("pool's SMS failure", |change| open(change, PoolMember::SmsConfigurationFailure)),
];

/// The members of [`HIDE`] that are whole.
const WHOLE: [usize; 6] = [0, 1, 2, 3, 4, 5];

fn within(change: &mut Transition, edit: fn(&mut Wanted)) {
    if let Known(wanted) = &mut change.request {
        edit(wanted);
    }
}

fn beside(change: &mut Transition, edit: fn(&mut Wanted)) {
    if let Known(sibling) = &mut change.sibling {
        edit(&mut sibling.settings);
    }
}

/// What stands in the place of a member that is not settled says nothing.
fn open(change: &mut Transition, member: PoolMember) {
    let Known(pool) = &mut change.pool else { return };
    pool.unsettled.insert(member);
    let nothing = PoolFacts::default();
    match member {
        PoolMember::SmsSender => pool.sms_sender = nothing.sms_sender,
        PoolMember::EstimatedUsers => pool.estimated_users = nothing.estimated_users,
        PoolMember::AutoVerifiedAttributes => pool.auto_verified_attributes = nothing.auto_verified_attributes,
        PoolMember::Tier => pool.tier = nothing.tier,
        PoolMember::FirstFactors => pool.first_factors = nothing.first_factors,
        PoolMember::EmailSendingAccount => pool.email_sending_account = nothing.email_sending_account,
        PoolMember::Recovery => pool.recovery = nothing.recovery,
        PoolMember::ThreatProtection => pool.threat_protection = nothing.threat_protection,
        PoolMember::ChallengeOnNewDevice => pool.challenge_on_new_device = nothing.challenge_on_new_device,
        PoolMember::PhoneRequired => pool.phone_required = nothing.phone_required,
        PoolMember::Domains => (pool.custom_domain, pool.domain) = (nothing.custom_domain, nothing.domain),
        PoolMember::SmsConfigurationFailure => pool.sms_configuration_failure = nothing.sms_configuration_failure,
    }
}

fn sender(change: &mut Transition, edit: fn(&mut Value<String>, &mut Value<String>, &mut Value<String>)) {
    let Known(Wanted { sms_sender: Known(sender), .. }) = &mut change.request else { return };
    match sender {
        WantedSender::Sns { caller_arn, external_id, region }
        | WantedSender::EndUserMessaging { caller_arn, external_id, region, .. } => edit(caller_arn, external_id, region),
    }
}

fn email(change: &mut Transition, edit: fn(&mut WantedEmail)) {
    if let Known(Wanted { email: Known(email), .. }) = &mut change.request {
        edit(email);
    }
}

fn passkeys(change: &mut Transition, edit: fn(&mut WantedWebAuthn)) {
    if let Known(Wanted { web_authn: Known(passkeys), .. }) = &mut change.request {
        edit(passkeys);
    }
}

fn sns(change: &mut Transition, edit: fn(&mut SnsFacts)) {
    if let Known(sns) = &mut change.sns {
        edit(sns);
    }
}

fn preference(change: &mut Transition, edit: fn(&mut PreferenceChange)) {
    change.preference.as_mut().into_iter().for_each(edit);
}

fn sms_block(change: &mut Transition, edit: fn(&mut FactorPreference)) {
    if let Some(Known(block)) = change.preference.as_mut().map(|preference| &mut preference.wanted.sms) {
        edit(block);
    }
}

/// The verdict without its words.
type Kind = (Discriminant<Verdict>, Option<Level>, Option<BySeverityProfile>);

fn kind(verdict: &Verdict) -> Kind {
    match verdict {
        Verdict::Broken(finding) => (discriminant(verdict), finding.cap, finding.severity),
        Verdict::Holds | Verdict::Undecided => (discriminant(verdict), None, None),
    }
}

fn settled<'a>(rules: &[&'a Rule], full: &Transition) -> Vec<(&'a Rule, Kind)> {
    rules.iter().map(|rule| (*rule, kind(&(rule.check)(full)))).collect()
}

/// A verdict on less knowledge is the one on full knowledge, or undecided. As this is so for every full change, a settled verdict
/// holds for all completions.
fn assert_same_or_undecided(settled: &[(&Rule, Kind)], full: &Transition, hidden: &[usize]) {
    let mut less = full.clone();
    hidden.iter().for_each(|index| HIDE[*index].1(&mut less));
    for (rule, settled) in settled {
        let verdict = (rule.check)(&less);
        let hidden = || hidden.iter().map(|index| HIDE[*index].0).collect::<Vec<_>>();
        let same = verdict == Verdict::Undecided || kind(&verdict) == *settled;
        assert!(same, "{} says {verdict:?} without {:?} of {full:?}", rule.name, hidden());
    }
}

#[test]
fn a_verdict_never_flips_over_modes_and_factors() {
    let rules: Vec<&Rule> = all().iter().collect();
    for full in domain::plain() {
        let settled = settled(&rules, &full);
        [1, 2, 5, 6, 7, 9, 13].into_iter().for_each(|index| assert_same_or_undecided(&settled, &full, &[index]));
    }
}

#[test]
fn a_verdict_never_flips_anywhere() {
    let rules: Vec<&Rule> = all().iter().collect();
    let mut dice = Dice::new(20_261_122);
    for _ in 0..5_000 {
        let full = domain::change(&mut dice);
        let settled = settled(&rules, &full);
        for count in 1..=3 {
            let hidden: Vec<usize> = (0..count).map(|_| dice.below(HIDE.len())).collect();
            assert_same_or_undecided(&settled, &full, &hidden);
        }
    }
}

#[test]
fn the_examples_never_flip_with_up_to_three_members_hidden() {
    for rule in all() {
        for full in [(rule.rejected)(), (rule.accepted)()] {
            let settled = settled(&[rule], &full);
            for first in 0..HIDE.len() {
                for second in first..HIDE.len() {
                    (second..HIDE.len()).for_each(|third| assert_same_or_undecided(&settled, &full, &[first, second, third]));
                }
            }
        }
    }
}

#[test]
fn every_rule_is_broken_somewhere_in_the_domain() {
    let mut dice = Dice::new(7);
    let changes: Vec<Transition> = (0..3_000).map(|_| domain::change(&mut dice)).collect();
    for rule in all() {
        let broken = changes.iter().filter(|change| matches!((rule.check)(change), Verdict::Broken(_))).count();
        assert!(broken > 0 && broken < changes.len(), "{} is broken by {broken}", rule.name);
    }
}

#[test]
fn with_nothing_known_no_rule_about_the_request_is_settled() {
    for rule in all() {
        let mut nothing = example::change(example::off(), &example::off());
        WHOLE.into_iter().for_each(|index| HIDE[index].1(&mut nothing));
        let expected = match rule.name {
            "changed_since_plan" | "restore_weakens" | "two_managers" | "destroy_prevented" | "destroy_turns_off"
            | "destroy_retains" | "last_factor_kept" | "sms_role_in_use" => Verdict::Holds,
            // No preference is asked for.
            name if name.starts_with("preference_") => Verdict::Holds,
            // Nobody else is known to write to the pool.
            "aws_user_pool_will_reset" => Verdict::Holds,
            _ => Verdict::Undecided,
        };
        assert_eq!((rule.check)(&nothing), expected, "{}", rule.name);
    }
}

#[test]
fn a_fully_known_change_is_undecided_only_where_a_policy_is() {
    let mut dice = Dice::new(11);
    let mut undecided = 0;
    for full in domain::plain().into_iter().chain((0..2_000).map(|_| domain::change(&mut dice))) {
        for rule in all().iter().filter(|rule| (rule.check)(&full) == Verdict::Undecided) {
            assert!(rule.name.starts_with("sms_role_") && !full.role.is_null(), "{} is undecided of {full:?}", rule.name);
            undecided += 1;
        }
    }
    assert!(undecided > 0, "no policy was left open");
}
