//! What is said of the waivers themselves.

use super::judge::Case;
use super::policy::{Policy, Waiver};
use super::{Moment, NAMES, Rule, Standing, Verdict, find};
use crate::mfa::Transition;
use crate::rules::finding::{GUIDE, listed};
use crate::tf::{Diagnostic, Path};

/// How alike a name must be to be proposed, from 0 to 1.
const ALIKE: f64 = 0.8;

/// The waiver of a rule that counts today.
pub(super) fn active<'a>(rule: &Rule, policy: &'a Policy) -> Option<&'a Waiver> {
    policy.waivers.iter().find(|waiver| policy.allow_waivers && waiver.rule == rule.name && !is_expired(waiver, policy))
}

/// The rule names most like `name`, best first; at most three, none when nothing is alike.
pub fn close_names(name: &str) -> Vec<&'static str> {
    let name = name.trim().to_lowercase().replace('-', "_");
    let mut rated: Vec<(f64, &'static str)> =
        NAMES.iter().map(|known| (strsim::jaro_winkler(&name, known), *known)).filter(|(rating, _)| *rating >= ALIKE).collect();
    rated.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    rated.into_iter().take(3).map(|(_, known)| known).collect()
}

/// Judges the waivers of one resource.
pub(super) fn judge(transition: &Transition, moment: Moment, policy: &Policy, cases: &[Case<'_>]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if !policy.allow_waivers && !policy.waivers.is_empty() {
        diagnostics.push(refused());
    }
    for waiver in &policy.waivers {
        // Terraform underlines nothing for an element inside a list.
        let path = Path::root("waivers");
        let Some(rule) = find(&waiver.rule) else {
            diagnostics.push(unknown(waiver, path));
            continue;
        };
        let verdict = cases.iter().find(|case| case.rule.name == rule.name).map(|case| &case.verdict);
        if rule.evidence.standing == Standing::Integrity {
            diagnostics.push(without_effect(rule, path));
        } else if moment == Moment::Validate || !policy.allow_waivers {
            // Today's date and the change are not known, or no waiver counts anyway.
        } else if is_expired(waiver, policy) {
            if moment == Moment::Plan || matches!(verdict, Some(Verdict::Broken(_))) {
                diagnostics.push(expired(waiver, transition, path));
            }
        } else if moment == Moment::Plan
            && is_change(transition)
            && verdict == Some(&Verdict::Holds)
            && !is_for_the_end(rule, transition)
        {
            diagnostics.push(unused(waiver, transition, path));
        }
    }
    diagnostics
}

/// Whether the resource asks for a write that is not its own destroy.
pub(super) fn is_change(transition: &Transition) -> bool {
    match &transition.preference {
        Some(preference) => !preference.is_destroy,
        None => transition.request.known().is_some() && transition.deletion.is_none(),
    }
}

/// Whether the waiver may be there for the destroy of the resource: it has to be in the state before.
fn is_for_the_end(rule: &Rule, transition: &Transition) -> bool {
    transition.end.as_ref().is_some_and(|end| (rule.check)(end) != Verdict::Holds)
}

fn is_expired(waiver: &Waiver, policy: &Policy) -> bool {
    waiver.expires.is_some_and(|last_day| last_day < policy.today)
}

fn refused() -> Diagnostic {
    let detail = "This resource has `waivers`, but the provider block says `rules.allow_waivers = false`: whoever set up this \
                  provider decided that no resource may waive a rule. None of the waivers counts.\n\nDelete `waivers`, or have \
                  the provider block changed:\n\n    rules = { allow_waivers = true }";
    Diagnostic::error("Waivers are not allowed by the provider block", detail).at(Path::root("waivers"))
}

fn unknown(waiver: &Waiver, path: Path) -> Diagnostic {
    let close: Vec<String> = close_names(&waiver.rule).iter().map(|name| format!("`{name}`")).collect();
    let proposal = if close.is_empty() {
        format!("All rules are listed at\n{GUIDE}")
    } else {
        format!("Rules with a similar name: {}. All rules are listed at\n{GUIDE}", listed(&close))
    };
    let detail = format!("`waivers` names the rule \"{}\", and there is none of that name. {proposal}", waiver.rule);
    Diagnostic::error("Unknown rule in a waiver", detail).at(path)
}

fn without_effect(rule: &Rule, path: Path) -> Diagnostic {
    let detail = format!(
        "`{}` keeps settings from being lost, so no waiver counts for it. Delete this waiver.\n\n{}",
        rule.name,
        rule.more()
    );
    Diagnostic::error("This rule cannot be waived", detail).at(path)
}

/// A first line that no other waiver has: command lines fold warnings that have the same.
fn titled(summary: &str, waiver: &Waiver, transition: &Transition) -> String {
    let of = transition.subject().map(|subject| format!(" of {subject}")).unwrap_or_default();
    format!("{summary}: {}{of}", waiver.rule)
}

fn expired(waiver: &Waiver, transition: &Transition, path: Path) -> Diagnostic {
    let last_day = waiver.expires.map(|day| day.to_string()).unwrap_or_default();
    let detail = format!(
        "The waiver of `{}` (\"{}\") expired after {last_day} and is ignored. Delete it, or give it a new date if its reason still \
         holds.",
        waiver.rule, waiver.reason
    );
    Diagnostic::warning(titled("A waiver has expired", waiver, transition), detail).at(path)
}

fn unused(waiver: &Waiver, transition: &Transition, path: Path) -> Diagnostic {
    let detail = format!(
        "This change does not break `{}`, so its waiver (\"{}\") is not needed. Delete it before it allows something that nobody \
         decided.",
        waiver.rule, waiver.reason
    );
    Diagnostic::warning(titled("A waiver is not needed", waiver, transition), detail).at(path)
}

#[cfg(test)]
mod tests {
    use super::close_names;

    #[test]
    fn close_names_come_best_first() {
        assert_eq!(close_names("required_to_of").first(), Some(&"required_to_off"));
        assert_eq!(close_names("Required-To-Off").first(), Some(&"required_to_off"));
        assert!(close_names("sms_role_mode_off").contains(&"sms_role_with_mode_off"));
        assert!(close_names("zzz").is_empty());
        assert!(close_names("sms_role").len() <= 3);
    }
}
