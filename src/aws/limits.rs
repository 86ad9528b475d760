//! AWS's request quotas, kept on this side: calls of one category take turns, and the turns get rarer when AWS throttles.

mod account;
mod ledger;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use self::account::is_account;
pub(super) use self::account::{of_access_key, of_role};
pub(super) use self::ledger::Ledger;

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
    /// AWS's name of the quota.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ResourceRead => "UserPoolResourceRead",
            Self::ResourceUpdate => "UserPoolResourceUpdate",
            Self::PoolRead => "UserPoolRead",
            Self::UserRead => "UserRead",
            Self::UserUpdate => "UserResourceUpdate",
            Self::PoolUpdate => "UserPoolUpdate",
        }
    }

    /// Requests a second that AWS allows.
    fn quota(self) -> f64 {
        match self {
            Self::ResourceRead => 20.0,
            Self::ResourceUpdate | Self::PoolRead | Self::PoolUpdate => 15.0,
            Self::UserRead => 120.0,
            Self::UserUpdate => 25.0,
        }
    }

    /// Requests a second that are made at most.
    fn most(self) -> f64 {
        self.quota() * SHARE
    }
}

/// The turns of one category.
///
/// Others use the same quota, so its size is no promise: each throttle makes the turns rarer by a factor, each success a little
/// more frequent again. Processes of one user on one machine share their turns in a [`Ledger`]; what the rest of the world
/// does shows in the throttles alone. An endpoint that keeps no quotas has none until it throttles.
#[derive(Debug)]
pub(super) struct Pace {
    category: Category,
    /// The turns as this process knows them: the whole truth where there is no ledger.
    own: Mutex<Turns>,
    shared: Option<Ledger>,
    /// One moment on both clocks: that of [`Turns`] and that of the runtime.
    origin: (Duration, Instant),
}

/// A place in the queue of one category.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ticket(f64);

/// The queue: tickets are numbered, and so many numbers are called a second. Moments are counted from an origin that all who
/// share the queue agree on.
///
/// A turn is no fixed moment, because those who wait must feel a throttle too: at `-parallelism=50` there are fifty of them, who
/// would go on at the old rate for seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Turns {
    /// Tickets a second; `None` calls them all at once.
    rate: Option<f64>,
    /// A moment, and the number that was called then.
    at: Duration,
    called: f64,
    /// The next number to give.
    given: f64,
    lowered: Option<Duration>,
}

/// How much of a quota is used at most.
const SHARE: f64 = 0.98;
/// What a throttle leaves of the rate.
const LOWERING: f64 = 0.8;
/// Requests a second that are always tried.
const SLOWEST: f64 = 0.5;
/// What an answer adds to the rate, as a part of it. With [`LOWERING`] this is a throttle in some seventy calls where others use
/// a constant part of the quota; docs/dev/performance.md has the figures.
const GAIN: f64 = 0.01;
/// Throttles of calls that were under way together count once.
const ONE_THROTTLE: Duration = Duration::from_millis(500);
/// After so long without a call, what was learned from throttles is out of date.
const REST: Duration = Duration::from_secs(10);
/// How long a busy machine may stop us between looking at the clock and reading what another process wrote meanwhile.
const STOPPED: Duration = Duration::from_secs(5);
/// No honest queue is longer; what says so was written before the machine started anew.
const LONGEST_QUEUE: Duration = Duration::from_secs(600);

/// Whether an endpoint can be expected to keep AWS's quotas; `None` is AWS's own.
///
/// A URL of the user's is a way to AWS, such as a VPC endpoint, unless it is plain HTTP or this very machine: there an emulator
/// listens, which should be as fast as it can be. `COGNITOMFA_QUOTAS=aws` is for measurements on such a one.
pub(super) fn kept_at(endpoint: Option<&str>) -> bool {
    std::env::var_os("COGNITOMFA_QUOTAS").is_some_and(|whose| whose == "aws") || endpoint.is_none_or(leads_to_aws)
}

fn leads_to_aws(endpoint: &str) -> bool {
    let Ok(url) = url::Url::parse(endpoint) else { return true };
    let near = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost") || name.starts_with("localhost."),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" && !near
}

impl Turns {
    fn new(rate: Option<f64>) -> Self {
        Self { rate, at: Duration::ZERO, called: 0.0, given: 0.0, lowered: None }
    }

