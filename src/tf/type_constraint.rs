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
