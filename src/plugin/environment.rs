//! What the environment says about who started us and how to serve, as pure functions of a lookup.

use std::ffi::OsString;
use std::path::PathBuf;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::StartError;
use super::tls;

/// The variable that tells a plugin host from a person.
const COOKIE: &str = "TF_PLUGIN_MAGIC_COOKIE";
/// Its one value, the same for Terraform and OpenTofu.
const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const PROTOCOL_VERSIONS: &str = "PLUGIN_PROTOCOL_VERSIONS";
const CLIENT_CERT: &str = "PLUGIN_CLIENT_CERT";
const SOCKET_DIR: &str = "PLUGIN_UNIX_SOCKET_DIR";
const SOCKET_GROUP: &str = "PLUGIN_UNIX_SOCKET_GROUP";
const MULTIPLEX: &str = "PLUGIN_MULTIPLEX_GRPC";

/// Major protocol versions served, best first.
const SERVED: [u32; 1] = [PROTOCOL_VERSION];
/// The major protocol version of the `tfplugin6.Provider` service.
pub(super) const PROTOCOL_VERSION: u32 = 6;

/// Who started this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Terraform or OpenTofu: the magic cookie is right.
    Terraform,
    /// Some plugin host, but not one of ours: plugin variables without the right cookie.
    OtherHost,
    /// A shell.
    Person,
}

/// Reads the caller off the environment; `lookup` is `std::env::var_os` outside tests.
pub fn caller(lookup: impl Fn(&str) -> Option<OsString>) -> Caller {
    if lookup(COOKIE).is_some_and(|cookie| cookie == COOKIE_VALUE) {
        Caller::Terraform
    } else if [PROTOCOL_VERSIONS, CLIENT_CERT].into_iter().any(|name| present(&lookup, name).is_some()) {
        Caller::OtherHost
    } else {
        Caller::Person
    }
}

/// How the host wants to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Launch {
    /// Major protocol version for the handshake line.
    pub protocol: u32,
    /// Whether the host's list had that version; when not, the host will refuse us with its own words.
    pub protocol_offered: bool,
    /// The one certificate a client must show; `None` means that the host asked for no TLS.
    pub client_certificate: Option<CertificateDer<'static>>,
    /// Where the host wants the socket.
    pub socket_dir: Option<PathBuf>,
    /// Name or number of a group that may use the socket.
    pub socket_group: Option<String>,
    /// Whether the handshake line carries the seventh field.
    pub multiplex_field: bool,
}

impl Launch {
    /// Reads the variables of the plugin host.
    ///
    /// A certificate that was sent but cannot be used is an error: it must never end in a plaintext connection.
    pub fn parse(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, StartError> {
        let client_certificate = present(&lookup, CLIENT_CERT).map(decode_certificate).transpose()?;
        let socket_group = present(&lookup, SOCKET_GROUP)
            .map(|group| {
                group.into_string().map_err(|group| StartError::SocketGroup {
                    group: group.to_string_lossy().into_owned(),
                    reason: "the name is not UTF-8".to_owned(),
                })
            })
            .transpose()?;
        let listed = present(&lookup, PROTOCOL_VERSIONS).map(|list| list.to_string_lossy().into_owned());
        let common = listed.as_deref().and_then(highest_common);
        Ok(Self {
            protocol: common.unwrap_or(PROTOCOL_VERSION),
            protocol_offered: listed.is_none() || common.is_some(),
            client_certificate,
            socket_dir: present(&lookup, SOCKET_DIR).map(PathBuf::from),
            socket_group,
            multiplex_field: present(&lookup, MULTIPLEX).is_some(),
        })
    }
}

/// A variable that is set and not empty; go-plugin takes empty for absent everywhere.
fn present(lookup: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<OsString> {
    lookup(name).filter(|value| !value.is_empty())
}

/// The best version that both sides have; the list comes in any order and may hold anything.
fn highest_common(list: &str) -> Option<u32> {
    list.split(',').filter_map(|part| part.trim().parse().ok()).filter(|version| SERVED.contains(version)).max()
}

fn decode_certificate(value: OsString) -> Result<CertificateDer<'static>, StartError> {
    let refuse = |reason: &str| StartError::ClientCertificate { reason: reason.to_owned() };
    let text = value.into_string().map_err(|_| refuse("it is not text"))?;
    let mut certificates = CertificateDer::pem_slice_iter(text.as_bytes());
    let first = match certificates.next() {
        Some(Ok(certificate)) => certificate,
        Some(Err(_)) => return Err(refuse("its PEM encoding is broken")),
        None => return Err(refuse("it holds no PEM certificate")),
    };
    if certificates.next().is_some() {
        return Err(refuse("it holds more than one certificate, and exactly one client is to be trusted"));
    }
    tls::check_pinned(&first).map_err(|reason| StartError::ClientCertificate { reason })?;
    Ok(first)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn parse(variables: &[(&str, &str)]) -> Result<Launch, StartError> {
        Launch::parse(lookup(variables))
    }

    fn lookup(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |wanted| variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| OsString::from(value))
    }

