//! Enums, lengths and patterns of the service model, and the sentence AWS makes of a broken one.

use serde_json::Value;

use super::json;
use super::refusal::Refusal;

/// What a member must satisfy.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// It must be there when the structure around it is.
    Required,
    /// Characters of a text.
    Length(usize, usize),
    /// Bounds of a whole number.
    Range(i64, i64),
    /// Members of a list.
    Count(usize, usize),
    /// One of these texts, listed in AWS's order.
    OneOf(&'static [&'static str]),
    /// A text, or every text of a list, of this shape.
    Pattern(Pattern),
}

/// A pattern of the model and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// The pattern as AWS quotes it.
    pub text: &'static str,
    /// Whether a whole text matches.
    pub matches: fn(&str) -> bool,
}

/// A member, written as its path, and what it must satisfy.
pub type Constraint = (&'static str, &'static [Bound]);

/// Checks a request. `code` is what the service calls a broken constraint.
pub fn check(input: &Value, code: &'static str, constraints: &[&[Constraint]]) -> Result<(), Refusal> {
    let mut broken = Vec::new();
    for (path, bounds) in constraints.iter().copied().flatten() {
        let members: Vec<&str> = path.split('.').collect();
        check_member(input, &members, "", bounds, &mut broken)?;
    }
    if broken.is_empty() {
        return Ok(());
    }
    let noun = if broken.len() == 1 { "error" } else { "errors" };
    Err(Refusal::new(code, format!("{} validation {noun} detected: {}", broken.len(), broken.join("; "))))
}

fn check_member(value: &Value, path: &[&str], at: &str, bounds: &[Bound], broken: &mut Vec<String>) -> Result<(), Refusal> {
    let Some((member, rest)) = path.split_first() else { return check_value(value, at, bounds, broken) };
    let (name, is_list) = member.strip_suffix("[]").map_or((*member, false), |name| (name, true));
    let here = if at.is_empty() { lower_first(name) } else { format!("{at}.{}", lower_first(name)) };
    match json::at(value, &[name]) {
        None if rest.is_empty() && bounds.iter().any(|bound| matches!(bound, Bound::Required)) => {
            broken.push(format!("Value null at '{here}' failed to satisfy constraint: Member must not be null"));
            Ok(())
        }
        None => Ok(()),
        Some(Value::Array(items)) if is_list => items
            .iter()
            .zip(1..)
            .try_for_each(|(item, number)| check_member(item, rest, &format!("{here}.{number}.member"), bounds, broken)),
        Some(inner) if rest.is_empty() || inner.is_object() => check_member(inner, rest, &here, bounds, broken),
        Some(_) => Err(Refusal::new("SerializationException", format!("`{here}` is not a structure"))),
    }
}

fn check_value(value: &Value, at: &str, bounds: &[Bound], broken: &mut Vec<String>) -> Result<(), Refusal> {
    for bound in bounds {
        let constraint = match *bound {
            Bound::Required => None,
            Bound::Range(least, most) => {
                let number = json::number(value, &[]).ok_or_else(|| unexpected(at, "a number"))?;
                out_of_bounds(number, least, most, "value")
            }
            Bound::Count(least, most) => {
                let count = value.as_array().ok_or_else(|| unexpected(at, "a list"))?.len();
                out_of_bounds(as_number(count), as_number(least), as_number(most), "length")
            }
            Bound::Length(least, most) => {
                let length = value.as_str().ok_or_else(|| unexpected(at, "a text"))?.chars().count();
                out_of_bounds(as_number(length), as_number(least), as_number(most), "length")
            }
            Bound::OneOf(names) => {
                let wanted = format!("Member must satisfy enum value set: [{}]", names.join(", "));
                unless_all(value, at, |text| names.contains(&text), wanted)?
            }
            Bound::Pattern(pattern) => {
                let wanted = format!("Member must satisfy regular expression pattern: {}", pattern.text);
                unless_all(value, at, pattern.matches, wanted)?
            }
        };
        if let Some(constraint) = constraint {
            let shown = shown(value);
            broken.push(format!("Value '{shown}' at '{at}' failed to satisfy constraint: {constraint}"));
        }
    }
    Ok(())
}

/// The constraint a text, or a list of texts, does not satisfy.
fn unless_all(value: &Value, at: &str, holds: impl Fn(&str) -> bool, wanted: String) -> Result<Option<String>, Refusal> {
    let Value::Array(items) = value else {
        let text = value.as_str().ok_or_else(|| unexpected(at, "a text"))?;
        return Ok((!holds(text)).then_some(wanted));
    };
    for item in items {
        if !holds(item.as_str().ok_or_else(|| unexpected(at, "a list of texts"))?) {
            return Ok(Some(format!("Member must satisfy constraint: [{wanted}]")));
        }
    }
    Ok(None)
}

fn out_of_bounds(number: i64, least: i64, most: i64, noun: &str) -> Option<String> {
    if number < least {
        return Some(format!("Member must have {noun} greater than or equal to {least}"));
    }
    (number > most).then(|| format!("Member must have {noun} less than or equal to {most}"))
}

fn as_number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unexpected(at: &str, wanted: &str) -> Refusal {
    Refusal::new("SerializationException", format!("`{at}` is not {wanted}"))
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => "{}".to_owned(),
        other => other.to_string(),
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// `\w`: what Java's pattern language calls a word character.
pub fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// `\p{L}\p{M}\p{S}\p{N}\p{P}`: letters, marks, symbols, numbers and punctuation; neither spaces nor invisible controls.
pub fn is_visible(letter: char) -> bool {
    let format = matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}');
    !letter.is_control() && !letter.is_whitespace() && !format
}

/// `\s`: the spaces Java's pattern language knows.
pub fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// An ARN: `arn:` and five to seven parts in the model's letters, a number for the account.
pub const ARN: Pattern = Pattern {
    text: r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    matches: is_arn,
};

/// An ARN or nothing (S02).
pub const OPTIONAL_ARN: Pattern = Pattern {
    text: r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
    matches: |text| text.is_empty() || is_arn(text),
};

/// A text message with its code placeholder, on one line (S01).
pub const SMS_MESSAGE: Pattern = Pattern {
    text: r".*\{####\}.*",
    matches: |text| text.contains("{####}") && !text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']),
};

/// An email message with its code placeholder (E04).
pub const EMAIL_MESSAGE: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
    matches: |text| text.contains("{####}") && text.chars().all(|letter| is_visible(letter) || is_space(letter)),
};

/// An email subject (E05).
pub const EMAIL_SUBJECT: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+",
    matches: |text| !text.is_empty() && text.chars().all(|letter| is_visible(letter) || is_space(letter)),
};

fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, service, region, account, resource @ ..] = parts.as_slice() else { return false };
    let is_part = |part: &str| part.chars().all(|letter| is_word(letter) || "+=/,.@-".contains(letter));
    let is_full = |part: &&str| !part.is_empty() && is_part(part);
    is_full(partition)
        && is_full(service)
        && is_part(region)
        && !account.is_empty()
        && account.chars().all(|digit| digit.is_ascii_digit())
        && (1..=3).contains(&resource.len())
        && resource.iter().all(is_full)
}
