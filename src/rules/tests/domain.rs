//! The changes that the tests of the whole catalogue go through: every member over a small domain.

use crate::mfa::{
    Contest, Deletion, Difference, Email, Factor, FactorConfiguration, FactorPreference, Mode, Permission, PlannedPool,
    PoolFacts, Preference, PreferenceChange, Rival, RoleDeletion, RoleFacts, RolePermissions, RoleUser, Settings, Sibling,
    SmsSender, SnsFacts, SnsSender, Transition, UserFacts, UserVerification, Wanted, WebAuthn,
};
use crate::rules::example;
use crate::tf::Value::{self, Known, Null};

/// A source of numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// Every combination of mode and factors, SMS through SNS.
pub fn settings() -> Vec<Settings> {
    let with = |mode, factors: u8| Settings {
        mode,
        token_enabled: (factors & 1 != 0).then_some(true),
        sms: if factors & 2 == 0 { None } else { example::sms(mode).sms },
        email: (factors & 4 != 0).then(Email::default),
        web_authn: None,
    };
    Mode::ALL.into_iter().flat_map(|mode| (0..8).map(move |factors| with(mode, factors))).collect()
}

/// Every change from one of these settings to another, with everything known and nothing else amiss.
pub fn plain() -> Vec<Transition> {
    settings().iter().flat_map(|live| settings().into_iter().map(|wanted| example::change(live.clone(), &wanted))).collect()
}

/// A change with everything known, each member taken from a small domain: of a pool, or of one user's preference.
pub fn change(dice: &mut Dice) -> Transition {
    if dice.below(20) == 0 {
        return role_deletion(dice);
    }
    let change = of_pool(dice);
    if dice.below(6) == 0 { preferring(change, dice) } else { change }
}

/// A change of the preference of a user of the pool of `change`.
pub fn preferring(change: Transition, dice: &mut Dice) -> Transition {
    let block = |dice: &mut Dice| {
        let (enabled, preferred) = (dice.below(2) == 0, dice.pick(&[Null, Known(true), Known(false)]));
        dice.pick(&[Null, Known(FactorPreference { enabled: Known(enabled), preferred })])
    };
    let wanted = Preference {
        token: block(dice),
        sms: block(dice),
        email: block(dice),
        passkey: dice.pick(&[Null, Known(true), Known(false)]),
    };
    let mut user = UserFacts { has_phone_number: dice.below(2) == 0, has_email: dice.below(2) == 0, ..UserFacts::default() };
    user.factors = Factor::ALL.iter().filter(|_| dice.below(2) == 0).map(|factor| factor.user_setting().to_owned()).collect();
    let (username, user) = (Known("break-glass-1".to_owned()), Known(user));
    let preference = PreferenceChange { username, wanted, user, is_destroy: dice.below(4) == 0 };
    Transition {
        preference: Some(preference),
        request: Null,
        role: Null,
        sns: Null,
        deletion: None,
        drift: Vec::new(),
        rivals: Vec::new(),
        removal: None,
        role_deletion: None,
        ..change
    }
}

