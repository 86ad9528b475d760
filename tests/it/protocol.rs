//! The RPCs of a running provider, called as Terraform calls them.