    fn certificate(algorithm: &'static rcgen::SignatureAlgorithm) -> rcgen::Certificate {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap()
    }

    /// PEM around any bytes, as a host would send it.
    fn pem(der: &[u8]) -> String {
        use base64::Engine;
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }

    fn reason(outcome: Result<Launch, StartError>) -> String {
        match outcome {
            Err(StartError::ClientCertificate { reason }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_cookie_decides_who_calls() {
        assert_eq!(caller(lookup(&[(COOKIE, COOKIE_VALUE)])), Caller::Terraform);
        assert_eq!(caller(lookup(&[])), Caller::Person);
        assert_eq!(caller(lookup(&[(COOKIE, "wrong")])), Caller::Person);
        assert_eq!(caller(lookup(&[(COOKIE, "wrong"), (PROTOCOL_VERSIONS, "5,6")])), Caller::OtherHost);
        assert_eq!(caller(lookup(&[(CLIENT_CERT, "x")])), Caller::OtherHost);
        assert_eq!(caller(lookup(&[(PROTOCOL_VERSIONS, "")])), Caller::Person);
    }

    #[test]
    fn six_is_answered_whatever_the_list_holds() {
        for (list, offered) in
            [("5,6", true), ("6,5", true), (" 6 ", true), ("6", true), ("4,5", false), ("x", false), ("7", false)]
        {
            let launch = parse(&[(PROTOCOL_VERSIONS, list)]).unwrap();
            assert_eq!((launch.protocol, launch.protocol_offered), (6, offered), "{list}");
        }
        let launch = parse(&[]).unwrap();
        assert_eq!((launch.protocol, launch.protocol_offered), (6, true));
    }

    #[test]
    fn a_certificate_is_taken_byte_for_byte() {
        for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519] {
            let sent = certificate(algorithm);
            let launch = parse(&[(CLIENT_CERT, &pem(sent.der()))]).unwrap();
            assert_eq!(launch.client_certificate.as_ref(), Some(sent.der()));
        }
        assert_eq!(parse(&[(CLIENT_CERT, "")]).unwrap().client_certificate, None);
    }

    #[test]
    fn a_certificate_that_cannot_be_used_is_an_error() {
        let good = pem(certificate(&rcgen::PKCS_ECDSA_P256_SHA256).der());
        assert_eq!(reason(parse(&[(CLIENT_CERT, "garbage")])), "it holds no PEM certificate");
        assert_eq!(reason(parse(&[(CLIENT_CERT, " \n")])), "it holds no PEM certificate");
        assert_eq!(reason(parse(&[(CLIENT_CERT, &good.replace("-----END", "END"))])), "its PEM encoding is broken");
        assert!(reason(parse(&[(CLIENT_CERT, &format!("{good}{good}"))])).starts_with("it holds more than one"));
        assert_eq!(reason(parse(&[(CLIENT_CERT, &pem(b"not DER"))])), "it is not an X.509 certificate");
    }

    #[test]
    fn socket_wishes_are_taken_and_empty_ones_are_none() {
        let launch = parse(&[(SOCKET_DIR, "/run/x"), (SOCKET_GROUP, "ops"), (MULTIPLEX, "true")]).unwrap();
        assert_eq!(launch.socket_dir, Some(PathBuf::from("/run/x")));
        assert_eq!(launch.socket_group.as_deref(), Some("ops"));
        assert!(launch.multiplex_field);
        let launch = parse(&[(SOCKET_DIR, ""), (SOCKET_GROUP, ""), (MULTIPLEX, "")]).unwrap();
        assert_eq!((launch.socket_dir, launch.socket_group, launch.multiplex_field), (None, None, false));
    }
}
