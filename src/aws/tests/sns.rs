//! Reading SNS's settings for text messages.

use super::server::{Reply, Server};
use super::{clients, connection, later};
use crate::aws::{ErrorKind, Sns};

fn answer(operation: &str, result: &str) -> Reply {
    let xml = format!(
        "<{operation}Response xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><{operation}Result>{result}</{operation}Result>\
         </{operation}Response>"
    );
    Reply::Text(200, "text/xml", xml)
}

fn denied() -> Reply {
    let xml = "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
               <Code>AuthorizationError</Code><Message>not you</Message></Error><RequestId>r</RequestId></ErrorResponse>";
    Reply::Text(403, "text/xml", xml.to_owned())
}

fn sns(server: &Server) -> Sns {
    clients(connection(&server.url)).sns("eu-west-1")
}

fn numbers(statuses: &[&str], token: &str) -> Reply {
    let number = |status: &&str| format!("<member><PhoneNumber>+49</PhoneNumber><Status>{status}</Status></member>");
    let members: String = statuses.iter().map(number).collect();
    answer("ListSMSSandboxPhoneNumbers", &format!("<PhoneNumbers>{members}</PhoneNumbers>{token}"))
}

fn origins(count: usize, token: &str) -> Reply {
    let members = "<member><PhoneNumber>+1</PhoneNumber></member>".repeat(count);
    answer("ListOriginationNumbers", &format!("<PhoneNumbers>{members}</PhoneNumbers>{token}"))
}

fn limit(entry: &str) -> Reply {
    answer("GetSMSAttributes", &format!("<attributes>{entry}</attributes>"))
}

#[tokio::test]
async fn the_sms_sandbox_is_read_in_its_region() {
    let inside = |flag| answer("GetSMSSandboxAccountStatus", &format!("<IsInSandbox>{flag}</IsInSandbox>"));
    let server = Server::start([inside(true), inside(false)]).await;
    assert_eq!(sns(&server).read_sandbox_status(later()).await, Ok(true));
    assert_eq!(sns(&server).read_sandbox_status(later()).await, Ok(false));
    let seen = server.seen();
    assert!(seen[0].head.contains("/eu-west-1/sns/"), "{}", seen[0].head);
    assert!(seen[0].body.contains("Action=GetSMSSandboxAccountStatus"), "{}", seen[0].body);
}

#[tokio::test]
async fn verified_numbers_are_counted_over_pages_and_not_for_ever() {
    let token = "<NextToken>more</NextToken>";
    let server = Server::start([numbers(&["Verified", "Pending"], token), numbers(&["Verified"], "")]).await;
    assert_eq!(sns(&server).read_verified_numbers(later()).await, Ok(2));
    assert!(server.seen()[1].body.contains("NextToken=more"), "{}", server.seen()[1].body);
    let endless = Server::start([numbers(&["Verified"], token)]).await;
    assert_eq!(sns(&endless).read_verified_numbers(later()).await, Ok(3));
}

#[tokio::test]
async fn origination_numbers_are_counted_over_pages() {
    let server = Server::start([origins(30, "<NextToken>more</NextToken>"), origins(2, "")]).await;
    assert_eq!(sns(&server).read_origination_numbers(later()).await, Ok(32));
    let none = Server::start([origins(0, "")]).await;
    assert_eq!(sns(&none).read_origination_numbers(later()).await, Ok(0));
}

#[tokio::test]
async fn the_spend_limit_is_an_amount_or_absent() {
    let entry = |value: &str| format!("<entry><key>MonthlySpendLimit</key><value>{value}</value></entry>");
    let server = Server::start([limit(&entry("1")), limit(&entry("2.5")), limit(""), limit(&entry("lots"))]).await;
    let sns = sns(&server);
    assert_eq!(sns.read_monthly_spend_limit(later()).await, Ok(Some(1.0)));
    assert_eq!(sns.read_monthly_spend_limit(later()).await, Ok(Some(2.5)));
    assert_eq!(sns.read_monthly_spend_limit(later()).await, Ok(None));
    let error = sns.read_monthly_spend_limit(later()).await.unwrap_err();
    assert!(error.message.contains("lots"), "{error}");
    assert!(server.seen()[0].body.contains("attributes.member.1=MonthlySpendLimit"), "{}", server.seen()[0].body);
}

#[tokio::test]
async fn a_denial_names_the_action() {
    let server = Server::start([denied()]).await;
    let sns = sns(&server);
    let failures = [
        sns.read_sandbox_status(later()).await.unwrap_err(),
        sns.read_verified_numbers(later()).await.unwrap_err(),
        sns.read_monthly_spend_limit(later()).await.unwrap_err(),
        sns.read_origination_numbers(later()).await.unwrap_err(),
    ];
    assert!(failures.iter().all(|error| error.kind == ErrorKind::Denied), "{failures:?}");
    let operations = failures.map(|error| error.operation);
    assert_eq!(
        operations,
        [
            "sns:GetSMSSandboxAccountStatus",
            "sns:ListSMSSandboxPhoneNumbers",
            "sns:GetSMSAttributes",
            "sns:ListOriginationNumbers"
        ]
    );
}
