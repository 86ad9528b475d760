//! Cases of single rules beyond their examples.

use crate::mfa::{
    Deletion, Email, FactorConfiguration, Mode, Permission, RoleDeletion, RoleFacts, RolePermissions, RoleUser, Settings,
    SmsSender, SnsSender, Transition, WebAuthn,
};
use crate::rules::tests::domain::{Dice, role_deletion};
use crate::rules::tests::{at_plan, names};
use crate::rules::{Moment, Policy, Profile, Verdict, all, example, find, judge};
use crate::tf::{Path, Value};

fn verdict(rule: &str, change: &Transition) -> Verdict {
    (find(rule).unwrap().check)(change)
}

fn with_pool_role(change: Transition, caller_arn: &str) -> Transition {
    let sns = SnsSender { caller_arn: caller_arn.to_owned(), external_id: None, region: None };
    let pool = change.pool.map(|pool| crate::mfa::PoolFacts { sms_sender: Some(SmsSender::Sns(sns)), ..pool });
    Transition { pool, ..change }
}

#[test]
fn a_role_only_on_the_pool_counts_and_a_nameless_one_does_not() {
    let change = || example::change(example::token(Mode::Optional), &example::off());
    let kept = with_pool_role(change(), "arn:aws:iam::111122223333:role/kept");
    assert_eq!(names(&at_plan(&kept)), ["sms_role_with_mode_off"]);
    assert!(at_plan(&kept)[0].detail.contains("arn:aws:iam::111122223333:role/kept"));
    assert_eq!(verdict("sms_role_with_mode_off", &with_pool_role(change(), "")), Verdict::Holds);
}

#[test]
fn without_the_pools_facts_a_missing_sms_block_proves_nothing() {
    let unread = Transition { pool: Value::Unknown, ..example::change(example::token(Mode::Optional), &example::off()) };
    assert_eq!(verdict("sms_role_with_mode_off", &unread), Verdict::Undecided);
    let seen = Transition { pool: Value::Unknown, ..example::change(example::sms(Mode::Optional), &example::off()) };
    assert!(matches!(verdict("sms_role_with_mode_off", &seen), Verdict::Broken(_)));
}

#[test]
fn a_role_that_a_listed_resource_puts_on_the_active_pool_first_counts() {
    let listing = |live: Mode, role: Option<Value<String>>| Transition {
        sms_role_listed: role,
        ..example::change(example::token(live), &example::off())
    };
    let role = "arn:aws:iam::111122223333:role/joins";
    let found = at_plan(&listing(Mode::Optional, Some(Value::Known(role.to_owned()))));
    assert_eq!(names(&found), ["sms_role_with_mode_off"]);
    assert!(found[0].detail.contains(&format!("gets the SMS role {role} in the same run")), "{}", found[0].detail);
    let found = at_plan(&listing(Mode::Optional, Some(Value::Unknown)));
    assert!(found[0].detail.contains("gets an SMS role in the same run"), "{}", found[0].detail);
    let off = Transition { sms_role_listed: Some(Value::Unknown), ..example::change(example::sms(Mode::Off), &example::off()) };
    assert_eq!(verdict("sms_role_with_mode_off", &off), Verdict::Holds);
    assert_eq!(verdict("sms_role_with_mode_off", &listing(Mode::Optional, None)), Verdict::Holds);
}

#[test]
fn five_pools_that_send_with_a_role_are_named_and_the_others_counted() {
    let detail = |count: usize| {
        let users = (0..count).map(|number| RoleUser { user_pool_id: format!("eu-central-1_{number}"), name: "prod".to_owned() });
        let deletion = RoleDeletion { name: "cognito-sms".to_owned(), stays: false, users: Value::Known(users.collect()) };
        let judged = judge(&Transition::of_role(Some(deletion)), Moment::Apply, &Policy::default());
        judged[0].detail.clone()
    };
    assert!(detail(1).contains("user pool \"prod\" (eu-central-1_0) still sends"), "{}", detail(1));
    assert!(detail(5).contains("(eu-central-1_4) still send") && !detail(5).contains("more still"), "{}", detail(5));
    assert!(detail(7).contains("(eu-central-1_4) and 2 more still send"), "{}", detail(7));
    assert!(!detail(7).contains("eu-central-1_5"), "{}", detail(7));
}

