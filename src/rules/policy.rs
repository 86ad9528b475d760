//! How findings are weighed: the provider block's `rules` and one resource's `waivers`.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

/// `rules.profile`: which set of severities applies where nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// `aws`: errors only for what AWS enforces.
    Aws,
    /// `guarded`: also what this provider was made to stop. The default.
    #[default]
    Guarded,
    /// `classic`: also what the older console and documentation refused.
    Classic,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::Aws, Self::Guarded, Self::Classic];

    /// The argument's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Guarded => "guarded",
            Self::Classic => "classic",
        }
    }

    /// The profile of the argument's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == text)
    }
}

/// How loud a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `off`: not reported.
    Off,
    /// `warning`
    Warning,
    /// `error`
    Error,
}

impl Level {
    /// All levels, quietest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warning, Self::Error];

    /// The argument's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level of the argument's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// One element of a resource's `waivers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Name of the rule.
    pub rule: String,
    /// Why; not empty.
    pub reason: String,
    /// The last day it counts, in UTC.
    pub expires: Option<Date>,
}

/// What is not known yet of how findings are weighed: a plan refuses nothing that some value would let through, and apply knows them all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// `rules.profile`.
    pub profile: bool,
    /// `rules.severity` as a whole.
    pub severities: bool,
    /// Rules in `rules.severity` whose level is not known.
    pub severity: BTreeSet<String>,
}

impl Open {
    /// The loudest that a finding can be for certain, of a rule whose level depends on the profile by `of_profile`.
    pub(super) fn most(&self, rule: &str, chosen: Option<Level>, of_profile: impl Fn(Profile) -> Level) -> Option<Level> {
        let is_open = self.severities || self.severity.contains(rule);
        let quietest = Profile::ALL.into_iter().map(of_profile).min().unwrap_or(Level::Off);
        match (is_open, chosen) {
            (true, _) => Some(Level::Off),
            (false, None) if self.profile => Some(quietest),
            (false, _) => None,
        }
    }
}

/// Everything that decides how loud a finding is.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// `rules.profile`.
    pub profile: Profile,
    /// `rules.severity`, by rule name. Names are checked when the provider block is.
    pub severity: BTreeMap<String, Level>,
    /// `rules.allow_waivers`.
    pub allow_waivers: bool,
    /// What of all that is not known yet.
    pub open: Open,
    /// `waivers` of the resource.
    pub waivers: Vec<Waiver>,
    /// Today in UTC, for waivers that expire.
    pub today: Date,
}

impl Default for Policy {
    /// The default profile, no waivers, and a day on which no waiver has expired.
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            severity: BTreeMap::new(),
            allow_waivers: true,
            open: Open::default(),
            waivers: Vec::new(),
            today: Date::MIN,
        }
    }
}
