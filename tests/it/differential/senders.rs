//! The second enumeration: who may send SMS for a pool. Trust and permissions of the role, its account, and Regions.

use cognitomfa::mfa::{EndUserMessaging, Mode, Settings, Sms, SmsSender, SnsSender};
use cognitomfa::sandbox::ACCOUNT;
use serde_json::{Value as Json, json};

use super::account::{Account, EXTERNAL_ID, ROLE_NAME, Reading, trust_in_cognito};
use super::change::Change;
use super::comparison::{Case, Tally};
use super::priors::Service;
use super::spelling;
use super::switches::Position;

const OTHER_ACCOUNT: &str = "111111111111";
const REGION: &str = "us-east-1";
const IDENTITY: &str = "arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-1";

/// A trust policy's statements with these conditions, for Cognito.
fn trusting(condition: Json) -> Json {
    let mut statement = trust_in_cognito();
    statement["Condition"] = condition;
    statement
}

fn naming(principal: Json) -> Json {
    let mut statement = trust_in_cognito();
    statement["Principal"] = principal;
    statement
}

/// Trust policies by what is special about them.
fn trusts() -> Vec<(&'static str, Json)> {
    let pool_arn = |region: &str, account: &str, pool: &str| format!("arn:aws:cognito-idp:{region}:{account}:userpool/{pool}");
    let own = pool_arn(REGION, ACCOUNT, "us-east-1_*");
    let elsewhere = pool_arn(REGION, ACCOUNT, "us-east-1_Elsewhere");
    let outside = json!({ "StringEquals": { "sts:ExternalId": EXTERNAL_ID } });
    let with_arn = |operator: &str, arn: &str| json!({ "StringEquals": { "sts:ExternalId": EXTERNAL_ID }, operator: { "aws:SourceArn": arn } });
    let with_account = |account: &str| json!({ "StringEquals": { "sts:ExternalId": EXTERNAL_ID, "aws:SourceAccount": account } });
    let deny = |principal: Json, condition: Json| json!({ "Effect": "Deny", "Principal": principal, "Action": "sts:*", "Condition": condition });
    let cognito = json!({ "Service": "cognito-idp.amazonaws.com" });
    let acting = |action: Json| {
        let mut statement = trust_in_cognito();
        statement["Action"] = action;
        statement
    };
    vec![
        ("as documented", json!([trust_in_cognito()])),
        ("one statement, no list", trust_in_cognito()),
        ("no condition", json!([trusting(json!({}))])),
        ("external id", json!([trusting(outside.clone())])),
        ("another external id", json!([trusting(json!({ "StringEquals": { "sts:ExternalId": "inside" } }))])),
        ("one of two external ids", json!([trusting(json!({ "StringEquals": { "sts:ExternalId": ["inside", EXTERNAL_ID] } }))])),
        ("external id by pattern", json!([trusting(json!({ "StringLike": { "sts:ExternalId": "out*" } }))])),
        ("any case of the external id", json!([trusting(json!({ "StringEqualsIgnoreCase": { "sts:externalid": "OUTSIDE" } }))])),
        ("external id if there is one", json!([trusting(json!({ "StringEqualsIfExists": { "sts:ExternalId": EXTERNAL_ID } }))])),
        ("not this external id", json!([trusting(json!({ "StringNotEquals": { "sts:ExternalId": EXTERNAL_ID } }))])),
        ("this account", json!([trusting(with_account(ACCOUNT))])),
        ("another account", json!([trusting(with_account(OTHER_ACCOUNT))])),
        ("pools of this Region", json!([trusting(with_arn("ArnLike", &own))])),
        ("pools by string pattern", json!([trusting(with_arn("StringLike", &own))])),
        ("another pool", json!([trusting(with_arn("ArnLike", &elsewhere))])),
        ("pools of another account", json!([trusting(with_arn("ArnLike", &pool_arn("*", OTHER_ACCOUNT, "*")))])),
        ("any pool of this account", json!([trusting(with_arn("ArnEquals", &pool_arn("*", ACCOUNT, "*")))])),
        ("anyone", json!([naming(json!("*"))])),
        ("any AWS principal", json!([naming(json!({ "AWS": "*" }))])),
        ("another service", json!([naming(json!({ "Service": "sns.amazonaws.com" }))])),
        ("two services", json!([naming(json!({ "Service": ["sns.amazonaws.com", "cognito-idp.amazonaws.com"] }))])),
        ("federated", json!([naming(json!({ "Federated": "cognito-identity.amazonaws.com" }))])),
        ("the account itself", json!([naming(json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }))])),
        ("web identity", json!([acting(json!("sts:AssumeRoleWithWebIdentity"))])),
        ("any STS action", json!([acting(json!(["sts:TagSession", "sts:*"]))])),
        ("denied", json!([trust_in_cognito(), deny(cognito.clone(), json!({}))])),
        ("everyone denied", json!([deny(json!("*"), json!({})), trust_in_cognito()])),
        ("denied with this external id", json!([trust_in_cognito(), deny(cognito, outside)])),
        ("another service denied", json!([trust_in_cognito(), deny(json!({ "Service": "sns.amazonaws.com" }), json!({}))])),
        (
            "two halves that do not meet",
            json!([
                trusting(json!({ "StringEquals": { "sts:ExternalId": "inside", "aws:SourceAccount": ACCOUNT } })),
                trusting(with_account(OTHER_ACCOUNT)),
            ]),
        ),
        ("the second of two", json!([trusting(with_account(OTHER_ACCOUNT)), trust_in_cognito()])),
        (
            "two, one without external id",
            json!([
                trusting(json!({ "StringEquals": { "sts:ExternalId": "inside" } })),
                trusting(json!({ "StringEquals": { "aws:SourceAccount": ACCOUNT } })),
            ]),
        ),
    ]
}

