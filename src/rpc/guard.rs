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

/// Runs a call to its end even when nobody waits for its answer any more: a host that leaves in the middle of a write must not leave
/// the write unsettled, or a second step undone.
pub(super) async fn to_its_end<A: Send + 'static>(
    call: impl Future<Output = Result<Response<A>, Status>> + Send + 'static,
) -> Result<Response<A>, Status> {
    tokio::spawn(call).await.unwrap_or_else(|_| Err(Status::cancelled("the provider is ending")))
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

    use super::*;
    use crate::proto::tfplugin6::plan_resource_change::Response as Plan;
    use crate::proto::tfplugin6::stop_provider::Response as Stopped;

    /// Keeps the text of every event's fields.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            self.0 += &format!("{}={value:?} ", field.name());
        }
    }

    impl<S: tracing::Subscriber> Layer<S> for Log {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            let mut line = Line(String::new());
            event.record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }
    }

    /// What one RPC answers, and its line in the log.
    async fn served<A: Answer>(work: impl Future<Output = Result<A, Refusal>> + Send) -> (Result<A, Status>, String) {
        let log = Log::default();
        let _logging = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
        let result = guarded("PlanResourceChange", "cognitomfa_thing", work).await.map(Response::into_inner);
        let lines = log.0.lock().unwrap();
        assert_eq!(lines.len(), 1, "{lines:?}");
        (result, lines[0].clone())
    }

    #[tokio::test]
    async fn every_end_is_logged_once_with_its_rpc_and_type() {
        let (answered, line) = served(async { Ok(Plan::default()) }).await;
        assert_eq!(answered.unwrap(), Plan::default());
        for part in [r#"rpc="PlanResourceChange""#, r#"about="cognitomfa_thing""#, r#"outcome="answered""#, "duration_ms="] {
            assert!(line.contains(part), "{line}");
        }

        let (refused, line) = served::<Plan>(async { Err(Diagnostic::error("No", "Because.").into()) }).await;
        assert_eq!(refused.unwrap().diagnostics[0].summary, "No");
        assert!(line.contains(r#"outcome="refused""#) && !line.contains("Because"), "{line}");

        let (garbled, line) = served::<Plan>(async { Err(Refusal::Garbled(Status::invalid_argument("no"))) }).await;
        assert_eq!(garbled.unwrap_err().code(), tonic::Code::InvalidArgument);
        assert!(line.contains(r#"outcome="garbled""#), "{line}");

        let (panicked, line) = served::<Plan>(async { panic!("value") }).await;
        assert!(panicked.unwrap().diagnostics[0].detail.contains("PlanResourceChange"));
        assert!(line.contains(r#"outcome="panicked""#) && !line.contains("value"), "{line}");
    }

    #[tokio::test]
    async fn a_panic_after_waiting_is_caught() {
        let work = async {
            tokio::task::yield_now().await;
            panic!("late")
        };
        assert_eq!(served::<Plan>(work).await.0.unwrap().diagnostics[0].summary, "Bug in the provider");
    }

    #[tokio::test]
    async fn an_answer_without_diagnostics_tells_in_its_own_way() {
        let (stopped, _) = served::<Stopped>(async { panic!("in stop") }).await;
        assert!(stopped.unwrap().error.contains("bug in the provider"));
    }
}
