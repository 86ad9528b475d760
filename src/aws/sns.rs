//! Calls to Amazon SNS about text messages: all of them read, none sends.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use aws_sdk_sns::types::SmsSandboxPhoneNumberVerificationStatus as Status;

use super::clients::Shared;
use super::error::{Error, ErrorKind};
use super::retry::Effect;

const SANDBOX: &str = "sns:GetSMSSandboxAccountStatus";
const SANDBOX_NUMBERS: &str = "sns:ListSMSSandboxPhoneNumbers";
const ATTRIBUTES: &str = "sns:GetSMSAttributes";
const ORIGINATION_NUMBERS: &str = "sns:ListOriginationNumbers";

/// Most pages of a list that are read: the first items already tell what is asked.
const MOST_PAGES: usize = 3;

/// SNS in one Region, for the account of the credentials.
#[derive(Clone)]
pub struct Sns {
    shared: Arc<Shared>,
    region: String,
}

impl fmt::Debug for Sns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sns").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Sns {
    pub(super) fn new(shared: Arc<Shared>, region: &str) -> Self {
        Self { shared, region: region.to_owned() }
    }

    /// The Region asked.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// `GetSMSSandboxAccountStatus`: whether only verified numbers get messages (row N01).
    pub async fn read_sandbox_status(&self, deadline: Instant) -> Result<bool, Error> {
        let client = self.shared.sns(&self.region).await;
        let send = |watcher| client.get_sms_sandbox_account_status().customize().interceptor(watcher).send();
        let answer = self.shared.call(Effect::Read, SANDBOX, deadline, None, send).await?;
        Ok(answer.is_in_sandbox)
    }

    /// `ListSMSSandboxPhoneNumbers`: how many numbers are verified (row N02).
    pub async fn read_verified_numbers(&self, deadline: Instant) -> Result<u32, Error> {
        let client = self.shared.sns(&self.region).await;
        let (mut verified, mut token) = (0, None);
        for _ in 0..MOST_PAGES {
            let send = |watcher| {
                let call = client.list_sms_sandbox_phone_numbers().max_results(100).set_next_token(token.clone());
                call.customize().interceptor(watcher).send()
            };
            let page = self.shared.call(Effect::Read, SANDBOX_NUMBERS, deadline, None, send).await?;
            verified += count(page.phone_numbers.iter().filter(|number| number.status == Some(Status::Verified)));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        Ok(verified)
    }

    /// `MonthlySpendLimit` of `GetSMSAttributes`, in US dollars; `None` where the answer has none (row N03).
    pub async fn read_monthly_spend_limit(&self, deadline: Instant) -> Result<Option<f64>, Error> {
        const NAME: &str = "MonthlySpendLimit";
        let client = self.shared.sns(&self.region).await;
        let send = |watcher| client.get_sms_attributes().attributes(NAME).customize().interceptor(watcher).send();
        let answer = self.shared.call(Effect::Read, ATTRIBUTES, deadline, None, send).await?;
        let Some(text) = answer.attributes.and_then(|mut attributes| attributes.remove(NAME)) else { return Ok(None) };
        match text.trim().parse::<f64>() {
            Ok(limit) if limit.is_finite() => Ok(Some(limit)),
            _ => {
                let message = format!("The answer has \"{text}\" as `{NAME}`, which is no amount.");
                Err(Error::local(ErrorKind::Refused, ATTRIBUTES, message))
            }
        }
    }

    /// `ListOriginationNumbers`: how many numbers messages can come from (row N04).
    pub async fn read_origination_numbers(&self, deadline: Instant) -> Result<u32, Error> {
        let client = self.shared.sns(&self.region).await;
        let (mut numbers, mut token) = (0, None);
        for _ in 0..MOST_PAGES {
            let send = |watcher| {
                let call = client.list_origination_numbers().max_results(30).set_next_token(token.clone());
                call.customize().interceptor(watcher).send()
            };
            let page = self.shared.call(Effect::Read, ORIGINATION_NUMBERS, deadline, None, send).await?;
            numbers += count(page.phone_numbers.iter().flatten());
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        Ok(numbers)
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
