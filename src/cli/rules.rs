//! `rules`: the catalogue, as a table or for machines.

use std::process::ExitCode;

use serde::Serialize;

use super::terminal;
use crate::rules::{self, BySeverityProfile, Profile, Rule};

/// What `rules` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print JSON: an array with one object a rule
    #[arg(long)]
    json: bool,
}

/// Prints every rule of the catalogue.
pub fn run(arguments: &Arguments) -> ExitCode {
    terminal::print(&if arguments.json { json() } else { table() })
}

fn table() -> String {
    let heading = ["Rule", "Standing"].into_iter().chain(Profile::ALL.map(Profile::as_str)).chain(["Rows", "Summary"]);
    let mut rows = vec![heading.map(str::to_owned).collect()];
    rows.extend(rules::all().iter().map(row));
    terminal::columned(&rows)
}

fn row(rule: &Rule) -> Vec<String> {
    let levels = Profile::ALL.map(|profile| rule.severity.level(profile).as_str());
    let rows = rule.evidence.rows.join(" ");
    let cells = [rule.name, rule.evidence.standing.as_str()].into_iter().chain(levels).chain([rows.as_str(), rule.summary]);
    cells.map(str::to_owned).collect()
}

/// One rule; the order of the members is part of what users rely on.
#[derive(Serialize)]
struct Entry {
    name: &'static str,
    summary: &'static str,
    standing: &'static str,
    severity: Severity,
    rows: &'static [&'static str],
    messages: &'static [&'static str],
    source: &'static str,
    docs: String,
}

/// How loud something is in each profile.
#[derive(Serialize)]
pub(super) struct Severity {
    aws: &'static str,
    guarded: &'static str,
    classic: &'static str,
}

impl From<BySeverityProfile> for Severity {
    fn from(levels: BySeverityProfile) -> Self {
        Self { aws: levels.aws.as_str(), guarded: levels.guarded.as_str(), classic: levels.classic.as_str() }
    }
}

fn json() -> String {
    let entries: Vec<Entry> = rules::all().iter().map(entry).collect();
    pretty(&entries)
}

fn entry(rule: &Rule) -> Entry {
    Entry {
        name: rule.name,
        summary: rule.summary,
        standing: rule.evidence.standing.as_str(),
        severity: rule.severity.into(),
        rows: rule.evidence.rows,
        messages: rule.evidence.messages,
        source: rule.evidence.source,
        docs: rule.link(),
    }
}

/// JSON over several lines. Nothing that is written here can fail to be JSON: its keys are strings.
pub(super) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use serde_json::Value;

    use super::{json, table};
    use crate::rules;

    #[test]
    fn the_table_has_a_line_for_every_rule() {
        let table = table();
        let mut lines = table.lines();
        let heading: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
        assert_eq!(heading, ["Rule", "Standing", "aws", "guarded", "classic", "Rows", "Summary"]);
        for (rule, line) in rules::all().iter().zip(lines.by_ref()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let severity = rule.severity;
            let expected = [
                rule.name,
                rule.evidence.standing.as_str(),
                severity.aws.as_str(),
                severity.guarded.as_str(),
                severity.classic.as_str(),
            ];
            assert_eq!(words[..5], expected);
            assert!(line.ends_with(rule.summary), "{line}");
        }
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn json_has_every_rule_with_its_members_in_order() {
        let entries: Vec<Value> = serde_json::from_str(&json()).unwrap();
        assert_eq!(entries.len(), rules::all().len());
        for (rule, entry) in rules::all().iter().zip(&entries) {
            let members: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["name", "summary", "standing", "severity", "rows", "messages", "source", "docs"]);
            let profiles: Vec<&str> = entry["severity"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(profiles, ["aws", "guarded", "classic"]);
            assert_eq!(entry["name"], rule.name);
            assert_eq!(entry["severity"]["guarded"], rule.severity.guarded.as_str());
            assert_eq!(entry["rows"].as_array().unwrap().len(), rule.evidence.rows.len());
            assert_eq!(entry["messages"].as_array().unwrap().len(), rule.evidence.messages.len());
            assert_eq!(entry["docs"], rule.link());
        }
    }
}
