//! What can never be right about a single argument: lengths, patterns and enums, as the models of IAM and STS have them.

use super::arguments::Arguments;
use super::wanted::LONGEST_PREFIX;
use crate::mfa::sms_role::Delivery;
use crate::resources::pool::constraints::{self, EXAMPLE_ID, id_inside, no_pool_id};
use crate::resources::pool::patterns::{is_external_id, is_of_words, is_path, is_policy_arn, is_pool_id};
use crate::tf::{Diagnostic, Path};

/// What the name of a role has beside letters, digits and underscores.
const OTHERS: &str = "+=,.@-";

/// Every argument that breaks a constraint. Unknown values break none.
pub fn broken(arguments: &Arguments) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    naming(arguments, &mut found);
    documents(arguments, &mut found);
    tags(arguments, &mut found);
    constraints::waivers(&arguments.waivers, &mut found);
    constraints::timeouts(&arguments.timeouts, &mut found);
    found
}

fn report(found: &mut Vec<Diagnostic>, path: Path, summary: &str, detail: impl Into<String>) {
    found.push(Diagnostic::error(summary, detail).at(path));
}

fn has_length(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}

/// What is wrong with the name of a role, as a sentence.
pub fn name_problem(name: &str) -> Option<String> {
    (!is_of_words(name, OTHERS) || !has_length(name, 1, 64)).then(|| {
        format!(
            "{name:?} is not the name of an IAM role: 1 to 64 characters out of letters, digits and `_+=,.@-`, without a path."
        )
    })
}

fn naming(arguments: &Arguments, found: &mut Vec<Diagnostic>) {
    if let Some(problem) = arguments.name.known().and_then(|name| name_problem(name)) {
        report(found, Path::root("name"), "Not the name of an IAM role", problem);
    }
    if let Some(prefix) = arguments.name_prefix.known() {
        if !is_of_words(prefix, OTHERS) || !has_length(prefix, 1, LONGEST_PREFIX) {
            let detail = format!(
                "`name_prefix` is {prefix:?}; it takes 1 to {LONGEST_PREFIX} characters out of letters, digits and `_+=,.@-`, because \
                 what is added must fit into the 64 characters of a name."
            );
            report(found, Path::root("name_prefix"), "Not the beginning of a role's name", detail);
        }
        if arguments.name.known().is_some() {
            let detail = "`name` and `name_prefix` are both set. Delete one of them.";
            report(found, Path::root("name_prefix"), "Two names for one role", detail);
        }
    }
    if let Some(path) = arguments.path.known().filter(|path| !is_path(path) || !has_length(path, 1, 512)) {
        let detail = format!(
            "`path` is {path:?}; a path begins and ends with a slash and has 512 characters at the most:\n\n    path = \"/cognito/\""
        );
        report(found, Path::root("path"), "Not the path of an IAM role", detail);
    }
    if let Some(text) = arguments.description.known().filter(|text| !has_length(text, 0, 1000)) {
        let detail = format!("`description` has {} characters; IAM takes 1,000 at the most.", text.chars().count());
        report(found, Path::root("description"), "The description is too long", detail);
    }
    if let Some(arn) = arguments.boundary.known().filter(|arn| !is_policy_arn(arn)) {
        let detail = format!(
            "`permissions_boundary` is {arn:?}. A boundary is a managed policy, named by its ARN:\n\n    \
             permissions_boundary = \"arn:aws:iam::111122223333:policy/boundary\""
        );
        report(found, Path::root("permissions_boundary"), "Not the ARN of a managed policy", detail);
    }
}

fn documents(arguments: &Arguments, found: &mut Vec<Diagnostic>) {
    if let Some(text) = arguments.external_id.known()
        && (!has_length(text, 2, 1224) || !is_external_id(text))
    {
        let detail = "`external_id` must have 2 to 1,224 characters out of letters, digits and `_+=,.@:/-`: STS takes no other.";
        report(found, Path::root("external_id"), "Not an external id", detail);
    }
    if let Some(text) = arguments.delivery.known().filter(|text| Delivery::parse(text).is_none()) {
        let nearest = |way: &&Delivery| strsim::damerau_levenshtein(&text.to_uppercase(), way.as_str());
        let meant = Delivery::ALL.iter().min_by_key(nearest).map_or("SNS", |way| way.as_str());
        let detail = format!(
            "`delivery` is {text:?}, and can only be \"SNS\" or \"END_USER_MESSAGING\". Did you mean {meant:?}?\n\n    delivery = {meant:?}"
        );
        report(found, Path::root("delivery"), "Unknown way of sending [unknown_value]", detail);
    }
    let Some(ids) = arguments.user_pool_ids.known() else { return };
    let path = || Path::root("user_pool_ids");
    if ids.is_empty() {
        let detail = "`user_pool_ids` is empty, so that no pool could use the role. Name the pools, or leave the argument out to let \
                      every user pool of the account use it.";
        report(found, path(), "A role for no user pool", detail);
    }
    if let Some(id) = ids.iter().find(|id| !is_pool_id(id)) {
        let detail = format!("{}\n\n    user_pool_ids = [{:?}]", no_pool_id(id), id_inside(id).unwrap_or(EXAMPLE_ID));
        report(found, path(), "Not a user pool id", detail);
    }
}

fn tags(arguments: &Arguments, found: &mut Vec<Diagnostic>) {
    let Some(tags) = arguments.tags.known() else { return };
    let path = || Path::root("tags");
    if tags.len() > 50 {
        let detail = format!("`tags` has {} tags; IAM takes 50 at the most.", tags.len());
        report(found, path(), "Too many tags", detail);
    }
    let wrong = tags.iter().find(|(key, value)| {
        key.to_ascii_lowercase().starts_with("aws:") || !has_length(key, 1, 128) || !has_length(value, 0, 256)
    });
    if let Some((key, _)) = wrong {
        let detail = format!(
            "The tag {key:?} cannot be set: a key has 1 to 128 characters and does not begin with `aws:`, and a value has 256 characters \
             at the most."
        );
        report(found, path(), "Not a tag", detail);
    }
}