#[test]
fn email_on_a_pool_that_requires_mfa_weakens_it() {
    let with_email = |mode| Settings { email: Some(Email::default()), ..example::token(mode) };
    let change = |mode| example::change(example::token(mode), &with_email(mode));
    let reported = at_plan(&change(Mode::On));
    assert_eq!(names(&reported), ["sign_in_weakened"]);
    assert!(reported[0].detail.contains("    after   ON        authenticator app, email  AAL1"), "{}", reported[0].detail);
    assert_eq!(at_plan(&change(Mode::Optional)), []);
    let back = at_plan(&example::change(with_email(Mode::On), &example::token(Mode::On)));
    assert_eq!(names(&back), ["enrolled_factor_removed"]);
}

#[test]
fn each_step_down_is_told_by_what_users_will_meet() {
    let rule = find("sign_in_weakened").unwrap();
    for (before, after, told) in [
        (Mode::On, Mode::Optional, "from required to optional: users without a factor will sign in with one factor only"),
        (Mode::On, Mode::Off, "from required to off: nobody will be asked for a second factor"),
        (Mode::Optional, Mode::Off, "from optional to off: users who have a factor will no longer be asked for it"),
    ] {
        let wanted = if after == Mode::Off { example::off() } else { example::token(after) };
        let Verdict::Broken(finding) = (rule.check)(&example::change(example::token(before), &wanted)) else { panic!("{told}") };
        assert!(finding.found.contains(told), "{}", finding.found);
    }
}

#[test]
fn a_destroy_is_judged_by_what_it_sends() {
    let destroy = |live: Settings, deletion| {
        let change = example::change(live, &example::off());
        let request = if deletion == Deletion::Off { change.request.clone() } else { Value::Null };
        names(&at_plan(&Transition { deletion: Some(deletion), request, ..change }))
    };
    assert_eq!(destroy(example::sms(Mode::On), Deletion::Off), ["required_to_off", "sms_role_with_mode_off"]);
    assert_eq!(destroy(example::sms(Mode::Optional), Deletion::Off), ["sms_role_with_mode_off"]);
    assert_eq!(destroy(example::token(Mode::Optional), Deletion::Off), ["destroy_turns_off"]);
    assert_eq!(destroy(example::sms(Mode::On), Deletion::Retain), ["destroy_retains"]);
    assert_eq!(destroy(example::sms(Mode::Off), Deletion::Retain), [""; 0]);
    assert_eq!(destroy(example::sms(Mode::On), Deletion::Prevent), ["destroy_prevented"]);
}

#[test]
fn a_destroy_that_restores_is_judged_once() {
    let restore = |live: Settings, found: &Settings| {
        let change = example::change(live, found);
        at_plan(&Transition { deletion: Some(Deletion::Restore), ..change })
    };
    let both = Settings { token_enabled: Some(true), ..example::sms(Mode::On) };
    let off = restore(both.clone(), &example::off());
    assert_eq!(names(&off), ["restore_weakens"]);
    assert!(off[0].is_error() && off[0].path.is_none(), "{off:?}");
    for expected in [
        "    before  ON        authenticator app, SMS  AAL2",
        "    after   OFF       no factor               AAL1",
        "The SMS role arn:aws:iam::111122223333:role/cognito-sms stays on the pool",
        "apply that before the destroy",
    ] {
        assert!(off[0].detail.contains(expected), "{expected}\n\n{}", off[0].detail);
    }
    assert_eq!(names(&restore(example::token(Mode::On), &example::token(Mode::Optional))), ["restore_weakens"]);
    assert_eq!(names(&restore(example::token(Mode::On), &example::token(Mode::On))), [""; 0]);
    assert_eq!(names(&restore(example::off(), &example::token(Mode::Optional))), [""; 0]);
    // Nothing says that SMS is still there but the rule about it, and it underlines nothing.
    let still = restore(both, &example::token(Mode::On));
    assert_eq!(names(&still), ["sms_still_available"]);
    assert!(still[0].path.is_none() && still[0].detail.contains("apply that before the destroy"), "{still:?}");
    // Stricter settings come back for users who may have no factor.
    let on = restore(example::off(), &example::token(Mode::On));
    assert_eq!(names(&on), ["off_to_required"]);
    assert!(on[0].path.is_none(), "{on:?}");
}

