//! What is mended and tried once more: expired credentials, a wrong clock.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn expired() -> Reply {
    fault(400, "ExpiredTokenException")
}

/// A refused signature, and a server whose clock is so many minutes ahead.
fn skewed(minutes: i64) -> Reply {
    let time = time::OffsetDateTime::now_utc() + time::Duration::minutes(minutes);
    let form =
        time::macros::format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    Reply::Dated(time.format(&form).unwrap(), json!({ "__type": "InvalidSignatureException", "message": "Signature expired." }))
}

#[tokio::test]
async fn a_wrong_clock_is_set_right_once_and_then_named() {
    let server = Server::start([skewed(10), on(), on()]).await;
    let cognito = cognito(&server);
    assert_eq!(cognito.write_mfa_settings(POOL, &on_settings(), later()).await, Ok(on_settings()));
    assert_eq!(cognito.read_mfa_settings(POOL, later()).await, Ok(on_settings()));
    let dates: Vec<String> = server.seen().iter().map(|seen| seen.header("x-amz-date").unwrap()).collect();
    assert_ne!(dates[0][..13], dates[1][..13], "the second attempt is signed by the server's clock");

    for (minutes, words) in [(10, "behind"), (-10, "ahead of")] {
        let server = Server::start([skewed(minutes)]).await;
        let error = write(&server).await.unwrap_err();
        assert_eq!((error.kind, server.seen().len()), (ErrorKind::Denied, 2));
        assert!(error.message.contains(&format!("minutes {words} that of {}", server.url)), "{}", error.message);
    }
    let server = Server::start([skewed(1)]).await;
    let error = write(&server).await.unwrap_err();
    assert_eq!((error.message.as_str(), server.seen().len()), ("Signature expired.", 1));
}

#[tokio::test]
async fn credentials_that_aws_calls_expired_are_loaded_again_once() {
    let folder = tempfile::tempdir().unwrap();
    let (script, count) = (folder.path().join("keys"), folder.path().join("count"));
    let json = r#"{\"Version\":1,\"AccessKeyId\":\"AKIA$(wc -c < COUNT | tr -d ' ')\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"}"#;
    let text = format!("#!/bin/sh\nprintf x >> COUNT\nprintf '%s' \"{json}\"\n").replace("COUNT", count.to_str().unwrap());
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, format!("[default]\ncredential_process = {}\n", script.display())).unwrap();

    let server = Server::start([on(), expired(), on(), expired()]).await;
    let files = vec![config.display().to_string()];
    let named = Connection {
        keys: None,
        profile: Some("default".into()),
        shared_config_files: files.clone(),
        shared_credentials_files: files,
        ..connection(&server.url)
    };
    let cognito = clients(named).cognito("eu-central-1");
    for _ in 0..2 {
        assert_eq!(cognito.write_mfa_settings(POOL, &on_settings(), later()).await, Ok(on_settings()));
    }
    let error = cognito.write_mfa_settings(POOL, &on_settings(), later()).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Denied, "ExpiredTokenException"));
    let heads: Vec<String> = server.seen().into_iter().map(|seen| seen.head).collect();
    let keys = ["AKIA1/", "AKIA1/", "AKIA2/", "AKIA2/", "AKIA3/"];
    assert_eq!(heads.len(), keys.len());
    assert!(heads.iter().zip(keys).all(|(head, key)| head.contains(&format!("Credential={key}"))), "{heads:?}");
}

#[tokio::test]
async fn credentials_that_stay_the_same_are_not_tried_again() {
    let server = Server::start([expired()]).await;
    assert_eq!((write(&server).await.unwrap_err().kind, server.seen().len()), (ErrorKind::Denied, 1));
}

#[tokio::test]
async fn an_empty_answer_is_no_pool_without_mfa() {
    let empty = || Reply::Text(200, "application/x-amz-json-1.1", String::new());
    let server = Server::start([empty(), on()]).await;
    assert_eq!(read(&server).await, Ok(on_settings()));
    let server = Server::start([empty()]).await;
    let error = read(&server).await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (ErrorKind::Unreachable, 5));
    assert!(error.message.contains("which is not an answer of AWS"), "{}", error.message);
}

#[tokio::test]
async fn factors_without_a_mode_are_no_settings() {
    let server = Server::start([Reply::Json(200, json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }))]).await;
    let error = read(&server).await.unwrap_err();
    assert!(error.message.contains("`MfaConfiguration`"), "{}", error.message);
}
