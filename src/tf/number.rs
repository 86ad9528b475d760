//! Numbers of any precision.

use std::fmt;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive, Zero};

/// Longest number text that is read, as it is and as it would be written out without an exponent.
///
/// Terraform computes with 512 bits, some 155 digits; an exact float64 needs at most 1,075 decimal places. What lies beyond is
/// hostile: `1e999999999` is eleven bytes, and a gigabyte when written out.
const MOST_DIGITS: usize = 4_096;

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

impl Number {
    /// The exact value of a float64; `None` for NaN.
    pub fn from_f64(float: f64) -> Option<Self> {
        if float == f64::INFINITY {
            Some(Self::PositiveInfinity)
        } else if float == f64::NEG_INFINITY {
            Some(Self::NegativeInfinity)
        } else {
            BigDecimal::from_f64(float).map(Self::Finite)
        }
    }

    /// Reads decimal text such as `-12.5e3`; `None` where it is no number, or one too long to be honest.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MOST_DIGITS || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            return None;
        }
        let number: BigDecimal = text.parse().ok()?;
        (plain_length(&number) <= MOST_DIGITS as u64).then_some(Self::Finite(number))
    }

    /// The number as an integer; `None` where it has a fraction or does not fit.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Finite(number) if number.is_zero() => Some(0),
            Self::Finite(number) if may_fit(number) && number.is_integer() => number.to_i64(),
            _ => None,
        }
    }

    /// The number as a float64; `None` where that would round it.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::NegativeInfinity => Some(f64::NEG_INFINITY),
            Self::PositiveInfinity => Some(f64::INFINITY),
            Self::Finite(number) => {
                let float = number.to_f64().filter(|float| float.is_finite())?;
                (BigDecimal::from_f64(float).as_ref() == Some(number)).then_some(float)
            }
        }
    }

    /// Whether it is finite and has no fraction.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Finite(number) if number.is_integer())
    }
}

/// How long the text of the number is at most, without an exponent.
fn plain_length(number: &BigDecimal) -> u64 {
    let (digits, fraction) = (number.digits(), number.fractional_digit_count());
    match u64::try_from(fraction) {
        // A sign, a zero and a point may come on top.
        Ok(fraction @ 1..) => digits.max(fraction).saturating_add(3),
        Ok(0) | Err(_) => digits.saturating_add(fraction.unsigned_abs()).saturating_add(1),
    }
}

/// Whether the number has no more digits before its point than an `i64` can, and none that it could not have honestly behind it.
/// Asked before anything computes with it: writing out `1e999999999` would take all memory.
fn may_fit(number: &BigDecimal) -> bool {
    let fraction = number.fractional_digit_count();
    let before_the_point = i128::from(number.digits()) - i128::from(fraction);
    (1..=19).contains(&before_the_point) && fraction <= MOST_DIGITS as i64
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self::Finite(BigDecimal::from(number))
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        Self::from(i64::from(number))
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self::Finite(BigDecimal::from(BigInt::from(number)))
    }
}

/// Plain decimal digits, without an exponent and without needless zeros.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NegativeInfinity => f.write_str("-Inf"),
            Self::PositiveInfinity => f.write_str("Inf"),
            Self::Finite(number) => f.write_str(&number.normalized().to_plain_string()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn integers_fit_or_do_not() {
        assert_eq!(Number::from(-7_i64).as_i64(), Some(-7));
        assert_eq!(Number::parse("9223372036854775807").unwrap().as_i64(), Some(i64::MAX));
        assert_eq!(Number::parse("9223372036854775808").unwrap().as_i64(), None);
        assert_eq!(Number::from(u64::MAX), Number::parse("18446744073709551615").unwrap());
        assert_eq!(Number::parse("1e3").unwrap().as_i64(), Some(1000));
        assert_eq!(Number::parse("1.5").unwrap().as_i64(), None);
        assert_eq!(Number::PositiveInfinity.as_i64(), None);
    }

    #[test]
    fn a_huge_exponent_neither_fits_nor_takes_all_memory() {
        for text in ["1e999999999", "-7e999999999", "1e-999999999", "10e-999999999"] {
            assert_eq!(Number::Finite(text.parse().unwrap()).as_i64(), None, "{text}");
        }
        assert_eq!(Number::Finite("0e999999999".parse().unwrap()).as_i64(), Some(0));
        assert_eq!(Number::Finite("-12.000".parse().unwrap()).as_i64(), Some(-12));
        assert_eq!(Number::from(i64::MIN).as_i64(), Some(i64::MIN));
    }

    #[test]
    fn what_is_read_can_be_read_again_when_it_is_written_out() {
        let cases = [
            ("1e4094", true),
            ("-1e4094", true),
            ("1e4096", false),
            ("7916e4093", false),
            ("1e-4093", true),
            ("-12.5e-4093", false),
        ];
        for (text, is_read) in cases {
            let number = Number::parse(text);
            assert_eq!(number.is_some(), is_read, "{text}");
            if let Some(number) = number {
                assert_eq!(Number::parse(&number.to_string()), Some(number), "{text}");
            }
        }
    }

    #[test]
    fn floats_are_taken_exactly_and_given_only_when_exact() {
        assert_eq!(Number::from_f64(0.5), Number::parse("0.5"));
        assert_ne!(Number::from_f64(0.1), Number::parse("0.1"));
        assert_eq!(Number::from_f64(0.1).unwrap().as_f64(), Some(0.1));
        assert_eq!(Number::parse("0.1").unwrap().as_f64(), None);
        assert_eq!(Number::from_f64(f64::MIN_POSITIVE).unwrap().as_f64(), Some(f64::MIN_POSITIVE));
        assert_eq!(Number::from_f64(5e-324).unwrap().as_f64(), Some(5e-324));
        assert_eq!(Number::from_f64(f64::MAX).unwrap().as_f64(), Some(f64::MAX));
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::NEG_INFINITY).unwrap().as_f64(), Some(f64::NEG_INFINITY));
    }

    #[test]
    fn text_is_plain() {
        assert_eq!(Number::parse("1.500e2").unwrap().to_string(), "150");
        assert_eq!(Number::parse("-0.250").unwrap().to_string(), "-0.25");
        assert_eq!(Number::parse("12345678901234567890123").unwrap().to_string(), "12345678901234567890123");
    }

    #[test]
    fn numbers_that_would_fill_the_memory_are_refused() {
        assert_eq!(Number::parse("1e999999999"), None);
        assert_eq!(Number::parse("1e-999999999"), None);
        assert_eq!(Number::parse(&"9".repeat(5_000)), None);
        assert_eq!(Number::parse("NaN"), None);
        assert_eq!(Number::parse(""), None);
        assert_eq!(Number::parse("1_000"), None);
    }
}
