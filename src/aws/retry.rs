//! When a failed call is made again: our own policy, because the SDK's sends an ambiguous write three times.

use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::classify::{Again, Failure};
use super::error::{Error, ErrorKind};
use super::limits::Pace;

/// Whether a call changes something at AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It does not: it may be made again, and left at any time.
    Read,
    /// It does not, and tells what became of a write: it may be made again, and goes on even while stopping.
    Settle,
    /// It does: it is made again only when AWS certainly did nothing, and its answer is awaited even while stopping.
    Write,
    /// It does, and says again what was read right before: it is never made again, for what was read may be no longer so.
    Rewrite,
}

/// Waits between attempts.
pub(super) trait Pause: Send + Sync + fmt::Debug {
    /// Waits for some time between nothing and `ceiling`.
    fn pause(&self, ceiling: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Waits for a random part of the ceiling, so that many callers spread out.
#[derive(Debug, Default)]
pub(super) struct Jitter;

impl Jitter {
    /// Some time between nothing and `ceiling`, another one each time.
    fn wait(ceiling: Duration) -> Duration {
        let fraction = f64::from((RandomState::new().hash_one(Instant::now()) >> 32) as u32) / f64::from(u32::MAX);
        ceiling.mul_f64(fraction)
    }
}

impl Pause for Jitter {
    fn pause(&self, ceiling: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(Self::wait(ceiling)))
    }
}

/// The policy of one process.
#[derive(Clone, Debug)]
pub(super) struct Retry {
    /// Most attempts of one call, the first included.
    pub attempts: u32,
    /// Waits between attempts.
    pub pause: Arc<dyn Pause>,
    /// Ends reads in flight and keeps new calls from beginning.
    pub stop: CancellationToken,
}

/// Most attempts of a read whose connection fails or whose answer is unusable: that seldom heals within a run.
const FAULTY_ATTEMPTS: u32 = 5;
/// Ceiling of the first wait after a throttle.
const THROTTLE_PAUSE: Duration = Duration::from_millis(500);
/// Ceiling of the first wait after a fault.
const FAULT_PAUSE: Duration = Duration::from_millis(100);
/// Ceiling of any wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

impl Retry {
    /// Makes a call until it succeeds, cannot succeed, or `deadline` or the attempts are used up.
    ///
    /// A write that is cut off by `deadline` is [`ErrorKind::Unreachable`]: it may have happened.
    pub(super) async fn run<T, C, F>(
        &self,
        effect: Effect,
        operation: &'static str,
        deadline: Instant,
        pace: Option<&Pace>,
        endpoint: impl Fn() -> Option<String>,
        mut call: C,
    ) -> Result<T, Error>
    where
        C: FnMut() -> F,
        F: Future<Output = Result<T, Failure>>,
    {
        let (mut attempt, mut mended) = (0, false);
        loop {
            self.await_turn(effect, operation, deadline, pace).await?;
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(out_of_time(operation, left, endpoint()));
            }
            attempt += 1;
            let share = share(left);
            let Failure { mut error, again } = match self.once(effect, share, call()).await {
                Once::Answered(Ok(answer)) => {
                    pace.inspect(|pace| pace.answered());
                    return Ok(answer);
                }
                Once::Answered(Err(failure)) => failure,
                Once::Stopped => return Err(stopped(operation)),
                Once::OutOfTime if share < left => silent(operation, share, endpoint()),
                Once::OutOfTime => return Err(out_of_time(operation, left, endpoint())),
            };
            pace.inspect(|pace| heed(pace, &mut error));
            let (most, first) = match again {
                Again::Later if effect != Effect::Rewrite => (self.attempts, THROTTLE_PAUSE),
                Again::IfRead if matches!(effect, Effect::Read | Effect::Settle) => {
                    (self.attempts.min(FAULTY_ATTEMPTS), FAULT_PAUSE)
                }
                Again::Mended if !mended => {
                    mended = true;
                    (self.attempts.max(attempt + 1), Duration::ZERO)
                }
                Again::Later | Again::IfRead | Again::Mended | Again::Never => return Err(error),
            };
            if attempt >= most {
                return Err(error);
            }
            tracing::debug!(operation, attempt, code = error.code, "the call failed and is tried again");
            let ceiling = first.saturating_mul(2u32.saturating_pow(attempt - 1)).min(LONGEST_PAUSE);
            tokio::select! {
                biased;
                () = self.stopping(effect) => return Err(stopped(operation)),
                () = tokio::time::sleep_until(deadline.into()) => return Err(error),
                () = self.pause.pause(ceiling) => {}
            }
        }
    }

