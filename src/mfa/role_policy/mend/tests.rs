//! Each mend, carried out on the policy it is for: the pool is let in, nobody else is shut out, and nothing that was asked for is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde_json::{Value as Json, json};

use super::{Mend, Place};
use crate::mfa::Answer;
use crate::mfa::role_policy::{AssumeRequest, ExternalId, Trust, TrustPolicy};
use crate::tf::Value;

const ACCOUNT: &str = "111122223333";
const POOL: &str = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Ab12Cd34E";
const OTHER_POOL: &str = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Other";

fn request<'a>(external_id: &'a str, pool_arn: &'a str) -> AssumeRequest<'a> {
    AssumeRequest { external_id: Value::Known(external_id), account: Some(ACCOUNT), pool_arn: Some(pool_arn) }
}

/// Statements that roles have: for Cognito in several ways, for others, with what others rely on.
fn statements() -> Vec<Json> {
    let principals = [
        json!({ "Service": "cognito-idp.amazonaws.com" }),
        json!({ "Service": ["lambda.amazonaws.com", "cognito-idp.amazonaws.com"] }),
        json!({ "Service": "lambda.amazonaws.com" }),
        json!({ "Federated": "cognito-identity.amazonaws.com" }),
        json!({ "AWS": "arn:aws:iam::111122223333:root", "Service": "cognito-idp.amazonaws.com" }),
    ];
    let conditions = [
        None,
        Some(json!({ "StringEquals": { "sts:ExternalId": "theirs" } })),
        Some(json!({ "StringEquals": { "sts:ExternalId": "theirs", "aws:SourceAccount": ACCOUNT } })),
        Some(json!({ "StringLike": { "sts:ExternalId": ["theirs", "t-*"] }, "ArnLike": { "aws:SourceArn": OTHER_POOL } })),
        Some(json!({ "ArnEquals": { "AWS:SourceArn": [OTHER_POOL] } })),
        Some(json!({ "ArnNotLike": { "aws:SourceArn": POOL } })),
        Some(json!({ "StringEquals": { "aws:SourceAccount": "999988887777" } })),
    ];
    let actions = [json!("sts:AssumeRole"), json!(["sts:AssumeRoleWithWebIdentity", "sts:TagSession"])];
    let mut all = Vec::new();
    for principal in &principals {
        for (condition, action) in conditions.iter().flat_map(|condition| actions.iter().map(move |action| (condition, action))) {
            let mut statement = json!({ "Effect": "Allow", "Principal": principal, "Action": action });
            if let Some(condition) = condition {
                statement["Condition"] = condition.clone();
            }
            all.push(statement);
        }
    }
    all
}

fn policies() -> Vec<Json> {
    let statements = statements();
    let pairs =
        statements.iter().enumerate().flat_map(|(index, one)| statements[index..].iter().map(move |other| vec![one, other]));
    let mut all: Vec<Json> = statements.iter().map(|one| json!({ "Statement": one })).collect();
    all.extend(pairs.map(|pair| json!({ "Version": "2012-10-17", "Statement": pair })));
    all.push(json!({ "Statement": [] }));
    all
}

fn list(policy: &Json) -> Vec<Json> {
    match &policy["Statement"] {
        Json::Array(statements) => statements.clone(),
        one => vec![one.clone()],
    }
}

/// Does what a mend says, as a person would; `None` where it names no value to write.
fn mended(policy: &Json, mends: &[Mend], key: &str, value: &str) -> Option<Json> {
    let mut statements = list(policy);
    for mend in mends {
        match mend {
            Mend::Ask(place) => at(&mut statements, place)["Condition"]["StringEquals"][key] = json!(value),
            Mend::AskApart(place) => {
                let mut own = at(&mut statements, place).clone();
                own["Principal"] = json!({ "Service": "cognito-idp.amazonaws.com" });
                own["Condition"]["StringEquals"][key] = json!(value);
                let services = &mut at(&mut statements, place)["Principal"]["Service"];
                match services {
                    Json::Array(names) => names.retain(|name| name != "cognito-idp.amazonaws.com"),
                    _ => *services = json!([]),
                }
                statements.push(own);
            }
            Mend::Admit { place, operator, key, values } => {
                at(&mut statements, place)["Condition"][operator][key] = json!(values);
            }
            Mend::Actions(place, actions) => at(&mut statements, place)["Action"] = json!(actions),
            Mend::Statement { .. } => {
                let mut own = json!({ "Effect": "Allow", "Principal": { "Service": "cognito-idp.amazonaws.com" }, "Action": "sts:AssumeRole" });
                own["Condition"]["StringEquals"] = json!({ "sts:ExternalId": "mine", key: value });
                statements.push(own);
            }
            Mend::Widen { .. } | Mend::Lift(_) => return None,
        }
    }
    Some(json!({ "Statement": statements }))
}

fn at<'a>(statements: &'a mut [Json], place: &Place) -> &'a mut Json {
    assert!(place.number <= place.of);
    &mut statements[place.number - 1]
}

fn parsed(policy: &Json) -> TrustPolicy {
    TrustPolicy::parse(&policy.to_string()).unwrap()
}

