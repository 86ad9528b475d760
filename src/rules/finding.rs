//! The one place where a broken rule becomes a diagnostic's text.

use super::hcl;
use super::policy::Level;
use super::{BySeverityProfile, Rule, Standing};
use crate::mfa::Transition;
use crate::tf::{Diagnostic, Path, Severity};

/// Address of the published guide that has a section for each rule.
pub const GUIDE: &str = "https://registry.terraform.io/providers/cognitomfa/cognitomfa/latest/docs/guides/transition-rules";

/// A broken rule's case in words, in the order in which they are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The attribute to underline; the empty path is the resource itself.
    pub path: Path,
    /// What is so: one paragraph.
    pub found: String,
    /// Why it is stopped, beside what AWS says: one paragraph, or empty.
    pub why: String,
    /// What to do about it.
    pub fix: Vec<Part>,
    /// How the finding can be allowed, where its text says so.
    pub allow: Option<Allow>,
    /// The loudest it may be, where the rule itself may be louder.
    pub cap: Option<Level>,
    /// Whether AWS's current wording is what it would answer here.
    pub quoted: bool,
    /// How loud it usually is, where that is not what the rule says.
    pub severity: Option<BySeverityProfile>,
}

/// A piece of a finding's fix.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A paragraph of prose.
    Text(String),
    /// Lines that are printed as they are, indented.
    Lines(Vec<String>),
    /// The waivers without which these later steps would be refused, as lines below those before; none where they are accepted.
    WaiversOf(Vec<Transition>),
}

