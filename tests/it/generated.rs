//! The generated protocol code belongs to the proto files.
