//! Numbers of any precision.

use bigdecimal::BigDecimal;

/// A Terraform number. Infinities exist on the wire; NaN does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// Minus infinity.
    NegativeInfinity,
    /// Any finite number, exactly.
    Finite(BigDecimal),
    /// Infinity.
    PositiveInfinity,
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::Finite(BigDecimal::from(number))
    }
}
