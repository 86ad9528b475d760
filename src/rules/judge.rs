//! Every rule's verdict on a change, weighed by policy, at most one for one mistake.

use super::finding::{Ending, Part, Proposal, compose};
use super::policy::{Level, Policy, Waiver};
use super::waivers;
use super::{Finding, Moment, Rule, Standing, Verdict, all};
use crate::mfa::Transition;
use crate::tf::Diagnostic;

/// The rules about the role that a sender names: whether it is there, and suits the pool.
pub const ABOUT_THE_SMS_ROLE: &[&str] = &[
    "sms_role_in_other_account",
    "sms_role_missing",
    "sms_role_without_trust",
    "sms_role_external_id_mismatch",
    "sms_role_without_publish",
    "sms_role_open_to_confused_deputy",
];

/// Who speaks for whom: while the first is reported, and at least as loudly, the others are left out.
pub(super) const PRECEDENCE: &[(&str, &[&str])] = &[
    // What is said of a change from what the pool had is moot when it has something else.
    (
        "changed_since_plan",
        &[
            "required_to_off",
            "off_to_required",
            "sms_role_with_mode_off",
            "enrolled_factor_removed",
            "sms_sender_switched",
            "sign_in_weakened",
            "restore_weakens",
        ],
    ),
    // The factors have to go, so what is wrong with each of them does not matter; AWS looks at this first as well (row M09).
    (
        "factors_with_mode_off",
        &[
            "sms_role_with_mode_off",
            "required_to_off",
            "sign_in_weakened",
            "phone_verification_with_mode_off",
            "email_without_ses",
            "email_with_email_only_recovery",
            "email_on_lite_tier",
            "sns_region_not_allowed",
            "eums_not_in_region",
            "sms_sender_switched",
            "phone_recovery_with_sms",
        ],
    ),
    ("factors_with_mode_off", ABOUT_THE_SMS_ROLE),
    (
        "active_mode_without_factor",
        &["off_to_required", "enrolled_factor_removed", "sign_in_weakened", "sms_still_available", "message_without_sender"],
    ),
    ("required_to_off", &["sign_in_weakened", "destroy_turns_off"]),
    ("sms_role_with_mode_off", &["sign_in_weakened", "destroy_turns_off"]),
    ("enrolled_factor_removed", &["sign_in_weakened"]),
    ("destroy_prevented", &["destroy_retains"]),
    ("destroy_turns_off", &["sign_in_weakened"]),
    ("restore_weakens", &["sign_in_weakened"]),
    ("email_with_email_only_recovery", &["recovery_through_mfa_channel"]),
    ("phone_recovery_with_sms", &["recovery_through_mfa_channel"]),
    ("passkey_factor_on_lite_tier", &["passkey_without_required_verification"]),
    // IAM was asked in the account of the credentials, so that it knows no such role is no wonder.
    ("sms_role_in_other_account", &["sms_role_missing"]),
    ("sms_role_without_trust", &["sms_role_external_id_mismatch", "sms_role_open_to_confused_deputy"]),
    ("eums_not_in_region", &["sns_region_not_allowed"]),
    ("sms_sandbox", &["sms_spend_limit"]),
];

/// Rules about what AWS refuses that also have findings AWS is not known to refuse: a severity counts for those.
pub(super) const WITH_QUIETER_FINDINGS: &[&str] = &[
    "email_with_email_only_recovery",
    "preference_for_unavailable_factor",
    "sms_role_without_trust",
    "sms_role_external_id_mismatch",
];

/// Whether a severity below the usual one is heard for any finding of the rule.
pub fn can_be_lowered(rule: &Rule) -> bool {
    match rule.evidence.standing {
        Standing::Integrity => false,
        Standing::Api => WITH_QUIETER_FINDINGS.contains(&rule.name),
        Standing::Documented | Standing::Reported | Standing::Guard | Standing::Advice => true,
    }
}

/// Rules that only warn in a plan and refuse at apply: a plan cannot see what the same run does to the other side first. A severity of
/// the provider block holds in plans too.
pub(super) const WARNS_IN_A_PLAN: &[&str] = &["sms_role_in_use"];

/// A rule's verdict, and what becomes of it.
pub(super) struct Case<'a> {
    pub rule: &'static Rule,
    pub verdict: Verdict,
    /// How loud it is; `Off` where it is not reported.
    pub level: Level,
    /// The waiver that made it quieter.
    pub waiver: Option<&'a Waiver>,
}

