//! The handshake, TLS, logging and end of a real plugin process.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::support::plugin_client::{Client, Credential, ask, shut_down};
use crate::support::plugin_process::{Handshake, PluginProcess};

#[test]
fn the_handshake_line_is_the_first_and_only_output() {
    let plugin = PluginProcess::trusting(&Credential::p256());
    let handshake = plugin.handshake();
    assert_eq!(handshake.fields.len(), 6);
    assert_eq!(handshake.fields[..3], ["1", "6", "unix"]);
    assert_eq!(handshake.fields[4], "grpc");
    assert!(!handshake.fields[5].contains('='));
    assert!(handshake.socket.is_absolute() && handshake.socket.starts_with(plugin.place()));
    plugin.signal("TERM");
    assert_eq!(plugin.line(), None);
}

#[test]
fn a_seventh_field_and_another_list_of_versions() {
    let plugin = PluginProcess::start(&[("PLUGIN_MULTIPLEX_GRPC", "true"), ("PLUGIN_PROTOCOL_VERSIONS", "4,5")]);
    let handshake = plugin.handshake();
    assert_eq!(handshake.fields[1], "6");
    assert_eq!(handshake.fields[5..], ["", "false"]);
}

#[test]
fn every_process_has_its_own_certificate_and_socket() {
    let credential = Credential::p256();
    let (first, second) = (PluginProcess::trusting(&credential), PluginProcess::trusting(&credential));
    let (first, second) = (first.handshake(), second.handshake());
    assert_ne!(first.certificate, second.certificate);
    assert_ne!(first.socket.parent().unwrap().file_name(), second.socket.parent().unwrap().file_name());
}

#[tokio::test]
async fn the_right_client_is_served_and_shuts_it_down() {
    for credential in [
        Credential::p256(),
        Credential::p521(),
        Credential::ring(&rcgen::PKCS_ECDSA_P384_SHA384),
        Credential::ring(&rcgen::PKCS_ED25519),
    ] {
        let mut plugin = PluginProcess::trusting(&credential);
        let channel = plugin.handshake().client(Some(&credential)).connect().await.unwrap();
        assert!(ask(channel.clone()).await.unwrap().provider.is_some());
        shut_down(channel).await;
        assert_eq!(plugin.ended().await.code(), Some(0));
        assert_eq!(plugin.left_behind(), [] as [&Path; 0]);
        assert_eq!(plugin.line(), None);
    }
}

#[tokio::test]
async fn shutdown_does_not_wait_for_open_streams() {
    let credential = Credential::p521();
    let mut plugin = PluginProcess::trusting(&credential);
    let channel = plugin.handshake().client(Some(&credential)).connect().await.unwrap();
    let mut stdio = cognitomfa::proto::plugin::grpc_stdio_client::GrpcStdioClient::new(channel.clone());
    let mut silent = stdio.stream_stdio(()).await.unwrap().into_inner();
    assert!(tokio::time::timeout(Duration::from_millis(100), silent.message()).await.is_err(), "the stream is to stay open");
    shut_down(channel).await;
    assert_eq!(plugin.ended().await.code(), Some(0));
    assert_eq!(plugin.left_behind(), [] as [&Path; 0]);
}

#[tokio::test]
async fn a_termination_ends_open_streams_in_order() {
    let credential = Credential::p256();
    let mut plugin = PluginProcess::trusting(&credential);
    let channel = plugin.handshake().client(Some(&credential)).connect().await.unwrap();
    let mut stdio = cognitomfa::proto::plugin::grpc_stdio_client::GrpcStdioClient::new(channel);
    let mut silent = stdio.stream_stdio(()).await.unwrap().into_inner();
    plugin.signal("TERM");
    assert_eq!(silent.message().await.unwrap(), None);
    assert_eq!(plugin.ended().await.code(), Some(0));
}

