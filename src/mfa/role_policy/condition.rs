//! The `Condition` element of a trust policy's statement.

use serde_json::Value as Json;

use super::{AssumeRequest, strings};
use crate::mfa::Answer;
use crate::tf::Value;

/// The tests of one statement; all must pass.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    tests: Vec<Test>,
    /// The names of its operators; `None` without a `Condition`.
    operators: Option<Vec<String>>,
}

/// A test that a pool's account or ARN does not pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal<'a> {
    pub operator: &'a str,
    pub name: &'a str,
    pub expected: &'a [String],
    /// The value that would pass if it were among those expected; `None` where the test is for any but these.
    pub missing: Option<&'a str>,
}

#[derive(Clone, Debug)]
struct Test {
    key: Key,
    /// The key as the policy writes it.
    name: String,
    /// The operator as the policy writes it.
    written: String,
    operator: Option<Operator>,
    expected: Vec<String>,
}

/// The keys Cognito is known to send when it assumes a role (row I02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    ExternalId,
    SourceAccount,
    SourceArn,
    Other,
}

impl Key {
    fn parse(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "sts:externalid" => Self::ExternalId,
            "aws:sourceaccount" => Self::SourceAccount,
            "aws:sourcearn" => Self::SourceArn,
            _ => Self::Other,
        }
    }
}

/// An operator that is evaluated here.
#[derive(Clone, Copy, Debug)]
struct Operator {
    comparison: Comparison,
    negated: bool,
    /// What an absent key answers.
    absent: bool,
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
}

impl Operator {
    fn parse(name: &str) -> Option<Self> {
        let (any_of, name) = name.strip_prefix("ForAnyValue:").map_or((false, name), |rest| (true, rest));
        let (all_of, name) = name.strip_prefix("ForAllValues:").map_or((false, name), |rest| (true, rest));
        let (if_exists, name) = name.strip_suffix("IfExists").map_or((false, name), |rest| (true, rest));
        let (comparison, negated) = match name {
            "StringEquals" => (Comparison::Equals, false),
            "StringNotEquals" => (Comparison::Equals, true),
            "StringEqualsIgnoreCase" => (Comparison::EqualsIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (Comparison::EqualsIgnoreCase, true),
            "StringLike" => (Comparison::Like, false),
            "StringNotLike" => (Comparison::Like, true),
            "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
            _ => return None,
        };
        // A negated operator over a set says nothing of an absent key that this module could rely on.
        let over_set = any_of || all_of;
        (!(over_set && negated)).then_some(Self { comparison, negated, absent: if_exists || all_of || negated })
    }

    fn answer(self, expected: &[String], given: &Value<&str>) -> Answer {
        let given = match given {
            Value::Unknown => return Answer::Unknown,
            Value::Null => return self.absent.into(),
            Value::Known(given) => *given,
        };
        let found = Answer::any(expected.iter().map(|pattern| self.comparison.answer(pattern, given)));
        if self.negated { !found } else { found }
    }
}

impl Comparison {
    fn answer(self, pattern: &str, given: &str) -> Answer {
        if pattern.contains("${") {
            return Answer::Unknown;
        }
        match self {
            Self::Equals => (pattern == given).into(),
            Self::EqualsIgnoreCase => (pattern.to_lowercase() == given.to_lowercase()).into(),
            Self::Like => matches_pattern(pattern, given).into(),
            Self::Arn => {
                let (pattern, given): (Vec<&str>, Vec<&str>) = (pattern.splitn(6, ':').collect(), given.splitn(6, ':').collect());
                if pattern.len() < 6 || given.len() < 6 {
                    return Answer::Unknown;
                }
                pattern.iter().zip(given).all(|(pattern, part)| matches_pattern(pattern, part)).into()
            }
        }
    }
}

impl Conditions {
    /// Reads a `Condition` element; what it cannot read becomes a test that is never decided.
    pub(super) fn parse(json: Option<&Json>) -> Self {
        let (name, written) = (String::new(), String::new());
        let unread = Test { key: Key::Other, name, written, operator: None, expected: Vec::new() };
        let undecided = || Self { tests: vec![unread], operators: Some(Vec::new()) };
        let operators = match json {
            None => return Self::default(),
            Some(Json::Object(operators)) => operators,
            Some(_) => return undecided(),
        };
        let mut tests = Vec::new();
        for (operator, keys) in operators {
            let Json::Object(keys) = keys else { return undecided() };
            for (key, value) in keys {
                let listed = strings(value).filter(|listed| !listed.is_empty());
                let known = if listed.is_some() { Operator::parse(operator) } else { None };
                let expected = listed.unwrap_or_default().into_iter().map(str::to_owned).collect();
                let (name, written) = (key.clone(), operator.clone());
                tests.push(Test { key: Key::parse(key), name, written, operator: known, expected });
            }
        }
        Self { tests, operators: Some(operators.keys().cloned().collect()) }
    }

