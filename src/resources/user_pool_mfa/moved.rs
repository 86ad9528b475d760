//! `moved` blocks from the wrappers of `aws cognito-idp set-user-pool-mfa-config` that people wrote before there was this resource.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::resources::MoveRequest;
use crate::resources::pool::{patterns, region};
use crate::tf::Diagnostic;

/// Types that run a command, with where their provider's address ends and the attributes that may hold the pool's id.
const WRAPPERS: [(&str, &str, &[&str]); 2] = [
    ("null_resource", "/hashicorp/null", &["triggers"]),
    ("terraform_data", "terraform.io/builtin/terraform", &["triggers_replace", "input", "output"]),
];

/// The type whose object goes on to exist beside ours.
const POOL: &str = "aws_cognito_user_pool";

/// The pool that a wrapper was about. Its settings are not taken over: the read that follows fills them in, as after an import.
pub fn user_pool_id(source: &MoveRequest, target: &str) -> Result<String, Diagnostic> {
    let error = |detail: String| Diagnostic::error(source.unable_to(target), detail);
    let state: Json = serde_json::from_slice(&source.state)
        .map_err(|malformed| error(format!("The stored state of {} is damaged: {malformed}.", source.type_name)))?;
    let wrapper = WRAPPERS.iter().find(|(name, provider, _)| *name == source.type_name && source.provider.ends_with(provider));
    let Some((name, _, attributes)) = wrapper else {
        return Err(error(if source.type_name == POOL { pool_stays(&state, target) } else { not_taken(source, target) }));
    };
    let mut found = BTreeSet::new();
    for attribute in *attributes {
        collect(state.get(attribute).unwrap_or(&Json::Null), &mut found);
    }
    let looked = attributes.iter().map(|attribute| format!("`{attribute}`")).collect::<Vec<_>>().join(", ");
    match found.into_iter().collect::<Vec<_>>().as_slice() {
        [id] => Ok((*id).to_owned()),
        [] => Err(error(format!(
            "The pool is taken from the state of {name}, which has no user pool id such as eu-central-1_Ab12Cd34E in {looked}. {}",
            instead(name, target, "eu-central-1_Ab12Cd34E")
        ))),
        ids => Err(error(format!(
            "The pool is taken from the state of {name}, which has more than one user pool id in {looked}: {}. {}",
            ids.join(", "),
            instead(name, target, ids.first().unwrap_or(&"eu-central-1_Ab12Cd34E"))
        ))),
    }
}