#[tokio::test]
async fn nobody_else_can_make_a_call() {
    for right in [Credential::p256(), Credential::p521()] {
        let mut plugin = PluginProcess::trusting(&right);
        let handshake = plugin.handshake();
        for (who, client) in strangers(&handshake, &right) {
            assert!(client.ask().await.is_err(), "{who} was served");
        }
        assert_eq!(garbage(&handshake.socket, b"GET / HTTP/1.1\r\n\r\n").first(), Some(&0x15), "a TLS alert");
        assert_ne!(garbage(&handshake.socket, &[0xff; 4096]).first(), Some(&0x16), "a ServerHello");
        handshake.client(Some(&right)).ask().await.unwrap();
        assert!(plugin.runs());
    }
}

#[tokio::test]
async fn an_older_tls_is_not_spoken_at_all() {
    let credential = Credential::p256();
    let plugin = PluginProcess::trusting(&credential);
    let refusal = plugin.handshake().client_of_version(Some(&credential), &rustls::version::TLS12).ask().await.unwrap_err();
    assert!(refusal.contains("ProtocolVersion"), "{refusal}");
}

/// Clients that must not be served, each wrong in one way.
fn strangers(handshake: &Handshake, right: &Credential) -> Vec<(&'static str, Client)> {
    let (other, other_p521) = (Credential::p256(), Credential::p521());
    vec![
        ("a client without a certificate", handshake.client(None)),
        ("a client with another certificate", handshake.client(Some(&other))),
        ("a client with another P-521 certificate", handshake.client(Some(&other_p521))),
        ("a client without the key", handshake.client(Some(&right.with_key_of(&other)))),
        ("a client without the P-521 key", handshake.client(Some(&right.with_key_of(&other_p521)))),
        ("a plaintext client", Client::plaintext(handshake.socket.clone())),
        ("a TLS 1.2 client", handshake.client_of_version(Some(right), &rustls::version::TLS12)),
    ]
}

