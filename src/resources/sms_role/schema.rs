//! The resource's arguments and attributes as Terraform and the documentation show them.

use crate::resources::pool::schema::{self, optional, text};
use crate::tf::{Attribute, Presence, Schema, Type};

/// The schema, version 0.
pub fn schema() -> Schema {
    let mut attributes = naming();
    attributes.extend(documents());
    attributes.extend(settings());
    attributes.extend(computed());
    Schema::new(
        0,
        "Manages the IAM role that lets Amazon Cognito send SMS: its trust policy for the user pools named, and an inline policy with \
         the one action that is needed. Changes of either outside of Terraform are seen and mended.",
        attributes,
    )
}

fn strings(collection: fn(Box<Type>) -> Type) -> Type {
    collection(Box::new(Type::String))
}

fn naming() -> Vec<Attribute> {
    vec![
        text(
            "name",
            Presence::OptionalComputed,
            "Name of the role, 1 to 64 characters. Made up from `name_prefix` when absent. Another name replaces the role.",
        ),
        optional(
            "name_prefix",
            "What a made-up name begins with, up to 48 characters; `cognito-sms-` when absent too. Another prefix replaces the role, \
             unless its name begins with that as well. Not beside `name`.",
        ),
        text(
            "path",
            Presence::OptionalComputed,
            "Path of the role, with a slash at both ends. `/` by default. Another path replaces the role.",
        ),
        optional("description", "Description of the role, up to 1,000 characters."),
    ]
}

fn documents() -> Vec<Attribute> {
    vec![
        Attribute::new(
            "user_pool_ids",
            strings(Type::Set),
            Presence::Optional,
            "Ids of the user pools that may send with the role: the trust policy then names their ARNs (`aws:SourceArn`) beside the \
             account (`aws:SourceAccount`). When absent, every user pool of the role's own account may, and none of another \
             account. A pool that is created in the same apply may be named.",
        ),
        text(
            "external_id",
            Presence::OptionalComputed,
            "What Cognito has to send to assume the role, 2 to 1,224 characters: refer to it in `sms_configuration` of the pool. Made \
             up when absent, and kept from then on. Not a secret.",
        ),
        text(
            "delivery",
            Presence::OptionalComputed,
            "What the role may do: `SNS` (the default) to publish text messages through Amazon SNS, or `END_USER_MESSAGING` to send \
             them through AWS End User Messaging.",
        ),
    ]
}

fn settings() -> Vec<Attribute> {
    vec![
        optional("permissions_boundary", "ARN of the managed policy that limits what the role can be allowed."),
        Attribute::new(
            "tags",
            strings(Type::Map),
            Presence::Optional,
            "Tags of the role. They win over `default_tags` of the provider block.",
        ),
        schema::waivers(),
        schema::timeouts(),
    ]
}

fn computed() -> Vec<Attribute> {
    vec![
        text("id", Presence::Computed, "The name of the role."),
        text("arn", Presence::Computed, "ARN of the role: what `sns_caller_arn` or `caller_arn` of a pool takes."),
        text("unique_id", Presence::Computed, "Id that IAM gave the role; another one when the role is made anew."),
        text(
            "assume_role_policy",
            Presence::Computed,
            "The trust policy, JSON: as IAM has it, and in a plan as it will be. Spelling aside, nothing else is accepted.",
        ),
        text(
            "policy",
            Presence::Computed,
            "The inline policy `cognito-sms`, JSON: as IAM has it, and in a plan as it will be. Other policies of the role are left \
             alone.",
        ),
        Attribute::new("tags_all", strings(Type::Map), Presence::Computed, "Tags with those of `default_tags`."),
    ]
}
