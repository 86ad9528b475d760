//! Terraform's type constraints and their JSON form, such as `["list","string"]`.

use std::collections::BTreeMap;

/// A type constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `"string"`
    String,
    /// `"number"`
    Number,
    /// `"bool"`
    Bool,
    /// `"dynamic"`: any type, sent along with the value.
    Dynamic,
    /// `["list",T]`
    List(Box<Type>),
    /// `["set",T]`
    Set(Box<Type>),
    /// `["map",T]`
    Map(Box<Type>),
    /// `["object",{name:T}]`
    Object(BTreeMap<String, Type>),
    /// `["tuple",[T]]`
    Tuple(Vec<Type>),
}

impl Type {
    /// A list of `element`s.
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`s.
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map of `element`s.
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object from its attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// Whether it, or any part of it, is [`Type::Dynamic`].
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::String | Self::Number | Self::Bool => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
        }
    }

    /// What a value of the type is, as a phrase for messages: `a string`, `a list`.
    pub fn phrase(&self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "a bool",
            Self::Dynamic => "a value with its type",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Object(_) => "an object",
            Self::Tuple(_) => "a tuple",
        }
    }
}
