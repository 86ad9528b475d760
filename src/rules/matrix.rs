//! What becomes of each step from one MFA mode to another: the judge's own answers on representative changes, as a table.
//!
//! Nothing here is written by hand but the changes that are asked about. A new rule finds its place by its own example.

use super::policy::{Level, Policy, Profile};
use super::{BySeverityProfile, Moment, Rule, Standing, Verdict, all, example, hcl, judge};
use crate::mfa::{Answer, Factor, Mode, PoolFacts, Settings, Transition, Wanted};
use crate::tf::{Severity, Value};

/// What becomes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing is said of it.
    Allowed,
    /// It goes on, with a warning.
    Warned,
    /// It is an error at plan.
    Refused,
}

impl Outcome {
    /// One word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "warned",
            Self::Refused => "refused",
        }
    }
}

impl From<Level> for Outcome {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => Self::Allowed,
            Level::Warning => Self::Warned,
            Level::Error => Self::Refused,
        }
    }
}

/// A rule that has something to say of a step.
#[derive(Clone, Copy, Debug)]
pub struct Concern {
    /// The rule.
    pub rule: &'static Rule,
    /// How loud it is on this step.
    pub levels: BySeverityProfile,
    /// Whether it is about taking this step, and says nothing of a change that stays in the mode the step ends in.
    pub is_of_step: bool,
}

/// One step between modes, or a change that stays in its mode.
#[derive(Clone, Debug)]
pub struct Step {
    /// The mode the pool has.
    pub from: Mode,
    /// The mode that is asked for.
    pub to: Mode,
    /// Rules that speak up in the plainest case: a pool with users, whose one factor is the authenticator app while MFA is active.
    pub plain: Vec<Concern>,
    /// Rules that speak up where the pool or the request has what they look for.
    pub conditional: Vec<Concern>,
}

impl Step {
    /// What becomes of the plainest case.
    pub fn outcome(&self, profile: Profile) -> Outcome {
        loudest(&self.plain, profile)
    }

    /// The worst that can become of the step, whatever the pool and the request have.
    pub fn worst(&self, profile: Profile) -> Outcome {
        loudest(&self.conditional, profile).max(self.outcome(profile))
    }
}

fn loudest(concerns: &[Concern], profile: Profile) -> Outcome {
    concerns.iter().map(|concern| Outcome::from(concern.levels.level(profile))).max().unwrap_or(Outcome::Allowed)
}

/// Every step from one mode to another, and every mode that stays, in the order of [`Mode::ALL`].
pub fn steps() -> Vec<Step> {
    Mode::ALL.into_iter().flat_map(|from| Mode::ALL.map(|to| step(from, to))).collect()
}

/// One step of the table.
pub fn step(from: Mode, to: Mode) -> Step {
    let plain: Vec<Concern> = all().iter().filter_map(|rule| concern(rule, plain_change, from, to)).collect();
    let is_plain = |rule: &Rule| plain.iter().any(|concern| concern.rule.name == rule.name);
    let conditional = all()
        .iter()
        .filter(|rule| !is_plain(rule))
        .filter_map(|rule| concern(rule, |from, to| moved(rule, from, to), from, to))
        .collect();
    Step { from, to, plain, conditional }
}

/// The steps through a third mode, where each of them fares better than the direct one.
pub fn way_around(from: Mode, to: Mode, profile: Profile) -> Option<[Step; 2]> {
    let direct = step(from, to).outcome(profile);
    let ways =
        Mode::ALL.into_iter().filter(|middle| ![from, to].contains(middle)).map(|middle| [step(from, middle), step(middle, to)]);
    ways.into_iter().find(|way| from != to && way.iter().all(|step| step.outcome(profile) < direct))
}

/// The lines of a `waivers` argument that lets a step pass these rules; those for which no waiver counts are left out.
pub fn waivers(concerns: &[&Concern]) -> Vec<String> {
    let waiver = |concern: &&Concern| {
        let Verdict::Broken(finding) = (concern.rule.check)(&(concern.rule.rejected)()) else { return None };
        let reason = finding.allow?.reason();
        (concern.rule.evidence.standing != Standing::Integrity).then_some((concern.rule.name, reason))
    };
    hcl::waivers(&concerns.iter().filter_map(waiver).collect::<Vec<_>>())
}

