//! The msgpack forms, byte by byte. Samples marked "as sent" were recorded from Terraform 1.11.4 and 1.15.5.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::tf::dynamic::Refinements;
use crate::tf::number::Number;

fn both_ways(bytes: &[u8], value: &Dynamic, ty: &Type) {
    assert_eq!(decode(bytes, ty).as_ref(), Ok(value));
    assert_eq!(encode(value, ty).as_deref(), Ok(bytes));
}

fn refusal(bytes: &[u8], ty: &Type) -> String {
    decode(bytes, ty).expect_err("it should be refused").to_string()
}

#[test]
fn an_unknown_value_as_sent() {
    both_ways(&[0xd4, 0, 0], &Dynamic::UNKNOWN, &Type::String);
    for other_form in [&[0xc7, 0, 0][..], &[0xc7, 1, 12, 0x80], &[0xd4, 5, 9], &[0xd5, 0, 1, 2]] {
        assert_eq!(decode(other_form, &Type::Bool), Ok(Dynamic::UNKNOWN));
    }
}

#[test]
fn an_unknown_value_with_a_prefix_as_sent() {
    let refinements = Refinements { nullness: Some(false), string_prefix: Some("pre-".into()), ..Refinements::default() };
    let bytes = [&[0xc7, 9, 12, 0x82, 0x01, 0xc2, 0x02, 0xa4][..], b"pre-"].concat();
    both_ways(&bytes, &Dynamic::Unknown(Some(Box::new(refinements))), &Type::String);
    assert_eq!(refusal(&bytes, &Type::Bool), "a string prefix as a refinement of a bool");
}

#[test]
fn refinements_of_a_later_version_are_passed_over() {
    let later = [0xc7, 9, 12, 0x82, 0x01, 0xc2, 0x63, 0x92, 0x81, 0xa0, 0xc0, 0x01];
    let known = Refinements { nullness: Some(false), ..Refinements::default() };
    assert_eq!(decode(&later, &Type::Bool), Ok(Dynamic::Unknown(Some(Box::new(known)))));
    assert_eq!(decode(&[0xc7, 3, 12, 0x81, 0x63, 0x00], &Type::Bool), Ok(Dynamic::UNKNOWN));
    assert_eq!(decode(&[0xc7, 3, 12, 0x81, 0x01, 0xc3], &Type::Bool), Ok(Dynamic::Null));
}

#[test]
fn broken_refinements_are_refused() {
    for payload in [&[0x81, 0x01][..], &[0x81, 0x01, 0x01], &[0xc0, 0xc0], &[0x81, 0xc0, 0xc0], &[0x81, 0x03, 0x91, 0x01]] {
        let bytes = [&[0xc7, payload.len() as u8, 12][..], payload].concat();
        assert!(decode(&bytes, &Type::Number).is_err(), "{payload:02x?}");
    }
    let long = [&[0xc8, 0x10, 0x00, 12][..], &[0x80; 0x1000]].concat();
    assert!(refusal(&long, &Type::Bool).contains("1024"));
}

#[test]
fn long_prefixes_are_cut_at_a_character() {
    let prefix = format!("a{}", "\u{e9}".repeat(200));
    let value = Dynamic::Unknown(Some(Box::new(Refinements { string_prefix: Some(prefix), ..Refinements::default() })));
    let Dynamic::Unknown(Some(back)) = decode(&encode(&value, &Type::String).unwrap(), &Type::String).unwrap() else {
        panic!("no refinements came back");
    };
    assert_eq!(back.string_prefix.unwrap(), format!("a{}", "\u{e9}".repeat(127)));
}

#[test]
fn numbers_take_the_first_form_that_holds_them() {
    let number = |text: &str| Dynamic::Number(Number::parse(text).unwrap());
    both_ways(&[0x07], &Dynamic::number(7), &Type::Number);
    both_ways(&[0xff], &Dynamic::number(-1), &Type::Number);
    both_ways(&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], &number("0.5"), &Type::Number);
    both_ways(b"\xa30.1", &number("0.1"), &Type::Number);
    both_ways(b"\xb712345678901234567890123", &number("12345678901234567890123"), &Type::Number);
    both_ways(b"\xb418446744073709551616", &number("18446744073709551616"), &Type::Number);
    both_ways(&[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], &Dynamic::Number(Number::PositiveInfinity), &Type::Number);
    both_ways(&[0xcb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0], &Dynamic::Number(Number::NegativeInfinity), &Type::Number);
    assert_eq!(decode(&[0xca, 0x3f, 0x00, 0, 0], &Type::Number), Ok(number("0.5")));
    assert_eq!(
        decode(&[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &Type::Number),
        Ok(number("18446744073709551615"))
    );
    assert!(refusal(&[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], &Type::Number).starts_with("NaN"));
    assert!(refusal(b"\xa3abc", &Type::Number).starts_with("text that is not"));
}

