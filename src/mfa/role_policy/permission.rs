//! Reading the identity policies of a role: what it may do when nobody can be asked to simulate it (row I04).

use serde_json::Value as Json;

use super::condition::matches_pattern;
use super::strings;
use crate::mfa::{Answer, Permission};

/// Whether identity policies (JSON texts, not URL-encoded) let a role do `action`, such as `sns:Publish`, to phone numbers.
///
/// Evaluated are `Effect`, `Action` and `NotAction` with wildcards, `Resource` and `NotResource`; `Deny` wins. A phone number is no
/// ARN: `*` covers it, the ARN of an SNS topic does not (row I03). A statement with a `Condition`, and an ARN of End User Messaging,
/// which may or may not be the number that sends (row S06), leave it undecided. Permissions boundaries and policies of an
/// organization are not seen here: where there are any, "allowed" is not certain.
pub fn allows(policies: &[&str], action: &str) -> Permission {
    let action = action.to_ascii_lowercase();
    let read: Vec<Result<Vec<Statement>, String>> = policies.iter().map(|policy| statements(policy, &action)).collect();
    let all = || read.iter().flatten().flatten();
    if let Some(statement) = all().find(|statement| !statement.allows && statement.applies == Answer::Yes) {
        return Permission::Denied { by: Some(statement.phrase()) };
    }
    let unread = read.iter().find_map(|policy| policy.as_ref().err());
    let undecided = |allows: bool| all().find(|statement| statement.allows == allows && statement.applies == Answer::Unknown);
    let allowed = all().any(|statement| statement.allows && statement.applies == Answer::Yes);
    let doubtful = if allowed { None } else { undecided(true) };
    match (unread, undecided(false).or(doubtful)) {
        (Some(reason), _) => Permission::Unknown(reason.clone()),
        (None, Some(statement)) => {
            Permission::Unknown(format!("{} uses something that is not evaluated here", statement.phrase()))
        }
        (None, None) if allowed => Permission::Allowed,
        (None, None) => Permission::Denied { by: None },
    }
}

/// A statement as far as one action is concerned.
struct Statement {
    allows: bool,
    sid: Option<String>,
    applies: Answer,
}

impl Statement {
    fn parse(json: &Json, action: &str) -> Result<Self, String> {
        let allows = match json.get("Effect").and_then(Json::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err("a statement of its policies has no `Effect`".to_owned()),
        };
        let acts = either(json, "Action", |pattern| matches_pattern(&pattern.to_ascii_lowercase(), action).into());
        let covers = either(json, "Resource", |pattern| covers_phone_numbers(pattern, action));
        let conditional = if json.get("Condition").is_some() { Answer::Unknown } else { Answer::Yes };
        let sid = json.get("Sid").and_then(Json::as_str).filter(|sid| !sid.is_empty()).map(str::to_owned);
        Ok(Self { allows, sid, applies: Answer::all([acts, covers, conditional]) })
    }

    fn phrase(&self) -> String {
        let effect = if self.allows { "Allow" } else { "Deny" };
        match &self.sid {
            Some(sid) => format!("the `{effect}` statement `{sid}`"),
            None => format!("a `{effect}` statement without a `Sid`"),
        }
    }
}

fn statements(policy: &str, action: &str) -> Result<Vec<Statement>, String> {
    let document: Json = serde_json::from_str(policy).map_err(|_| "one of its policies is not JSON".to_owned())?;
    match document.get("Statement") {
        Some(Json::Array(statements)) => statements.iter().map(|statement| Statement::parse(statement, action)).collect(),
        Some(statement @ Json::Object(_)) => Ok(vec![Statement::parse(statement, action)?]),
        _ => Err("one of its policies has no `Statement`".to_owned()),
    }
}

/// Whether the element of this name covers something, or that with `Not` before its name leaves it out.
fn either(statement: &Json, name: &str, covers: impl Fn(&str) -> Answer) -> Answer {
    let any = |json: &Json| strings(json).map_or(Answer::Unknown, |patterns| Answer::any(patterns.into_iter().map(&covers)));
    match (statement.get(name), statement.get(format!("Not{name}"))) {
        (Some(named), None) => any(named),
        (None, Some(left_out)) => !any(left_out),
        _ => Answer::Unknown,
    }
}

fn covers_phone_numbers(pattern: &str, action: &str) -> Answer {
    let everything = !pattern.is_empty() && pattern.chars().all(|character| character == '*');
    let mut parts = pattern.splitn(6, ':');
    match (parts.next(), parts.nth(1), parts.nth(2)) {
        _ if everything => Answer::Yes,
        (Some("arn"), Some(service), Some(_)) if !service.contains(['*', '?', '$']) => {
            if service == "sms-voice" && action.starts_with("sms-voice:") { Answer::Unknown } else { Answer::No }
        }
        _ => Answer::Unknown,
    }
}
