//! Durations as `timeouts` writes them.

use std::time::Duration;

use super::arguments::TimeoutArguments;
use crate::tf::Value;

/// The longest that is taken: a day.
const LONGEST: f64 = 86_400.0;

/// Reads a duration such as `90s`, `2m` or `1h30m`; `None` where it is none, is zero, or is longer than a day.
pub fn parse(text: &str) -> Option<Duration> {
    seconds(text).filter(|seconds| *seconds > 0.0 && *seconds <= LONGEST).map(Duration::from_secs_f64)
}

/// Whether this is a duration that is too long.
pub fn is_too_long(text: &str) -> bool {
    seconds(text).is_some_and(|seconds| seconds > LONGEST)
}

fn seconds(text: &str) -> Option<f64> {
    let mut seconds = 0.0_f64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let end = tail.find(|character: char| character.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at_checked(end)?;
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * factor;
        rest = next;
    }
    Some(seconds)
}

/// What an operation may take as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    /// The limit from `timeouts`, else the default: 90 seconds for a read, 5 minutes for anything that writes.
    pub fn limit(self, timeouts: &Value<TimeoutArguments>) -> Duration {
        let timeouts = timeouts.known().cloned().unwrap_or_default();
        let (value, default) = match self {
            Self::Create => (timeouts.create, 300),
            Self::Read => (timeouts.read, 90),
            Self::Update => (timeouts.update, 300),
            Self::Delete => (timeouts.delete, 300),
        };
        match value {
            Value::Known(text) => parse(&text).unwrap_or(Duration::from_secs(default)),
            Value::Null | Value::Unknown => Duration::from_secs(default),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn durations_add_up() {
        assert_eq!(parse("90s"), Some(Duration::from_secs(90)));
        assert_eq!(parse("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse("1.5m"), Some(Duration::from_secs(90)));
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "5", "m", "5x", "-5s", "0s", "5 m", "1..5s", "25h", "1e9s"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
