//! The handshake, TLS, logging and end of a real plugin process.
