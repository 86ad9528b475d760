//! Reading a role: its trust policy, and what it may do, by simulation or from its policies.

use super::server::{Reply, Server};
use super::{ROLE, clients, connection, iam_fault, later};
use crate::aws::{Error, ErrorKind, Role, SmsAction};
use crate::mfa::{Permission, RoleFacts, RolePermissions};

const PUBLISH: &str =
    "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sns%3APublish%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
const NOTHING: &str = "%7B%22Statement%22%3A%5B%5D%7D";

fn answer(operation: &str, result: &str) -> Reply {
    let xml = format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}</{operation}Result>\
         </{operation}Response>"
    );
    Reply::Text(200, "text/xml", xml)
}

fn role(arn: &str, more: &str) -> Reply {
    answer(
        "GetRole",
        &format!(
            "<Role><Path>/service-role/</Path><RoleName>sms</RoleName><RoleId>AROA</RoleId><Arn>{arn}</Arn>\
             <CreateDate>2026-01-01T00:00:00Z</CreateDate>\
             <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument>{more}</Role>"
        ),
    )
}

fn simulated(decision: &str, more: &str) -> Reply {
    let member = format!("<EvalActionName>sns:Publish</EvalActionName><EvalDecision>{decision}</EvalDecision>{more}");
    answer("SimulatePrincipalPolicy", &format!("<EvaluationResults><member>{member}</member></EvaluationResults>"))
}

fn inline(names: &[&str], marker: Option<&str>) -> Reply {
    let names: String = names.iter().map(|name| format!("<member>{name}</member>")).collect();
    answer("ListRolePolicies", &format!("<PolicyNames>{names}</PolicyNames>{}", page(marker)))
}

fn attached(arns: &[&str], marker: Option<&str>) -> Reply {
    let arns: String = arns.iter().map(|arn| format!("<member><PolicyArn>{arn}</PolicyArn></member>")).collect();
    answer("ListAttachedRolePolicies", &format!("<AttachedPolicies>{arns}</AttachedPolicies>{}", page(marker)))
}

fn page(marker: Option<&str>) -> String {
    marker.map_or("<IsTruncated>false</IsTruncated>".to_owned(), |marker| {
        format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>")
    })
}

fn inline_policy(document: &str) -> Reply {
    let names = "<RoleName>sms</RoleName><PolicyName>p</PolicyName>";
    answer("GetRolePolicy", &format!("{names}<PolicyDocument>{document}</PolicyDocument>"))
}

fn managed_policy() -> Reply {
    answer("GetPolicy", "<Policy><DefaultVersionId>v3</DefaultVersionId></Policy>")
}

fn version(document: &str) -> Reply {
    answer("GetPolicyVersion", &format!("<PolicyVersion><Document>{document}</Document></PolicyVersion>"))
}

fn html() -> Reply {
    Reply::Text(500, "text/html", "<h1>Internal Server Error</h1>".to_owned())
}

/// Reads the role from a server with these replies; the operations it saw, with its bodies.
async fn read(replies: impl IntoIterator<Item = Reply>, action: SmsAction) -> (Result<Role, Error>, Vec<(String, String)>) {
    let server = Server::start(replies).await;
    let read = clients(connection(&server.url)).iam("eu-central-1").read_role(ROLE, action, later()).await;
    let operation = |body: &str| body.split(['=', '&']).nth(1).unwrap().to_owned();
    (read, server.seen().into_iter().map(|seen| (operation(&seen.body), seen.body)).collect())
}

fn operations(seen: &[(String, String)]) -> Vec<&str> {
    seen.iter().map(|(operation, _)| operation.as_str()).collect()
}

/// What the role may publish, as it was read.
async fn publish(replies: impl IntoIterator<Item = Reply>) -> Permission {
    let (read, seen) = read([role(ROLE, "")].into_iter().chain(replies), SmsAction::Publish).await;
    permissions(read.unwrap_or_else(|error| panic!("{error:?} after {:?}", operations(&seen)))).publish
}

fn permissions(role: Role) -> RolePermissions {
    assert_eq!(role.unread, None);
    match role.facts {
        RoleFacts::Found { permissions, .. } => permissions.into_known().expect("they were read"),
        RoleFacts::Missing { .. } => panic!("the role is there"),
    }
}

