//! Text that AWS has in another Unicode form than core hands over.

use serde_json::json;

use super::at_depth;
use super::plugin::Plugin;
use super::samples::{ALL, Account, Sample};
use crate::support::{Aws, Endpoint};

const DECOMPOSED: &str = "Votre cle\u{301} {####}";
const COMPOSED: &str = "Votre cl\u{e9} {####}";

/// Before: a pool whose text was written decomposed could be imported, and then every update failed with `changed_since_plan`.
#[test]
fn a_text_in_another_unicode_form_is_no_change_and_no_write() {
    at_depth(async {
        let sandbox = Endpoint::sandbox(&[]);
        let aws = Aws::at(&sandbox.url);
        let account = Account::make(&aws);
        assert_ne!(DECOMPOSED, COMPOSED);
        let sms = json!({ "SmsAuthenticationMessage": DECOMPOSED,
            "SmsConfiguration": { "SnsCallerArn": account.role, "ExternalId": "promises", "SnsRegion": "us-east-1" } });
        let settings = json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sms,
            "EmailMfaConfiguration": { "Message": DECOMPOSED, "Subject": "cle\u{301}" } });
        aws.set_mfa(&account.pool, settings).expect("settings");
        let kind = ALL[0].resource();
        let schema = kind.schema();
        let config = |mode: &str, message: &str| {
            let attributes = json!({ "user_pool_id": account.pool, "mfa_configuration": mode, "sms_authentication_message": message,
                "sms_configuration": { "sns_caller_arn": account.role, "external_id": "promises", "sns_region": "us-east-1" },
                "email_mfa_configuration": { "message": message, "subject": "cl\u{e9}" } });
            cognitomfa::tf::json::decode_lenient(attributes.to_string().as_bytes(), &schema.ty()).unwrap()
        };
        let start = async || {
            let place = tempfile::tempdir().unwrap();
            (Plugin::start(kind, place.path().to_owned(), &sandbox.url).await, place)
        };
        let (plugin, _place) = start().await;
        let imported = plugin.import(&account.pool).await.unwrap();
        let same = config("OPTIONAL", COMPOSED);
        let planned = plugin.plan(&imported, &same, &[]).await.unwrap();
        assert_eq!(planned.value, imported.value, "the form alone is no change");

        // An update of something else goes through, and sends what core hands over.
        let on = config("ON", COMPOSED);
        let (plugin, _place) = start().await;
        let planned = plugin.plan(&imported, &on, &[]).await.unwrap();
        let applied = plugin.apply(&imported, &planned, &on).await.unwrap();
        assert_eq!(aws.mode(&account.pool), "ON");
        assert_eq!(aws.mfa(&account.pool)["EmailMfaConfiguration"]["Message"], COMPOSED);

        // What somebody else writes in the other form is neither drift nor a write.
        let sms = json!({ "SmsAuthenticationMessage": DECOMPOSED,
            "SmsConfiguration": { "SnsCallerArn": account.role, "ExternalId": "promises", "SnsRegion": "us-east-1" } });
        let settings = json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms,
            "EmailMfaConfiguration": { "Message": DECOMPOSED, "Subject": "cle\u{301}" } });
        aws.set_mfa(&account.pool, settings).expect("settings");
        let (plugin, _place) = start().await;
        let read = plugin.read(&applied).await.unwrap();
        assert_eq!(read.value, applied.value);
        sandbox.clear_journal();
        // A create over it writes nothing.
        let (plugin, _place) = start().await;
        let none = super::plugin::Stored::default();
        let planned = plugin.plan(&none, &on, &[]).await.unwrap();
        plugin.apply(&none, &planned, &on).await.unwrap();
        assert_eq!(sandbox.writes(), Vec::<String>::new());
    });
}

/// A user whose name is stored decomposed has another name for AWS: the error says so.
#[test]
fn a_username_in_another_unicode_form_is_told() {
    at_depth(async {
        let sandbox = Endpoint::sandbox(&[]);
        let aws = Aws::at(&sandbox.url);
        let account = Account::make(&aws);
        account.offer_every_factor(&aws);
        let name = "jose\u{301}";
        let has = json!([{ "Name": "email", "Value": "j@example.com" }]);
        aws.cognito("AdminCreateUser", &json!({ "UserPoolId": account.pool, "Username": name, "UserAttributes": has }))
            .expect("a user");
        let sample: &Sample = ALL.iter().find(|sample| sample.name == "one block").unwrap();
        let mut config = sample.config(&account).members();
        config.insert("username".into(), cognitomfa::tf::Dynamic::string(name));
        let config = cognitomfa::tf::Dynamic::Mapping(config);
        let place = tempfile::tempdir().unwrap();
        let plugin = Plugin::start(sample.resource(), place.path().to_owned(), &sandbox.url).await;
        let none = super::plugin::Stored::default();
        let planned = plugin.plan(&none, &config, &[]).await.unwrap();
        let errors = plugin.apply(&none, &planned, &config).await.expect_err("no such user");
        assert!(errors[0].0.contains("User not found") && errors[0].0.contains("NFC"), "{errors:?}");
    });
}
