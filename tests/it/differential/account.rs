//! An account of the sandbox, and what the provider would learn about it: every fact comes from an answer of the core.

use cognitomfa::mfa::{Permission, PoolFacts, RoleFacts, RolePermissions, Settings, SnsFacts, Step, role_policy};
use cognitomfa::sandbox::{ACCOUNT, Core, CoreRequest, Refusal, Service};
use cognitomfa::tf::Value;
use serde_json::{Value as Json, json};

use super::spelling;

/// The name of the role that pools send SMS with.
pub const ROLE_NAME: &str = "sms";

/// The external id that the pools of the tests use.
pub const EXTERNAL_ID: &str = "outside";

/// The core, and the Region its calls are signed for.
#[derive(Clone)]
pub struct Account {
    pub core: Core,
    pub region: String,
}

impl Account {
    pub fn in_region(region: &str) -> Self {
        Self { core: Core::default(), region: region.to_owned() }
    }

    /// An account whose role `sms` lets Cognito send for its pools.
    pub fn with_sms_role(region: &str) -> Self {
        let mut account = Self::in_region(region);
        account.create_role(&json!([trust_in_cognito()])).expect("the role is well formed");
        account.put_policy(
            "send",
            &json!([{ "Effect": "Allow", "Action": ["sns:Publish", "sms-voice:SendTextMessage"], "Resource": "*" }]),
        );
        account
    }

    pub fn call(&mut self, service: Service, operation: &str, input: Json) -> Result<Json, Refusal> {
        let mut request = CoreRequest::new(service, operation, input);
        request.region.clone_from(&self.region);
        self.core.call(request).outcome
    }

    pub fn cognito(&mut self, operation: &str, input: Json) -> Result<Json, Refusal> {
        self.call(Service::Cognito, operation, input)
    }

    pub fn iam(&mut self, operation: &str, input: Json) -> Result<Json, Refusal> {
        self.call(Service::Iam, operation, input)
    }

    /// `SetUserPoolMfaConfig` with exactly these settings.
    pub fn set(&mut self, pool: &str, settings: &Settings) -> Result<Json, Refusal> {
        self.cognito("SetUserPoolMfaConfig", spelling::request(pool, settings))
    }

    /// Makes these calls until one is refused.
    pub fn take(&mut self, pool: &str, steps: &[Step]) -> Result<(), Refusal> {
        for step in steps {
            match step {
                Step::SetUserPoolMfaConfig(settings) => self.set(pool, settings)?,
                Step::UpdateUserPoolToOff => self.turn_off(pool)?,
            };
        }
        Ok(())
    }

    /// `UpdateUserPool` with MFA `OFF` and all else as `DescribeUserPool` shows it.
    fn turn_off(&mut self, pool: &str) -> Result<Json, Refusal> {
        const READ_ONLY: [&str; 8] = [
            "Arn",
            "CreationDate",
            "EstimatedNumberOfUsers",
            "LastModifiedDate",
            "SchemaAttributes",
            "SmsConfigurationFailure",
            "Status",
            "UsernameConfiguration",
        ];
        let mut input = self.cognito("DescribeUserPool", json!({ "UserPoolId": pool }))?["UserPool"].take();
        let members = input.as_object_mut().expect("a pool is an object");
        members.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
        for (from, to) in [("Id", "UserPoolId"), ("Name", "PoolName")] {
            let value = members.remove(from).expect("a pool has id and name");
            members.insert(to.to_owned(), value);
        }
        members.insert("MfaConfiguration".to_owned(), "OFF".into());
        self.cognito("UpdateUserPool", input)
    }

    pub fn create_role(&mut self, statements: &Json) -> Result<Json, Refusal> {
        let trust = document(statements);
        self.iam("CreateRole", json!({ "RoleName": ROLE_NAME, "AssumeRolePolicyDocument": trust }))
    }

    pub fn put_policy(&mut self, name: &str, statements: &Json) {
        let input = json!({ "RoleName": ROLE_NAME, "PolicyName": name, "PolicyDocument": document(statements) });
        self.iam("PutRolePolicy", input).expect("the policy is well formed");
    }

    pub fn move_switch(&mut self, name: &str, on: bool) {
        self.core.switches.set(name, on).expect("the switch is in the table");
    }

    /// `GetUserPoolMfaConfig`.
    pub fn settings(&mut self, pool: &str) -> Settings {
        spelling::settings(&self.cognito("GetUserPoolMfaConfig", json!({ "UserPoolId": pool })).expect("the pool is there"))
    }

