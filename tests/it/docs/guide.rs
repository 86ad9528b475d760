//! The guide to the rules, from the catalogue.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use cognitomfa::rules::matrix::{self, Concern, Outcome, Step};
use cognitomfa::rules::notes::NOTES;
use cognitomfa::rules::{self, Profile, Rule};

use super::drift::Page;
use super::template::{fenced, render};
use super::{diagram, links};

const NAME: &str = "guides/transition-rules.md";

/// The guide: its template, with a table of the rules, a section for each, and a table of AWS's messages.
pub fn page(root: &Path) -> Result<Page, String> {
    let template = format!("templates/{NAME}.tmpl");
    let text = fs::read_to_string(root.join(&template)).map_err(|error| format!("{template}: {error}"))?;
    let mut fill = |words: &[&str]| match words {
        ["table"] => Ok(table(rules::all())),
        ["steps"] => Ok(steps()),
        ["diagram"] => Ok(fenced("text", &diagram::drawn(&diagram::Arrows::of(Profile::default())))),
        ["sections"] => Ok(rules::all().iter().map(section).collect::<Vec<_>>().join("\n\n")),
        ["notes"] => Ok(NOTES.map(|note| format!("### {}\n\n{}", note.name, note.docs)).join("\n\n")),
        ["messages"] => Ok(messages(rules::all())),
        _ => Err("no such placeholder".to_owned()),
    };
    let text = render(&text, &mut fill).map_err(|problem| format!("{template}: {problem}"))?;
    let path = format!("docs/{NAME}");
    Ok(Page { text: links::absolute(&path, &text)?, path })
}

/// The rules of these names, or all about a pool where there are none, a line each with a link to the guide.
pub fn list(names: &[&str]) -> Result<String, String> {
    let line = |rule: &Rule| format!("- [`{}`]({}): {}.", rule.name, rule.link(), rule.summary);
    if names.is_empty() {
        return Ok(of_pools().map(line).collect::<Vec<_>>().join("\n"));
    }
    let lines: Result<Vec<String>, String> =
        names.iter().map(|name| rules::find(name).map(line).ok_or_else(|| format!("there is no rule `{name}`"))).collect();
    Ok(lines?.join("\n"))
}

/// The rules that are not about one user.
fn of_pools() -> impl Iterator<Item = &'static Rule> {
    rules::all().iter().filter(|rule| (rule.rejected)().preference.is_none())
}

fn levels(rule: &Rule) -> String {
    Profile::ALL.map(|profile| rule.severity.level(profile).as_str()).join(" | ")
}

fn table(rules: &[Rule]) -> String {
    let mut text = "| rule | what it says | standing | `aws` | `guarded` | `classic` |\n|---|---|---|---|---|---|\n".to_owned();
    for rule in rules {
        let standing = rule.evidence.standing.as_str();
        writeln!(text, "| [`{0}`](#{0}) | {1} | {standing} | {2} |", rule.name, cell(rule.summary), levels(rule)).unwrap();
    }
    text
}

/// A line for each step from one mode to another: what becomes of it, and the rules about it.
fn steps() -> String {
    let mut text = "| from | to | `aws` | `guarded` | `classic` | rules |\n|---|---|---|---|---|---|\n".to_owned();
    for step in matrix::steps().iter().filter(|step| step.from != step.to) {
        let of_step = step.conditional.iter().filter(|concern| concern.is_of_step);
        let outcomes = Profile::ALL.map(|profile| outcomes(step, profile)).join(" | ");
        let named = |concern: &Concern, star: &str| format!("[`{0}`](#{0}){star}", concern.rule.name);
        let plain = step.plain.iter().map(|concern| named(concern, ""));
        let rules = plain.chain(of_step.map(|concern| named(concern, "\\*"))).collect::<Vec<_>>().join(", ");
        writeln!(text, "| `{}` | `{}` | {outcomes} | {rules} |", step.from, step.to).unwrap();
    }
    text
}

