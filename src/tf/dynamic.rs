//! A value of any shape, as it crosses the plugin protocol.

use std::collections::BTreeMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::number::Number;
use super::type_constraint::Type;

/// A value whose shape is known only from the schema it stands in.
///
/// Lists, sets and tuples share one form, maps and objects another: which one it is, the [`Type`] says.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Dynamic {
    /// Null of any type.
    #[default]
    Null,
    /// Known after apply. Boxed refinements narrow what it may become.
    Unknown(Option<Box<Refinements>>),
    /// `true` or `false`.
    Bool(bool),
    /// A number of any precision.
    Number(Number),
    /// Unicode text in NFC.
    String(String),
    /// List, set or tuple.
    Sequence(Vec<Dynamic>),
    /// Map or object; an object has every attribute of its type.
    Mapping(BTreeMap<String, Dynamic>),
    /// A value in a place whose constraint is [`Type::Dynamic`], with its own type.
    Typed(Box<Type>, Box<Dynamic>),
}

/// What is already known of an unknown value (msgpack extension 12).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refinements {
    /// `Some(false)`: certainly not null.
    pub nullness: Option<bool>,
    /// The string begins with this.
    pub string_prefix: Option<String>,
    /// Lower bound of a number, and whether it is inclusive.
    pub number_lower: Option<(Number, bool)>,
    /// Upper bound of a number, and whether it is inclusive.
    pub number_upper: Option<(Number, bool)>,
    /// Fewest elements of a collection.
    pub length_lower: Option<i64>,
    /// Most elements of a collection.
    pub length_upper: Option<i64>,
}

impl Dynamic {
    /// An unknown value without refinements.
    pub const UNKNOWN: Self = Self::Unknown(None);

    /// Text, brought to NFC: Terraform would, and would then find that its text has changed.
    pub fn string(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::String(if is_nfc_quick(text.chars()) == IsNormalized::Yes { text } else { text.nfc().collect() })
    }

    /// A number.
    pub fn number(number: impl Into<Number>) -> Self {
        Self::Number(number.into())
    }

    /// An object from its attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Mapping(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is itself unknown (parts of a known value may still be).
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether neither it nor any part of it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Sequence(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Mapping(members) => members.values().all(Self::is_wholly_known),
            Self::Typed(_, value) => value.is_wholly_known(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }

    /// The attributes of an object; none where this is null or something else.
    #[must_use]
    pub fn members(&self) -> BTreeMap<String, Self> {
        match self {
            Self::Mapping(members) => members.clone(),
            _ => BTreeMap::new(),
        }
    }

    /// The attribute of an object, or the element of a map; `None` where this is neither or has no such member.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Mapping(members) => members.get(name),
            _ => None,
        }
    }
}

/// Whether two texts are the same but for their Unicode form: core brings all it hands over to NFC, and AWS keeps what it was sent.
pub fn same_text(one: &str, other: &str) -> bool {
    one == other || normalized(one) == normalized(other)
}

/// Text in NFC.
pub(super) fn normalized(text: &str) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.to_owned() } else { text.nfc().collect() }
}