    fn take(&mut self, now: Duration, category: Category) -> Ticket {
        if now > self.turn(Ticket(self.given)).saturating_add(REST) {
            self.set(now, category.most());
        }
        // Numbers that were called while nobody waited are not saved up.
        let number = self.given.max(self.number(now));
        self.given = number + 1.0;
        Ticket(number)
    }

    /// The moment a number is called, as far as that is known.
    fn turn(&self, Ticket(number): Ticket) -> Duration {
        let Some(rate) = self.rate.filter(|_| number < self.given + 1.0) else { return Duration::ZERO };
        let after = Duration::try_from_secs_f64(((number - self.called) / rate).max(0.0));
        self.at.saturating_add(after.unwrap_or(Duration::MAX))
    }

    /// The number that is called at a moment.
    fn number(&self, now: Duration) -> f64 {
        self.called + now.saturating_sub(self.at).as_secs_f64() * self.rate.unwrap_or_default()
    }

    /// Calls the numbers at another rate from now on.
    fn set(&mut self, now: Duration, rate: f64) {
        if self.rate.is_some() {
            *self = Self { rate: Some(rate), called: self.number(now), at: self.at.max(now), ..*self };
        }
    }

    fn lower(&mut self, now: Duration, category: Category) {
        if self.lowered.is_some_and(|last| now.saturating_sub(last) < ONE_THROTTLE) {
            return;
        }
        match self.rate {
            Some(rate) => self.set(now, (rate * LOWERING).max(SLOWEST)),
            // The first throttle of an endpoint that was not known to have quotas: from here on it has.
            None => *self = Self { rate: Some(category.most()), at: now, called: self.given, ..*self },
        }
        self.lowered = Some(now);
    }

    fn raise(&mut self, now: Duration, category: Category) {
        if let Some(rate) = self.rate {
            self.set(now, (rate * (1.0 + GAIN)).min(category.most()));
        }
    }

    /// Whether these turns, which another process may have written, can be what they say they are.
    fn is_plausible(&self, now: Duration, category: Category) -> bool {
        let in_range = self.rate.is_some_and(|rate| (SLOWEST..=category.quota()).contains(&rate));
        let latest = now.saturating_add(STOPPED);
        let is_past = self.at <= latest && self.lowered.is_none_or(|moment| moment <= latest);
        let longest = self.number(now) + LONGEST_QUEUE.as_secs_f64() * category.quota();
        in_range && is_past && self.called.is_finite() && self.given <= longest
    }
}

impl Pace {
    /// Turns of this process alone. `kept` is whether the endpoint keeps AWS's quotas.
    pub(super) fn new(category: Category, kept: bool) -> Self {
        let own = Mutex::new(Turns::new(kept.then(|| category.most())));
        Self { category, own, shared: None, origin: (Duration::ZERO, Instant::now()) }
    }

    /// Turns shared with every process that opens the same ledger.
    pub(super) fn shared(category: Category, ledger: Ledger) -> Self {
        // A busy machine may stop us between the two clocks; the closest of some readings is close enough.
        let both = || {
            let begun = Instant::now();
            let moment = ledger::now();
            (begun.elapsed(), moment, begun)
        };
        let (_, moment, instant) = (0..7).map(|_| both()).min().unwrap_or_else(both);
        let origin = (moment, instant);
        Self { shared: Some(ledger), origin, ..Self::new(category, true) }
    }

    /// The quota in words, such as `UserPoolRead, 15 requests a second`.
    pub(super) fn quota(&self) -> String {
        format!("{}, {} requests a second", self.category.name(), self.category.quota())
    }

    /// Joins the queue.
    pub(super) fn ticket(&self, now: Instant) -> Ticket {
        let moment = self.moment(now);
        self.change(moment, |turns| turns.take(moment, self.category))
    }

    /// The moment from which the call with this ticket may begin. It comes later when a throttle comes first, so it is asked for
    /// again when it is there.
    pub(super) fn turn(&self, ticket: Ticket, now: Instant) -> Instant {
        let moment = self.moment(now);
        let turn = self.change(moment, |turns| turns.turn(ticket));
        now.checked_add(turn.saturating_sub(moment)).unwrap_or(now)
    }

    /// Learns that AWS throttled a call.
    pub(super) fn throttled(&self, now: Instant) {
        let moment = self.moment(now);
        self.change(moment, |turns| turns.lower(moment, self.category));
    }

