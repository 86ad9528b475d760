//! The oldest Terraform that works with this provider.
//!
//! Terraform before 1.0.5 panics on every nested object that is not set, and a panic ends it with exit code 2, which pipelines read as
//! "there are changes". The version comes with `ConfigureProvider` alone, so `validate` cannot be refused.

use crate::tf::Diagnostic;

/// Major, minor, patch. OpenTofu began at 1.6, and sends its own version.
const OLDEST: [u64; 3] = [1, 0, 5];

/// Why this version of Terraform is refused; `None` where it is not, or where nothing can be told from the text.
pub(super) fn refusal(version: &str) -> Option<Diagnostic> {
    is_older(version)?.then(|| {
        let detail = format!(
            "This is Terraform {version}. Terraform before 1.0.5 crashes on every nested object that is left out, such as \
             `sms_configuration`, and ends with the exit code that means \"there are changes\". Use Terraform 1.0.5 or newer, or OpenTofu."
        );
        Diagnostic::error("Terraform 1.0.5 or newer is needed", detail)
    })
}

/// Whether `version` comes before the oldest one. A pre-release comes before its release; what is built from it does not.
fn is_older(version: &str) -> Option<bool> {
    let (version, _) = version.split_once('+').unwrap_or((version, ""));
    let (release, pre_release) = version.split_once('-').map_or((version, None), |(release, rest)| (release, Some(rest)));
    let numbers: Vec<u64> = release.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let release = <[u64; 3]>::try_from(numbers).ok()?;
    Some(release < OLDEST || (release == OLDEST && pre_release.is_some()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_crash_are_refused_in_words_that_name_them() {
        for version in
            ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.4", "1.0.0-rc1", "1.0.4-dev", "1.0.5-alpha20210818", "0.15.5", "0.15.4-x+y"]
        {
            let refusal = refusal(version).unwrap_or_else(|| panic!("{version} is taken"));
            assert!(refusal.is_error() && refusal.detail.contains(&format!("This is Terraform {version}.")), "{refusal:?}");
            assert!(refusal.summary.contains("1.0.5"), "{refusal:?}");
        }
    }

    #[test]
    fn later_ones_and_those_of_opentofu_are_taken() {
        for version in [
            "1.0.5",
            "1.0.11",
            "1.1.0-alpha20210811",
            "1.6.0",
            "1.6.0-alpha1",
            "1.15.5",
            "1.16.0-rc2",
            "2.0.0",
            "1.0.5+local",
            "10.0.0",
        ] {
            assert_eq!(refusal(version), None, "{version}");
        }
    }

    #[test]
    fn a_text_that_is_no_version_refuses_nothing() {
        for version in ["", "dev", "1", "1.0", "1.0.x", "v1.0.0", "1.0.0.0", "-1.0.0"] {
            assert_eq!(refusal(version), None, "{version}");
        }
    }
}