/// Judges a change by every rule; the diagnostics come in catalogue order, at most one for one mistake, then those about
/// waivers.
///
/// At [`Moment::Validate`] only refusals of the API are reported: they need no provider block. [`judge_alone`] has the others.
pub fn judge(transition: &Transition, moment: Moment, policy: &Policy) -> Vec<Diagnostic> {
    let cases: Vec<Case<'_>> = all().iter().map(|rule| weigh(rule, transition, moment, policy)).collect();
    let heard: Vec<&Case<'_>> = cases.iter().filter(|case| !is_spoken_for(case, &cases)).collect();
    let proposals = refused(&heard, moment);
    let mut diagnostics: Vec<Diagnostic> =
        heard.iter().filter_map(|case| report(case, &proposals, (transition, moment), policy)).collect();
    diagnostics.extend(waivers::judge(transition, moment, policy, &cases));
    diagnostics
}

/// Judges a configuration alone by the rules whose level the provider block sets; [`judge`] at [`Moment::Validate`] has the others.
///
/// What is reported here a plan would report too: a rule that is broken stays broken when more is known.
pub fn judge_alone(transition: &Transition, policy: &Policy) -> Vec<Diagnostic> {
    let cases: Vec<Case<'_>> = all().iter().map(|rule| weigh(rule, transition, Moment::Plan, policy)).collect();
    let is_lowerable = |case: &&Case<'_>| match &case.verdict {
        Verdict::Broken(finding) => !is_refused_by_aws(case.rule, finding),
        Verdict::Holds | Verdict::Undecided => false,
    };
    let heard = cases.iter().filter(is_lowerable).filter(|case| !is_spoken_for(case, &cases));
    heard.filter_map(|case| report(case, &[], (transition, Moment::Plan), policy)).collect()
}

/// The rules about what someone else does to the pool: they have something to say while the resource itself changes nothing.
const WITHOUT_CHANGE: &[&str] = &["aws_user_pool_will_reset", "two_managers"];

/// Judges a plan in which the resource changes nothing. Waivers are not judged: none of them is needed for a change that is not there.
pub fn judge_unchanged(transition: &Transition, policy: &Policy) -> Vec<Diagnostic> {
    judge_some(WITHOUT_CHANGE, transition, policy)
}

/// The rules about an argument that is not sent to AWS: a change of it alone is no change of the pool.
const UNSENT: &[&str] = &["message_without_sender"];

/// Judges a plan that writes nothing to AWS, by the rules about arguments that it does change.
pub fn judge_unsent(transition: &Transition, policy: &Policy) -> Vec<Diagnostic> {
    judge_some(UNSENT, transition, policy)
}

fn judge_some(names: &[&str], transition: &Transition, policy: &Policy) -> Vec<Diagnostic> {
    let rules = all().iter().filter(|rule| names.contains(&rule.name));
    rules
        .filter_map(|rule| report(&weigh(rule, transition, Moment::Plan, policy), &[], (transition, Moment::Plan), policy))
        .collect()
}

/// The waivers that would let pass what is refused, in catalogue order.
fn refused(heard: &[&Case<'_>], moment: Moment) -> Vec<Proposal> {
    let errors = heard.iter().filter(|case| case.level == Level::Error);
    errors.filter_map(|case| proposal(case, moment)).collect()
}

/// The waiver that would let a case pass, where one counts.
fn proposal(case: &Case<'_>, moment: Moment) -> Option<Proposal> {
    let Verdict::Broken(finding) = &case.verdict else { return None };
    let allow = finding.allow.filter(|_| case.waiver.is_none() && is_waivable(case.rule, finding, moment))?;
    Some(Proposal { rule: case.rule.name, allow })
}

/// The waivers without which later plans would be refused.
fn needed(steps: &[Transition], policy: &Policy) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for step in steps {
        let cases: Vec<Case<'_>> = all().iter().map(|rule| weigh(rule, step, Moment::Plan, policy)).collect();
        let heard: Vec<&Case<'_>> = cases.iter().filter(|case| !is_spoken_for(case, &cases)).collect();
        let of_step = refused(&heard, Moment::Plan);
        proposals.extend(
            of_step.into_iter().filter(|proposal| !proposals.iter().any(|known| known.rule == proposal.rule)).collect::<Vec<_>>(),
        );
    }
    proposals
}

fn weigh<'a>(rule: &'static Rule, transition: &Transition, moment: Moment, policy: &'a Policy) -> Case<'a> {
    let verdict = match (rule.check)(transition) {
        Verdict::Broken(finding) if transition.deletion.is_some() => Verdict::Broken(finding.of_destroy()),
        verdict => verdict,
    };
    let Verdict::Broken(finding) = &verdict else {
        return Case { rule, verdict, level: Level::Off, waiver: None };
    };
    let usual = level(rule, finding, policy);
    let early = moment != Moment::Apply && WARNS_IN_A_PLAN.contains(&rule.name) && !policy.severity.contains_key(rule.name);
    let level = if early { usual.min(Level::Warning) } else { usual };
    let waiver = if is_waivable(rule, finding, moment) { waivers::active(rule, policy) } else { None };
    let level = match waiver {
        // Put off, not allowed: the user hears of it, and apply judges it afresh.
        Some(_) if is_refused_by_aws(rule, finding) => Level::Warning,
        Some(_) => Level::Off,
        None => level,
    };
    let unheard = moment == Moment::Validate && (!is_refused_by_aws(rule, finding) || waiver.is_some());
    Case { rule, verdict, level: if unheard { Level::Off } else { level }, waiver }
}