    /// `DescribeUserPool`.
    pub fn pool_facts(&mut self, pool: &str) -> PoolFacts {
        let answer = self.cognito("DescribeUserPool", json!({ "UserPoolId": pool })).expect("the pool is there");
        spelling::pool_facts(&answer["UserPool"])
    }

    /// `GetRole`, and what `permissions` makes of its policies.
    pub fn role_facts(&mut self, arn: &str, permissions: Reading<'_>) -> RoleFacts {
        let name = arn.rsplit('/').next().unwrap();
        let Ok(answer) = self.iam("GetRole", json!({ "RoleName": name })) else {
            return RoleFacts::Missing { arn: arn.to_owned() };
        };
        let role = &answer["Role"];
        let found = role["Arn"].as_str().unwrap().to_owned();
        let facts = RoleFacts::found(found.clone(), decoded(&role["AssumeRolePolicyDocument"]));
        facts.with_permissions(match permissions {
            Reading::Simulated { identity } => RolePermissions {
                publish: self.simulated(&found, "sns:Publish", "*"),
                send_text_message: self.simulated(&found, "sms-voice:SendTextMessage", identity.unwrap_or("*")),
            },
            Reading::Documents => {
                let documents = self.policy_documents(name);
                let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
                let allows = |action| role_policy::allows(&documents, action);
                RolePermissions { publish: allows("sns:Publish"), send_text_message: allows("sms-voice:SendTextMessage") }
            }
        })
    }

    fn simulated(&mut self, arn: &str, action: &str, resource: &str) -> Permission {
        let input = json!({ "PolicySourceArn": arn, "ActionNames": [action], "ResourceArns": [resource] });
        let answer = self.iam("SimulatePrincipalPolicy", input).expect("the role is there");
        match answer["EvaluationResults"][0]["EvalDecision"].as_str().unwrap() {
            "allowed" => Permission::Allowed,
            "explicitDeny" => Permission::Denied { by: Some("a `Deny` statement".to_owned()) },
            "implicitDeny" => Permission::Denied { by: None },
            other => panic!("IAM decides {other}"),
        }
    }

    /// Inline and attached policies of a role, decoded.
    fn policy_documents(&mut self, role: &str) -> Vec<String> {
        let mut documents = Vec::new();
        let inline = self.iam("ListRolePolicies", json!({ "RoleName": role })).unwrap();
        for name in inline["PolicyNames"].as_array().unwrap() {
            let policy = self.iam("GetRolePolicy", json!({ "RoleName": role, "PolicyName": name })).unwrap();
            documents.push(decoded(&policy["PolicyDocument"]));
        }
        let attached = self.iam("ListAttachedRolePolicies", json!({ "RoleName": role })).unwrap();
        for policy in attached["AttachedPolicies"].as_array().unwrap() {
            let arn = &policy["PolicyArn"];
            let version = self.iam("GetPolicy", json!({ "PolicyArn": arn })).unwrap()["Policy"]["DefaultVersionId"].clone();
            let read = self.iam("GetPolicyVersion", json!({ "PolicyArn": arn, "VersionId": version })).unwrap();
            documents.push(decoded(&read["PolicyVersion"]["Document"]));
        }
        documents
    }
}

/// How it is learned what a role may do (row I04).
#[derive(Clone, Copy, Debug)]
pub enum Reading<'a> {
    /// IAM simulates; text messages on behalf of this origination ARN, where there is one.
    Simulated { identity: Option<&'a str> },
    /// The policies are read and evaluated by the provider.
    Documents,
}

/// SNS with nothing in the way. Delivery is no part of what the sandbox answers to `SetUserPoolMfaConfig` (row N01).
pub fn sns(region: &str) -> SnsFacts {
    SnsFacts {
        region: region.to_owned(),
        in_sandbox: Value::Known(false),
        verified_numbers: Value::Known(1),
        monthly_spend_limit: Value::Known(500.0),
        origination_numbers: Value::Known(1),
    }
}

pub fn role_arn() -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{ROLE_NAME}")
}

/// The statement that a role for SMS is documented to have (rows I01, I02).
pub fn trust_in_cognito() -> Json {
    json!({ "Effect": "Allow", "Principal": { "Service": "cognito-idp.amazonaws.com" }, "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": EXTERNAL_ID, "aws:SourceAccount": ACCOUNT } } })
}

fn document(statements: &Json) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn decoded(document: &Json) -> String {
    percent_encoding::percent_decode_str(document.as_str().unwrap()).decode_utf8().unwrap().into_owned()
}
