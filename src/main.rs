//! Started by Terraform it is a plugin; started by hand, a command-line program.

fn main() {}
