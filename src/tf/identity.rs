//! Resource identity: what tells one remote object from all others, stored beside the state since Terraform 1.12.

use super::type_constraint::Type;

/// The identity of a resource type.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentitySchema {
    /// Version the identity is stored under.
    pub version: i64,
    /// Its attributes.
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity. Types are primitives or lists of primitives.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityAttribute {
    /// Name in snake_case.
    pub name: String,
    /// Type of the value.
    pub ty: Type,
    /// Whether an import must give it; otherwise an import may.
    pub required_for_import: bool,
    /// One sentence.
    pub description: String,
}

impl IdentityAttribute {
    /// A string.
    pub fn text(name: &str, required_for_import: bool, description: &str) -> Self {
        Self { name: name.to_owned(), ty: Type::String, required_for_import, description: description.to_owned() }
    }
}

impl IdentitySchema {
    /// The object type of the identity's value.
    pub fn ty(&self) -> Type {
        Type::Object(self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.ty.clone())).collect())
    }
}
