//! The one integration test binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::todo,
    clippy::unreachable,
    missing_docs,
    dead_code
)]

mod acceptance;
mod architecture;
mod catalogue;
mod command_line;
mod differential;
mod docs;
mod faults;
mod fuzz;
mod generated;
mod permitted;
mod plugin;
mod promises;
mod protocol;
mod rendering;
mod runs;
mod sandbox;
mod support;
mod values;
