//! The provider with a resource that reports what a rule's own example breaks, whatever the configuration says.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cognitomfa::provider::Provider;
use cognitomfa::resources::{
    self, ApplyAnswer, ApplyRequest, ClientCapabilities, ImportAnswer, ImportRequest, PlanAnswer, PlanRequest, ReadAnswer,
    ReadRequest, Resource,
};
use cognitomfa::rpc::Service;
use cognitomfa::rules::{self, Moment, Policy, Rule};
use cognitomfa::tf::{Diagnostic, Dynamic, IdentitySchema, Schema};
use tokio::net::UnixListener;
use tokio::runtime::Runtime;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;

static TYPES: &[&dyn Resource] = &[&StandIn("cognitomfa_user_pool_mfa"), &StandIn("cognitomfa_user_mfa_preference")];

/// The pool id that stands for a rule: the only thing in a request that can tell which one is meant.
pub fn pool_id(rule: &Rule) -> String {
    let index = rules::NAMES.iter().position(|name| *name == rule.name).unwrap();
    format!("eu-central-1_Rule{index:02}")
}

/// Whether a rule looks at the destroy of the resource.
pub fn is_of_destroy(rule: &Rule) -> bool {
    let example = (rule.rejected)();
    example.deletion.is_some() || example.role_deletion.is_some()
}

/// Serves the protocol on a socket until the runtime is dropped, and returns what `TF_REATTACH_PROVIDERS` has to say.
pub fn serve(runtime: &Runtime, socket: &Path) -> String {
    let _entered = runtime.enter();
    let listener = UnixListener::bind(socket).unwrap();
    let server = Service::new(Arc::new(Provider::default()), TYPES).into_server();
    runtime.spawn(Server::builder().add_service(server).serve_with_incoming(UnixListenerStream::new(listener)));
    let address = serde_json::json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": { "Network": "unix", "String": socket.to_str().unwrap() },
    });
    let registries = ["registry.terraform.io", "registry.opentofu.org"];
    let providers = registries.map(|registry| (format!("{registry}/cognitomfa/cognitomfa"), address.clone()));
    serde_json::Value::Object(providers.into_iter().collect()).to_string()
}

/// The real schema of a type, and a plan that says what a rule finds.
struct StandIn(&'static str);

impl StandIn {
    fn real(&self) -> &'static dyn Resource {
        *resources::all().iter().find(|resource| resource.type_name() == self.0).unwrap()
    }
}

/// The diagnostics of the rule that the pool id stands for.
fn found(value: &Dynamic, is_destroy: bool) -> Vec<Diagnostic> {
    let Some(Dynamic::String(id)) = value.member("user_pool_id") else { panic!("no pool id in {value:?}") };
    let rule = rules::all().iter().find(|rule| pool_id(rule) == *id).unwrap();
    if is_of_destroy(rule) != is_destroy {
        return Vec::new();
    }
    let diagnostics = rules::judge(&(rule.rejected)(), Moment::Plan, &Policy::default());
    assert_eq!(diagnostics.len(), 1, "{}", rule.name);
    diagnostics
}

#[async_trait]
impl Resource for StandIn {
    fn type_name(&self) -> &'static str {
        self.0
    }

    fn schema(&self) -> Schema {
        self.real().schema()
    }

    fn identity(&self) -> Option<IdentitySchema> {
        None
    }

    fn validate(&self, config: &Dynamic, client: ClientCapabilities) -> Vec<Diagnostic> {
        // Constraints hold: the configuration could be meant. What a rule says is left to the plan.
        let problems = self.real().validate(config, client);
        let broken = problems.iter().find(|problem| {
            !problem.detail.contains("/transition-rules#") || problem.detail.contains("/transition-rules#attribute-constraints")
        });
        assert_eq!(broken, None);
        Vec::new()
    }

    fn upgrade(&self, version: i64, state: &[u8]) -> Result<Dynamic, Diagnostic> {
        self.real().upgrade(version, state)
    }

    async fn read(&self, _: &Provider, request: ReadRequest) -> ReadAnswer {
        ReadAnswer { state: request.state, private: request.private, ..ReadAnswer::default() }
    }

    async fn plan(&self, _: &Provider, request: PlanRequest) -> PlanAnswer {
        let is_destroy = request.proposed.is_null();
        let diagnostics = found(if is_destroy { &request.prior } else { &request.proposed }, is_destroy);
        PlanAnswer { planned: request.proposed, private: request.prior_private, diagnostics, ..PlanAnswer::default() }
    }

    async fn apply(&self, _: &Provider, request: ApplyRequest) -> ApplyAnswer {
        ApplyAnswer { state: request.planned, private: request.private, ..ApplyAnswer::default() }
    }

    async fn import(&self, _: &Provider, _: ImportRequest) -> ImportAnswer {
        ImportAnswer::default()
    }
}
