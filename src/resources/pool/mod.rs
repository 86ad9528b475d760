//! What the resources about one user pool share: reaching it, judging a change of it, writing it, and arguments they have alike.

pub mod arguments;
pub mod change;
pub mod constraints;
pub mod differences;
pub mod duration;
pub mod factor;
pub mod identity;
pub mod import;
pub mod patterns;
pub mod private;
pub mod region;
pub mod schema;
pub mod seen;
pub mod session;
pub mod settlement;
pub mod sms;
pub mod write;