#[test]
fn a_place_of_any_type_as_sent() {
    let constraint = br#"["tuple",["number","string","bool"]]"#;
    let bytes = [&[0x92, 0xc4, constraint.len() as u8][..], constraint, &[0x93, 0x01, 0xa1, b'x', 0xc3]].concat();
    let ty = Type::Tuple(vec![Type::Number, Type::String, Type::Bool]);
    let parts = Dynamic::Sequence(vec![Dynamic::number(1), Dynamic::string("x"), Dynamic::Bool(true)]);
    both_ways(&bytes, &Dynamic::Typed(Box::new(ty), Box::new(parts)), &Type::Dynamic);
    both_ways(&[0xc0], &Dynamic::Null, &Type::Dynamic);
    assert!(refusal(&[0xc3], &Type::Dynamic).starts_with("a bool where"));
    assert!(refusal(b"\x92\xc4\x09\"dynamic\"\xc0", &Type::Dynamic).contains("own type"));
    assert!(refusal(&[0x92, 0x01, 0x01], &Type::Dynamic).starts_with("no type"));
}

#[test]
fn objects_have_exactly_their_attributes() {
    let ty = Type::object([("a", Type::Bool), ("b", Type::list(Type::String))]);
    let value = Dynamic::object([("a", Dynamic::Bool(false)), ("b", Dynamic::Sequence(vec![Dynamic::string("x")]))]);
    both_ways(b"\x82\xa1a\xc2\xa1b\x91\xa1x", &value, &ty);
    assert_eq!(refusal(b"\x81\xa1a\xc2", &ty), "b: missing attribute");
    assert_eq!(refusal(b"\x82\xa1a\xc2\xa1c\xc2", &ty), "c: unknown attribute");
    assert_eq!(refusal(b"\x82\xa1a\xc2\xa1a\xc2", &ty), "a: given twice");
    assert_eq!(refusal(b"\x82\xa1a\xc2\xa1b\x91\x01", &ty), "b[0]: a number where a string is expected");
    assert_eq!(refusal(b"\x82\xa1a\xc2\x01\x91\x01", &ty), "a number where a key is expected");
}

#[test]
fn text_is_utf8_in_nfc() {
    assert_eq!(decode(b"\xa3e\xcc\x81", &Type::String), Ok(Dynamic::String("\u{e9}".into())));
    assert_eq!(refusal(b"\xa1\xff", &Type::String), "text that is not UTF-8");
}

#[test]
fn hostile_lengths_and_depths_are_refused() {
    assert!(refusal(&[0xdd, 0xff, 0xff, 0xff, 0xff], &Type::list(Type::Bool)).contains("end before"));
    assert!(refusal(&[0xdf, 0xff, 0xff, 0xff, 0xff], &Type::map(Type::Bool)).contains("end before"));
    assert!(refusal(&[0xdb, 0xff, 0xff, 0xff, 0xff], &Type::String).contains("end before"));
    assert!(refusal(&[0xc9, 0xff, 0xff, 0xff, 0xff, 12], &Type::String).contains("end before"));
    let ty = Type::list(Type::Dynamic);
    let layer = b"\x91\x92\xc4\x12[\"list\",\"dynamic\"]";
    assert!(refusal(&layer.repeat(100_000), &ty).ends_with("nested more than 128 levels deep"));
    let refinements = [&[0xc8, 0x04, 0x00, 12, 0x81, 0x63][..], &[0x91; 1021], &[0xc0]].concat();
    assert!(refusal(&refinements, &Type::Bool).contains("nested more than"));
}

#[test]
fn the_value_ends_where_the_bytes_do() {
    assert_eq!(refusal(&[0xc0, 0xc0], &Type::Bool), "bytes after the end of the value");
    assert_eq!(refusal(&[], &Type::Bool), "the bytes end before the value does");
    assert_eq!(refusal(&[0xc1], &Type::Bool), "a byte that msgpack reserves");
}

#[test]
fn what_is_not_of_the_type_is_not_written() {
    assert!(encode(&Dynamic::Bool(true), &Type::String).is_err());
    assert!(encode(&Dynamic::object([("a", Dynamic::Null)]), &Type::object([("b", Type::Bool)])).is_err());
}
