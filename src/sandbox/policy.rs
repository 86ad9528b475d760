//! Reading IAM policy documents: who may do what, under which conditions.

use serde_json::Value;

use super::json;
use super::refusal::Refusal;

/// What is asked of policies.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// For a trust policy: who asks.
    pub principal: Option<Principal<'a>>,
    /// The action, such as `sns:Publish`.
    pub action: &'a str,
    /// For an identity policy: the resource; `*` where the action has none, as for a text message to a phone.
    pub resource: Option<&'a str>,
    /// Condition keys the request carries.
    pub context: &'a [(&'a str, &'a str)],
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// A service, such as `cognito-idp.amazonaws.com`.
    Service(&'a str),
    /// A user or role, by ARN.
    Arn(&'a str),
}

/// What policies answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Allowed, and nothing denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement allows it.
    NotAllowed,
}

impl Decision {
    /// How `SimulatePrincipalPolicy` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "explicitDeny",
            Self::NotAllowed => "implicitDeny",
        }
    }
}

/// Decides over all documents together: a Deny wins. A document that is not JSON allows nothing.
pub fn decide(documents: &[&str], question: &Question<'_>) -> Decision {
    let documents: Vec<Value> = documents.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let mut decision = Decision::NotAllowed;
    for statement in documents.iter().flat_map(statements) {
        let denies = json::text(statement, &["Effect"]) == Some("Deny");
        if !applies(statement, question) {
            continue;
        }
        if denies {
            return Decision::Denied;
        }
        decision = Decision::Allowed;
    }
    decision
}

/// Whether a statement of the document that allows Cognito in has a condition on this key.
pub fn has_condition_on(document: &str, key: &str) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(document) else { return false };
    let names_key = |operator: &Value| operator.as_object().is_some_and(|keys| keys.keys().any(|k| k.eq_ignore_ascii_case(key)));
    statements(&document).into_iter().any(|statement| {
        json::text(statement, &["Effect"]) == Some("Allow")
            && json::at(statement, &["Condition"])
                .and_then(Value::as_object)
                .is_some_and(|operators| operators.values().any(names_key))
    })
}

/// The document without the conditions on these keys in what it allows.
pub fn without_conditions_on(document: &str, keys: &[&str]) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(document) else { return document.to_owned() };
    let statements = match document.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.iter_mut().collect(),
        Some(statement) => vec![statement],
        None => Vec::new(),
    };
    for statement in statements.into_iter().filter(|statement| json::text(statement, &["Effect"]) == Some("Allow")) {
        let operators = statement.get_mut("Condition").and_then(Value::as_object_mut);
        for operator in operators.into_iter().flat_map(|operators| operators.values_mut()).filter_map(Value::as_object_mut) {
            operator.retain(|name, _| !keys.iter().any(|key| name.eq_ignore_ascii_case(key)));
        }
    }
    document.to_string()
}

/// Refuses a text that is not a policy document. `is_trust` tells a trust policy from an identity policy.
pub fn check_document(text: &str, is_trust: bool) -> Result<(), Refusal> {
    let malformed = |message: &str| Err(Refusal::new("MalformedPolicyDocument", message));
    let Ok(document @ Value::Object(_)) = serde_json::from_str::<Value>(text) else {
        return malformed("This policy contains invalid Json");
    };
    let statements = statements(&document);
    if statements.is_empty() {
        return malformed("Syntax errors in policy.");
    }
    for statement in statements {
        if !matches!(json::text(statement, &["Effect"]), Some("Allow" | "Deny")) {
            return malformed("Syntax errors in policy.");
        }
        let has = |member: &str| statement.get(member).is_some();
        if !has("Action") && !has("NotAction") {
            return malformed("Policy statement must contain actions.");
        }
        if is_trust && (has("Resource") || has("NotResource")) {
            return malformed("Has prohibited field Resource");
        }
        if is_trust && !has("Principal") && !has("NotPrincipal") {
            return malformed("Missing required field Principal");
        }
        if !is_trust && (has("Principal") || has("NotPrincipal")) {
            return malformed("Policy document should not specify a principal.");
        }
        if !is_trust && !has("Resource") && !has("NotResource") {
            return malformed("Policy statement must contain resources.");
        }
    }
    Ok(())
}

/// Whether an action pattern such as `iam:Get*` covers an action; letter case does not count.
pub fn matches_action(pattern: &str, action: &str) -> bool {
    matches_wildcard(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

fn statements(document: &Value) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement @ Value::Object(_)) => vec![statement],
        _ => Vec::new(),
    }
}

