//! What AWS has, what the state says, and whether the two agree. Knows nothing of the provider.

use serde_json::{Map, Value, json};

use super::kinds::USER;
use crate::acceptance::Stage;
use crate::support::journal::Entry;

/// AWS's side of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// `GetUserPoolMfaConfig`.
    pub mfa: Map<String, Value>,
    /// The user's factors, and the preferred one.
    pub user: (Vec<String>, Option<String>),
}

pub fn seen(stage: &Stage) -> Seen {
    Seen { mfa: stage.aws.mfa(&stage.pool), user: user(stage) }
}

fn user(stage: &Stage) -> (Vec<String>, Option<String>) {
    let input = json!({ "UserPoolId": stage.pool, "Username": USER });
    let Ok(user) = stage.aws.cognito("AdminGetUser", &input) else { return (Vec::new(), None) };
    let list = user["UserMFASettingList"].as_array().cloned().unwrap_or_default();
    let mut factors: Vec<String> = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    factors.sort();
    (factors, user["PreferredMfaSetting"].as_str().map(str::to_owned))
}

/// The writes in the journal that took away, for whatever time, what AWS had.
pub fn weakenings(stage: &Stage, before: &Seen) -> Vec<String> {
    let had = |name: &str| before.mfa.contains_key(name);
    let is_weaker = |entry: &&Entry| {
        if let Some(write) = entry.mfa_write() {
            let mode = Some(write.mfa_configuration.as_str()) == before.mfa["MfaConfiguration"].as_str();
            return !mode || (stage.had_token(before) && !write.has_token()) || (had("SmsMfaConfiguration") && !write.has_sms());
        }
        match (entry.operation.as_str(), &entry.body) {
            ("AdminSetUserMFAPreference", Some(body)) => body["SMSMfaSettings"]["Enabled"] == false,
            ("UpdateUserPool", _) => true,
            _ => false,
        }
    };
    stage.endpoint.journal().iter().filter(is_weaker).map(|entry| format!("{}: {:?}", entry.operation, entry.body)).collect()
}

impl Stage {
    fn had_token(&self, before: &Seen) -> bool {
        before.mfa.get("SoftwareTokenMfaConfiguration").is_some_and(|token| token["Enabled"] == true)
    }
}

/// The state file, as it is.
fn state(stage: &Stage) -> Value {
    let text = std::fs::read_to_string(stage.workspace.path().join("terraform.tfstate")).unwrap_or_else(|_| "{}".to_owned());
    serde_json::from_str(&text).expect("the state is JSON")
}

/// The instances of this provider's resources in the state: address, type, and the instance.
fn instances(stage: &Stage) -> Vec<(String, String, Value)> {
    let state = state(stage);
    let resources = state["resources"].as_array().cloned().unwrap_or_default();
    let managed = resources.iter().filter(|resource| resource["mode"] == "managed");
    let mut found = Vec::new();
    for resource in managed {
        let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        if !text("type").starts_with("cognitomfa_") {
            continue;
        }
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let place = format!("{} {}.{}{}", text("module"), text("type"), text("name"), instance["index_key"]);
            found.push((place, text("type"), instance.clone()));
        }
    }
    found
}

/// What the state has of this provider, deposed objects among it.
pub fn addresses(stage: &Stage) -> Vec<String> {
    instances(stage).into_iter().map(|(address, _, instance)| format!("{address} {}", instance["deposed"])).collect()
}

/// Where the state claims what AWS does not have, or holds what no plan would want.
pub fn disagreements(stage: &Stage) -> Vec<String> {
    let mut found = Vec::new();
    for (address, kind, instance) in instances(stage) {
        if !instance["deposed"].is_null() {
            found.push(format!("{address}: a deposed object is left"));
            continue;
        }
        if !instance["status"].is_null() {
            found.push(format!("{address}: {}", instance["status"]));
        }
        let attributes = &instance["attributes"];
        let problems = match kind.as_str() {
            "cognitomfa_user_pool_mfa" => of_mode(stage, attributes),
            "cognitomfa_software_token" => of_factor(stage, attributes, "token"),
            "cognitomfa_sms_configuration" => of_factor(stage, attributes, "sms"),
            "cognitomfa_user_mfa_preference" => of_preference(stage, attributes),
            "cognitomfa_sms_role" => of_role(stage, attributes),
            other => vec![format!("nobody judges {other}")],
        };
        found.extend(problems.into_iter().map(|problem| format!("{address}: {problem}")));
    }
    found.extend(dead_senders(stage));
    found
}

fn pool_of(attributes: &Value) -> String {
    attributes["user_pool_id"].as_str().expect("a pool's id").to_owned()
}

