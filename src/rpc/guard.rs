//! What stands around every RPC: the panic guard, the log line, and the two ways of not answering.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use tonic::{Response, Status};
use tracing::Instrument;

use super::convert;
use crate::proto::tfplugin6 as proto;
use crate::tf::Diagnostic;

/// Why an RPC ended before it had an answer of its own.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request is not the protocol.
    Garbled(Status),
    /// Something the user can read about.
    Problem(Diagnostic),
}

impl From<Diagnostic> for Refusal {
    fn from(problem: Diagnostic) -> Self {
        Self::Problem(problem)
    }
}

/// An answer that can say what went wrong instead.
pub(super) trait Answer: Send {
    /// The answer that holds this problem and nothing else.
    fn refusing(problem: proto::Diagnostic) -> Self;
}

/// Runs one RPC. A panic in it becomes a diagnostic, and no other RPC notices.
///
/// The log gets the RPC, what it is about and how long it took; never a value.
pub(super) async fn guarded<A: Answer>(
    rpc: &'static str,
    about: &str,
    work: impl Future<Output = Result<A, Refusal>> + Send,
) -> Result<Response<A>, Status> {
    let started = Instant::now();
    let span = tracing::debug_span!("rpc", rpc, about);
    let ended = unwinding(work).instrument(span).await;
    let (outcome, result) = match ended {
        Ok(Ok(answer)) => ("answered", Ok(Response::new(answer))),
        Ok(Err(Refusal::Problem(problem))) => ("refused", Ok(Response::new(A::refusing(convert::diagnostic(problem))))),
        Ok(Err(Refusal::Garbled(status))) => ("garbled", Err(status)),
        Err(Panicked) => ("panicked", Ok(Response::new(A::refusing(convert::diagnostic(bug(rpc)))))),
    };
    tracing::debug!(rpc, about, outcome, duration_ms = started.elapsed().as_secs_f64() * 1000.0, "served");
    result
}

struct Panicked;

/// Polls `work` to its end or to its panic. The payload is dropped: it may quote values.
async fn unwinding<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

fn bug(rpc: &str) -> Diagnostic {
    Diagnostic::error(
        "Bug in the provider",
        format!(
            "The cognitomfa provider panicked in {rpc}. This is a bug in the provider, not in the configuration: report it with the \
             line that begins `panic: ` in the provider's log. Remote objects may have changed before the panic; the next plan reads \
             what is true."
        ),
    )
}