fn applies(statement: &Value, question: &Question<'_>) -> bool {
    let covers_action = match (statement.get("Action"), statement.get("NotAction")) {
        (Some(actions), _) => listed(actions).iter().any(|pattern| matches_action(pattern, question.action)),
        (None, Some(actions)) => !listed(actions).iter().any(|pattern| matches_action(pattern, question.action)),
        (None, None) => false,
    };
    covers_action
        && question.resource.is_none_or(|resource| covers_resource(statement, resource))
        && question.principal.is_none_or(|principal| covers_principal(statement, principal))
        && conditions_hold(statement, question.context)
}

fn covers_resource(statement: &Value, resource: &str) -> bool {
    match (statement.get("Resource"), statement.get("NotResource")) {
        (Some(patterns), _) => listed(patterns).iter().any(|pattern| matches_wildcard(pattern, resource)),
        (None, Some(patterns)) => !listed(patterns).iter().any(|pattern| matches_wildcard(pattern, resource)),
        (None, None) => false,
    }
}

fn covers_principal(statement: &Value, principal: Principal<'_>) -> bool {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(named), _) => names_principal(named, principal),
        (None, Some(named)) => !names_principal(named, principal),
        (None, None) => false,
    }
}

/// `"*"` and `{ "AWS": "*" }` are everyone, services among them.
fn names_principal(named: &Value, principal: Principal<'_>) -> bool {
    let anyone = named.as_str() == Some("*") || named.get("AWS").is_some_and(|names| listed(names).contains(&"*"));
    match principal {
        Principal::Service(service) => anyone || named.get("Service").is_some_and(|names| listed(names).contains(&service)),
        Principal::Arn(arn) => {
            let account = arn.split(':').nth(4).unwrap_or_default();
            let is_named = |name: &&str| *name == arn || *name == account || *name == account_root(arn);
            anyone || named.get("AWS").is_some_and(|names| listed(names).iter().any(is_named))
        }
    }
}

fn account_root(arn: &str) -> String {
    let mut parts = arn.split(':');
    let (partition, account) = (parts.nth(1).unwrap_or_default(), parts.nth(2).unwrap_or_default());
    format!("arn:{partition}:iam::{account}:root")
}

fn conditions_hold(statement: &Value, context: &[(&str, &str)]) -> bool {
    let Some(operators) = statement.get("Condition").and_then(Value::as_object) else { return true };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, wanted)| {
                let sent = context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| *value);
                condition_holds(operator, sent, &listed_values(wanted))
            })
        })
    })
}

fn condition_holds(operator: &str, sent: Option<&str>, wanted: &[String]) -> bool {
    let operator = operator.to_ascii_lowercase();
    let (operator, all_of_none) = match operator.split_once(':') {
        Some(("forallvalues", rest)) => (rest, true),
        Some((_, rest)) => (rest, false),
        None => (operator.as_str(), false),
    };
    if operator == "null" {
        return wanted.iter().any(|is_null| (is_null == "true") == sent.is_none());
    }
    let (operator, if_exists) = operator.strip_suffix("ifexists").map_or((operator, false), |rest| (rest, true));
    let negated = operator.contains("not");
    let Some(sent) = sent else { return negated || if_exists || all_of_none };
    let matches: fn(&str, &str) -> bool = match operator.replace("not", "").as_str() {
        "stringequals" => |wanted, sent| wanted == sent,
        "stringequalsignorecase" | "bool" => |wanted, sent| wanted.eq_ignore_ascii_case(sent),
        "stringlike" => matches_wildcard,
        "arnequals" | "arnlike" => matches_arn,
        _ => return false,
    };
    wanted.iter().any(|wanted| matches(wanted, sent)) != negated
}

/// ARNs match part by part, so that a wildcard does not swallow a colon of the first five.
fn matches_arn(pattern: &str, arn: &str) -> bool {
    let (pattern, arn): (Vec<_>, Vec<_>) = (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    pattern.len() == arn.len() && pattern.iter().zip(&arn).all(|(pattern, part)| matches_wildcard(pattern, part))
}

fn listed(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn listed_values(value: &Value) -> Vec<String> {
    let items = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
    items.into_iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}

/// `*` stands for any letters, `?` for one.
fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut last_star = None;
    while let Some(letter) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                last_star = Some((p, t));
                p += 1;
            }
            Some(wanted) if wanted == letter || *wanted == '?' => (p, t) = (p + 1, t + 1),
            _ => {
                let Some((star, from)) = last_star else { return false };
                last_star = Some((star, from + 1));
                (p, t) = (star + 1, from + 1);
            }
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|letter| *letter == '*'))
}
