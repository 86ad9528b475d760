//! The destroy of a role that sends SMS, as far as pools are concerned.

use crate::tf::Value;

/// A role that is about to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDeletion {
    /// Its name.
    pub name: String,
    /// The pools of the account that send SMS with it (row U06); `Unknown` where they could not be read.
    pub users: Value<Vec<RoleUser>>,
}

/// A pool whose SMS sender names the role, whatever its mode (rows M11, S15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleUser {
    /// Id of the pool.
    pub user_pool_id: String,
    /// Its name.
    pub name: String,
}
