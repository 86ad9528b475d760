//! Values of every type, there and back in both forms; and bytes that are no values, which must be refused calmly.

use cognitomfa::tf::number::Number;
use cognitomfa::tf::{Dynamic, Refinements, Type, json, msgpack};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Whether a generated value may hold what only msgpack can: unknown values and infinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wire {
    Msgpack,
    Json,
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-z0-9_]{0,8}", text()]
}

/// Text with what is hard about text: controls, quotes, marks that combine, characters beyond the first plane.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        Just("\u{e9}".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("q\u{307}\u{323}".to_owned()),
        Just("\u{1112}\u{1161}\u{11ab}".to_owned()),
        Just("\u{1f511}".to_owned()),
        Just("\u{0}\n\"\\".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..4).prop_map(|pieces| match Dynamic::string(pieces.concat()) {
        Dynamic::String(normal) => normal,
        other => panic!("{other:?} is not a string"),
    })
}

fn ty() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        4 => Just(Type::String),
        2 => Just(Type::Number),
        2 => Just(Type::Bool),
        1 => Just(Type::Dynamic),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            btree_map(name(), inner.clone(), 0..4).prop_map(Type::Object),
            vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

fn number(wire: Wire) -> BoxedStrategy<Number> {
    let finite = prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("a finite float", |float| Number::from_f64(float).filter(|_| float.is_finite())),
        "-?[1-9][0-9]{0,60}(\\.[0-9]{1,60})?(e-?[0-9]{1,2})?".prop_filter_map("a number", |text| Number::parse(&text)),
    ];
    match wire {
        Wire::Json => finite.boxed(),
        Wire::Msgpack => prop_oneof![
            8 => finite,
            1 => Just(Number::PositiveInfinity),
            1 => Just(Number::NegativeInfinity),
        ]
        .boxed(),
    }
}

fn refinements(ty: &Type) -> BoxedStrategy<Refinements> {
    let nullness = proptest::option::of(Just(false));
    let plain = nullness.prop_map(|nullness| Refinements { nullness, ..Refinements::default() });
    match ty {
        Type::String => (plain, proptest::option::of(text()))
            .prop_map(|(refinements, string_prefix)| Refinements { string_prefix, ..refinements })
            .boxed(),
        Type::Number => {
            let bound = || proptest::option::of((number(Wire::Msgpack), any::<bool>()));
            (plain, bound(), bound())
                .prop_map(|(refinements, number_lower, number_upper)| Refinements { number_lower, number_upper, ..refinements })
                .boxed()
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            let bound = || proptest::option::of(any::<i64>());
            (plain, bound(), bound())
                .prop_map(|(refinements, length_lower, length_upper)| Refinements { length_lower, length_upper, ..refinements })
                .boxed()
        }
        Type::Bool | Type::Dynamic | Type::Object(_) | Type::Tuple(_) => plain.boxed(),
    }
}

fn value(ty: &Type, wire: Wire) -> BoxedStrategy<Dynamic> {
    let known = known(ty, wire);
    if wire == Wire::Json {
        return prop_oneof![9 => known, 1 => Just(Dynamic::Null)].boxed();
    }
    let refined = refinements(ty).prop_map(|refinements| {
        let says_something = refinements != Refinements::default();
        Dynamic::Unknown(says_something.then(|| Box::new(refinements)))
    });
    prop_oneof![8 => known, 1 => Just(Dynamic::Null), 1 => Just(Dynamic::UNKNOWN), 1 => refined].boxed()
}