/// Every text that is a user pool id with a Region, at any depth.
fn collect<'a>(value: &'a Json, found: &mut BTreeSet<&'a str>) {
    match value {
        Json::String(text) if is_pool_id(text) => {
            found.insert(text);
        }
        Json::Array(elements) => elements.iter().for_each(|element| collect(element, found)),
        Json::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

fn is_pool_id(text: &str) -> bool {
    patterns::is_pool_id(text) && region::of_pool(text).is_some_and(|home| text.rfind('_') == Some(home.len()))
}

fn not_taken(source: &MoveRequest, target: &str) -> String {
    format!(
        "{target} takes over the pool of a null_resource or terraform_data that runs `aws cognito-idp set-user-pool-mfa-config`, and not \
         of {} of {}. {}",
        source.type_name,
        source.provider,
        instead(&source.type_name, target, "eu-central-1_Ab12Cd34E")
    )
}

fn instead(source: &str, target: &str, id: &str) -> String {
    format!("Replace the `moved` block by these two, with the names of yours:\n\n{}\n\n{}", removed(source), imported(target, id))
}

fn pool_stays(state: &Json, target: &str) -> String {
    let id = state.get("id").and_then(Json::as_str).unwrap_or("eu-central-1_Ab12Cd34E");
    format!(
        "{target} manages the MFA settings of a user pool, and the pool stays a resource of its own. Replace the `moved` block by an \
         `import` block, with the name of yours, and keep {POOL}, without its MFA arguments and with `ignore_changes` for them:\n\n{}\n\n\
         Only where Terraform shall forget the pool itself, take {POOL} out of the configuration as well and add:\n\n{}",
        imported(target, id),
        removed(POOL)
    )
}

fn removed(source: &str) -> String {
    format!("    removed {{\n      from = {source}.this\n\n      lifecycle {{\n        destroy = false\n      }}\n    }}")
}

fn imported(target: &str, id: &str) -> String {
    format!("    import {{\n      to = {target}.this\n      id = \"{id}\"\n    }}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "eu-central-1_Ab12Cd34E";

    fn moved(provider: &str, type_name: &str, state: &Json) -> Result<String, String> {
        let state = state.to_string().into_bytes();
        let source = MoveRequest { provider: provider.to_owned(), type_name: type_name.to_owned(), state };
        user_pool_id(&source, "cognitomfa_user_pool_mfa").map_err(|told| {
            assert!(told.is_error() && told.summary.starts_with("Unable to move "), "{told:?}");
            told.detail
        })
    }

    fn data(state: &Json) -> Result<String, String> {
        moved("terraform.io/builtin/terraform", "terraform_data", state)
    }

    #[test]
    fn the_one_pool_id_is_found_wherever_a_wrapper_keeps_it() {
        let triggers = json!({ "id": "7", "triggers": { "pool": ID, "mode": "ON", "role": "cognito_sms" } });
        for provider in ["registry.terraform.io/hashicorp/null", "registry.opentofu.org/hashicorp/null"] {
            assert_eq!(moved(provider, "null_resource", &triggers), Ok(ID.to_owned()));
        }
        let list = json!({ "value": ["ON", ID], "type": ["tuple", ["string", "string"]] });
        let object = json!({ "value": { "pool": ID }, "type": ["object", { "pool": "string" }] });
        assert_eq!(data(&json!({ "triggers_replace": list, "input": null })), Ok(ID.to_owned()));
        assert_eq!(data(&json!({ "triggers_replace": null, "input": object, "output": object })), Ok(ID.to_owned()));
    }

    #[test]
    fn none_or_several_are_an_error_that_says_where_was_looked() {
        let none = data(&json!({ "id": ID, "input": { "value": "customer_pool", "type": "string" } })).unwrap_err();
        assert!(none.contains("no user pool id") && none.contains("`triggers_replace`, `input`, `output`"), "{none}");
        let two = json!({ "value": [ID, "us-east-1_Zz12Cd34E"], "type": ["tuple", ["string", "string"]] });
        let two = data(&json!({ "input": two })).unwrap_err();
        assert!(two.contains("eu-central-1_Ab12Cd34E, us-east-1_Zz12Cd34E"), "{two}");
        assert!(two.contains("from = terraform_data.this") && two.contains("to = cognitomfa_user_pool_mfa.this"), "{two}");
    }

    #[test]
    fn a_pool_stays_and_is_told_how() {
        let told = moved("registry.terraform.io/hashicorp/aws", "aws_cognito_user_pool", &json!({ "id": ID })).unwrap_err();
        for part in ["id = \"eu-central-1_Ab12Cd34E\"", "from = aws_cognito_user_pool.this", "destroy = false", "ignore_changes"]
        {
            assert!(told.contains(part), "{part}\n{told}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for (provider, type_name) in [
            ("registry.terraform.io/hashicorp/aws", "aws_cognito_user_group"),
            ("registry.terraform.io/someone/else", "null_resource"),
            ("registry.terraform.io/hashicorp/null", "terraform_data"),
        ] {
            let told = moved(provider, type_name, &json!({ "triggers": { "pool": ID } })).unwrap_err();
            assert!(told.contains(&format!("{type_name} of {provider}")), "{told}");
        }
        let source = MoveRequest { provider: String::new(), type_name: "null_resource".to_owned(), state: b"{".to_vec() };
        assert!(user_pool_id(&source, "x").unwrap_err().detail.contains("is damaged"));
    }

    #[test]
    fn a_pool_id_has_a_region_and_a_plain_end() {
        for text in ["us-east-1_", "us-east-1_a-b", "pool_abc", "arn:aws:us-east-1_abc", "us-east-1", ""] {
            assert!(!is_pool_id(text), "{text}");
        }
        assert!(is_pool_id(ID) && is_pool_id("us-east-1_60887a8b8a8e49749efefa70fded69d7"));
    }
}
