//! Reading the query protocol: a form body becomes the structure it stands for.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A structure of texts, lists and maps out of `Tags.member.1.Key=...` and `attributes.entry.1.key=...`.
pub fn decode(body: &[u8]) -> Value {
    let mut root = Node::default();
    for (name, value) in url::form_urlencoded::parse(body) {
        let mut node = &mut root;
        for part in name.split('.') {
            node = node.members.entry(part.to_owned()).or_default();
        }
        node.text = Some(value.into_owned());
    }
    root.into_value()
}

#[derive(Default)]
struct Node {
    text: Option<String>,
    members: BTreeMap<String, Node>,
}

impl Node {
    fn into_value(mut self) -> Value {
        if self.members.is_empty() {
            return self.text.map_or(Value::Null, Value::String);
        }
        if let Some(list) = self.members.remove("member") {
            return Value::Array(list.in_order().map(Node::into_value).collect());
        }
        if let Some(map) = self.members.remove("entry") {
            return Value::Object(map.in_order().filter_map(Node::into_entry).collect());
        }
        let members = self.members.into_iter().map(|(name, node)| (name, node.into_value()));
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// Members by their number, not by their text.
    fn in_order(self) -> impl Iterator<Item = Node> {
        let mut numbered: Vec<_> =
            self.members.into_iter().map(|(number, node)| (number.parse().unwrap_or(u64::MAX), node)).collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, node)| node)
    }

    fn into_entry(mut self) -> Option<(String, Value)> {
        let key = self.members.remove("key")?.text?;
        Some((key, self.members.remove("value")?.into_value()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_ordered_by_number_and_maps_by_entry() {
        let list =
            (1..=11).map(|n| format!("Tags.member.{n}.Key=k{n}&Tags.member.{n}.Value=a%20b")).collect::<Vec<_>>().join("&");
        let value = decode(format!("Action=TagRole&{list}&attributes.entry.1.key=X&attributes.entry.1.value=1").as_bytes());
        assert_eq!(value["Tags"][9], json!({ "Key": "k10", "Value": "a b" }));
        assert_eq!(value["Tags"][10]["Key"], "k11");
        assert_eq!(value["attributes"], json!({ "X": "1" }));
        assert_eq!(value["Action"], "TagRole");
    }

    #[test]
    fn an_empty_list_parameter_is_a_text_and_not_a_list() {
        assert_eq!(decode(b"TagKeys="), json!({ "TagKeys": "" }));
    }
}
