//! The only place that names the AWS SDK: clients, calls, errors. Speaks `mfa`'s plain words; knows no Terraform.

pub mod clients;
pub mod cognito;
pub mod error;
pub mod iam;

pub use clients::{Clients, Connection};
pub use cognito::Cognito;
pub use error::{Error, ErrorKind};
pub use iam::Iam;
