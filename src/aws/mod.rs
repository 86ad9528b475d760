//! The only place that names the AWS SDK: clients, calls, errors. Speaks `mfa`'s plain words; knows no Terraform.

mod classify;
pub mod clients;
pub mod cognito;
pub mod connection;
mod credentials;
mod echo;
pub mod error;
#[doc(hidden)]
pub mod fuzzing;
pub mod iam;
mod limits;
pub mod own_files;
mod renewal;
mod retry;
pub mod sns;
pub mod sts;
#[cfg(test)]
mod tests;
mod transport;
mod users;
mod watcher;
mod wire;

pub use clients::Clients;
pub use cognito::Cognito;
pub use connection::{AssumeRole, Connection, Endpoints, Keys, Secret, url_problem};
pub use credentials::profile_region;
pub use error::{Error, ErrorKind};
pub use iam::roles::{ExistingRole, NewRole};
pub use iam::{Iam, Role, SmsAction};
pub use limits::is_account;
pub use sns::Sns;
pub use sts::Sts;
