//! Calls around the rules: roles, simulation, lists, tags, caller, SNS, knobs.

use serde_json::json;

use super::*;

#[test]
fn an_unknown_call_is_named() {
    let mut bench = Bench::new();
    refused(bench.cognito("CreateGroup", json!({})), "NotImplemented", "The sandbox does not implement cognito-idp:CreateGroup.");
}

#[test]
fn roles_are_made_read_changed_and_deleted() {
    let mut bench = Bench::new();
    bench.role(json!({}));
    let again = json!({ "RoleName": "sms", "AssumeRolePolicyDocument": trust("sns.amazonaws.com", json!({})) });
    refused(bench.iam("CreateRole", again), "EntityAlreadyExists", "Role with name sms already exists.");
    let role = bench.iam("GetRole", json!({ "RoleName": "sms" })).unwrap()["Role"].clone();
    assert_eq!(role["Arn"], ROLE);
    assert!(role["AssumeRolePolicyDocument"].as_str().unwrap().starts_with("%7B%22Version%22"));
    bench
        .iam("TagRole", json!({ "RoleName": "sms", "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] }))
        .unwrap();
    bench.iam("UntagRole", json!({ "RoleName": "sms", "TagKeys": ["a"] })).unwrap();
    assert_eq!(bench.iam("ListRoleTags", json!({ "RoleName": "sms" })).unwrap()["Tags"], json!([{ "Key": "b", "Value": "2" }]));
    refused(
        bench.iam("DeleteRole", json!({ "RoleName": "sms" })),
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
    );
    assert_eq!(bench.iam("ListRolePolicies", json!({ "RoleName": "sms" })).unwrap()["PolicyNames"], json!(["publish"]));
    bench.iam("DeleteRolePolicy", json!({ "RoleName": "sms", "PolicyName": "publish" })).unwrap();
    bench.iam("DeleteRole", json!({ "RoleName": "sms" })).unwrap();
    refused(bench.iam("GetRole", json!({ "RoleName": "sms" })), "NoSuchEntity", "The role with name sms cannot be found.");
}

#[test]
fn lists_come_in_pages() {
    let mut bench = Bench::new();
    let ids: Vec<_> = (0..5).map(|_| bench.pool(json!({}))).collect();
    let first = bench.cognito("ListUserPools", json!({ "MaxResults": 3 })).unwrap();
    let second = bench.cognito("ListUserPools", json!({ "MaxResults": 3, "NextToken": first["NextToken"] })).unwrap();
    assert!(second.get("NextToken").is_none());
    let pages = [&first, &second].map(|page| page["UserPools"].as_array().unwrap().clone()).concat();
    assert_eq!(
        pages.iter().map(|pool| pool["Id"].clone()).collect::<Vec<_>>(),
        ids.iter().map(|id| json!(id)).collect::<Vec<_>>()
    );
    for name in ["a", "b", "c"] {
        bench.iam("CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": trust("x", json!({})) })).unwrap();
    }
    let first = bench.iam("ListRoles", json!({ "MaxItems": "2" })).unwrap();
    assert_eq!((&first["IsTruncated"], first["Roles"].as_array().unwrap().len()), (&json!(true), 2));
    let second = bench.iam("ListRoles", json!({ "MaxItems": "2", "Marker": first["Marker"] })).unwrap();
    assert_eq!((&second["IsTruncated"], &second["Roles"][0]["RoleName"]), (&json!(false), &json!("c")));
}

#[test]
fn a_simulation_reads_identity_policies() {
    let mut bench = Bench::new();
    bench.role(json!({}));
    let input = json!({ "PolicySourceArn": ROLE, "ActionNames": ["sns:Publish", "sns:Subscribe"] });
    let results = bench.iam("SimulatePrincipalPolicy", input).unwrap()["EvaluationResults"].clone();
    assert_eq!(results[0]["EvalDecision"], "allowed");
    assert_eq!(results[1]["EvalDecision"], "implicitDeny");
    bench.turn(json!({ "deny": { "action": "iam:SimulatePrincipalPolicy" } }));
    refused_with(bench.iam("SimulatePrincipalPolicy", json!({})), "AccessDenied");
}

#[test]
fn pools_carry_tags_and_deletion_protection() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({ "DeletionProtection": "ACTIVE", "UserPoolTags": { "a": "1" } }));
    let arn = bench.describe(&pool)["Arn"].clone();
    bench.cognito("TagResource", json!({ "ResourceArn": arn, "Tags": { "b": "2" } })).unwrap();
    bench.cognito("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["a"] })).unwrap();
    assert_eq!(bench.cognito("ListTagsForResource", json!({ "ResourceArn": arn })).unwrap(), json!({ "Tags": { "b": "2" } }));
    refused_with(bench.cognito("DeleteUserPool", json!({ "UserPoolId": pool })), "InvalidParameterException");
    bench.update(&pool, json!({ "DeletionProtection": "INACTIVE" })).unwrap();
    bench.cognito("DeleteUserPool", json!({ "UserPoolId": pool })).unwrap();
    refused_with(bench.set(&pool, json!({})), "ResourceNotFoundException");
}

