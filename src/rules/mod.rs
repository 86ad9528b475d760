//! The catalogue: every rule about a change, one file each. Pure; a rule is never told when it runs or who asks.

mod example;
pub mod finding;
mod hcl;
mod judge;
pub mod matrix;
pub mod notes;
pub mod policy;
#[cfg(test)]
mod tests;
mod trust;
mod waivers;

pub use finding::{Finding, GUIDE};
pub use judge::{ABOUT_THE_SMS_ROLE, can_be_lowered, judge, judge_alone, judge_unchanged, judge_unsent};
pub use policy::{Level, Open, Policy, Profile, Waiver};
pub use waivers::close_names;

use crate::mfa::{Answer, Transition};

/// Where rules are judged; severity and wording of the outcome depend on it, a rule's answer does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `terraform validate`, or the validation before a plan: no provider configuration, nothing read.
    Validate,
    /// `terraform plan`.
    Plan,
    /// Before the first write of `terraform apply`, with everything known.
    Apply,
}

/// What a rule says of a transition.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing to say, whatever is still unknown.
    Holds,
    /// It depends on something not read or not known yet.
    Undecided,
    /// The rule is broken.
    Broken(Finding),
}

impl Verdict {
    /// Broken when the answer is yes.
    fn broken_when(answer: Answer, finding: impl FnOnce() -> Finding) -> Self {
        match answer {
            Answer::Yes => Self::Broken(finding()),
            Answer::No => Self::Holds,
            Answer::Unknown => Self::Undecided,
        }
    }
}

/// One rule about a change.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Name of its file, its anchor in the guide, and what users see in `[brackets]`.
    pub name: &'static str,
    /// The diagnostic's first line; at most 60 characters. The id of what the change is about follows: command lines show one of all
    /// warnings that have the same first line.
    pub summary: &'static str,
    /// Markdown for the guide: the sections `What it checks`, `Why`, `Rejected`, `Accepted`, `Evidence`, each a `###` heading.
    pub docs: &'static str,
    /// What the rule rests on.
    pub evidence: Evidence,
    /// How loud it is where nobody says otherwise.
    pub severity: BySeverityProfile,
    /// Looks at a change. More knowledge may settle [`Verdict::Undecided`]; it never turns one settled verdict into another.
    pub check: fn(&Transition) -> Verdict,
    /// The change of the `Rejected` section: this rule alone is reported.
    pub rejected: fn() -> Transition,
    /// The change of the `Accepted` section: no rule is reported.
    pub accepted: fn() -> Transition,
}

impl Rule {
    /// Where to read on about the rule: its section of the guide, and the same from the binary at hand.
    pub fn more(&self) -> String {
        format!("More:\n{}\nor `terraform-provider-cognitomfa explain {}`", self.link(), self.name)
    }

    /// Address of the rule's section in the published guide.
    pub fn link(&self) -> String {
        format!("{GUIDE}#{}", self.name)
    }
}

/// What a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Rows of the fact catalogue, such as `M02`.
    pub rows: &'static [&'static str],
    /// How firm it is.
    pub standing: Standing,
    /// What AWS answers, word for word, the current wording first.
    pub messages: &'static [&'static str],
    /// Where it was seen or written.
    pub source: &'static str,
}

/// How firm a rule is; it limits who may lower it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// AWS refuses it, seen with AWS's message. Cannot be lowered; a waiver puts it off from plan to apply.
    Api,
    /// AWS's documentation says so; no refusal was seen.
    Documented,
    /// Conflicting, old or inferred.
    Reported,
    /// AWS accepts it, this provider stops it.
    Guard,
    /// Accepted, and surprising.
    Advice,
    /// Something would be lost. Can be neither lowered nor waived.
    Integrity,
}

impl Standing {
    /// The word used in the guide.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::Guard => "guard",
            Self::Advice => "advice",
            Self::Integrity => "integrity",
        }
    }
}

/// A level for each profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BySeverityProfile {
    /// In profile `aws`.
    pub aws: Level,
    /// In profile `guarded`.
    pub guarded: Level,
    /// In profile `classic`.
    pub classic: Level,
}

impl BySeverityProfile {
    /// An error in every profile.
    pub const ERROR: Self = Self { aws: Level::Error, guarded: Level::Error, classic: Level::Error };
    /// A warning in profile `aws`, an error in the others.
    pub const GUARDED: Self = Self { aws: Level::Warning, ..Self::ERROR };
    /// A warning, and an error in profile `classic` only.
    pub const CLASSIC: Self = Self { classic: Level::Error, ..Self::WARNING };
    /// A warning in every profile.
    pub const WARNING: Self = Self { aws: Level::Warning, guarded: Level::Warning, classic: Level::Warning };

    /// The level in one profile.
    pub fn level(&self, profile: Profile) -> Level {
        match profile {
            Profile::Aws => self.aws,
            Profile::Guarded => self.guarded,
            Profile::Classic => self.classic,
        }
    }
}

/// Declares each rule's module and registers it; the order is that of reports and of the guide.
macro_rules! catalogue {
    ($($rule:ident),* $(,)?) => {
        $(pub mod $rule;)*

        /// Names of all rules, in catalogue order: the keys that `rules.severity` and `waivers` may use.
        pub const NAMES: &[&str] = &[$(stringify!($rule)),*];

        static RULES: [Rule; NAMES.len()] = [$($rule::RULE),*];
    };
}

catalogue! {
    changed_since_plan,
    two_managers,
    factors_with_mode_off,
    active_mode_without_factor,
    required_with_otp_first_factor,
    required_with_single_factor_passkey,
    required_to_off,
    sms_role_with_mode_off,
    off_to_required,
    aws_user_pool_will_reset,
    email_without_ses,
    email_with_email_only_recovery,
    email_on_lite_tier,
    passkey_factor_on_lite_tier,
    sms_role_in_other_account,
    sms_role_missing,
    sms_role_without_trust,
    sms_role_external_id_mismatch,
    sms_role_without_publish,
    sns_region_not_allowed,
    eums_not_in_region,
    sms_sender_switched,
    phone_verification_with_mode_off,
    phone_recovery_with_sms,
    message_without_sender,
    sign_in_weakened,
    enrolled_factor_removed,
    threat_protection_with_required,
    recovery_through_mfa_channel,
    sms_still_available,
    remembered_devices_skip_mfa,
    sms_required_without_phone_attribute,
    relying_party_not_on_custom_domain,
    passkey_without_required_verification,
    sms_role_open_to_confused_deputy,
    sms_sandbox,
    sms_spend_limit,
    sms_without_origination_identity,
    preference_not_exclusive,
    preference_for_unavailable_factor,
    preference_without_pool_factor,
    preference_off_while_required,
    restore_weakens,
    sms_role_in_use,
    destroy_prevented,
    destroy_turns_off,
    destroy_retains,
    last_factor_kept,
}

/// Every rule, in catalogue order.
pub fn all() -> &'static [Rule] {
    &RULES
}

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.name == name)
}

/// The rule that should have seen what AWS refuses with this message; the first one where several know the message.
pub fn of_message(message: &str) -> Option<&'static Rule> {
    knowing(message).next()
}

/// All rules that know this message of AWS.
pub fn knowing(message: &str) -> impl Iterator<Item = &'static Rule> {
    all().iter().filter(move |rule| rule.evidence.messages.iter().any(|known| message.contains(known)))
}

/// The rules that could not be judged of a change, because something they look at was not read.
pub fn undecided(transition: &Transition) -> Vec<&'static str> {
    all().iter().filter(|rule| (rule.check)(transition) == Verdict::Undecided).map(|rule| rule.name).collect()
}
