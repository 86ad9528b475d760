//! `matrix`: what becomes of each step between MFA modes, as a table, a diagram or for machines.

use std::fmt::Write;
use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value};

use super::rules::{Severity, pretty};
use super::terminal;
use super::words::ProfileName;
use crate::rules::Profile;
use crate::rules::matrix::{Concern, Outcome, Step, steps};

const LEGEND: &str = "Each step is that of a pool with users whose factor is the authenticator app. A rule with a * speaks up only where the \
                      pool or the request has what it looks for; `explain FROM TO` lists all of those.";

/// What `matrix` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Profile to show; without it the table and JSON show all, the diagram `guarded`
    #[arg(long, value_enum)]
    profile: Option<ProfileName>,
}

/// Form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Columns for a person
    #[default]
    Table,
    /// A flowchart for Mermaid
    Mermaid,
    /// An array with one object a step
    Json,
}

/// Prints the table of steps.
pub fn run(arguments: &Arguments) -> ExitCode {
    let profile = arguments.profile.map(Profile::from);
    let profiles = profile.map_or(Profile::ALL.to_vec(), |profile| vec![profile]);
    let text = match arguments.format {
        Format::Table => table(&profiles),
        Format::Mermaid => mermaid(profile.unwrap_or_default()),
        Format::Json => json(&profiles),
    };
    terminal::print(&text)
}

fn table(profiles: &[Profile]) -> String {
    let heading = ["From", "To"].into_iter().chain(profiles.iter().map(|profile| profile.as_str())).chain(["Rules"]);
    let mut rows: Vec<Vec<String>> = vec![heading.map(str::to_owned).collect()];
    for step in steps() {
        let outcomes = profiles.iter().map(|profile| step.outcome(*profile).as_str());
        let modes = [step.from.as_str(), step.to.as_str()];
        let rules = named(&step, profiles).join(", ");
        rows.push(modes.into_iter().chain(outcomes).map(str::to_owned).chain([rules]).collect());
    }
    format!("{}\n{}\n", terminal::columned(&rows), terminal::wrapped(LEGEND, terminal::width(), "", ""))
}

/// Names of the rules that speak up in the plainest case, then, each with a star, those about taking this step that need more.
fn named(step: &Step, profiles: &[Profile]) -> Vec<String> {
    let heard =
        |concern: &&Concern| profiles.iter().any(|profile| Outcome::from(concern.levels.level(*profile)) > Outcome::Allowed);
    let plain = step.plain.iter().filter(heard).map(|concern| concern.rule.name.to_owned());
    let of_step = step.conditional.iter().filter(|concern| concern.is_of_step).filter(heard);
    plain.chain(of_step.map(|concern| format!("{}*", concern.rule.name))).collect()
}

/// A flowchart whose arrows have a colour for each outcome. Changes that stay in their mode are left out.
fn mermaid(profile: Profile) -> String {
    let mut text =
        format!("%% Profile {}. A rule with a * depends on the pool or the request.\nflowchart LR\n", profile.as_str());
    let mut styles = String::new();
    for (number, step) in steps().into_iter().filter(|step| step.from != step.to).enumerate() {
        let outcome = step.outcome(profile);
        let label: Vec<String> = [outcome.as_str().to_owned()].into_iter().chain(named(&step, &[profile])).collect();
        // Text alone writes to a string, which does not fail.
        let _ = writeln!(text, "  {} -->|\"{}\"| {}", step.from, label.join("<br>"), step.to);
        let _ = writeln!(styles, "  linkStyle {number} stroke:{},stroke-width:2px", colour(outcome));
    }
    text + &styles
}

/// Colours that those who see no red or no green can tell apart as well.
fn colour(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "#1a7f5a",
        Outcome::Warned => "#b7791f",
        Outcome::Refused => "#c62f3b",
    }
}

/// One step; the order of the members is part of what users rely on.
#[derive(Serialize)]
struct Entry {
    from: &'static str,
    to: &'static str,
    /// By profile.
    outcome: Map<String, Value>,
    rules: Vec<Concerned>,
    conditional_rules: Vec<Concerned>,
}

#[derive(Serialize)]
struct Concerned {
    name: &'static str,
    severity: Severity,
}

fn json(profiles: &[Profile]) -> String {
    let entries: Vec<Entry> = steps().iter().map(|step| entry(step, profiles)).collect();
    pretty(&entries)
}

fn entry(step: &Step, profiles: &[Profile]) -> Entry {
    let outcome = profiles.iter().map(|profile| (profile.as_str().to_owned(), step.outcome(*profile).as_str().into()));
    let concerned = |concerns: &[Concern]| {
        concerns.iter().map(|concern| Concerned { name: concern.rule.name, severity: concern.levels.into() }).collect()
    };
    Entry {
        from: step.from.as_str(),
        to: step.to.as_str(),
        outcome: outcome.collect(),
        rules: concerned(&step.plain),
        conditional_rules: concerned(&step.conditional),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use serde_json::Value;

    use super::{json, mermaid, steps, table};
    use crate::rules::Profile;

    #[test]
    fn the_table_has_a_line_for_every_step() {
        let table = table(&Profile::ALL);
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["From", "To", "aws", "guarded", "classic", "Rules"]);
        for (step, line) in steps().iter().zip(&lines[1..]) {
            let outcomes = Profile::ALL.map(|profile| step.outcome(profile).as_str());
            assert_eq!(line[..2], [step.from.as_str(), step.to.as_str()]);
            assert_eq!(line[2..5], outcomes);
        }
        let down = lines.iter().find(|line| line.starts_with(&["ON", "OFF"])).unwrap();
        assert!(
            down.contains(&"required_to_off,") && down.iter().any(|name| name.starts_with("sms_role_with_mode_off*")),
            "{down:?}"
        );
    }

    #[test]
    fn one_profile_has_one_column() {
        let table = table(&[Profile::Aws]);
        let heading: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
        assert_eq!(heading, ["From", "To", "aws", "Rules"]);
    }

    #[test]
    fn a_diagram_has_an_arrow_and_its_colour_for_every_step() {
        let diagram = mermaid(Profile::Guarded);
        assert!(diagram.contains("\nflowchart LR\n"), "{diagram}");
        assert_eq!(diagram.matches("-->").count(), 6);
        assert_eq!(diagram.matches("linkStyle").count(), 6);
        assert!(diagram.contains("  ON -->|\"refused<br>required_to_off"), "{diagram}");
        assert!(mermaid(Profile::Aws).contains("  ON -->|\"warned<br>required_to_off"));
    }

    #[test]
    fn json_has_every_step_with_its_members_in_order() {
        let entries: Vec<Value> = serde_json::from_str(&json(&Profile::ALL)).unwrap();
        assert_eq!(entries.len(), 9);
        for (step, entry) in steps().iter().zip(&entries) {
            let members: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["from", "to", "outcome", "rules", "conditional_rules"]);
            let profiles: Vec<&str> = entry["outcome"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(profiles, ["aws", "guarded", "classic"]);
            assert_eq!(entry["outcome"]["classic"], step.outcome(Profile::Classic).as_str());
            assert_eq!(entry["rules"].as_array().unwrap().len(), step.plain.len());
            assert_eq!(entry["conditional_rules"].as_array().unwrap().len(), step.conditional.len());
        }
        let one: Vec<Value> = serde_json::from_str(&json(&[Profile::Aws])).unwrap();
        assert_eq!(one[0]["outcome"], serde_json::json!({ "aws": "allowed" }));
    }
}
