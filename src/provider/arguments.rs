//! The provider block as it was written, each argument known, absent or unknown.

use std::collections::BTreeMap;

use crate::aws::Secret;
use crate::tf::{Diagnostic, Dynamic, Object, Path, Step, Value};

/// The provider block. An empty text counts as absent, as in `provider "aws"`.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    pub region: Value<String>,
    pub profile: Value<String>,
    pub access_key: Value<Secret>,
    pub secret_key: Value<Secret>,
    pub token: Value<Secret>,
    pub shared_config_files: Value<Vec<String>>,
    pub shared_credentials_files: Value<Vec<String>>,
    pub assume_role: Value<Vec<RoleArguments>>,
    /// Name of the service, its URL and where it stands.
    pub endpoints: Value<Vec<(String, Value<String>, Path)>>,
    pub max_retries: Value<u32>,
    pub skip_metadata_api_check: Value<bool>,
    pub skip_region_validation: Value<bool>,
    pub custom_ca_bundle: Value<String>,
    pub use_fips_endpoint: Value<bool>,
    pub use_dualstack_endpoint: Value<bool>,
    /// `tags` of `default_tags`.
    pub default_tags: Value<BTreeMap<String, Value<String>>>,
    pub rules: RuleArguments,
    pub lookups: LookupArguments,
}

/// One `assume_role` block.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleArguments {
    /// Where the block stands.
    pub path: Path,
    pub role_arn: Value<String>,
    pub session_name: Value<String>,
    pub external_id: Value<Secret>,
    pub duration: Value<String>,
    pub policy: Value<String>,
    pub policy_arns: Value<Vec<String>>,
    pub tags: Value<BTreeMap<String, Value<String>>>,
    pub source_identity: Value<String>,
    pub transitive_tag_keys: Value<Vec<String>>,
}

/// `rules`.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleArguments {
    pub profile: Value<String>,
    pub severity: Value<BTreeMap<String, Value<String>>>,
    pub allow_waivers: Value<bool>,
}

/// `lookups`.
#[derive(Clone, Debug, Default)]
pub(super) struct LookupArguments {
    pub iam: Value<bool>,
    pub sns: Value<bool>,
}

/// Reads arguments one by one and collects what is wrong with their shape.
#[derive(Debug, Default)]
struct Reader {
    problems: Vec<Diagnostic>,
}

impl Arguments {
    /// Reads a provider block; beside it, what has the wrong shape, at its attribute. Such an argument reads as absent.
    pub(super) fn read(config: &Dynamic) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader::default();
        let root = Object::root(config);
        let arguments = Self {
            region: reader.text(&root, "region"),
            profile: reader.text(&root, "profile"),
            access_key: reader.text(&root, "access_key").map(Secret::new),
            secret_key: reader.text(&root, "secret_key").map(Secret::new),
            token: reader.text(&root, "token").map(Secret::new),
            shared_config_files: reader.texts(&root, "shared_config_files"),
            shared_credentials_files: reader.texts(&root, "shared_credentials_files"),
            assume_role: reader.blocks(&root, "assume_role", Reader::role),
            endpoints: reader.blocks(&root, "endpoints", Reader::endpoints).map(|blocks| blocks.into_iter().flatten().collect()),
            max_retries: reader.count(&root, "max_retries"),
            skip_metadata_api_check: reader.flag_in_text(&root, "skip_metadata_api_check"),
            skip_region_validation: reader.flag(&root, "skip_region_validation"),
            custom_ca_bundle: reader.text(&root, "custom_ca_bundle"),
            use_fips_endpoint: reader.flag(&root, "use_fips_endpoint"),
            use_dualstack_endpoint: reader.flag(&root, "use_dualstack_endpoint"),
            default_tags: reader.default_tags(&root),
            rules: reader.rules(&root),
            lookups: reader.lookups(&root),
        };
        (arguments, reader.problems)
    }

    /// Whether an argument that decides whom this provider calls, and as whom, is not known yet.
    pub(super) fn is_unknown(&self) -> bool {
        let roles = self.assume_role.known().into_iter().flatten();
        let role_unknown = |role: &RoleArguments| {
            let texts = [&role.role_arn, &role.session_name, &role.duration, &role.policy, &role.source_identity];
            let tags = role.tags.known().is_some_and(|tags| tags.values().any(Value::is_unknown));
            let sets = role.policy_arns.is_unknown() || role.tags.is_unknown() || role.external_id.is_unknown();
            texts.iter().any(|text| text.is_unknown()) || tags || sets
        };
        let endpoint_unknown = self.endpoints.known().into_iter().flatten().any(|(_, url, _)| url.is_unknown());
        let texts = [&self.region, &self.profile, &self.custom_ca_bundle];
        let flags = [&self.skip_metadata_api_check, &self.use_fips_endpoint, &self.use_dualstack_endpoint];
        texts.iter().any(|text| text.is_unknown())
            || flags.iter().any(|flag| flag.is_unknown())
            || [&self.access_key, &self.secret_key, &self.token].iter().any(|secret| secret.is_unknown())
            || [&self.shared_config_files, &self.shared_credentials_files].iter().any(|files| files.is_unknown())
            || self.assume_role.is_unknown()
            || self.endpoints.is_unknown()
            || endpoint_unknown
            || roles.into_iter().any(role_unknown)
    }
}

impl Reader {
    fn take<T>(&mut self, read: Result<Value<T>, Diagnostic>) -> Value<T> {
        read.unwrap_or_else(|problem| {
            self.problems.push(problem);
            Value::Null
        })
    }

