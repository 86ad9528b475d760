//! What Terraform is told about the arguments of a provider, resource or data source.

use super::type_constraint::Type;

/// The schema of one type, with the version its state is stored under.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// State version, from 0.
    pub version: i64,
    /// The arguments.
    pub block: Block,
}

/// A group of attributes and nested blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Attributes, in the order the documentation lists them.
    pub attributes: Vec<Attribute>,
    /// Nested blocks.
    pub blocks: Vec<NestedBlock>,
    /// Markdown.
    pub description: String,
    /// The advice to print, when the whole block is deprecated.
    pub deprecation: Option<String>,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user must.
    Required,
    /// The user may.
    Optional,
    /// The user may; the provider fills it in otherwise.
    OptionalComputed,
    /// The provider does.
    Computed,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Name in snake_case.
    pub name: String,
    /// Plain type or nested attributes.
    pub kind: AttributeKind,
    /// Who sets it.
    pub presence: Presence,
    /// Markdown.
    pub description: String,
    /// Hidden in Terraform's output.
    pub sensitive: bool,
    /// Never stored in plan or state.
    pub write_only: bool,
    /// The advice to print, when it is deprecated.
    pub deprecation: Option<String>,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeKind {
    /// A value of a type.
    Plain(Type),
    /// Attributes of its own, written `name = { ... }`.
    Nested(Nesting, Vec<Attribute>),
}

/// How often nested attributes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// Once: an object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects.
    Map,
}

/// How often a nested block may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    /// At most once; absent is null.
    Single,
    /// Once; absent is an object of nulls.
    Group,
    /// Any number, in order.
    List,
    /// Any number, without order.
    Set,
    /// Labelled by a key.
    Map,
}

/// A nested block, written `name { ... }`.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedBlock {
    /// Name in snake_case.
    pub name: String,
    /// Its arguments.
    pub block: Block,
    /// How often it may stand.
    pub nesting: BlockNesting,
    /// Fewest blocks.
    pub min_items: i64,
    /// Most blocks; 0 is no limit.
    pub max_items: i64,
}
