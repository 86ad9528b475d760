//! The two policies of a role that does nothing but let Cognito send SMS: written for given pools, compared, and read back.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::role_policy::COGNITO;

/// Through which service Cognito sends with the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// `SNS`: Amazon SNS, the argument `sns_caller_arn` of a pool.
    Sns,
    /// `END_USER_MESSAGING`: AWS End User Messaging, the argument `eums_sms` of a pool.
    EndUserMessaging,
}

impl Delivery {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Sns, Self::EndUserMessaging];

    /// The argument's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sns => "SNS",
            Self::EndUserMessaging => "END_USER_MESSAGING",
        }
    }

    /// The way of the argument's spelling, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| delivery.as_str() == text)
    }

    /// The one action the role needs (rows I03, S06).
    pub fn action(self) -> &'static str {
        match self {
            Self::Sns => "sns:Publish",
            Self::EndUserMessaging => "sms-voice:SendTextMessage",
        }
    }
}

/// The account that owns a role, and the partition that account is in, such as `aws`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Twelve digits.
    pub account: String,
    /// The second part of every ARN of the account.
    pub partition: String,
}

impl Owner {
    /// ARN of a role of this account; `path` begins and ends with a slash.
    pub fn role_arn(&self, path: &str, name: &str) -> String {
        format!("arn:{}:iam::{}:role{path}{name}", self.partition, self.account)
    }

    /// The owner that an ARN such as `arn:aws:iam::111122223333:role/sms` names.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let mut parts = arn.split(':');
        let (partition, account) = (parts.nth(1)?, parts.nth(2)?);
        let named = !partition.is_empty() && !account.is_empty();
        named.then(|| Self { account: account.to_owned(), partition: partition.to_owned() })
    }
}

/// For whom Cognito may assume the role (rows I02, S08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustTerms<'a> {
    /// What Cognito has to send as `sts:ExternalId`.
    pub external_id: &'a str,
    /// The account of the role, and of the pools.
    pub owner: &'a Owner,
    /// The pools; `None` is every pool of the account.
    pub user_pool_ids: Option<&'a BTreeSet<String>>,
}

