//! What several tests use: processes that end by themselves, command lines, endpoints.

pub mod plugin_client;
pub mod plugin_process;
