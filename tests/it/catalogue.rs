//! Rule files, registry, documentation and examples agree.

use std::collections::BTreeSet;
use std::path::Path;

use cognitomfa::rules::{self, Level, Profile, Standing, Verdict};

/// Files of `src/rules` that are no rules.
const MACHINERY: &[&str] =
    &["example", "finding", "hcl", "judge", "matrix", "mod", "notes", "policy", "tests", "trust", "waivers"];

/// Sections of a rule's documentation, in their order.
const SECTIONS: &[&str] = &["What it checks", "Why", "Rejected", "Accepted", "Evidence"];

#[test]
fn files_registry_and_names_are_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let registered = rules::all().iter().map(|rule| rule.name);
    let expected: BTreeSet<String> = registered.chain(MACHINERY.iter().copied()).map(str::to_owned).collect();
    assert_eq!(files, expected);
    let names: Vec<&str> = rules::all().iter().map(|rule| rule.name).collect();
    assert_eq!(names, rules::NAMES, "a rule's `name` is its file's");
}

#[test]
fn a_rule_is_found_by_its_name_only() {
    for rule in rules::all() {
        assert_eq!(rules::find(rule.name).map(|found| found.summary), Some(rule.summary));
        assert!(rule.link().ends_with(&format!("#{}", rule.name)), "{}", rule.link());
    }
    assert!(rules::find("no_such_rule").is_none());
}

#[test]
fn names_follow_the_naming_rules() {
    for name in rules::NAMES {
        assert!(name.chars().all(|character| character.is_ascii_lowercase() || character == '_'), "{name}");
        assert!(name.contains('_') && !name.contains("__") && !name.starts_with('_'), "{name}");
        for prefix in ["check_", "validate_", "invalid_", "must_", "get_", "no_"] {
            assert!(!name.starts_with(prefix), "{name} begins with {prefix}");
        }
        for suffix in ["_rule", "_check", "_"] {
            assert!(!name.ends_with(suffix), "{name} ends with {suffix}");
        }
    }
}

#[test]
fn summaries_are_short_and_unique() {
    let mut seen = BTreeSet::new();
    for rule in rules::all() {
        let summary = rule.summary;
        assert!(summary.chars().count() <= 60, "{}: {} characters", rule.name, summary.chars().count());
        assert!(!summary.ends_with('.') && !summary.contains('\n') && !summary.contains('['), "{}", rule.name);
        assert!(seen.insert(summary), "{}: another rule has the summary {summary:?}", rule.name);
    }
}

#[test]
fn documentation_has_its_sections_in_order() {
    for rule in rules::all() {
        let headings: Vec<&str> =
            rule.docs.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#').trim()).collect();
        let sections: Vec<&str> = headings.iter().copied().filter(|heading| SECTIONS.contains(heading)).collect();
        assert_eq!(sections, SECTIONS, "{}", rule.name);
        for section in SECTIONS {
            assert!(!text_of(rule.docs, section).trim().is_empty(), "{}: `{section}` is empty", rule.name);
        }
        assert!(rule.docs.ends_with('\n') && !rule.docs.starts_with('\n'), "{}", rule.name);
        assert!(!rule.docs.to_lowercase().contains("please"), "{}", rule.name);
    }
}

#[test]
fn rejected_and_accepted_show_configuration() {
    for rule in rules::all() {
        for section in ["Rejected", "Accepted"] {
            let text = text_of(rule.docs, section);
            let code = text.split("```hcl\n").nth(1).and_then(|rest| rest.split("```").next());
            let code = code.unwrap_or_else(|| panic!("{}: `{section}` has no HCL", rule.name));
            assert!(code.starts_with("resource \""), "{}: `{section}` begins with {code:.20}", rule.name);
            assert_eq!(code.matches('{').count(), code.matches('}').count(), "{}: `{section}`", rule.name);
        }
        assert_eq!(rule.docs.matches("```").count() % 2, 0, "{}", rule.name);
    }
}

