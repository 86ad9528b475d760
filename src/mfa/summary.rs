//! One line that says what a change does: the attribute `change_summary`.

use super::settings::{Factor, Mode};

/// What a change does to mode and factors, in one line.
///
/// | change | text |
/// |---|---|
/// | it is not known what was before (`from` is `None`) | `ON with SOFTWARE_TOKEN, SMS`, or `OFF` |
/// | the mode changes | `OPTIONAL -> ON` |
/// | and factors too | `OPTIONAL -> ON, +SOFTWARE_TOKEN, -SMS` |
/// | factors alone | `ON, +EMAIL` |
/// | neither | `ON, other settings` |
///
/// Factors come in the order of [`Factor`], added before removed.
pub fn change_summary(from: Option<(Mode, &[Factor])>, to: (Mode, &[Factor])) -> String {
    let (mode, factors) = to;
    let Some((mode_before, factors_before)) = from else {
        return if factors.is_empty() { mode.to_string() } else { format!("{mode} with {}", names(factors).join(", ")) };
    };
    let mut parts = vec![if mode_before == mode { mode.to_string() } else { format!("{mode_before} -> {mode}") }];
    parts.extend(names(&without(factors, factors_before)).iter().map(|name| format!("+{name}")));
    parts.extend(names(&without(factors_before, factors)).iter().map(|name| format!("-{name}")));
    if mode_before == mode && parts.len() == 1 {
        parts.push("other settings".to_owned());
    }
    parts.join(", ")
}

/// A pool that is taken on as it is, in one line: `ON with SOFTWARE_TOKEN, as it is`.
pub fn no_change(is: (Mode, &[Factor])) -> String {
    format!("{}, as it is", change_summary(None, is))
}

fn without(factors: &[Factor], others: &[Factor]) -> Vec<Factor> {
    factors.iter().copied().filter(|factor| !others.contains(factor)).collect()
}

fn names(factors: &[Factor]) -> Vec<&'static str> {
    let mut sorted = factors.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.into_iter().map(Factor::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::change_summary;
    use crate::mfa::Factor::{Email, Sms, SoftwareToken};
    use crate::mfa::Mode::{Off, On, Optional};

    #[test]
    fn a_create_names_what_is_wanted() {
        assert_eq!(change_summary(None, (On, &[Sms, SoftwareToken])), "ON with SOFTWARE_TOKEN, SMS");
        assert_eq!(change_summary(None, (Off, &[])), "OFF");
    }

    #[test]
    fn a_change_of_mode_names_both_modes() {
        assert_eq!(change_summary(Some((Optional, &[Sms])), (On, &[Sms])), "OPTIONAL -> ON");
        assert_eq!(change_summary(Some((Optional, &[])), (On, &[SoftwareToken])), "OPTIONAL -> ON, +SOFTWARE_TOKEN");
        assert_eq!(change_summary(Some((On, &[Sms, SoftwareToken])), (Optional, &[SoftwareToken])), "ON -> OPTIONAL, -SMS");
        assert_eq!(change_summary(Some((On, &[Sms])), (Optional, &[Email])), "ON -> OPTIONAL, +EMAIL, -SMS");
    }

    #[test]
    fn a_change_within_one_mode_never_looks_empty() {
        assert_eq!(change_summary(Some((On, &[Sms])), (On, &[Sms, Email])), "ON, +EMAIL");
        assert_eq!(change_summary(Some((On, &[Sms])), (On, &[Sms])), "ON, other settings");
    }
}