fn of_pool(dice: &mut Dice) -> Transition {
    let (mut live, mut wanted) = (dice.pick(&settings()), dice.pick(&settings()));
    for settings in [&mut live, &mut wanted] {
        settings.web_authn = web_authn(dice);
        if let Some(sms) = &mut settings.sms {
            sms.message = dice.pick(&[None, Some("Your code is {####}".to_owned())]);
            sms.sender = Some(sender(dice));
        }
    }
    let mut change = example::change(live, &wanted);
    if let Known(pool) = &mut change.pool {
        alter(pool, dice);
    }
    let region = dice.pick(&["eu-central-1", "eu-central-1", "ap-east-1", "ap-east-2", "us-gov-west-1"]);
    move_to(region, &mut change);
    if !change.role.is_null() {
        change.role = Known(role(dice));
    }
    if !change.sns.is_null() {
        change.sns = Known(sns(dice));
    }
    if let (Known(wanted), Known(text)) = (&mut change.request, dice.pick(&[Null, Known("Your code is {####}")])) {
        wanted.sms_message = Known(text.to_owned());
    }
    if dice.below(2) == 0 {
        let settings = Wanted::from(&dice.pick(&settings()));
        change.sibling = Known(Sibling { settings, pool: PlannedPool::default() });
    }
    change.sms_role_listed =
        dice.pick(&[None, None, None, Some(Value::Unknown), Some(Known("arn:aws:iam::111122223333:role/listed".into()))]);
    if dice.below(8) == 0 {
        change.drift = vec![Difference { attribute: "mfa_configuration".into(), planned: "a".into(), now: "b".into() }];
    }
    if dice.below(16) == 0 {
        change.rivals = vec![Rival {
            part: "mfa_configuration".to_owned(),
            resource: "cognitomfa_user_pool_mfa".to_owned(),
            contest: Contest::Held,
        }];
    }
    if dice.below(12) == 0 {
        let removal = Some(dice.pick(&[Factor::SoftwareToken, Factor::Sms]));
        return Transition { removal, ..change };
    }
    if dice.below(6) == 0 { destroy(&change, dice.pick(&Deletion::ALL)) } else { change }
}

fn move_to(region: &str, change: &mut Transition) {
    change.user_pool_id = Known(format!("{region}_Ab12Cd34E"));
    if let Known(pool) = &mut change.pool {
        pool.arn = pool.arn.replace("eu-central-1", region);
    }
}

/// The end of a role, with or without pools that send with it.
pub fn role_deletion(dice: &mut Dice) -> Transition {
    let user = RoleUser { user_pool_id: "eu-central-1_Ab12Cd34E".to_owned(), name: "prod-customers".to_owned() };
    let users = dice.pick(&[Known(Vec::new()), Known(vec![user.clone()]), Known(vec![user; 7])]);
    Transition::of_role(Some(RoleDeletion { name: "cognito-sms".to_owned(), stays: false, users }))
}

/// The end of the resource on the pool of `change`.
fn destroy(change: &Transition, deletion: Deletion) -> Transition {
    if deletion == Deletion::Restore {
        return Transition { deletion: Some(deletion), ..change.clone() };
    }
    let off = example::change(change.live.known().unwrap().clone(), &example::off());
    let request = if deletion == Deletion::Off { off.request.clone() } else { Null };
    let (pool, user_pool_id) = (change.pool.clone(), change.user_pool_id.clone());
    Transition { user_pool_id, pool, deletion: Some(deletion), request, ..off }
}

fn web_authn(dice: &mut Dice) -> Option<WebAuthn> {
    let block = WebAuthn {
        relying_party_id: dice.pick(&[None, Some("login.example.com".to_owned())]),
        user_verification: dice.pick(&[None, Some(UserVerification::Required), Some(UserVerification::Preferred)]),
        factor_configuration: dice.pick(&[
            None,
            Some(FactorConfiguration::SingleFactor),
            Some(FactorConfiguration::MultiFactorWithUserVerification),
        ]),
    };
    dice.pick(&[None, Some(block)])
}

fn sender(dice: &mut Dice) -> SmsSender {
    let region = dice.pick(&[None, Some("eu-central-1"), Some("us-east-1")]);
    let account = dice.pick(&["111122223333", "111122223333", "111122223333", "999988887777"]);
    let sns = SmsSender::Sns(SnsSender {
        caller_arn: format!("arn:aws:iam::{account}:role/cognito-sms"),
        external_id: Some("prod-1".to_owned()),
        region: region.map(str::to_owned),
    });
    dice.pick(&[sns.clone(), sns, example::messaging(region)])
}