/// How loud a rule is on the changes of a step; `None` where no profile hears of it.
fn concern(rule: &'static Rule, changes: impl Fn(Mode, Mode) -> Vec<Transition>, from: Mode, to: Mode) -> Option<Concern> {
    let step = changes(from, to);
    let level = |profile| step.iter().map(|change| level(rule, change, profile)).max().unwrap_or(Level::Off);
    let levels =
        BySeverityProfile { aws: level(Profile::Aws), guarded: level(Profile::Guarded), classic: level(Profile::Classic) };
    if Profile::ALL.into_iter().all(|profile| levels.level(profile) == Level::Off) {
        return None;
    }
    let is_heard = |change: &Transition| Profile::ALL.into_iter().any(|profile| self::level(rule, change, profile) > Level::Off);
    let is_of_step = from != to && !changes(to, to).iter().any(is_heard);
    Some(Concern { rule, levels, is_of_step })
}

/// How loudly the judge reports a rule on a change.
fn level(rule: &Rule, change: &Transition, profile: Profile) -> Level {
    // Asked first because it is quick: most rules have nothing to say of most steps.
    if !matches!((rule.check)(change), Verdict::Broken(_)) {
        return Level::Off;
    }
    let policy = Policy { profile, ..Policy::default() };
    let diagnostics = judge(change, Moment::Plan, &policy);
    let mine = diagnostics.iter().filter(|diagnostic| diagnostic.cause.as_deref() == Some(rule.name));
    mine.map(|diagnostic| if diagnostic.severity == Severity::Error { Level::Error } else { Level::Warning })
        .max()
        .unwrap_or(Level::Off)
}

/// The plainest case of a step.
fn plain_change(from: Mode, to: Mode) -> Vec<Transition> {
    vec![example::change(plain(from), &plain(to))]
}

fn plain(mode: Mode) -> Settings {
    if mode == Mode::Off { example::off() } else { example::token(mode) }
}

/// A rule's own example made into a step between other modes: with the factors it has, with those that the new mode
/// asks for, and without the authenticator app where another factor is left.
///
/// None of an example that is no step that someone asks for.
fn moved(rule: &Rule, from: Mode, to: Mode) -> Vec<Transition> {
    let example = (rule.rejected)();
    if !example::is_step(&example) {
        return Vec::new();
    }
    let (Value::Known(live), Value::Known(wanted)) = (live(&example, from), &example.request) else { return Vec::new() };
    let kept = Wanted { mode: Value::Known(to), ..wanted.clone() };
    let fitting = if to == Mode::Off {
        Wanted { token: Value::Null, sms_sender: Value::Null, sms_message: Value::Null, email: Value::Null, ..kept.clone() }
    } else {
        Wanted { token: Value::Known(true), ..kept.clone() }
    };
    let change = |request| Transition { live: Value::Known(live.clone()), request: Value::Known(request), ..example.clone() };
    let mut changes = vec![change(kept.clone()), change(fitting)];
    // Some rules are louder where their factor is the only one.
    let alone = Wanted { token: Value::Null, ..kept };
    if to != Mode::Off && alone.carries_any() == Answer::Yes {
        changes.push(change(alone));
    }
    changes
}

