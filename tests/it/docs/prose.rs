//! The guides that are prose, with the scenarios they show taken from `examples/`.

use std::fs;
use std::path::Path;

use super::drift::Page;
use super::links;
use super::template::{fenced, render};

/// Guides in the order of their names; the guide to the rules is not one of them.
const NAMES: [&str; 4] = ["by-hand", "coexistence", "migration", "operating"];

/// Every guide from its template.
pub fn pages(root: &Path) -> Result<Vec<Page>, String> {
    NAMES.iter().map(|name| page(root, name)).collect()
}

fn page(root: &Path, name: &str) -> Result<Page, String> {
    let template = format!("templates/guides/{name}.md.tmpl");
    let read = |file: &str| fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"));
    let mut fill = |words: &[&str]| match words {
        ["scenario", file] => read(&format!("examples/scenarios/{file}")).map(|code| fenced("terraform", &code)),
        _ => Err("no such placeholder".to_owned()),
    };
    let text = render(&read(&template)?, &mut fill).map_err(|problem| format!("{template}: {problem}"))?;
    let path = format!("docs/guides/{name}.md");
    Ok(Page { text: links::absolute(&path, &text)?, path })
}

/// The names in a folder, without this ending.
fn named(folder: &str, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(super::root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.map(|name| name.trim_end_matches(ending).to_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_guide_has_a_template_and_a_page() {
    let mut expected: Vec<String> = NAMES.iter().chain(["transition-rules"].iter()).map(|name| (*name).to_owned()).collect();
    expected.sort();
    assert_eq!(named("templates/guides", ".md.tmpl"), expected);
    assert_eq!(named("docs/guides", ".md"), expected);
}
