//! A proxy that refuses, one that is not there, and one that reads along under a certificate of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::driver::{Driver, Stored};
use crate::support::workspace::SECRET;

/// What the proxy does after `CONNECT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Refuses,
    Intercepts,
}

/// A proxy for as many connections as come. The thread ends with the test process.
struct Proxy {
    url: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let all = Arc::clone(&all);
                std::thread::spawn(move || converse(stream, manner, &all));
            }
        });
        Self { url, heard }
    }
}

fn converse(mut stream: TcpStream, manner: Manner, heard: &Mutex<Vec<u8>>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    heard.lock().unwrap().extend_from_slice(&head);
    match manner {
        Manner::Refuses => {
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
        Manner::Intercepts => {
            let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
            let signed = rcgen::generate_simple_self_signed(vec!["cognito-idp.us-east-1.amazonaws.com".into()]).unwrap();
            let key = rustls_pki_types::PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der());
            let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![signed.cert.der().clone()], key.into())
                .unwrap();
            let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = tls.read(&mut bytes) {
                heard.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        }
    }
}

/// What a read of a pool at AWS itself says, through this proxy.
async fn told(proxy: &str, more: &[(&str, &str)]) -> String {
    let driver = Driver::launch(&[&[("HTTPS_PROXY", proxy), ("HTTP_PROXY", proxy)], more].concat()).await;
    driver.configure(&json!({ "region": "us-east-1", "assume_role": [], "endpoints": [] })).await;
    let value = driver.config(&json!({
        "user_pool_id": "us-east-1_Abcdefghi", "region": "us-east-1", "id": "us-east-1_Abcdefghi", "mfa_configuration": "ON",
        "timeouts": { "read": "5s" },
    }));
    let (_, said) = driver.read(&Stored { value, private: Vec::new() }).await;
    assert!(said.is_error(), "{}", said.transcript());
    let log = driver.end().await;
    assert!(!log.contains(SECRET) && !log.contains("panicked"));
    said.transcript()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_named_and_never_gets_around_tls() {
    let refusing = Proxy::start(Manner::Refuses);
    let said = told(&refusing.url, &[]).await;
    assert!(said.contains("https://cognito-idp.us-east-1.amazonaws.com"), "{said}");
    assert!(said.to_lowercase().contains("proxy") || said.to_lowercase().contains("tunnel"), "{said}");

    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = told(&format!("http://{gone}"), &[]).await;
    assert!(said.contains("https://cognito-idp.us-east-1.amazonaws.com"), "{said}");

    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.pem");
    let other = rcgen::generate_simple_self_signed(vec!["other.example.com".into()]).unwrap();
    let pem = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, other.cert.der());
    std::fs::write(&bundle, format!("-----BEGIN CERTIFICATE-----\n{pem}\n-----END CERTIFICATE-----\n")).unwrap();
    let intercepting = Proxy::start(Manner::Intercepts);
    let said = told(&intercepting.url, &[("AWS_CA_BUNDLE", bundle.to_str().unwrap())]).await;
    assert!(said.to_lowercase().contains("certificate"), "{said}");

    for proxy in [refusing, intercepting] {
        let heard = String::from_utf8_lossy(&proxy.heard.lock().unwrap()).into_owned();
        assert!(heard.starts_with("CONNECT cognito-idp.us-east-1.amazonaws.com:443"), "{heard}");
        for word in ["UserPoolId", "GetUserPoolMfaConfig", "Credential="] {
            assert!(!heard.contains(word), "the proxy has heard {word}: {heard}");
        }
    }
}
