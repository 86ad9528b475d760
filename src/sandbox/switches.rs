//! What nobody has measured for certain, as named switches with two positions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// One open question and what each answer makes the sandbox do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// How the command line and the knobs name it.
    pub name: &'static str,
    /// The rows that leave the question open.
    pub row: &'static str,
    /// The position at start: the likelier or the stricter reading.
    pub default: bool,
    /// What happens in position `on`.
    pub on: &'static str,
    /// What happens in position `off`.
    pub off: &'static str,
}

const fn switch(name: &'static str, row: &'static str, default: bool, on: &'static str, off: &'static str) -> Switch {
    Switch { name, row, default, on, off }
}

/// Every switch, in the order of the rows.
#[rustfmt::skip]
pub const SWITCHES: &[Switch] = &[
    switch("disabled_token_counts", "M05", false,
        "a token block with Enabled=false alone is a factor block, so ON and OPTIONAL with it are accepted",
        "it is refused with the older wording of M03"),
    switch("phone_verification_blocks_off", "M12", true,
        "SetUserPoolMfaConfig to OFF is refused while phone_number is verified automatically",
        "it is accepted"),
    switch("sms_shown_while_off", "M13 M16", true,
        "GetUserPoolMfaConfig shows the SMS configuration of the pool while MFA is OFF",
        "it shows it only while MFA is OPTIONAL or ON"),
    switch("optional_by_update_needs_sms", "T01 T02", true,
        "UpdateUserPool to OPTIONAL on a pool without factor and SMS configuration is refused with the text of T01",
        "it is accepted"),
    switch("email_removal_before_sender", "T10", true,
        "while email is a factor, UpdateUserPool to COGNITO_DEFAULT or email-only recovery is refused with the texts of E02, E03",
        "it is accepted"),
    switch("missing_role_refused", "U06", true,
        "SetUserPoolMfaConfig with a role that does not exist is refused as a missing trust relationship, as UpdateUserPool is",
        "it is accepted"),
    switch("unmeasured_members_reset", "U03", true,
        "UpdateUserPool resets omitted verification messages, verification subject and ACR configuration",
        "it keeps them"),
    switch("developer_email_resets", "U03", false,
        "UpdateUserPool resets an omitted EmailConfiguration whose sender is DEVELOPER",
        "it keeps it"),
    switch("one_sms_sender", "S03", true,
        "SnsCallerArn together with EumsSms is refused",
        "it is accepted and EumsSms wins: SnsCallerArn is cleared"),
    switch("eums_region_is_pool_region", "S04", true,
        "another EumsSms.Region than the pool's is refused",
        "it is accepted"),
    switch("sender_must_serve_region", "S05", true,
        "EumsSms is refused in its missing Regions, and SNS in Regions that lack it",
        "both are accepted everywhere"),
    switch("external_id_bounds", "S07", true,
        "an external id outside what STS takes (2 to 1224 characters) is refused as a missing trust relationship",
        "it is compared like any other"),
    switch("trust_needs_external_id", "S08", false,
        "a trust policy without a condition on sts:ExternalId is refused when an external id is configured",
        "it is accepted"),
    switch("sns_region_from_table", "S09", true,
        "an SnsRegion that the table does not list for the pool's Region is refused",
        "any is accepted"),
    switch("trust_source_counts", "I02", true,
        "a condition on aws:SourceArn or aws:SourceAccount that this pool does not meet is refused as a missing trust relationship",
        "such conditions are left aside where they allow something"),
    switch("empty_role_clears_sms", "S15", false,
        "an SMS configuration whose SnsCallerArn is empty, without EumsSms, takes the SMS configuration off the pool",
        "it is refused as a missing trust relationship"),
    switch("empty_role_reads_back", "S02", true,
        "an empty SnsCallerArn beside EumsSms is returned as an empty text",
        "it is returned as absent"),
    switch("sms_block_needs_configuration", "S16", true,
        "SmsMfaConfiguration without SmsConfiguration is refused although the pool has one",
        "the one of the pool is used"),
    switch("sms_omission_drops_configuration", "H3 M16", false,
        "SetUserPoolMfaConfig to ON or OPTIONAL without SmsMfaConfiguration takes the SMS configuration off the pool",
        "the pool keeps it"),
    switch("web_authn_omission_drops_relying_party", "H3 M01", true,
        "SetUserPoolMfaConfig without WebAuthnConfiguration drops the whole block",
        "relying party and user verification stay, and FactorConfiguration becomes SINGLE_FACTOR"),
    switch("user_verification_default_shown", "W04", true,
        "an omitted UserVerification reads back as preferred",
        "it reads back as absent"),
    switch("email_needs_tier", "E01", true,
        "EmailMfaConfiguration on the LITE tier is refused, unless the pool has it",
        "it is accepted"),
    switch("email_needs_two_recovery_mechanisms", "E03 H10", false,
        "email MFA with any single recovery mechanism is refused",
        "only verified_email alone is refused"),
    switch("multi_factor_passkey_needs_tier", "W05", true,
        "FactorConfiguration=MULTI_FACTOR_WITH_USER_VERIFICATION on the LITE tier is refused, unless the pool has it",
        "it is accepted"),
    switch("single_factor_passkey_needs_tier", "W05", true,
        "an explicit FactorConfiguration=SINGLE_FACTOR on the LITE tier is refused",
        "it is accepted"),
    switch("phone_only_recovery_refuses_sms", "A02", true,
        "SMS MFA with verified_phone_number as the only recovery mechanism is refused",
        "it is accepted"),
    switch("tier_downgrade_refused", "A06", true,
        "UpdateUserPool to LITE while email is a factor or the passkey is multi-factor is refused",
        "it is accepted"),
    switch("phone_number_for_sms_preference", "P03", true,
        "an SMS preference, even a disabled one, is refused for a user without a phone number",
        "only an enabled one is refused, with the text of P02"),
    switch("unoffered_preference_refused", "P02 P04", true,
        "a preference for a factor the pool does not offer is refused",
        "it is accepted and has no effect on sign-in"),
    switch("factor_kept_while_required", "P05", true,
        "a user's factor cannot be disabled while MFA of the pool is ON",
        "it can"),
    switch("preference_refused_while_off", "P06", true,
        "a preference is refused while MFA of the pool is OFF",
        "it is accepted without effect"),
    switch("preference_needs_tier", "P07", true,
        "email and passkey preferences are refused on the LITE tier",
        "they are accepted"),
    switch("sms_failure_shown", "I08", true,
        "DescribeUserPool tells in SmsConfigurationFailure what is wrong with the role or the SMS sandbox",
        "it never does"),
];

/// The position of every switch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    moved: BTreeMap<&'static str, bool>,
}

impl Switches {
    /// Whether a switch is on; a name that is not in the table is off.
    pub fn is_on(&self, name: &str) -> bool {
        let default = || SWITCHES.iter().any(|switch| switch.name == name && switch.default);
        self.moved.get(name).copied().unwrap_or_else(default)
    }

    /// Moves a switch. The error is a sentence that lists the names there are.
    pub fn set(&mut self, name: &str, on: bool) -> Result<(), String> {
        let Some(switch) = SWITCHES.iter().find(|switch| switch.name == name) else {
            let names: Vec<_> = SWITCHES.iter().map(|switch| switch.name).collect();
            return Err(format!("There is no switch `{name}`. The switches are {}.", names.join(", ")));
        };
        self.moved.insert(switch.name, on);
        Ok(())
    }

    /// The table with the position of each switch.
    pub fn to_json(&self) -> Value {
        let rows = SWITCHES.iter().map(|switch| {
            let (default, position) = (position(switch.default), position(self.is_on(switch.name)));
            json!({ "name": switch.name, "row": switch.row, "position": position, "default": default,
                    "on": switch.on, "off": switch.off })
        });
        Value::Array(rows.collect())
    }
}

fn position(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
