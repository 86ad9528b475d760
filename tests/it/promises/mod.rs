//! What a plan promises, apply keeps: every place of every schema, left null or left unknown, from every state of the samples.

mod nulls;
mod places;
mod plugin;
mod samples;
mod unknowns;
