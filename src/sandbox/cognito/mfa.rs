//! `SetUserPoolMfaConfig` and `GetUserPoolMfaConfig`: rows M, T, E and W.

use serde_json::{Map, Value, json};

use super::{POOL_ID, check_model, pool_of};
use crate::sandbox::constraints::{Bound, Constraint, EMAIL_MESSAGE, EMAIL_SUBJECT};
use crate::sandbox::core::{Core, CoreRequest};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::sms::Sender;
use crate::sandbox::state::{Mode, Pool};
use crate::sandbox::switches::Switches;
use crate::sandbox::{json, messages};

use super::pool_constraints::{MODE, SMS_MFA};

const EMAIL: &[Constraint] = &[
    ("EmailMfaConfiguration.Message", &[Bound::Length(6, 20_000), Bound::Pattern(EMAIL_MESSAGE)]),
    ("EmailMfaConfiguration.Subject", &[Bound::Pattern(EMAIL_SUBJECT)]),
];

const WEB_AUTHN: &[Constraint] = &[
    ("WebAuthnConfiguration.RelyingPartyId", &[Bound::Length(1, 127)]),
    ("WebAuthnConfiguration.UserVerification", &[Bound::OneOf(&["required", "preferred"])]),
    ("WebAuthnConfiguration.FactorConfiguration", &[Bound::OneOf(&["SINGLE_FACTOR", MULTI])]),
];

const MULTI: &str = "MULTI_FACTOR_WITH_USER_VERIFICATION";

/// `GetUserPoolMfaConfig`: only what is configured (M13), and SMS as long as the pool has it (M16).
pub fn read_mfa_config(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID]])?;
    let pool = pool_of(core, request)?;
    let (id, answer) = (pool.id.clone(), shown(pool, &core.switches));
    if let Some((old, left)) = core.stale.get_mut(&id)
        && *left > 0
    {
        *left -= 1;
        return Ok(old.clone());
    }
    Ok(answer)
}

/// `SetUserPoolMfaConfig`: a full replace of the MFA state (M01).
pub fn set_mfa_config(core: &mut Core, request: &CoreRequest) -> Result<Value, Refusal> {
    check_model(request, &[&[POOL_ID, MODE], SMS_MFA, EMAIL, WEB_AUTHN])?;
    let mut pool = pool_of(core, request)?.clone();
    let before = shown(&pool, &core.switches);
    let wanted = Wanted::decode(&request.input);
    wanted.check_blocks(&core.switches)?;
    wanted.check_email(&pool, &core.switches)?;
    wanted.check_first_factors(&pool)?;
    wanted.check_web_authn(&pool, &core.switches)?;
    wanted.check_phone(&pool, &core.switches)?;
    let sender = match &wanted.sms {
        Some(block) => Some(core.sender_of(&pool, block)?),
        None => None,
    };
    wanted.commit(&mut pool, sender, &core.switches)?;
    pool.modified_ms = request.now_ms;
    if core.knobs.stale_reads > 0 {
        core.stale.insert(pool.id.clone(), (before, core.knobs.stale_reads));
    }
    let answer = shown(&pool, &core.switches);
    core.state.pools.insert(pool.id.clone(), pool);
    Ok(answer)
}

/// What one request asks for; an omitted mode is `OFF` (M01), a block counts by being there (M02).
struct Wanted {
    mode: Mode,
    sms: Option<Map<String, Value>>,
    token: Option<bool>,
    email: Option<Map<String, Value>>,
    web_authn: Option<Map<String, Value>>,
}

impl Wanted {
    fn decode(input: &Value) -> Self {
        let token = json::at(input, &["SoftwareTokenMfaConfiguration"]);
        Self {
            mode: json::text(input, &["MfaConfiguration"]).and_then(Mode::decode).unwrap_or_default(),
            sms: json::structure(input, &["SmsMfaConfiguration"]),
            token: token.map(|block| json::is_true(block, &["Enabled"])),
            email: json::structure(input, &["EmailMfaConfiguration"]),
            web_authn: json::structure(input, &["WebAuthnConfiguration"]),
        }
    }

