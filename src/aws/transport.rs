//! The one HTTP client of the process: rustls on ring, capped answers, and a direct way to this machine.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;
use hyper::body::{Body, Frame, SizeHint};
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// Longest answer that is read, in bytes. The longest honest one (`DescribeUserPool`, `GetRole`) stays far below.
pub(super) const LONGEST_ANSWER: usize = 1024 * 1024;

/// Where trusted certificates come from: a path and who named it; `None` is the system's own store.
type Bundle = Option<(String, &'static str)>;

/// Makes connectors; one per pair of time limits, so that all clients share connections.
#[derive(Debug)]
pub(super) struct Transport {
    bundle: Bundle,
    connectors: RwLock<HashMap<Limits, SharedHttpConnector>>,
}

type Limits = (Option<Duration>, Option<Duration>);

impl Transport {
    /// Reads nothing yet: certificates are loaded for the first `https` request only.
    pub(super) fn new(bundle: Bundle) -> Self {
        Self { bundle, connectors: RwLock::default() }
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let limits = (settings.connect_timeout(), settings.read_timeout());
        if let Some(connector) = self.connectors.read().unwrap_or_else(PoisonError::into_inner).get(&limits) {
            return connector.clone();
        }
        let mut connectors = self.connectors.write().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let mut builder = Connector::builder().connector_settings(settings.clone());
            builder.set_sleep_impl(components.sleep_impl());
            let ways = Ways::new(builder, self.bundle.clone());
            SharedHttpConnector::new(Switch(Arc::new(ways)))
        };
        connectors.entry(limits).or_insert_with(make).clone()
    }
}

/// Chooses the way of a request by its URL.
#[derive(Debug)]
struct Switch(Arc<Ways>);

/// The ways to a server, each made on first use.
///
/// A plain `http` endpoint must work on a machine whose certificates cannot be read, and neither this machine nor the metadata
/// services of the link are ever reached through a proxy.
#[derive(Debug)]
struct Ways {
    builder: ConnectorBuilder,
    bundle: Bundle,
    direct: OnceLock<SharedHttpConnector>,
    proxied: OnceLock<SharedHttpConnector>,
    tls: OnceLock<SharedHttpConnector>,
    tls_direct: OnceLock<SharedHttpConnector>,
}

impl Ways {
    fn new(builder: ConnectorBuilder, bundle: Bundle) -> Self {
        let (direct, proxied, tls, tls_direct) = (OnceLock::new(), OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { builder, bundle, direct, proxied, tls, tls_direct }
    }

    fn way(&self, uri: &str) -> Result<SharedHttpConnector, ConnectorError> {
        let near = is_near(uri);
        if !uri.starts_with("https:") {
            let (cell, proxy) = if near { (&self.direct, None) } else { (&self.proxied, Some(ProxyConfig::from_env())) };
            let make = || SharedHttpConnector::new(self.builder_with(proxy).build_http());
            return Ok(cell.get_or_init(make).clone());
        }
        let (cell, proxy) = if near { (&self.tls_direct, None) } else { (&self.tls, Some(ProxyConfig::from_env())) };
        if let Some(connector) = cell.get() {
            return Ok(connector.clone());
        }
        let context = tls_context(&self.bundle).map_err(|reason| ConnectorError::user(reason.into()))?;
        let builder = self.builder_with(proxy).tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context);
        Ok(cell.get_or_init(|| SharedHttpConnector::new(builder.build())).clone())
    }

    fn builder_with(&self, proxy: Option<ProxyConfig>) -> ConnectorBuilder {
        let mut builder = self.builder.clone();
        builder.set_proxy_config(proxy);
        builder
    }
}

impl HttpConnector for Switch {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let ways = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let connector = ways.way(request.uri())?;
            connector.call(request).await.and_then(cap)
        })
    }
}