/// What is done to the role's policies.
type Put = fn(&mut Account);

/// The same by what is special about it.
fn policies() -> Vec<(&'static str, Put)> {
    fn allow(account: &mut Account, actions: Json, resources: Json) {
        account.put_policy("send", &json!([{ "Effect": "Allow", "Action": actions, "Resource": resources }]));
    }
    fn attach(account: &mut Account, name: &str) {
        let input = json!({ "RoleName": ROLE_NAME, "PolicyArn": format!("arn:aws:iam::aws:policy/{name}") });
        account.iam("AttachRolePolicy", input).unwrap();
    }
    vec![
        ("both senders", |account| allow(account, json!(["sns:Publish", "sms-voice:SendTextMessage"]), json!("*"))),
        ("SNS only", |account| allow(account, json!("sns:publish"), json!(["*"]))),
        ("End User Messaging only", |account| allow(account, json!("sms-voice:Send*"), json!("*"))),
        ("a topic only", |account| allow(account, json!("sns:Publish"), json!("arn:aws:sns:us-east-1:000000000000:codes"))),
        ("one number only", |account| allow(account, json!("sms-voice:SendTextMessage"), json!(IDENTITY))),
        ("no policy", |_| {}),
        ("another action", |account| allow(account, json!("sns:Subscribe"), json!("*"))),
        ("AWS's policy for SNS", |account| attach(account, "AmazonSNSFullAccess")),
        ("AWS's policy for all", |account| attach(account, "AdministratorAccess")),
        ("allowed and denied", |account| {
            attach(account, "AdministratorAccess");
            account.put_policy(
                "no-sms",
                &json!([{ "Sid": "NoSms", "Effect": "Deny", "Action": ["sns:*", "sms-voice:*"], "Resource": "*" }]),
            );
        }),
        ("all but SMS", |account| {
            account.put_policy("rest", &json!([{ "Effect": "Allow", "NotAction": ["sns:*", "sms-voice:*"], "Resource": "*" }]));
        }),
    ]
}

/// Policies that meet every trust policy.
const CROSSED: &[&str] = &["both senders", "a topic only"];

/// One write of an SMS sender, on a pool that is otherwise ready.
struct Write<'a> {
    account: &'a mut Account,
    sender: SmsSender,
    reading: Reading<'a>,
    may_be_undecided: &'a [&'a str],
}

impl Write<'_> {
    fn compare(&mut self, tally: &mut Tally, describe: impl Fn() -> String) {
        let created = self.account.cognito("CreateUserPool", json!({ "PoolName": "users" })).unwrap();
        let pool = created["UserPool"]["Id"].as_str().unwrap().to_owned();
        let (live, facts) = (self.account.settings(&pool), self.account.pool_facts(&pool));
        let role = self.account.role_facts(self.sender.caller_arn(), self.reading);
        let sms = Some(Sms { message: None, sender: Some(self.sender.clone()) });
        let wanted = Settings { mode: Mode::Optional, token_enabled: Some(true), sms, ..Settings::UNTOUCHED };
        let change = Change::plan(&pool, &live, &facts, &role, &wanted).expect("a sender is new");
        let case = Case {
            account: self.account,
            pool: &pool,
            transition: &change.transition,
            steps: &change.steps,
            may_be_undecided: self.may_be_undecided,
        };
        let sent = spelling::sender(&self.sender);
        tally.compare(&case, || format!("{}, {:?}: {sent}", describe(), self.reading));
        self.account.cognito("DeleteUserPool", json!({ "UserPoolId": pool })).unwrap();
    }
}

fn sender(service: Service, arn: &str, external_id: Option<&str>, identity: Option<&str>, region: Option<&str>) -> SmsSender {
    let (external_id, region) = (external_id.map(str::to_owned), region.map(str::to_owned));
    let caller_arn = arn.to_owned();
    match service {
        Service::Sns => SmsSender::Sns(SnsSender { caller_arn, external_id, region }),
        Service::EndUserMessaging => SmsSender::EndUserMessaging(EndUserMessaging {
            caller_arn,
            external_id,
            origination_identity: identity.map(str::to_owned),
            configuration_set_name: None,
            in_entity_id: None,
            in_template_id: None,
            region,
        }),
    }
}

/// Each service, and for End User Messaging each way to name the number that sends.
const SENDERS: [(Service, Option<&str>); 4] = [
    (Service::Sns, None),
    (Service::EndUserMessaging, None),
    (Service::EndUserMessaging, Some(IDENTITY)),
    (Service::EndUserMessaging, Some("+15550100")),
];

