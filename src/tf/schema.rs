//! What Terraform is told about the arguments of a provider, resource or data source.

mod missing;
mod validity;

use super::dynamic::Dynamic;
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
    /// Fewest blocks. A single block says here and in `max_items` 1 when it must stand and 0 when it may.
    pub min_items: i64,
    /// Most blocks; 0 is no limit of a list or set.
    pub max_items: i64,
}

impl Schema {
    /// A schema of plain and nested attributes.
    pub fn new(version: i64, description: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Self { version, block: Block::new(description, attributes) }
    }

    /// A value whose attributes are null but for those given: what an import begins with.
    pub fn value<const N: usize>(&self, given: [(&str, Dynamic); N]) -> Dynamic {
        let nulls = self.block.attributes.iter().map(|attribute| (attribute.name.clone(), Dynamic::Null));
        Dynamic::Mapping(nulls.chain(given.map(|(name, value)| (name.to_owned(), value))).collect())
    }

    /// The object type of the schema's values.
    pub fn ty(&self) -> Type {
        self.block.ty()
    }

    /// Sets every write-only attribute of a value to null, as every state and plan must have it.
    pub fn null_write_only(&self, value: &mut Dynamic) {
        self.block.null_write_only(value);
    }

    /// Fails with the first rule of Terraform's that the schema breaks, and where. Terraform refuses to load such a provider.
    pub fn check(&self) -> Result<(), String> {
        validity::schema(self)
    }
}

impl Block {
    /// A block of plain and nested attributes.
    pub fn new(description: impl Into<String>, attributes: Vec<Attribute>) -> Self {
        Self { attributes, description: description.into(), ..Self::default() }
    }

    /// The object type of the block's values: its attributes and its nested blocks.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.ty()));
        let blocks = self.blocks.iter().map(|block| (block.name.clone(), block.ty()));
        Type::Object(attributes.chain(blocks).collect())
    }

    fn null_write_only(&self, value: &mut Dynamic) {
        null_write_only_attributes(&self.attributes, value);
        let Dynamic::Mapping(members) = value else { return };
        for block in &self.blocks {
            if let Some(member) = members.get_mut(&block.name) {
                let each = matches!(block.nesting, BlockNesting::List | BlockNesting::Set | BlockNesting::Map);
                for_each_object(member, each, &mut |object| block.block.null_write_only(object));
            }
        }
    }
}

impl Attribute {
    /// An attribute of a plain type.
    pub fn new(name: impl Into<String>, ty: Type, presence: Presence, description: impl Into<String>) -> Self {
        Self::of(name.into(), AttributeKind::Plain(ty), presence, description.into())
    }

    /// An attribute with attributes of its own, written `name = { ... }`.
    pub fn nested(
        name: impl Into<String>,
        nesting: Nesting,
        presence: Presence,
        description: impl Into<String>,
        attributes: Vec<Self>,
    ) -> Self {
        Self::of(name.into(), AttributeKind::Nested(nesting, attributes), presence, description.into())
    }

    fn of(name: String, kind: AttributeKind, presence: Presence, description: String) -> Self {
        Self { name, kind, presence, description, sensitive: false, write_only: false, deprecation: None }
    }

    /// The same attribute, hidden in Terraform's output.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same attribute, never stored in plan or state.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// The same attribute, deprecated with the advice to print.
    #[must_use]
    pub fn deprecated(mut self, advice: impl Into<String>) -> Self {
        self.deprecation = Some(advice.into());
        self
    }

    /// The type of the attribute's values.
    pub fn ty(&self) -> Type {
        match &self.kind {
            AttributeKind::Plain(ty) => ty.clone(),
            AttributeKind::Nested(nesting, attributes) => {
                let object = Type::object(attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.ty())));
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::list(object),
                    Nesting::Set => Type::set(object),
                    Nesting::Map => Type::map(object),
                }
            }
        }
    }
}

impl NestedBlock {
    /// A nested block that may stand as often as its nesting allows: both limits are 0.
    pub fn new(name: impl Into<String>, nesting: BlockNesting, block: Block) -> Self {
        Self { name: name.into(), block, nesting, min_items: 0, max_items: 0 }
    }

    /// The type of the values: one object, or a list, set or map of objects.
    pub fn ty(&self) -> Type {
        let object = self.block.ty();
        match self.nesting {
            BlockNesting::Single | BlockNesting::Group => object,
            BlockNesting::List => Type::list(object),
            BlockNesting::Set => Type::set(object),
            BlockNesting::Map => Type::map(object),
        }
    }
}

fn null_write_only_attributes(attributes: &[Attribute], value: &mut Dynamic) {
    let Dynamic::Mapping(members) = value else { return };
    for attribute in attributes {
        match (members.get_mut(&attribute.name), &attribute.kind) {
            (Some(member), _) if attribute.write_only => *member = Dynamic::Null,
            (Some(member), AttributeKind::Nested(nesting, nested)) => {
                for_each_object(member, *nesting != Nesting::Single, &mut |object| null_write_only_attributes(nested, object));
            }
            _ => {}
        }
    }
}

/// Visits the object itself, or each object of a list, set or map.
fn for_each_object(value: &mut Dynamic, each: bool, visit: &mut dyn FnMut(&mut Dynamic)) {
    match value {
        Dynamic::Sequence(elements) if each => elements.iter_mut().for_each(visit),
        Dynamic::Mapping(members) if each => members.values_mut().for_each(visit),
        object => visit(object),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn secret() -> Attribute {
        Attribute::new("secret_wo", Type::String, Presence::Optional, "").write_only()
    }

    fn pair(name: &str) -> Vec<Attribute> {
        vec![secret(), Attribute::new(name, Type::Bool, Presence::Required, "")]
    }

    fn example() -> Schema {
        let nested = |name: &str, nesting| Attribute::nested(name, nesting, Presence::Optional, "", pair("flag"));
        let mut schema = Schema::new(1, "", vec![secret(), nested("one", Nesting::Single), nested("keyed", Nesting::Map)]);
        let block = |name: &str, nesting| NestedBlock::new(name, nesting, Block::new("", pair("flag")));
        schema.block.blocks = vec![block("single", BlockNesting::Single), block("many", BlockNesting::List)];
        schema
    }

    #[test]
    fn implied_types_follow_the_nesting() {
        let object = Type::object([("secret_wo", Type::String), ("flag", Type::Bool)]);
        let expected = Type::object([
            ("secret_wo", Type::String),
            ("one", object.clone()),
            ("keyed", Type::map(object.clone())),
            ("single", object.clone()),
            ("many", Type::list(object)),
        ]);
        assert_eq!(example().ty(), expected);
    }

    #[test]
    fn write_only_values_are_nulled_wherever_they_stand() {
        let object = |secret: Dynamic| Dynamic::object([("secret_wo", secret), ("flag", Dynamic::Bool(true))]);
        let value = |secret: Dynamic| {
            Dynamic::object([
                ("secret_wo", secret.clone()),
                ("one", object(secret.clone())),
                ("keyed", Dynamic::object([("secret_wo", object(secret.clone())), ("k", Dynamic::UNKNOWN)])),
                ("single", Dynamic::Null),
                ("many", Dynamic::Sequence(vec![object(secret.clone()), object(secret)])),
            ])
        };
        let mut state = value(Dynamic::string("hidden"));
        state.conforms(&example().ty()).unwrap();
        example().null_write_only(&mut state);
        assert_eq!(state, value(Dynamic::Null));
    }
}
