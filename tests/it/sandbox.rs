//! The sandbox process over HTTP.

use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::http::{Answer, request};
use crate::support::journal::{self, Entry};
use crate::support::provider_binary;
use crate::support::running::Running;

const LIMIT: Duration = Duration::from_secs(60);

/// A sandbox process that ends with the test.
struct Sandbox {
    process: Running,
    url: String,
}

impl Sandbox {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Running::start(command(&["--exit-with-parent", "--lifetime", "300"], arguments));
        let url = process.wait_for("sandbox listening on ", LIMIT);
        Self { process, url }
    }

    fn kept_in(data: &Path) -> Self {
        Self::start(&["--data", data.to_str().unwrap()])
    }

    fn cognito(&self, operation: &str, input: &Value) -> Answer {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let headers = [("X-Amz-Target", target.as_str()), ("Content-Type", "application/x-amz-json-1.1"), signed("cognito-idp")];
        request(&self.url, "POST", "/", &headers, input.to_string().as_bytes())
    }

    fn query(&self, service: &str, body: &str) -> Answer {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), signed(service)];
        request(&self.url, "POST", "/", &headers, body.as_bytes())
    }

    fn control(&self, method: &str, path: &str, body: &Value) -> Answer {
        request(&self.url, method, &format!("/_sandbox/{path}"), &[], body.to_string().as_bytes())
    }

    fn journal(&self) -> Vec<Entry> {
        journal::read(&self.url)
    }

    fn pool(&self, name: &str) -> String {
        let answer = self.cognito("CreateUserPool", &json!({ "PoolName": name }));
        assert_eq!(answer.status, 200, "{}", answer.text());
        body(&answer)["UserPool"]["Id"].as_str().unwrap().to_owned()
    }

    fn mode(&self, pool: &str) -> Value {
        body(&self.cognito("GetUserPoolMfaConfig", &json!({ "UserPoolId": pool })))["MfaConfiguration"].clone()
    }
}

fn command(bounds: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new(provider_binary());
    command.arg("sandbox").args(["--listen", "127.0.0.1:0"]).args(bounds).args(arguments);
    command
}

fn signed(service: &str) -> (&'static str, &'static str) {
    let value = match service {
        "cognito-idp" => {
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0"
        }
        "iam" => "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
        "sts" => "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
        _ => "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0",
    };
    ("Authorization", value)
}

fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

fn token(pool: &str) -> Value {
    json!({ "UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } })
}

#[test]
fn it_says_where_it_listens_and_marks_its_answers() {
    let sandbox = Sandbox::start(&[]);
    assert!(sandbox.url.starts_with("http://127.0.0.1:") && !sandbox.url.ends_with(":0"), "{}", sandbox.url);
    assert_eq!(sandbox.process.stdout().lines().count(), 1);
    let health = sandbox.control("GET", "health", &Value::Null);
    assert_eq!((health.status, body(&health)["status"].clone()), (200, json!("ok")));
    assert_eq!(health.header("x-cognitomfa-sandbox"), Some("true"));
}

#[test]
fn it_refuses_every_address_but_loopback() {
    for address in ["0.0.0.0:0", "192.0.2.1:8080", "[::]:0"] {
        let mut command = Command::new(provider_binary());
        command.args(["sandbox", "--lifetime", "30", "--listen", address]);
        let output = Running::start(command).finish(LIMIT);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""));
        assert_eq!(output.stderr.trim(), format!("The sandbox listens on loopback only, such as 127.0.0.1:0, not on {address}."));
    }
}

#[test]
fn it_refuses_an_unknown_switch_by_name() {
    let output = Running::start(command(&["--lifetime", "30"], &["--switch", "no_such=on"])).finish(LIMIT);
    assert_eq!(output.code, 1);
    assert!(
        output.stderr.starts_with("There is no switch `no_such`. The switches are disabled_token_counts, "),
        "{}",
        output.stderr
    );
}