#[test]
fn rules_and_sandbox_agree_on_every_role() {
    let mut tally = Tally::default();
    for (trust, statements) in trusts() {
        // What a role may do is asked apart from who may assume it: not every policy has to meet every trust.
        for (policy, put) in policies().into_iter().filter(|(policy, _)| trust == "as documented" || CROSSED.contains(policy)) {
            let mut account = Account::in_region(REGION);
            account.create_role(&statements).unwrap_or_else(|refusal| panic!("{trust}: {}", refusal.message));
            put(&mut account);
            for (service, identity) in SENDERS {
                for external_id in [Some(EXTERNAL_ID), Some("another"), None] {
                    for reading in
                        [Reading::Simulated { identity: identity.filter(|id| id.starts_with("arn:")) }, Reading::Documents]
                    {
                        // The policy of one number: whether that number sends is not evaluated without IAM (row S06).
                        let unread = policy == "one number only" && matches!(reading, Reading::Documents);
                        let may_be_undecided: &[&str] = if unread { &["sms_role_without_publish"] } else { &[] };
                        if unread && service == Service::EndUserMessaging {
                            continue;
                        }
                        let sender = sender(service, &super::role_arn(), external_id, identity, None);
                        Write { account: &mut account, sender, reading, may_be_undecided }
                            .compare(&mut tally, || format!("{trust}; {policy}"));
                    }
                }
            }
        }
    }
    tally.conclude("roles");
    for rule in [
        "sms_role_without_trust",
        "sms_role_external_id_mismatch",
        "sms_role_without_publish",
        "sms_role_open_to_confused_deputy",
    ] {
        assert!(tally.broken(rule) > 0, "{rule} is never broken");
    }
}

#[test]
fn rules_and_sandbox_agree_on_every_account_and_boundary() {
    let mut tally = Tally::default();
    let boundaries = [None, Some("AmazonSNSFullAccess"), Some("AdministratorAccess")];
    let arns = ["role/sms", "role/none", "role/elsewhere/sms"].map(|role| format!("arn:aws:iam::{ACCOUNT}:{role}"));
    for arn in arns.into_iter().chain([format!("arn:aws:iam::{OTHER_ACCOUNT}:role/sms")]) {
        for boundary in boundaries {
            let mut account = Account::with_sms_role(REGION);
            if let Some(name) = boundary {
                let input = json!({ "RoleName": ROLE_NAME, "PermissionsBoundary": format!("arn:aws:iam::aws:policy/{name}") });
                account.iam("PutRolePermissionsBoundary", input).unwrap();
            }
            for (service, identity) in SENDERS {
                for external_id in [Some(EXTERNAL_ID), Some("another"), None] {
                    let sender = sender(service, &arn, external_id, identity, None);
                    let reading = Reading::Simulated { identity: None };
                    Write { account: &mut account, sender, reading, may_be_undecided: &[] }
                        .compare(&mut tally, || format!("{arn}; boundary {boundary:?}"));
                }
            }
        }
    }
    tally.conclude("accounts and boundaries");
    for rule in ["sms_role_missing", "sms_role_in_other_account", "sms_role_without_publish"] {
        assert!(tally.broken(rule) > 0, "{rule} is never broken");
    }
}

/// Regions of pools: those of the developer guide's table, those it says lack SNS, and one it does not cover.
const REGIONS: &[&str] = &[
    "us-east-2",
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "ca-west-1",
    "mx-central-1",
    "eu-central-1",
    "eu-west-2",
    "eu-west-1",
    "eu-west-3",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-central-2",
    "ap-southeast-5",
    "ap-southeast-7",
    "ap-east-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-southeast-3",
    "ap-northeast-3",
    "ap-southeast-4",
    "me-south-1",
    "me-central-1",
    "sa-east-1",
    "il-central-1",
    "af-south-1",
    "ap-east-2",
    "ap-southeast-6",
    "us-gov-west-1",
];

#[test]
fn rules_and_sandbox_agree_on_every_region() {
    let mut tally = Tally::default();
    for home in REGIONS {
        let mut account = Account::with_sms_role(home);
        let role = account.iam("GetRole", json!({ "RoleName": ROLE_NAME })).unwrap()["Role"]["Arn"].as_str().unwrap().to_owned();
        for region in [None].into_iter().chain(REGIONS.iter().map(|region| Some(*region))) {
            for service in [Service::Sns, Service::EndUserMessaging] {
                let sender = sender(service, &role, Some(EXTERNAL_ID), None, region);
                let reading = Reading::Simulated { identity: None };
                Write { account: &mut account, sender, reading, may_be_undecided: &[] }
                    .compare(&mut tally, || format!("pool in {home}, sender in {region:?}"));
            }
        }
    }
    tally.conclude("Regions");
    assert_eq!(tally.refused(Position::Accepting), 0, "no Region is refused for certain");
    for rule in ["sns_region_not_allowed", "eums_not_in_region"] {
        assert!(tally.broken(rule) > 0, "{rule} is never broken");
    }
}
