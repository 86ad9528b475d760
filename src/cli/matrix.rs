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
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Outcome, mermaid, table};
    use crate::rules::Profile;

    /// One step of the table as a person decided it, in the order in which all forms have them.
    struct Row {
        modes: [&'static str; 2],
        /// By `aws`, `guarded` and `classic`.
        outcomes: [&'static str; 3],
        rules: &'static str,
    }

    const fn row(from: &'static str, to: &'static str, outcomes: [&'static str; 3], rules: &'static str) -> Row {
        Row { modes: [from, to], outcomes, rules }
    }

    const ALLOWED: [&str; 3] = ["allowed"; 3];
    const WARNED: [&str; 3] = ["warned"; 3];

    /// Written by hand, and never from what the command prints.
    const ROWS: [Row; 9] = [
        row("OFF", "OFF", ALLOWED, ""),
        row("OFF", "OPTIONAL", ALLOWED, ""),
        row("OFF", "ON", ["allowed", "warned", "refused"], "off_to_required"),
        row("OPTIONAL", "OFF", WARNED, "sign_in_weakened, sms_role_with_mode_off*"),
        row("OPTIONAL", "OPTIONAL", ALLOWED, ""),
        row("OPTIONAL", "ON", ALLOWED, ""),
        row("ON", "OFF", ["warned", "refused", "refused"], "required_to_off, sms_role_with_mode_off*"),
        row("ON", "OPTIONAL", WARNED, "sign_in_weakened"),
        row("ON", "ON", ALLOWED, ""),
    ];

    const NAMES: [&str; 3] = ["aws", "guarded", "classic"];

    /// The lines of a table, each as its words.
    fn words(table: &str) -> Vec<Vec<&str>> {
        let lines = table.lines().map(|line| line.split_whitespace().collect());
        lines.take_while(|line: &Vec<&str>| !line.is_empty()).collect()
    }

    #[test]
    fn the_table_is_the_one_that_was_decided() {
        let table = table(&Profile::ALL);
        let lines = words(&table);
        assert_eq!(lines[0], ["From", "To", "aws", "guarded", "classic", "Rules"]);
        assert_eq!(lines.len(), ROWS.len() + 1, "{table}");
        for (row, line) in ROWS.iter().zip(&lines[1..]) {
            let rules = row.rules.split_whitespace();
            assert_eq!(*line, row.modes.into_iter().chain(row.outcomes).chain(rules).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_profile_has_one_column() {
        for (at, profile) in [(0, Profile::Aws), (1, Profile::Guarded), (2, Profile::Classic)] {
            let table = table(&[profile]);
            let lines = words(&table);
            assert_eq!(lines[0], ["From", "To", NAMES[at], "Rules"]);
            let outcomes: Vec<&str> = lines[1..].iter().map(|line| line[2]).collect();
            assert_eq!(outcomes, ROWS.each_ref().map(|row| row.outcomes[at]), "{table}");
        }
    }

    #[test]
    fn a_diagram_has_an_arrow_and_its_colour_for_every_step() {
        for (at, profile) in [(0, Profile::Aws), (1, Profile::Guarded), (2, Profile::Classic)] {
            let diagram = mermaid(profile);
            assert!(
                diagram.starts_with(&format!("%% Profile {}.", NAMES[at])) && diagram.contains("\nflowchart LR\n"),
                "{diagram}"
            );
            let arrows: Vec<&str> = diagram.lines().filter(|line| line.contains("-->")).map(str::trim).collect();
            let steps: Vec<&Row> = ROWS.iter().filter(|row| row.modes[0] != row.modes[1]).collect();
            assert_eq!((arrows.len(), steps.len()), (6, 6), "{diagram}");
            let mut colours: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (number, (row, arrow)) in steps.iter().zip(arrows).enumerate() {
                let [from, to] = row.modes;
                let begin = format!("{from} -->|\"{}", row.outcomes[at]);
                assert!(arrow.starts_with(&begin) && arrow.ends_with(&format!("\"| {to}")), "{begin}: {arrow}");
                let style = format!("  linkStyle {number} stroke:");
                let colour =
                    diagram.lines().find_map(|line| line.strip_prefix(&style)).unwrap_or_else(|| panic!("{style}{diagram}"));
                colours.entry(row.outcomes[at]).or_default().push(colour);
            }
            assert!(colours.values().all(|same| same.iter().all(|colour| colour == &same[0])), "{colours:?}");
            let different: Vec<&&str> = colours.values().map(|same| &same[0]).collect();
            assert!(different.iter().enumerate().all(|(at, colour)| !different[..at].contains(colour)), "{colours:?}");
        }
        assert!(mermaid(Profile::Guarded).contains("  ON -->|\"refused<br>required_to_off<br>sms_role_with_mode_off*\"| OFF\n"));
        let all = [Outcome::Allowed, Outcome::Warned, Outcome::Refused].map(super::colour);
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2], "{all:?}");
    }

    #[test]
    fn json_has_every_step_with_its_members_in_order() {
        let entries: Vec<Value> = serde_json::from_str(&super::json(&Profile::ALL)).unwrap();
        assert_eq!(entries.len(), ROWS.len());
        for (row, entry) in ROWS.iter().zip(&entries) {
            let members: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["from", "to", "outcome", "rules", "conditional_rules"]);
            assert_eq!([&entry["from"], &entry["to"]], row.modes);
            let outcomes: Vec<(&str, &str)> = entry["outcome"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, outcome)| (name.as_str(), outcome.as_str().unwrap()))
                .collect();
            assert_eq!(outcomes, NAMES.into_iter().zip(row.outcomes).collect::<Vec<_>>());
            let named = |member: &str| -> Vec<String> {
                entry[member].as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
            };
            let (starred, plain): (Vec<&str>, Vec<&str>) =
                row.rules.split(", ").filter(|name| !name.is_empty()).partition(|name| name.ends_with('*'));
            assert_eq!(named("rules"), plain, "{:?}", row.modes);
            let conditional = named("conditional_rules");
            assert!(
                starred.iter().all(|name| conditional.iter().any(|known| known == name.trim_end_matches('*'))),
                "{conditional:?}"
            );
            assert!(conditional.len() >= 4, "{:?}: {conditional:?}", row.modes);
        }
        let one: Vec<Value> = serde_json::from_str(&super::json(&[Profile::Aws])).unwrap();
        assert_eq!(one[0]["outcome"], json!({ "aws": "allowed" }));
    }
}
