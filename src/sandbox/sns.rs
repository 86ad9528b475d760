//! SNS, as far as text messages go: SMS sandbox, attributes, origination numbers (rows N).

use serde_json::{Map, Value, json};

use super::constraints::{Bound, check};
use super::core::{Core, CoreRequest};
use super::json;
use super::refusal::Refusal;
use super::state::SmsAccount;

/// `GetSMSSandboxAccountStatus`.
pub fn read_sandbox_status(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    Ok(json!({ "IsInSandbox": account_of(core, request).in_sandbox }))
}

/// `ListSMSSandboxPhoneNumbers`.
pub fn list_sandbox_numbers(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check(&request.input, "InvalidParameter", &[&[("MaxResults", &[Bound::Range(1, 100)])]])?;
    let numbers = account_of(core, request).sandbox_numbers;
    let items = numbers.into_iter().map(|(number, status)| (number.clone(), json!({ "PhoneNumber": number, "Status": status })));
    Ok(page_of(request, 100, items))
}

/// `ListOriginationNumbers`.
pub fn list_origination_numbers(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check(&request.input, "InvalidParameter", &[&[("MaxResults", &[Bound::Range(1, 30)])]])?;
    let mut numbers = account_of(core, request).origination_numbers;
    numbers.sort();
    let items = numbers.into_iter().map(|number| {
        let shown = json!({ "PhoneNumber": number, "Status": "Active", "Iso2CountryCode": "US", "RouteType": "Transactional",
                            "NumberCapabilities": ["SMS"] });
        (number, shown)
    });
    Ok(page_of(request, 30, items))
}

/// `GetSMSAttributes`: those asked for, or all.
pub fn read_attributes(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let wanted = json::texts(&request.input, &["attributes"]).filter(|names| !names.is_empty());
    let mut attributes = account_of(core, request).attributes;
    attributes.retain(|name, _| wanted.as_ref().is_none_or(|wanted| wanted.contains(&name.as_str())));
    Ok(json!({ "attributes": attributes }))
}

/// `SetSMSAttributes`.
pub fn set_attributes(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    let sent = json::structure(&request.input, &["attributes"]).unwrap_or_default();
    let account = core.state.sms_accounts.entry(request.region.clone()).or_default();
    account.attributes.extend(sent.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))));
    Ok(json!({}))
}

/// The account of the Region; one nobody touched is out of the SMS sandbox, with the spend limit new accounts have (N03).
fn account_of(core: &Core, request: &CoreRequest) -> SmsAccount {
    let mut account = core.state.sms_accounts.get(&request.region).cloned().unwrap_or_default();
    account.attributes.entry("MonthlySpendLimit".to_owned()).or_insert_with(|| "1".to_owned());
    account
}

fn page_of(request: &CoreRequest, most: usize, items: impl Iterator<Item = (String, Value)>) -> Value {
    let size = json::number(&request.input, &["MaxResults"]).and_then(|size| usize::try_from(size).ok()).unwrap_or(most);
    let after = json::text(&request.input, &["NextToken"]).unwrap_or_default();
    let mut rest = items.filter(|(number, _)| number.as_str() > after);
    let page: Vec<_> = rest.by_ref().take(size).collect();
    let next = rest.next().and(page.last()).map(|(number, _)| number.clone());
    let mut answer = Map::new();
    answer.extend(next.map(|next| ("NextToken".to_owned(), next.into())));
    answer.insert("PhoneNumbers".to_owned(), page.into_iter().map(|(_, item)| item).collect());
    Value::Object(answer)
}