/// What the plugin answers to these bytes before it closes the connection.
fn garbage(socket: &Path, bytes: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A connection that is closed with unread bytes is reset, after the answer.
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[tokio::test]
async fn half_open_connections_do_not_keep_the_right_client_out() {
    let credential = Credential::p521();
    let plugin = PluginProcess::trusting(&credential);
    let handshake = plugin.handshake();
    // As many stay open at once as this process may have descriptors by default.
    let mut half_open = VecDeque::new();
    for number in 0..10_000 {
        let mut stream = UnixStream::connect(&handshake.socket).unwrap();
        // Those beyond the limit may be closed already.
        let _ = stream.write_all(&[0x16, 3, 1][..number % 4 % 3]);
        half_open.push_back(stream);
        if half_open.len() > 600 {
            half_open.pop_front();
        }
    }
    handshake.client(Some(&credential)).ask().await.unwrap();
}

#[tokio::test]
async fn without_a_certificate_the_host_wants_plaintext() {
    let plugin = PluginProcess::start(&[]);
    let handshake = plugin.handshake();
    assert_eq!(handshake.certificate, None);
    Client::plaintext(handshake.socket).ask().await.unwrap();
}

#[tokio::test]
async fn a_broken_certificate_ends_it_before_the_handshake_line() {
    let good = Credential::p256().pem();
    for broken in ["garbage", " ", &good.replace("END", "AND"), &format!("{good}{good}"), &good.replacen("MII", "AAA", 1)] {
        let broken = broken.to_owned();
        let mut plugin = PluginProcess::start(&[("PLUGIN_CLIENT_CERT", &broken)]);
        assert_eq!(plugin.ended().await.code(), Some(1), "{broken}");
        assert_eq!(plugin.line(), None, "{broken}");
        let sentence = plugin.error_line().unwrap();
        assert!(sentence.starts_with("Unable to read the client certificate in `PLUGIN_CLIENT_CERT`: "), "{sentence}");
        assert_eq!(plugin.left_behind(), [] as [&Path; 0]);
    }
}

#[tokio::test]
async fn another_host_is_told_what_this_is() {
    let mut plugin = PluginProcess::start(&[("TF_PLUGIN_MAGIC_COOKIE", "another")]);
    assert_eq!(plugin.ended().await.code(), Some(1));
    assert_eq!(plugin.line(), None);
    assert!(plugin.error_line().unwrap().contains("`TF_PLUGIN_MAGIC_COOKIE`"));
}

#[test]
fn the_socket_is_its_owners_under_any_umask() {
    for mask in ["000", "022", "777"] {
        let plugin = PluginProcess::through_shell(&format!("umask {mask}; exec \"$0\""), &[]);
        let socket = plugin.handshake().socket;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!((mode(&socket), mode(socket.parent().unwrap())), (0o600, 0o700), "umask {mask}");
    }
}

#[tokio::test]
async fn a_place_that_cannot_hold_the_socket_is_passed_over() {
    let long = format!("/tmp/{}", "x".repeat(120));
    let plugin = PluginProcess::start(&[("PLUGIN_UNIX_SOCKET_DIR", &long), ("TF_LOG", "WARN")]);
    let handshake = plugin.handshake();
    assert!(handshake.socket.starts_with("/tmp/") && handshake.socket.as_os_str().len() < 108);
    Client::plaintext(handshake.socket.clone()).ask().await.unwrap();
    let line: Value = serde_json::from_str(&plugin.error_line().unwrap()).unwrap();
    assert!(line["place"].as_str().unwrap().contains(&long), "{line}");
    plugin.signal("TERM");
    assert_eq!(plugin.line(), None);
    assert!(!handshake.socket.parent().unwrap().exists());
}

#[tokio::test]
async fn a_temporary_directory_that_is_no_use_is_passed_over() {
    let file = tempfile::NamedTempFile::new_in("/tmp").unwrap();
    // Nobody can make a directory in /proc, which is how a read-only one looks also to root.
    for useless in ["/proc", file.path().to_str().unwrap(), &format!("/tmp/{}", "y".repeat(120)), "/nowhere/at/all"] {
        let plugin = PluginProcess::start(&[("TMPDIR", useless), ("TF_LOG", "WARN")]);
        let handshake = plugin.handshake();
        assert_eq!(handshake.socket.parent().unwrap().parent(), Some(Path::new("/tmp")), "{useless}");
        Client::plaintext(handshake.socket.clone()).ask().await.unwrap();
        assert!(plugin.error_line().unwrap().contains(useless), "{useless}");
    }
}

#[tokio::test]
async fn a_second_client_is_refused_while_the_first_is_served() {
    let right = Credential::p521();
    let plugin = PluginProcess::trusting(&right);
    let handshake = plugin.handshake();
    let channel = handshake.client(Some(&right)).connect().await.unwrap();
    ask(channel.clone()).await.unwrap();
    for (who, client) in strangers(&handshake, &right) {
        assert!(client.ask().await.is_err(), "{who} was served");
        ask(channel.clone()).await.unwrap();
    }
}

#[test]
fn the_socket_goes_where_the_host_wants_it_with_the_group_it_names() {
    let place = tempfile::tempdir_in("/tmp").unwrap();
    let own = std::fs::metadata(place.path()).unwrap();
    // Root may give files away to any group, others to their own only.
    let group = if own.uid() == 0 { 54_321 } else { own.gid() };
    let directory = place.path().to_str().unwrap().to_owned();
    let plugin =
        PluginProcess::start(&[("PLUGIN_UNIX_SOCKET_DIR", &directory), ("PLUGIN_UNIX_SOCKET_GROUP", &group.to_string())]);
    let socket = plugin.handshake().socket;
    assert!(socket.starts_with(place.path()));
    for (path, mode) in [(&*socket, 0o660), (socket.parent().unwrap(), 0o710)] {
        let metadata = std::fs::metadata(path).unwrap();
        assert_eq!((metadata.mode() & 0o7777, metadata.gid()), (mode, group), "{}", path.display());
    }
}

#[tokio::test]
async fn an_unknown_group_is_an_error() {
    let mut plugin = PluginProcess::start(&[("PLUGIN_UNIX_SOCKET_GROUP", "no such group")]);
    assert_eq!(plugin.ended().await.code(), Some(1));
    assert_eq!(plugin.line(), None);
    assert!(plugin.error_line().unwrap().starts_with("Unable to give the socket to the group \"no such group\""));
}

#[tokio::test]
async fn an_interrupt_is_left_to_the_host_and_a_termination_is_not() {
    let credential = Credential::p256();
    let mut plugin = PluginProcess::trusting(&credential);
    let client = plugin.handshake().client(Some(&credential));
    for _ in 0..3 {
        plugin.signal("INT");
        client.ask().await.unwrap();
    }
    assert!(plugin.runs());
    plugin.signal("TERM");
    assert_eq!(plugin.ended().await.code(), Some(0));
    assert_eq!(plugin.left_behind(), [] as [&Path; 0]);
}

#[test]
fn it_ends_with_the_process_that_started_it() {
    let mut shell = PluginProcess::through_shell("\"$0\" & wait", &[]);
    assert!(shell.handshake().socket.exists());
    shell.kill();
    // The plugin holds the other end of this pipe: the stream ends with it.
    assert_eq!(shell.line(), None);
    assert_eq!(shell.left_behind(), [] as [&Path; 0]);
}

#[tokio::test]
async fn it_ends_when_its_client_leaves_without_a_word() {
    let credential = Credential::p256();
    let mut plugin = PluginProcess::trusting(&credential);
    plugin.handshake().client(Some(&credential)).ask().await.unwrap();
    assert_eq!(plugin.ended().await.code(), Some(0));
    assert_eq!(plugin.left_behind(), [] as [&Path; 0]);
}

#[test]
fn standard_error_is_lines_that_terraform_can_read() {
    let credential = Credential::p256();
    let pem = credential.pem();
    let plugin = PluginProcess::start(&[("PLUGIN_CLIENT_CERT", &pem), ("TF_LOG", "OFF"), ("TF_LOG_PROVIDER", "trace")]);
    garbage(&plugin.handshake().socket, b"no TLS at all");
    plugin.signal("TERM");
    let lines: Vec<Value> =
        std::iter::from_fn(|| plugin.error_line()).map(|line| serde_json::from_str(&line).expect("JSON")).collect();
    assert!(lines.iter().any(|line| line["@level"] == "warn" && line["error"].is_string()), "{lines:?}");
    assert!(lines.iter().any(|line| line["@level"] == "debug" && line["reason"] == "Signal"), "{lines:?}");
    let digits = |text: &str| text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect::<String>();
    for line in &lines {
        assert_eq!(digits(line["@timestamp"].as_str().unwrap()), "0000-00-00T00:00:00.000000Z", "{line}");
        let module = line["@module"].as_str().unwrap();
        let quiet = ["warn", "error"].contains(&line["@level"].as_str().unwrap());
        assert!(quiet || module.starts_with("cognitomfa") || module == "provider", "{line}");
        assert!(line["@message"].is_string(), "{line}");
    }
}

#[test]
fn a_silent_log_stays_silent() {
    let plugin = PluginProcess::trusting(&Credential::p256());
    garbage(&plugin.handshake().socket, b"no TLS at all");
    plugin.signal("TERM");
    assert_eq!(plugin.error_line(), None);
}

#[tokio::test]
async fn a_person_gets_a_line_to_reattach_with() {
    let mut plugin = PluginProcess::by_hand(&["--debug"], &[]);
    let line = plugin.line().unwrap();
    let quoted = line.strip_prefix("TF_REATTACH_PROVIDERS='").unwrap().strip_suffix('\'').unwrap();
    let providers: Value = serde_json::from_str(quoted).unwrap();
    let providers = providers.as_object().unwrap();
    let sources: BTreeSet<_> = providers.keys().map(String::as_str).collect();
    assert_eq!(
        sources,
        BTreeSet::from(["registry.opentofu.org/cognitomfa/cognitomfa", "registry.terraform.io/cognitomfa/cognitomfa"])
    );
    for provider in providers.values() {
        assert_eq!((&provider["Protocol"], &provider["ProtocolVersion"]), (&Value::from("grpc"), &Value::from(6)));
        assert_eq!((&provider["Pid"], &provider["Test"]), (&Value::from(plugin.id()), &Value::from(true)));
        assert_eq!(provider["Addr"]["Network"], "unix");
        Client::plaintext(provider["Addr"]["String"].as_str().unwrap().into()).ask().await.unwrap();
    }
    plugin.signal("INT");
    assert_eq!(plugin.ended().await.code(), Some(0));
    assert_eq!(plugin.left_behind(), [] as [&Path; 0]);
}
