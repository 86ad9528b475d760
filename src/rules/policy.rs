//! How findings are weighed: the provider block's `rules` and one resource's `waivers`.

use std::collections::BTreeMap;

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

/// Everything that decides how loud a finding is.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// `rules.profile`.
    pub profile: Profile,
    /// `rules.severity`, by rule name. Names are checked when the provider block is.
    pub severity: BTreeMap<String, Level>,
    /// `rules.allow_waivers`.
    pub allow_waivers: bool,
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
            waivers: Vec::new(),
            today: Date::MIN,
        }
    }
}
