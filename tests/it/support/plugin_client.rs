//! A client of the plugin as go-plugin is one: it shows a certificate and trusts the one of the handshake line alone.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cognitomfa::proto::plugin::Empty;
use cognitomfa::proto::plugin::grpc_controller_client::GrpcControllerClient;
use cognitomfa::proto::tfplugin6::provider_client::ProviderClient;
use cognitomfa::proto::tfplugin6::{get_metadata, get_provider_schema};
use hyper_util::rt::TokioIo;
use p521::ecdsa::signature::Signer as _;
use p521::elliptic_curve::Generate;
use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, SignatureAlgorithm, SignatureScheme, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, alg_id};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};

/// No call of these tests needs as long.
const LIMIT: Duration = Duration::from_secs(30);

/// A certificate and a key that may or may not belong to it.
#[derive(Clone, Debug)]
pub struct Credential {
    pub certificate: CertificateDer<'static>,
    key: Arc<dyn SigningKey>,
}

impl Credential {
    /// A self-signed certificate with a key that ring can use.
    pub fn ring(algorithm: &'static rcgen::SignatureAlgorithm) -> Self {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let signed = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        let der = PrivatePkcs8KeyDer::from(key.serialize_der());
        let key = rustls::crypto::ring::sign::any_supported_type(&der.into()).unwrap();
        Self { certificate: signed.der().clone(), key }
    }

    pub fn p256() -> Self {
        Self::ring(&rcgen::PKCS_ECDSA_P256_SHA256)
    }

    /// What Terraform shows: self-signed, P-521, CA:true, CN=localhost, O=HashiCorp.
    pub fn p521() -> Self {
        let key = p521::ecdsa::SigningKey::generate();
        Self { certificate: host_certificate(&key), key: Arc::new(P521Key(key)) }
    }

    /// The certificate of one, the key of the other.
    pub fn with_key_of(&self, other: &Self) -> Self {
        Self { certificate: self.certificate.clone(), key: Arc::clone(&other.key) }
    }

    /// As the host puts it into `PLUGIN_CLIENT_CERT`.
    pub fn pem(&self) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(&self.certificate))
    }
}

/// How a client speaks to the socket.
#[derive(Clone)]
pub struct Client {
    socket: PathBuf,
    tls: Option<Arc<ClientConfig>>,
}

impl Client {
    pub fn plaintext(socket: PathBuf) -> Self {
        Self { socket, tls: None }
    }

    /// TLS of one version, with or without a client certificate, trusting `server` alone.
    pub fn tls(
        socket: PathBuf,
        server: &CertificateDer<'static>,
        credential: Option<&Credential>,
        version: &'static SupportedProtocolVersion,
    ) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(server.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match credential {
            None => config.with_no_client_auth(),
            Some(Credential { certificate, key }) => {
                let key = CertifiedKey::new(vec![certificate.clone()], Arc::clone(key));
                let resolver: Arc<dyn ResolvesClientCert> = Arc::new(SingleCertAndKey::from(key));
                config.with_client_cert_resolver(resolver)
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Self { socket, tls: Some(Arc::new(config)) }
    }

    pub async fn connect(&self) -> Result<Channel, tonic::transport::Error> {
        let endpoint = Endpoint::from_static("http://localhost").timeout(LIMIT).connect_timeout(LIMIT);
        endpoint.connect_with_connector(self.clone()).await
    }

    /// Connects for calls that may take as long as they need.
    pub async fn patient(&self) -> Result<Channel, tonic::transport::Error> {
        Endpoint::from_static("http://localhost").connect_with_connector(self.clone()).await
    }

    /// Connects and makes both calls that need no configuration; any error in words.
    pub async fn ask(&self) -> Result<get_provider_schema::Response, String> {
        let channel = self.connect().await.map_err(|error| format!("{error:?}"))?;
        ask(channel).await
    }

    async fn open(self) -> io::Result<TokioIo<Box<dyn Stream>>> {
        let stream = UnixStream::connect(&self.socket).await?;
        let stream: Box<dyn Stream> = match self.tls {
            None => Box::new(stream),
            Some(config) => {
                let name = ServerName::try_from("localhost").unwrap();
                Box::new(tokio_rustls::TlsConnector::from(config).connect(name, stream).await?)
            }
        };
        Ok(TokioIo::new(stream))
    }
}

/// GetMetadata and GetProviderSchema over an open channel.
pub async fn ask(channel: Channel) -> Result<get_provider_schema::Response, String> {
    let mut provider = ProviderClient::new(channel);
    provider.get_metadata(get_metadata::Request {}).await.map_err(|status| format!("{status:?}"))?;
    let schema = provider.get_provider_schema(get_provider_schema::Request {}).await;
    Ok(schema.map_err(|status| format!("{status:?}"))?.into_inner())
}

/// The call with which a host ends the plugin.
pub async fn shut_down(channel: Channel) {
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
}

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl tonic::codegen::Service<Uri> for Client {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        Box::pin(self.clone().open())
    }
}

/// ring cannot sign with P-521, so the handshake is signed here.
#[derive(Clone)]
struct P521Key(p521::ecdsa::SigningKey);

impl std::fmt::Debug for P521Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("P521Key")
    }
}