    fn text(&mut self, object: &Object<'_>, name: &str) -> Value<String> {
        let text = self.take(object.string(name));
        text.and_then(|text| if text.is_empty() { Value::Null } else { Value::Known(text) })
    }

    fn flag(&mut self, object: &Object<'_>, name: &str) -> Value<bool> {
        self.take(object.bool(name))
    }

    /// `provider "aws"` has one flag as a text.
    fn flag_in_text(&mut self, object: &Object<'_>, name: &str) -> Value<bool> {
        let text = self.text(object, name);
        text.and_then(|text| match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Value::Known(true),
            "false" | "0" => Value::Known(false),
            _ => {
                let detail = format!("`{name}` must be `\"true\"` or `\"false\"`; it is \"{text}\".");
                self.problems.push(Diagnostic::error("Unexpected value", detail).at(object.path_of(name)));
                Value::Null
            }
        })
    }

    fn count(&mut self, object: &Object<'_>, name: &str) -> Value<u32> {
        let number = match object.raw(name) {
            Dynamic::Null => return Value::Null,
            Dynamic::Unknown(_) => return Value::Unknown,
            Dynamic::Number(number) => number.as_i64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        number.map_or_else(
            || {
                let detail = format!("`{name}` must be a whole number from 0 to {}.", u32::MAX);
                self.problems.push(Diagnostic::error("Unexpected value", detail).at(object.path_of(name)));
                Value::Null
            },
            Value::Known,
        )
    }

    /// A list or set of texts; unknown when any part of it is.
    fn texts(&mut self, object: &Object<'_>, name: &str) -> Value<Vec<String>> {
        match object.raw(name) {
            Dynamic::Null => Value::Null,
            value if !value.is_wholly_known() => Value::Unknown,
            Dynamic::Sequence(elements) => Value::Known(elements.iter().filter_map(text_of).collect()),
            _ => self.wrong(object, name, "a list of strings"),
        }
    }

    fn map(&mut self, object: &Object<'_>, name: &str) -> Value<BTreeMap<String, Value<String>>> {
        match object.raw(name) {
            Dynamic::Null => Value::Null,
            Dynamic::Unknown(_) => Value::Unknown,
            Dynamic::Mapping(members) => {
                let value = |member: &Dynamic| match member {
                    Dynamic::Unknown(_) => Value::Unknown,
                    member => text_of(member).into(),
                };
                Value::Known(members.iter().map(|(key, member)| (key.clone(), value(member))).collect())
            }
            _ => self.wrong(object, name, "a map of strings"),
        }
    }

    fn wrong<T>(&mut self, object: &Object<'_>, name: &str, expected: &str) -> Value<T> {
        let path = object.path_of(name);
        self.problems.push(Diagnostic::error("Unexpected value", format!("`{path}` must be {expected}.")).at(path));
        Value::Null
    }

    fn blocks<T>(&mut self, root: &Object<'_>, name: &str, read: fn(&mut Self, &Object<'_>, Path) -> T) -> Value<Vec<T>> {
        let blocks = self.take(root.objects(name));
        blocks.map(|blocks| blocks.iter().map(|block| read(self, block, block.path().clone())).collect())
    }

    fn role(&mut self, block: &Object<'_>, path: Path) -> RoleArguments {
        RoleArguments {
            path,
            role_arn: self.text(block, "role_arn"),
            session_name: self.text(block, "session_name"),
            external_id: self.text(block, "external_id").map(Secret::new),
            duration: self.text(block, "duration"),
            policy: self.text(block, "policy"),
            policy_arns: self.texts(block, "policy_arns"),
            tags: self.map(block, "tags"),
            source_identity: self.text(block, "source_identity"),
            transitive_tag_keys: self.texts(block, "transitive_tag_keys"),
        }
    }

    fn endpoints(&mut self, block: &Object<'_>, path: Path) -> Vec<(String, Value<String>, Path)> {
        let services = super::schema::ENDPOINTS.iter().map(|(service, _)| *service);
        services.map(|service| (service.to_owned(), self.text(block, service), argument(&path, service))).collect()
    }

    fn default_tags(&mut self, root: &Object<'_>) -> Value<BTreeMap<String, Value<String>>> {
        let blocks = self.blocks(root, "default_tags", |reader, block, _| reader.map(block, "tags"));
        blocks.and_then(|blocks| blocks.into_iter().next().unwrap_or_default())
    }

    fn rules(&mut self, root: &Object<'_>) -> RuleArguments {
        match self.take(root.object("rules")) {
            Value::Null => RuleArguments::default(),
            Value::Unknown => RuleArguments { profile: Value::Unknown, severity: Value::Unknown, allow_waivers: Value::Unknown },
            Value::Known(rules) => RuleArguments {
                profile: self.text(&rules, "profile"),
                severity: self.map(&rules, "severity"),
                allow_waivers: self.flag(&rules, "allow_waivers"),
            },
        }
    }

    fn lookups(&mut self, root: &Object<'_>) -> LookupArguments {
        match self.take(root.object("lookups")) {
            Value::Null => LookupArguments::default(),
            Value::Unknown => LookupArguments { iam: Value::Unknown, sns: Value::Unknown },
            Value::Known(lookups) => LookupArguments { iam: self.flag(&lookups, "iam"), sns: self.flag(&lookups, "sns") },
        }
    }
}

/// The path of an argument of a block: an attribute step, unlike inside a nested attribute.
pub(super) fn argument(block: &Path, name: &str) -> Path {
    let mut path = block.clone();
    path.0.push(Step::Attribute(name.to_owned()));
    path
}

fn text_of(value: &Dynamic) -> Option<String> {
    match value {
        Dynamic::String(text) => Some(text.clone()),
        _ => None,
    }
}
