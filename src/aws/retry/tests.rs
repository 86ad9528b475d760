//! The retry policy with pauses that take no time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::sync::Mutex;

use super::*;
use crate::aws::limits::Category;

/// Remembers the ceilings it was given.
#[derive(Debug, Default)]
struct Instantly(Mutex<Vec<Duration>>);

impl Pause for Instantly {
    fn pause(&self, ceiling: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(ceiling);
        Box::pin(std::future::ready(()))
    }
}

fn failure(kind: ErrorKind, again: Again) -> Failure {
    Failure { error: Error::local(kind, "x:Y", "no".into()), again }
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn policy(attempts: u32) -> (Retry, Arc<Instantly>) {
    let pause = Arc::new(Instantly::default());
    (Retry { attempts, pause: Arc::clone(&pause) as _, stop: CancellationToken::new() }, pause)
}

/// Runs a call that always fails, and tells how often it was made and how it ended.
async fn hopeless(retry: &Retry, effect: Effect, kind: ErrorKind, again: Again) -> (u32, ErrorKind) {
    let mut calls = 0;
    let call = || {
        calls += 1;
        std::future::ready(Err::<(), _>(failure(kind, again)))
    };
    let error = retry.run(effect, "x:Y", later(), None, || None, call).await.unwrap_err();
    (calls, error.kind)
}

#[tokio::test]
async fn a_throttle_is_waited_for_and_a_fault_only_briefly_and_only_when_reading() {
    use {Again::*, Effect::*, ErrorKind::*};
    for (effect, kind, again, attempts, expected) in [
        (Read, Throttled, Later, 26, 26),
        (Write, Throttled, Later, 26, 26),
        (Read, Unreachable, IfRead, 26, 5),
        (Read, Unreachable, IfRead, 2, 2),
        (Write, Unreachable, IfRead, 26, 1),
        (Read, Refused, Never, 26, 1),
        (Write, NotYet, Never, 26, 1),
        (Read, Throttled, Later, 1, 1),
    ] {
        let (retry, _) = policy(attempts);
        assert_eq!(hopeless(&retry, effect, kind, again).await, (expected, kind), "{effect:?} {again:?}");
    }
}

#[tokio::test]
async fn what_is_mended_is_tried_once_more_and_not_again() {
    for (effect, attempts) in [(Effect::Read, 26), (Effect::Write, 26), (Effect::Write, 1)] {
        let (retry, pause) = policy(attempts);
        assert_eq!(hopeless(&retry, effect, ErrorKind::Denied, Again::Mended).await, (2, ErrorKind::Denied));
        assert_eq!(*pause.0.lock().unwrap(), [Duration::ZERO]);
    }
}

#[tokio::test]
async fn an_attempt_leaves_time_for_another() {
    for (left, expected) in [(90_000, 45_000), (4_000, 2_000), (1_500, 1_000), (900, 900), (0, 0)] {
        assert_eq!(share(Duration::from_millis(left)), Duration::from_millis(expected), "{left}");
    }
    let (retry, _) = policy(26);
    let mut calls = 0;
    let call = || {
        calls += 1;
        let hang = calls == 1;
        async move {
            if hang {
                std::future::pending::<()>().await;
            }
            Ok(7)
        }
    };
    let deadline = Instant::now() + Duration::from_millis(1_200);
    assert_eq!(retry.run(Effect::Read, "x:Y", deadline, None, || None, call).await, Ok(7));
    assert_eq!(calls, 2);
    let hang = std::future::pending::<Result<(), Failure>>;
    let deadline = Instant::now() + Duration::from_millis(1_200);
    let error = retry.run(Effect::Write, "x:Y", deadline, None, || None, hang).await.unwrap_err();
    assert_eq!((error.kind, Instant::now() < deadline), (ErrorKind::Unreachable, true), "{}", error.message);
}

#[tokio::test]
async fn a_stop_does_not_concern_what_settles_a_write() {
    let (retry, _) = policy(26);
    retry.stop.cancel();
    let pace = Pace::new(Category::PoolRead, true);
    let mut left = 2;
    let call = || {
        left -= 1;
        std::future::ready(if left == 0 { Ok(7) } else { Err(failure(ErrorKind::Unreachable, Again::IfRead)) })
    };
    assert_eq!(retry.run(Effect::Settle, "x:Y", later(), Some(&pace), || None, call).await, Ok(7));
}

#[tokio::test]
async fn pauses_grow_to_a_ceiling() {
    let (retry, pause) = policy(60);
    hopeless(&retry, Effect::Read, ErrorKind::Throttled, Again::Later).await;
    let ceilings = pause.0.lock().unwrap().clone();
    assert_eq!(ceilings.len(), 59);
    assert_eq!(ceilings[..3], [THROTTLE_PAUSE, THROTTLE_PAUSE * 2, THROTTLE_PAUSE * 4]);
    assert!(ceilings.is_sorted() && ceilings.iter().all(|ceiling| *ceiling <= LONGEST_PAUSE));
}

#[tokio::test]
async fn a_call_that_recovers_succeeds() {
    let (retry, _) = policy(26);
    let mut left = 3;
    let call = || {
        left -= 1;
        std::future::ready(if left == 0 { Ok(7) } else { Err(failure(ErrorKind::Throttled, Again::Later)) })
    };
    assert_eq!(retry.run(Effect::Write, "x:Y", later(), None, || None, call).await, Ok(7));
}

#[tokio::test]
async fn nothing_begins_after_a_stop() {
    let (retry, _) = policy(26);
    retry.stop.cancel();
    for effect in [Effect::Read, Effect::Write] {
        assert_eq!(hopeless(&retry, effect, ErrorKind::Throttled, Again::Later).await, (0, ErrorKind::Stopped));
    }
}

#[tokio::test]
async fn a_stop_ends_a_read_in_flight_and_awaits_a_write() {
    for (effect, expected) in [(Effect::Read, Err(ErrorKind::Stopped)), (Effect::Write, Ok(7))] {
        let (retry, _) = policy(26);
        let stop = retry.stop.clone();
        let call = || {
            let stop = stop.clone();
            async move {
                stop.cancel();
                tokio::task::yield_now().await;
                tokio::time::sleep(Duration::from_millis(1)).await;
                Ok(7)
            }
        };
        let ended = retry.run(effect, "x:Y", later(), None, || None, call).await;
        assert_eq!(ended.map_err(|error| error.kind), expected);
    }
}

#[tokio::test]
async fn a_stop_ends_the_wait_before_a_retry_of_a_write() {
    let retry = Retry { attempts: 26, pause: Arc::new(Forever), stop: CancellationToken::new() };
    let stop = retry.stop.clone();
    let call = || {
        stop.cancel();
        std::future::ready(Err::<(), _>(failure(ErrorKind::Throttled, Again::Later)))
    };
    let error = retry.run(Effect::Write, "x:Y", later(), None, || None, call).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Stopped);
}

