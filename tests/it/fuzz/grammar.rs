//! Inputs that are nearly right: sentences of each target's language, with the words that its reader knows.

use std::collections::BTreeMap;

use cognitomfa::provider::Provider;
use cognitomfa::resources;
use cognitomfa::tf::{Dynamic, Number, Refinements, Type, json, msgpack};
use serde_json::{Map, Value as Json};

use super::engine::Dice;

/// Texts that settings, names and documents are made of.
const TEXTS: &[&str] = &[
    "",
    "OFF",
    "ON",
    "OPTIONAL",
    "eu-central-1_Ab12Cd34E",
    "eu-central-1",
    "us-gov-west-1",
    "arn:aws:iam::123456789012:role/service-role/sms",
    "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Ab12Cd34E",
    "arn:aws:iam::*:role/*",
    "external-id",
    "Your code is {####}",
    "preferred",
    "required",
    "SINGLE_FACTOR",
    "MULTI_FACTOR_WITH_USER_VERIFICATION",
    "RETAIN",
    "PREVENT",
    "required_to_off",
    "2027-12-31",
    "1h30m",
    "login.example.com",
    "cognito-idp.amazonaws.com",
    "sts:AssumeRole",
    "sns:Publish",
    "sns:*",
    "*",
    "Allow",
    "Deny",
    "http://127.0.0.1:4566",
    "e\u{301}",
    "\u{1f511}\u{0}\u{202e}",
];

/// Words that are spliced into the inputs of a target.
pub fn words(name: &str) -> &'static [&'static [u8]] {
    match name {
        "msgpack_value" | "schema_value" => &[
            b"\xc0",
            b"\xc2",
            b"\xc3",
            b"\xd4\x00\x00",
            b"\xc7\x03\x0c\x81\x01\xc2",
            b"\xc7\x00\x00",
            b"\xdd\xff\xff\xff\xff",
            b"\xdf\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff",
            b"\xc9\xff\xff\xff\xff\x0c",
            b"\xcb\x7f\xf0\0\0\0\0\0\0",
            b"\xcb\x7f\xf8\0\0\0\0\0\0",
            b"\xab1e999999999",
            b"\xa81e-99999",
            b"\x92\xc4\x08\"string\"",
            b"\x92\xc4\x09\"dynamic\"",
            b"\xd3\x80\0\0\0\0\0\0\0",
            b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
        ],
        "json_value" | "stored_state" | "policy_document" | "api_answer" => &[
            b"null",
            b"true",
            b"{}",
            b"[]",
            b"[[[[[[[[",
            b"{\"a\":{\"a\":{\"a\":",
            b"1e999999999",
            b"-0",
            b"1E+400",
            b"0.1e-4000",
            b"\\ud800",
            b"\\u0000",
            b"\"e\xcc\x81\"",
            b"\xff\xfe",
            b"\"Statement\":",
            b"\"Condition\":",
            b"\"StringEquals\":",
            b"\"ForAllValues:StringLike\":",
            b"\"sts:ExternalId\":",
            b"\"NotPrincipal\":",
            b"${aws:username}",
            b"\"__type\":\"ResourceNotFoundException\"",
            b"\"MfaConfiguration\":",
            b"\"EumsSms\":",
            b"<Role>",
            b"</Role>",
            b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
            b"&b;",
            b"%7B%22",
            b"%ZZ",
            b"\"value\":",
            b"\"type\":",
        ],
        "launch_environment" => &[
            b"PLUGIN_CLIENT_CERT=",
            b"PLUGIN_PROTOCOL_VERSIONS=",
            b"PLUGIN_UNIX_SOCKET_DIR=",
            b"PLUGIN_UNIX_SOCKET_GROUP=",
            b"PLUGIN_MULTIPLEX_GRPC=true",
            b"TF_PLUGIN_MAGIC_COOKIE=",
            b"-----BEGIN CERTIFICATE-----\n",
            b"-----END CERTIFICATE-----\n",
            b"-----BEGIN PRIVATE KEY-----\n",
            b"6",
            b",",
            b"4294967296",
            b"\0",
            b"\xff",
        ],
        "names" => {
            &[b"arn:", b":", b":role/", b"/", b"_", b"-", b"-1", b"aws-cn", b"http://", b"@", b"[::1]", b"\xe2\x80\xae", b"%"]
        }
        "log_line" => &[
            b"AKIAIOSFODNN7EXAMPLE",
            b"Signature=",
            b"X-Amz-Security-Token: ",
            b"aws_session_token",
            b"=",
            b"/",
            b"\"",
            b"\0",
            b"%3D",
            b"SecretAccessKey",
        ],
        "http2" => &[
            b"\0\0\0\x04\0\0\0\0\0",
            b"\0\0\0\x04\x01\0\0\0\0",
            b"\0\0\x08\x06\0\0\0\0\0",
            b"\0\0\x04\x03\0\0\0\0\x01",
            b"\0\0\x04\x08\0\0\0\0\0\x7f\xff\xff\xff",
            b"\0\0\0\x01\x05\0\0\0\x03",
            b"\0\0\0\x09\x04\0\0\0\x01",
            b"\0\0\x05\0\x01\0\0\0\x01\0\0\0\0\0",
            b"\0\0\x05\0\x01\0\0\0\x01\0\xff\xff\xff\xff",
        ],
        "tls_records" | "client_certificate" => &[
            b"\x16\x03\x01",
            b"\x16\x03\x03",
            b"\x17\x03\x03",
            b"\x14\x03\x03\0\x01\x01",
            b"\x15\x03\x03\0\x02\x02\x28",
            b"\x01\0\0",
            b"\0\x2b\0\x03\x02\x03\x04",
            b"\0\x2d\0\x02\x01\x01",
            b"\x30\x82",
            b"\x30\x44\x02\x20",
            b"\x02\x01\0",
            b"\xff\xff",
        ],
        _ => &[],
    }
}