    /// Learns that AWS answered a call.
    pub(super) fn answered(&self) {
        // Nearly every answer: nothing to regain, and no reason to touch a file.
        if self.own().rate.is_none_or(|rate| rate >= self.category.most()) {
            return;
        }
        let moment = self.moment(Instant::now());
        self.change(moment, |turns| turns.raise(moment, self.category));
    }

    fn moment(&self, now: Instant) -> Duration {
        let (moment, instant) = self.origin;
        moment.saturating_add(now.saturating_duration_since(instant))
    }

    /// Changes the shared turns, or this process's own where there are none or they cannot be had.
    fn change<T>(&self, now: Duration, change: impl FnOnce(&mut Turns) -> T) -> T {
        // Held throughout: the file's lock belongs to the process and would not keep its own tasks apart.
        let mut own = self.own();
        let Some(held) = self.shared.as_ref().and_then(Ledger::hold) else { return change(&mut own) };
        let fresh = || Turns::new(Some(self.category.most()));
        let mut turns = held.read().filter(|turns| turns.is_plausible(now, self.category)).unwrap_or_else(fresh);
        let before = turns;
        let outcome = change(&mut turns);
        if turns != before {
            held.write(&turns);
        }
        *own = turns;
        outcome
    }

    fn own(&self) -> MutexGuard<'_, Turns> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn take(pace: &Pace, now: Instant) -> Instant {
        pace.turn(pace.ticket(now), now)
    }

    /// How long the last of `calls` that come at once waits, in seconds.
    fn wait(pace: &Pace, now: Instant, calls: u32) -> f64 {
        (0..calls).map(|_| take(pace, now)).last().unwrap().duration_since(now).as_secs_f64()
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
            assert_eq!(take(&pace, now), now);
            let wait = wait(&pace, now, 100);
            assert!((wait - 100.0 / (quota * 0.98)).abs() < 0.01, "{category:?}: {wait}");
        }
    }

    #[test]
    fn a_rest_is_not_saved_up() {
        let now = Instant::now();
        let pace = Pace::new(Category::PoolRead, true);
        take(&pace, now);
        let later = now + Duration::from_secs(60);
        assert_eq!(take(&pace, later), later);
        assert!(take(&pace, later) > later);
    }

    #[test]
    fn throttles_make_turns_rarer_and_answers_bring_them_back() {
        let now = Instant::now();
        let pace = Pace::new(Category::ResourceRead, true);
        let gap = |pace: &Pace, now| {
            let turn = take(pace, now);
            take(pace, now).duration_since(turn)
        };
        let usual = gap(&pace, now);
        let second = |count| now + Duration::from_secs(count);
        pace.throttled(second(1));
        pace.throttled(second(1) + Duration::from_millis(100));
        let once = gap(&pace, second(1));
        assert!(once > usual.mul_f64(1.2) && once < usual.mul_f64(1.3), "{once:?}");
        for five in 1..20 {
            pace.ticket(second(5 * five));
            (0..5).for_each(|more| pace.throttled(second(5 * five + more)));
        }
        assert_eq!(gap(&pace, second(100)), Duration::from_secs(2));
        (0..10_000).for_each(|_| pace.answered());
        assert_eq!(gap(&pace, second(105)), usual);
    }

    #[test]
    fn what_was_learned_is_forgotten_after_a_rest() {
        let now = Instant::now();
        let pace = Pace::new(Category::PoolRead, true);
        (0..20).for_each(|second| pace.throttled(now + Duration::from_secs(second)));
        assert!(wait(&pace, now, 3) > 3.9);
        let later = now + Duration::from_secs(60);
        assert!(wait(&pace, later, 15) < 1.0);
    }

    #[test]
    fn a_way_to_aws_keeps_its_quotas_and_an_emulator_does_not() {
        assert!(kept_at(None));
        for url in ["https://vpce-0a1b.cognito-idp.eu-west-1.vpce.amazonaws.com", "https://cognito.corp.example:8443/"] {
            assert!(leads_to_aws(url), "{url}");
        }
        for url in ["http://127.0.0.1:4566", "http://localstack:4566", "https://localhost:4566", "https://[::1]:1"] {
            assert!(!leads_to_aws(url), "{url}");
        }
        assert!(!leads_to_aws("https://localhost.localstack.cloud:4566"));
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
