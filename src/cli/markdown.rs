//! The markdown of a rule's documentation as plain text for a terminal.

use super::terminal::wrapped;

/// Before what stands below a heading.
const INDENT: &str = "  ";
/// Before a line of code.
const CODE: &str = "      ";

/// Markdown as plain text: headings at the edge, paragraphs wrapped below them, code further in and as it is. Backticks stay,
/// as they do in the provider's messages.
pub fn plain(markdown: &str, width: usize) -> String {
    let mut text = Text { width, out: String::new(), paragraph: String::new() };
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            text.end_paragraph();
            in_code = !in_code;
        } else if in_code {
            text.line(format!("{CODE}{line}").trim_end());
        } else {
            text.read(line);
        }
    }
    text.end_paragraph();
    text.out
}

struct Text {
    width: usize,
    out: String,
    paragraph: String,
}

impl Text {
    fn read(&mut self, line: &str) {
        let heading = line.trim_start_matches('#');
        if heading.len() < line.len() && heading.starts_with(' ') {
            self.end_paragraph();
            self.line(heading.trim());
        } else if line.trim().is_empty() {
            self.end_paragraph();
            // One empty line between two blocks.
            if !self.out.is_empty() && !self.out.ends_with("\n\n") {
                self.out.push('\n');
            }
        } else if line.starts_with('|') {
            self.end_paragraph();
            self.line(&format!("{INDENT}{}", unmarked(line)));
        } else {
            if line.starts_with("- ") {
                self.end_paragraph();
            }
            self.paragraph.push_str(line.trim());
            self.paragraph.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if paragraph.is_empty() {
            return;
        }
        let paragraph = unmarked(&paragraph);
        let wrapped = match paragraph.strip_prefix("- ") {
            Some(item) => wrapped(item, self.width, &format!("{INDENT}- "), &format!("{INDENT}  ")),
            None => wrapped(&paragraph, self.width, INDENT, INDENT),
        };
        self.line(&wrapped);
    }
}

/// Without the marks of bold text, and with links spelled out; a link within the page keeps its words only.
fn unmarked(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        match after.split_once("](").and_then(|(words, target)| Some((words, target.split_once(')')?))) {
            Some((words, (target, after))) if !words.contains(['[', ']', '\n']) => {
                text.push_str(words);
                if !target.starts_with('#') {
                    text.push_str(&format!(" ({target})"));
                }
                rest = after;
            }
            _ => {
                text.push('[');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text.replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn headings_paragraphs_and_code_are_told_apart() {
        let markdown = "### What it checks\n\nOne two\nthree `four`.\n\n```hcl\na = {\n  b = 1\n\n}\n```\n\nAfter.\n";
        let expected = "What it checks\n\n  One two\n  three\n  `four`.\n\n      a = {\n        b = 1\n\n      }\n\n  After.\n";
        assert_eq!(plain(markdown, 10), expected);
    }

    #[test]
    fn lists_hang_and_tables_stay() {
        assert_eq!(
            plain("- one two\n  three\n- four\n\n| a | b |\n|---|---|\n", 11),
            "  - one two\n    three\n  - four\n\n  | a | b |\n  |---|---|\n"
        );
    }

    #[test]
    fn marks_go_and_addresses_stay() {
        let markdown = "**Bold**, [words](https://a/b), [section](#x), `a[0]` and [brackets] (of [their] own).";
        let expected = "  Bold, words (https://a/b), section, `a[0]` and [brackets] (of [their] own).\n";
        assert_eq!(plain(markdown, 200), expected);
    }

    #[test]
    fn comments_in_code_are_no_headings() {
        assert_eq!(plain("```hcl\n# 1. **apply**\n```\n", 80), "      # 1. **apply**\n");
    }
}