/// Files of `src` without those of tests.
fn sources() -> Vec<(std::path::PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() && !entry.ends_with("tests") {
                folders.push(entry);
            } else if entry.is_file() && !entry.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&entry).unwrap_or_default();
                found.push((entry, text.split("\nmod tests {").next().unwrap().to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_name_in_brackets_has_a_page() {
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/transition-rules.md")).unwrap();
    let mut names = BTreeSet::new();
    for (_, code) in sources() {
        // Only what stands at the end of a text, as a first line ends.
        for (before, _) in code.match_indices("]\"") {
            let Some((_, name)) = code[..before].rsplit_once(" [") else { continue };
            if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                names.insert(name.to_owned());
            }
        }
    }
    assert!(names.contains("check_skipped") && names.contains("unknown_value"), "{names:?}");
    for name in names {
        assert!(rules::find(&name).is_some() || rules::notes::find(&name).is_some(), "[{name}] cannot be explained");
        assert!(guide.contains(&format!("## {name}\n")), "[{name}] has no page");
    }
}

/// Command lines show one of all warnings that have the same first line, so it says what the warning is about.
#[test]
fn no_warning_about_a_resource_has_a_fixed_first_line() {
    let mut seen = 0;
    for (file, code) in sources() {
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        for call in code.split("Diagnostic::warning(").skip(1) {
            seen += 1;
            // The one about the process itself is meant to be shown once.
            let once = call.starts_with("\"What is planned cannot be shared");
            assert!(!call.starts_with('"') || once, "{}: {call:.60}", file.display());
        }
    }
    assert!(seen >= 9, "{seen}");
}

#[test]
fn waivers_in_the_documentation_name_rules() {
    let mut waived = 0;
    for rule in rules::all() {
        let docs = rule.docs.split_whitespace().collect::<Vec<_>>().join(" ");
        for named in docs.split("rule = \"").skip(1) {
            let named = named.split('"').next().unwrap();
            assert!(rules::find(named).is_some(), "{} waives {named}", rule.name);
            waived += 1;
        }
    }
    assert!(waived >= 2, "{waived} waivers were read");
}

#[test]
fn evidence_is_complete_and_named_in_the_documentation() {
    for rule in rules::all() {
        let evidence = rule.evidence;
        let section = text_of(rule.docs, "Evidence");
        assert!(section.contains(&format!("Standing: {}.", evidence.standing.as_str())), "{}", rule.name);
        assert!(!evidence.source.is_empty(), "{}", rule.name);
        for row in evidence.rows {
            let digits = row.trim_start_matches(|first: char| first.is_ascii_uppercase());
            assert!(digits.len() >= 2 && digits.len() < row.len(), "{}: row {row}", rule.name);
        }
        let flat = section.replace('\n', " ");
        for message in evidence.messages {
            assert!(flat.contains(message), "{}: {message:?} is not in its documentation", rule.name);
        }
        for row in evidence.rows {
            assert!(mentions(&flat, row), "{}: row {row} is not in its documentation", rule.name);
        }
        let quotes = !evidence.messages.is_empty();
        match evidence.standing {
            Standing::Api => assert!(quotes && !evidence.rows.is_empty(), "{} has no evidence", rule.name),
            // What was seen once, or elsewhere, is no proof of a refusal by this call.
            Standing::Documented | Standing::Reported => assert!(!evidence.rows.is_empty(), "{} has no rows", rule.name),
            Standing::Guard | Standing::Advice | Standing::Integrity => {
                assert!(!quotes, "{}: AWS refuses it, so its standing is api", rule.name);
            }
        }
    }
}

/// Whether a text names a row, and not only a longer one that begins alike.
fn mentions(text: &str, row: &str) -> bool {
    text.match_indices(row).any(|(at, _)| !text[at + row.len()..].starts_with(|next: char| next.is_ascii_alphanumeric()))
}

#[test]
fn a_message_of_aws_leads_to_a_rule() {
    let mut followed = 0;
    for rule in rules::all() {
        for message in rule.evidence.messages {
            let answer = format!("InvalidParameterException: {message} (Service: Cognito)");
            let found = rules::of_message(&answer).unwrap_or_else(|| panic!("{message:?} leads nowhere"));
            assert!(found.evidence.messages.contains(message), "{message:?} leads to {}", found.name);
            followed += 1;
        }
    }
    assert!(followed >= 15, "{followed} messages were followed");
    assert!(rules::of_message("User pool eu-central-1_Ab12Cd34E does not exist.").is_none());
}

#[test]
fn severities_fit_the_standing() {
    for rule in rules::all() {
        let levels = Profile::ALL.map(|profile| rule.severity.level(profile));
        match rule.evidence.standing {
            Standing::Api | Standing::Integrity => assert_eq!(levels, [Level::Error; 3], "{}", rule.name),
            Standing::Advice | Standing::Reported => assert_ne!(levels[1], Level::Off, "{}", rule.name),
            Standing::Documented | Standing::Guard => {}
        }
        assert!(levels.is_sorted(), "{}: a stricter profile is quieter", rule.name);
    }
}

#[test]
fn examples_are_decided() {
    for rule in rules::all() {
        assert!(matches!((rule.check)(&(rule.rejected)()), Verdict::Broken(_)), "{}: rejected", rule.name);
        assert_eq!((rule.check)(&(rule.accepted)()), Verdict::Holds, "{}: accepted", rule.name);
    }
}

/// What stands below a `###` heading, up to the next one.
fn text_of<'a>(docs: &'a str, heading: &str) -> &'a str {
    let (_, after) = docs.split_once(&format!("### {heading}\n")).unwrap_or_else(|| panic!("no section `{heading}`"));
    after.split("\n### ").next().unwrap()
}