/// A sentence of a target's language; none where its corpus has to do.
pub fn sentence(name: &str, dice: &mut Dice) -> Option<Vec<u8>> {
    Some(match name {
        "msgpack_value" => {
            let ty = ty(dice, 4);
            let value = value(&ty, dice, true);
            [json::encode_type(&ty), b"\n".to_vec(), msgpack::encode(&value, &ty).expect("it is of the type")].concat()
        }
        "json_value" => {
            let ty = ty(dice, 4);
            let value = value(&ty, dice, false);
            [json::encode_type(&ty), b"\n".to_vec(), json::encode(&value, &ty).unwrap_or_default()].concat()
        }
        "schema_value" => {
            let pick = dice.byte();
            let ty = match pick % 8 {
                3 | 4 => Provider::schema().ty(),
                6 => resource(pick / 8).identity().map_or(Type::Dynamic, |schema| schema.ty()),
                _ => resource(pick / 8).schema().ty(),
            };
            let as_json = matches!(pick % 8, 2 | 4);
            let value = value(&ty, dice, !as_json);
            let bytes =
                if as_json { json::encode(&value, &ty).unwrap_or_default() } else { msgpack::encode(&value, &ty).ok()? };
            [vec![pick], bytes].concat()
        }
        "stored_state" => {
            let pick = dice.byte();
            let ty = match pick % 4 {
                3 => resource(pick / 4).identity().map_or(Type::Dynamic, |schema| schema.ty()),
                _ => resource(pick / 4).schema().ty(),
            };
            let value = value(&ty, dice, false);
            [vec![pick, *dice.of(&[0, 0, 0, 1, 0xff])], json::encode(&value, &ty).unwrap_or_default()].concat()
        }
        "policy_document" => document(dice, POLICY, 5).to_string().into_bytes(),
        "api_answer" => [vec![dice.byte(), dice.byte()], document(dice, ANSWER, 4).to_string().into_bytes()].concat(),
        "http2" => {
            let mut sentence = vec![0];
            (0..1 + dice.below(6)).for_each(|_| frame(&mut sentence, dice));
            sentence
        }
        "names" => (0..1 + dice.below(3)).map(|_| *dice.of(TEXTS)).collect::<String>().into_bytes(),
        _ => return None,
    })
}