/// Never ends.
#[derive(Debug)]
struct Forever;

impl Pause for Forever {
    fn pause(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn the_deadline_ends_calls_and_pauses() {
    let soon = || Instant::now() + Duration::from_millis(20);
    let (retry, _) = policy(26);
    let endpoint = || Some("http://127.0.0.1:1".to_owned());
    let hang = std::future::pending::<Result<(), Failure>>;
    let error = retry.run(Effect::Write, "x:Y", soon(), None, endpoint, hang).await.unwrap_err();
    assert_eq!((error.kind, error.endpoint.as_deref()), (ErrorKind::Unreachable, Some("http://127.0.0.1:1")));
    assert!(error.message.contains("http://127.0.0.1:1") && error.message.contains("seconds"), "{}", error.message);

    let retry = Retry { pause: Arc::new(Forever), ..retry };
    let throttled = || std::future::ready(Err::<(), _>(failure(ErrorKind::Throttled, Again::Later)));
    assert_eq!(retry.run(Effect::Read, "x:Y", soon(), None, || None, throttled).await.unwrap_err().kind, ErrorKind::Throttled);

    let mut calls = 0;
    let count = || {
        calls += 1;
        std::future::ready(Ok(()))
    };
    let error = retry.run(Effect::Write, "x:Y", Instant::now(), None, || None, count).await.unwrap_err();
    assert_eq!((error.kind, calls), (ErrorKind::Unreachable, 0));
}

#[test]
fn the_jitter_stays_below_its_ceiling_and_is_spread_over_all_of_it() {
    assert_eq!(Jitter::wait(Duration::ZERO), Duration::ZERO);
    let ceiling = Duration::from_secs(20);
    let waits: Vec<Duration> = (0..400).map(|_| Jitter::wait(ceiling)).collect();
    assert!(waits.iter().all(|wait| *wait <= ceiling), "{waits:?}");
    // Four hundred even draws leave a quarter empty once in 10^50 runs.
    for quarter in 0..4 {
        let of_it = waits.iter().filter(|wait| (ceiling / 4 * quarter..ceiling / 4 * (quarter + 1)).contains(*wait)).count();
        assert!(of_it > 0, "no wait in quarter {quarter}: {waits:?}");
    }
}

#[tokio::test]
async fn a_pause_is_as_long_as_its_jitter() {
    Jitter.pause(Duration::ZERO).await;
    let long = Jitter.pause(Duration::from_secs(360_000));
    assert!(tokio::time::timeout(Duration::from_millis(1), long).await.is_err(), "it did not wait");
}

#[tokio::test]
async fn a_call_waits_for_its_turn_or_is_told_that_none_comes() {
    let pace = Pace::new(Category::PoolRead, true);
    let (retry, _) = policy(26);
    let answer = || std::future::ready(Ok(7));
    for _ in 0..3 {
        assert_eq!(retry.run(Effect::Write, "x:Y", later(), Some(&pace), || None, answer).await, Ok(7));
    }
    for _ in 0..100 {
        pace.ticket(Instant::now());
    }
    let soon = Instant::now() + Duration::from_millis(20);
    let error = retry.run(Effect::Write, "x:Y", soon, Some(&pace), || None, answer).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert!(error.message.contains("(UserPoolRead, 15 requests a second)"), "{}", error.message);
    retry.stop.cancel();
    let error = retry.run(Effect::Write, "x:Y", later(), Some(&pace), || None, answer).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Stopped);
}

#[tokio::test]
async fn a_throttle_makes_turns_rarer_and_two_writes_at_once_do_not() {
    for (code, wanted) in [("TooManyRequestsException", true), ("ConcurrentModificationException", false)] {
        let pace = Pace::new(Category::PoolRead, false);
        let (retry, _) = policy(1);
        let call = || {
            let mut failure = failure(ErrorKind::Throttled, Again::Later);
            failure.error.code = code.into();
            std::future::ready(Err::<(), _>(failure))
        };
        let error = retry.run(Effect::Write, "x:Y", later(), Some(&pace), || None, call).await.unwrap_err();
        assert_eq!(error.message.ends_with("; UserPoolRead, 15 requests a second"), wanted, "{}", error.message);
        let now = Instant::now();
        pace.ticket(now);
        assert_eq!(pace.turn(pace.ticket(now), now) > now, wanted, "{code}");
    }
}
