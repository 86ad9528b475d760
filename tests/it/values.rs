//! Property tests of Terraform's values.
