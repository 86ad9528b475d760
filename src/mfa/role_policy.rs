//! Reading an IAM role's policies: may Cognito assume the role, on which conditions, and what may the role do.

mod condition;
mod mend;
mod permission;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use self::condition::{Conditions, matches_pattern};
pub use self::mend::{Mend, Place};
pub use self::permission::allows;
use super::answer::Answer;
use crate::tf::Value;

/// The principal that sends SMS for a user pool (row I01).
pub const COGNITO: &str = "cognito-idp.amazonaws.com";

/// What Cognito says when it assumes a role for one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumeRequest<'a> {
    /// `ExternalId` of the pool's SMS configuration; null where it has none.
    pub external_id: Value<&'a str>,
    /// Account of the pool, `aws:SourceAccount`; `None` where it is not known.
    pub account: Option<&'a str>,
    /// ARN of the pool, `aws:SourceArn`; `None` where it is not known.
    pub pool_arn: Option<&'a str>,
}

/// Whether Cognito may assume a role, all conditions taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// It may.
    Allowed,
    /// It may, but no statement asks for an external id (row S08).
    AllowedWithoutExternalIdCondition,
    /// No statement names Cognito and `sts:AssumeRole`.
    NotAllowed {
        /// Who is named in the statements that allow something, as the policy writes them.
        allowed_principals: Vec<String>,
    },
    /// A statement denies it.
    Denied,
    /// The statements for Cognito ask for another external id.
    ExternalIdMismatch {
        /// The values the policy accepts, in its order.
        expected: Vec<String>,
        /// The value Cognito would send; `None` where it sends none.
        given: Option<String>,
    },
    /// The statements for Cognito ask for another pool or account.
    SourceMismatch {
        /// The values the policy accepts, in its order.
        expected: Vec<String>,
    },
    /// It cannot be told; the text says why.
    Undecidable(String),
}

/// Whether a trust policy lets Cognito in, external ids left aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It does.
    Given,
    /// No statement names Cognito and `sts:AssumeRole`.
    NotGiven {
        /// Who is named in the statements that allow something.
        allowed_principals: Vec<String>,
    },
    /// A statement denies it.
    Denied,
    /// Every statement for Cognito asks for another pool or account.
    OtherSource {
        /// The values the policy accepts.
        expected: Vec<String>,
    },
    /// It cannot be told; the text says why.
    Undecidable(String),
}

/// Whether the external id a pool sends is one that a trust policy accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalId {
    /// It is, or no statement is for Cognito at all.
    Accepted,
    /// No statement for Cognito asks for one.
    NotAsked,
    /// Every statement for Cognito asks for another one.
    Mismatch {
        /// The values the policy accepts.
        expected: Vec<String>,
    },
    /// It is, but only by a statement that is for another pool or account.
    MismatchForSource {
        /// The values that the statements for this pool accept.
        expected: Vec<String>,
    },
    /// It cannot be told; the text says why.
    Undecidable(String),
}

/// Evaluates a trust policy (JSON text, not URL-encoded) for Cognito.
///
/// Evaluated are the principal forms `"*"`, `Service`, `AWS` and `Federated`; actions with wildcards; `Deny`; and the conditions
/// on `sts:ExternalId`, `aws:SourceAccount` and `aws:SourceArn` with the `String...` and `Arn...` operators (rows I01, I02, S08).
/// Anything else makes the statement undecided, never allowed or refused.
pub fn assume(trust_policy: &str, request: &AssumeRequest<'_>) -> Assumption {
    let policy = match TrustPolicy::parse(trust_policy) {
        Ok(policy) => policy,
        Err(reason) => return Assumption::Undecidable(reason),
    };
    match (policy.trust(request), policy.external_id(request)) {
        (Trust::NotGiven { allowed_principals }, _) => Assumption::NotAllowed { allowed_principals },
        (Trust::Denied, _) => Assumption::Denied,
        (_, ExternalId::Mismatch { expected }) | (Trust::Given, ExternalId::MismatchForSource { expected }) => {
            Assumption::ExternalIdMismatch { expected, given: request.external_id.known().map(|id| (*id).to_owned()) }
        }
        (Trust::OtherSource { expected }, _) => Assumption::SourceMismatch { expected },
        (Trust::Undecidable(reason), _) | (_, ExternalId::Undecidable(reason)) => Assumption::Undecidable(reason),
        (Trust::Given, ExternalId::Accepted) => Assumption::Allowed,
        (Trust::Given, ExternalId::NotAsked) => Assumption::AllowedWithoutExternalIdCondition,
    }
}

