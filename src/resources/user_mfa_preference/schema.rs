//! The resource's arguments and attributes as Terraform and the documentation show them.

use crate::resources::pool::schema::{object, text, timeouts, waivers};
use crate::tf::{Attribute, Presence, Schema, Type};

/// The schema, version 0.
pub fn schema() -> Schema {
    let mut attributes = vec![
        text(
            "user_pool_id",
            Presence::Required,
            "Id of the user pool, such as `eu-central-1_Ab12Cd34E`. Another id replaces the resource.",
        ),
        text(
            "username",
            Presence::Required,
            "Username of the user, 1 to 128 characters. Another one replaces the resource; the user is never created or deleted.",
        ),
        text(
            "region",
            Presence::OptionalComputed,
            "Region of the user pool. Defaults to the one in `user_pool_id`; a different one is refused.",
        ),
    ];
    attributes.extend(blocks());
    attributes.extend([
        text(
            "deletion_policy",
            Presence::OptionalComputed,
            "What a destroy does to the user: `RETAIN` (the default) makes no call, `OFF` disables the factors that this resource \
             enabled. The value in the state counts, so apply a change of it before you destroy.",
        ),
        waivers(),
        Attribute {
            description: "How long an operation may take, retries and the reads after a write included, such as `2m` or `90s`.".into(),
            ..timeouts()
        },
    ]);
    attributes.extend(computed());
    Schema::new(
        0,
        "Manages the MFA factors of one user of an Amazon Cognito user pool: which are enabled and which is preferred, written with \
         `AdminSetUserMFAPreference` and read back. For break-glass accounts and test users.",
        attributes,
    )
}

fn blocks() -> Vec<Attribute> {
    let enabled = |description: &str| Attribute::new("enabled", Type::Bool, Presence::Required, description);
    let block = |name: &str, description: &str| {
        let preferred = "Whether this is the factor that the user is asked for when several are enabled; one factor at the most. When \
                         absent, it is left as it is.";
        let preferred = Attribute::new("preferred_mfa", Type::Bool, Presence::Optional, preferred);
        object(name, description, vec![enabled("Whether the factor is enabled for the user."), preferred])
    };
    vec![
        block(
            "software_token_mfa_settings",
            "Authenticator app (TOTP). The user must have set one up before. When absent, it is not managed.",
        ),
        block("sms_mfa_settings", "Code by SMS. The user needs a `phone_number`. When absent, it is not managed."),
        block("email_mfa_settings", "Code by e-mail. The user needs an `email`. When absent, it is not managed."),
        object(
            "web_authn_mfa_settings",
            "Passkeys as a factor. When absent, it is not managed. AWS does not show this setting, so the state has what was written \
             last.",
            vec![enabled("Whether passkeys of the user satisfy MFA.")],
        ),
    ]
}

fn computed() -> Vec<Attribute> {
    vec![
        text("id", Presence::Computed, "The user pool id, a slash and the username."),
        Attribute::new(
            "enabled_factors",
            Type::Set(Box::new(Type::String)),
            Presence::Computed,
            "Every factor that is enabled for the user, out of `SOFTWARE_TOKEN_MFA`, `SMS_MFA` and `EMAIL_OTP`, as `AdminGetUser` \
             tells; those that are not managed here too.",
        ),
        text(
            "preferred_factor",
            Presence::Computed,
            "The factor that the user prefers, as `AdminGetUser` tells; null when none is.",
        ),
    ]
}
