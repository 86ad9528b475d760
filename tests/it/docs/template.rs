//! Templates: prose with placeholders, each on a line of its own, such as `{{schema}}` or `{{example resource.tf}}`.

/// Fills a template in. `fill` is given each placeholder's words and answers with markdown.
pub fn render(template: &str, fill: &mut dyn FnMut(&[&str]) -> Result<String, String>) -> Result<String, String> {
    let mut text = String::new();
    for (number, line) in (1..).zip(template.lines()) {
        let placeholder = line.strip_prefix("{{").and_then(|line| line.strip_suffix("}}"));
        match placeholder {
            Some(words) => {
                let words: Vec<&str> = words.split_whitespace().collect();
                let filled = fill(&words).map_err(|problem| format!("line {number}: {line}: {problem}"))?;
                text.push_str(filled.trim_end());
            }
            None if line.contains("{{") => return Err(format!("line {number}: a placeholder needs a line of its own: {line}")),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    Ok(text)
}

/// A fenced block of code.
pub fn fenced(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```", code.trim_end())
}

/// The frontmatter of a page, in the order that tfplugindocs gives it. The index has no subcategory; the registry refuses one.
pub fn frontmatter(title: &str, is_index: bool, description: &str) -> String {
    let plain = plain(description);
    let description: Vec<String> = plain.trim().lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
    let subcategory = if is_index { "" } else { "subcategory: \"\"\n" };
    format!("---\npage_title: \"{title}\"\n{subcategory}description: |-\n{}\n---", description.join("\n"))
}

/// Markdown without its marks, for the description in search results.
fn plain(markdown: &str) -> String {
    let mut plain = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once("](").and_then(|(label, target)| Some((label, target.split_once(')')?.1))) {
            Some((label, after)) if !label.contains('[') => {
                plain.push_str(label);
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.replace(['`', '*'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in() {
        let mut fill = |words: &[&str]| match words {
            ["code", name] => Ok(fenced("terraform", &format!("# {name}\n\n"))),
            _ => Err("no such placeholder".to_owned()),
        };
        assert_eq!(render("a\n{{code x.tf}}\nb\n", &mut fill).unwrap(), "a\n```terraform\n# x.tf\n```\nb\n");
        assert_eq!(render("a\n{{wrong}}\n", &mut fill).unwrap_err(), "line 2: {{wrong}}: no such placeholder");
        assert!(render("a {{code x}}\n", &mut fill).unwrap_err().contains("line of its own"));
    }

    #[test]
    fn descriptions_are_plain_text() {
        assert_eq!(plain("Uses `x` and **y**, [see](https://a/b) [brackets]."), "Uses x and y, see [brackets].");
        let header = "---\npage_title: \"A\"\nsubcategory: \"\"\ndescription: |-\n  One x.\n\n  Two.\n---";
        assert_eq!(frontmatter("A", false, "One `x`.\n\nTwo."), header);
    }
}
