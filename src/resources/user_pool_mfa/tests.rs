//! The rules of state, each with a test: Terraform punishes a mistake here with a diff that never ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod constraints;
mod planned;
mod requests;
mod shared;
mod state;

use serde_json::{Value as Json, json};

use super::schema::schema;
use crate::mfa::{Email, Mode, Settings, Sms, SmsSender, SnsSender};
use crate::tf::{Dynamic, json as tf_json};

pub const POOL: &str = "eu-central-1_Ab12Cd34E";
pub const ROLE: &str = "arn:aws:iam::000000000000:role/cognito-sms";

/// A configuration or state from the attributes that are not null.
pub fn value(attributes: Json) -> Dynamic {
    tf_json::decode_lenient(attributes.to_string().as_bytes(), &schema().ty()).unwrap()
}

/// A configuration of the test pool.
pub fn config(attributes: Json) -> Dynamic {
    let mut all = json!({ "user_pool_id": POOL });
    all.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    value(all)
}

pub fn settings(mode: Mode) -> Settings {
    Settings { mode, ..Settings::UNTOUCHED }
}

pub fn with_token(mode: Mode) -> Settings {
    Settings { token_enabled: Some(true), ..settings(mode) }
}

pub fn with_sms(mode: Mode) -> Settings {
    let sender = SnsSender { caller_arn: ROLE.into(), external_id: Some("prod-1".into()), region: Some("eu-central-1".into()) };
    let sms = Sms { message: Some("Your code is {####}".into()), sender: Some(SmsSender::Sns(sender)) };
    Settings { sms: Some(sms), ..settings(mode) }
}

pub fn with_email(mode: Mode) -> Settings {
    let email = Email { message: Some("AWS's text {####}".into()), subject: Some("AWS's subject".into()) };
    Settings { email: Some(email), ..settings(mode) }
}

/// The state of `config` after a create that left the pool at `live`.
pub fn state_of(config: &Dynamic, live: &Settings) -> Dynamic {
    let planned = super::planned::plan(&Dynamic::Null, config).unwrap();
    super::planned::settled(&planned.state, live, "eu-central-1").unwrap()
}