fn of_mode(stage: &Stage, attributes: &Value) -> Vec<String> {
    let mfa = stage.aws.mfa(&pool_of(attributes));
    let mut found = Vec::new();
    let mode = mfa.get("MfaConfiguration").cloned().unwrap_or_else(|| json!("OFF"));
    if attributes["mfa_configuration"] != mode {
        found.push(format!("the state says {}, AWS {mode}", attributes["mfa_configuration"]));
    }
    if mode == "OFF" {
        return found;
    }
    let live = (has_token(&mfa), role_of(&mfa));
    let inline = attributes["software_token_mfa_configuration"]["enabled"] == true;
    let listed = attributes["factors"].as_array().cloned().unwrap_or_default();
    let lists = |kind: &str| listed.iter().any(|factor| factor["kind"] == kind);
    if (inline || lists("SOFTWARE_TOKEN")) && !live.0 {
        found.push("the state has the authenticator app, AWS has not".to_owned());
    }
    let is_exclusive = attributes["factor_management"] == "exclusive";
    if is_exclusive && live.0 && !inline && !lists("SOFTWARE_TOKEN") {
        found.push("AWS has the authenticator app, the state of the exclusive form has not".to_owned());
    }
    let sender = &attributes["sms_configuration"]["sns_caller_arn"];
    if sender.is_string() && *sender != live.1 {
        found.push(format!("the state sends with {sender}, AWS with {}", live.1));
    }
    if lists("SMS") && live.1.is_null() {
        found.push("the state lists SMS, AWS has no sender".to_owned());
    }
    // A factor that another resource adds is shown by the next refresh.
    let shown = attributes["effective_factors"].as_array().cloned().unwrap_or_default();
    if shown.contains(&json!("SOFTWARE_TOKEN")) && !live.0 {
        found.push(format!("effective_factors is {shown:?}"));
    }
    found
}

fn has_token(mfa: &Map<String, Value>) -> bool {
    mfa.get("SoftwareTokenMfaConfiguration").is_some_and(|token| token["Enabled"] == true)
}

fn role_of(mfa: &Map<String, Value>) -> Value {
    mfa.get("SmsMfaConfiguration").map_or(Value::Null, |sms| sms["SmsConfiguration"]["SnsCallerArn"].clone())
}

fn of_factor(stage: &Stage, attributes: &Value, factor: &str) -> Vec<String> {
    let mfa = stage.aws.mfa(&pool_of(attributes));
    if mfa.get("MfaConfiguration").is_none_or(|mode| mode == "OFF") {
        return Vec::new();
    }
    let sender = &attributes["sms_configuration"]["sns_caller_arn"];
    match factor {
        "token" if !has_token(&mfa) => vec!["AWS has no authenticator app".to_owned()],
        "sms" if role_of(&mfa) != *sender => vec![format!("AWS sends with {}, the state with {sender}", role_of(&mfa))],
        _ => Vec::new(),
    }
}

fn of_preference(stage: &Stage, attributes: &Value) -> Vec<String> {
    let (factors, preferred) = user(stage);
    let mut found = Vec::new();
    for (block, name) in [("sms_mfa_settings", "SMS_MFA"), ("software_token_mfa_settings", "SOFTWARE_TOKEN_MFA")] {
        let settings = &attributes[block];
        if !settings.is_null() && (settings["enabled"] == true) != factors.iter().any(|factor| factor == name) {
            found.push(format!("{block} is {settings}, the user has {factors:?}"));
        }
        if settings["preferred_mfa"] == true && preferred.as_deref() != Some(name) {
            found.push(format!("{block} is preferred, the user prefers {preferred:?}"));
        }
    }
    found
}

fn of_role(stage: &Stage, attributes: &Value) -> Vec<String> {
    let name = attributes["name"].as_str().expect("a role has a name");
    match stage.aws.iam("GetRole", &[("RoleName", name)]) {
        Ok(xml) if xml.contains(attributes["unique_id"].as_str().unwrap_or("no id")) => Vec::new(),
        Ok(_) => vec![format!("the role {name} is another one")],
        Err(refused) => vec![format!("the role {name}: {refused:?}")],
    }
}

/// Whether Cognito can assume the role of each sender: AWS looks when a pool's own settings are sent again.
fn dead_senders(stage: &Stage) -> Vec<String> {
    let pools = stage.aws.cognito("ListUserPools", &json!({ "MaxResults": 60 })).expect("pools can be listed");
    let mut found = Vec::new();
    for pool in pools["UserPools"].as_array().into_iter().flatten() {
        let id = pool["Id"].as_str().expect("a pool has an id");
        let mfa = stage.aws.mfa(id);
        let is_off = mfa.get("MfaConfiguration").is_none_or(|mode| mode == "OFF");
        if is_off || role_of(&mfa).is_null() {
            continue;
        }
        if let Err(refused) = stage.aws.set_mfa(id, Value::Object(mfa)) {
            found.push(format!("Cognito cannot use the role of {id}: {refused:?}"));
        }
    }
    found
}
