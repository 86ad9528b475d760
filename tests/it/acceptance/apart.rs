//! Factors with resources of their own: declared on a pool that is off, written into one that is not, listed by the mode.

use serde_json::json;

use super::{Stage, everywhere};
use crate::support::Place;
use crate::support::aws::unique;

/// `cognitomfa_software_token.this`.
fn software_token(pool: &str) -> String {
    format!("resource \"cognitomfa_software_token\" \"this\" {{\n  user_pool_id = \"{pool}\"\n}}\n")
}

/// `cognitomfa_sms_configuration.this` through SNS.
fn sms_configuration(pool: &str, role: &str, external_id: &str) -> String {
    format!(
        "resource \"cognitomfa_sms_configuration\" \"this\" {{\n  user_pool_id = \"{pool}\"\n  sms_configuration = {{ sns_caller_arn = \
         \"{role}\", external_id = \"{external_id}\" }}\n}}\n"
    )
}

/// `cognitomfa_user_pool_mfa.this` with these factors of their own resources.
fn mode(pool: &str, mode: &str, more: &str) -> String {
    format!(
        "resource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \"{pool}\"\n  mfa_configuration = \"{mode}\"\n  {more}\n}}\n"
    )
}

const TOKEN: &str = "factors = [cognitomfa_software_token.this.factor]";
const SMS: &str = "factors = [cognitomfa_sms_configuration.this.factor]";
const BOTH: &str = "factors = [cognitomfa_software_token.this.factor, cognitomfa_sms_configuration.this.factor]";

/// Applies this configuration; then no plan may want a change.
#[track_caller]
fn settle(stage: &Stage, configuration: &str) {
    stage.workspace.write("main.tf", configuration).apply(&[]).expect_code(0);
    stage.workspace.expect_no_change();
}

#[test]
fn a_factor_on_a_pool_that_is_off_is_only_declared() {
    everywhere("apart_off", &Place::ALL, |stage: &Stage| {
        stage.clear_journal();
        settle(stage, &software_token(&stage.pool));
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
        stage.workspace.destroy().expect_code(0);
        stage.expect_no_write();
    });
}

#[track_caller]
fn made_and_unmade_together(stage: &Stage, form: &str) {
    let pool = &stage.pool;
    let both = |wanted: &str| software_token(pool) + &mode(pool, wanted, &format!("factor_management = \"{form}\"\n  {TOKEN}"));
    settle(stage, &both("ON"));
    assert_eq!((stage.aws.mode(pool).as_str(), stage.aws.has_token(pool)), ("ON", true));
    for wanted in ["OPTIONAL", "OFF", "OPTIONAL"] {
        settle(stage, &both(wanted));
        assert_eq!(stage.aws.mode(pool), wanted);
    }
    // The mode stays behind (RETAIN), and so does its last factor.
    stage.workspace.destroy().expect_code(0).expect_text("last_factor_kept");
    assert_eq!((stage.aws.mode(pool).as_str(), stage.aws.has_token(pool)), ("OPTIONAL", true));
}

#[test]
fn a_factor_and_the_mode_that_lists_it_are_made_and_unmade_together() {
    everywhere("apart_exclusive", &Place::ALL, |stage: &Stage| made_and_unmade_together(stage, "exclusive"));
    everywhere("apart_shared", &Place::ALL, |stage: &Stage| made_and_unmade_together(stage, "shared"));
}

#[test]
fn factors_are_swapped_in_one_apply() {
    everywhere("apart_swap", &Place::ALL, |stage: &Stage| {
        let (pool, role) = (&stage.pool, stage.aws.create_sms_role("swap"));
        settle(stage, &(software_token(pool) + &mode(pool, "OPTIONAL", TOKEN)));
        let swapped = || settle(stage, &(sms_configuration(pool, &role, "swap") + &mode(pool, "OPTIONAL", SMS)));
        if !stage.holds("a_factor_can_go", swapped) {
            return;
        }
        let live = stage.aws.mfa(pool);
        assert_eq!(live["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"], role.as_str());
        assert!(!stage.aws.has_token(pool));
    });
}