fn alter(pool: &mut PoolFacts, dice: &mut Dice) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let text = |texts: &[Option<&str>], dice: &mut Dice| dice.pick(texts).map(str::to_owned);
    pool.estimated_users = dice.pick(&[0, 4120]);
    pool.auto_verified_attributes = owned(dice.pick(&[&["email"][..], &["phone_number"]]));
    pool.tier = text(&[None, Some("LITE"), Some("ESSENTIALS")], dice);
    pool.first_factors = owned(dice.pick(&[&[][..], &["PASSWORD"], &["PASSWORD", "SMS_OTP"], &["PASSWORD", "WEB_AUTHN"]]));
    pool.email_sending_account = text(&[None, Some("COGNITO_DEFAULT"), Some("DEVELOPER")], dice);
    pool.recovery = dice
        .pick(&[None, Some(&["admin_only"][..]), Some(&["verified_email"]), Some(&["verified_phone_number"])])
        .or_else(|| dice.pick(&[None, Some(&["verified_phone_number", "verified_email"][..])]))
        .map(owned);
    pool.threat_protection = text(&[None, Some("AUDIT"), Some("ENFORCED")], dice);
    pool.challenge_on_new_device = dice.below(2) == 0;
    pool.phone_required = dice.below(2) == 0;
    pool.custom_domain = text(&[None, Some("login.example.com"), Some("auth.example.com")], dice);
    pool.domain = text(&[None, Some("customers")], dice);
    pool.sms_configuration_failure = text(&[None, Some("InvalidSmsRoleAccessPolicyException,SNSSandbox")], dice);
    // The sender of a pool that shows none in its MFA settings; an empty role is none (row S02).
    let nameless = SmsSender::Sns(SnsSender { caller_arn: String::new(), external_id: None, region: None });
    let kept = dice.pick(&[None, Some(example::sender()), Some(example::messaging(None)), Some(nameless)]);
    pool.sms_sender = pool.sms_sender.take().or(kept);
}

fn role(dice: &mut Dice) -> RoleFacts {
    let permission = |dice: &mut Dice| {
        let by = Some("the `Deny` statement `NoSms`".to_owned());
        dice.pick(&[
            Permission::Allowed,
            Permission::Denied { by: None },
            Permission::Denied { by },
            Permission::Unknown("a condition is not evaluated here".to_owned()),
        ])
    };
    let permissions = RolePermissions { publish: permission(dice), send_text_message: permission(dice) };
    match dice.pick(&roles()).with_permissions(permissions) {
        // The name is the same; the path is not.
        RoleFacts::Found { trust_policy, permissions, .. } if dice.below(4) == 0 => {
            RoleFacts::Found { arn: "arn:aws:iam::111122223333:role/elsewhere/cognito-sms".to_owned(), trust_policy, permissions }
        }
        role => role,
    }
}

/// Roles whose trust policies differ.
fn roles() -> Vec<RoleFacts> {
    let conditional = |condition: &str| {
        RoleFacts::found(
            example::ROLE,
            format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{{{condition}}}}}}}"#
            ),
        )
    };
    vec![
        RoleFacts::Missing { arn: example::ROLE.to_owned() },
        example::role("cognito-idp.amazonaws.com", "prod-1"),
        example::role("cognito-idp.amazonaws.com", "prod-2"),
        example::role("lambda.amazonaws.com", "prod-1"),
        conditional(r#""StringEquals":{"aws:SourceAccount":"999988887777","sts:ExternalId":"prod-2"}"#),
        conditional(r#""StringEquals":{"sts:ExternalId":"prod-1"}"#),
        conditional(r#""StringNotEquals":{"sts:ExternalId":"prod-1"},"Bool":{"aws:SecureTransport":"true"}"#),
        RoleFacts::found(
            example::ROLE,
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringEquals":{"sts:ExternalId":"prod-1"}}}]}"#,
        ),
        RoleFacts::found(example::ROLE, "{"),
    ]
}

fn sns(dice: &mut Dice) -> SnsFacts {
    let count = |dice: &mut Dice| Value::Known(dice.pick(&[0, 1, 2000]));
    SnsFacts {
        region: "eu-central-1".to_owned(),
        in_sandbox: Known(dice.below(2) == 0),
        verified_numbers: count(dice),
        monthly_spend_limit: Known(dice.pick(&[0.0, 1.0, 500.0])),
        origination_numbers: count(dice),
    }
}
