//! Serves the provider and go-plugin's services on one socket until there is a reason to end.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::UnixListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::Router;

use super::accept::{self, Presence};
use super::lifetime::{self, Signals, Watch};
use super::services::{Controller, Stdio};
use crate::proto::plugin::grpc_controller_server::GrpcControllerServer;
use crate::proto::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::provider::Provider;

/// Accepted connections that wait for the server.
const WAITING: usize = 16;

/// Serves on `listener` until [`lifetime::end`], then lets calls in flight finish for as long as that end allows.
pub(super) async fn run(
    listener: std::os::unix::net::UnixListener,
    tls: Option<Arc<ServerConfig>>,
    signals: Signals,
    watch: Watch,
) -> io::Result<()> {
    let listener = UnixListener::from_std(listener)?;
    let (accepted, incoming) = mpsc::channel(WAITING);
    let (arrivals, presence) = watch::channel(Presence::default());
    let accepting = tokio::spawn(accept::run(listener, tls, accepted, arrivals));

    let provider = Arc::new(Provider::hosted(Provider::usual_places()));
    let (shutdown, ending) = (CancellationToken::new(), CancellationToken::new());
    let (stop_serving, stopped) = oneshot::channel::<()>();
    let router = router(Arc::clone(&provider), shutdown.clone(), ending.clone());
    let serving = router.serve_with_incoming_shutdown(ReceiverStream::new(incoming), async {
        let _ = stopped.await;
    });
    tokio::pin!(serving);

    let end = tokio::select! {
        end = lifetime::end(watch, signals, shutdown, presence) => end,
        outcome = &mut serving => return outcome.map_err(io::Error::other),
    };
    tracing::debug!(reason = ?end, "Ending");
    accepting.abort();
    provider.stop();
    ending.cancel();
    let _ = stop_serving.send(());
    if tokio::time::timeout(end.patience(), serving).await.is_err() {
        tracing::debug!("Calls in flight are given up");
    }
    Ok(())
}

/// The services of the socket; `Shutdown` cancels the first token, and the second ends what would hold up an end.
pub(super) fn router(provider: Arc<Provider>, shutdown: CancellationToken, ending: CancellationToken) -> Router {
    Server::builder()
        .add_service(crate::rpc::server(provider))
        .add_service(GrpcControllerServer::new(Controller { shutdown }))
        .add_service(GrpcStdioServer::new(Stdio { ending }))
}
