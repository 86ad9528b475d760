//! One test per row of the evidence, on the pure core.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod documents;
mod email;
mod mfa;
mod passkey;
mod preference;
mod quotas;
mod role;
mod services;
mod sms;
mod transition;
mod update;

use serde_json::{Value, json};

use super::{Core, CoreRequest, KnobsChange, Refusal, Service};

const ROLE: &str = "arn:aws:iam::000000000000:role/sms";

/// A core with shorthands for asking it.
struct Bench {
    core: Core,
    region: String,
}

impl Bench {
    fn new() -> Self {
        Self { core: Core::default(), region: "us-east-1".to_owned() }
    }

    fn in_region(region: &str) -> Self {
        Self { core: Core::default(), region: region.to_owned() }
    }

    fn switched(mut self, name: &str, on: bool) -> Self {
        self.core.switches.set(name, on).unwrap();
        self
    }

    fn call(&mut self, service: Service, operation: &str, input: Value) -> Result<Value, Refusal> {
        let mut request = CoreRequest::new(service, operation, input);
        request.region = self.region.clone();
        self.core.call(request).outcome
    }

    fn cognito(&mut self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.call(Service::Cognito, operation, input)
    }

    fn iam(&mut self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.call(Service::Iam, operation, input)
    }

    /// A pool with these members beside its name.
    fn pool(&mut self, members: Value) -> String {
        self.try_pool(members).unwrap()
    }

    fn try_pool(&mut self, members: Value) -> Result<String, Refusal> {
        let answer = self.cognito("CreateUserPool", with(json!({ "PoolName": "users" }), members))?;
        Ok(answer["UserPool"]["Id"].as_str().unwrap().to_owned())
    }

    fn set(&mut self, pool: &str, members: Value) -> Result<Value, Refusal> {
        self.cognito("SetUserPoolMfaConfig", with(json!({ "UserPoolId": pool }), members))
    }

    fn read(&mut self, pool: &str) -> Value {
        self.cognito("GetUserPoolMfaConfig", json!({ "UserPoolId": pool })).unwrap()
    }

    fn update(&mut self, pool: &str, members: Value) -> Result<Value, Refusal> {
        self.cognito("UpdateUserPool", with(json!({ "UserPoolId": pool }), members))
    }

    fn describe(&mut self, pool: &str) -> Value {
        self.cognito("DescribeUserPool", json!({ "UserPoolId": pool })).unwrap()["UserPool"].clone()
    }

    fn turn(&mut self, change: Value) {
        let change: KnobsChange = serde_json::from_value(change).unwrap();
        self.core.turn(&change).unwrap();
    }

    /// The role `sms` with this trust condition, allowed to publish.
    fn role(&mut self, condition: Value) {
        self.role_allowed(condition, "sns:Publish", "*");
    }

    fn role_allowed(&mut self, condition: Value, action: &str, resource: &str) {
        let trust = trust("cognito-idp.amazonaws.com", condition);
        self.iam("CreateRole", json!({ "RoleName": "sms", "AssumeRolePolicyDocument": trust })).unwrap();
        let policy =
            json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": action, "Resource": resource } });
        let input = json!({ "RoleName": "sms", "PolicyName": "publish", "PolicyDocument": policy.to_string() });
        self.iam("PutRolePolicy", input).unwrap();
    }

    /// A pool with an SMS configuration whose role works.
    fn pool_with_sms(&mut self, members: Value) -> String {
        self.role(json!({ "StringEquals": { "sts:ExternalId": "outside" } }));
        self.pool(with(json!({ "SmsConfiguration": sender() }), members))
    }
}

fn with(mut base: Value, members: Value) -> Value {
    base.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    base
}

fn trust(service: &str, condition: Value) -> String {
    let statement =
        json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole", "Condition": condition });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn sender() -> Value {
    json!({ "SnsCallerArn": ROLE, "ExternalId": "outside" })
}

fn sms_block() -> Value {
    json!({ "SmsConfiguration": sender() })
}

fn token() -> Value {
    json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } })
}

/// What a pool needs for email MFA.
fn ses() -> Value {
    json!({
        "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com" },
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Priority": 1, "Name": "verified_email" }, { "Priority": 2, "Name": "verified_phone_number" } ] },
    })
}

#[track_caller]
fn refused(outcome: Result<Value, Refusal>, code: &str, message: &str) {
    let refusal = outcome.expect_err("the request was accepted");
    assert_eq!((refusal.code, refusal.message.as_str()), (code, message));
}

#[track_caller]
fn refused_parameter(outcome: Result<Value, Refusal>, message: &str) {
    refused(outcome, "InvalidParameterException", message);
}

/// A refusal whose wording nobody knows.
#[track_caller]
fn refused_with(outcome: Result<Value, Refusal>, code: &str) {
    assert_eq!(outcome.expect_err("the request was accepted").code, code);
}