/// What becomes of the plainest case, and with a star what may become of others.
fn outcomes(step: &Step, profile: Profile) -> String {
    let of_step = step.conditional.iter().filter(|concern| concern.is_of_step);
    let plain = step.outcome(profile);
    let worst = of_step.map(|concern| Outcome::from(concern.levels.level(profile))).max().unwrap_or(Outcome::Allowed);
    if worst > plain { format!("{}, {}\\*", plain.as_str(), worst.as_str()) } else { plain.as_str().to_owned() }
}

fn section(rule: &Rule) -> String {
    format!(
        "## {}\n\n**{}.**\n\n| standing | `aws` | `guarded` | `classic` |\n|---|---|---|---|\n| {} | {} |\n\n{}",
        rule.name,
        rule.summary,
        rule.evidence.standing.as_str(),
        levels(rule),
        rule.docs.trim()
    )
}

fn messages(rules: &[Rule]) -> String {
    let mut text = "| AWS says | rule |\n|---|---|\n".to_owned();
    for rule in rules {
        for message in rule.evidence.messages {
            writeln!(text, "| {} | [`{1}`](#{1}) |", cell(message), rule.name).unwrap();
        }
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn every_rule_has_its_place_in_the_guide() {
    let page = page(super::root()).unwrap();
    for rule in rules::all() {
        assert_eq!(page.text.matches(&format!("\n## {}\n", rule.name)).count(), 1, "{}", rule.name);
        assert!(page.text.contains(rule.docs.trim()), "{}", rule.name);
        for message in rule.evidence.messages {
            assert!(page.text.contains(&cell(message)), "{}: {message}", rule.name);
        }
        assert!(rule.link().ends_with(&format!("/{}#{}", NAME.trim_end_matches(".md"), rule.name)), "{}", rule.link());
    }
}

#[test]
fn the_guide_is_right_about_the_starred_rule() {
    let refused = rules::find("sms_role_with_mode_off").expect("it is a rule").severity.level(Profile::default());
    assert_eq!(refused, rules::Level::Error);
    let page = page(super::root()).unwrap();
    assert!(
        page.text.contains("| `OPTIONAL` | `OFF` | warned | warned, refused\\* | warned, refused\\* |"),
        "the table of steps"
    );
}

#[test]
fn a_list_names_only_rules_that_exist() {
    let first = rules::all().first().expect("there are rules");
    assert_eq!(list(&[first.name]).unwrap(), format!("- [`{}`]({}): {}.", first.name, first.link(), first.summary));
    assert_eq!(list(&["no_such_rule"]).unwrap_err(), "there is no rule `no_such_rule`");
    assert_eq!(list(&[]).unwrap().lines().count(), of_pools().count());
    assert!(of_pools().count() < rules::all().len());
}

/// The rules that HCL names: in `rule = "..."` and as keys of `severity = { ... }`.
fn named(hcl: &str) -> Vec<String> {
    let pairs = hcl.split(['{', '}', ',', '\n']).filter_map(|piece| piece.split_once('='));
    let rules = pairs.filter(|(key, _)| key.trim() == "rule");
    let mut names: Vec<String> = rules.map(|(_, name)| name.trim().trim_matches('"').to_owned()).collect();
    for line in hcl.lines() {
        let severity = line.split_once("severity").and_then(|(_, rest)| rest.trim_start().strip_prefix("= {"));
        let keys = severity.into_iter().flat_map(|rest| rest.trim_end_matches('}').split(','));
        names.extend(keys.filter_map(|pair| pair.split_once('=')).map(|(key, _)| key.trim().to_owned()));
    }
    names
}

#[test]
fn examples_name_rules_that_exist() {
    let hcl = "severity      = { a_rule = \"error\", b = \"off\" }\n{ rule   = \"c\", reason = \"x\" }";
    assert_eq!(named(hcl), ["c", "a_rule", "b"]);
    let pages = super::pages::all(super::root()).unwrap_or_else(|problem| panic!("{problem}"));
    for page in pages {
        for name in named(&page.text) {
            assert!(rules::find(&name).is_some(), "{}: there is no rule `{name}`", page.path);
        }
    }
}