fn resource(pick: u8) -> &'static dyn resources::Resource {
    let all = resources::all();
    all[usize::from(pick) % all.len()]
}

fn ty(dice: &mut Dice, depth: usize) -> Type {
    let part = |dice: &mut Dice| ty(dice, depth - 1);
    match if depth == 0 { dice.below(4) } else { dice.below(9) } {
        0 => Type::Bool,
        1 => Type::Number,
        2 => Type::String,
        3 => Type::Dynamic,
        4 => Type::list(part(dice)),
        5 => Type::set(part(dice)),
        6 => Type::map(part(dice)),
        7 => Type::Tuple((0..dice.below(4)).map(|_| part(dice)).collect()),
        _ => Type::Object((0..dice.below(4)).map(|index| (format!("a{index}"), part(dice))).collect()),
    }
}

/// A value of this type; `msgpack` can also say what is not known.
fn value(ty: &Type, dice: &mut Dice, msgpack: bool) -> Dynamic {
    if dice.one_in(8) {
        return Dynamic::Null;
    }
    if msgpack && dice.one_in(10) {
        return unknown(ty, dice);
    }
    let count = dice.below(4);
    match ty {
        Type::Bool => Dynamic::Bool(dice.one_in(2)),
        Type::Number => Dynamic::Number(number(dice)),
        Type::String => Dynamic::string(*dice.of(TEXTS)),
        Type::Dynamic => {
            let own = [Type::Bool, Type::String, Type::list(Type::Number), Type::map(Type::Dynamic)];
            let own = dice.of(&own).clone();
            let value = value(&own, dice, msgpack);
            Dynamic::Typed(Box::new(own), Box::new(value))
        }
        Type::List(element) | Type::Set(element) => {
            Dynamic::Sequence((0..count).map(|_| value(element, dice, msgpack)).collect())
        }
        Type::Map(element) => {
            Dynamic::Mapping((0..count).map(|_| ((*dice.of(TEXTS)).to_owned(), value(element, dice, msgpack))).map(nfc).collect())
        }
        Type::Tuple(elements) => Dynamic::Sequence(elements.iter().map(|element| value(element, dice, msgpack)).collect()),
        Type::Object(attributes) => {
            Dynamic::Mapping(attributes.iter().map(|(name, ty)| (name.clone(), value(ty, dice, msgpack))).collect())
        }
    }
}

fn nfc((key, value): (String, Dynamic)) -> (String, Dynamic) {
    match Dynamic::string(key) {
        Dynamic::String(key) => (key, value),
        _ => (String::new(), value),
    }
}

const NUMBERS: [&str; 5] = ["0.1", "-1e20", "1e-4000", "12345678901234567890.5", "1e4000"];

fn number(dice: &mut Dice) -> Number {
    let number = match dice.below(4) {
        0 => Some(Number::from(dice.next() as i64)),
        1 => Some(Number::from(dice.below(100) as u64)),
        2 => Number::from_f64(f64::from_bits(dice.next())).filter(|number| number.as_f64().is_some_and(f64::is_finite)),
        _ => {
            let text: &&str = dice.of(&NUMBERS);
            Number::parse(text)
        }
    };
    number.unwrap_or_else(|| Number::from(1_i64))
}