/// Every external id that was asked for still is, and whoever else came in still does.
fn assert_nothing_is_lost(before: &Json, after: &Json) {
    let (before, after) = (list(before), list(after));
    for (index, old) in before.iter().enumerate() {
        let new = &after[index];
        assert_eq!(new["Effect"], old["Effect"]);
        let external_ids = |statement: &Json| {
            let texts = ["StringEquals", "StringLike"].map(|operator| statement["Condition"][operator]["sts:ExternalId"].clone());
            texts.into_iter().find(|ids| !ids.is_null())
        };
        assert!(external_ids(old).is_none() || external_ids(new) == external_ids(old), "{old} became {new}");
        let others = |statement: &Json| {
            let text = statement["Principal"].to_string();
            ["lambda", "root", "cognito-identity"].map(|name| text.contains(name))
        };
        assert_eq!(others(new), others(old), "{old} became {new}");
        let shared = others(old).contains(&true);
        assert!(
            !shared || new["Condition"] == old["Condition"] || old["Condition"].to_string().contains("ource"),
            "{old} became {new}"
        );
        assert!(!shared || new["Action"] == old["Action"], "{old} became {new}");
    }
}

#[test]
fn a_role_that_asks_for_the_account_keeps_everything_it_asked_for_before() {
    let mut checked = 0;
    for policy in policies() {
        let read = parsed(&policy);
        let mends = read.asking_for_source();
        assert_eq!(read.is_open_to_other_pools() == Answer::Yes, !mends.is_empty(), "{policy}");
        if mends.is_empty() {
            continue;
        }
        let after = mended(&policy, &mends, "aws:SourceAccount", ACCOUNT).unwrap();
        assert_nothing_is_lost(&policy, &after);
        assert_eq!(parsed(&after).is_open_to_other_pools(), Answer::No, "{policy} became {after}");
        // Another pool of the account that uses the role too finds it as good, and asks for nothing else.
        for pool in [POOL, OTHER_POOL] {
            let lets_in = |policy: &TrustPolicy| policy.trust(&request("theirs", pool)) == Trust::Given;
            assert_eq!(lets_in(&read), lets_in(&parsed(&after)), "{policy} became {after}");
        }
        assert_eq!(parsed(&after).asking_for_source(), [], "{after}");
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn a_role_that_lets_a_pool_in_lets_all_in_that_it_let_in_before() {
    let (mut checked, mut by_hand) = (0, 0);
    for policy in policies() {
        let read = parsed(&policy);
        let mine = request("mine", POOL);
        if !matches!(read.trust(&mine), Trust::NotGiven { .. } | Trust::OtherSource { .. }) {
            continue;
        }
        let mends = read.letting_in(&mine);
        assert!(!mends.is_empty(), "{policy}");
        let Some(after) = mended(&policy, &mends, "aws:SourceAccount", ACCOUNT) else {
            by_hand += 1;
            continue;
        };
        assert_nothing_is_lost(&policy, &after);
        // What stood under another action may ask for things of that action too; its source is that of the pools it was for.
        let may_go_on = mends.iter().any(|mend| matches!(mend, Mend::Actions(..)));
        let trust = parsed(&after).trust(&mine);
        assert!(
            trust == Trust::Given || (may_go_on && !matches!(trust, Trust::NotGiven { .. })),
            "{policy} became {after}: {trust:?}"
        );
        for (id, pool) in [("theirs", OTHER_POOL), ("t-1", OTHER_POOL)] {
            let before = read.trust(&request(id, pool)) == Trust::Given;
            assert!(!before || parsed(&after).trust(&request(id, pool)) == Trust::Given, "{policy} became {after}");
        }
        checked += 1;
    }
    assert!(checked > 300 && by_hand > 10, "{checked} {by_hand}");
}

#[test]
fn a_role_that_asks_for_an_external_id_keeps_those_it_asked_for_before() {
    let mut checked = 0;
    for policy in policies() {
        let (read, mine) = (parsed(&policy), request("mine", POOL));
        if read.external_id(&mine) != ExternalId::NotAsked {
            continue;
        }
        let mends = read.asking_for_external_id(&mine);
        assert!(!mends.is_empty(), "{policy}");
        let after = mended(&policy, &mends, "sts:ExternalId", "mine").unwrap();
        assert_nothing_is_lost(&policy, &after);
        let answer = parsed(&after).external_id(&mine);
        assert_eq!(answer, ExternalId::Accepted, "{policy} became {after}");
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn a_statement_is_found_by_position_sid_and_company() {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" },
        { "Sid": "Sms", "Effect": "Allow", "Principal": { "Service": ["cognito-idp.amazonaws.com"] }, "Action": "sts:AssumeRole",
          "Condition": { "StringLike": { "sts:ExternalId": "x-*" } } },
    ]});
    let operators = Some(vec!["StringLike".to_owned()]);
    let place = Place { number: 2, of: 2, sid: Some("Sms".to_owned()), others: Vec::new(), operators };
    assert_eq!(parsed(&policy).asking_for_source(), [Mend::Ask(place)]);
}

#[test]
fn a_statement_that_denies_is_named() {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Principal": "*", "Action": "*" },
        { "Effect": "Deny", "Principal": { "Service": "cognito-idp.amazonaws.com" }, "Action": "*" },
    ]});
    let mends = parsed(&policy).letting_in(&request("x", POOL));
    assert!(matches!(mends.as_slice(), [Mend::Lift(place)] if place.number == 2), "{mends:?}");
}
