//! Terraform's vocabulary: values, types, paths, schemas and diagnostics. Pure; knows no protobuf, no AWS and no MFA.

mod conformance;
pub mod diagnostic;
pub mod dynamic;
pub mod identity;
pub mod json;
mod malformed;
pub mod msgpack;
pub mod number;
pub mod object;
pub mod path;
pub mod schema;
pub mod type_constraint;
pub mod value;

pub use diagnostic::{Diagnostic, Severity};
pub use dynamic::{Dynamic, Refinements, same_text};
pub use identity::{IdentityAttribute, IdentitySchema};
pub use malformed::Malformed;
pub use number::Number;
pub use object::Object;
pub use path::{Path, Step};
pub use schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Presence, Schema};
pub use type_constraint::Type;
pub use value::Value;