#[test]
fn users_are_listed_and_filtered() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    for name in ["ann", "bob", "bea"] {
        let attributes = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
        bench.cognito("AdminCreateUser", json!({ "UserPoolId": pool, "Username": name, "UserAttributes": attributes })).unwrap();
    }
    let list =
        |bench: &mut Bench, members: Value| bench.cognito("ListUsers", with(json!({ "UserPoolId": pool }), members)).unwrap();
    let page = list(&mut bench, json!({ "Limit": 2 }));
    assert_eq!(page["PaginationToken"], "bea");
    let names = list(&mut bench, json!({ "Filter": "username ^= \"b\"" }));
    assert_eq!(names["Users"].as_array().unwrap().len(), 2);
    let one = list(&mut bench, json!({ "Filter": "email = \"bob@example.com\"", "AttributesToGet": ["email"] }));
    assert_eq!(one["Users"][0]["Attributes"], json!([{ "Name": "email", "Value": "bob@example.com" }]));
    bench.cognito("AdminDeleteUser", json!({ "UserPoolId": pool, "Username": "bob" })).unwrap();
    assert_eq!(list(&mut bench, json!({}))["Users"].as_array().unwrap().len(), 2);
}

#[test]
fn an_assumed_role_is_the_caller() {
    let mut bench = Bench::new();
    let trusted = json!({ "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "000000000000" }, "Action": "sts:AssumeRole",
                          "Condition": { "StringEquals": { "sts:ExternalId": "team" } } }] });
    bench.iam("CreateRole", json!({ "RoleName": "deploy", "AssumeRolePolicyDocument": trusted.to_string() })).unwrap();
    let input = |external_id: &str| json!({ "RoleArn": "arn:aws:iam::000000000000:role/deploy", "RoleSessionName": "me", "ExternalId": external_id });
    refused_with(bench.call(Service::Sts, "AssumeRole", input("other")), "AccessDenied");
    let answer = bench.call(Service::Sts, "AssumeRole", input("team")).unwrap();
    let mut request = CoreRequest::new(Service::Sts, "GetCallerIdentity", json!({}));
    assert_eq!(bench.core.call(request.clone()).outcome.unwrap()["Arn"], "arn:aws:iam::000000000000:user/sandbox");
    request.access_key = answer["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    assert_eq!(bench.core.call(request).outcome.unwrap()["Arn"], "arn:aws:sts::000000000000:assumed-role/deploy/me");
}

#[test]
fn sns_answers_for_its_region() {
    let mut bench = Bench::new();
    bench.turn(
        json!({ "sms_account": { "region": "us-east-1", "in_sandbox": true, "sandbox_numbers": { "+15550100": "Verified" },
                       "origination_numbers": ["+15550199"] } }),
    );
    assert_eq!(bench.call(Service::Sns, "GetSMSSandboxAccountStatus", json!({})).unwrap()["IsInSandbox"], true);
    let numbers = bench.call(Service::Sns, "ListSMSSandboxPhoneNumbers", json!({})).unwrap();
    assert_eq!(numbers["PhoneNumbers"], json!([{ "PhoneNumber": "+15550100", "Status": "Verified" }]));
    assert_eq!(
        bench.call(Service::Sns, "ListOriginationNumbers", json!({})).unwrap()["PhoneNumbers"][0]["PhoneNumber"],
        "+15550199"
    );
    assert_eq!(bench.call(Service::Sns, "GetSMSAttributes", json!({})).unwrap()["attributes"]["MonthlySpendLimit"], "1");
    bench.call(Service::Sns, "SetSMSAttributes", json!({ "attributes": { "MonthlySpendLimit": "50" } })).unwrap();
    assert_eq!(bench.call(Service::Sns, "GetSMSAttributes", json!({})).unwrap()["attributes"]["MonthlySpendLimit"], "50");
    bench.region = "eu-west-1".to_owned();
    assert_eq!(bench.call(Service::Sns, "GetSMSSandboxAccountStatus", json!({})).unwrap()["IsInSandbox"], false);
}

#[test]
fn throttling_and_old_reads_are_used_up() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.turn(json!({ "throttle_next": { "operation": "SetUserPoolMfaConfig", "count": 1 }, "stale_reads": 2 }));
    refused(bench.set(&pool, token()), "TooManyRequestsException", "Rate exceeded");
    bench.set(&pool, token()).unwrap();
    let modes: Vec<_> = (0..3).map(|_| bench.read(&pool)["MfaConfiguration"].clone()).collect();
    assert_eq!(modes, ["OFF", "OFF", "ON"]);
}

#[test]
fn a_change_of_knobs_that_cannot_be_made_changes_nothing() {
    let mut bench = Bench::new();
    let change = json!({ "stale_reads": 3, "switches": { "one_sms_sender": false, "no_such_switch": true } });
    let change: KnobsChange = serde_json::from_value(change).unwrap();
    let message = bench.core.turn(&change).unwrap_err();
    assert!(message.starts_with("There is no switch `no_such_switch`."), "{message}");
    assert!(bench.core.switches.is_on("one_sms_sender"));
    assert_eq!(bench.core.knobs.stale_reads, 0);
}

#[test]
fn a_refused_call_changes_nothing() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    let before = bench.core.state.clone();
    for request in [json!({ "MfaConfiguration": "ON" }), json!({ "SmsMfaConfiguration": sms_block() })] {
        bench.set(&pool, request).unwrap_err();
    }
    bench.update(&pool, json!({ "MfaConfiguration": "ON", "UserPoolTier": "LITE" })).unwrap_err();
    assert_eq!(bench.core.state, before);
}