#[test]
fn turning_mfa_off_while_a_listed_sms_sender_joins_is_refused_by_the_plan() {
    everywhere("apart_off_with_sms", &[Place::Sandbox], |stage: &Stage| {
        let (pool, role) = (&stage.pool, stage.aws.create_sms_role("joins"));
        settle(stage, &(software_token(pool) + &mode(pool, "OPTIONAL", TOKEN)));
        stage.clear_journal();
        let joins = |waiver: &str| sms_configuration(pool, &role, "joins") + &mode(pool, "OFF", &format!("{SMS}\n  {waiver}"));
        let plan = stage.workspace.write("main.tf", &joins("")).plan(&[]).expect_code(1);
        plan.expect_text("[sms_role_with_mode_off]").expect_text("in the same run");
        stage.expect_no_write();
        settle(stage, &joins("waivers = [{ rule = \"sms_role_with_mode_off\", reason = \"phone verification\" }]"));
        assert_eq!(stage.aws.mode(pool), "OFF");
    });
}

#[test]
fn the_last_sender_of_an_active_pool_follows_its_role_to_another_external_id() {
    everywhere("apart_follows", &[Place::Sandbox], |stage: &Stage| {
        let (pool, name) = (&stage.pool, unique("follows"));
        let role = |external_id: &str| {
            format!(
                "resource \"cognitomfa_sms_role\" \"this\" {{\n  name = \"{name}\"\n  external_id = \"{external_id}\"\n  user_pool_ids = \
                 [\"{pool}\"]\n}}\n"
            )
        };
        let sender = format!(
            "resource \"cognitomfa_sms_configuration\" \"this\" {{\n  user_pool_id = \"{pool}\"\n  sms_configuration = {{ sns_caller_arn = \
             cognitomfa_sms_role.this.arn, external_id = cognitomfa_sms_role.this.external_id }}\n}}\n"
        );
        let shared = "factor_management = \"shared\"";
        settle(stage, &(role("first") + &sender + &mode(pool, "OPTIONAL", &format!("{shared}\n  {SMS}"))));
        // The sender's resource goes, its role changes, and only then the mode is written.
        let waiver = "waivers = [{ rule = \"active_mode_without_factor\", reason = \"the pool keeps SMS\" }]";
        let after_the_role = format!("{shared}\n  factors = []\n  {waiver}\n  depends_on = [cognitomfa_sms_role.this]");
        stage.workspace.write("main.tf", &(role("other") + &mode(pool, "ON", &after_the_role)));
        stage.workspace.apply(&[]).expect_code(0).expect_text("last_factor_kept");
        stage.workspace.expect_no_change();
        let live = stage.aws.mfa(pool);
        let external_id = &live["SmsMfaConfiguration"]["SmsConfiguration"]["ExternalId"];
        assert_eq!((stage.aws.mode(pool).as_str(), external_id.as_str()), ("ON", Some("other")));
    });
}

#[test]
fn a_factor_joins_and_leaves_an_active_pool_of_another_owner() {
    everywhere("apart_joins", &Place::ALL, |stage: &Stage| {
        let (pool, role) = (&stage.pool, stage.aws.create_sms_role("joins"));
        let members = json!({
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "joins" } },
        });
        stage.aws.set_mfa(pool, members).expect("a pool takes SMS");
        settle(stage, &software_token(pool));
        let live = stage.aws.mfa(pool);
        assert!(stage.aws.has_token(pool) && live["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"] == role.as_str());
        // Someone takes it away: the plan shows that, and the next apply mends it.
        let without = json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": live["SmsMfaConfiguration"] });
        stage.aws.set_mfa(pool, without).expect("a pool without a token");
        if stage.holds("token_can_be_removed", || assert!(!stage.aws.has_token(pool))) {
            stage.workspace.plan(&[]).expect_code(2);
            stage.workspace.apply(&[]).expect_code(0);
            assert!(stage.aws.has_token(pool));
        }
        stage.holds("token_is_gone", || {
            stage.workspace.destroy().expect_code(0);
            assert!(!stage.aws.has_token(pool));
        });
        assert_eq!(stage.aws.mode(pool), "OPTIONAL");
    });
}

#[test]
fn drift_of_a_sender_of_its_own_is_shown_and_mended() {
    everywhere("apart_drift", &Place::ALL, |stage: &Stage| {
        let pool = &stage.pool;
        let (role, other) = (stage.aws.create_sms_role("first"), stage.aws.create_sms_role("second"));
        settle(stage, &(sms_configuration(pool, &role, "first") + &mode(pool, "OPTIONAL", SMS)));
        let sender = json!({ "SmsConfiguration": { "SnsCallerArn": other, "ExternalId": "second" } });
        stage.aws.set_mfa(pool, json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sender })).expect("another role");
        stage.workspace.plan(&[]).expect_code(2).expect_text(&other);
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        // A new role goes through the factor to the mode in one apply.
        settle(stage, &(sms_configuration(pool, &other, "second") + &mode(pool, "OPTIONAL", SMS)));
        assert_eq!(stage.aws.mfa(pool)["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"], other.as_str());
    });
}