    /// M02 comes first of all (M09), then M03 and M05.
    fn check_blocks(&self, switches: &Switches) -> Result<(), Refusal> {
        let has_block = self.sms.is_some() || self.token.is_some() || self.email.is_some();
        match self.mode {
            Mode::Off if has_block => return Err(Refusal::parameter(messages::OFF_WITH_FACTOR)),
            Mode::On | Mode::Optional if !has_block => return Err(Refusal::parameter(messages::NO_FACTOR)),
            _ => {}
        }
        let all_disabled = self.sms.is_none() && self.email.is_none() && self.token == Some(false);
        if all_disabled && !switches.is_on("disabled_token_counts") {
            return Err(Refusal::parameter(messages::ALL_FACTORS_DISABLED));
        }
        Ok(())
    }

    /// E01, E02, E03.
    fn check_email(&self, pool: &Pool, switches: &Switches) -> Result<(), Refusal> {
        if self.email.is_none() {
            return Ok(());
        }
        // A pool that has it already was allowed to, whatever its tier: what AWS says then was not measured.
        let is_new = pool.email.is_none() || pool.mode == Mode::Off;
        if pool.tier() == "LITE" && is_new && switches.is_on("email_needs_tier") {
            return Err(Refusal::unmeasured("FeatureUnavailableInTierException", &messages::tier_features("LITE", "Email MFA")));
        }
        check_email_means(pool, switches)
    }

    /// T03 and T05, on the live first factors (T08).
    fn check_first_factors(&self, pool: &Pool) -> Result<(), Refusal> {
        if self.mode != Mode::On {
            return Ok(());
        }
        let first_factors = pool.first_factors();
        if first_factors.iter().any(|factor| matches!(*factor, "EMAIL_OTP" | "SMS_OTP")) {
            return Err(Refusal::parameter(messages::ONLY_PASSWORD_AND_PASSKEY));
        }
        if first_factors.contains(&"WEB_AUTHN") && self.passkey_factor() != Some(MULTI) {
            return Err(Refusal::parameter(messages::SINGLE_FACTOR_PASSKEY));
        }
        Ok(())
    }

    /// W01 and W05.
    fn check_web_authn(&self, pool: &Pool, switches: &Switches) -> Result<(), Refusal> {
        let Some(block) = &self.web_authn else { return Ok(()) };
        if !block.get("RelyingPartyId").and_then(Value::as_str).is_none_or(is_bare_domain) {
            return Err(Refusal::parameter(messages::RELYING_PARTY_CHARACTERS));
        }
        let switch = match self.passkey_factor() {
            Some(MULTI) => "multi_factor_passkey_needs_tier",
            Some(_) => "single_factor_passkey_needs_tier",
            None => return Ok(()),
        };
        let is_new = !(self.passkey_factor() == Some(MULTI) && pool.has_multi_factor_passkey());
        if pool.tier() == "LITE" && is_new && switches.is_on(switch) {
            return Err(Refusal::unmeasured(
                "FeatureUnavailableInTierException",
                &messages::tier_features("LITE", "Passkey MFA"),
            ));
        }
        Ok(())
    }

    /// M12 and A02.
    fn check_phone(&self, pool: &Pool, switches: &Switches) -> Result<(), Refusal> {
        let verifies_phone = pool.texts(&["AutoVerifiedAttributes"]).contains(&"phone_number");
        if self.mode == Mode::Off && verifies_phone && switches.is_on("phone_verification_blocks_off") {
            return Err(Refusal::parameter(messages::PHONE_NEEDS_SMS));
        }
        let phone_only = pool.recovery().is_some_and(|names| names == ["verified_phone_number"]);
        if self.sms.is_some() && phone_only && switches.is_on("phone_only_recovery_refuses_sms") {
            return Err(Refusal::parameter(messages::RECOVERY_BY_PHONE_WITH_SMS));
        }
        Ok(())
    }

    fn passkey_factor(&self) -> Option<&str> {
        self.web_authn.as_ref()?.get("FactorConfiguration")?.as_str()
    }