#[test]
fn one_waiver_lets_a_destroy_restore_weaker_settings() {
    let change = Transition { deletion: Some(Deletion::Restore), ..example::change(example::sms(Mode::On), &example::off()) };
    let waiver = crate::rules::Waiver { rule: "restore_weakens".to_owned(), reason: "SEC-1".to_owned(), expires: None };
    let reported = judge(&change, Moment::Apply, &Policy { waivers: vec![waiver], ..Policy::default() });
    assert_eq!(names(&reported), ["sign_in_weakened"]);
    assert!(!reported[0].is_error());
}

#[test]
fn the_other_call_to_off_is_announced_only_where_it_is_made() {
    let verifies = |live: Settings| {
        let wanted = Settings { web_authn: live.web_authn.clone(), ..example::off() };
        let change = example::on_pool(example::change(live, &wanted), |pool| {
            pool.auto_verified_attributes = vec!["phone_number".to_owned()];
        });
        match verdict("phone_verification_with_mode_off", &change) {
            Verdict::Broken(finding) => finding.why,
            other => panic!("{other:?}"),
        }
    };
    assert!(verifies(example::sms(Mode::Optional)).contains("turns MFA off with `UpdateUserPool`"));
    assert!(verifies(example::sms(Mode::Off)).contains("SMS configuration is required when"));
}

#[test]
fn a_last_factor_that_goes_away_is_named() {
    let nothing = Settings { mode: Mode::On, ..Settings::UNTOUCHED };
    let detail = at_plan(&example::change(example::sms(Mode::On), &nothing)).remove(0).detail;
    assert!(detail.contains("would lose its last factor, SMS."), "{detail}");
}

#[test]
fn the_sandbox_is_an_error_where_sms_is_all_there_is() {
    let in_sandbox = |wanted: &Settings| {
        let change = example::change(example::sms(Mode::Optional), wanted);
        example::with_sns(change, |sns| sns.in_sandbox = Value::Known(true))
    };
    let levels = |change: &Transition| {
        Profile::ALL.map(|profile| {
            let reported = judge(change, Moment::Plan, &Policy { profile, ..Policy::default() });
            assert_eq!(names(&reported), ["sms_sandbox"]);
            reported[0].is_error()
        })
    };
    let both = Settings { token_enabled: Some(true), ..example::sms(Mode::On) };
    assert_eq!(levels(&in_sandbox(&example::sms(Mode::On))), [false, true, true]);
    assert_eq!(levels(&in_sandbox(&example::sms(Mode::Optional))), [false; 3]);
    assert_eq!(levels(&in_sandbox(&both)), [false; 3]);
    let unread = Transition { sns: Value::Unknown, ..in_sandbox(&both) };
    assert_eq!(verdict("sms_sandbox", &unread), Verdict::Undecided);
    let said = example::on_pool(unread, |pool| pool.sms_configuration_failure = Some("SNSSandbox".to_owned()));
    assert!(matches!(verdict("sms_sandbox", &said), Verdict::Broken(_)));
}

#[test]
fn regions_are_judged_by_the_table() {
    let levels = |pool_region: &str, sender: SmsSender| {
        let change = example::change(example::off(), &example::with_sender(example::token(Mode::Optional), sender));
        let id = format!("{pool_region}_Ab12Cd34E");
        let change = Transition { user_pool_id: Value::Known(id), ..change };
        let reported = at_plan(&change);
        names(&reported).into_iter().zip(reported.iter().map(crate::tf::Diagnostic::is_error)).collect::<Vec<_>>()
    };
    let sns = |region: Option<&str>| {
        let region = region.map(str::to_owned);
        SmsSender::Sns(SnsSender { caller_arn: example::ROLE.to_owned(), external_id: Some("prod-1".to_owned()), region })
    };
    let one = |rule: &str, error| vec![(rule.to_owned(), error)];
    assert_eq!(levels("ap-east-1", sns(Some("ap-southeast-1"))), []);
    assert_eq!(levels("ap-east-1", sns(None)), []);
    assert_eq!(levels("ap-east-1", sns(Some("ap-east-1"))), one("sns_region_not_allowed", true));
    assert_eq!(levels("ap-east-2", sns(None)), one("eums_not_in_region", true));
    assert_eq!(levels("ap-east-2", sns(Some("ap-east-2"))), one("eums_not_in_region", true));
    assert_eq!(levels("xx-new-1", sns(None)), one("eums_not_in_region", false));
    assert_eq!(levels("us-gov-west-1", sns(None)), []);
    assert_eq!(levels("us-gov-west-1", sns(Some("us-gov-west-1"))), one("sns_region_not_allowed", false));
    assert_eq!(levels("ap-east-2", example::messaging(Some("ap-east-2"))), []);
    assert_eq!(levels("ap-east-1", example::messaging(None)), one("eums_not_in_region", true));
}

