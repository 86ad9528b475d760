//! Doors for the fuzz targets of `fuzz/`: what reads a stranger's bytes, without the process around it.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::CertificateDer;
use tokio::io::DuplexStream;
use tokio_stream::Stream;
use tokio_util::sync::CancellationToken;

use super::StartError;
use super::environment::Launch;
use super::tls::ServerIdentity;
use crate::provider::Provider;

/// Reads the variables of the plugin host; whether they ask for TLS.
pub fn asks_for_tls(lookup: impl Fn(&str) -> Option<OsString>) -> Result<bool, StartError> {
    Ok(Launch::parse(lookup)?.client_certificate.is_some())
}

/// The TLS settings of a server that trusts `client` alone.
pub fn tls(client: CertificateDer<'static>) -> Result<Arc<ServerConfig>, StartError> {
    Ok(ServerIdentity::new(client)?.config)
}

/// Serves connections that need no authentication until `incoming` ends and every connection is closed.
///
/// # Errors
/// The server could not serve at all; a broken connection is none.
pub async fn serve(incoming: impl Stream<Item = io::Result<DuplexStream>>) -> io::Result<()> {
    let router = super::server::router(Arc::new(Provider::default()), CancellationToken::new(), CancellationToken::new());
    router.serve_with_incoming(incoming).await.map_err(io::Error::other)
}

/// A line of the log without what looks like a credential.
pub fn redacted(text: &str) -> String {
    super::redact::text(text)
}
