//! The words that several commands take: modes in everyone's spelling, and profiles.

use clap::ValueEnum;

use crate::mfa::Mode;
use crate::rules::Profile;

/// A profile as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileName {
    /// Errors only for what AWS enforces
    Aws,
    /// Also what this provider was made to stop
    Guarded,
    /// Also what the older console and documentation refused
    Classic,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Aws => Self::Aws,
            ProfileName::Guarded => Self::Guarded,
            ProfileName::Classic => Self::Classic,
        }
    }
}

/// The mode of a word in any case; the console and the CDK say "required" for `ON`.
pub fn parse_mode(word: &str) -> Option<Mode> {
    match word.to_ascii_uppercase().as_str() {
        "REQUIRED" => Some(Mode::On),
        upper => Mode::parse(upper),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use clap::ValueEnum;

    use super::{ProfileName, parse_mode};
    use crate::mfa::Mode;
    use crate::rules::Profile;

    #[test]
    fn modes_are_read_in_any_spelling() {
        for (word, mode) in
            [("on", Mode::On), ("ON", Mode::On), ("Required", Mode::On), ("optional", Mode::Optional), ("Off", Mode::Off)]
        {
            assert_eq!(parse_mode(word), Some(mode), "{word}");
        }
        for word in ["", "enabled", "required_to_off", "O N"] {
            assert_eq!(parse_mode(word), None, "{word}");
        }
    }

    #[test]
    fn profiles_are_spelled_as_in_the_provider_block() {
        let names: Vec<String> =
            ProfileName::value_variants().iter().map(|name| name.to_possible_value().unwrap().get_name().to_owned()).collect();
        assert_eq!(names, Profile::ALL.map(Profile::as_str));
        let profiles: Vec<Profile> = ProfileName::value_variants().iter().map(|name| Profile::from(*name)).collect();
        assert_eq!(profiles, Profile::ALL);
    }
}
