//! What is wrong with a provider block in itself. Unknown values are silence.

use std::time::Duration;

use super::arguments::{Arguments, RoleArguments, argument};
use crate::aws::{is_account, url_problem};
use crate::rules::{Level, Profile, Rule, Standing, can_be_lowered};
use crate::tf::{Diagnostic, Path, Value};

/// The variable that stands in for `rules.profile`.
pub(super) const RULES_PROFILE: &str = "COGNITOMFA_RULES_PROFILE";

/// Judges a provider block; `variable` reads the environment.
pub(super) fn judge(arguments: &Arguments, variable: &dyn Fn(&str) -> Option<String>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    problems.extend(region(arguments));
    problems.extend(keys(arguments));
    problems.extend(arguments.assume_role.known().into_iter().flatten().flat_map(role));
    problems.extend(endpoints(arguments));
    problems.extend(rules_profile(arguments, variable));
    problems.extend(severities(arguments));
    problems
}

fn region(arguments: &Arguments) -> Option<Diagnostic> {
    let region = arguments.region.known()?;
    if arguments.skip_region_validation != Value::Null && arguments.skip_region_validation != Value::Known(false) {
        return None;
    }
    let detail = format!(
        "`region` is \"{region}\", which does not have the form of a Region such as `eu-central-1`. If it is one all the same, set \
         `skip_region_validation = true`."
    );
    (!is_region(region)).then(|| Diagnostic::error("Not an AWS Region", detail).at(Path::root("region")))
}

/// Whether a text has the form of a Region: words of small letters, then a number, joined by hyphens.
fn is_region(text: &str) -> bool {
    let mut words: Vec<&str> = text.split('-').collect();
    let number = words.pop().unwrap_or_default();
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |word: &&str| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_number && (2..=4).contains(&words.len()) && words.iter().all(is_word)
}

fn keys(arguments: &Arguments) -> Vec<Diagnostic> {
    const SUMMARY: &str = "Incomplete AWS credentials";
    let alone = |given: &str, missing: &str| {
        let detail = format!("`{given}` is set without `{missing}`. Set both, or neither to use the environment or a profile.");
        Diagnostic::error(SUMMARY, detail).at(Path::root(given))
    };
    let (access, secret) = (&arguments.access_key, &arguments.secret_key);
    match (access.known(), secret.known(), arguments.token.known()) {
        (Some(_), None, _) if secret.is_null() => vec![alone("access_key", "secret_key")],
        (None, Some(_), _) if access.is_null() => vec![alone("secret_key", "access_key")],
        (None, None, Some(_)) if access.is_null() && secret.is_null() => vec![alone("token", "access_key")],
        _ => Vec::new(),
    }
}

fn role(role: &RoleArguments) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let at = |name: &str| argument(&role.path, name);
    match &role.role_arn {
        Value::Null => {
            let detail = "An `assume_role` block needs `role_arn`, the ARN of the role to assume. Remove the block to use the \
                          credentials as they are.";
            problems.push(Diagnostic::error("Role to assume not named", detail).at(role.path.clone()));
        }
        Value::Known(arn) if !is_role_arn(arn) => {
            let detail = format!("`role_arn` is \"{arn}\", which does not have the form `arn:aws:iam::123456789012:role/name`.");
            problems.push(Diagnostic::error("Not the ARN of a role", detail).at(at("role_arn")));
        }
        Value::Known(_) | Value::Unknown => {}
    }
    if let Some(text) = role.duration.known() {
        let limits = Duration::from_secs(15 * 60)..=Duration::from_secs(12 * 3600);
        if !duration(text).is_some_and(|duration| limits.contains(&duration)) {
            let detail = format!("`duration` is \"{text}\". It must be a time such as `1h30m`, from 15 minutes to 12 hours.");
            problems.push(Diagnostic::error("Not the length of a session", detail).at(at("duration")));
        }
    }
    let unsupported = |name: &str| {
        let detail = format!(
            "`{name}` is an argument of `provider \"aws\"` that this provider cannot pass on when it assumes a role. Leaving it out \
             unsaid would weaken what it is for, so it is an error. Assume the role with a profile that sets it."
        );
        Diagnostic::error("Argument not supported", detail).at(at(name))
    };
    if role.source_identity.known().is_some() {
        problems.push(unsupported("source_identity"));
    }
    if role.transitive_tag_keys.known().is_some_and(|keys| !keys.is_empty()) {
        problems.push(unsupported("transitive_tag_keys"));
    }
    problems
}

fn is_role_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, "iam", "", account, resource]
        if partition.starts_with("aws") && is_account(account)
            && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty()))
}

