//! AWS's request quotas, kept on this side: calls of one category take turns, and the turns get rarer when AWS throttles.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A group of Cognito operations that share one quota per account and Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Category {
    /// `UserPoolResourceRead`: `GetUserPoolMfaConfig` (row Q02).
    ResourceRead,
    /// `UserPoolResourceUpdate`: `SetUserPoolMfaConfig` (row Q01).
    ResourceUpdate,
    /// `UserPoolRead`: `DescribeUserPool` (row Q03).
    PoolRead,
    /// `UserRead`: `AdminGetUser` (row Q04).
    UserRead,
    /// `UserResourceUpdate`: `AdminSetUserMFAPreference` (row Q04).
    UserUpdate,
    /// `UserPoolUpdate`: `UpdateUserPool` (row Q03).
    PoolUpdate,
}

impl Category {
    /// Requests a second that AWS allows.
    fn quota(self) -> f64 {
        match self {
            Self::ResourceRead => 20.0,
            Self::ResourceUpdate | Self::PoolRead | Self::PoolUpdate => 15.0,
            Self::UserRead => 120.0,
            Self::UserUpdate => 25.0,
        }
    }
}

/// The turns of one category.
///
/// Other processes use the same quota, so its size is no promise: each throttle makes the turns rarer by a factor, each success
/// a little more frequent again. An endpoint that is not AWS's own has no quota until it throttles.
#[derive(Debug)]
pub(super) struct Pace {
    category: Category,
    turns: Mutex<Turns>,
}

#[derive(Debug)]
struct Turns {
    /// Requests a second; `None` is any number.
    rate: Option<f64>,
    next: Option<Instant>,
    lowered: Option<Instant>,
}

/// How much of a quota is used at most.
const SHARE: f64 = 0.95;
/// What a throttle leaves of the rate.
const LOWERING: f64 = 0.7;
/// Requests a second that are always tried.
const SLOWEST: f64 = 0.5;
/// How much of the quota the rate gains in a second without a throttle.
const GAIN: f64 = 0.05;
/// Throttles of calls that were under way together count once.
const ONE_THROTTLE: Duration = Duration::from_millis(500);

impl Pace {
    /// `own` is whether the endpoint is AWS's own.
    pub(super) fn new(category: Category, own: bool) -> Self {
        let rate = own.then(|| category.quota() * SHARE);
        Self { category, turns: Mutex::new(Turns { rate, next: None, lowered: None }) }
    }

    /// Takes the next turn: the moment from which the call may begin.
    pub(super) fn turn(&self, now: Instant) -> Instant {
        let mut turns = self.turns();
        let turn = turns.next.map_or(now, |next| next.max(now));
        turns.next = turns.rate.and_then(|rate| turn.checked_add(Duration::from_secs_f64(1.0 / rate)));
        turn
    }

    /// Learns that AWS throttled a call.
    pub(super) fn throttled(&self, now: Instant) {
        let mut turns = self.turns();
        if turns.lowered.is_some_and(|last| now.saturating_duration_since(last) < ONE_THROTTLE) {
            return;
        }
        turns.lowered = Some(now);
        turns.rate = Some(turns.rate.map_or(self.most(), |rate| (rate * LOWERING).max(SLOWEST)));
    }

    /// Learns that AWS answered a call.
    pub(super) fn answered(&self) {
        let mut turns = self.turns();
        let gain = GAIN * self.category.quota();
        turns.rate = turns.rate.map(|rate| (rate + gain / rate).min(self.most()));
    }

    fn most(&self) -> f64 {
        self.category.quota() * SHARE
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    /// How long the last of `calls` that come at once waits, in seconds.
    fn wait(pace: &Pace, now: Instant, calls: u32) -> f64 {
        (0..calls).map(|_| pace.turn(now)).last().unwrap().duration_since(now).as_secs_f64()
    }

    #[test]
    fn a_quota_is_spread_evenly_and_the_first_call_waits_for_nothing() {
        let now = Instant::now();
        let quotas = [
            (Category::ResourceRead, 20.0),
            (Category::ResourceUpdate, 15.0),
            (Category::PoolRead, 15.0),
            (Category::PoolUpdate, 15.0),
            (Category::UserRead, 120.0),
            (Category::UserUpdate, 25.0),
        ];
        for (category, quota) in quotas {
            let pace = Pace::new(category, true);
            assert_eq!(pace.turn(now), now);
            let wait = wait(&pace, now, 100);
            assert!((wait - 100.0 / (quota * 0.95)).abs() < 0.01, "{category:?}: {wait}");
        }
    }

    #[test]
    fn a_rest_is_not_saved_up() {
        let now = Instant::now();
        let pace = Pace::new(Category::PoolRead, true);
        pace.turn(now);
        let later = now + Duration::from_secs(60);
        assert_eq!(pace.turn(later), later);
        assert!(pace.turn(later) > later);
    }

    #[test]
    fn throttles_make_turns_rarer_and_answers_bring_them_back() {
        let now = Instant::now();
        let pace = Pace::new(Category::ResourceRead, true);
        let gap = |pace: &Pace, now| pace.turn(now).max(pace.turn(now)).duration_since(now);
        let usual = gap(&pace, now);
        let second = |count| now + Duration::from_secs(count);
        pace.throttled(second(1));
        pace.throttled(second(1) + Duration::from_millis(100));
        let once = gap(&pace, second(1));
        assert!(once > usual.mul_f64(1.4) && once < usual.mul_f64(1.5), "{once:?}");
        (2..100).for_each(|count| pace.throttled(second(count)));
        assert_eq!(gap(&pace, second(200)), Duration::from_secs(2));
        (0..10_000).for_each(|_| pace.answered());
        assert_eq!(gap(&pace, second(300)), usual);
    }

    #[test]
    fn another_endpoint_has_no_quota_until_it_throttles() {
        let now = Instant::now();
        let pace = Pace::new(Category::PoolRead, false);
        pace.answered();
        assert!((wait(&pace, now, 1_000)).abs() < f64::EPSILON);
        pace.throttled(now);
        assert!(wait(&pace, now, 15) > 0.9);
    }
}
