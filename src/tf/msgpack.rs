//! The msgpack form of values: what the command line sends and is answered in.

mod reader;
mod refined;
mod tokens;
mod writer;

#[cfg(test)]
mod tests;

use super::dynamic::Dynamic;
pub use super::malformed::Malformed;
use super::type_constraint::Type;

/// Extension type of an unknown value with refinements; a plain unknown value has type 0.
const REFINED_UNKNOWN: i8 = 12;

/// Reads one value of type `ty`; objects must have exactly the type's attributes, and no byte may follow.
///
/// Text is brought to Unicode's NFC, as Terraform does. Memory stays in proportion to the input.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Dynamic, Malformed> {
    let mut tokens = tokens::Tokens::new(bytes);
    let value = reader::read(&mut tokens, ty, 0)?;
    if tokens.is_at_end() { Ok(value) } else { Err(Malformed::new("bytes after the end of the value")) }
}

/// Writes a value of type `ty`; fails where the value is not of that type.
pub fn encode(value: &Dynamic, ty: &Type) -> Result<Vec<u8>, Malformed> {
    value.conforms(ty)?;
    let mut bytes = Vec::new();
    writer::write(&mut bytes, value)?;
    Ok(bytes)
}