#[test]
fn cognito_speaks_json_in_the_region_of_the_signature() {
    let sandbox = Sandbox::start(&[]);
    let pool = sandbox.pool("users");
    assert!(pool.starts_with("eu-west-1_"), "{pool}");
    let refused = sandbox.cognito("SetUserPoolMfaConfig", &json!({ "UserPoolId": pool, "MfaConfiguration": "ON" }));
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("x-amzn-errortype"), Some("InvalidParameterException"));
    assert_eq!(refused.header("content-type"), Some("application/x-amz-json-1.1"));
    assert!(refused.header("x-amzn-requestid").is_some_and(|id| id.len() == 36));
    let text = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
    assert_eq!(body(&refused), json!({ "__type": "InvalidParameterException", "message": text }));
    let unknown = sandbox.cognito("CreateGroup", &json!({}));
    assert_eq!((unknown.status, body(&unknown)["__type"].clone()), (501, json!("NotImplemented")));
    let broken = request(&sandbox.url, "POST", "/", &[("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")], b"{");
    assert_eq!(body(&broken)["__type"], "SerializationException");
}

#[test]
fn iam_sts_and_sns_speak_the_query_protocol() {
    let sandbox = Sandbox::start(&[]);
    let trust = "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22x%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";
    let made = sandbox.query("iam", &format!("Action=CreateRole&Version=2010-05-08&RoleName=sms&AssumeRolePolicyDocument={trust}&Tags.member.1.Key=a&Tags.member.1.Value=%3C1%3E"));
    assert_eq!((made.status, made.header("content-type")), (200, Some("text/xml")));
    let text = made.text();
    assert!(
        text.starts_with("<CreateRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateRoleResult><Role>"),
        "{text}"
    );
    assert!(
        text.contains("<Arn>arn:aws:iam::000000000000:role/sms</Arn>") && text.contains("<Value>&lt;1&gt;</Value>"),
        "{text}"
    );
    let missing = sandbox.query("iam", "Action=GetRole&Version=2010-05-08&RoleName=none");
    assert_eq!(missing.status, 404);
    let error = "<Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name none cannot be found.</Message></Error><RequestId>";
    assert!(missing.text().contains(error), "{}", missing.text());
    let caller = sandbox.query("sts", "Action=GetCallerIdentity&Version=2011-06-15").text();
    assert!(caller.contains("<Account>000000000000</Account>"), "{caller}");
    let attributes = sandbox.query("sns", "Action=GetSMSAttributes&Version=2010-03-31").text();
    assert!(
        attributes.contains("<attributes><entry><key>MonthlySpendLimit</key><value>1</value></entry></attributes>"),
        "{attributes}"
    );
}

#[test]
fn the_journal_tells_what_was_asked() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("requests.jsonl");
    let sandbox = Sandbox::start(&["--log", log.to_str().unwrap()]);
    let pool = sandbox.pool("users");
    sandbox.cognito("SetUserPoolMfaConfig", &token(&pool));
    sandbox.cognito("SetUserPoolMfaConfig", &json!({ "UserPoolId": pool, "MfaConfiguration": "ON" }));
    sandbox.mode(&pool);
    sandbox.query("iam", "Action=GetRole&Version=2010-05-08&RoleName=none");
    let user = json!({ "UserPoolId": pool, "Username": "ann", "TemporaryPassword": "not-to-be-seen" });
    sandbox.cognito("AdminCreateUser", &user);
    let journal = sandbox.journal();
    let shown = |entry: &Entry| json!([entry.n, entry.operation, entry.write, entry.status, entry.error]);
    let expected = json!([
        [1, "CreateUserPool", true, 200, null],
        [2, "SetUserPoolMfaConfig", true, 200, null],
        [3, "SetUserPoolMfaConfig", true, 400, "InvalidParameterException"],
        [4, "GetUserPoolMfaConfig", false, 200, null],
        [5, "GetRole", false, 404, "NoSuchEntity"],
        [6, "AdminCreateUser", true, 200, null],
    ]);
    assert_eq!(journal.iter().map(shown).collect::<Value>(), expected);
    assert_eq!((&journal[1].body, &journal[1].user_pool_id), (&Some(token(&pool)), &Some(pool)));
    assert_eq!((&journal[3].body, &journal[3].error), (&None, &None));
    assert_eq!((journal[4].role.as_deref(), journal[4].service.as_str()), (Some("none"), "iam"));
    let lines = std::fs::read_to_string(&log).unwrap();
    assert!(!lines.contains("not-to-be-seen") && !format!("{:?}", journal[5]).contains("not-to-be-seen"));
    assert_eq!(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Entry>>(), journal);
    sandbox.control("DELETE", "requests", &Value::Null);
    assert!(sandbox.journal().is_empty());
}

