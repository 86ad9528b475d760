//! The resource's arguments and attributes as Terraform and the documentation show them.

use crate::resources::pool::schema::{self, object, optional, text};
use crate::resources::pool::{factor, seen};
use crate::tf::{Attribute, Nesting, Presence, Schema, Type};

/// The schema, version 0.
pub fn schema() -> Schema {
    let mut attributes = vec![
        schema::user_pool_id(),
        schema::region(),
        text(
            "mfa_configuration",
            Presence::Required,
            "`OFF`, `OPTIONAL` (for users who have set up a factor) or `ON` (required for every user). `OFF` takes no factor; the \
             other two need at least one.",
        ),
    ];
    attributes.extend(factors());
    attributes.extend(apart());
    attributes.extend(safeguards());
    attributes.extend(computed());
    Schema::new(
        0,
        "Manages multi-factor authentication (MFA) of one Amazon Cognito user pool: the mode and all its factors, written with one \
         `SetUserPoolMfaConfig` call and read back. Changes that AWS refuses, and changes that switch off sign-in protection, are \
         refused by the plan.",
        attributes,
    )
}

fn factors() -> Vec<Attribute> {
    vec![
        object(
            "software_token_mfa_configuration",
            "Authenticator app (TOTP).",
            vec![Attribute::new(
                "enabled",
                Type::Bool,
                Presence::Required,
                "Whether the authenticator app is a factor. `false` means the same as leaving the whole argument out.",
            )],
        ),
        schema::sms_configuration(),
        schema::sms_authentication_message(),
        object(
            "email_mfa_configuration",
            "Code by e-mail. Its presence is the factor: `{}` turns it on with AWS's own texts.",
            vec![
                optional("message", "Text of the e-mail, 6 to 20,000 characters with `{####}` where the code goes."),
                optional("subject", "Subject of the e-mail."),
            ],
        ),
        object(
            "web_authn_configuration",
            "Passkeys. AWS does not count them as a factor of `mfa_configuration`. When absent, the pool keeps what it has.",
            vec![
                optional("relying_party_id", "Domain that passkeys are bound to, such as `login.example.com`."),
                optional("user_verification", "`required` or `preferred`."),
                optional(
                    "factor_configuration",
                    "`SINGLE_FACTOR`, or `MULTI_FACTOR_WITH_USER_VERIFICATION` to let a passkey with user verification satisfy MFA. \
                     Absent means the same as `SINGLE_FACTOR` for a pool that has none.",
                ),
            ],
        ),
    ]
}

fn apart() -> Vec<Attribute> {
    vec![
        text(
            "factor_management",
            Presence::OptionalComputed,
            "`exclusive` (the default): the pool has the factors of this resource and of `factors`, and no others. `shared`: factors that \
             the pool has beside those are kept, but one whose block is deleted here goes.",
        ),
        Attribute::nested(
            "factors",
            Nesting::List,
            Presence::Optional,
            "Factors with a resource of their own, as `cognitomfa_software_token.this.factor` and `cognitomfa_sms_configuration.this.factor`. \
             They are written together with the mode. While the mode is `OFF` they are only declared.",
            factor::members(),
        ),
    ]
}

fn safeguards() -> Vec<Attribute> {
    vec![
        text(
            "deletion_policy",
            Presence::OptionalComputed,
            "What a destroy does to the pool: `RETAIN` (the default) leaves MFA as it is, `OFF` turns it off, `RESTORE` writes back \
             what the pool had when the resource was created or imported, `PREVENT` refuses a removal. The value in the state \
             counts, so apply a change of it before you destroy. A replacement for the same pool leaves the pool alone.",
        ),
        schema::waivers(),
        Attribute::new(
            "aws_user_pool_wo",
            Type::Dynamic,
            Presence::Optional,
            "The `aws_cognito_user_pool` of this pool, the whole resource. The plan compares what it is about to write with what this \
             resource asks for, and judges by the first factors, email sender, recovery and tier that the pool will have. Never stored, \
             and never a reason for a change. Needs Terraform or OpenTofu 1.11.",
        )
        .write_only(),
        schema::timeouts(),
    ]
}

fn computed() -> Vec<Attribute> {
    vec![
        text("id", Presence::Computed, "The user pool id."),
        Attribute::new(
            "effective_factors",
            Type::Set(Box::new(Type::String)),
            Presence::Computed,
            "Factors that users can be asked for, out of `SOFTWARE_TOKEN`, `SMS` and `EMAIL`, as `GetUserPoolMfaConfig` tells; empty \
             while the mode is `OFF`. AWS shows SMS for as long as the pool has an SMS sender.",
        ),
        Attribute::new(
            "assurance_level",
            Type::Number,
            Presence::Computed,
            "Authenticator assurance level (NIST SP 800-63B) that every sign-in reaches at the least, 1 or 2: this project's reading \
             of `GetUserPoolMfaConfig`.",
        ),
        text(
            "change_summary",
            Presence::Computed,
            "The last change that the configuration asked for, in a few words, such as `OPTIONAL -> ON, +SOFTWARE_TOKEN`; in a plan, the change \
             that is planned, known as soon as the pool can be read.",
        ),
        seen::attribute(),
    ]
}
