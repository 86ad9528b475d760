//! The resource's arguments and attributes as Terraform and the documentation show them.

use crate::tf::{Attribute, Nesting, Presence, Schema, Type};

/// The schema, version 0.
pub fn schema() -> Schema {
    let mut attributes = vec![
        text(
            "user_pool_id",
            Presence::Required,
            "Id of the user pool, such as `eu-central-1_Ab12Cd34E`. Another id replaces the resource; the pool itself is never \
             created or destroyed.",
        ),
        text(
            "region",
            Presence::OptionalComputed,
            "Region of the user pool. Defaults to the one in `user_pool_id`; a different one is refused.",
        ),
        text(
            "mfa_configuration",
            Presence::Required,
            "`OFF`, `OPTIONAL` (for users who have set up a factor) or `ON` (required for every user). `OFF` takes no factor; the \
             other two need at least one.",
        ),
    ];
    attributes.extend(factors());
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

fn text(name: &str, presence: Presence, description: &str) -> Attribute {
    Attribute::new(name, Type::String, presence, description)
}

fn optional(name: &str, description: &str) -> Attribute {
    text(name, Presence::Optional, description)
}

fn object(name: &str, description: &str, attributes: Vec<Attribute>) -> Attribute {
    Attribute::nested(name, Nesting::Single, Presence::Optional, description, attributes)
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
        object(
            "sms_configuration",
            "Code by SMS. Exactly one sender: `sns_caller_arn` for Amazon SNS, or `eums_sms` for AWS End User Messaging. AWS keeps \
             a sender on the pool after SMS is no longer a factor, and offers no call that removes it.",
            sms_configuration(),
        ),
        optional(
            "sms_authentication_message",
            "Text of the SMS, one line of 6 to 140 characters with `{####}` where the code goes. Sent to AWS only beside \
             `sms_configuration`. AWS's own text is used when absent.",
        ),
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

fn sms_configuration() -> Vec<Attribute> {
    vec![
        optional("sns_caller_arn", "ARN of the IAM role Cognito assumes to publish through Amazon SNS."),
        optional("external_id", "External id that the trust policy of the role asks for, 2 to 1,224 characters. Not a secret."),
        optional(
            "sns_region",
            "Region whose Amazon SNS sends the messages. AWS chooses when absent: the pool's own, or a neighbour where SNS sends no \
             SMS.",
        ),
        object(
            "eums_sms",
            "AWS End User Messaging instead of Amazon SNS.",
            vec![
                text(
                    "caller_arn",
                    Presence::Required,
                    "ARN of the IAM role Cognito assumes; it needs `sms-voice:SendTextMessage`.",
                ),
                optional("external_id", "External id that the trust policy of the role asks for."),
                optional(
                    "origination_identity",
                    "Phone number, sender id or phone pool to send from. Where the role's policy names an ARN, this must be that ARN.",
                ),
                optional("configuration_set_name", "Configuration set for logging and event destinations."),
                optional("in_entity_id", "Principal entity id that India's DLT rules ask for."),
                optional("in_template_id", "Template id that India's DLT rules ask for."),
                optional("region", "The pool's own Region, if given at all."),
            ],
        ),
    ]
}

fn safeguards() -> Vec<Attribute> {
    vec![
        text(
            "deletion_policy",
            Presence::OptionalComputed,
            "What a destroy does to the pool: `RETAIN` (the default) leaves MFA as it is, `OFF` turns it off, `PREVENT` refuses the \
             destroy. The value in the state counts, so apply a change of it before you destroy.",
        ),
        Attribute::nested(
            "waivers",
            Nesting::List,
            Presence::Optional,
            "Rules that this resource may break, each with a reason.",
            vec![
                text("rule", Presence::Required, "Name of the rule, as diagnostics show it in brackets."),
                text("reason", Presence::Required, "Why. Stored in the state and shown in plans."),
                optional("expires", "Last day on which the waiver counts, in UTC, such as `2027-12-31`."),
            ],
        ),
        object(
            "timeouts",
            "How long an operation may take, retries and the wait for a new IAM role included, such as `2m` or `90s`.",
            vec![
                optional("create", "Default `5m`."),
                optional("read", "Default `90s`."),
                optional("update", "Default `5m`."),
                optional("delete", "Default `5m`."),
            ],
        ),
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
            "The last change in a few words, such as `OPTIONAL -> ON, +SOFTWARE_TOKEN`; in a plan, the change that is planned.",
        ),
    ]
}
