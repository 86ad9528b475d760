//! The patterns of the API's model, read as AWS reads them: they are Java's, where `\w`, `\d` and `\s` are ASCII.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::aws::is_account;

/// What `.` does not match: the ends of a line.
pub const LINE_BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// `[\w-]+_[0-9a-zA-Z]+`, 1 to 55 characters (`UserPoolIdType`).
pub fn is_pool_id(text: &str) -> bool {
    let Some((region, own)) = text.rsplit_once('_') else { return false };
    text.len() <= 55 && is_of_words(region, "-") && !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `[\w…]+`: word characters and `others`, one at least.
pub fn is_of_words(text: &str, others: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !text.is_empty() && text.chars().all(|letter| is_word(letter) || others.contains(letter))
}

/// `[\w+=,.@:\/-]*`, without the bounds (`externalIdType` of STS).
pub fn is_external_id(text: &str) -> bool {
    text.is_empty() || is_of_words(text, "+=,.@:/-")
}

/// `arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+`, 2,048 characters at the most.
pub fn is_role_arn(text: &str) -> bool {
    text.len() <= 2048 && iam_resource(text, is_account).is_some_and(|name| is_named(name, "role/"))
}

/// `arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+`.
pub fn is_policy_arn(text: &str) -> bool {
    iam_resource(text, |account| account == "aws" || is_account(account)).is_some_and(|name| is_named(name, "policy/"))
}

fn iam_resource(arn: &str, owned_by: impl Fn(&str) -> bool) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else { return None };
    let suffix = partition.strip_prefix("aws")?;
    let is_partition = suffix.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (is_partition && owned_by(account)).then_some(*resource)
}

fn is_named(resource: &str, kind: &str) -> bool {
    resource.strip_prefix(kind).is_some_and(|name| is_of_words(name, "+=,.@/-"))
}

/// `/([\x21-\x7e]+/)?`: the path of a role.
pub fn is_path(text: &str) -> bool {
    let within = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    text == "/" || within.is_some_and(|within| !within.is_empty() && within.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// A bare domain in lower case, 1 to 127 characters (`RelyingPartyIdType`).
pub fn is_domain(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label =
        |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_inner);
    text.len() <= 127 && text.split('.').all(is_label)
}

/// The first character outside of `[\p{L}\p{M}\p{S}\p{N}\p{P}]`, and of `\s` where `spaces` are allowed: a control character, an
/// invisible one, or a space that is not ASCII. A code point that has no meaning yet may have one for AWS, and passes.
pub fn unprintable(text: &str, spaces: bool) -> Option<char> {
    text.chars().filter(|letter| !(spaces && is_space(*letter))).find(|letter| match letter.general_category_group() {
        GeneralCategoryGroup::Separator => true,
        GeneralCategoryGroup::Other => letter.general_category() != GeneralCategory::Unassigned,
        _ => false,
    })
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(holds: fn(&str) -> bool, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert!(holds(text), "{text:?} is refused");
        }
        for text in wrong {
            assert!(!holds(text), "{text:?} is taken");
        }
    }

    #[test]
    fn pool_ids() {
        let longest = format!("eu-central-1_{}", "a".repeat(42));
        let longer = format!("{longest}a");
        assert_all(
            is_pool_id,
            &["eu-central-1_Ab12Cd34E", "local_0", "a_b_c", "-_0", &longest],
            &["", "eu-central-1", "eu-central-1_", "_a", "eu-central-1_a-b", "eu-zürich-1_a", "a_b\n", "a b_c", &longer],
        );
    }

    #[test]
    fn words_are_ascii() {
        let is_role_name = |text: &str| is_of_words(text, "+=,.@-");
        assert_all(is_role_name, &["a", "a_B-9+=,.@"], &["", "a/b", "röle", "a b", "a\u{301}", "٣"]);
        assert_all(is_external_id, &["", "prod-1", "a:/_=,.@+"], &["a b", "ä", "a\n", "a#"]);
    }

    #[test]
    fn arns_of_iam() {
        let role = |name: &str| format!("arn:aws:iam::111122223333:role/{name}");
        assert_all(
            is_role_arn,
            &[&role("sms"), &role("a/b"), "arn:aws-us-gov:iam::111122223333:role/x", &role(&"a".repeat(2017))],
            &[
                "",
                "x",
                &role(""),
                &role("ä"),
                &role("a:b"),
                &role(&"a".repeat(2018)),
                "arn:AWS:iam::111122223333:role/x",
                "arn:aws:sts::111122223333:role/x",
                "arn:aws:iam:eu-west-1:111122223333:role/x",
                "arn:aws:iam::11112222333:role/x",
                "arn:aws:iam::aws:role/x",
                "arn:aws:iam::111122223333:user/x",
                "arn:aws:iam::111122223333:role",
                "arn:aws:iam::١١١١٢٢٢٢٣٣٣٣:role/x",
            ],
        );
        assert_all(
            is_policy_arn,
            &["arn:aws:iam::aws:policy/AmazonSNSFullAccess", "arn:aws-cn:iam::111122223333:policy/a/b"],
            &[
                "arn:aws:iam:::policy/x",
                "arn:aws:iam::aws:policy/",
                "arn:aws:iam::111122223333:role/x",
                "arn:aws:iam::other:policy/x",
            ],
        );
    }

    #[test]
    fn paths_and_domains() {
        assert_all(is_path, &["/", "/a/", "/a/b/", "///"], &["", "//", "a/", "/a", "/a b/", "/ä/", "/\u{7f}/"]);
        let longest = format!("{}.com", "a".repeat(123));
        let longer = format!("a{longest}");
        assert_all(
            is_domain,
            &["localhost", "login.example.com", "a-b.c", "1.2", "a--b.example", &longest],
            &["", ".", "a.", ".a", "a..b", "-a.com", "a-.com", "A.com", "a_b.com", "exämple.com", "a.com:443", &longer],
        );
    }

    #[test]
    fn what_cannot_be_seen_is_found() {
        let spoken = "Ihr Code: {####}, «für heute» – 5 € ¼ ٣ क्षि 漢字 😀 a\u{301} ☎\u{fe0f}";
        assert_eq!(unprintable(spoken, true), None);
        assert_eq!(unprintable("a\tb\r\nc\u{b}\u{c}", true), None);
        assert_eq!(unprintable("😀\u{1fae8}\u{1fadf}", false), None, "an emoji of a late version");
        assert_eq!(unprintable("\u{378}", false), None, "no meaning yet");
        assert_eq!(unprintable("a b", false), Some(' '));
        for letter in
            ['\u{0}', '\u{7}', '\u{7f}', '\u{85}', '\u{a0}', '\u{ad}', '\u{200d}', '\u{2028}', '\u{202e}', '\u{e000}', '\u{feff}']
        {
            for spaces in [true, false] {
                assert_eq!(unprintable(&format!("a{letter}b"), spaces), Some(letter), "U+{:04X}", u32::from(letter));
            }
        }
    }
}
