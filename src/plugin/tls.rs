//! TLS with exactly one trusted client: the certificate that the host named when it started us.
//!
//! The host's certificate is self-signed with CA:true and a P-521 key, so neither an ordinary chain check nor ring's
//! signature algorithms can judge it: the bytes are pinned, and the handshake signature is checked with the key in them.

use std::sync::Arc;

use p521::ecdsa::signature::Verifier;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, ServerConfig};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible, PeerMisbehaved, SignatureScheme,
};
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivatePkcs8KeyDer, SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use time::{Duration, OffsetDateTime};

use super::StartError;

/// Signature schemes a client may use, each bound to one kind of key in TLS 1.3.
const SCHEMES: [SignatureScheme; 4] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ED25519,
];

/// Public key algorithms of [`SCHEMES`], as they stand in a certificate.
const KEYS: [AlgorithmIdentifier; 4] = [alg_id::ECDSA_P521, alg_id::ECDSA_P384, alg_id::ECDSA_P256, alg_id::ED25519];

static P521: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521Sha512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521Sha512])],
};

/// What the accept loop needs for TLS, and the certificate for the handshake line.
pub(super) struct ServerIdentity {
    /// TLS 1.3, ALPN `h2`, client authentication mandatory.
    pub config: Arc<ServerConfig>,
    /// The server certificate; its key lives in `config` only.
    pub certificate: CertificateDer<'static>,
}

impl ServerIdentity {
    /// A fresh P-256 key and certificate for this process, trusting `client` alone.
    pub fn new(client: CertificateDer<'static>) -> Result<Self, StartError> {
        let (certificate, key) = generate_certificate()
            .map_err(|error| StartError::ServerIdentity { reason: format!("no certificate could be made: {error}") })?;
        let config = server_config(client, certificate.clone(), key)
            .map_err(|error| StartError::ServerIdentity { reason: format!("TLS could not be set up: {error}") })?;
        Ok(Self { config: Arc::new(config), certificate })
    }
}

/// Whether a client with this certificate could ever be authenticated; if not, why.
pub(super) fn check_pinned(certificate: &CertificateDer<'_>) -> Result<(), String> {
    let parsed = ParsedCertificate::try_from(certificate).map_err(|_| "it is not an X.509 certificate".to_owned())?;
    let key = parsed.subject_public_key_info();
    // The algorithm identifier stands near the start of the key info, behind one or two headers of at most four bytes.
    let known =
        KEYS.iter().any(|algorithm| key.get(..48).unwrap_or(&key).windows(algorithm.len()).any(|part| part == &**algorithm));
    if known { Ok(()) } else { Err("its key is none of ECDSA P-521, P-384, P-256 and Ed25519".to_owned()) }
}

fn generate_certificate() -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    // Go checks the DNS name, and the extended usage where there is one.
    let mut certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
    certificate.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    certificate.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let now = OffsetDateTime::now_utc();
    certificate.not_before = now - Duration::DAY;
    certificate.not_after = now + Duration::days(365);
    let signed = certificate.self_signed(&key)?;
    Ok((signed.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der())))
}

fn server_config(
    client: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
) -> Result<ServerConfig, Error> {
    // The provider is named because a process-wide default does not exist and must not be guessed.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = PinnedClient { certificate: client, provider: Arc::clone(&provider) };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![certificate], key.into())?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    // Without sessions every connection shows its certificate again.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Accepts one certificate, compared byte for byte, and proof that the client holds its key.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::ServerDoesNotSupportTls12Or13.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match signature.scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => verify_tls13_signature(message, certificate, signature, &P521),
            scheme if SCHEMES.contains(&scheme) => {
                verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
            }
            _ => Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into()),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SCHEMES.to_vec()
    }
}

/// The signature that go-plugin's hosts make and ring cannot check.
#[derive(Debug)]
struct EcdsaP521Sha512;

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = p521::ecdsa::DerSignature::from_bytes(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use p521::ecdsa::signature::Signer;

    use super::*;

    fn client() -> CertificateDer<'static> {
        generate_certificate().unwrap().0
    }

    #[test]
    fn only_the_pinned_bytes_are_the_client() {
        let pinned = client();
        let verifier = PinnedClient { certificate: pinned.clone(), provider: Arc::new(rustls::crypto::ring::default_provider()) };
        assert!(verifier.client_auth_mandatory() && verifier.offer_client_auth());
        assert!(verifier.verify_client_cert(&pinned, &[], UnixTime::now()).is_ok());
        assert!(verifier.verify_client_cert(&client(), &[], UnixTime::now()).is_err());
        let mut longer = pinned.to_vec();
        longer.push(0);
        assert!(verifier.verify_client_cert(&longer.into(), &[], UnixTime::now()).is_err());
        assert_eq!(verifier.supported_verify_schemes(), SCHEMES);
    }

    #[test]
    fn p521_signatures_are_judged() {
        let mut scalar = [7; 66];
        scalar[0] = 0;
        let key = p521::ecdsa::SigningKey::from_slice(&scalar).unwrap();
        let public = key.verifying_key().to_sec1_point(false);
        let signature: p521::ecdsa::DerSignature = key.sign(b"message");
        let judge =
            |message: &[u8], signature: &[u8]| EcdsaP521Sha512.verify_signature(public.as_ref(), message, signature).is_ok();
        assert!(judge(b"message", signature.as_bytes()));
        assert!(!judge(b"another", signature.as_bytes()));
        assert!(!judge(b"message", &[]));
        let mut flipped = signature.as_bytes().to_vec();
        *flipped.last_mut().unwrap() ^= 1;
        assert!(!judge(b"message", &flipped));
        assert!(EcdsaP521Sha512.verify_signature(b"no key", b"message", signature.as_bytes()).is_err());
    }

    #[test]
    fn every_start_has_its_own_certificate_and_the_shape_go_wants() {
        let first = ServerIdentity::new(client()).unwrap();
        let second = ServerIdentity::new(client()).unwrap();
        assert_ne!(first.certificate, second.certificate);
        assert!(first.certificate.windows(9).any(|part| part == b"localhost"));
        assert_eq!(first.config.alpn_protocols, [b"h2".to_vec()]);
        assert_eq!(check_pinned(&first.certificate), Ok(()));
    }
}
