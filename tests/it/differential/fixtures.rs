//! The change that each rule of standing `api` shows as rejected, made on the sandbox: it is refused, in words the rule lists.

use cognitomfa::mfa::{Factor, Mode, PoolFacts, Preference, PreferenceChange, RoleFacts, Settings, Transition};
use cognitomfa::rules::{self, Rule, Standing};
use cognitomfa::sandbox::ACCOUNT;
use cognitomfa::tf::Value;
use serde_json::{Value as Json, json};

use super::account::Account;
use super::{refusals, spelling};

/// The account of the examples.
const EXAMPLE_ACCOUNT: &str = "111122223333";

/// The same in the sandbox's account.
fn at_home(text: &str) -> String {
    text.replace(EXAMPLE_ACCOUNT, ACCOUNT)
}

/// What `CreateUserPool` has to be sent for a pool of these facts.
fn members(facts: &PoolFacts) -> Json {
    let named = (1..).zip(facts.recovery.iter().flatten()).map(|(priority, name)| json!({ "Priority": priority, "Name": name }));
    let recovery: Vec<Json> = named.collect();
    let mut members = json!({
        "PoolName": facts.name,
        "UserPoolTier": facts.tier,
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": facts.first_factors } },
        "EmailConfiguration": { "EmailSendingAccount": facts.email_sending_account,
                                "SourceArn": "arn:aws:ses:eu-central-1:000000000000:identity/example.com" },
    });
    if !recovery.is_empty() {
        members["AccountRecoverySetting"] = json!({ "RecoveryMechanisms": recovery });
    }
    members
}

/// An account with the role as the change found it.
fn account(change: &Transition) -> Account {
    let mut account = Account::in_region("eu-central-1");
    let Value::Known(RoleFacts::Found { arn, trust_policy, permissions }) = &change.role else { return account };
    let name = arn.rsplit('/').next().unwrap();
    account.iam("CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": at_home(trust_policy) })).unwrap();
    let permissions = permissions.known().expect("the examples know what a role may do");
    for (action, permission) in
        [("sns:Publish", &permissions.publish), ("sms-voice:SendTextMessage", &permissions.send_text_message)]
    {
        if *permission == cognitomfa::mfa::Permission::Allowed {
            let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
            let document = json!({ "Statement": [statement] }).to_string();
            let policy = action.replace(':', "-");
            account.iam("PutRolePolicy", json!({ "RoleName": name, "PolicyName": policy, "PolicyDocument": document })).unwrap();
        }
    }
    account
}

/// The same for a rule about one user of an `OPTIONAL` pool.
#[track_caller]
fn is_refused_of_a_user(rule: &Rule, preference: &PreferenceChange) {
    let facts = preference.user.known().unwrap();
    let mut account = Account::in_region("eu-central-1");
    let created = account.cognito("CreateUserPool", json!({ "PoolName": "customers" })).unwrap();
    let pool = created["UserPool"]["Id"].as_str().unwrap().to_owned();
    let settings = Settings { mode: Mode::Optional, token_enabled: Some(true), ..Settings::UNTOUCHED };
    account.cognito("SetUserPoolMfaConfig", spelling::request(&pool, &settings)).unwrap();
    let attributes: Vec<Json> = [("phone_number", facts.has_phone_number), ("email", facts.has_email)]
        .into_iter()
        .filter(|(_, has)| *has)
        .map(|(name, _)| json!({ "Name": name, "Value": "+15550100" }))
        .collect();
    let user = json!({ "UserPoolId": pool, "Username": "u", "UserAttributes": attributes });
    account.cognito("AdminCreateUser", user).unwrap();
    let mut members = json!({ "UserPoolId": pool, "Username": "u" });
    for setting in preference.wanted.request(&Preference::default(), facts).unwrap().factors {
        let block = match setting.factor {
            Factor::SoftwareToken => "SoftwareTokenMfaSettings",
            Factor::Sms => "SMSMfaSettings",
            Factor::Email => "EmailMfaSettings",
        };
        members[block] = json!({ "Enabled": setting.enabled, "PreferredMfa": setting.preferred });
    }
    let refusal = account.cognito("AdminSetUserMFAPreference", members).unwrap_err();
    assert!(rule.evidence.messages.contains(&refusal.message.as_str()), "{}: {}", rule.name, refusal.message);
}

#[track_caller]
fn is_refused(rule: &Rule) {
    let change = (rule.rejected)();
    if let Some(preference) = &change.preference {
        return is_refused_of_a_user(rule, preference);
    }
    let (facts, live) = (change.pool.known().unwrap(), change.live.known().unwrap());
    let mut account = account(&change);
    let created = account.cognito("CreateUserPool", members(facts)).unwrap();
    let pool = created["UserPool"]["Id"].as_str().unwrap().to_owned();
    if *live != Settings::UNTOUCHED {
        let text = at_home(&spelling::request(&pool, &live.clone().replayable()).to_string());
        account
            .cognito("SetUserPoolMfaConfig", serde_json::from_str(&text).unwrap())
            .unwrap_or_else(|refusal| panic!("{}: what the pool has now: {}", rule.name, refusal.message));
    }
    let request = change.request.known().unwrap().settle().unwrap();
    let text = at_home(&spelling::request(&pool, &request).to_string());
    let before = account.core.state.clone();
    let outcome = account.cognito("SetUserPoolMfaConfig", serde_json::from_str(&text).unwrap());
    let refusal = outcome.err().unwrap_or_else(|| panic!("{}: the sandbox accepts what the rule rejects: {text}", rule.name));
    refusals::foreseen(rule.name, &refusal);
    assert!(refusals::rules_about(&refusal.message).contains(&rule.name), "{}: {}", rule.name, refusal.message);
    assert_eq!(account.core.state, before, "{}: a refused request changes nothing", rule.name);
}

#[test]
fn what_an_api_rule_rejects_the_sandbox_refuses() {
    let rules: Vec<&Rule> = rules::all().iter().filter(|rule| rule.evidence.standing == Standing::Api).collect();
    assert!(rules.len() >= 10, "{} rules", rules.len());
    for rule in rules {
        is_refused(rule);
    }
}
