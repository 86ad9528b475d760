//! The domain: what a pool's MFA settings are, what a plan makes of them, and the calls that get there. Pure; knows no AWS SDK
//! and no protobuf.

pub mod answer;
pub mod assurance;
mod comparison;
pub mod facts;
pub mod preference;
pub mod record;
mod role_deletion;
pub mod role_policy;
pub mod settings;
pub mod sibling;
pub mod sms_regions;
pub mod sms_role;
pub mod steps;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod transition;
pub mod wanted;

pub use answer::Answer;
pub use facts::{Permission, PoolFacts, PoolMember, RoleFacts, RolePermissions, SnsFacts};
pub use preference::{FactorPreference, FactorSetting, Preference, PreferenceChange, PreferenceRequest, UserFacts};
pub use role_deletion::{RoleDeletion, RoleTerms, RoleUser};
pub use settings::{
    Email, EndUserMessaging, Factor, FactorConfiguration, Mode, Settings, Sms, SmsSender, SnsSender, UserVerification, WebAuthn,
};
pub use sibling::{Part, PlannedPool, Sibling};
pub use steps::{Step, Steps};
pub use summary::change_summary;
pub use transition::{Contest, Deletion, Difference, Rival, SenderRole, Transition};
pub use wanted::{Wanted, WantedEmail, WantedSender, WantedWebAuthn};
