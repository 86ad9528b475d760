//! Where two states differ, in the words of HCL.

use crate::mfa::Difference;
use crate::tf::Dynamic;

/// Where these attributes of two states differ, leaf by leaf. Unknown leaves of `planned` differ from nothing.
pub fn differences(attributes: &[&str], planned: &Dynamic, now: &Dynamic) -> Vec<Difference> {
    let mut found = Vec::new();
    for name in attributes {
        compare(name, planned.member(name), now.member(name), &mut found);
    }
    found
}

/// What was written and what is read instead, a line each.
pub fn read_otherwise(differences: &[Difference]) -> String {
    let line =
        |difference: &Difference| format!("    {}: wrote {}, reads {}", difference.attribute, difference.planned, difference.now);
    differences.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn compare(attribute: &str, planned: Option<&Dynamic>, now: Option<&Dynamic>, found: &mut Vec<Difference>) {
    let (planned, now) = (planned.unwrap_or(&Dynamic::Null), now.unwrap_or(&Dynamic::Null));
    match (planned, now) {
        (Dynamic::Unknown(_), _) => {}
        (Dynamic::Mapping(before), Dynamic::Mapping(after)) => {
            for name in before.keys() {
                compare(&format!("{attribute}.{name}"), before.get(name), after.get(name), found);
            }
        }
        (Dynamic::Sequence(before), Dynamic::Sequence(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(&format!("{attribute}[{index}]"), Some(before), Some(after), found);
            }
        }
        _ if planned == now => {}
        (Dynamic::String(_), Dynamic::String(_)) if is_private(attribute) => {
            let (planned, now) = (UNTOLD.to_owned(), "another text".to_owned());
            found.push(Difference { attribute: attribute.to_owned(), planned, now });
        }
        _ => {
            let [planned, now] = [planned, now].map(|value| written_of(attribute, value));
            found.push(Difference { attribute: attribute.to_owned(), planned, now });
        }
    }
}

/// Arguments whose values may be marked as sensitive where they come from. Core tells a provider no such mark, and shows what a provider
/// says in its own words as it is.
const PRIVATE: [&str; 4] = ["external_id", "message", "sms_authentication_message", "subject"];

/// What stands for a private text.
const UNTOLD: &str = "\"...\"";

fn is_private(attribute: &str) -> bool {
    PRIVATE.contains(&attribute.rsplit('.').next().unwrap_or(attribute))
}

fn written_of(attribute: &str, value: &Dynamic) -> String {
    match value {
        Dynamic::String(_) if is_private(attribute) => UNTOLD.to_owned(),
        _ => written(value),
    }
}

/// A value as HCL would write it on one line.
fn written(value: &Dynamic) -> String {
    match value {
        Dynamic::Null => "not set".to_owned(),
        Dynamic::Bool(flag) => flag.to_string(),
        Dynamic::String(text) => format!("{text:?}"),
        Dynamic::Mapping(members) => {
            let set: Vec<_> = members.iter().filter(|(_, value)| !value.is_null()).collect();
            if set.is_empty() {
                return "{}".to_owned();
            }
            let members: Vec<String> =
                set.into_iter().map(|(name, value)| format!("{name} = {}", written_of(name, value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Dynamic::Sequence(elements) => {
            let elements: Vec<String> = elements.iter().map(written_briefly).collect();
            format!("[{}]", elements.join(", "))
        }
        _ => "known after apply".to_owned(),
    }
}

/// An element of a list: a factor by its kind.
fn written_briefly(element: &Dynamic) -> String {
    element.member("kind").map_or_else(|| written(element), written)
}

#[cfg(test)]
mod tests {
    use super::{PRIVATE, differences};
    use crate::tf::Dynamic;

    fn state(text: &str) -> Dynamic {
        let leaves = || PRIVATE.iter().map(|name| (*name, Dynamic::string(text)));
        let nested = Dynamic::object(leaves().chain([("sns_region", Dynamic::string("eu-west-1"))]));
        Dynamic::object(leaves().chain([("block", nested)]))
    }

    #[test]
    fn a_difference_tells_that_a_text_changed_and_not_which() {
        let attributes: Vec<&str> = PRIVATE.into_iter().chain(["block"]).collect();
        let empty = Dynamic::object(Vec::<(&str, Dynamic)>::new());
        let mut told = 0;
        for (planned, now) in
            [(state("canary-1"), state("canary-2")), (state("canary-1"), empty.clone()), (empty, state("canary-2"))]
        {
            for difference in differences(&attributes, &planned, &now) {
                let words = format!("{} {}", difference.planned, difference.now);
                assert!(!words.contains("canary") && difference.planned != difference.now, "{difference:?}");
                told += 1;
            }
        }
        assert_eq!(told, 2 * PRIVATE.len() + 2 * (PRIVATE.len() + 1), "texts, and a block that comes or goes");
    }
}