    /// Replaces what the pool has. The SMS configuration outlives OFF (M11) and an omitted block.
    fn commit(self, pool: &mut Pool, sender: Option<Sender>, switches: &Switches) -> Result<(), Refusal> {
        match sender {
            Some(Sender::Set(configuration)) => {
                pool.settings.insert("SmsConfiguration".to_owned(), Value::Object(configuration));
                match self.sms.as_ref().and_then(|block| block.get("SmsAuthenticationMessage")) {
                    Some(message) => pool.settings.insert("SmsAuthenticationMessage".to_owned(), message.clone()),
                    None => pool.settings.remove("SmsAuthenticationMessage"),
                };
            }
            Some(Sender::Clear) => {
                pool.settings.remove("SmsConfiguration");
            }
            None if self.mode != Mode::Off && switches.is_on("sms_omission_drops_configuration") => {
                pool.settings.remove("SmsConfiguration");
            }
            None => {}
        }
        super::pool_rules::check_sms_users(pool)?;
        pool.web_authn = match self.web_authn {
            Some(block) => Some(with_defaults(block, switches)),
            None if switches.is_on("web_authn_omission_drops_relying_party") => None,
            None => pool.web_authn.take().map(|mut block| {
                block.insert("FactorConfiguration".to_owned(), "SINGLE_FACTOR".into());
                block
            }),
        };
        pool.sms_factor = self.sms.is_some() && pool.has_sms();
        pool.mode = self.mode;
        pool.token = self.token;
        pool.email = self.email;
        Ok(())
    }
}

impl Core {
    /// The sender of an SMS block; without one inside, the pool's own or a refusal (S16).
    fn sender_of(&mut self, pool: &Pool, block: &Map<String, Value>) -> Result<Sender, Refusal> {
        let sent = block.get("SmsConfiguration").and_then(Value::as_object).cloned();
        let own = || pool.setting(&["SmsConfiguration"]).and_then(Value::as_object).cloned();
        let fallback = || (!self.switches.is_on("sms_block_needs_configuration")).then(own).flatten();
        let Some(configuration) = sent.or_else(fallback) else {
            let message = "SmsMfaConfiguration needs an SmsConfiguration.";
            return Err(Refusal::unmeasured("InvalidParameterException", message));
        };
        let role_must_exist = self.switches.is_on("missing_role_refused");
        self.check_sender((&pool.region, &pool.id), configuration, role_must_exist)
    }
}

/// E02 and E03: what the pool must have before email can be a factor.
pub(super) fn check_email_means(pool: &Pool, switches: &Switches) -> Result<(), Refusal> {
    if pool.text(&["EmailConfiguration", "EmailSendingAccount"]) != Some("DEVELOPER") {
        return Err(Refusal::parameter(messages::EMAIL_WITHOUT_SES));
    }
    let recovery = pool.recovery().unwrap_or_default();
    let too_few = recovery.len() < 2 && switches.is_on("email_needs_two_recovery_mechanisms");
    if recovery.is_empty() || recovery == ["verified_email"] || too_few {
        return Err(Refusal::parameter(messages::EMAIL_ONLY_RECOVERY));
    }
    Ok(())
}

/// W04 and W05: what reads back once a passkey block was set.
fn with_defaults(mut block: Map<String, Value>, switches: &Switches) -> Map<String, Value> {
    if switches.is_on("user_verification_default_shown") {
        block.entry("UserVerification").or_insert_with(|| "preferred".into());
    }
    block.entry("FactorConfiguration").or_insert_with(|| "SINGLE_FACTOR".into());
    block
}

fn shown(pool: &Pool, switches: &Switches) -> Value {
    let mut answer = Map::new();
    let shows_sms = pool.mode != Mode::Off || switches.is_on("sms_shown_while_off");
    if let Some(configuration) = pool.settings.get("SmsConfiguration").filter(|_| shows_sms) {
        let mut block = json!({ "SmsConfiguration": configuration });
        if let (Some(message), Some(block)) = (pool.settings.get("SmsAuthenticationMessage"), block.as_object_mut()) {
            block.insert("SmsAuthenticationMessage".to_owned(), message.clone());
        }
        answer.insert("SmsMfaConfiguration".to_owned(), block);
    }
    if let Some(enabled) = pool.token {
        answer.insert("SoftwareTokenMfaConfiguration".to_owned(), json!({ "Enabled": enabled }));
    }
    if let Some(block) = &pool.email {
        answer.insert("EmailMfaConfiguration".to_owned(), Value::Object(block.clone()));
    }
    answer.insert("MfaConfiguration".to_owned(), pool.mode.name().into());
    if let Some(block) = &pool.web_authn {
        answer.insert("WebAuthnConfiguration".to_owned(), Value::Object(block.clone()));
    }
    Value::Object(answer)
}

/// W01: labels of lower-case letters, digits and inner hyphens.
fn is_bare_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        !label.is_empty() && label.chars().all(is_letter) && !label.starts_with('-') && !label.ends_with('-')
    })
}
