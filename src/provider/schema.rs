//! Arguments of the provider block: those of `provider "aws"` under the same names, `rules` and `lookups`.

use crate::rules::{Level, Profile};
use crate::tf::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Presence, Schema, Type};

/// Services whose endpoint can be replaced, with the other name `provider "aws"` has for one.
pub(super) const ENDPOINTS: [(&str, &str); 5] = [
    ("cognitoidp", "URL that replaces the endpoint of Amazon Cognito user pools."),
    ("cognitoidentityprovider", "The same as `cognitoidp`."),
    ("iam", "URL that replaces the endpoint of IAM."),
    ("sns", "URL that replaces the endpoint of Amazon SNS."),
    ("sts", "URL that replaces the endpoint of STS, which `assume_role` and a new `cognitomfa_sms_role` call."),
];

/// The schema of the provider block.
pub(super) fn schema() -> Schema {
    let attributes =
        place().into_iter().chain(credentials()).chain(transport()).chain(skips()).chain([rules(), lookups()]).collect();
    let description = "Manages multi-factor authentication of Amazon Cognito user pools, and refuses forbidden changes at plan time. \
                       The arguments are those of `provider \"aws\"`: a block copied from there works under this name.";
    let block = Block {
        attributes,
        blocks: vec![assume_role(), default_tags(), endpoints()],
        description: description.into(),
        deprecation: None,
    };
    Schema { version: 0, block }
}

fn place() -> Vec<Attribute> {
    vec![
        plain(
            "region",
            Type::String,
            "Region where no id of a user pool says one: a pool is called in the Region that its id begins with. Also `AWS_REGION`, \
             `AWS_DEFAULT_REGION` or the profile.",
        ),
        plain(
            "use_fips_endpoint",
            Type::Bool,
            "Whether endpoints with FIPS-validated cryptography are called. Also `AWS_USE_FIPS_ENDPOINT`.",
        ),
        plain(
            "use_dualstack_endpoint",
            Type::Bool,
            "Whether endpoints that also speak IPv6 are called. Also `AWS_USE_DUALSTACK_ENDPOINT`.",
        ),
    ]
}

fn credentials() -> Vec<Attribute> {
    let list = || Type::List(Box::new(Type::String));
    vec![
        plain("profile", Type::String, "Profile of the shared files. Also `AWS_PROFILE`."),
        plain("access_key", Type::String, "Access key id; needs `secret_key`. Better kept in the environment or a profile."),
        sensitive("secret_key", "Secret access key; needs `access_key`."),
        sensitive("token", "Session token of temporary credentials."),
        plain("shared_config_files", list(), "Paths that replace `~/.aws/config`. Also `AWS_CONFIG_FILE`."),
        plain("shared_credentials_files", list(), "Paths that replace `~/.aws/credentials`. Also `AWS_SHARED_CREDENTIALS_FILE`."),
    ]
}

fn transport() -> Vec<Attribute> {
    vec![
        plain(
            "max_retries",
            Type::Number,
            "How often a throttled call is tried again. 25 by default. Also `AWS_MAX_ATTEMPTS`, which counts the first try too.",
        ),
        plain(
            "custom_ca_bundle",
            Type::String,
            "Path of a PEM file with the certificates to trust instead of the system's. Also `AWS_CA_BUNDLE`.",
        ),
    ]
}

fn skips() -> Vec<Attribute> {
    vec![
        plain(
            "skip_credentials_validation",
            Type::Bool,
            "Accepted for a block copied from `provider \"aws\"`: this provider never validates credentials by a call of its own.",
        ),
        plain(
            "skip_metadata_api_check",
            Type::String,
            "`\"true\"` leaves the metadata service of EC2 out of the search for credentials. Also `AWS_EC2_METADATA_DISABLED`.",
        ),
        plain("skip_region_validation", Type::Bool, "Whether `region` may have any form."),
        plain(
            "skip_requesting_account_id",
            Type::Bool,
            "Accepted for a block copied from `provider \"aws\"`: only `cognitomfa_sms_role` asks for the account id, which its trust \
             policy names.",
        ),
    ]
}

fn rules() -> Attribute {
    let listed = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let profiles = listed(Profile::ALL.iter().map(|profile| profile.as_str()).collect());
    let levels = listed(Level::ALL.iter().map(|level| level.as_str()).collect());
    let map = Type::Map(Box::new(Type::String));
    let members = vec![
        plain(
            "profile",
            Type::String,
            &format!("Which severities apply: one of {profiles}. `guarded` by default. Also `COGNITOMFA_RULES_PROFILE`."),
        ),
        plain("severity", map, &format!("Severity by rule name, each one of {levels}. It wins over the profile.")),
        plain("allow_waivers", Type::Bool, "Whether resources may carry `waivers`. True by default."),
    ];
    let kind = AttributeKind::Nested(Nesting::Single, members);
    Attribute { kind, ..plain("rules", Type::Bool, "How the transition rules are weighed.") }
}

