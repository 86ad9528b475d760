//! Writing the query protocol: answers and errors as small XML documents.

use serde_json::Value;

/// Structures that are maps of texts rather than structures with named members.
const MAPS: &[&str] = &["attributes"];

/// An answer: `<ActionResponse><ActionResult>members</ActionResult><ResponseMetadata>`.
pub fn encode_answer(action: &str, namespace: &str, members: &Value, request_id: &str) -> String {
    let mut xml = format!("<{action}Response xmlns=\"{}\"><{action}Result>", escape(namespace));
    write_members(&mut xml, members);
    xml.push_str(&format!("</{action}Result><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"));
    xml.push_str(&format!("</{action}Response>"));
    xml
}

/// An error: `<ErrorResponse><Error><Type>Sender</Type><Code/><Message/></Error><RequestId/>`.
pub fn encode_error(namespace: &str, code: &str, message: &str, request_id: &str) -> String {
    let (namespace, code, message) = (escape(namespace), escape(code), escape(message));
    format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
}

fn write_members(xml: &mut String, members: &Value) {
    let Value::Object(members) = members else { return };
    for (name, value) in members {
        xml.push_str(&format!("<{name}>"));
        match value {
            Value::Object(entries) if MAPS.contains(&name.as_str()) => {
                for (key, value) in entries {
                    xml.push_str(&format!("<entry><key>{}</key><value>{}</value></entry>", escape(key), text(value)));
                }
            }
            value => write_value(xml, value),
        }
        xml.push_str(&format!("</{name}>"));
    }
}

fn write_value(xml: &mut String, value: &Value) {
    match value {
        Value::Object(_) => write_members(xml, value),
        Value::Array(items) => {
            for item in items {
                xml.push_str("<member>");
                write_value(xml, item);
                xml.push_str("</member>");
            }
        }
        other => xml.push_str(&text(other)),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), escape)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_maps_and_special_letters_are_written() {
        let members = json!({ "Roles": [{ "RoleName": "a<b>&\"c\"" }], "attributes": { "K": "v" }, "IsTruncated": false });
        let xml = encode_answer("ListRoles", "urn:x", &members, "id");
        assert_eq!(
            xml,
            "<ListRolesResponse xmlns=\"urn:x\"><ListRolesResult><Roles><member><RoleName>a&lt;b&gt;&amp;&quot;c&quot;</RoleName></member></Roles>\
             <attributes><entry><key>K</key><value>v</value></entry></attributes><IsTruncated>false</IsTruncated></ListRolesResult>\
             <ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></ListRolesResponse>"
        );
    }
}