#[test]
fn a_role_with_another_path_is_another_role() {
    let elsewhere = "arn:aws:iam::111122223333:role/elsewhere/cognito-sms";
    let trust_policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}"#;
    let role = Value::Known(RoleFacts::found(elsewhere, trust_policy));
    let change = Transition { role, ..example::change(example::off(), &example::sms(Mode::Optional)) };
    let reported = at_plan(&change);
    assert_eq!(names(&reported), ["sms_role_missing"]);
    assert!(reported[0].detail.contains(&format!("    sns_caller_arn = \"{elsewhere}\"")), "{}", reported[0].detail);
}

#[test]
fn u06_what_a_role_of_another_arn_allows_is_not_judged() {
    let wanted = example::change(example::off(), &example::sms(Mode::Optional));
    let role = |arn: &str| {
        let RoleFacts::Found { trust_policy, permissions, .. } = example::role("lambda.amazonaws.com", "prod-2") else {
            panic!()
        };
        Value::Known(RoleFacts::Found { arn: arn.to_owned(), trust_policy, permissions })
    };
    let aws = Policy { profile: Profile::Aws, ..Policy::default() };
    let elsewhere = Transition { role: role("arn:aws:iam::111122223333:role/elsewhere/cognito-sms"), ..wanted.clone() };
    let reported = judge(&elsewhere, Moment::Plan, &aws);
    assert_eq!(names(&reported), ["sms_role_missing"]);
    assert!(!reported[0].is_error(), "only documented for this call");
    let same = Transition { role: role(example::ROLE), ..wanted };
    assert_eq!(names(&judge(&same, Moment::Plan, &aws)), ["sms_role_without_trust"]);
}

#[test]
fn s08_i02_an_external_id_that_only_another_account_may_use_warns() {
    let statement = |id: &str, account: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"cognito-idp.amazonaws.com"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{id}","aws:SourceAccount":"{account}"}}}}}}"#
        )
    };
    let halves = format!(r#"{{"Statement":[{},{}]}}"#, statement("prod-2", "111122223333"), statement("prod-1", "999988887777"));
    let role = Value::Known(RoleFacts::found(example::ROLE, halves).with_permissions(example::may_send()));
    let reported = at_plan(&Transition { role, ..example::change(example::off(), &example::sms(Mode::Optional)) });
    assert_eq!(names(&reported), ["sms_role_external_id_mismatch"]);
    assert!(!reported[0].is_error() && reported[0].detail.contains("prod-2"), "{}", reported[0].detail);
}

#[test]
fn e03_h10_one_mechanism_that_nobody_tried_warns() {
    let change = example::change(example::off(), &example::with_email(example::token(Mode::Optional)));
    for (mechanism, error) in [("verified_email", true), ("verified_phone_number", false), ("admin_only", false)] {
        let alone = example::on_pool(change.clone(), |pool| pool.recovery = Some(vec![mechanism.to_owned()]));
        let reported = at_plan(&alone);
        assert_eq!(names(&reported), ["email_with_email_only_recovery"], "{mechanism}");
        assert_eq!(reported[0].is_error(), error, "{mechanism}");
        assert!(reported[0].detail.contains(&format!("by `{mechanism}` only")), "{}", reported[0].detail);
    }
}

