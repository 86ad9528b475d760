//! Terraform's values in their two wire forms, each read against a type that the input brings along.

use cognitomfa::tf::{Dynamic, Number, Type, json, msgpack};

/// A line with a type in JSON, then a value in msgpack.
pub fn msgpack_value(input: &[u8]) -> bool {
    let (ty, bytes) = typed(input);
    let Ok(value) = msgpack::decode(bytes, &ty) else { return false };
    assert_eq!(value.conforms(&ty), Ok(()), "what was read is of another type");
    assert!(places(&value) <= bytes.len(), "{} places from {} bytes", places(&value), bytes.len());
    let digits = numbers(&value);
    let again = msgpack::encode(&value, &ty).expect("what was read can be written");
    // Beside its structure it grows by what numbers with an exponent are when written out.
    assert!(again.len() <= 40 * bytes.len() + 40 + digits, "{} bytes from {}", again.len(), bytes.len());
    assert_eq!(msgpack::decode(&again, &ty), Ok(value), "the value is another one after a round trip");
    true
}

/// A line with a type in JSON, then a value in JSON.
pub fn json_value(input: &[u8]) -> bool {
    let (ty, bytes) = typed(input);
    assert_eq!(json::decode_type(&json::encode_type(&ty)), Ok(ty.clone()), "the type is another one after a round trip");
    let strict = json::decode(bytes, &ty);
    if let Ok(value) = json::decode_lenient(bytes, &ty) {
        assert_eq!(value.conforms(&ty), Ok(()), "what was read is of another type");
        assert!(strict.is_err() || strict.as_ref() == Ok(&value), "two readings of one text differ");
    } else {
        assert!(strict.is_err(), "the lenient reader refuses what the strict one takes");
    }
    let Ok(value) = strict else { return false };
    numbers(&value);
    let again = json::encode(&value, &ty).expect("what was read can be written");
    assert_eq!(json::decode(&again, &ty), Ok(value), "the value is another one after a round trip");
    true
}

fn typed(input: &[u8]) -> (Type, &[u8]) {
    let (line, rest) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, input),
    };
    let ty = json::decode_type(line).unwrap_or_else(|_| match line.first().copied().unwrap_or_default() % 5 {
        0 => Type::Dynamic,
        1 => Type::list(Type::Dynamic),
        2 => Type::map(Type::Number),
        3 => Type::Tuple(vec![Type::String, Type::Bool, Type::Dynamic]),
        _ => Type::object([("a", Type::list(Type::String)), ("b", Type::Number)]),
    });
    (ty, rest)
}

/// Places a value takes up, itself included: what memory grows with.
pub fn places(value: &Dynamic) -> usize {
    1 + match value {
        Dynamic::Sequence(elements) => elements.iter().map(places).sum(),
        Dynamic::Mapping(members) => members.values().map(places).sum(),
        Dynamic::Typed(_, value) => places(value),
        _ => 0,
    }
}

/// Whatever can be asked of a number is answered in bounds. Counts the digits of all numbers, written out.
fn numbers(value: &Dynamic) -> usize {
    match value {
        Dynamic::Number(number) => {
            let _ = number.is_integer();
            let digits = number.to_string().len();
            assert!(number.as_i64().is_none_or(|whole| Number::from(whole).to_string() == number.to_string()));
            assert!(number.as_f64().is_none_or(|float| Number::from_f64(float).as_ref() == Some(number)));
            assert!(digits <= 4_096, "{digits} digits");
            digits
        }
        Dynamic::Sequence(elements) => elements.iter().map(numbers).sum(),
        Dynamic::Mapping(members) => members.values().map(numbers).sum(),
        Dynamic::Typed(_, value) => numbers(value),
        _ => 0,
    }
}
