//! Generated from `proto/` and checked in; never edited.