/// How a finding can be allowed, with an example of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allow {
    /// By a waiver in this change.
    Now(&'static str),
    /// By a waiver that is applied before the destroy.
    BeforeDestroy(&'static str),
    /// By another resource of the same apply; a waiver puts the check off.
    PutOff(&'static str),
}

impl Allow {
    /// The example of a reason.
    pub(super) fn reason(self) -> &'static str {
        let (Self::Now(reason) | Self::BeforeDestroy(reason) | Self::PutOff(reason)) = self;
        reason
    }

    /// Whether waivers of both can stand in one list, under one lead.
    fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

impl Finding {
    pub(super) fn at(path: Path, found: impl Into<String>) -> Self {
        Self {
            path,
            found: found.into(),
            why: String::new(),
            fix: Vec::new(),
            allow: None,
            cap: None,
            quoted: true,
            severity: None,
        }
    }

    pub(super) fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    pub(super) fn say(mut self, text: impl Into<String>) -> Self {
        self.fix.push(Part::Text(text.into()));
        self
    }

    pub(super) fn show(mut self, lines: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.fix.push(Part::Lines(lines.into_iter().map(Into::into).collect()));
        self
    }

    /// Below the lines before, the waivers that later steps need.
    pub(super) fn show_waivers_of(mut self, steps: impl Into<Vec<Transition>>) -> Self {
        self.fix.push(Part::WaiversOf(steps.into()));
        self
    }

    pub(super) fn allow(mut self, allow: Allow) -> Self {
        self.allow = Some(allow);
        self
    }

    /// The same about the end of the resource: no argument is wrong, and a waiver has to be there before.
    pub(super) fn of_destroy(mut self) -> Self {
        self.path = Path::default();
        if let Some(Allow::Now(reason)) = self.allow {
            self.allow = Some(Allow::BeforeDestroy(reason));
        }
        self
    }

    pub(super) fn at_most(mut self, level: Level) -> Self {
        self.cap = Some(level);
        self
    }

    /// For a refusal whose own wording was not seen.
    pub(super) fn unquoted(mut self) -> Self {
        self.quoted = false;
        self
    }

    pub(super) fn weighing(mut self, severity: BySeverityProfile) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// A waiver to propose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub rule: &'static str,
    pub allow: Allow,
}

/// What decides the last paragraphs of a diagnostic.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    /// The waivers that would let this pass, and everything else that is refused in the same way beside it; none where none counts.
    pub proposed: Vec<Proposal>,
    /// Whether the resource has waivers already.
    pub has_waivers: bool,
    /// What later steps need, for each [`Part::WaiversOf`] in its order.
    pub later: Vec<Vec<Proposal>>,
    /// A sentence about a waiver that is there already.
    pub remark: Option<String>,
    /// What the change is about, where its id is known: command lines fold warnings of one and the same first line into one.
    pub subject: Option<String>,
    /// Whether a destroy would be stopped too: core plans the configuration before it.
    pub stops_destroy: bool,
}

/// Composes the diagnostic: found, why, fix, how to allow it, link. A level of `Off` composes a warning.
pub(super) fn compose(rule: &Rule, finding: &Finding, level: Level, ending: &Ending) -> Diagnostic {
    let mut paragraphs = vec![finding.found.clone()];
    paragraphs.extend(why(rule, finding));
    paragraphs.extend(fix(finding, &ending.later));
    paragraphs.extend(ending.remark.clone());
    if let Some(allow) = finding.allow {
        paragraphs.extend(allowing(allow, level, ending).into_iter().flatten());
    }
    if ending.stops_destroy {
        paragraphs.push("To destroy instead, add -refresh=false: it leaves this plan out.".to_owned());
    }
    paragraphs.push(rule.more());
    Diagnostic {
        severity: if level == Level::Error { Severity::Error } else { Severity::Warning },
        summary: format!("{} [{}]", about(rule.summary, ending.subject.as_deref()), rule.name),
        detail: paragraphs.join("\n\n"),
        path: (!finding.path.0.is_empty()).then(|| finding.path.clone()),
        cause: Some(rule.name.to_owned()),
    }
}

/// A first line with what it is about.
pub(super) fn about(summary: &str, subject: Option<&str>) -> String {
    subject.map_or_else(|| summary.to_owned(), |subject| format!("{summary}: {subject}"))
}

/// Who stops it: AWS in its current words where AWS does, then the rule's own reason.
fn why(rule: &Rule, finding: &Finding) -> Option<String> {
    // A finding that may only warn is one that AWS is not known to refuse.
    let refused = rule.evidence.standing == Standing::Api && finding.cap.is_none() && finding.quoted;
    let message = if refused { rule.evidence.messages.first() } else { None };
    let quote = message.map(|message| {
        let stop = if message.ends_with('.') { "" } else { "." };
        format!("AWS refuses it: \"{message}\"{stop}")
    });
    let own = (!finding.why.is_empty()).then(|| finding.why.clone());
    let sentences: Vec<String> = [quote, own].into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The paragraphs of the fix. Lines that follow lines are one paragraph with them.
fn fix(finding: &Finding, later: &[Vec<Proposal>]) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut later = later.iter();
    let mut after_lines = false;
    for part in &finding.fix {
        let lines = match part {
            Part::Text(text) => {
                paragraphs.push(text.clone());
                after_lines = false;
                continue;
            }
            Part::Lines(lines) => lines.clone(),
            Part::WaiversOf(_) => later.next().map(|proposals| hcl::waivers(&pairs(proposals))).unwrap_or_default(),
        };
        if lines.is_empty() {
            continue;
        }
        match paragraphs.last_mut().filter(|_| after_lines) {
            Some(paragraph) => *paragraph = format!("{paragraph}\n{}", indented(&lines)),
            None => paragraphs.push(indented(&lines)),
        }
        after_lines = true;
    }
    paragraphs
}

fn pairs(proposals: &[Proposal]) -> Vec<(&'static str, &'static str)> {
    proposals.iter().map(|proposal| (proposal.rule, proposal.allow.reason())).collect()
}

fn allowing(allow: Allow, level: Level, ending: &Ending) -> Option<[String; 2]> {
    let proposals: Vec<Proposal> = ending.proposed.iter().filter(|proposal| proposal.allow.is_like(allow)).copied().collect();
    let aim = match (level, proposals.len()) {
        (_, 0) => return None,
        (Level::Error, 1) => "To allow it",
        (Level::Error, _) => "To allow this and the rest that is refused with it",
        _ => "To go on without this warning",
    };
    let place = if ending.has_waivers { "add to `waivers` of this resource" } else { "record why on this resource" };
    let lead = match allow {
        Allow::PutOff(_) if level == Level::Error => {
            let how = if ending.has_waivers { ", in `waivers` of this resource" } else { "" };
            format!("If another resource of the same apply mends this first, put the check off to apply{how}:")
        }
        Allow::Now(_) | Allow::PutOff(_) => format!("{aim}, {place}:"),
        Allow::BeforeDestroy(_) => format!("{aim}, {place} and apply that before the destroy:"),
    };
    let pairs = pairs(&proposals);
    let lines = if ending.has_waivers { hcl::waiver_elements(&pairs) } else { hcl::waivers(&pairs) };
    Some([lead, indented(&lines)])
}

/// Lines that Terraform prints as they are, because they begin with a space.
fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.as_ref().to_owned(),
        Some((last, others)) => {
            let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", others.join(", "), last.as_ref())
        }
    }
}

/// A count as people read it: `4,120`.
pub(super) fn counted(count: i32) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::{Ending, Finding, compose, counted, listed};
    use crate::rules::{Level, find};
    use crate::tf::Path;

    #[test]
    fn counts_and_lists_read_well() {
        assert_eq!([counted(0), counted(999), counted(4120), counted(1_234_567)], ["0", "999", "4,120", "1,234,567"]);
        assert_eq!(listed::<&str>(&[]), "");
        assert_eq!([listed(&["a"]), listed(&["a", "b"]), listed(&["a", "b", "c"])], ["a", "a and b", "a, b and c"]);
    }

    #[test]
    fn an_empty_path_underlines_the_resource() {
        let rule = find("destroy_retains").unwrap();
        let whole = compose(rule, &Finding::at(Path::default(), "x"), Level::Warning, &Ending::default());
        assert_eq!(whole.path, None);
        assert!(whole.summary.ends_with(" [destroy_retains]"), "{}", whole.summary);
        assert!(whole.detail.ends_with("\n\nMore:\nhttps://registry.terraform.io/providers/cognitomfa/cognitomfa/latest/docs/guides/transition-rules#destroy_retains\nor `terraform-provider-cognitomfa explain destroy_retains`"));
    }
}