impl SigningKey for P521Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: p521::ecdsa::DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

/// The certificate of go-plugin's host, put together by hand because no crate here makes P-521 certificates.
fn host_certificate(key: &p521::ecdsa::SigningKey) -> CertificateDer<'static> {
    const ORGANISATION: &[u8] = &[0x55, 4, 10];
    const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    let attribute = |kind: &[u8], value: &str| der(0x31, &[&der(0x30, &[&der(0x06, &[kind]), &der(0x0c, &[value.as_bytes()])])]);
    let name = der(0x30, &[&attribute(ORGANISATION, "HashiCorp"), &attribute(COMMON_NAME, "localhost")]);
    let times = der(0x30, &[&der(0x17, &[b"250101000000Z"]), &der(0x18, &[b"20550101000000Z"])]);
    let point = key.verifying_key().to_sec1_point(false);
    let public = der(0x30, &[&der(0x30, &[&*alg_id::ECDSA_P521]), &der(0x03, &[&[0], point.as_ref()])]);
    let extension = |kind: &[u8], value: &[u8]| der(0x30, &[&der(0x06, &[kind]), &der(0x01, &[&[0xff]]), &der(0x04, &[value])]);
    let usages =
        der(0x30, &[&der(0x06, &[b"\x2b\x06\x01\x05\x05\x07\x03\x02"]), &der(0x06, &[b"\x2b\x06\x01\x05\x05\x07\x03\x01"])]);
    let extensions = der(
        0x30,
        &[
            &extension(&[0x55, 0x1d, 15], &der(0x03, &[&[2, 0b1010_1100]])),
            &extension(&[0x55, 0x1d, 37], &usages),
            &extension(&[0x55, 0x1d, 19], &der(0x30, &[&der(0x01, &[&[0xff]])])),
            &extension(&[0x55, 0x1d, 17], &der(0x30, &[&der(0x82, &[b"localhost"])])),
        ],
    );
    let algorithm = der(0x30, &[&*alg_id::ECDSA_SHA512]);
    let version = der(0xa0, &[&der(0x02, &[&[2]])]);
    let serial = der(0x02, &[&[0x4d]]);
    let body = der(0x30, &[&version, &serial, &algorithm, &name, &times, &name, &public, &der(0xa3, &[&extensions])]);
    let signature: p521::ecdsa::DerSignature = key.sign(&body);
    der(0x30, &[&body, &algorithm, &der(0x03, &[&[0], signature.as_bytes()])]).into()
}

/// One DER element: tag, length, parts.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let header = match length {
        0..128 => vec![tag, low],
        128..256 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [header, content].concat()
}