/// The level by profile and `rules.severity`, within what the rule's standing and the finding allow.
fn level(rule: &Rule, finding: &Finding, policy: &Policy) -> Level {
    let severity = finding.severity.unwrap_or(rule.severity);
    let usual = severity.level(policy.profile);
    let named = policy.severity.get(rule.name).copied();
    let chosen = named.unwrap_or(usual);
    let fixed = rule.evidence.standing == Standing::Integrity || is_refused_by_aws(rule, finding);
    let level = match policy.open.most(rule.name, named, |profile| severity.level(profile)) {
        _ if fixed => chosen.max(usual),
        // What only some values of what is not known yet refuse is told all the same, so that apply is no surprise.
        Some(most) => chosen.min(most.max(Level::Warning)),
        None => chosen,
    };
    finding.cap.map_or(level, |cap| level.min(cap))
}

/// Whether the finding is one that AWS is known to refuse: a capped finding of such a rule is not.
fn is_refused_by_aws(rule: &Rule, finding: &Finding) -> bool {
    rule.evidence.standing == Standing::Api && finding.cap.is_none()
}

fn is_waivable(rule: &Rule, finding: &Finding, moment: Moment) -> bool {
    rule.evidence.standing != Standing::Integrity && (moment != Moment::Apply || !is_refused_by_aws(rule, finding))
}

fn is_spoken_for(case: &Case<'_>, cases: &[Case<'_>]) -> bool {
    let winners = PRECEDENCE.iter().filter(|(_, losers)| losers.contains(&case.rule.name)).map(|(winner, _)| *winner);
    let loud = |winner: &str| cases.iter().any(|other| other.rule.name == winner && other.level >= case.level);
    case.level > Level::Off && winners.into_iter().any(loud)
}

fn report(
    case: &Case<'_>,
    refused: &[Proposal],
    (transition, moment): (&Transition, Moment),
    policy: &Policy,
) -> Option<Diagnostic> {
    let Verdict::Broken(finding) = &case.verdict else { return None };
    if case.level == Level::Off {
        return None;
    }
    let put_off = case.waiver.map(|waiver| {
        format!(
            "A waiver puts this off to apply ({}). It is judged again before the first write, and cannot be waived there.",
            waiver.reason.trim_end_matches('.')
        )
    });
    let closed = (finding.allow.is_some() && !policy.allow_waivers && is_waivable(case.rule, finding, moment))
        .then(|| "The provider block allows no waivers (`rules.allow_waivers = false`).".to_owned());
    let proposed = match proposal(case, moment).filter(|_| policy.allow_waivers) {
        None => Vec::new(),
        // A plan that is refused twice is not let pass by either waiver alone.
        Some(_) if refused.iter().any(|proposal| proposal.rule == case.rule.name) => refused.to_vec(),
        Some(own) => vec![own],
    };
    let steps = finding.fix.iter().filter_map(|part| match part {
        Part::WaiversOf(steps) => Some(needed(steps, policy)),
        Part::Text(_) | Part::Lines(_) => None,
    });
    let later = if policy.allow_waivers { steps.collect() } else { Vec::new() };
    let ending = Ending {
        proposed,
        has_waivers: !policy.waivers.is_empty(),
        later,
        remark: put_off.or(closed),
        subject: transition.subject(),
        stops_destroy: case.level == Level::Error
            && moment == Moment::Plan
            && transition.removal.is_none()
            && waivers::is_change(transition),
    };
    Some(compose(case.rule, finding, case.level, &ending))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::{PRECEDENCE, WARNS_IN_A_PLAN, judge};
    use crate::rules::{Level, Moment, Policy, find};
    use crate::tf::Diagnostic;

    #[test]
    fn the_precedence_table_names_rules() {
        for (winner, losers) in PRECEDENCE {
            for name in [winner].into_iter().chain(*losers) {
                assert!(find(name).is_some(), "{name} is no rule");
            }
        }
    }

    #[test]
    fn the_rules_that_warn_in_a_plan_are_errors_at_apply() {
        for name in WARNS_IN_A_PLAN {
            let broken = (find(name).unwrap().rejected)();
            let is_error = |moment| judge(&broken, moment, &Policy::default()).iter().any(Diagnostic::is_error);
            assert!(!is_error(Moment::Plan) && is_error(Moment::Apply), "{name}");
            let severity = [((*name).to_owned(), Level::Error)].into();
            let strict = Policy { severity, ..Policy::default() };
            assert!(judge(&broken, Moment::Plan, &strict).iter().any(Diagnostic::is_error), "{name}");
        }
    }
}
