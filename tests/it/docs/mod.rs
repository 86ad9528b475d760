//! The documentation: written from schemas, rules, examples and templates, and compared with the pages that are checked in.
//!
//! `COGNITOMFA_BLESS=1 cargo test --test it docs` writes the pages.

mod constraints;
mod diagram;
mod drift;
mod firing;
mod guide;
mod layout;
mod links;
mod pages;
mod prose;
mod schema_section;
mod template;

use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_pages_are_those_of_the_schemas() {
    let pages = pages::all(root()).unwrap_or_else(|problem| panic!("{problem}"));
    let bless = std::env::var_os("COGNITOMFA_BLESS").is_some_and(|value| value == "1");
    drift::settle(root(), &pages, bless).unwrap_or_else(|drift| panic!("{drift}"));
}

#[test]
fn no_page_outlives_its_schema() {
    let pages = pages::all(root()).unwrap_or_else(|problem| panic!("{problem}"));
    let generated: BTreeSet<String> = pages.into_iter().map(|page| page.path).collect();
    let mut judged = 0;
    for folder in ["resources", "data-sources", "functions", "actions", "list-resources", "ephemeral-resources"] {
        let Ok(entries) = std::fs::read_dir(root().join("docs").join(folder)) else { continue };
        for entry in entries {
            let path = format!("docs/{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(generated.contains(&path), "{path} describes nothing that the provider has");
            judged += 1;
        }
    }
    assert!(judged >= cognitomfa::resources::all().len(), "{judged} pages were judged");
}

#[test]
fn the_registry_takes_the_pages() {
    let problems = layout::problems(&root().join("docs"));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_schema_is_one_that_terraform_loads() {
    cognitomfa::provider::Provider::schema().check().unwrap_or_else(|problem| panic!("provider: {problem}"));
    for resource in cognitomfa::resources::all() {
        resource.schema().check().unwrap_or_else(|problem| panic!("{}: {problem}", resource.type_name()));
    }
}
