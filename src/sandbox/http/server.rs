//! Accepting connections on loopback and bringing each request before the core.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::answer::{Answer, encode, encode_control};
use super::journal::Journal;
use super::store::Store;
use super::{control, wire};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::knobs::take;
use crate::sandbox::quotas::Quotas;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::state::State;
use crate::sandbox::switches::Switches;

/// The largest request body.
const BODY_LIMIT: usize = 1024 * 1024;

/// How a sandbox is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; loopback only. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The file that keeps the content over restarts.
    pub data: Option<PathBuf>,
    /// The file the journal is appended to.
    pub log: Option<PathBuf>,
    /// The positions of the switches.
    pub switches: Switches,
    /// The request quotas to enforce, if any.
    pub quotas: Option<Quotas>,
}

/// Why a sandbox did not start: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError(pub String);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// Everything one lock guards.
pub(super) struct Front {
    pub(super) core: Core,
    pub(super) journal: Journal,
    pub(super) store: Store,
    /// The core as the process started, without content.
    pub(super) empty: Core,
    answered: u64,
}

/// Serves until `end` is done. `ready` is told the address as soon as connections are accepted.
pub async fn serve(options: Options, ready: impl FnOnce(SocketAddr), end: impl Future<Output = ()>) -> Result<(), StartError> {
    if !options.listen.ip().is_loopback() {
        let message = format!("The sandbox listens on loopback only, such as 127.0.0.1:0, not on {}.", options.listen);
        return Err(StartError(message));
    }
    let store = Store::new(options.data);
    let state = store.read().map_err(StartError)?;
    let journal = Journal::open(options.log.as_deref())
        .map_err(|error| StartError(format!("Unable to write the sandbox log: {error}.")))?;
    let unable = |error: std::io::Error| StartError(format!("Unable to listen on {}: {error}.", options.listen));
    let listener = TcpListener::bind(options.listen).await.map_err(unable)?;
    let address = listener.local_addr().map_err(unable)?;
    let empty = Core { quotas: options.quotas, ..Core::new(State::default(), options.switches) };
    let core = Core { state, ..empty.clone() };
    let front = Arc::new(Mutex::new(Front { core, journal, store, empty, answered: 0 }));
    ready(address);
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { tokio::spawn(converse(stream, Arc::clone(&front))); }
                // Out of file descriptors: connections that end give some back.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
}

async fn converse(stream: TcpStream, front: Arc<Mutex<Front>>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, Arc::clone(&front)));
    // A client that goes away is its own business.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A connection that is closed instead of answered.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was cut on purpose")
    }
}

impl std::error::Error for Cut {}

async fn answer(request: Request<Incoming>, front: Arc<Mutex<Front>>) -> Result<Answer, Cut> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Ok(encode_control(413, &json!({ "message": "The body is larger than 1 MiB." }), "")),
    };
    let (answer, latency) = {
        let mut front = lock(&front);
        front.answered += 1;
        let id = format!("00000000-0000-4000-8000-{:012x}", front.answered);
        if let Some(path) = head.uri.path().strip_prefix("/_sandbox/") {
            let (status, body) = control::answer(&mut front, &head.method, path, &body);
            return Ok(encode_control(status, &body, &id));
        }
        if head.method != Method::POST {
            let message = format!("The sandbox answers POST only, not {}.", head.method);
            return Ok(encode_control(405, &json!({ "message": message }), &id));
        }
        let answer = match wire::decode(&head.headers, &body, now_ms()) {
            Ok(request) => call(&mut front, request, &id),
            Err((service, refusal)) => Ok(encode(service, "", &Err(refusal), &id)),
        };
        (answer, front.core.knobs.latency_ms)
    };
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    answer
}

/// One call: cut before, judged, kept on disk, noted, cut after, answered.
fn call(front: &mut Front, request: CoreRequest, id: &str) -> Result<Answer, Cut> {
    if take(&mut front.core.knobs.cut_before_commit, &request.operation) {
        front.journal.note(&request, None, Some("before"));
        return Err(Cut);
    }
    let mut answer = front.core.call(request.clone());
    if answer.changed
        && let Err(message) = front.store.write(&front.core.state)
    {
        answer.outcome = Err(Refusal::with_status(500, "InternalErrorException", message));
    }
    if take(&mut front.core.knobs.cut_after_commit, &request.operation) {
        front.journal.note(&request, Some(&answer.outcome), Some("after"));
        return Err(Cut);
    }
    front.journal.note(&request, Some(&answer.outcome), None);
    Ok(encode(request.service, &request.operation, &answer.outcome, id))
}

/// A panic elsewhere leaves the content whole: the core changes it only at the end of a call.
fn lock(front: &Mutex<Front>) -> MutexGuard<'_, Front> {
    front.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
