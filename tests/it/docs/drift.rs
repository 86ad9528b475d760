//! Pages as they should be against pages as they are.

use std::fs;
use std::path::Path;

/// One page of the documentation.
pub struct Page {
    /// From the root of the repository, such as `docs/index.md`.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// What to run when a page has to change.
pub const BLESS: &str = "COGNITOMFA_BLESS=1 cargo test --test it docs";

/// Writes the pages when the environment asks for it; otherwise tells where they differ from the files.
pub fn settle(root: &Path, pages: &[Page], bless: bool) -> Result<(), String> {
    let mut drifts = Vec::new();
    for page in pages {
        let file = root.join(&page.path);
        if bless {
            fs::create_dir_all(file.parent().expect("a page stands in a folder")).expect("the folder can be made");
            fs::write(&file, &page.text).expect("the page can be written");
            continue;
        }
        match fs::read_to_string(&file) {
            Ok(text) if text == page.text => {}
            Ok(text) => drifts.push(format!("{} has drifted:\n{}", page.path, differences(&text, &page.text))),
            Err(error) => drifts.push(format!("{} cannot be read: {error}", page.path)),
        }
    }
    if drifts.is_empty() { Ok(()) } else { Err(format!("{}\nTo write the pages: {BLESS}", drifts.join("\n"))) }
}

/// The differing lines, `-` as the file has them and `+` as they should be, around what both begin and end with.
fn differences(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same_start = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old[same_start..].iter().rev().zip(new[same_start..].iter().rev());
    let same_end = rest.take_while(|(one, other)| one == other).count();
    let line = |sign: char| move |(number, line): (usize, &&str)| format!("  {sign} {:4} {line}", same_start + number + 1);
    let removed = old[same_start..old.len() - same_end].iter().enumerate().map(line('-'));
    let added = new[same_start..new.len() - same_end].iter().enumerate().map(line('+'));
    let lines: Vec<String> = removed.take(40).chain(added.take(40)).collect();
    if lines.is_empty() { "  only the line breaks at the end differ".to_owned() } else { lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_line() {
        assert_eq!(differences("a\nb\nc\nd\n", "a\nx\ny\nd\n"), "  -    2 b\n  -    3 c\n  +    2 x\n  +    3 y");
        assert_eq!(differences("a\n", "a\nb\n"), "  +    2 b");
        assert_eq!(differences("a\n\n", "a\n"), "  -    2 ");
        assert_eq!(differences("a", "a\n"), "  only the line breaks at the end differ");
    }

    #[test]
    fn a_page_that_drifted_names_the_command_and_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let pages = [Page { path: "docs/resources/a.md".into(), text: "one\ntwo\n".into() }];
        let missing = settle(folder.path(), &pages, false).unwrap_err();
        assert!(missing.contains("docs/resources/a.md cannot be read") && missing.contains(BLESS), "{missing}");
        settle(folder.path(), &pages, true).unwrap();
        settle(folder.path(), &pages, false).unwrap();
        fs::write(folder.path().join("docs/resources/a.md"), "one\nzwei\n").unwrap();
        let drifted = settle(folder.path(), &pages, false).unwrap_err();
        assert!(drifted.contains("-    2 zwei\n  +    2 two"), "{drifted}");
    }
}
