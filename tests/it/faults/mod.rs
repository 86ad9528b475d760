//! What goes wrong between Terraform, the provider and AWS, and what has to hold all the same.
//!
//! An [`injector`] between provider and sandbox spoils requests; the sandbox's journal says what was carried out. After every run
//! [`invariants`] asks whether state, pools, outputs and processes are in order. `docs/dev/testing.md` says how to run more of it.

mod bench;
mod commands;
pub mod driver;
mod fault;
mod injector;
mod invariants;
mod matrix;
mod proxies;
pub mod random;
mod request;
mod rows;
mod rpcs;