fn known(ty: &Type, wire: Wire) -> BoxedStrategy<Dynamic> {
    match ty {
        Type::String => text().prop_map(Dynamic::String).boxed(),
        Type::Number => number(wire).prop_map(Dynamic::Number).boxed(),
        Type::Bool => any::<bool>().prop_map(Dynamic::Bool).boxed(),
        Type::Dynamic => {
            let own = prop_oneof![
                Just(Type::String),
                Just(Type::Tuple(vec![Type::Number, Type::Bool])),
                Just(Type::object([("a", Type::list(Type::String))])),
                Just(Type::map(Type::Dynamic)),
            ];
            // Values of any type within values of any type are null here, or generation would not end.
            let typed = move |own: Type| {
                let inner =
                    if own.has_dynamic() { Just(Dynamic::object([("k", Dynamic::Null)])).boxed() } else { known(&own, wire) };
                inner.prop_map(move |value| Dynamic::Typed(Box::new(own.clone()), Box::new(value)))
            };
            own.prop_flat_map(typed).boxed()
        }
        Type::List(element) | Type::Set(element) => vec(value(element, wire), 0..4).prop_map(Dynamic::Sequence).boxed(),
        Type::Map(element) => btree_map(name(), value(element, wire), 0..4).prop_map(Dynamic::Mapping).boxed(),
        Type::Tuple(elements) => {
            let parts: Vec<_> = elements.iter().map(|element| value(element, wire)).collect();
            parts.prop_map(Dynamic::Sequence).boxed()
        }
        Type::Object(attributes) => {
            let names: Vec<String> = attributes.keys().cloned().collect();
            let members: Vec<_> = attributes.values().map(|ty| value(ty, wire)).collect();
            members.prop_map(move |members| Dynamic::Mapping(names.iter().cloned().zip(members).collect())).boxed()
        }
    }
}

fn typed_value(wire: Wire) -> impl Strategy<Value = (Type, Dynamic)> {
    ty().prop_flat_map(move |ty| value(&ty, wire).prop_map(move |value| (ty.clone(), value)))
}