    /// Makes a call of kind [`Effect::Rewrite`] with the read before it, until it succeeds or cannot.
    ///
    /// `call` reads and writes. It is made again after a throttle, and after another write that came between.
    pub(super) async fn reread<T, C, F>(&self, deadline: Instant, mut call: C) -> Result<T, Error>
    where
        C: FnMut() -> F,
        F: Future<Output = Result<T, Error>>,
    {
        let mut ceiling = THROTTLE_PAUSE;
        for _ in 1..self.attempts {
            match call().await {
                Err(error) if matches!(error.kind, ErrorKind::Throttled | ErrorKind::Conflict) && Instant::now() < deadline => {
                    tracing::debug!(operation = error.operation, code = error.code, "the pool is read and written again");
                    tokio::select! {
                        biased;
                        () = self.stop.cancelled() => return Err(stopped(error.operation)),
                        () = tokio::time::sleep_until(deadline.into()) => return Err(error),
                        () = self.pause.pause(ceiling) => {}
                    }
                    ceiling = (ceiling * 2).min(LONGEST_PAUSE);
                }
                done => return done,
            }
        }
        call().await
    }

    /// Waits until the quota of the call has room. Nothing is under way meanwhile, so a stop ends it for reads and writes alike.
    async fn await_turn(
        &self,
        effect: Effect,
        operation: &'static str,
        deadline: Instant,
        pace: Option<&Pace>,
    ) -> Result<(), Error> {
        if self.stop.is_cancelled() && effect != Effect::Settle {
            return Err(stopped(operation));
        }
        let Some(pace) = pace else { return Ok(()) };
        let ticket = pace.ticket(Instant::now());
        loop {
            let now = Instant::now();
            let turn = pace.turn(ticket, now);
            if turn <= now {
                return Ok(());
            }
            if turn > deadline {
                return Err(no_turn(operation, pace));
            }
            tokio::select! {
                biased;
                () = self.stopping(effect) => return Err(stopped(operation)),
                () = tokio::time::sleep_until(turn.into()) => {}
            }
        }
    }

    /// One attempt, bounded in time, and for a read by the stop.
    async fn once<T>(&self, effect: Effect, share: Duration, call: impl Future<Output = Result<T, Failure>>) -> Once<T> {
        let stop = async {
            match effect {
                Effect::Read => self.stop.cancelled().await,
                Effect::Settle | Effect::Write | Effect::Rewrite => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = stop => Once::Stopped,
            answer = call => Once::Answered(answer),
            () = tokio::time::sleep(share) => Once::OutOfTime,
        }
    }

    /// Waits for the stop, which does not concern the reads that settle a write.
    async fn stopping(&self, effect: Effect) {
        match effect {
            Effect::Read | Effect::Write | Effect::Rewrite => self.stop.cancelled().await,
            Effect::Settle => std::future::pending().await,
        }
    }
}

/// What one attempt may take of the time that is left: half, so that another one, or the question what became of a write, still has
/// its time. Below a second nothing is shared.
fn share(left: Duration) -> Duration {
    (left / 2).max(left.min(Duration::from_secs(1)))
}

/// How one attempt ended.
enum Once<T> {
    Answered(Result<T, Failure>),
    Stopped,
    OutOfTime,
}

fn stopped(operation: &'static str) -> Error {
    Error::local(
        ErrorKind::Stopped,
        operation,
        "The command was interrupted; the call was not made or its answer was not awaited.".into(),
    )
}

fn no_turn(operation: &'static str, pace: &Pace) -> Error {
    let quota = pace.quota();
    let message = format!("Too many calls waited for AWS's request quota ({quota}) before it, and its time limit came first.");
    Error::local(ErrorKind::Throttled, operation, message)
}

/// Makes turns rarer where the call was throttled, and names the quota.
fn heed(pace: &Pace, error: &mut Error) {
    if error.kind == ErrorKind::Throttled && !error.code.starts_with("ConcurrentModification") {
        pace.throttled(Instant::now());
        error.message = format!("{}; {}", error.message, pace.quota());
    }
}

/// A failed attempt that was given up for another.
fn silent(operation: &'static str, share: Duration, endpoint: Option<String>) -> Failure {
    let place = endpoint.clone().unwrap_or_else(|| "The endpoint".into());
    let message = format!("{place} did not answer within {:.1} seconds.", share.as_secs_f64());
    let error = Error { endpoint, ..Error::local(ErrorKind::Unreachable, operation, message) };
    Failure { error, again: Again::IfRead }
}

fn out_of_time(operation: &'static str, left: Duration, endpoint: Option<String>) -> Error {
    let place = endpoint.clone().unwrap_or_else(|| "The endpoint".into());
    let message =
        format!("{place} did not answer within {:.1} seconds, which was all the time left for the call.", left.as_secs_f64());
    Error { endpoint, ..Error::local(ErrorKind::Unreachable, operation, message) }
}

#[cfg(test)]
mod tests;
