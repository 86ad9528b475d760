//! Generated pages are what the schema, the rules and the examples say.
