//! TLS as a stranger on the socket could speak it. The one thing that must never happen is a finished handshake.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};

use cognitomfa::plugin::fuzzing;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, ServerConnection, SignatureAlgorithm, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};

/// The server and its one client.
struct Parties {
    server: Arc<ServerConfig>,
    certificate: CertificateDer<'static>,
    key: Arc<dyn SigningKey>,
}

fn parties() -> &'static Parties {
    static PARTIES: OnceLock<Parties> = OnceLock::new();
    PARTIES.get_or_init(|| {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
        let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        let certificate = params.self_signed(&key).expect("a certificate").der().clone();
        let der = PrivatePkcs8KeyDer::from(key.serialize_der());
        let key = rustls::crypto::ring::sign::any_supported_type(&der.into()).expect("a key for signing");
        Parties { server: fuzzing::tls(certificate.clone()).expect("a server"), certificate, key }
    })
}

/// Everything the stranger sends, as it goes over the socket.
pub fn tls_records(input: &[u8]) -> bool {
    let mut server = ServerConnection::new(Arc::clone(&parties().server)).expect("a connection");
    let mut answered = false;
    let mut rest = input;
    while !rest.is_empty() && server.wants_read() {
        if server.read_tls(&mut rest).is_err() {
            break;
        }
        let processed = server.process_new_packets();
        answered |= answers(&mut server) && processed.is_ok();
        if processed.is_err() {
            break;
        }
    }
    assert!(server.is_handshaking(), "a stranger finished the handshake");
    assert!(!matches!(server.reader().read(&mut [0; 1]), Ok(1..)), "a stranger was listened to");
    answered
}

/// Takes what the server wants to send; whether there was anything.
fn answers(server: &mut ServerConnection) -> bool {
    let mut sent = false;
    while server.wants_write() {
        sent |= server.write_tls(&mut io::sink()).is_ok_and(|length| length > 0);
    }
    sent
}

/// A byte that picks what the client shows, a byte that picks the scheme of its signature, then certificate or signature.
///
/// The handshake itself is an honest client's, so that the server comes to judge what it is shown.
pub fn client_certificate(input: &[u8]) -> bool {
    let [pick, scheme, bytes @ ..] = input else { return false };
    let parties = parties();
    let honest = || parties.certificate.clone();
    let scheme = SCHEMES[usize::from(*scheme) % SCHEMES.len()];
    let forged: Arc<dyn SigningKey> = Arc::new(Forger { scheme, signature: bytes.to_vec() });
    let (certificate, key, may_pass) = match pick % 8 {
        // The right certificate and a signature made up.
        0..=3 => (honest(), forged, false),
        // Another certificate, and the right key.
        4 | 5 => (CertificateDer::from(bytes.to_vec()), Arc::clone(&parties.key), bytes == honest().as_ref()),
        6 => (altered(&honest(), bytes), Arc::clone(&parties.key), bytes.is_empty()),
        _ => (honest(), Arc::clone(&parties.key), true),
    };
    let passed = shake_hands(certificate, key);
    assert!(may_pass || !passed, "a stranger finished the handshake");
    passed
}

const SCHEMES: [SignatureScheme; 6] = [
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED25519,
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::ECDSA_SHA1_Legacy,
];

/// The certificate with some of its bytes changed: pairs of a place and what goes there.
fn altered(certificate: &CertificateDer<'_>, edits: &[u8]) -> CertificateDer<'static> {
    let mut der = certificate.to_vec();
    for edit in edits.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % der.len();
        // Never the same byte: an edit always makes another certificate of it, unless two undo each other.
        der[at] = der[at].wrapping_add(edit[2] | 1);
    }
    if der == certificate.as_ref() {
        der.push(0);
    }
    der.into()
}

/// Whether the server takes the client in.
fn shake_hands(certificate: CertificateDer<'static>, key: Arc<dyn SigningKey>) -> bool {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let resolver: Arc<dyn ResolvesClientCert> = Arc::new(SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key)));
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting(provider)))
        .with_client_cert_resolver(resolver);
    let mut client =
        ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").expect("a name")).expect("a client");
    let mut server = ServerConnection::new(Arc::clone(&parties().server)).expect("a connection");
    for _ in 0..8 {
        let mut wire = Vec::new();
        while client.wants_write() && client.write_tls(&mut wire).is_ok() {}
        let mut rest = &wire[..];
        while !rest.is_empty() {
            if server.read_tls(&mut rest).is_err() || server.process_new_packets().is_err() {
                return !server.is_handshaking();
            }
        }
        let mut wire = Vec::new();
        while server.wants_write() && server.write_tls(&mut wire).is_ok() {}
        let mut rest = &wire[..];
        while !rest.is_empty() {
            if client.read_tls(&mut rest).is_err() || client.process_new_packets().is_err() {
                return !server.is_handshaking();
            }
        }
        if !server.is_handshaking() {
            return true;
        }
    }
    false
}

/// Signs with whatever it was given.
#[derive(Clone, Debug)]
struct Forger {
    scheme: SignatureScheme,
    signature: Vec<u8>,
}

impl SigningKey for Forger {
    fn choose_scheme(&self, _: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        Some(Box::new(self.clone()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Forger {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(self.signature.clone())
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

/// The client is not what is tested.
#[derive(Debug)]
struct Trusting(Arc<CryptoProvider>);

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
