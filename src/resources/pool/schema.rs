//! Arguments as the documentation shows them that the resources about one pool have alike.

use crate::tf::{Attribute, Nesting, Presence, Type};

/// A string.
pub fn text(name: &str, presence: Presence, description: &str) -> Attribute {
    Attribute::new(name, Type::String, presence, description)
}

/// A string that may be left out.
pub fn optional(name: &str, description: &str) -> Attribute {
    text(name, Presence::Optional, description)
}

/// A nested object that may be left out.
pub fn object(name: &str, description: &str, attributes: Vec<Attribute>) -> Attribute {
    Attribute::nested(name, Nesting::Single, Presence::Optional, description, attributes)
}

/// An object that the provider fills in, with the values of these attributes. It is of a plain type: `-generate-config-out` of Terraform
/// before 1.7 and OpenTofu before 1.11.2 crashes on a nested attribute that is only computed.
pub fn object_of(name: &str, description: &str, attributes: &[Attribute]) -> Attribute {
    let members = attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.ty()));
    Attribute::new(name, Type::object(members), Presence::Computed, description)
}

/// `user_pool_id`.
pub fn user_pool_id() -> Attribute {
    text(
        "user_pool_id",
        Presence::Required,
        "Id of the user pool, such as `eu-central-1_Ab12Cd34E`. Another id replaces the resource; the pool itself is never created or \
         destroyed.",
    )
}

/// `region`.
pub fn region() -> Attribute {
    text(
        "region",
        Presence::OptionalComputed,
        "Region of the user pool. Defaults to the one in `user_pool_id`; a different one is refused.",
    )
}

/// `sms_configuration`.
pub fn sms_configuration() -> Attribute {
    object(
        "sms_configuration",
        "Code by SMS. Exactly one sender: `sns_caller_arn` for Amazon SNS, or `eums_sms` for AWS End User Messaging. AWS keeps \
         a sender on the pool after SMS is no longer a factor, and offers no call that removes it.",
        sms_members(),
    )
}

/// `sms_authentication_message`.
pub fn sms_authentication_message() -> Attribute {
    optional(
        "sms_authentication_message",
        "Text of the SMS, one line of 6 to 140 characters with `{####}` where the code goes. Sent to AWS only beside \
         `sms_configuration`. AWS's own text is used when absent.",
    )
}

/// The members of `sms_configuration`.
pub fn sms_members() -> Vec<Attribute> {
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

/// `waivers`.
pub fn waivers() -> Attribute {
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
    )
}

/// `timeouts`.
pub fn timeouts() -> Attribute {
    object(
        "timeouts",
        "How long an operation may take, retries and the wait for a new IAM role included, such as `2m` or `90s`.",
        vec![
            optional("create", "Default `5m`."),
            optional("read", "Default `90s`."),
            optional("update", "Default `5m`."),
            optional("delete", "Default `5m`."),
        ],
    )
}
