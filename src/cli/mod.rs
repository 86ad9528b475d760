//! The command line of the same binary: what it does when a person starts it.