#[test]
fn knobs_order_faults_and_reset_ends_them() {
    let sandbox = Sandbox::start(&["--switch", "disabled_token_counts=on"]);
    let pool = sandbox.pool("users");
    let wrong = sandbox.control("POST", "knobs", &json!({ "throtle_next": 1 }));
    assert_eq!(wrong.status, 400);
    assert!(body(&wrong)["message"].as_str().unwrap().starts_with("The knobs cannot be read: unknown field `throtle_next`"));
    let knobs = json!({ "throttle_next": { "operation": "GetUserPoolMfaConfig", "count": 1 }, "deny": { "action": "iam:GetRole" },
                        "switches": { "sms_shown_while_off": false } });
    assert_eq!(sandbox.control("POST", "knobs", &knobs).status, 200);
    let throttled = sandbox.cognito("GetUserPoolMfaConfig", &json!({ "UserPoolId": pool }));
    assert_eq!(body(&throttled)["__type"], "TooManyRequestsException");
    assert_eq!(sandbox.mode(&pool), "OFF");
    let denied = sandbox.query("iam", "Action=GetRole&Version=2010-05-08&RoleName=r");
    assert!(denied.status == 403 && denied.text().contains("<Code>AccessDenied</Code>"), "{}", denied.text());
    assert_eq!(position(&sandbox, "sms_shown_while_off"), "off");
    assert_eq!(sandbox.control("POST", "reset", &Value::Null).status, 200);
    assert_eq!(position(&sandbox, "sms_shown_while_off"), "on");
    assert_eq!(position(&sandbox, "disabled_token_counts"), "on");
    assert!(sandbox.journal().is_empty());
    let gone = sandbox.cognito("DescribeUserPool", &json!({ "UserPoolId": pool }));
    assert_eq!(body(&gone)["__type"], "ResourceNotFoundException");
}

#[test]
fn quotas_throttle_and_show_in_the_journal() {
    // So slow that no machine is slower: each quota lets one call through, and the next after many seconds.
    let sandbox = Sandbox::start(&["--quotas", "--clock", "0.001"]);
    let pool = sandbox.pool("users");
    let read = || sandbox.cognito("GetUserPoolMfaConfig", &json!({ "UserPoolId": pool }));
    assert_eq!(read().status, 200);
    let throttled = read();
    assert_eq!((throttled.status, body(&throttled)["__type"].clone()), (400, json!("TooManyRequestsException")));
    let journal = sandbox.journal();
    assert_eq!(journal[2].error.as_deref(), Some("TooManyRequestsException"));
    assert!(journal[1].error.is_none() && journal[1].at_ms > 0);
    let off = json!({ "quotas": { "speed": 0 } });
    assert_eq!(sandbox.control("POST", "knobs", &off).status, 200);
    assert_eq!((read().status, read().status), (200, 200));
    // Back to how the process started: with all of its quotas.
    sandbox.control("POST", "reset", &Value::Null);
    sandbox.pool("first");
    let second = sandbox.cognito("CreateUserPool", &json!({ "PoolName": "second" }));
    assert_eq!(body(&second)["__type"], "TooManyRequestsException");
    for (arguments, code) in [(&["--quotas", "--clock", "0"][..], 1), (&["--clock", "2"], 2)] {
        assert_eq!(Running::start(command(&["--lifetime", "0"], arguments)).finish(LIMIT).code, code, "{arguments:?}");
    }
}

fn position(sandbox: &Sandbox, name: &str) -> Value {
    let switches = body(&sandbox.control("GET", "switches", &Value::Null));
    switches.as_array().unwrap().iter().find(|switch| switch["name"] == name).unwrap()["position"].clone()
}