/// A duration in the notation of `provider "aws"`: numbers with `h`, `m` or `s`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (mut rest, mut seconds) = (text, 0_u64);
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at_checked(unit_at)?;
        let unit = match tail.chars().next()? {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = number.parse::<u64>().ok()?.checked_mul(unit).and_then(|part| seconds.checked_add(part))?;
        rest = tail.get(1..)?;
    }
    (!text.is_empty()).then(|| Duration::from_secs(seconds))
}

fn endpoints(arguments: &Arguments) -> Vec<Diagnostic> {
    let all = arguments.endpoints.known().into_iter().flatten();
    let problem = |(service, url, path): &(String, Value<String>, Path)| {
        // The URL is not repeated: it may hold a password, which is one of the problems.
        let problem = url_problem(url.known()?)?;
        let detail = format!("The text of `{service}` {problem}.");
        Some(Diagnostic::error("Not the URL of an endpoint", detail).at(path.clone()))
    };
    all.filter_map(problem).collect()
}

fn rules_profile(arguments: &Arguments, variable: &dyn Fn(&str) -> Option<String>) -> Option<Diagnostic> {
    let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.as_str()).collect();
    match &arguments.rules.profile {
        Value::Unknown => None,
        Value::Known(name) => {
            let problem = unknown_name("`rules.profile`", name, &names)?;
            Some(Diagnostic::error("Unknown rules profile", problem).at(Path::root("rules").member("profile")))
        }
        Value::Null => {
            let name = variable(RULES_PROFILE)?;
            let problem = unknown_name(&format!("The environment variable {RULES_PROFILE}"), &name, &names)?;
            Some(Diagnostic::error("Unknown rules profile", problem))
        }
    }
}

fn severities(arguments: &Arguments) -> Vec<Diagnostic> {
    let levels: Vec<&str> = Level::ALL.iter().map(|level| level.as_str()).collect();
    let mut problems = Vec::new();
    for (rule, level) in arguments.rules.severity.known().into_iter().flatten() {
        let at = || Path::root("rules").member("severity").member(rule);
        let problem = unknown_name("A key of `rules.severity`", rule, crate::rules::NAMES);
        problems.extend(problem.map(|problem| Diagnostic::error("Unknown rule", problem).at(at())));
        match level {
            Value::Known(level) => {
                let problem = unknown_name(&format!("`rules.severity.{rule}`"), level, &levels);
                problems.extend(problem.map(|problem| Diagnostic::error("Unknown severity", problem).at(at())));
                let lowered =
                    crate::rules::find(rule).filter(|rule| Level::parse(level).is_some_and(|level| is_unheard(rule, level)));
                problems.extend(lowered.map(|rule| cannot_be_lowered(rule, level).at(at())));
            }
            Value::Null => {
                let detail = format!("`rules.severity.{rule}` is null. Leave the rule out to have the profile decide.");
                problems.push(Diagnostic::error("Unknown severity", detail).at(at()));
            }
            Value::Unknown => {}
        }
    }
    problems
}

/// Whether a severity is below that of every profile for a rule that cannot be lowered.
fn is_unheard(rule: &Rule, level: Level) -> bool {
    let usual = Profile::ALL.into_iter().map(|profile| rule.severity.level(profile)).min();
    !can_be_lowered(rule) && usual.is_some_and(|usual| level < usual)
}

fn cannot_be_lowered(rule: &Rule, level: &str) -> Diagnostic {
    let why = if rule.evidence.standing == Standing::Integrity {
        "keeps settings from being lost, so it cannot be lowered. Delete it here."
    } else {
        "reports what AWS refuses whatever is said here, so it cannot be lowered. Delete it here. Where another resource of the same apply \
         mends the cause first, a waiver in the resource puts the check off to apply."
    };
    let detail = format!("`rules.severity.{0}` is \"{level}\", and `{0}` {why}\n\n{1}", rule.name, rule.more());
    Diagnostic::error("The severity of this rule cannot be lowered", detail)
}

/// What is wrong with a name that is none of `names`, with the nearest one as a suggestion.
fn unknown_name(what: &str, name: &str, names: &[&str]) -> Option<String> {
    if names.contains(&name) {
        return None;
    }
    let near = |candidate: &&&str| strsim::damerau_levenshtein(name, candidate) <= 1 + name.len().max(candidate.len()) / 3;
    let nearest = names.iter().filter(near).min_by_key(|candidate| strsim::damerau_levenshtein(name, candidate));
    let hint = match nearest {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None if names.len() <= 5 => {
            let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("It must be one of {}.", listed.join(", "))
        }
        None => "The guide to the transition rules lists all names.".to_owned(),
    };
    Some(format!("{what} is \"{name}\", which does not exist. {hint}"))
}
