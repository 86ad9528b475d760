//! What several tests use: processes that end by themselves, command lines, endpoints.