    /// The operators by their names; `None` where there is no `Condition`.
    pub(super) fn operators(&self) -> Option<Vec<String>> {
        self.operators.clone()
    }

    /// The tests of the pool's account and ARN that are certain to fail.
    pub(super) fn refusing<'a>(&'a self, request: &AssumeRequest<'a>) -> Vec<Refusal<'a>> {
        let mut refusals = Vec::new();
        for (key, given) in [(Key::SourceAccount, request.account), (Key::SourceArn, request.pool_arn)] {
            let Some(given) = given else { continue };
            for test in self.tests.iter().filter(|test| test.key == key) {
                let Some(operator) = test.operator else { continue };
                if operator.answer(&test.expected, &Value::Known(given)) == Answer::No {
                    let missing = (!operator.negated).then_some(given);
                    refusals.push(Refusal { operator: &test.written, name: &test.name, expected: &test.expected, missing });
                }
            }
        }
        refusals
    }

    /// Whether the tests of the external id pass.
    pub(super) fn external_id(&self, given: &Value<&str>) -> Answer {
        self.answer(Key::ExternalId, given)
    }

    /// Whether the tests of the pool's account and ARN pass.
    pub(super) fn source(&self, request: &AssumeRequest<'_>) -> Answer {
        let known = |fact: Option<_>| fact.map_or(Value::Unknown, Value::Known);
        self.answer(Key::SourceAccount, &known(request.account)).and(self.answer(Key::SourceArn, &known(request.pool_arn)))
    }

    /// Whether the tests of all other keys pass: they are not evaluated, so only their absence is certain.
    pub(super) fn others(&self) -> Answer {
        self.answer(Key::Other, &Value::Unknown)
    }

    /// Whether there is a test of the external id.
    pub(super) fn ask_for_external_id(&self) -> bool {
        self.tests.iter().any(|test| test.key == Key::ExternalId)
    }

    /// Whether there is a test of the pool's account or ARN.
    pub(super) fn ask_for_source(&self) -> bool {
        self.tests.iter().any(|test| matches!(test.key, Key::SourceAccount | Key::SourceArn))
    }

    /// The external ids the tests name.
    pub(super) fn external_ids(&self) -> Vec<String> {
        self.named(|key| key == Key::ExternalId)
    }

    /// The accounts and pool ARNs the tests name.
    pub(super) fn sources(&self) -> Vec<String> {
        self.named(|key| matches!(key, Key::SourceAccount | Key::SourceArn))
    }

    fn answer(&self, key: Key, given: &Value<&str>) -> Answer {
        let tests = self.tests.iter().filter(|test| test.key == key);
        Answer::all(tests.map(|test| test.operator.map_or(Answer::Unknown, |operator| operator.answer(&test.expected, given))))
    }

    fn named(&self, wanted: impl Fn(Key) -> bool) -> Vec<String> {
        self.tests.iter().filter(|test| wanted(test.key)).flat_map(|test| test.expected.iter().cloned()).collect()
    }
}

/// Whether `text` matches a pattern of IAM: `*` is any run of characters, `?` exactly one. Case counts.
pub(super) fn matches_pattern(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut position) = (0, 0);
    // After a star: where its pattern goes on, and up to where the star has eaten.
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(position) {
        match pattern.get(at) {
            Some('*') => {
                at += 1;
                star = Some((at, position));
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((after, eaten)) = star else { return false };
                at = after;
                position = eaten + 1;
                star = Some((after, position));
            }
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}
