//! One change, judged by the rules and sent to the sandbox whatever they say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cognitomfa::mfa::{Step, Transition};
use cognitomfa::rules::{self, Finding, Rule, Standing, Verdict};
use cognitomfa::sandbox::Refusal;

use super::account::Account;
use super::refusals;
use super::switches::{Position, move_to};

/// How many disagreements are printed.
const PRINTED: usize = 20;

/// What came of all cases of one enumeration.
#[derive(Debug, Default)]
pub struct Tally {
    pub cases: usize,
    pub unreachable: usize,
    pub no_ops: usize,
    /// Refused for a constraint of the service model: no well-formed request is.
    pub constrained: usize,
    /// Refusals by the position of the switches, and by message.
    refused: BTreeMap<Position, usize>,
    messages: BTreeMap<(Position, String), usize>,
    /// Cases in which the rule is broken, those that may only warn counted apart.
    broken: BTreeMap<(&'static str, bool), usize>,
    with_refusal_foreseen: usize,
    /// Changes by two calls that were refused in the first.
    detours_refused: usize,
    disagreements: BTreeMap<String, Vec<String>>,
}

/// A change, with where it is made.
pub struct Case<'a> {
    pub account: &'a Account,
    pub pool: &'a str,
    pub transition: &'a Transition,
    pub steps: &'a [Step],
    /// Rules that need not make up their mind on this case.
    pub may_be_undecided: &'a [&'a str],
}

impl Tally {
    /// Judges and sends. `describe` names the case for a reader of a disagreement.
    pub fn compare(&mut self, case: &Case<'_>, describe: impl Fn() -> String) {
        self.cases += 1;
        let broken = self.judged(case, &describe);
        let (foreseen, warned): (Vec<_>, Vec<_>) = broken
            .iter()
            .map(|(rule, finding)| (*rule, finding))
            .partition(|(rule, finding)| rule.evidence.standing == Standing::Api && finding.cap.is_none());
        self.with_refusal_foreseen += usize::from(!foreseen.is_empty());
        for position in [Position::Accepting, Position::Refusing] {
            let mut account = case.account.clone();
            move_to(&mut account, position);
            let refusal = account.take(case.pool, case.steps).err();
            let said = refusal.as_ref().map_or("accepted".to_owned(), |refusal| refusal.message.clone());
            let kind = self.disagreement(position, refusal.as_ref(), &foreseen, &warned);
            if let Some(kind) = kind.filter(|_| !self.is_warned_detour(case, refusal.as_ref(), &warned)) {
                let names = |of: &[(&Rule, &Finding)]| of.iter().map(|(rule, _)| rule.name).collect::<Vec<_>>().join(" ");
                let found = foreseen.iter().chain(&warned).map(|(_, finding)| finding.found.as_str()).collect::<Vec<_>>();
                let text = format!(
                    "{}\n      sandbox, {position:?}: {said}\n      api rules: [{}]; others: [{}]\n      {}",
                    describe(),
                    names(&foreseen),
                    names(&warned),
                    found.join("\n      ")
                );
                self.disagreements.entry(kind).or_default().push(text);
            }
        }
    }

    /// Whether a change by two calls is refused that is warned of: the first one replays the factors of a pool that is turned off,
    /// which may be what AWS would no longer take.
    fn is_warned_detour(&mut self, case: &Case<'_>, refusal: Option<&Refusal>, warned: &[(&Rule, &Finding)]) -> bool {
        let is_detour = case.steps.len() > 1 && refusal.is_some();
        let excused = is_detour && warned.iter().any(|(rule, _)| rule.name == "phone_verification_with_mode_off");
        self.detours_refused += usize::from(excused);
        excused
    }

    /// The broken rules. A rule that cannot make up its mind although everything is known is a disagreement.
    fn judged(&mut self, case: &Case<'_>, describe: &impl Fn() -> String) -> Vec<(&'static Rule, Finding)> {
        let mut broken = Vec::new();
        for rule in rules::all() {
            match (rule.check)(case.transition) {
                Verdict::Holds => {}
                Verdict::Undecided if case.may_be_undecided.contains(&rule.name) => {}
                Verdict::Undecided => {
                    self.disagreements.entry(format!("undecided: {}", rule.name)).or_default().push(describe());
                }
                Verdict::Broken(finding) => {
                    *self.broken.entry((rule.name, finding.cap.is_some())).or_default() += 1;
                    broken.push((rule, finding));
                }
            }
        }
        broken
    }