/// The one external id that a trust policy asks Cognito for, where `given` is another; `None` where it accepts that, or would accept
/// more than one, or cannot be evaluated.
pub fn demanded_external_id(trust_policy: &str, given: Option<&str>) -> Option<String> {
    let policy = TrustPolicy::parse(trust_policy).ok()?;
    let judge = |external_id: Option<&str>| {
        let external_id = external_id.map_or(Value::Null, Value::Known);
        policy.external_id(&AssumeRequest { external_id, account: None, pool_arn: None })
    };
    match judge(given) {
        ExternalId::Mismatch { mut expected } if expected.len() == 1 => {
            // A value may stand in a condition that wants any but this one, or with wildcards.
            expected.pop().filter(|value| !value.contains(['*', '?']) && judge(Some(value)) == ExternalId::Accepted)
        }
        _ => None,
    }
}

/// A trust policy as far as Cognito is concerned.
#[derive(Clone, Debug)]
pub struct TrustPolicy {
    statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
struct Statement {
    sid: Option<String>,
    allows: bool,
    names_cognito: Answer,
    assumes: Answer,
    principals: Vec<String>,
    /// Those of them that are no service and no account.
    federated: Vec<String>,
    actions: Vec<String>,
    conditions: Conditions,
}

impl TrustPolicy {
    /// Parses the JSON text of a trust policy.
    ///
    /// # Errors
    /// Why it is no policy document, as a phrase that can follow "because".
    pub fn parse(json: &str) -> Result<Self, String> {
        let document: Json = serde_json::from_str(json).map_err(|_| "the trust policy is not JSON".to_owned())?;
        let statements = match document.get("Statement") {
            Some(Json::Array(statements)) => statements.iter().map(Statement::parse).collect::<Result<_, _>>()?,
            Some(statement @ Json::Object(_)) => vec![Statement::parse(statement)?],
            _ => return Err("the trust policy has no `Statement`".to_owned()),
        };
        Ok(Self { statements })
    }

    /// Whether Cognito is let in for this pool, external ids of `Allow` statements left aside.
    pub fn trust(&self, request: &AssumeRequest<'_>) -> Trust {
        let denied = Answer::any(self.statements.iter().map(|statement| statement.denies(request)));
        if denied == Answer::Yes {
            return Trust::Denied;
        }
        let mine: Vec<&Statement> = self.for_cognito().collect();
        if mine.is_empty() {
            return Trust::NotGiven { allowed_principals: self.allowed_principals() };
        }
        if denied == Answer::Unknown {
            return Trust::Undecidable("a `Deny` statement uses something that is not known or not evaluated here".to_owned());
        }
        let let_in = |statement: &&Statement| {
            Answer::all([statement.for_cognito(), statement.conditions.source(request), statement.conditions.others()])
        };
        let other_source = Answer::all(mine.iter().map(|statement| !statement.conditions.source(request)));
        match Answer::any(mine.iter().map(let_in)) {
            _ if other_source == Answer::Yes => {
                Trust::OtherSource { expected: mine.iter().flat_map(|statement| statement.conditions.sources()).collect() }
            }
            Answer::Yes => Trust::Given,
            Answer::No | Answer::Unknown => {
                Trust::Undecidable("a statement for Cognito uses something that is not known or not evaluated here".to_owned())
            }
        }
    }

    /// Whether the external id is one that the statements for Cognito accept, and among them those for this pool.
    pub fn external_id(&self, request: &AssumeRequest<'_>) -> ExternalId {
        let given = &request.external_id;
        let answer = Self::accepted_by(self.for_cognito().collect(), given);
        if !matches!(answer, ExternalId::Accepted | ExternalId::NotAsked) {
            return answer;
        }
        let of_pool = self.for_cognito().map(|statement| (statement, statement.conditions.source(request)));
        let of_pool: Vec<(&Statement, Answer)> = of_pool.filter(|(_, source)| *source != Answer::No).collect();
        let (other, taken): (Vec<_>, Vec<_>) = of_pool
            .into_iter()
            .partition(|(statement, _)| matches!(Self::accepted_by(vec![*statement], given), ExternalId::Mismatch { .. }));
        let certain = |statements: &[(&Statement, Answer)]| statements.iter().any(|(_, source)| *source == Answer::Yes);
        match (certain(&other), certain(&taken)) {
            _ if other.is_empty() => answer,
            (_, true) => answer,
            (true, _) if taken.is_empty() => ExternalId::MismatchForSource {
                expected: other.iter().flat_map(|(statement, _)| statement.conditions.external_ids()).collect(),
            },
            _ => ExternalId::Undecidable("it is not known for which pools a statement for Cognito is".to_owned()),
        }
    }