fn lookups() -> Attribute {
    let members = vec![
        plain(
            "iam",
            Type::Bool,
            "Whether the IAM role of `sms_configuration` is read, with what its policies allow. True by default.",
        ),
        plain(
            "sns",
            Type::Bool,
            "Whether SNS is asked about the SMS sandbox, the monthly spend limit and origination numbers. True by default.",
        ),
    ];
    let kind = AttributeKind::Nested(Nesting::Single, members);
    let description = "Which services are asked, beside Cognito, before a change with SMS is judged. All calls only read. The rules \
                       that need the answers of a service that is not asked are left out, without a warning.";
    Attribute { kind, ..plain("lookups", Type::Bool, description) }
}

fn assume_role() -> NestedBlock {
    let set = || Type::Set(Box::new(Type::String));
    let attributes = vec![
        plain("role_arn", Type::String, "ARN of the role to assume."),
        plain("session_name", Type::String, "Name of the session; made up where absent."),
        sensitive("external_id", "External id that the role's trust policy asks for."),
        plain("duration", Type::String, "How long the session lasts, such as `1h30m`: from 15 minutes to 12 hours."),
        plain("policy", Type::String, "Session policy, JSON."),
        plain("policy_arns", set(), "ARNs of managed policies that limit the session."),
        plain("source_identity", Type::String, "Not supported: an error where it is set."),
        plain("tags", Type::Map(Box::new(Type::String)), "Session tags."),
        plain("transitive_tag_keys", set(), "Not supported: an error where it is set."),
    ];
    block(
        "assume_role",
        attributes,
        "A role to assume before AWS is called. Of several blocks, each role is assumed with the one before.",
    )
}

fn default_tags() -> NestedBlock {
    let tags = "Tags by key. A tag of the same key on a resource wins.";
    let attributes = vec![plain("tags", Type::Map(Box::new(Type::String)), tags)];
    let description = "Tags that every resource with tags gets: of this provider, `cognitomfa_sms_role`.";
    NestedBlock { max_items: 1, ..block("default_tags", attributes, description) }
}

fn endpoints() -> NestedBlock {
    let attributes = ENDPOINTS.iter().map(|(name, description)| plain(name, Type::String, description)).collect();
    block("endpoints", attributes, "URLs that replace AWS's own endpoints, for example `http://localhost:4566`.")
}

fn block(name: &str, attributes: Vec<Attribute>, description: &str) -> NestedBlock {
    let block = Block { attributes, blocks: Vec::new(), description: description.into(), deprecation: None };
    NestedBlock { name: name.into(), block, nesting: BlockNesting::List, min_items: 0, max_items: 0 }
}

fn plain(name: &str, ty: Type, description: &str) -> Attribute {
    Attribute {
        name: name.into(),
        kind: AttributeKind::Plain(ty),
        presence: Presence::Optional,
        description: description.into(),
        sensitive: false,
        write_only: false,
        deprecation: None,
    }
}

fn sensitive(name: &str, description: &str) -> Attribute {
    Attribute { sensitive: true, ..plain(name, Type::String, description) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_the_aws_provider_fits() {
        let schema = schema();
        let names: Vec<_> = schema.block.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
        for name in "region profile access_key secret_key token shared_config_files shared_credentials_files max_retries \
                     skip_credentials_validation skip_metadata_api_check skip_region_validation skip_requesting_account_id \
                     use_fips_endpoint use_dualstack_endpoint custom_ca_bundle rules lookups"
            .split_whitespace()
        {
            assert!(names.contains(&name), "{name}");
        }
        let blocks: Vec<_> = schema.block.blocks.iter().map(|block| (block.name.as_str(), block.nesting)).collect();
        assert_eq!(blocks, ["assume_role", "default_tags", "endpoints"].map(|name| (name, BlockNesting::List)));
        assert!(schema.block.attributes.iter().all(|attribute| attribute.presence == Presence::Optional));
    }

    #[test]
    fn secrets_are_sensitive_and_everything_is_described() {
        let schema = schema();
        let inner = schema.block.blocks.iter().flat_map(|block| &block.block.attributes);
        let all: Vec<_> = schema.block.attributes.iter().chain(inner).collect();
        let secret: Vec<_> =
            all.iter().filter(|attribute| attribute.sensitive).map(|attribute| attribute.name.as_str()).collect();
        assert_eq!(secret, ["secret_key", "token", "external_id"]);
        assert!(all.iter().all(|attribute| attribute.description.ends_with('.')));
    }
}