fn unknown(ty: &Type, dice: &mut Dice) -> Dynamic {
    let mut known = Refinements { nullness: dice.one_in(2).then_some(false), ..Refinements::default() };
    match ty {
        Type::String => known.string_prefix = dice.one_in(2).then(|| "arn:".to_owned()),
        Type::Number => known.number_lower = dice.one_in(2).then(|| (number(dice), dice.one_in(2))),
        Type::List(_) | Type::Set(_) | Type::Map(_) => known.length_upper = dice.one_in(2).then(|| dice.next() as i64),
        _ => {}
    }
    let says_something = known != Refinements::default();
    Dynamic::Unknown(says_something.then(|| Box::new(known)))
}

const POLICY: &[&str] = &[
    "Version",
    "Statement",
    "Effect",
    "Principal",
    "Service",
    "AWS",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Sid",
    "Condition",
    "StringEquals",
    "StringLike",
    "StringNotEquals",
    "ForAnyValue:StringEquals",
    "ArnLike",
    "StringEqualsIfExists",
    "sts:ExternalId",
    "aws:SourceArn",
    "aws:SourceAccount",
];

const ANSWER: &[&str] = &[
    "MfaConfiguration",
    "SoftwareTokenMfaConfiguration",
    "SmsMfaConfiguration",
    "SmsConfiguration",
    "SmsAuthenticationMessage",
    "SnsCallerArn",
    "ExternalId",
    "SnsRegion",
    "EumsSms",
    "CallerArn",
    "EmailMfaConfiguration",
    "Message",
    "Subject",
    "WebAuthnConfiguration",
    "RelyingPartyId",
    "UserVerification",
    "FactorConfiguration",
    "Enabled",
    "UserPool",
    "Name",
    "Arn",
    "Policies",
    "SignInPolicy",
    "AllowedFirstAuthFactors",
    "AutoVerifiedAttributes",
    "AccountRecoverySetting",
    "RecoveryMechanisms",
    "Priority",
    "EstimatedNumberOfUsers",
    "SchemaAttributes",
    "Required",
    "UserPoolTier",
    "UserPoolAddOns",
    "AdvancedSecurityMode",
    "DeviceConfiguration",
    "__type",
    "message",
    "code",
];

/// JSON with these member names.
fn document(dice: &mut Dice, names: &[&str], depth: usize) -> Json {
    match if depth == 0 { dice.below(4) } else { dice.below(10) } {
        0 => Json::Bool(dice.one_in(2)),
        1 => Json::from(dice.next() as i32),
        2 | 3 => Json::from(*dice.of(TEXTS)),
        4 => (0..dice.below(4)).map(|_| document(dice, names, depth - 1)).collect(),
        _ => {
            let members: BTreeMap<String, Json> =
                (0..1 + dice.below(5)).map(|_| ((*dice.of(names)).to_owned(), document(dice, names, depth - 1))).collect();
            Json::Object(members.into_iter().collect::<Map<_, _>>())
        }
    }
}

/// A frame of HTTP/2 whose parts are all in range, more or less.
fn frame(out: &mut Vec<u8>, dice: &mut Dice) {
    let payload: Vec<u8> = match dice.below(5) {
        0 => Vec::new(),
        1 => vec![0; *dice.of(&[4, 5, 8])],
        // An index into the table of header fields each.
        2 => (0..1 + dice.below(12)).map(|_| 0x80 | dice.byte()).collect(),
        3 => [b"\0\0\0\0".to_vec(), vec![dice.below(20) as u8], dice.of(TEXTS).as_bytes().to_vec()].concat(),
        _ => (0..dice.below(64)).map(|_| dice.byte()).collect(),
    };
    let length = if dice.one_in(12) { dice.next() as u32 & 0xff_ffff } else { payload.len() as u32 };
    out.extend(&length.to_be_bytes()[1..]);
    out.extend([dice.below(11) as u8, *dice.of(&[0, 1, 4, 5, 0x0d, 0x25, 0xff])]);
    out.extend((*dice.of(&[0_u32, 1, 1, 3, 5, 2, 0x7fff_ffff, 0xffff_ffff])).to_be_bytes());
    out.extend(payload);
}
