//! Random runs of several resources about one pool and one user: replacements, renames, imports, aliases, targets, tainted and deposed
//! objects, runs that end in the middle, plans that are applied later or elsewhere. Terraform's order of calls is played by `core.rs`.

mod core;
mod schedule;