/// One small harm to some bytes: the ways in which a peer's encoder goes wrong.
#[derive(Clone, Debug)]
enum Harm {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Harm::Flip(at, byte)),
        at().prop_map(Harm::Cut),
        (at(), vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
        (at(), at()).prop_map(|(from, to)| Harm::Repeat(from, to)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harms: &[Harm]) -> Vec<u8> {
    for harm in harms {
        let length = bytes.len() + 1;
        match harm {
            Harm::Flip(at, byte) => {
                let at = at.index(length).min(bytes.len().saturating_sub(1));
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
            Harm::Cut(at) => bytes.truncate(at.index(length)),
            Harm::Insert(at, added) => {
                let at = at.index(length);
                bytes.splice(at..at, added.iter().copied());
            }
            Harm::Repeat(from, to) => {
                let (from, to) = (from.index(length), to.index(length));
                let run: Vec<u8> = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.extend(run);
            }
        }
    }
    bytes
}

/// Places a value takes up, itself included: what memory grows with.
fn places(value: &Dynamic) -> usize {
    1 + match value {
        Dynamic::Sequence(elements) => elements.iter().map(places).sum(),
        Dynamic::Mapping(members) => members.values().map(places).sum(),
        Dynamic::Typed(_, value) => places(value),
        _ => 0,
    }
}

/// Reads bytes as every form; whatever is read must be of the type, no larger than the bytes allow, and be written back. Tells whether
/// anything was read.
fn read_calmly(bytes: &[u8], ty: &Type) -> Result<bool, TestCaseError> {
    let mut is_read = false;
    if let Ok(value) = msgpack::decode(bytes, ty) {
        prop_assert_eq!(value.conforms(ty), Ok(()));
        prop_assert!(places(&value) <= bytes.len());
        let again = msgpack::encode(&value, ty).expect("what was read can be written");
        prop_assert_eq!(msgpack::decode(&again, ty), Ok(value));
        is_read = true;
    }
    if let Ok(value) = json::decode(bytes, ty) {
        prop_assert_eq!(value.conforms(ty), Ok(()));
        let again = json::encode(&value, ty).expect("what was read can be written");
        prop_assert_eq!(json::decode(&again, ty), Ok(value));
        is_read = true;
    }
    let _ = json::decode_lenient(bytes, ty);
    if let Ok(ty) = json::decode_type(bytes) {
        prop_assert_eq!(json::decode_type(&json::encode_type(&ty)), Ok(ty));
        is_read = true;
    }
    Ok(is_read)
}

const CASES: u32 = 512;
/// Of inputs that are seldom read, and quickly made.
const MANY: u32 = 8_192;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Asks something of many inputs; fails as well where it could be asked of less than `least` of them.
fn asked<S: Strategy>(cases: u32, inputs: S, least: usize, ask: impl Fn(S::Value) -> Result<bool, TestCaseError>) {
    let could = std::cell::Cell::new(0);
    let ask = |input| ask(input).map(|could_be| could.set(could.get() + usize::from(could_be)));
    TestRunner::new(config(cases)).run(&inputs, ask).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(could.get() >= least, "it could be asked of {} of {cases} inputs only", could.get());
}

proptest! {
    #![proptest_config(config(CASES))]

    #[test]
    fn types_round_trip(ty in ty()) {
        prop_assert_eq!(json::decode_type(&json::encode_type(&ty)), Ok(ty));
    }

    #[test]
    fn values_round_trip_in_msgpack((ty, value) in typed_value(Wire::Msgpack)) {
        prop_assert_eq!(value.conforms(&ty), Ok(()));
        let bytes = msgpack::encode(&value, &ty).unwrap();
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn known_values_round_trip_in_json((ty, value) in typed_value(Wire::Json)) {
        let bytes = json::encode(&value, &ty).unwrap();
        prop_assert_eq!(json::decode(&bytes, &ty), Ok(value.clone()));
        prop_assert_eq!(json::decode_lenient(&bytes, &ty), Ok(value));
    }
}

#[test]
fn a_value_is_never_read_as_another_type() {
    asked(CASES, (typed_value(Wire::Msgpack), ty()), 20, |((ty, value), other)| {
        let bytes = msgpack::encode(&value, &ty).unwrap();
        let Ok(read) = msgpack::decode(&bytes, &other) else { return Ok(false) };
        prop_assert_eq!(read.conforms(&other), Ok(()));
        Ok(true)
    });
}

#[test]
fn arbitrary_bytes_are_read_calmly() {
    let bytes = prop_oneof![vec(any::<u8>(), 0..256), vec(any::<u8>(), 1..3)];
    asked(MANY, (bytes, ty()), 20, |(bytes, ty)| read_calmly(&bytes, &ty));
}

#[test]
fn harmed_msgpack_is_read_calmly() {
    asked(MANY, (typed_value(Wire::Msgpack), vec(harm(), 1..4)), 20, |((ty, value), harms)| {
        read_calmly(&harmed(msgpack::encode(&value, &ty).unwrap(), &harms), &ty)
    });
}

#[test]
fn harmed_json_is_read_calmly() {
    asked(MANY, (typed_value(Wire::Json), vec(harm(), 1..4)), 20, |((ty, value), harms)| {
        read_calmly(&harmed(json::encode(&value, &ty).unwrap(), &harms), &ty)
    });
}

#[test]
fn harmed_types_are_read_calmly() {
    asked(MANY, (ty(), vec(harm(), 1..4)), 20, |(ty, harms)| {
        read_calmly(&harmed(json::encode_type(&ty), &harms), &Type::Dynamic)
    });
}

#[test]
fn every_claim_of_length_is_checked_before_it_is_believed() {
    let types = [Type::list(Type::Bool), Type::map(Type::Bool), Type::String, Type::Number, Type::Dynamic];
    let mut read = 0;
    for marker in 0..=u8::MAX {
        for ty in &types {
            for length in [0, 4, 9] {
                let bytes: Vec<u8> = std::iter::once(marker).chain(std::iter::repeat_n(0xff, length)).collect();
                if let Ok(value) = msgpack::decode(&bytes, ty) {
                    assert!(places(&value) <= bytes.len(), "{bytes:02x?}");
                    read += 1;
                }
            }
        }
    }
    assert!(read >= 150, "{read} of them were read");
}