    fn accepted_by(mine: Vec<&Statement>, given: &Value<&str>) -> ExternalId {
        if mine.is_empty() {
            return ExternalId::Accepted;
        }
        let (asking, not_asking): (Vec<&Statement>, Vec<&Statement>) =
            mine.into_iter().partition(|statement| statement.conditions.ask_for_external_id());
        let accepted = |statement: &&Statement| statement.for_cognito().and(statement.conditions.external_id(given));
        let refused = |statement: &&Statement| !statement.conditions.external_id(given);
        match Answer::any(asking.iter().map(accepted)) {
            Answer::Yes => ExternalId::Accepted,
            _ if not_asking.is_empty() && Answer::all(asking.iter().map(refused)) == Answer::Yes => ExternalId::Mismatch {
                expected: asking.iter().flat_map(|statement| statement.conditions.external_ids()).collect(),
            },
            Answer::No if not_asking.iter().any(|statement| statement.for_cognito() == Answer::Yes) => ExternalId::NotAsked,
            Answer::No | Answer::Unknown => {
                ExternalId::Undecidable("the external id is not known or the condition on it is not evaluated here".to_owned())
            }
        }
    }

    /// Whether a statement lets Cognito in on behalf of any pool of any account (row I02).
    pub fn is_open_to_other_pools(&self) -> Answer {
        Answer::any(self.for_cognito().filter(|statement| !statement.conditions.ask_for_source()).map(|statement| {
            // A condition that is not evaluated here may be one on the source in other words.
            statement.for_cognito().and(statement.conditions.others())
        }))
    }

    /// The `Allow` statements that are, or may be, for Cognito.
    fn for_cognito(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.allows && statement.for_cognito() != Answer::No)
    }

    fn allowed_principals(&self) -> Vec<String> {
        let allowing = self.statements.iter().filter(|statement| statement.allows);
        allowing.flat_map(|statement| statement.principals.iter().cloned()).collect()
    }
}

impl Statement {
    fn parse(json: &Json) -> Result<Self, String> {
        let allows = match json.get("Effect").and_then(Json::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err("a statement of the trust policy has no `Effect`".to_owned()),
        };
        let (names_cognito, principals) = json.get("Principal").map_or((Answer::Unknown, Vec::new()), principal);
        let named = |value: Option<&Json>| -> Vec<String> {
            value.and_then(strings).unwrap_or_default().into_iter().map(str::to_owned).collect()
        };
        Ok(Self {
            sid: json.get("Sid").and_then(Json::as_str).filter(|sid| !sid.is_empty()).map(str::to_owned),
            allows,
            names_cognito,
            assumes: json.get("Action").map_or(Answer::Unknown, action),
            principals,
            federated: named(json.get("Principal").and_then(|principal| principal.get("Federated"))),
            actions: named(json.get("Action")),
            conditions: Conditions::parse(json.get("Condition")),
        })
    }

    /// Whether it is about Cognito assuming the role.
    fn for_cognito(&self) -> Answer {
        self.names_cognito.and(self.assumes)
    }

    /// Whether it keeps Cognito from assuming the role for this pool.
    fn denies(&self, request: &AssumeRequest<'_>) -> Answer {
        let conditions = &self.conditions;
        Answer::all([
            (!self.allows).into(),
            self.for_cognito(),
            conditions.external_id(&request.external_id),
            conditions.source(request),
            conditions.others(),
        ])
    }
}

/// Whether a `Principal` element names Cognito, and whom it names.
fn principal(json: &Json) -> (Answer, Vec<String>) {
    let members = match json {
        Json::String(everyone) if everyone == "*" => return (Answer::Yes, vec![everyone.clone()]),
        Json::Object(members) => members,
        _ => return (Answer::Unknown, Vec::new()),
    };
    let mut names = Vec::new();
    let mut answer = Answer::No;
    for (kind, value) in members {
        let Some(listed) = strings(value) else {
            answer = answer.or(Answer::Unknown);
            continue;
        };
        for name in listed {
            answer = answer.or(match (kind.as_str(), name) {
                ("Service", COGNITO) | ("AWS", "*") => Answer::Yes,
                // Regional and wildcard names of services are not documented for Cognito; they may or may not count.
                ("Service", name) if name.starts_with("cognito-idp.") || name.contains('*') => Answer::Unknown,
                _ => Answer::No,
            });
            names.push(name.to_owned());
        }
    }
    (answer, names)
}

/// Whether an `Action` element covers `sts:AssumeRole`.
fn action(json: &Json) -> Answer {
    strings(json).map_or(Answer::Unknown, |patterns| {
        patterns.iter().any(|pattern| matches_pattern(&pattern.to_ascii_lowercase(), "sts:assumerole")).into()
    })
}

/// A string, or a list of strings.
fn strings(json: &Json) -> Option<Vec<&str>> {
    match json {
        Json::String(one) => Some(vec![one]),
        Json::Array(many) => many.iter().map(Json::as_str).collect(),
        _ => None,
    }
}
