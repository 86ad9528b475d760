//! What the plan of a create has seen of its user, of the factors that its write sets.

use serde_json::{Value as Json, json};

use super::user::User;
use crate::aws::own_files;
use crate::mfa::{Difference, Factor, Preference, UserFacts};

/// What a user with `now` had before the writes of this run, to be kept beside a plan.
pub fn before_the_run(user: &User, object: &str, now: &UserFacts) -> Json {
    let before = user.session.configured.walk.before(object, &digest(&record(now)), |text| {
        let record: Json = serde_json::from_str(text).ok()?;
        Some(digest(&record))
    });
    before.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(|| record(now))
}

fn record(user: &UserFacts) -> Json {
    json!({ "factors": user.factors, "preferred": user.preferred })
}

/// Where the user is no longer what a plan has seen, as far as `wanted` sets it. Writes of the same run do not count.
pub fn differences(user: &User, object: &str, wanted: &Preference, seen: &Json, now: &UserFacts) -> Vec<Difference> {
    let before = before_the_run(user, object, now);
    let mut found = Vec::new();
    for factor in Factor::ALL.into_iter().filter(|factor| !wanted.block(*factor).is_null()) {
        let mut compare = |member: &str, of: fn(&Json, Factor) -> bool| {
            let (planned, now) = (of(seen, factor), of(&before, factor));
            if planned != now {
                let attribute = format!("{}.{member}", factor.user_argument());
                found.push(Difference { attribute, planned: planned.to_string(), now: now.to_string() });
            }
        };
        compare("enabled", has);
        compare("preferred_mfa", prefers);
    }
    found
}

/// Keeps for other processes of the run that a write has made `now` of a user that had `before`.
pub fn leave(user: &User, object: &str, before: &UserFacts, now: &UserFacts) {
    user.session.configured.walk.leave(object, digest(&record(now)), record(before).to_string());
}

fn digest(record: &Json) -> String {
    own_files::name(&["user", &record.to_string()])
}

fn has(record: &Json, factor: Factor) -> bool {
    let factors = record.get("factors").and_then(Json::as_array);
    factors.is_some_and(|factors| factors.iter().any(|name| name == factor.user_setting()))
}

fn prefers(record: &Json, factor: Factor) -> bool {
    record.get("preferred").is_some_and(|name| name == factor.user_setting())
}
