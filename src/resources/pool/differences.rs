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
        _ => found.push(Difference { attribute: attribute.to_owned(), planned: written(planned), now: written(now) }),
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
            let members: Vec<String> = set.into_iter().map(|(name, value)| format!("{name} = {}", written(value))).collect();
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