#[tokio::test]
async fn a_role_is_read_by_its_name_and_its_trust_policy_decoded() {
    let (found, seen) = read([role(ROLE, ""), simulated("allowed", "")], SmsAction::Publish).await;
    let send_text_message = Permission::Unknown("the sender does not need it".into());
    let permissions = RolePermissions { publish: Permission::Allowed, send_text_message };
    let facts = RoleFacts::found(ROLE, r#"{"Version":"2012-10-17"}"#).with_permissions(permissions);
    assert_eq!(found, Ok(Role { facts, unread: None }));
    assert_eq!(operations(&seen), ["GetRole", "SimulatePrincipalPolicy"]);
    assert!(seen[0].1.contains("RoleName=sms"), "{}", seen[0].1);
    for word in ["service-role%2Fsms", "ActionNames.member.1=sns%3APublish", "ResourceArns.member.1=%2A"] {
        assert!(seen[1].1.contains(word), "{}", seen[1].1);
    }
}

#[tokio::test]
async fn a_role_that_is_missing_or_not_to_be_read_is_asked_about_no_further() {
    let (read_one, seen) = read([iam_fault(404, "NoSuchEntity")], SmsAction::Publish).await;
    assert_eq!(read_one, Ok(Role { facts: RoleFacts::Missing { arn: ROLE.into() }, unread: None }));
    assert_eq!(seen.len(), 1);
    let (denied, seen) = read([iam_fault(403, "AccessDenied")], SmsAction::Publish).await;
    let error = denied.unwrap_err();
    assert_eq!((error.kind, error.operation, error.message.as_str()), (ErrorKind::Denied, "iam:GetRole", "AccessDenied says no"));
    assert_eq!(seen.len(), 1);
    let elsewhere = "arn:aws:iam::999999999999:role/service-role/sms";
    let (other, seen) = read([role(elsewhere, "")], SmsAction::Publish).await;
    assert_eq!(other.unwrap().facts, RoleFacts::found(elsewhere, r#"{"Version":"2012-10-17"}"#));
    assert_eq!(seen.len(), 1, "a role of another account is another role");
}

#[tokio::test]
async fn a_simulation_says_who_denies() {
    let denied = |by: &str| Permission::Denied { by: Some(by.to_owned()) };
    let statement = "<MatchedStatements><member><SourcePolicyId>NoSms</SourcePolicyId></member></MatchedStatements>";
    let boundary = "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary>\
                    </PermissionsBoundaryDecisionDetail>";
    let organization = "<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations>\
                        </OrganizationsDecisionDetail>";
    for (decision, more, expected) in [
        ("implicitDeny", "", Permission::Denied { by: None }),
        ("explicitDeny", "", denied("a `Deny` statement")),
        ("explicitDeny", statement, denied("a `Deny` statement of the policy `NoSms`")),
        ("implicitDeny", boundary, denied("its permissions boundary")),
        ("explicitDeny", organization, denied("a policy of the organization")),
    ] {
        assert_eq!(publish([simulated(decision, more)]).await, expected);
    }
    let missing = "<MissingContextValues><member>aws:SourceVpc</member></MissingContextValues>";
    for decision in ["allowed", "implicitDeny", "explicitDeny"] {
        assert!(
            matches!(publish([simulated(decision, missing)]).await, Permission::Unknown(reason) if reason.contains("aws:SourceVpc"))
        );
    }
    assert!(matches!(publish([simulated("perhaps", "")]).await, Permission::Unknown(reason) if reason.contains("perhaps")));
}

#[tokio::test]
async fn without_a_simulation_the_policies_are_read_to_the_last_page() {
    let replies = [
        role(ROLE, ""),
        iam_fault(403, "AccessDenied"),
        inline(&["first"], Some("next/1")),
        inline(&["second"], None),
        inline_policy(NOTHING),
        iam_fault(404, "NoSuchEntity"),
        attached(&["arn:aws:iam::aws:policy/A"], Some("next/2")),
        attached(&["arn:aws:iam::123456789012:policy/B"], None),
        iam_fault(404, "NoSuchEntity"),
        managed_policy(),
        version(PUBLISH),
    ];
    let (read, seen) = read(replies, SmsAction::Publish).await;
    assert_eq!(permissions(read.unwrap()).publish, Permission::Allowed);
    let expected = [
        "GetRole",
        "SimulatePrincipalPolicy",
        "ListRolePolicies",
        "ListRolePolicies",
        "GetRolePolicy",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListAttachedRolePolicies",
        "GetPolicy",
        "GetPolicy",
        "GetPolicyVersion",
    ];
    assert_eq!(operations(&seen), expected);
    for (at, word) in [(3, "next%2F1"), (4, "first"), (5, "second"), (7, "next%2F2"), (8, "policy%2FA"), (10, "v3")] {
        assert!(seen[at].1.contains(word), "{}", seen[at].1);
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_simulate_is_asked_for_the_policies() {
    let policies = || [inline(&["p"], None), inline_policy(NOTHING), attached(&[], None)];
    let unknown_call = [iam_fault(400, "InvalidAction")].into_iter().chain(policies());
    assert_eq!(publish(unknown_call).await, Permission::Denied { by: None });
    // A faulty answer is asked for again before it is given up.
    let broken = (0..5).map(|_| html()).chain(policies());
    assert_eq!(publish(broken).await, Permission::Denied { by: None });
}

#[tokio::test]
async fn what_policies_allow_ends_at_the_boundary() {
    let boundary = "<PermissionsBoundary><PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/B</PermissionsBoundaryArn>\
                    </PermissionsBoundary>";
    for (limit, expected) in
        [(PUBLISH, Permission::Allowed), (NOTHING, Permission::Denied { by: Some("its permissions boundary".into()) })]
    {
        let replies = [
            role(ROLE, boundary),
            iam_fault(403, "AccessDenied"),
            inline(&["p"], None),
            inline_policy(PUBLISH),
            attached(&[], None),
            managed_policy(),
            version(limit),
        ];
        assert_eq!(permissions(read(replies, SmsAction::Publish).await.0.unwrap()).publish, expected);
    }
}

#[tokio::test]
async fn the_failed_call_that_mends_most_is_told() {
    for (replies, operation) in [
        (vec![role(ROLE, ""), iam_fault(403, "AccessDenied")], "iam:SimulatePrincipalPolicy"),
        (vec![role(ROLE, ""), iam_fault(400, "InvalidAction"), iam_fault(403, "AccessDenied")], "iam:ListRolePolicies"),
        (
            vec![role(ROLE, ""), iam_fault(400, "InvalidAction"), inline(&[], None), iam_fault(403, "AccessDenied")],
            "iam:ListAttachedRolePolicies",
        ),
    ] {
        let read = read(replies, SmsAction::Publish).await.0.unwrap();
        let unread = read.unread.unwrap();
        assert_eq!((unread.kind, unread.operation), (ErrorKind::Denied, operation));
        assert_eq!(read.facts, RoleFacts::found(ROLE, r#"{"Version":"2012-10-17"}"#), "its trust policy was read");
    }
}

#[tokio::test]
async fn a_policy_for_single_numbers_is_not_judged_by_the_simulation_of_all() {
    let number = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sms-voice%3ASendTextMessage%22%2C%22Resource\
                  %22%3A%22arn%3Aaws%3Asms-voice%3Aeu-central-1%3A123456789012%3Aphone-number%2Fphone-1%22%7D%7D";
    for (document, undecided) in [(number, true), (NOTHING, false)] {
        let replies =
            [role(ROLE, ""), simulated("implicitDeny", ""), inline(&["p"], None), inline_policy(document), attached(&[], None)];
        let (read, seen) = read(replies, SmsAction::SendTextMessage).await;
        assert!(seen[1].1.contains("sms-voice%3ASendTextMessage"), "{}", seen[1].1);
        let permission = permissions(read.unwrap()).send_text_message;
        assert_eq!(matches!(permission, Permission::Unknown(_)), undecided, "{permission:?}");
        assert_eq!(permission == Permission::Denied { by: None }, !undecided);
    }
}
