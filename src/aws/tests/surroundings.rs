//! What lies around a call: TLS, the environment of the process, and the log.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::*;

/// Answers every TLS connection with the same JSON, until the test ends.
async fn tls_server() -> (String, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let body = r#"{"MfaConfiguration":"OPTIONAL"}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\nconnection: close\r\n";
            let _ = stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (url, certificate)
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, certificate);
    format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")
}

#[tokio::test]
async fn tls_trusts_the_bundle_and_only_the_bundle() {
    let (url, certificate) = tls_server().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.pem");
    let with_bundle = || {
        let custom_ca_bundle = Some(path.display().to_string());
        clients(Connection { custom_ca_bundle, ..connection(&url) }).cognito("eu-central-1")
    };
    std::fs::write(&path, pem(&certificate)).unwrap();
    let settings = with_bundle().read_mfa_settings(POOL, later()).await;
    assert_eq!(settings, Ok(Settings { mode: Mode::Optional, ..Settings::UNTOUCHED }));
    let other = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    std::fs::write(&path, pem(other.cert.der())).unwrap();
    let error = with_bundle().read_mfa_settings(POOL, later()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.contains("certificate"), "{}", error.message);
}

/// Runs one test of this binary in a process with its own environment.
async fn in_environment(test: &'static str, variables: BTreeMap<&'static str, String>) -> String {
    let run = move || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("AWS_")) {
                command.env_remove(name);
            }
        }
        command.args(["--exact", test, "--ignored", "--nocapture"]).envs(variables).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    text
}

/// The call that [`in_environment`] makes: nothing is said in the provider block.
#[tokio::test]
#[ignore = "started by the tests of the environment"]
async fn call_with_nothing_but_the_environment() {
    let cognito = Clients::new(Connection::default(), CancellationToken::new()).cognito("eu-central-1");
    match cognito.read_mfa_settings(POOL, later()).await {
        Ok(settings) => println!("settings: {settings:?}"),
        Err(error) => println!("error: {:?} {error}", error.kind),
    }
}

const CHILD: &str = "aws::tests::surroundings::call_with_nothing_but_the_environment";

#[tokio::test]
async fn the_environment_of_the_sdks_is_honoured() {
    let right = Server::start([fault(400, "TooManyRequestsException"), on()]).await;
    let wrong = Server::start([fault(400, "InvalidParameterException")]).await;
    let variables = || {
        BTreeMap::from([
            ("AWS_ENDPOINT_URL", wrong.url.clone()),
            ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", right.url.clone()),
            ("AWS_ACCESS_KEY_ID", "AKIAENV".into()),
            ("AWS_SECRET_ACCESS_KEY", "CANARY".into()),
            ("AWS_CONFIG_FILE", "/nonexistent/config".into()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials".into()),
            ("AWS_CA_BUNDLE", "/nonexistent/bundle.pem".into()),
            // This machine is not reached through a proxy.
            ("http_proxy", "http://127.0.0.1:1".into()),
            ("HTTP_PROXY", "http://127.0.0.1:1".into()),
        ])
    };
    let text = in_environment(CHILD, variables()).await;
    assert!(text.contains("settings: Settings { mode: On"), "{text}");
    assert!(right.seen()[1].head.contains("Credential=AKIAENV/"));
    assert!(wrong.seen().is_empty());

    let throttled = Server::start([fault(400, "TooManyRequestsException")]).await;
    let mut variables = variables();
    variables.insert("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", throttled.url.clone());
    variables.insert("AWS_MAX_ATTEMPTS", "2".into());
    let text = in_environment(CHILD, variables).await;
    assert!(text.contains("error: Throttled"), "{text}");
    assert_eq!(throttled.seen().len(), 2);
}

#[tokio::test]
async fn a_profile_of_the_shared_files_is_honoured() {
    let server = Server::start([on()]).await;
    let folder = tempfile::tempdir().unwrap();
    let (config, credentials) = (folder.path().join("config"), folder.path().join("credentials"));
    std::fs::write(&config, format!("[profile team]\nregion = eu-west-1\nendpoint_url = {}\n", server.url)).unwrap();
    std::fs::write(&credentials, "[team]\naws_access_key_id = AKIATEAM\naws_secret_access_key = s\n").unwrap();
    let path = |path: &std::path::Path| path.display().to_string();
    let variables = BTreeMap::from([
        ("AWS_PROFILE", "team".to_owned()),
        ("AWS_CONFIG_FILE", path(&config)),
        ("AWS_SHARED_CREDENTIALS_FILE", path(&credentials)),
    ]);
    let text = in_environment(CHILD, variables).await;
    assert!(text.contains("settings: Settings { mode: On"), "{text}");
    assert!(server.seen()[0].head.contains("Credential=AKIATEAM/"));

    let server = Server::start([on()]).await;
    let named = Connection {
        keys: None,
        profile: Some("team".into()),
        shared_config_files: vec![path(&config)],
        shared_credentials_files: vec![path(&credentials)],
        ..connection(&server.url)
    };
    assert_eq!(clients(named).cognito("eu-central-1").read_mfa_settings(POOL, later()).await, Ok(on_settings()));
    assert!(server.seen()[0].head.contains("Credential=AKIATEAM/"));
}

/// Writes down everything that is logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl<S: tracing::Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut text = self.0.lock().unwrap();
        let _ = write!(text, "\n{}", event.metadata().target());
        event.record(&mut Line(&mut text));
    }

    fn on_new_span(&self, span: &tracing::span::Attributes<'_>, _: &tracing::span::Id, _: Context<'_, S>) {
        let mut text = self.0.lock().unwrap();
        let _ = write!(text, "\n{}", span.metadata().name());
        span.record(&mut Line(&mut text));
    }
}

#[tokio::test]
async fn no_credential_reaches_the_log_at_any_level() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let server = Server::start([fault(400, "TooManyRequestsException"), on()]).await;
    assert_eq!(read(&server).await, Ok(on_settings()));
    let text = log.0.lock().unwrap().clone();
    assert!(text.contains("cognito-idp:GetUserPoolMfaConfig") && text.contains("aws_smithy_runtime"), "the log lacks a part");
    let leaks: Vec<_> = text.lines().filter(|line| line.contains("CANARY-")).map(|line| &line[..line.len().min(300)]).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
