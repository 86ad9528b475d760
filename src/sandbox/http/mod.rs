//! The core on a loopback port: wire forms, journal, controls, content on disk.

mod answer;
mod control;
mod form;
mod journal;
mod server;
mod store;
mod wire;
mod xml;

pub use self::server::{Options, StartError, serve};