    /// The kind of disagreement, where there is one.
    ///
    /// With the switches in their accepting positions the sandbox refuses what is known to be refused, and so do the rules of
    /// that standing: each exactly when the other does, in the same words. In the refusing positions a refusal has a finding that
    /// is about what was refused, of whatever standing.
    fn disagreement(
        &mut self,
        position: Position,
        refusal: Option<&Refusal>,
        foreseen: &[(&Rule, &Finding)],
        warned: &[(&Rule, &Finding)],
    ) -> Option<String> {
        let Some(refusal) = refusal else {
            let name = foreseen.first().map(|(rule, _)| rule.name)?;
            return Some(format!("{position:?}: accepted, but {name} is broken"));
        };
        *self.refused.entry(position).or_default() += 1;
        *self.messages.entry((position, refusal.message.clone())).or_default() += 1;
        if refusal.code == "NotImplemented" {
            return Some("NotImplemented".to_owned());
        }
        if refusal.message.contains("validation error detected") {
            self.constrained += 1;
            return Some(format!("constraint: {}", refusal.message));
        }
        let about = refusals::rules_about(&refusal.message);
        let said_by = |rule: &Rule| about.contains(&rule.name);
        match position {
            Position::Accepting if foreseen.is_empty() => {
                Some(format!("{position:?}: refused, but no api rule is broken: {}", refusal.message))
            }
            Position::Accepting if !foreseen.iter().any(|(rule, _)| lists(rule, &refusal.message)) => {
                Some(format!("{position:?}: refused in words that no broken rule lists: {}", refusal.message))
            }
            Position::Refusing if !foreseen.iter().chain(warned).any(|(rule, _)| said_by(rule)) => {
                Some(format!("{position:?}: refused without a finding of {about:?}: {}", refusal.message))
            }
            Position::Accepting | Position::Refusing => None,
        }
    }

    /// Prints the counts, and fails when the two readings differ.
    pub fn conclude(&self, name: &str) {
        println!("{}", self.counts(name));
        let all: usize = self.disagreements.values().map(Vec::len).sum();
        assert_eq!(all, 0, "{name}: {all} disagreements\n{}", self.printed());
        assert_eq!(self.constrained, 0, "{name}: constraints of the model");
    }

    pub fn refused(&self, position: Position) -> usize {
        self.refused.get(&position).copied().unwrap_or_default()
    }

    /// How often a rule is broken, at whatever level.
    pub fn broken(&self, rule: &str) -> usize {
        self.broken.iter().filter(|((name, _), _)| *name == rule).map(|(_, count)| count).sum()
    }

    pub fn counts(&self, name: &str) -> String {
        let mut text = format!(
            "{name}: {} cases, {} dropped as unreachable, {} no-ops, {} broke a constraint; refused by the sandbox {} (switches \
             accepting) and {} (refusing); an api rule broken in {}",
            self.cases,
            self.unreachable,
            self.no_ops,
            self.constrained,
            self.refused(Position::Accepting),
            self.refused(Position::Refusing),
            self.with_refusal_foreseen
        );
        let _ = write!(text, "; {} changes by two calls refused", self.detours_refused);
        for ((position, message), count) in &self.messages {
            let _ = write!(text, "\n  refused, {position:?}: {count:>6} {message}");
        }
        for rule in rules::all() {
            let of = |capped| self.broken.get(&(rule.name, capped)).copied().unwrap_or_default();
            let _ = write!(text, "\n  broken: {:>6} {}", of(false), rule.name);
            if of(true) > 0 {
                let _ = write!(text, " (and {} that may only warn)", of(true));
            }
        }
        text
    }

    /// The first disagreements, each kind with its count.
    fn printed(&self) -> String {
        let share = (PRINTED / self.disagreements.len().max(1)).max(1);
        let kinds = self.disagreements.iter().map(|(kind, cases)| {
            let shown = cases.iter().take(share).map(|case| format!("\n    {case}")).collect::<String>();
            format!("  {kind}: {}{shown}", cases.len())
        });
        kinds.take(PRINTED).collect::<Vec<_>>().join("\n")
    }
}

/// Whether the rule knows these words of AWS.
pub fn lists(rule: &Rule, message: &str) -> bool {
    rule.evidence.messages.iter().any(|known| message.contains(known) || known.contains(message))
}
