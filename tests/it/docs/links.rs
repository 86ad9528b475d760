//! Links: pages that the registry shows link to places that exist there and on GitHub; every other page of the repository to files.
//!
//! A relative link cannot be right in both: the registry serves `docs/guides/a.md` as `docs/guides/a`, and `docs/index.md` as `docs`.
//! So templates link to files, as an editor follows them, and pages have the addresses in full.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use cognitomfa::rules::GUIDE;

/// Address of the pages in the registry; `docs/index.md` is this itself.
fn base() -> &'static str {
    GUIDE.strip_suffix("/guides/transition-rules").expect("the guide is one of the pages")
}

/// Every link of a page, as it is written; code is passed over.
fn targets(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced {
            found.extend(
                line.match_indices("](")
                    .filter_map(|(at, mark)| line[at + mark.len()..].split_once(')'))
                    .map(|(target, _)| target),
            );
        }
    }
    found
}

/// The page at `path`, such as `docs/guides/a.md`, with links to other pages as the registry has them.
pub fn absolute(path: &str, page: &str) -> Result<String, String> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut text = page.to_owned();
    for target in targets(page).into_iter().collect::<BTreeSet<_>>() {
        if target.starts_with('#') || target.contains("://") {
            continue;
        }
        let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
        let file = plain(&folder.join(file));
        let name = file.strip_prefix("docs").ok().and_then(Path::to_str).and_then(|name| name.strip_suffix(".md"));
        let name = name.ok_or_else(|| format!("{path}: {target} is no page of docs/"))?;
        let place = if name == "index" { base().to_owned() } else { format!("{}/{name}", base()) };
        let whole = anchor.map_or(place.clone(), |anchor| format!("{place}#{anchor}"));
        text = text.replace(&format!("]({target})"), &format!("]({whole})"));
    }
    Ok(text)
}

/// A path without `..` and `.`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// What a link may end in on this page: its headings, as GitHub and the registry name them, and its own marks.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |letter: &char| letter.is_alphanumeric() || ['-', '_', ' '].contains(letter);
    let slugs = headings.map(|text| text.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-"));
    let marks = page.match_indices("<a id=\"").filter_map(|(at, mark)| page[at + mark.len()..].split_once('"'));
    slugs.chain(marks.map(|(name, _)| name.to_owned())).collect()
}

/// What is wrong with the links of a file of the repository, and how many were looked at.
fn problems(root: &Path, path: &str) -> (usize, Vec<String>) {
    let is_shown = path.starts_with("docs/") && !path.starts_with("docs/dev/");
    let page = fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let looked_at = targets(&page);
    let leads_nowhere = |target: &str| -> Option<String> {
        let (place, anchor) = target.split_once('#').map_or((target, None), |(place, anchor)| (place, Some(anchor)));
        let file = match place.strip_prefix(base()) {
            Some("") => PathBuf::from("docs/index.md"),
            Some(name) => PathBuf::from(format!("docs{name}.md")),
            None if place.contains("://") => return None,
            None if place.is_empty() => PathBuf::from(path),
            None if is_shown => return Some("is relative: it breaks in the registry or on GitHub".to_owned()),
            None => plain(&folder.join(place)),
        };
        if !root.join(&file).exists() {
            return Some(format!("leads to {}, which does not exist", file.display()));
        }
        let anchor = anchor?;
        let there = fs::read_to_string(root.join(&file)).unwrap_or_default();
        (!anchors(&there).contains(anchor)).then(|| format!("has an anchor that {} does not have", file.display()))
    };
    let found = looked_at.iter().filter_map(|target| Some(format!("{path}: {target} {}", leads_nowhere(target)?)));
    (looked_at.len(), found.collect())
}

/// Every markdown file of the repository, from its root.
fn pages(root: &Path, folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if entry.path().is_dir() && !name.starts_with('.') && !["target", "snapshots"].contains(&name.as_str()) {
            pages(root, &path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

#[test]
fn every_link_leads_somewhere_in_the_registry_and_on_github() {
    let root = super::root();
    let mut all = Vec::new();
    for folder in ["docs", "examples"] {
        pages(root, folder, &mut all);
    }
    all.extend(["README.md", "CHANGELOG.md"].map(str::to_owned));
    let (mut count, mut broken) = (0, Vec::new());
    for path in &all {
        let (looked_at, found) = problems(root, path);
        count += looked_at;
        broken.extend(found);
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(count >= 250 && all.len() >= 15, "{count} links of {} pages", all.len());
}

#[test]
fn links_between_pages_are_written_out() {
    let page = "See [a](../index.md), [b](transition-rules.md#x), [c](#here), [d](https://e/f).\n```\n[x](y.md)\n```\n";
    let whole = absolute("docs/guides/a.md", page).unwrap();
    let base = base();
    assert_eq!(
        whole,
        format!("See [a]({base}), [b]({base}/guides/transition-rules#x), [c](#here), [d](https://e/f).\n```\n[x](y.md)\n```\n")
    );
    assert!(absolute("docs/index.md", "[a](../README.md)").unwrap_err().contains("no page of docs/"));
    assert!(absolute("docs/guides/a.md", "[a](transition-rules#x)").unwrap_err().contains("no page of docs/"));
}

#[test]
fn broken_links_are_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("docs/guides")).unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    write("docs/index.md", "# Some `name` (here)\n<a id=\"mark\"></a>\n");
    let base = base();
    write(
        "docs/guides/a.md",
        &format!("[1]({base}#some-name-here) [2]({base}#mark) [3]({base}/guides/b) [4](b) [5](#no) [6]({base}#no)"),
    );
    let (count, found) = problems(folder.path(), "docs/guides/a.md");
    let about: Vec<_> = found.iter().map(|problem| problem.split(' ').nth(2).unwrap()).collect();
    assert_eq!((count, about), (6, vec!["leads", "is", "has", "has"]), "{found:?}");
}
