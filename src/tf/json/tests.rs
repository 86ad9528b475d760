//! The JSON forms, by example.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::tf::number::Number;

fn refusal(json: &str, ty: &Type) -> String {
    decode(json.as_bytes(), ty).expect_err("it should be refused").to_string()
}

#[test]
fn types_have_their_json() {
    let samples: [(&str, Type); 8] = [
        (r#""string""#, Type::String),
        (r#""number""#, Type::Number),
        (r#""bool""#, Type::Bool),
        (r#""dynamic""#, Type::Dynamic),
        (r#"["list",["set","bool"]]"#, Type::list(Type::set(Type::Bool))),
        (r#"["map","string"]"#, Type::map(Type::String)),
        (r#"["object",{"a":"bool","b":["tuple",[]]}]"#, Type::object([("a", Type::Bool), ("b", Type::Tuple(vec![]))])),
        (r#"["tuple",["number","string","bool"]]"#, Type::Tuple(vec![Type::Number, Type::String, Type::Bool])),
    ];
    for (json, ty) in samples {
        assert_eq!(decode_type(json.as_bytes()).as_ref(), Ok(&ty), "{json}");
        assert_eq!(String::from_utf8(encode_type(&ty)).unwrap(), json);
    }
    let with_optional = br#"["object",{"a":"bool"},["a"]]"#;
    assert_eq!(decode_type(with_optional), Ok(Type::object([("a", Type::Bool)])));
}

#[test]
fn what_is_no_type_is_refused() {
    for json in ["", "1", r#""text""#, r#"["list"]"#, r#"["list","string","string"]"#, r#"["object",[]]"#, "{}", "\"bool\"x"] {
        assert!(decode_type(json.as_bytes()).is_err(), "{json}");
    }
    let hostile = format!("{}\"bool\"{}", "[\"list\",".repeat(10_000), "]".repeat(10_000));
    assert!(decode_type(hostile.as_bytes()).is_err());
}

#[test]
fn missing_attributes_are_null_and_extra_ones_are_not_for_us() {
    let ty = Type::object([("a", Type::String), ("b", Type::list(Type::object([("c", Type::Bool)])))]);
    let expected =
        Dynamic::object([("a", Dynamic::Null), ("b", Dynamic::Sequence(vec![Dynamic::object([("c", Dynamic::Null)])]))]);
    assert_eq!(decode(br#"{"b": [{}]}"#, &ty), Ok(expected.clone()));
    assert_eq!(refusal(r#"{"b": [{"d": 1}]}"#, &ty), "b[0].d: unknown attribute");
    assert_eq!(decode_lenient(br#"{"b": [{"d": 1}], "e": {}}"#, &ty), Ok(expected));
}

#[test]
fn numbers_keep_their_digits() {
    let digits = "12345678901234567890123.000000000000000000000000000000000000001";
    let number = decode(digits.as_bytes(), &Type::Number).unwrap();
    assert_eq!(number, Dynamic::Number(Number::parse(digits).unwrap()));
    assert_eq!(encode(&number, &Type::Number).unwrap(), digits.as_bytes());
    assert_eq!(decode(b"1e3", &Type::Number), Ok(Dynamic::number(1000)));
    assert_eq!(refusal("1e999999999", &Type::Number), "a number that is too long");
}

#[test]
fn a_place_of_any_type_holds_value_and_type() {
    let json = r#"{"value":["x",null],"type":["list","string"]}"#;
    let value = Dynamic::Typed(
        Box::new(Type::list(Type::String)),
        Box::new(Dynamic::Sequence(vec![Dynamic::string("x"), Dynamic::Null])),
    );
    assert_eq!(decode(json.as_bytes(), &Type::Dynamic).as_ref(), Ok(&value));
    assert_eq!(String::from_utf8(encode(&value, &Type::Dynamic).unwrap()).unwrap(), json);
    assert_eq!(decode(b"null", &Type::Dynamic), Ok(Dynamic::Null));
    assert!(refusal(r#""x""#, &Type::Dynamic).starts_with("a string where"));
    assert!(refusal(r#"{"value":1}"#, &Type::Dynamic).starts_with("not an object of `type` and `value`"));
    assert!(decode(br#"{"value":1,"type":"dynamic"}"#, &Type::Dynamic).is_err());
}

#[test]
fn a_type_sent_along_is_not_filled_in() {
    let json = r#"{"value":[{},{}],"type":["list",["object",{"a":"bool"}]]}"#;
    assert_eq!(refusal(json, &Type::Dynamic), "[0].a: missing attribute");
}

#[test]
fn what_json_cannot_hold_is_refused() {
    assert!(encode(&Dynamic::UNKNOWN, &Type::String).is_err());
    assert!(encode(&Dynamic::Number(Number::PositiveInfinity), &Type::Number).is_err());
    assert!(encode(&Dynamic::Bool(true), &Type::String).is_err());
    assert!(refusal("{} {}", &Type::map(Type::Bool)).starts_with("not JSON"));
    assert_eq!(refusal("[true]", &Type::Bool), "an array where a bool is expected");
    assert_eq!(refusal("[1]", &Type::Tuple(vec![])), "1 elements where the tuple has 0");
}

#[test]
fn text_is_brought_to_nfc() {
    let value = decode("{\"e\u{301}\": \"u\u{308}\"}".as_bytes(), &Type::map(Type::String)).unwrap();
    assert_eq!(value, Dynamic::object([("\u{e9}", Dynamic::String("\u{fc}".into()))]));
}
