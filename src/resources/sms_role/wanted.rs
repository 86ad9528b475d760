//! The role that a plan asks for, with everything made up that was left to the provider, and what is missing of it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use super::arguments::{self, Arguments};
use super::planned::all_tags;
use super::session::Live;
use super::state;
use crate::aws::NewRole;
use crate::mfa::sms_role::{Owner, TrustTerms, permissions_policy, same_policy, trust_policy};
use crate::tf::{Diagnostic, Dynamic, Value, same_text};

/// What a name begins with that nobody chose.
const PREFIX: &str = "cognito-sms-";
/// Characters that are added to a prefix.
const ADDED: usize = 16;
/// The longest prefix that leaves room for them in the 64 characters of a name (row I05).
pub const LONGEST_PREFIX: usize = 64 - ADDED;

/// A role with everything known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub role: NewRole,
    pub policy: String,
    pub external_id: String,
}

impl Wanted {
    /// The role of a planned state; `None` where more is unknown than this provider makes up.
    pub fn of(planned: &Arguments, owner: &Owner, default_tags: &Value<BTreeMap<String, String>>) -> Option<Self> {
        let name = match (&planned.name, &planned.name_prefix) {
            (Value::Known(name), _) => name.clone(),
            (_, Value::Known(prefix)) => format!("{prefix}{}", made_up(ADDED)),
            (_, Value::Null) => format!("{PREFIX}{}", made_up(ADDED)),
            (_, Value::Unknown) => return None,
        };
        let external_id = planned.external_id.known().cloned().unwrap_or_else(|| made_up(32));
        let pools = planned.user_pool_ids.settled().ok()?;
        let terms = TrustTerms { external_id: &external_id, owner, user_pool_ids: pools };
        // The plan may have kept the spelling that IAM has.
        let trust_policy = planned.trust_policy.known().cloned().unwrap_or_else(|| trust_policy(&terms));
        let policy = planned.policy.known().cloned().or_else(|| Some(permissions_policy(*planned.delivery().known()?)))?;
        let tags = match &planned.tags_all {
            Value::Known(tags) => tags.clone(),
            Value::Null | Value::Unknown => all_tags(&planned.tags, default_tags).into_known()?,
        };
        let role = NewRole {
            name,
            path: planned.path.known().cloned().unwrap_or_else(|| "/".to_owned()),
            trust_policy,
            description: planned.description.settled().ok()?.filter(|text| !text.is_empty()).cloned(),
            boundary: planned.boundary.settled().ok()?.cloned(),
            tags,
        };
        Some(Self { role, policy, external_id })
    }

    /// What has to be sent so that the role is as wanted, in the order in which it is sent.
    pub fn changes(&self, live: &Live) -> Vec<Change> {
        let (wanted, now) = (&self.role, &live.role);
        let mut changes = Vec::new();
        if !same_policy(&wanted.trust_policy, &now.trust_policy) {
            changes.push(Change::TrustPolicy);
        }
        if !live.policy.as_ref().is_some_and(|policy| same_policy(&self.policy, policy)) {
            changes.push(Change::Policy);
        }
        if !same(wanted.description.as_ref(), now.description.as_ref()) {
            changes.push(Change::Description);
        }
        if wanted.boundary != now.boundary {
            changes.push(Change::Boundary);
        }
        // First, so that there is room for the new ones.
        let surplus: Vec<String> = now.tags.keys().filter(|key| !wanted.tags.contains_key(*key)).cloned().collect();
        if !surplus.is_empty() {
            changes.push(Change::RemoveTags(surplus));
        }
        let missing = wanted.tags.iter().filter(|(key, value)| !same(Some(value), now.tags.get(*key)));
        let missing: BTreeMap<String, String> = missing.map(|(key, value)| (key.clone(), value.clone())).collect();
        if !missing.is_empty() {
            changes.push(Change::AddTags(missing));
        }
        changes
    }

    /// The planned state with what only apply knows; `arn` and `unique_id` as IAM gave them, null where IAM was not heard.
    pub fn settled(&self, planned: &Dynamic, arn: Option<&str>, unique_id: Option<&str>) -> Result<Dynamic, Diagnostic> {
        let planned_policies = arguments::decode(planned)?;
        let Dynamic::Mapping(mut state) = planned.clone() else { return Ok(Dynamic::Null) };
        let optional = |text: Option<&str>| text.map_or(Dynamic::Null, Dynamic::string);
        for (name, value) in [
            ("name", Dynamic::string(&self.role.name)),
            ("id", Dynamic::string(&self.role.name)),
            ("external_id", Dynamic::string(&self.external_id)),
            ("arn", optional(arn)),
            ("unique_id", optional(unique_id)),
            ("tags_all", state::tags(Value::Known(self.role.tags.clone()))),
        ] {
            state.insert(name.into(), value);
        }
        for (name, text, before) in [
            ("assume_role_policy", &self.role.trust_policy, planned_policies.trust_policy.known()),
            ("policy", &self.policy, planned_policies.policy.known()),
        ] {
            state.insert(name.into(), state::document(Value::Known(text.clone()), before));
        }
        Ok(Dynamic::Mapping(state))
    }
}

/// One thing about a role that is not as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    TrustPolicy,
    Policy,
    Description,
    Boundary,
    RemoveTags(Vec<String>),
    AddTags(BTreeMap<String, String>),
}

impl Change {
    /// The attribute that shows it.
    pub fn attribute(&self) -> &'static str {
        match self {
            Self::TrustPolicy => "assume_role_policy",
            Self::Policy => "policy",
            Self::Description => "description",
            Self::Boundary => "permissions_boundary",
            Self::RemoveTags(_) | Self::AddTags(_) => "tags_all",
        }
    }
}

/// Letters and digits that nobody has used: the hasher of the standard library is keyed by the operating system's randomness.
fn made_up(length: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut text = String::with_capacity(length);
    let mut round = 0_u64;
    while text.len() < length {
        let mut bits = RandomState::new().hash_one((Instant::now(), round));
        round += 1;
        // Twelve letters of five bits each.
        for _ in 0..12.min(length - text.len()) {
            text.extend(LETTERS.get((bits & 31) as usize).map(|letter| char::from(*letter)));
            bits >>= 5;
        }
    }
    text
}

/// Whether two texts are the same but for their Unicode form.
fn same(one: Option<&String>, other: Option<&String>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same_text(one, other),
        (one, other) => one == other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use std::collections::BTreeSet;

    use super::made_up;

    #[test]
    fn what_is_made_up_is_new_and_has_its_length() {
        let all: BTreeSet<String> = (0..1000).map(|_| made_up(16)).collect();
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|text| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        assert_eq!([made_up(0).len(), made_up(12).len(), made_up(32).len()], [0, 12, 32]);
    }
}
