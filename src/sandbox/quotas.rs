//! Request quotas: how many calls a second Cognito answers, per account and Region and per pool (Q01-Q04).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::core::{CoreRequest, Service};
use super::json;

/// Quotas that are enforced, and what is left of them now.
///
/// Each is a bucket that holds one second's worth. How much AWS lets through at once is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Quotas {
    speed: f64,
    left: f64,
    buckets: BTreeMap<Key, Bucket>,
}

/// What `quotas` of the knobs takes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotasChange {
    /// What AWS's quotas are multiplied by; 0 enforces none.
    speed: f64,
    /// The part of each account quota that callers outside the sandbox use up, from 0 to below 1.
    #[serde(default)]
    used_by_others: f64,
}

impl QuotasChange {
    /// The quotas to enforce from now on. The error is a sentence.
    pub fn quotas(self) -> Result<Option<Quotas>, String> {
        if !(0.0..1.0).contains(&self.used_by_others) {
            return Err("`used_by_others` of `quotas` lies between 0 and below 1.".to_owned());
        }
        if self.speed == 0.0 {
            return Ok(None);
        }
        Ok(Some(Quotas { left: 1.0 - self.used_by_others, ..Quotas::at(self.speed)? }))
    }
}

impl Quotas {
    /// AWS's quotas times `speed`. The error is a sentence.
    pub fn at(speed: f64) -> Result<Self, String> {
        if speed.is_finite() && speed > 0.0 {
            return Ok(Self { speed, left: 1.0, buckets: BTreeMap::new() });
        }
        Err(format!("The quotas of AWS are multiplied by a number above 0, not by {speed}."))
    }

    /// Takes one call out of its quotas; false, and nothing taken, when one of them is used up.
    pub fn take(&mut self, request: &CoreRequest) -> bool {
        let Some(category) = Category::of(request) else { return true };
        let account = (Key::Account(request.region.clone(), category), category.quota() * self.speed * self.left);
        let pool = json::text(&request.input, &["UserPoolId"]).filter(|_| category.is_of_pool_resources());
        let pool = pool.map(|id| (Key::Pool(id.to_owned(), request.operation.clone()), POOL_QUOTA * self.speed));
        let quotas: Vec<(Key, f64)> = [Some(account), pool].into_iter().flatten().collect();
        let now = request.now_ms;
        let has_room = |(key, rate): &(Key, f64)| self.buckets.get(key).is_none_or(|bucket| bucket.level_at(now, *rate) >= 1.0);
        if !quotas.iter().all(has_room) {
            return false;
        }
        for (key, rate) in quotas {
            // Less than one call must not be the most a bucket can hold.
            let full = Bucket { level: rate.max(1.0), at_ms: now };
            let bucket = self.buckets.entry(key).or_insert(full);
            *bucket = Bucket { level: bucket.level_at(now, rate) - 1.0, at_ms: now };
        }
        true
    }
}

/// Requests a second for one operation on one pool, in the categories that have such a quota.
const POOL_QUOTA: f64 = 5.0;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Account(String, Category),
    Pool(String, String),
}

/// Calls left, and when they were counted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    level: f64,
    at_ms: i64,
}

impl Bucket {
    fn level_at(&self, now_ms: i64, rate: f64) -> f64 {
        // A clock that was set back gives nothing and takes nothing.
        let passed = now_ms.saturating_sub(self.at_ms).max(0) as f64 / 1_000.0;
        (self.level + passed * rate).min(rate.max(1.0))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Category {
    /// `UserPoolRead`
    PoolRead,
    /// `UserPoolUpdate`
    PoolUpdate,
    /// `UserPoolResourceRead`
    ResourceRead,
    /// `UserPoolResourceUpdate`
    ResourceUpdate,
    /// `UserRead`
    UserRead,
    /// `UserResourceUpdate`
    UserUpdate,
}

impl Category {
    /// The category of a call; calls whose quota is not in the evidence have none.
    fn of(request: &CoreRequest) -> Option<Self> {
        if request.service != Service::Cognito {
            return None;
        }
        match request.operation.as_str() {
            "DescribeUserPool" | "ListUserPools" => Some(Self::PoolRead),
            "CreateUserPool" | "UpdateUserPool" | "DeleteUserPool" => Some(Self::PoolUpdate),
            "GetUserPoolMfaConfig" | "ListTagsForResource" => Some(Self::ResourceRead),
            "SetUserPoolMfaConfig" | "TagResource" | "UntagResource" => Some(Self::ResourceUpdate),
            "AdminGetUser" => Some(Self::UserRead),
            "AdminSetUserMFAPreference" => Some(Self::UserUpdate),
            _ => None,
        }
    }

    /// Requests a second in one account and Region.
    fn quota(self) -> f64 {
        match self {
            Self::PoolRead | Self::PoolUpdate | Self::ResourceUpdate => 15.0,
            Self::ResourceRead => 20.0,
            Self::UserRead => 120.0,
            Self::UserUpdate => 25.0,
        }
    }

    fn is_of_pool_resources(self) -> bool {
        matches!(self, Self::ResourceRead | Self::ResourceUpdate)
    }
}
