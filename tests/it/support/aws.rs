//! The tests' own AWS client: plain HTTP, no SDK, so that a fault of the provider's client cannot hide here.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use super::http;

/// The Region all tests work in.
pub const REGION: &str = "us-east-1";

/// A client of one endpoint.
#[derive(Clone, Debug)]
pub struct Aws {
    url: String,
}

/// What AWS refuses a request with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Such as `InvalidParameterException`.
    pub code: String,
    /// AWS's words.
    pub message: String,
}

/// Answer or refusal.
pub type Answered = Result<Value, Refused>;

impl Aws {
    /// A client of the endpoint at `http://host:port`.
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    /// One Cognito call.
    pub fn cognito(&self, operation: &str, input: &Value) -> Answered {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let scope = authorization("cognito-idp");
        let headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", target.as_str()),
            ("X-Amz-Date", "20260101T000000Z"),
            ("Authorization", scope.as_str()),
        ];
        let answer = http::request(&self.url, "POST", "/", &headers, input.to_string().as_bytes());
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if answer.status == 200 {
            return Ok(body);
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let code = answer.header("x-amzn-errortype").map_or_else(|| text("__type"), str::to_owned);
        let message = if body["message"].is_null() { text("Message") } else { text("message") };
        Err(Refused { code: code.rsplit('#').next().unwrap_or_default().to_owned(), message })
    }

    /// One IAM call; the answer is the XML.
    pub fn iam(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<String, Refused> {
        let mut form = format!("Action={operation}&Version=2010-05-08");
        for (name, value) in parameters {
            form.push_str(&format!(
                "&{name}={}",
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC)
            ));
        }
        let scope = authorization("iam");
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("X-Amz-Date", "20260101T000000Z"),
            ("Authorization", scope.as_str()),
        ];
        let answer = http::request(&self.url, "POST", "/", &headers, form.as_bytes());
        let text = answer.text();
        if answer.status == 200 {
            return Ok(text);
        }
        let element = |name: &str| element(&text, name).unwrap_or_default();
        Err(Refused { code: element("Code"), message: element("Message") })
    }

    /// Creates a pool and returns its id.
    pub fn create_pool(&self, name: &str) -> String {
        let created = self.cognito("CreateUserPool", &json!({ "PoolName": name })).expect("a pool can be created");
        created["UserPool"]["Id"].as_str().expect("a pool has an id").to_owned()
    }

    /// `GetUserPoolMfaConfig`, without members that are null.
    pub fn mfa(&self, pool: &str) -> Map<String, Value> {
        let answer = self.cognito("GetUserPoolMfaConfig", &json!({ "UserPoolId": pool })).expect("a pool's MFA can be read");
        answer
            .as_object()
            .expect("an object")
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// The mode; absent is `OFF`.
    pub fn mode(&self, pool: &str) -> String {
        self.mfa(pool).get("MfaConfiguration").and_then(Value::as_str).unwrap_or("OFF").to_owned()
    }

    /// Whether the authenticator app is a factor.
    pub fn has_token(&self, pool: &str) -> bool {
        self.mfa(pool).get("SoftwareTokenMfaConfiguration").is_some_and(|token| token["Enabled"] == true)
    }

    /// `SetUserPoolMfaConfig` with these members beside the pool's id.
    pub fn set_mfa(&self, pool: &str, members: Value) -> Answered {
        let mut input = json!({ "UserPoolId": pool });
        let Value::Object(members) = members else { panic!("members are an object") };
        input.as_object_mut().expect("an object").extend(members);
        self.cognito("SetUserPoolMfaConfig", &input)
    }

    /// Sets `OPTIONAL` or `ON` with the authenticator app.
    pub fn set_token(&self, pool: &str, mode: &str) {
        let members = json!({ "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": { "Enabled": true } });
        self.set_mfa(pool, members).expect("a pool takes the authenticator app");
    }

    /// Creates a role that Cognito may assume with `external_id` and that may publish SMS; returns its ARN.
    pub fn create_sms_role(&self, external_id: &str) -> String {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "cognito-idp.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": external_id } },
        }] });
        self.create_role(&trust)
    }

    /// Creates a role with this trust policy that may send SMS either way; returns its ARN.
    pub fn create_role(&self, trust: &Value) -> String {
        let name = unique("sms");
        let publish = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["sns:Publish", "sms-voice:SendTextMessage"], "Resource": "*" },
        ] });
        let created = self
            .iam("CreateRole", &[("RoleName", &name), ("AssumeRolePolicyDocument", &trust.to_string())])
            .expect("a role can be created");
        let policy = [("RoleName", name.as_str()), ("PolicyName", "publish"), ("PolicyDocument", &publish.to_string())];
        self.iam("PutRolePolicy", &policy).expect("a role takes a policy");
        element(&created, "Arn").expect("a role has an ARN")
    }
}

/// A name no other test of this or another run uses.
pub fn unique(stem: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{stem}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Emulators find Region and service in the credential scope; nobody checks the signature.
fn authorization(service: &str) -> String {
    format!("AWS4-HMAC-SHA256 Credential=testing/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=00")
}

/// Text of the first element of this name.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text.to_owned())
}