#[test]
fn a_connection_is_cut_before_or_after_the_write() {
    for (knob, mode, cut) in [("cut_before_commit", "OFF", "before"), ("cut_after_commit", "ON", "after")] {
        let sandbox = Sandbox::start(&[]);
        let pool = sandbox.pool("users");
        sandbox.control("POST", "knobs", &json!({ knob: { "operation": "SetUserPoolMfaConfig", "count": 1 } }));
        let url = sandbox.url.clone();
        let input = token(&pool).to_string();
        assert_eq!(raw_answer(&url, &input), b"", "{knob}");
        assert_eq!(sandbox.mode(&pool), mode, "{knob}");
        assert_eq!(sandbox.journal()[1].cut.as_deref(), Some(cut));
    }
}

/// What comes back for a `SetUserPoolMfaConfig`, head and all.
fn raw_answer(url: &str, input: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let (name, value) = signed("cognito-idp");
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SetUserPoolMfaConfig\r\n{name}: {value}\r\nContent-Length: {}\r\n\r\n{input}",
        input.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    // The kernel may report the close as a reset: nothing was answered either way.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

#[test]
fn content_outlives_a_restart_and_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("content.json");
    let sandbox = Sandbox::kept_in(&data);
    let pool = sandbox.pool("first");
    sandbox.cognito("SetUserPoolMfaConfig", &token(&pool));
    drop(sandbox);
    let sandbox = Sandbox::kept_in(&data);
    assert_eq!(sandbox.mode(&pool), "ON");
    // Dropping the process kills it, here while writes are under way.
    let url = sandbox.url.clone();
    let writer = std::thread::spawn(move || {
        while std::panic::catch_unwind(|| {
            let headers = [("X-Amz-Target", "AWSCognitoIdentityProviderService.CreateUserPool"), signed("cognito-idp")];
            request(&url, "POST", "/", &headers, br#"{"PoolName":"more"}"#)
        })
        .is_ok()
        {}
    });
    while sandbox.journal().len() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(sandbox);
    writer.join().unwrap();
    serde_json::from_slice::<Value>(&std::fs::read(&data).unwrap()).expect("the file is whole");
    assert_eq!(Sandbox::kept_in(&data).mode(&pool), "ON");
}

#[test]
fn content_that_cannot_be_read_is_not_thrown_away() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("content.json");
    std::fs::write(&data, "not content").unwrap();
    let output = Running::start(command(&["--lifetime", "30"], &["--data", data.to_str().unwrap()])).finish(LIMIT);
    assert_eq!(output.code, 1);
    assert!(output.stderr.starts_with("Unable to read sandbox data "), "{}", output.stderr);
    assert_eq!(std::fs::read_to_string(&data).unwrap(), "not content");
}

#[test]
fn it_ends_with_its_parent() {
    let directory = tempfile::tempdir().unwrap();
    let said = directory.path().join("said");
    // A shell starts the sandbox and goes away; what is left has no parent of ours.
    let mut shell = Command::new("sh");
    let script = format!(
        "'{}' sandbox --exit-with-parent --lifetime 300 > '{}' & while ! grep -q http '{}'; do sleep 0.05; done",
        provider_binary().display(),
        said.display(),
        said.display()
    );
    shell.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    assert!(shell.status().unwrap().success());
    let line = std::fs::read_to_string(&said).unwrap();
    let address = line.trim().rsplit('/').next().unwrap().to_owned();
    ends(|| TcpStream::connect(&address).is_err());
}

#[test]
fn it_ends_after_its_lifetime_and_on_a_signal() {
    let short = Running::start(command(&["--lifetime", "0"], &[])).finish(LIMIT);
    assert_eq!(short.code, 0, "{}", short.stderr);
    let sandbox = Sandbox::start(&[]);
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", sandbox.process.id())]).status().unwrap();
    assert!(sent.success());
    assert_eq!(sandbox.process.finish(LIMIT).code, 0);
}

fn ends(mut is_over: impl FnMut() -> bool) {
    let limit = Instant::now() + LIMIT;
    while !is_over() {
        assert!(Instant::now() < limit, "the process is still there after {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
