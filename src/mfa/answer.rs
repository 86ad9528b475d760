//! Yes, no, or not known yet.

use std::ops::Not;

use crate::tf::Value;

/// The answer to a question about values of which some may be known only after apply.
///
/// `Yes` and `No` are final: they stay the same whatever the unknown values become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It depends on something unknown.
    Unknown,
}

impl Answer {
    /// Whether there is a value.
    pub fn present<T>(value: &Value<T>) -> Self {
        match value {
            Value::Known(_) => Self::Yes,
            Value::Null => Self::No,
            Value::Unknown => Self::Unknown,
        }
    }

    /// Whether both are so.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Whether at least one is so.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    /// Whether all are so; `Yes` of none.
    pub fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::Yes, Self::and)
    }

    /// Whether any is so; `No` of none.
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        answers.into_iter().fold(Self::No, Self::or)
    }
}

impl From<bool> for Answer {
    fn from(answer: bool) -> Self {
        if answer { Self::Yes } else { Self::No }
    }
}

impl Not for Answer {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Answer::{self, No, Unknown, Yes};

    #[test]
    fn a_final_answer_never_depends_on_the_unknown_side() {
        assert_eq!(No.and(Unknown), No);
        assert_eq!(Yes.and(Unknown), Unknown);
        assert_eq!(Yes.or(Unknown), Yes);
        assert_eq!(No.or(Unknown), Unknown);
        assert_eq!(!Unknown, Unknown);
    }

    #[test]
    fn all_and_any_of_none_are_the_neutral_answers() {
        assert_eq!(Answer::all([]), Yes);
        assert_eq!(Answer::any([]), No);
        assert_eq!(Answer::all([Yes, Unknown, No]), No);
        assert_eq!(Answer::any([No, Unknown]), Unknown);
    }
}
