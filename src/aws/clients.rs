//! Clients per Region, made on first use and shared by all resources of the process.

use super::cognito::Cognito;
use super::iam::Iam;

/// Everything needed to reach AWS, from the provider block and the environment.
#[derive(Clone, Debug, Default)]
pub struct Connection {}

/// Makes clients. Cheap to clone; all clones share connections and credentials.
#[derive(Clone, Debug)]
pub struct Clients {}

impl Clients {
    /// Takes the settings; makes no call.
    pub fn new(connection: Connection) -> Self {
        let _ = connection;
        Self {}
    }

    /// The Cognito user pools client of a Region.
    pub fn cognito(&self, region: &str) -> Cognito {
        let _ = region;
        Cognito {}
    }

    /// The IAM client; `region` chooses the partition.
    pub fn iam(&self, region: &str) -> Iam {
        let _ = region;
        Iam {}
    }
}
