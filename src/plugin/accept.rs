//! Takes connections off the socket; one that does not finish its TLS handshake costs nobody else anything.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

/// A client on the same machine needs milliseconds.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// Connections that may be in their handshake at once; the oldest gives way, so that file descriptors never run out.
const HANDSHAKES: usize = 128;
/// How long to wait when the system has no descriptor for us.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);

/// How many clients are connected and authenticated, and whether there ever was one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Presence {
    /// Open connections.
    pub now: usize,
    /// Connections since the start.
    pub ever: usize,
}

/// Accepts for ever; authenticated connections go to `accepted`, and `presence` counts them.
///
/// Without `tls` every connection counts as authenticated: the socket's mode is then the only guard.
pub(super) async fn run(
    listener: UnixListener,
    tls: Option<Arc<ServerConfig>>,
    accepted: mpsc::Sender<io::Result<Connection>>,
    presence: watch::Sender<Presence>,
) {
    let acceptor = tls.map(TlsAcceptor::from);
    let mut handshakes = JoinSet::new();
    let mut oldest: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "Unable to accept a connection");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
                continue;
            }
        };
        while handshakes.try_join_next().is_some() {}
        oldest.retain(|handshake| !handshake.is_finished());
        if oldest.len() >= HANDSHAKES
            && let Some(handshake) = oldest.pop_front()
        {
            tracing::warn!("Too many connections without a finished TLS handshake; the oldest is closed");
            handshake.abort();
        }
        let (acceptor, accepted, presence) = (acceptor.clone(), accepted.clone(), presence.clone());
        oldest.push_back(handshakes.spawn(async move {
            if let Some(stream) = authenticate(stream, acceptor).await {
                // Fails only when the server is ending.
                let _ = accepted.send(Ok(Connection::new(stream, presence))).await;
            }
        }));
    }
}

async fn authenticate(stream: UnixStream, acceptor: Option<TlsAcceptor>) -> Option<Stream> {
    let Some(acceptor) = acceptor else {
        return Some(Stream::Plain(stream));
    };
    match tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(Stream::Tls(Box::new(stream))),
        Ok(Err(error)) => {
            tracing::warn!(%error, "Refused a connection: its TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("Closed a connection: its TLS handshake did not finish in time");
            None
        }
    }
}

/// The two kinds of byte stream that are served.
enum Stream {
    Tls(Box<TlsStream<UnixStream>>),
    Plain(UnixStream),
}

/// An authenticated connection, counted as present until it is dropped.
pub(super) struct Connection {
    stream: Stream,
    presence: watch::Sender<Presence>,
}

impl Connection {
    fn new(stream: Stream, presence: watch::Sender<Presence>) -> Self {
        presence.send_modify(|presence| {
            presence.now = presence.now.saturating_add(1);
            presence.ever = presence.ever.saturating_add(1);
        });
        Self { stream, presence }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.presence.send_modify(|presence| presence.now = presence.now.saturating_sub(1));
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Tls(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            Stream::Plain(stream) => Pin::new(stream).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Tls(stream) => stream.is_write_vectored(),
            Stream::Plain(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
