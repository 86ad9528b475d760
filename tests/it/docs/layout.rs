//! What the registry accepts of `docs/`: the checks of `tfplugindocs validate`.

use std::fs;
use std::path::Path;

/// Folders the registry shows.
const SHOWN: [&str; 8] =
    ["actions", "data-sources", "ephemeral-resources", "functions", "guides", "list-resources", "resources", "state-stores"];
/// For those who work on the provider; the registry passes over it.
const DEVELOPERS: &str = "dev";
const LARGEST: u64 = 500_000;
const MOST: usize = 2_000;

/// What is wrong with the pages below `docs`, a line each.
pub fn problems(docs: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    let mut pages = Vec::new();
    for name in names(docs) {
        let entry = docs.join(&name);
        if entry.is_dir() && name == DEVELOPERS {
            continue;
        }
        if entry.is_dir() && !SHOWN.contains(&name.as_str()) {
            problems.push(format!("docs/{name}: the registry shows no such folder"));
        } else if entry.is_dir() {
            pages.extend(names(&entry).into_iter().map(|page| format!("{name}/{page}")));
        } else {
            pages.push(name);
        }
    }
    if pages.len() > MOST {
        problems.push(format!("docs: {} files, where the registry takes {MOST}", pages.len()));
    }
    for page in &pages {
        problems.extend(page_problems(docs, page).into_iter().map(|problem| format!("docs/{page}: {problem}")));
    }
    problems
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn page_problems(docs: &Path, page: &str) -> Vec<String> {
    let file = docs.join(page);
    if file.is_dir() {
        return vec!["a folder in a folder".to_owned()];
    }
    let mut problems = Vec::new();
    if !page.ends_with(".md") {
        problems.push("not a `.md` file".to_owned());
    }
    if fs::metadata(&file).unwrap().len() > LARGEST {
        problems.push(format!("larger than {LARGEST} bytes"));
    }
    let text = fs::read_to_string(&file).unwrap();
    let Some((frontmatter, body)) = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")) else {
        problems.push("no frontmatter".to_owned());
        return problems;
    };
    let has = |key: &str| frontmatter.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    for key in ["layout", "sidebar_current"] {
        if has(key) {
            problems.push(format!("`{key}` in the frontmatter"));
        }
    }
    for key in ["page_title", "description"] {
        if !has(key) {
            problems.push(format!("no `{key}` in the frontmatter"));
        }
    }
    if page == "index.md" && has("subcategory") {
        problems.push("`subcategory` in the frontmatter of the index".to_owned());
    }
    if body.matches("\n```").count() % 2 != 0 {
        problems.push("a block of code that is not closed".to_owned());
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(path: &str, text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        problems(folder.path())
    }

    const GOOD: &str = "---\npage_title: \"A\"\nsubcategory: \"\"\ndescription: |-\n  A.\n---\n\n# A\n";

    #[test]
    fn good_pages_pass() {
        assert_eq!(about("resources/a.md", GOOD), Vec::<String>::new());
        assert_eq!(about("index.md", &GOOD.replace("subcategory: \"\"\n", "")), Vec::<String>::new());
        assert_eq!(about("dev/style.md", "# Style\n"), Vec::<String>::new());
    }

    #[test]
    fn places_are_checked() {
        assert_eq!(about("rules/a.md", GOOD), ["docs/rules: the registry shows no such folder"]);
        assert_eq!(about("guides/a.txt", GOOD), ["docs/guides/a.txt: not a `.md` file"]);
        assert_eq!(about("guides/deep/a.md", GOOD), ["docs/guides/deep: a folder in a folder"]);
        assert!(about("guides/a.md", &format!("{GOOD}{}", "x".repeat(500_001)))[0].contains("larger than"));
    }

    #[test]
    fn frontmatter_is_checked() {
        assert_eq!(about("index.md", GOOD), ["docs/index.md: `subcategory` in the frontmatter of the index"]);
        assert_eq!(about("guides/a.md", "# A\n"), ["docs/guides/a.md: no frontmatter"]);
        assert_eq!(
            about("guides/a.md", "---\nlayout: x\nsidebar_current: y\n---\n"),
            [
                "docs/guides/a.md: `layout` in the frontmatter",
                "docs/guides/a.md: `sidebar_current` in the frontmatter",
                "docs/guides/a.md: no `page_title` in the frontmatter",
                "docs/guides/a.md: no `description` in the frontmatter",
            ]
        );
        assert_eq!(about("guides/a.md", &format!("{GOOD}\n```hcl\n")), ["docs/guides/a.md: a block of code that is not closed"]);
    }
}