/// The trust policy, as JSON: Cognito, for these pools of the role's own account, with this external id.
pub fn trust_policy(terms: &TrustTerms<'_>) -> String {
    let Owner { account, partition } = terms.owner;
    let mut condition = json!({
        "StringEquals": { "sts:ExternalId": terms.external_id, "aws:SourceAccount": account },
    });
    if let (Some(ids), Some(operators)) = (terms.user_pool_ids, condition.as_object_mut()) {
        let arns: Json = ids.iter().map(|id| pool_arn(partition, account, id)).collect();
        operators.insert("ArnLike".to_owned(), json!({ "aws:SourceArn": arns }));
    }
    let statement = json!({
        "Sid": "LetCognitoSendSms",
        "Effect": "Allow",
        "Principal": { "Service": COGNITO },
        "Action": "sts:AssumeRole",
        "Condition": condition,
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// ARN of a pool. The Region is in its id; ids without one, as some emulators make them, are unique all the same.
fn pool_arn(partition: &str, account: &str, id: &str) -> String {
    let region = id.split_once('_').map(|(region, _)| region).filter(|region| region.contains('-')).unwrap_or("*");
    format!("arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}")
}

/// The permissions policy, as JSON: the one action, on `*`.
///
/// A phone number is no resource of IAM, and `*` is what AWS's documentation has for Cognito (row I03). That Cognito accepts a role
/// that excludes topics, as `NotResource` could, nobody has measured.
pub fn permissions_policy(delivery: Delivery) -> String {
    let statement = json!({ "Sid": "SendSms", "Effect": "Allow", "Action": delivery.action(), "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// Whether two policies say the same: the order of members and of lists does not count, nor whether a list of one is written as a
/// list. Texts that are no JSON are the same only when they are equal.
pub fn same_policy(one: &str, other: &str) -> bool {
    let parsed = |text| serde_json::from_str::<Json>(text).ok().map(normalized);
    match (parsed(one), parsed(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn normalized(json: Json) -> Json {
    match json {
        Json::Array(elements) => {
            let mut elements: Vec<Json> = elements.into_iter().map(normalized).collect();
            elements.sort_by_cached_key(Json::to_string);
            elements.dedup();
            match <[Json; 1]>::try_from(elements) {
                Ok([only]) => only,
                Err(elements) => Json::Array(elements),
            }
        }
        Json::Object(members) => {
            let mut members: Vec<(String, Json)> = members.into_iter().map(|(name, value)| (name, normalized(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Json::Object(members.into_iter().collect())
        }
        other => other,
    }
}

/// What a trust policy asks of Cognito, as far as the arguments of the resource can say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsRead {
    /// The one external id it asks for.
    pub external_id: Option<String>,
    /// Ids of the pools it names; `None` where it names none.
    pub user_pool_ids: Option<BTreeSet<String>>,
}

/// Reads what a policy of the form of [`trust_policy`] was made from; what has another form is left out.
pub fn terms_of(trust_policy: &str) -> TermsRead {
    let Ok(document) = serde_json::from_str::<Json>(trust_policy) else { return TermsRead::default() };
    let statement = match document.get("Statement") {
        Some(Json::Array(statements)) => match statements.as_slice() {
            [only] => only,
            _ => return TermsRead::default(),
        },
        Some(only) => only,
        None => return TermsRead::default(),
    };
    let texts = |operator: &str, key: &str| match statement.get("Condition")?.get(operator)?.get(key)? {
        Json::String(text) => Some(vec![text.clone()]),
        Json::Array(texts) => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    let external_id = texts("StringEquals", "sts:ExternalId").filter(|ids| ids.len() == 1).and_then(|mut ids| ids.pop());
    let arns = ["ArnLike", "ArnEquals"].into_iter().find_map(|operator| texts(operator, "aws:SourceArn"));
    let id = |arn: &String| {
        let (_, id) = arn.split_once(":userpool/")?;
        (!id.is_empty() && !id.contains(['*', '?'])).then(|| id.to_owned())
    };
    let user_pool_ids = arns.and_then(|arns| arns.iter().map(id).collect::<Option<BTreeSet<String>>>());
    TermsRead { external_id, user_pool_ids: user_pool_ids.filter(|ids| !ids.is_empty()) }
}

/// The way of sending that a permissions policy is for; `None` where it is not of the form of [`permissions_policy`].
pub fn delivery_of(policy: &str) -> Option<Delivery> {
    Delivery::ALL.into_iter().find(|delivery| same_policy(policy, &permissions_policy(*delivery)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::mfa::Permission;
    use crate::mfa::role_policy::{AssumeRequest, Assumption, allows, assume};
    use crate::tf::Value;

    const POOL: &str = "eu-central-1_Ab12Cd34E";

    fn owner() -> Owner {
        Owner { account: "111122223333".to_owned(), partition: "aws".to_owned() }
    }

    fn trust(pools: Option<&[&str]>) -> String {
        let pools = pools.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<String>>());
        trust_policy(&TrustTerms { external_id: "prod-1", owner: &owner(), user_pool_ids: pools.as_ref() })
    }

    fn asked(policy: &str, external_id: &str, account: &str, pool: &str) -> Assumption {
        let pool_arn = pool_arn("aws", account, pool);
        let external_id = Value::Known(external_id);
        assume(policy, &AssumeRequest { external_id, account: Some(account), pool_arn: Some(&pool_arn) })
    }

    #[test]
    fn the_trust_policy_lets_cognito_in_for_the_named_pools_alone() {
        let policy = trust(Some(&[POOL, "eu-west-1_Zz99Yy88X"]));
        assert_eq!(asked(&policy, "prod-1", "111122223333", POOL), Assumption::Allowed);
        assert_eq!(asked(&policy, "prod-1", "111122223333", "eu-west-1_Zz99Yy88X"), Assumption::Allowed);
        assert!(matches!(asked(&policy, "prod-1", "111122223333", "eu-central-1_Other"), Assumption::SourceMismatch { .. }));
        assert!(matches!(asked(&policy, "prod-1", "999988887777", POOL), Assumption::SourceMismatch { .. }));
        assert!(matches!(asked(&policy, "prod-2", "111122223333", POOL), Assumption::ExternalIdMismatch { .. }));
    }

    #[test]
    fn without_pools_every_pool_of_the_account_is_let_in_and_no_other() {
        let policy = trust(None);
        assert!(!policy.contains("SourceArn"), "{policy}");
        assert_eq!(asked(&policy, "prod-1", "111122223333", POOL), Assumption::Allowed);
        assert!(matches!(asked(&policy, "prod-1", "999988887777", POOL), Assumption::SourceMismatch { .. }));
    }

    #[test]
    fn an_id_without_a_region_is_matched_in_any() {
        assert_eq!(pool_arn("aws-cn", "1", "local_abc"), "arn:aws-cn:cognito-idp:*:1:userpool/local_abc");
        assert_eq!(pool_arn("aws", "1", POOL), "arn:aws:cognito-idp:eu-central-1:1:userpool/eu-central-1_Ab12Cd34E");
    }

    #[test]
    fn the_permissions_are_the_one_action() {
        for delivery in Delivery::ALL {
            let policy = permissions_policy(delivery);
            for action in Delivery::ALL.map(Delivery::action) {
                let expected = if action == delivery.action() { Permission::Allowed } else { Permission::Denied { by: None } };
                assert_eq!(allows(&[&policy], action), expected, "{policy} {action}");
            }
            assert_eq!(delivery_of(&policy), Some(delivery));
            assert_eq!(Delivery::parse(delivery.as_str()), Some(delivery));
        }
        assert_eq!(delivery_of("{}"), None);
    }

    #[test]
    fn another_spelling_of_a_policy_is_the_same() {
        let ours = trust(Some(&[POOL]));
        let theirs = r#"{"Statement":{"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Ab12Cd34E"},
            "StringEquals":{"aws:SourceAccount":["111122223333"],"sts:ExternalId":"prod-1"}},"Action":["sts:AssumeRole"],
            "Principal":{"Service":"cognito-idp.amazonaws.com"},"Effect":"Allow","Sid":"LetCognitoSendSms"},"Version":"2012-10-17"}"#;
        assert!(same_policy(&ours, theirs));
        assert!(!same_policy(&ours, &trust(None)));
        assert!(same_policy(r#"{"Action":["a","b"]}"#, r#"{"Action":["b","a","a"]}"#));
        assert!(!same_policy("not JSON", &ours));
        assert!(same_policy("not JSON", "not JSON"));
    }

    #[test]
    fn what_a_trust_policy_was_made_from_is_read_back() {
        let pools: BTreeSet<String> = [POOL.to_owned(), "eu-west-1_Zz99Yy88X".to_owned()].into();
        let read = terms_of(&trust(Some(&[POOL, "eu-west-1_Zz99Yy88X"])));
        assert_eq!(read, TermsRead { external_id: Some("prod-1".into()), user_pool_ids: Some(pools) });
        assert_eq!(terms_of(&trust(None)), TermsRead { external_id: Some("prod-1".into()), user_pool_ids: None });
    }

    #[test]
    fn what_has_another_form_is_left_out() {
        let any = r#"{"Statement":[{"Condition":{"StringEquals":{"sts:ExternalId":["a","b"]},"ArnLike":{"aws:SourceArn":"arn:aws:cognito-idp:*:*:userpool/*"}}}]}"#;
        for policy in [any, "{}", "no JSON", r#"{"Statement":[{},{}]}"#] {
            assert_eq!(terms_of(policy), TermsRead::default(), "{policy}");
        }
    }

    #[test]
    fn an_arn_names_its_owner() {
        assert_eq!(Owner::of_arn("arn:aws:iam::111122223333:role/path/sms"), Some(owner()));
        assert_eq!(Owner::of_arn("sms"), None);
        assert_eq!(Owner::of_arn("arn:aws:sts:::x"), None);
    }
}
