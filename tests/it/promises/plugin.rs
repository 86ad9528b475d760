//! The provider's own service, called as core calls it about one resource, with every answer held to core's rules.

use std::path::PathBuf;
use std::sync::Arc;

use cognitomfa::proto::tfplugin6 as proto;
use cognitomfa::proto::tfplugin6::provider_server::Provider as _;
use cognitomfa::provider::Provider;
use cognitomfa::resources::{self, Resource};
use cognitomfa::rpc::Service;
use cognitomfa::tf::{Dynamic, Schema, Type, json, msgpack};
use proto::diagnostic::Severity;
use tonic::Request;

use crate::faults::driver;
use crate::support::core_rules;
use crate::support::workspace::SECRET;

/// An object of a state.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    pub value: Dynamic,
    pub private: Vec<u8>,
}

/// A plan that was not refused.
#[derive(Clone, Debug)]
pub struct Planned {
    pub value: Dynamic,
    pub private: Vec<u8>,
    pub replaces: bool,
}

/// Errors, a line each, with the place each is at.
pub type Refused = Vec<(String, String)>;

/// A process of the provider, configured, for one resource type.
pub struct Plugin {
    service: Service,
    kind: &'static dyn Resource,
    pub schema: Schema,
    ty: Type,
}

fn encoded(value: &Dynamic, ty: &Type) -> Option<proto::DynamicValue> {
    Some(proto::DynamicValue { msgpack: msgpack::encode(value, ty).unwrap(), json: Vec::new() })
}