#[test]
fn what_denies_the_role_is_named_and_no_wording_is_made_up() {
    let by = Some("the `Deny` statement `NoSms`".to_owned());
    let permissions = RolePermissions { send_text_message: Permission::Denied { by }, ..example::may_send() };
    let role = Value::Known(example::role("cognito-idp.amazonaws.com", "prod-1").with_permissions(permissions));
    let wanted = example::with_sender(example::token(Mode::Optional), example::messaging(None));
    let denied = at_plan(&Transition { role: role.clone(), ..example::change(example::off(), &wanted) });
    assert_eq!(names(&denied), ["sms_role_without_publish"]);
    assert!(denied[0].is_error() && !denied[0].detail.contains("AWS refuses it"), "{}", denied[0].detail);
    assert!(denied[0].detail.contains("`sms-voice:SendTextMessage`: it is denied by the `Deny` statement `NoSms`."));
    assert_eq!(at_plan(&Transition { role, ..example::change(example::off(), &example::sms(Mode::Optional)) }), []);
}

#[test]
fn a_pool_without_a_recovery_setting_is_told_apart() {
    let change = example::change(example::off(), &example::with_email(example::token(Mode::On)));
    let absent = at_plan(&example::on_pool(change, |pool| (pool.recovery, pool.estimated_users) = (None, 0)));
    assert_eq!(names(&absent), ["email_with_email_only_recovery"]);
    assert!(absent[0].detail.contains("has no account recovery setting"), "{}", absent[0].detail);
}

#[test]
fn a03_the_address_that_gets_both_codes_is_named() {
    let email = Settings { email: Some(Email::default()), ..example::off() };
    for (wanted, mechanisms, factor, argument) in [
        (example::sms(Mode::Optional), ["verified_phone_number", "verified_email"], "SMS", "sms_configuration"),
        (
            Settings { mode: Mode::Optional, ..email },
            ["verified_email", "verified_phone_number"],
            "email",
            "email_mfa_configuration",
        ),
    ] {
        let change = example::change(example::off(), &wanted);
        let recovered = example::on_pool(change, |pool| pool.recovery = Some(mechanisms.map(str::to_owned).into()));
        let reported = at_plan(&recovered);
        let both = reported.iter().find(|found| found.cause.as_deref() == Some("recovery_through_mfa_channel")).unwrap();
        assert_eq!(both.path, Some(Path::root(argument)));
        let [first, other] = mechanisms;
        assert!(both.detail.contains(&format!("by `{first}` first, and after this change {factor} is its only factor")));
        assert!(both.detail.contains(&format!("Put `{other}` first")), "{}", both.detail);
    }
}

#[test]
fn passkeys_matter_to_the_domain_only_while_in_use() {
    let unnamed = |factor_configuration| {
        let web_authn = Some(WebAuthn { factor_configuration, ..WebAuthn::default() });
        example::change(example::off(), &Settings { web_authn, ..example::token(Mode::Optional) })
    };
    let multi = Some(FactorConfiguration::MultiFactorWithUserVerification);
    let rules = ["relying_party_not_on_custom_domain", "passkey_without_required_verification"];
    assert_eq!(names(&at_plan(&unnamed(multi))), rules);
    assert_eq!(at_plan(&unnamed(None)), []);
    let first = example::on_pool(unnamed(None), |pool| pool.first_factors.push("WEB_AUTHN".to_owned()));
    assert_eq!(names(&at_plan(&first)), ["relying_party_not_on_custom_domain"]);
    let domain = example::on_pool(first, |pool| pool.domain = Some("customers".to_owned()));
    assert_eq!(at_plan(&domain), []);
}

#[test]
fn the_end_of_a_role_concerns_no_rule_about_pools() {
    let mut dice = Dice::new(3);
    for _ in 0..20 {
        let ended = role_deletion(&mut dice);
        for rule in all().iter().filter(|rule| rule.name != "sms_role_in_use") {
            assert_eq!((rule.check)(&ended), Verdict::Holds, "{} of {ended:?}", rule.name);
        }
        let nothing = Transition::of_role(None);
        assert!(all().iter().all(|rule| (rule.check)(&nothing) == Verdict::Holds));
    }
}