/// Stops an answer at [`LONGEST_ANSWER`]: by its declared length before a byte of it is read, else while it is read.
fn cap(answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let declared = answer.headers().get("content-length").and_then(|text| text.parse::<u64>().ok());
    if declared.is_some_and(|length| length > LONGEST_ANSWER as u64) {
        return Err(ConnectorError::other(Box::new(TooLong), None));
    }
    if answer.status().is_success() {
        return Ok(answer.map(|body| SdkBody::from_body_1_x(Limited::new(Filled { body, begun: false }, LONGEST_ANSWER))));
    }
    Ok(answer.map(|body| SdkBody::from_body_1_x(Limited::new(body, LONGEST_ANSWER))))
}

/// A body that must not be empty. The SDK reads an empty one as an object without members, which would make every pool `OFF`.
struct Filled {
    body: SdkBody,
    begun: bool,
}

impl Body for Filled {
    type Data = <SdkBody as Body>::Data;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => self.begun |= frame.data_ref().is_some_and(|data| !data.is_empty()),
            Some(Err(_)) => {}
            None if self.begun => {}
            None => {
                self.begun = true;
                return Poll::Ready(Some(Err(Box::new(Empty))));
            }
        }
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A successful answer has no body, which none of AWS's has here.
#[derive(Debug)]
pub(super) struct Empty;

impl std::fmt::Display for Empty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer is empty")
    }
}

impl std::error::Error for Empty {}

/// An answer declares more than [`LONGEST_ANSWER`] bytes.
#[derive(Debug)]
pub(super) struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the answer is longer than {LONGEST_ANSWER} bytes")
    }
}

impl std::error::Error for TooLong {}

/// Whether a URL leads to this machine or to a link-local address (the metadata services).
fn is_near(uri: &str) -> bool {
    let Ok(url) = url::Url::parse(uri) else { return false };
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_link_local(),
        Some(url::Host::Ipv6(address)) => {
            address.is_loopback() || address.is_unicast_link_local() || address.segments().starts_with(&[0xfd00, 0x0ec2])
        }
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// The certificates to trust. A bundle replaces the system's store, as in the other AWS SDKs.
///
/// The bundle is judged here because the HTTP client below panics on one that it cannot use.
fn tls_context(bundle: &Bundle) -> Result<TlsContext, String> {
    let store = match bundle {
        None => TrustStore::default(),
        Some((path, origin)) => {
            let pem = std::fs::read(path).map_err(|error| format!("{origin} names {path}, which cannot be read: {error}"))?;
            let unusable = |reason: String| format!("{origin} names {path}, which holds no usable certificates: {reason}");
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
                roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(unusable("there is no PEM block in it".into()));
            }
            TrustStore::empty().with_pem_certificate(pem)
        }
    };
    TlsContext::builder().with_trust_store(store).build().map_err(|error| error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_the_metadata_services_are_near() {
        for near in [
            "http://127.0.0.1:4566/",
            "http://localhost:4566",
            "https://sts.localhost",
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/",
            "http://[::1]:1/",
        ] {
            assert!(is_near(near), "{near}");
        }
        for far in ["https://cognito-idp.us-east-1.amazonaws.com/", "http://10.0.0.1/", "not a url", "https://notlocalhost/"] {
            assert!(!is_near(far), "{far}");
        }
    }

    #[test]
    fn a_bundle_that_cannot_be_used_is_an_error_and_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.pem");
        let bundle = || Some((path.display().to_string(), "AWS_CA_BUNDLE"));
        let reason = tls_context(&bundle()).unwrap_err();
        assert!(reason.contains("AWS_CA_BUNDLE") && reason.contains("cannot be read"), "{reason}");
        std::fs::write(&path, "no certificate").unwrap();
        assert!(tls_context(&bundle()).unwrap_err().contains("no PEM block"));
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        assert!(tls_context(&bundle()).unwrap_err().contains("no usable certificates"));
        let certificate = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, certificate.cert.der());
        std::fs::write(&path, format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")).unwrap();
        assert!(tls_context(&bundle()).is_ok());
    }
}
