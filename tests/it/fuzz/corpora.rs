//! The parts of `fuzz/corpus/` that nobody can write by hand: recorded conversations and encoded values.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use cognitomfa::plugin::fuzzing;
use cognitomfa::proto::tfplugin6::provider_client::ProviderClient;
use cognitomfa::proto::tfplugin6::{get_metadata, get_provider_schema, validate_provider_config};
use hyper_util::rt::TokioIo;
use rcgen::KeyPair;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tonic::transport::Endpoint;

use super::engine::{Dice, folder};
use super::grammar;
use crate::support::plugin_client::Credential;

/// Longest input that is checked in, in bytes.
const LONGEST: usize = 4 << 10;

fn keep(target: &str, name: &str, bytes: &[u8]) {
    let folder = folder(target);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), &bytes[..bytes.len().min(LONGEST)]).unwrap();
}

#[test]
#[ignore = "writes fuzz/corpus; run it by its name after a change of a schema or of the protocol"]
fn record() {
    for (target, count) in [("msgpack_value", 6), ("json_value", 6), ("schema_value", 10), ("stored_state", 6)] {
        let mut dice = Dice::new(3);
        let mut kept = 0;
        while kept < count {
            let sentence = grammar::sentence(target, &mut dice).unwrap();
            if (24..LONGEST).contains(&sentence.len()) {
                keep(target, &format!("recorded-{kept}"), &sentence);
                kept += 1;
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for call in 0..3 {
        let sent = runtime.block_on(conversation(call));
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
        keep("http2", &format!("recorded-{call}"), &[b"\x01", &sent[..]].concat());
        keep("http2", &format!("recorded-{call}-bare"), &[b"\x00", &sent[preface..]].concat());
    }
    record_hello();
    for (name, credential) in [("p256", Credential::p256()), ("p521", Credential::p521())] {
        keep("client_certificate", name, &[b"\x04\x00", credential.certificate.as_ref()].concat());
        let pem =
            format!("TF_PLUGIN_MAGIC_COOKIE={COOKIE}\0PLUGIN_PROTOCOL_VERSIONS=5,6\0PLUGIN_CLIENT_CERT={}\0", credential.pem());
        keep("launch_environment", name, pem.as_bytes());
    }
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    let other = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    keep("client_certificate", "p384", &[b"\x04\x01", other.der().as_ref()].concat());
}

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// What an honest client sends first over TLS, alone and with records after it.
fn record_hello() {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    for (name, versions) in [("tls13", &[&rustls::version::TLS13][..]), ("any", &[&rustls::version::TLS13])] {
        let mut config = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let server = rustls_pki_types::ServerName::try_from("localhost").unwrap();
        let mut client = rustls::ClientConnection::new(Arc::new(config), server).unwrap();
        let mut hello = Vec::new();
        client.write_tls(&mut hello).unwrap();
        let more = b"\x14\x03\x03\x00\x01\x01\x17\x03\x03\x00\x20................................";
        let bytes = if name == "any" { [&hello[..], more].concat() } else { hello };
        keep("tls_records", name, &bytes);
    }
    keep("tls_records", "plaintext", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    keep("tls_records", "alert", b"\x15\x03\x01\x00\x02\x02\x28");
}

/// The bytes of one call by an honest client.
async fn conversation(call: usize) -> Vec<u8> {
    let (client, server) = tokio::io::duplex(64 << 10);
    let sent = Arc::new(Mutex::new(Vec::new()));
    let recorder = Recorder { stream: client, sent: Arc::clone(&sent) };
    let serving = tokio::spawn(fuzzing::serve(tokio_stream::once(Ok(server))));
    let mut once = Some(recorder);
    let connector = move |_| std::future::ready(once.take().map(TokioIo::new).ok_or_else(|| io::Error::other("one connection")));
    let connector = tower_fn(connector);
    let channel = Endpoint::from_static("http://localhost").connect_with_connector(connector).await.unwrap();
    let mut provider = ProviderClient::new(channel);
    match call {
        0 => drop(provider.get_metadata(get_metadata::Request {}).await.unwrap()),
        1 => drop(provider.get_provider_schema(get_provider_schema::Request {}).await.unwrap()),
        _ => drop(provider.validate_provider_config(validate_provider_config::Request::default()).await.unwrap()),
    }
    drop(provider);
    serving.await.unwrap().unwrap();
    sent.lock().unwrap().clone()
}

/// A function as the service that a channel connects with.
fn tower_fn<F>(connect: F) -> Connector<F> {
    Connector(connect)
}

struct Connector<F>(F);

impl<F, T> tonic::codegen::Service<tonic::transport::Uri> for Connector<F>
where
    F: FnMut(tonic::transport::Uri) -> std::future::Ready<io::Result<T>>,
{
    type Response = T;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<T>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: tonic::transport::Uri) -> Self::Future {
        (self.0)(uri)
    }
}

/// Keeps what goes through it towards the server.
struct Recorder {
    stream: DuplexStream,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Recorder {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Recorder {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(length)) = &written {
            self.sent.lock().unwrap().extend(&bytes[..*length]);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
