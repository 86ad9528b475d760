//! Whose quota a call uses: the number of the AWS account, as far as it can be told without asking AWS.

/// The account in the ARN of a role.
pub fn of_role(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    is_account(account).then(|| account.to_owned())
}

/// The account an access key belongs to. Keys of the older form do not tell it: then the key stands for its account.
pub fn of_access_key(id: &str) -> String {
    in_access_key(id).unwrap_or_else(|| format!("key {id}"))
}

/// Since 2019 the 16 letters after `AKIA` or `ASIA` are a number in base 32, whose upper half but for its first bit is the
/// account. The first bit tells it from the older form.
fn in_access_key(id: &str) -> Option<String> {
    let letters = id.strip_prefix("AKIA").or_else(|| id.strip_prefix("ASIA")).filter(|letters| letters.len() == 16)?;
    let mut number: u128 = 0;
    for letter in letters.bytes() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        number = number << 5 | u128::from(digit);
    }
    let is_new_form = number >> 79 == 1;
    let account = format!("{:012}", number >> 39 & 0xff_ffff_ffff);
    (is_new_form && is_account(&account)).then_some(account)
}

/// Whether a text is the number of an account: twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_key_tells_its_account() {
        // Published pair of a key id and its account.
        assert_eq!(of_access_key("ASIAQNZGKIQY56JQ7WML"), "029608264753");
    }

    #[test]
    fn another_key_stands_for_itself() {
        for id in ["AKIAIOSFODNN7EXAMPLE", "testing", "", "AKIAQ", "AKIAQ189Q189Q189Q189", "AKIA7777777777777777"] {
            assert_eq!(of_access_key(id), format!("key {id}"));
        }
    }

    #[test]
    fn a_role_tells_its_account() {
        assert_eq!(of_role("arn:aws:iam::123456789012:role/path/name").as_deref(), Some("123456789012"));
        assert_eq!(of_role("arn:aws:iam::aws:policy/x"), None);
        assert_eq!(of_role("not an ARN"), None);
    }
}
