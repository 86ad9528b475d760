//! When SNS is asked, and where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::mfa::{EndUserMessaging, Sms, SmsSender, SnsSender};

const ROLE: &str = "arn:aws:iam::123456789012:role/sms";

fn sender(region: Option<&str>) -> SmsSender {
    SmsSender::Sns(SnsSender { caller_arn: ROLE.into(), external_id: Some("x-1".into()), region: region.map(str::to_owned) })
}

fn messaging() -> SmsSender {
    SmsSender::EndUserMessaging(EndUserMessaging {
        caller_arn: ROLE.into(),
        external_id: None,
        origination_identity: None,
        configuration_set_name: None,
        in_entity_id: None,
        in_template_id: None,
        region: None,
    })
}

fn settings(mode: Mode, sender: Option<SmsSender>) -> Settings {
    Settings { mode, sms: sender.map(|sender| Sms { message: None, sender: Some(sender) }), ..Settings::UNTOUCHED }
}

fn request(sender: Option<SmsSender>) -> Wanted {
    Wanted::from(&settings(Mode::On, sender))
}

fn with_region(region: Value<String>) -> Wanted {
    let sender = WantedSender::Sns { caller_arn: Value::Unknown, external_id: Value::Null, region };
    Wanted { sms_sender: Value::Known(sender), ..request(None) }
}

#[test]
fn sns_is_asked_where_it_would_send() {
    for (region, pool_region, asked) in [
        (Value::Known("eu-west-1".to_owned()), "eu-central-1", Some("eu-west-1")),
        (Value::Null, "eu-central-1", Some("eu-central-1")),
        (Value::Null, "ap-northeast-2", Some("ap-northeast-1")),
        (Value::Null, "us-gov-west-1", Some("us-gov-west-1")),
        (Value::Unknown, "eu-central-1", None),
    ] {
        assert_eq!(sns_region(&with_region(region), pool_region).as_deref(), asked, "{pool_region}");
    }
    assert_eq!(sns_region(&request(None), "eu-central-1"), None);
    assert_eq!(sns_region(&request(Some(messaging())), "eu-central-1"), None);
}

#[test]
fn sns_is_asked_when_the_sender_is_new_or_changes_or_every_user_needs_it() {
    let wanted = || request(Some(sender(Some("us-east-1"))));
    for (live, begins) in [
        (settings(Mode::On, None), true),
        (settings(Mode::On, Some(messaging())), true),
        (settings(Mode::On, Some(sender(Some("us-west-2")))), true),
        (settings(Mode::On, Some(sender(Some("us-east-1")))), false),
        (settings(Mode::Optional, Some(sender(Some("us-east-1")))), true),
        (settings(Mode::Off, Some(sender(Some("us-east-1")))), true),
    ] {
        assert_eq!(begins_to_send(&wanted(), &live), begins, "{live:?}");
        assert!(!begins_to_send(&request(None), &live));
        assert!(begins_to_send(&with_region(Value::Null), &live), "the role is made in the same apply");
    }
    let optional = Wanted { mode: Value::Known(Mode::Optional), ..wanted() };
    assert!(!begins_to_send(&optional, &settings(Mode::Optional, Some(sender(Some("us-east-1"))))));
    assert!(!begins_to_send(&optional, &settings(Mode::On, Some(sender(Some("us-east-1"))))));
}