fn errors(diagnostics: &[proto::Diagnostic]) -> Refused {
    let place = |diagnostic: &proto::Diagnostic| {
        let steps = diagnostic.attribute.iter().flat_map(|path| &path.steps);
        steps.map(|step| format!("{:?}", step.selector)).collect::<Vec<_>>().join(" ")
    };
    for diagnostic in diagnostics {
        let text = format!("{}\n{}", diagnostic.summary, diagnostic.detail);
        assert!(!text.contains("bug in") && !text.contains("Bug in") && !text.contains("panicked"), "{text}");
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
    errors.map(|diagnostic| (format!("{}: {}", diagnostic.summary, diagnostic.detail), place(diagnostic))).collect()
}

impl Plugin {
    /// A process of a walk of its own.
    pub async fn start(kind: &'static dyn Resource, place: PathBuf, url: &str) -> Self {
        let mut block = driver::block(url);
        block
            .as_object_mut()
            .unwrap()
            .extend([("access_key".to_owned(), "testing".into()), ("secret_key".to_owned(), SECRET.into())]);
        let schema = kind.schema();
        let service = Service::new(Arc::new(Provider::hosted(vec![place])), resources::all());
        let ty = Provider::schema().ty();
        let config = encoded(&json::decode_lenient(block.to_string().as_bytes(), &ty).unwrap(), &ty);
        let request = proto::configure_provider::Request { terraform_version: "1.15.5".into(), config, ..Default::default() };
        let answer = service.configure_provider(Request::new(request)).await.unwrap().into_inner();
        assert!(errors(&answer.diagnostics).is_empty(), "{:?}", answer.diagnostics);
        Self { service, kind, ty: schema.ty(), schema }
    }

    fn type_name(&self) -> String {
        self.kind.type_name().to_owned()
    }

    pub async fn validate(&self, config: &Dynamic) -> Result<(), Refused> {
        let request = proto::validate_resource_config::Request {
            type_name: self.type_name(),
            config: encoded(config, &self.ty),
            ..Default::default()
        };
        let answer = self.service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Validates and plans, as core does in one go. `first` are the private bytes of the plan that this one repeats.
    pub async fn plan(&self, stored: &Stored, config: &Dynamic, first: &[u8]) -> Result<Planned, Refused> {
        if !config.is_null() {
            self.validate(config).await?;
        }
        self.plan_alone(stored, config, first).await
    }

    /// `PlanResourceChange`.
    pub async fn plan_alone(&self, stored: &Stored, config: &Dynamic, first: &[u8]) -> Result<Planned, Refused> {
        let request = proto::plan_resource_change::Request {
            type_name: self.type_name(),
            prior_state: encoded(&stored.value, &self.ty),
            proposed_new_state: encoded(&core_rules::proposed(&self.schema, &stored.value, config), &self.ty),
            config: encoded(config, &self.ty),
            prior_private: stored.private.clone(),
            planned_private: first.to_owned(),
            ..Default::default()
        };
        let answer = self.service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        let value = self.decoded(answer.planned_state);
        let problems = core_rules::plan_problems(&self.schema, &stored.value, config, &value);
        assert_eq!(problems, Vec::<String>::new(), "core takes no such plan");
        Ok(Planned { value, private: answer.planned_private, replaces: !answer.requires_replace.is_empty() })
    }

    pub async fn apply(&self, stored: &Stored, planned: &Planned, config: &Dynamic) -> Result<Stored, Refused> {
        let request = proto::apply_resource_change::Request {
            type_name: self.type_name(),
            prior_state: encoded(&stored.value, &self.ty),
            planned_state: encoded(&planned.value, &self.ty),
            config: encoded(config, &self.ty),
            planned_private: planned.private.clone(),
            ..Default::default()
        };
        let answer = self.service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        let value = self.decoded(answer.new_state);
        assert!(value.is_wholly_known(), "a state with unknown values: {value:?}");
        let problems = core_rules::differences(&planned.value, &value);
        assert_eq!(problems, Vec::<String>::new(), "inconsistent result after apply");
        Ok(Stored { value, private: answer.private })
    }

    pub async fn read(&self, stored: &Stored) -> Result<Stored, Refused> {
        let request = proto::read_resource::Request {
            type_name: self.type_name(),
            current_state: encoded(&stored.value, &self.ty),
            private: stored.private.clone(),
            ..Default::default()
        };
        let answer = self.service.read_resource(Request::new(request)).await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Stored { value: self.decoded(answer.new_state), private: answer.private })
    }

    pub async fn import(&self, id: &str) -> Result<Stored, Refused> {
        let request = proto::import_resource_state::Request { type_name: self.type_name(), id: id.into(), ..Default::default() };
        let answer = self.service.import_resource_state(Request::new(request)).await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        let Some(imported) = answer.imported_resources.into_iter().next().filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        self.read(&Stored { value: self.decoded(imported.state), private: imported.private }).await
    }

    /// `ImportResourceState` by identity, and the read that follows.
    pub async fn import_identity(&self, members: &[(&str, &str)]) -> Result<Stored, Refused> {
        let schema = self.kind.identity().unwrap();
        let ty = schema.ty();
        let given = |name: &str| {
            members.iter().find(|(given, _)| *given == name).map_or(Dynamic::Null, |(_, text)| Dynamic::string(*text))
        };
        let value = Dynamic::object(schema.attributes.iter().map(|attribute| (attribute.name.clone(), given(&attribute.name))));
        let identity = Some(proto::ResourceIdentityData { identity_data: encoded(&value, &ty) });
        let request = proto::import_resource_state::Request { type_name: self.type_name(), identity, ..Default::default() };
        let answer = self.service.import_resource_state(Request::new(request)).await.unwrap().into_inner();
        let said = errors(&answer.diagnostics);
        let Some(imported) = answer.imported_resources.into_iter().next().filter(|_| said.is_empty()) else { return Err(said) };
        let request = proto::read_resource::Request {
            type_name: self.type_name(),
            current_state: imported.state,
            private: imported.private,
            current_identity: imported.identity,
            ..Default::default()
        };
        let answer = self.service.read_resource(Request::new(request)).await.unwrap().into_inner();
        let said = errors(&answer.diagnostics);
        if said.is_empty() { Ok(Stored { value: self.decoded(answer.new_state), private: answer.private }) } else { Err(said) }
    }

    fn decoded(&self, value: Option<proto::DynamicValue>) -> Dynamic {
        value.map_or(Dynamic::Null, |value| msgpack::decode(&value.msgpack, &self.ty).unwrap())
    }
}
