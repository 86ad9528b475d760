//! Settling requests and comparing them with a pool.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use crate::mfa::{
    Answer, Email, Factor, FactorConfiguration, Mode, Settings, Sms, SmsSender, SnsSender, UserVerification, Wanted, WantedEmail,
    WantedSender, WantedWebAuthn, WebAuthn,
};
use crate::tf::Value::{Known, Null, Unknown};

fn full() -> Settings {
    let sns = SnsSender {
        caller_arn: "arn:aws:iam::111122223333:role/sms".to_owned(),
        external_id: Some("x".to_owned()),
        region: Some("eu-west-1".to_owned()),
    };
    Settings {
        mode: Mode::On,
        token_enabled: Some(true),
        sms: Some(Sms { message: Some("code {####}".to_owned()), sender: Some(SmsSender::Sns(sns)) }),
        email: Some(Email { message: Some("code {####}".to_owned()), subject: Some("Code".to_owned()) }),
        web_authn: Some(WebAuthn {
            relying_party_id: Some("example.com".to_owned()),
            user_verification: Some(UserVerification::Required),
            factor_configuration: Some(FactorConfiguration::MultiFactorWithUserVerification),
        }),
    }
}

fn wanted() -> Wanted {
    Wanted::from(&full())
}

type Edit = fn(&mut Wanted);

const HIDE: [(&str, Edit); 11] = [
    ("mode", |wanted| wanted.mode = Unknown),
    ("token", |wanted| wanted.token = Unknown),
    ("sender", |wanted| wanted.sms_sender = Unknown),
    ("sender role", |wanted| sender(wanted, |arn, _, _| *arn = Unknown)),
    ("sender id", |wanted| sender(wanted, |_, id, _| *id = Unknown)),
    ("sender region", |wanted| sender(wanted, |_, _, region| *region = Unknown)),
    ("message", |wanted| wanted.sms_message = Unknown),
    ("email", |wanted| wanted.email = Unknown),
    ("email subject", |wanted| wanted.email = Known(WantedEmail { message: Null, subject: Unknown })),
    ("passkeys", |wanted| wanted.web_authn = Unknown),
    ("passkey factor", |wanted| {
        wanted.web_authn = wanted.web_authn.clone().map(|known| WantedWebAuthn { factor_configuration: Unknown, ..known });
    }),
];

type Text = crate::tf::Value<String>;

fn sender(wanted: &mut Wanted, edit: fn(&mut Text, &mut Text, &mut Text)) {
    if let Known(WantedSender::Sns { caller_arn, external_id, region }) = &mut wanted.sms_sender {
        edit(caller_arn, external_id, region);
    }
}

#[test]
fn a_known_request_settles_to_itself() {
    assert_eq!(wanted().settle(), Some(full()));
    assert_eq!(Wanted::from(&Settings::UNTOUCHED).settle(), Some(Settings::UNTOUCHED));
}

#[test]
fn one_unknown_member_leaves_the_request_open() {
    for (member, hide) in HIDE {
        let mut hidden = wanted();
        hide(&mut hidden);
        assert_eq!(hidden.settle(), None, "{member}");
        assert_ne!(hidden.changes(&full()), Some(false), "{member}");
    }
}

#[test]
fn what_is_not_sent_is_not_in_the_request() {
    let quiet = Wanted { token: Known(false), sms_sender: Null, sms_message: Unknown, ..wanted() };
    let settled = quiet.settle().unwrap();
    assert_eq!((settled.token_enabled, settled.sms), (None, None));
}

#[test]
fn factor_blocks_beside_off_stay() {
    let off = Wanted { mode: Known(Mode::Off), ..wanted() };
    assert_eq!(off.settle().unwrap().factors(), Factor::ALL);
}

#[test]
fn a_lite_pool_is_never_sent_single_factor() {
    let mut single = full();
    single.web_authn.as_mut().unwrap().factor_configuration = Some(FactorConfiguration::SingleFactor);
    assert_eq!(single.clone().for_tier(Some("PLUS")), single);
    assert_eq!(single.clone().for_tier(None), single);
    assert_eq!(single.for_tier(Some("LITE")).web_authn.unwrap().factor_configuration, None);
    assert_eq!(full().for_tier(Some("LITE")), full());
}

#[test]
fn carries_answers_from_what_is_certain() {
    let open = Wanted { token: Unknown, sms_sender: Null, email: Null, ..wanted() };
    assert_eq!(open.carries_any(), Answer::Unknown);
    assert_eq!(Wanted { token: Known(false), ..open.clone() }.carries_any(), Answer::No);
    assert_eq!(Wanted { email: wanted().email, ..open.clone() }.carries_any(), Answer::Yes);
    assert_eq!(Wanted { email: wanted().email, ..open }.certain_factors(), [Factor::Email]);
}

#[test]
fn the_same_settings_change_nothing() {
    assert_eq!(wanted().changes(&full()), Some(false));
    assert_eq!(Wanted::from(&Settings::UNTOUCHED).changes(&Settings::UNTOUCHED), Some(false));
}

#[test]
fn equal_meanings_are_equal() {
    let disabled = Settings { token_enabled: Some(false), ..Settings::UNTOUCHED };
    assert_eq!(Wanted::from(&Settings::UNTOUCHED).changes(&disabled), Some(false));
    assert_eq!(Wanted { token: Known(false), ..Wanted::from(&Settings::UNTOUCHED) }.changes(&Settings::UNTOUCHED), Some(false));

    let single = WebAuthn { factor_configuration: Some(FactorConfiguration::SingleFactor), ..WebAuthn::default() };
    let explicit = Settings { web_authn: Some(single), ..Settings::UNTOUCHED };
    let absent = Settings { web_authn: Some(WebAuthn::default()), ..Settings::UNTOUCHED };
    assert_eq!(Wanted::from(&explicit).changes(&absent), Some(false));
    assert_eq!(Wanted::from(&absent).changes(&explicit), Some(false));
}

#[test]
fn each_difference_is_a_change() {
    let others: [fn(&mut Settings); 7] = [
        |live| live.mode = Mode::Optional,
        |live| live.token_enabled = None,
        |live| live.sms = None,
        |live| live.sms.as_mut().unwrap().message = Some("other {####}".to_owned()),
        |live| live.email = None,
        |live| live.web_authn.as_mut().unwrap().user_verification = Some(UserVerification::Preferred),
        |live| live.web_authn.as_mut().unwrap().factor_configuration = None,
    ];
    for (number, other) in others.into_iter().enumerate() {
        let mut live = full();
        other(&mut live);
        assert_eq!(wanted().changes(&live), Some(true), "difference {number}");
    }
}

#[test]
fn an_sms_factor_that_goes_away_cannot_be_told_from_a_read() {
    let token_only = Wanted { sms_sender: Null, sms_message: Null, ..wanted() };
    assert_eq!(token_only.changes(&full()), None);
    let off = Wanted::from(&Settings::UNTOUCHED);
    assert_eq!(off.changes(&Settings { sms: full().sms, ..Settings::UNTOUCHED }), Some(false));
}

#[test]
fn what_aws_fills_in_is_no_certain_change() {
    let unsaid = Wanted { sms_message: Null, ..wanted() };
    assert_eq!(unsaid.changes(&full()), None);
}