#[test]
fn the_shared_form_keeps_factors_that_nobody_lists() {
    everywhere("apart_kept", &Place::ALL, |stage: &Stage| {
        let pool = &stage.pool;
        stage.aws.set_token(pool, "OPTIONAL");
        settle(stage, &mode(pool, "ON", "factor_management = \"shared\""));
        assert_eq!((stage.aws.mode(pool).as_str(), stage.aws.has_token(pool)), ("ON", true));
        assert_eq!(stage.workspace.attributes()["software_token_mfa_configuration"], json!(null));
    });
}

#[test]
fn an_active_mode_of_the_shared_form_without_any_factor_is_refused_by_the_plan() {
    everywhere("apart_none", &[Place::Sandbox], |stage: &Stage| {
        stage.clear_journal();
        stage.workspace.write("main.tf", &mode(&stage.pool, "OPTIONAL", "factor_management = \"shared\""));
        stage.workspace.plan(&[]).expect_code(1).expect_text("[active_mode_without_factor]");
        stage.expect_no_write();
    });
}

#[test]
fn an_active_mode_of_the_shared_form_whose_listed_factors_all_leave_is_refused_by_the_plan() {
    everywhere("apart_none_left", &[Place::Sandbox], |stage: &Stage| {
        let (pool, shared) = (&stage.pool, "factor_management = \"shared\"");
        settle(stage, &(software_token(pool) + &mode(pool, "OPTIONAL", &format!("{shared}\n  {TOKEN}"))));
        stage.clear_journal();
        for wanted in ["OPTIONAL", "ON"] {
            let bare = mode(pool, wanted, shared);
            let plan = stage.workspace.write("main.tf", &bare).plan(&[]).expect_code(1);
            plan.expect_text("[active_mode_without_factor]").expect_text("would lose its last factor");
            stage.expect_no_write();
        }
        // Somebody else's factor is enough.
        let members = json!({
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": stage.aws.create_sms_role("left"), "ExternalId": "left" } },
        });
        stage.aws.set_mfa(pool, members).expect("a pool takes SMS");
        settle(stage, &mode(pool, "ON", shared));
        assert!(!stage.aws.has_token(pool));
    });
}

#[test]
fn a_factor_inline_and_apart_has_two_managers() {
    everywhere("apart_two", &[Place::Sandbox], |stage: &Stage| {
        let pool = &stage.pool;
        let inline = "software_token_mfa_configuration = { enabled = true }";
        for more in [inline.to_owned(), format!("{inline}\n  {TOKEN}"), "email_mfa_configuration = {}".to_owned()] {
            stage.workspace.write("main.tf", &(software_token(pool) + &mode(pool, "OPTIONAL", &more)));
            let output = stage.workspace.plan(&["-refresh=false"]);
            output.expect_text("[two_managers]");
        }
        stage.workspace.write("main.tf", &(software_token(pool) + &mode(pool, "OPTIONAL", inline)));
        stage.workspace.apply(&["-parallelism=1"]).expect_code(1).expect_text("Two resources manage the same MFA settings");
        stage.workspace.write("main.tf", &(software_token(pool) + &mode(pool, "OPTIONAL", TOKEN)));
        stage.workspace.apply(&[]).expect_code(0).expect_no_text("two_managers");
        stage.workspace.expect_no_change();
        // A replacement is planned twice, and is no second resource.
        stage.workspace.apply(&["-replace=cognitomfa_software_token.this"]).expect_code(0).expect_no_text("two_managers");
        stage.workspace.apply(&["-replace=cognitomfa_user_pool_mfa.this"]).expect_code(0).expect_no_text("two_managers");
    });
}

#[test]
fn factors_are_imported_by_pool_id() {
    everywhere("apart_import", &Place::ALL, |stage: &Stage| {
        let (pool, role) = (&stage.pool, stage.aws.create_sms_role("imported"));
        let members = json!({
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "imported" } },
        });
        stage.aws.set_mfa(pool, members).expect("a pool takes both");
        let configuration = software_token(pool) + &sms_configuration(pool, &role, "imported") + &mode(pool, "OPTIONAL", BOTH);
        stage.workspace.write("main.tf", &configuration);
        for address in ["cognitomfa_software_token.this", "cognitomfa_sms_configuration.this"] {
            stage.workspace.run(&["import", "-no-color", "-input=false", "-lock=false", address, pool]).expect_code(0);
        }
        stage.clear_journal();
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
    });
}