/// What the pool of a rule's example has in another mode. An `OFF` pool keeps its SMS sender alone (rows M11, M13), and an active one
/// has a factor (row M03).
fn live(example: &Transition, mode: Mode) -> Value<Settings> {
    let settings = example.live.known().cloned().unwrap_or(Settings::UNTOUCHED);
    let settings = Settings { mode, ..settings };
    let sender = example.pool.known().and_then(|pool: &PoolFacts| pool.sms_sender.as_ref());
    let has_factor = settings.factors().iter().any(|factor| *factor != Factor::Sms) || sender.is_some();
    Value::Known(match mode {
        Mode::Off => Settings { token_enabled: None, email: None, ..settings },
        _ if has_factor => settings,
        _ => Settings { token_enabled: Some(true), ..settings },
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::mfa::Mode::{Off, On, Optional};
    use crate::rules::example::is_step;
    use crate::rules::find;

    fn names(concerns: &[Concern]) -> Vec<&'static str> {
        concerns.iter().map(|concern| concern.rule.name).collect()
    }

    /// The request of one of the changes that a rule's example is made into.
    fn request(change: &Transition) -> Wanted {
        change.request.known().unwrap().clone()
    }

    #[test]
    fn an_example_is_moved_with_all_it_has_but_its_modes() {
        let rule = find("sms_still_available").unwrap();
        let example = (rule.rejected)();
        let wanted = request(&example);
        for (from, to) in [(Off, Optional), (On, Off), (Optional, On)] {
            let changes = moved(rule, from, to);
            for change in &changes {
                assert_eq!((change.live_mode_in(&[from]), change.wanted_mode_in(&[to])), (Answer::Yes, Answer::Yes));
                assert_eq!((&change.pool, &change.user_pool_id), (&example.pool, &example.user_pool_id));
                assert_eq!(request(change).web_authn, wanted.web_authn);
            }
            assert_eq!(request(&changes[0]), Wanted { mode: Value::Known(to), ..wanted.clone() });
            if to == Off {
                assert_eq!(changes.len(), 2);
                let none = [Answer::No; 3];
                assert_eq!(Factor::ALL.map(|factor| request(&changes[1]).carries(factor)), none);
                assert_eq!(request(&changes[1]).sms_message, Value::Null);
            } else {
                assert_eq!(request(&changes[1]), Wanted { mode: Value::Known(to), token: Value::Known(true), ..wanted.clone() });
            }
        }
        let about_a_destroy = find("destroy_prevented").unwrap();
        assert_eq!(moved(about_a_destroy, On, Off), Vec::new());
        assert_eq!(moved(find("changed_since_plan").unwrap(), On, Off), Vec::new());
    }

    #[test]
    fn a_moved_example_of_sms_leaves_its_sender_and_message_out_beside_off() {
        for name in ["sms_sandbox", "sms_role_missing", "sns_region_not_allowed"] {
            let changes = moved(find(name).unwrap(), On, Off);
            assert_eq!(request(&changes[0]).carries(Factor::Sms), Answer::Yes, "{name}");
            let fitting = request(&changes[1]);
            assert_eq!((&fitting.sms_sender, &fitting.sms_message), (&Value::Null, &Value::Null), "{name}");
        }
        let email = moved(find("email_on_lite_tier").unwrap(), On, Off);
        assert_eq!([&email[0], &email[1]].map(|change| request(change).carries(Factor::Email)), [Answer::Yes, Answer::No]);
        let app = moved(find("email_on_lite_tier").unwrap(), Off, On);
        assert_eq!(request(&app[1]).token, Value::Known(true));
        let message = moved(find("message_without_sender").unwrap(), On, Off);
        assert_eq!((request(&message[0]).sms_message.is_null(), request(&message[1]).sms_message.is_null()), (false, true));
    }

    #[test]
    fn a_moved_example_is_also_asked_without_the_app_where_another_factor_is_left() {
        for name in ["email_on_lite_tier", "sms_sandbox"] {
            let changes = moved(find(name).unwrap(), Off, On);
            assert_eq!(changes.len(), 3, "{name}");
            assert_eq!((&request(&changes[2]).token, request(&changes[2]).carries_any()), (&Value::Null, Answer::Yes), "{name}");
            assert_eq!(moved(find(name).unwrap(), On, Off).len(), 2, "{name}");
        }
        assert_eq!(moved(find("off_to_required").unwrap(), Off, On).len(), 2, "the app is all it has");
    }

    #[test]
    fn a_pool_in_another_mode_has_what_that_mode_allows() {
        let on_pool = |settings: Settings, mode| live(&example::change(settings, &example::off()), mode).known().unwrap().clone();
        let email = example::with_email(Settings { mode: On, ..Settings::UNTOUCHED });
        assert_eq!(on_pool(email.clone(), Off).factors(), [], "an `OFF` pool has neither app nor email");
        assert_eq!(on_pool(email, Optional).factors(), [Factor::Email]);
        assert_eq!(on_pool(example::off(), On), example::token(On), "an active pool has a factor");
        assert_eq!(on_pool(example::token(On), Off), example::off());
        let sms = on_pool(example::sms(On), Off);
        assert_eq!((sms.mode, sms.factors()), (Off, vec![Factor::Sms]), "it keeps its SMS sender");
        assert_eq!(on_pool(example::sms(Off), On), example::sms(On));
    }

    #[test]
    fn the_table_has_every_step_once() {
        let pairs: Vec<(Mode, Mode)> = steps().iter().map(|step| (step.from, step.to)).collect();
        let expected = [
            (Off, Off),
            (Off, Optional),
            (Off, On),
            (Optional, Off),
            (Optional, Optional),
            (Optional, On),
            (On, Off),
            (On, Optional),
            (On, On),
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn staying_in_a_mode_is_allowed() {
        for mode in Mode::ALL {
            for profile in Profile::ALL {
                assert_eq!(step(mode, mode).outcome(profile), Outcome::Allowed, "{mode} in {}", profile.as_str());
            }
        }
    }

    #[test]
    fn the_direct_way_down_is_refused_where_it_is_guarded() {
        let down = step(On, Off);
        assert_eq!(Profile::ALL.map(|profile| down.outcome(profile)), [Outcome::Warned, Outcome::Refused, Outcome::Refused]);
        assert!(names(&down.plain).contains(&"required_to_off"));
    }

    #[test]
    fn what_depends_on_the_pool_is_told_apart() {
        for from in [Optional, On] {
            let down = step(from, Off);
            let kept = down.conditional.iter().find(|concern| concern.rule.name == "sms_role_with_mode_off").unwrap();
            assert_eq!((kept.levels, kept.is_of_step), (BySeverityProfile::GUARDED, true));
            assert_eq!(down.worst(Profile::Guarded), Outcome::Refused);
        }
        let of_request =
            step(On, Off).conditional.into_iter().find(|concern| concern.rule.name == "factors_with_mode_off").unwrap();
        assert!(!of_request.is_of_step, "a factor beside OFF is refused whatever the pool had");
        assert!(!names(&step(Off, Off).conditional).contains(&"sms_role_with_mode_off"));
        assert!(names(&step(Off, On).conditional).contains(&"active_mode_without_factor"));
    }

    #[test]
    fn every_rule_about_a_step_has_one() {
        let steps = steps();
        for rule in all() {
            let example = (rule.rejected)();
            let is_step = is_step(&example);
            let mut concerns = steps.iter().flat_map(|step| step.plain.iter().chain(&step.conditional));
            assert_eq!(concerns.any(|concern| concern.rule.name == rule.name), is_step, "{}", rule.name);
        }
    }

    #[test]
    fn a_rules_own_example_is_in_the_table() {
        for rule in all() {
            let example = (rule.rejected)();
            let (Some(live), Some(wanted)) = (example.live.known(), example.request.known()) else { continue };
            let Some(to) = wanted.mode.known() else { continue };
            if !is_step(&example) {
                continue;
            }
            let step = step(live.mode, *to);
            let concern = step.plain.iter().chain(&step.conditional).find(|concern| concern.rule.name == rule.name);
            let concern = concern.unwrap_or_else(|| panic!("{} is not in {} -> {to}", rule.name, live.mode));
            for profile in Profile::ALL {
                assert!(concern.levels.level(profile) >= level(rule, &example, profile), "{}", rule.name);
            }
        }
    }

    #[test]
    fn a_way_around_fares_better() {
        let way = way_around(On, Off, Profile::Guarded).unwrap();
        assert_eq!(way.map(|step| (step.from, step.to)), [(On, Optional), (Optional, Off)]);
        assert!(way_around(On, Off, Profile::Aws).is_none(), "the way around is warned of as well");
        assert!(way_around(Off, Optional, Profile::Guarded).is_none());
        assert!(way_around(On, On, Profile::Classic).is_none());
    }

    #[test]
    fn waivers_are_those_of_the_findings() {
        let concern = |name| Concern { rule: find(name).unwrap(), levels: BySeverityProfile::ERROR, is_of_step: true };
        let all = ["required_to_off", "factors_with_mode_off", "changed_since_plan", "sign_in_weakened"].map(concern);
        let lines = waivers(&all.iter().collect::<Vec<_>>());
        let rules: Vec<&String> = lines.iter().filter(|line| line.contains("rule ")).collect();
        assert_eq!(rules, ["    rule   = \"required_to_off\"", "    rule   = \"sign_in_weakened\""]);
        assert_eq!(lines.iter().filter(|line| line.contains("waivers")).count(), 1, "{lines:?}");
        assert!(waivers(&[]).is_empty());
    }
}
