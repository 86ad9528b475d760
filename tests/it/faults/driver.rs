//! Terraform's core reduced to what it asks of a provider about one resource, with its own checks of the answers.

use std::sync::Mutex;

use cognitomfa::proto::plugin::Empty;
use cognitomfa::proto::plugin::grpc_controller_client::GrpcControllerClient;
use cognitomfa::proto::tfplugin6 as proto;
use cognitomfa::provider::Provider;
use cognitomfa::tf::{Dynamic, Schema, Type, json, msgpack};
use proto::diagnostic::Severity;
use proto::provider_client::ProviderClient;
use serde_json::{Value, json as text};
use tonic::transport::Channel;

use super::bench::TOKEN;
use crate::support::aws::REGION;
use crate::support::core_rules;
use crate::support::plugin_client::{Client, Credential};
use crate::support::plugin_process::PluginProcess;
use crate::support::workspace::SECRET;

const TYPE: &str = "cognitomfa_user_pool_mfa";

/// A provider process that is configured, spoken to as Terraform does.
pub struct Driver {
    process: Mutex<PluginProcess>,
    client: Client,
    channel: Channel,
    schema: Schema,
    ty: Type,
}

/// A resource as the state keeps it; null where it has none.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    pub value: Dynamic,
    pub private: Vec<u8>,
}

impl Stored {
    /// An attribute of type string.
    pub fn text(&self, name: &str) -> &str {
        match self.value.member(name) {
            Some(Dynamic::String(text)) => text,
            _ => "",
        }
    }
}

/// What an RPC said beside its values.
#[derive(Clone, Debug, Default)]
pub struct Said(Vec<proto::Diagnostic>);

impl Said {
    pub fn is_error(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    pub fn says(&self, fragment: &str) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.summary.contains(fragment) || diagnostic.detail.contains(fragment))
    }

    /// All of it, in one text.
    pub fn transcript(&self) -> String {
        self.0.iter().map(|diagnostic| format!("{}: {}\n", diagnostic.summary, diagnostic.detail)).collect()
    }
}

/// A plan that was not refused.
pub struct Planned {
    wire: Option<proto::DynamicValue>,
    pub value: Dynamic,
    private: Vec<u8>,
    pub replaces: bool,
}

impl Driver {
    /// Starts a provider whose endpoint is `url`. Nothing is refused that only this provider refuses.
    pub async fn start(url: &str) -> Self {
        let driver = Self::launch(&[]).await;
        driver.configure(&block(url)).await;
        driver
    }

    /// Starts a provider with more variables, which is not configured yet.
    pub async fn launch(variables: &[(&str, &str)]) -> Self {
        let credential = Credential::p256();
        let pem = credential.pem();
        let own = [
            ("PLUGIN_CLIENT_CERT", pem.as_str()),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_SESSION_TOKEN", TOKEN),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("TF_LOG", "TRACE"),
        ];
        let process = PluginProcess::start(&[&own, variables].concat());
        let client = process.handshake().client(Some(&credential));
        let channel = client.patient().await.unwrap();
        let resource = cognitomfa::resources::all().iter().find(|resource| resource.type_name() == TYPE).unwrap();
        let schema = resource.schema();
        Self { process: Mutex::new(process), client, channel, ty: schema.ty(), schema }
    }

    fn rpc(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone()).max_decoding_message_size(512 << 20).max_encoding_message_size(512 << 20)
    }

    /// `ConfigureProvider`, as at the begin of every command.
    pub async fn configure(&self, block: &Value) {
        let ty = Provider::schema().ty();
        let config = json::decode_lenient(block.to_string().as_bytes(), &ty).unwrap();
        let config = Some(encoded(&config, &ty));
        let request = proto::configure_provider::Request { terraform_version: "1.15.5".into(), config, ..Default::default() };
        let answer = self.rpc().configure_provider(request).await.unwrap().into_inner();
        assert!(!Said(answer.diagnostics.clone()).is_error(), "{}", Said(answer.diagnostics).transcript());
    }

    /// `StopProvider`.
    pub async fn stop(&self) {
        let answer = self.rpc().stop_provider(proto::stop_provider::Request {}).await.unwrap().into_inner();
        assert_eq!(answer.error, "");
    }

    /// `UpgradeResourceState` from this version of the schema.
    pub async fn upgrade(&self, version: i64, state: &str) -> Said {
        let raw_state = Some(proto::RawState { json: state.into(), ..Default::default() });
        let request = proto::upgrade_resource_state::Request { type_name: TYPE.into(), version, raw_state };
        Said(self.rpc().upgrade_resource_state(request).await.expect("a gRPC error").into_inner().diagnostics)
    }

    /// `ReadResource` with bytes that are no value at all; the gRPC error.
    pub async fn read_bytes(&self, bytes: Vec<u8>) -> Result<(), tonic::Status> {
        let current_state = Some(proto::DynamicValue { msgpack: bytes, json: Vec::new() });
        let request = proto::read_resource::Request { type_name: TYPE.into(), current_state, ..Default::default() };
        self.rpc().read_resource(request).await.map(drop)
    }

    /// Whether another connection of the right client is served too.
    pub async fn serves_a_second_client(&self) -> bool {
        self.client.ask().await.is_ok()
    }

    /// A configuration from the attributes that are set.
    pub fn config(&self, attributes: &Value) -> Dynamic {
        json::decode_lenient(attributes.to_string().as_bytes(), &self.ty).unwrap()
    }

    /// `ReadResource`; what is stored then. An error leaves it as it was.
    pub async fn read(&self, stored: &Stored) -> (Stored, Said) {
        let current_state = Some(encoded(&stored.value, &self.ty));
        let request = proto::read_resource::Request {
            type_name: TYPE.into(),
            current_state,
            private: stored.private.clone(),
            ..Default::default()
        };
        let answer = self.rpc().read_resource(request).await.expect("a gRPC error").into_inner();
        let said = Said(answer.diagnostics);
        if said.is_error() {
            return (stored.clone(), said);
        }
        let value = self.decoded(answer.new_state);
        assert!(value.is_wholly_known(), "a state with unknown values: {value:?}");
        (Stored { value, private: answer.private }, said)
    }

    /// `PlanResourceChange` to a configuration, or to nothing where it is null; `None` when it is refused.
    pub async fn plan(&self, stored: &Stored, config: &Dynamic) -> (Option<Planned>, Said) {
        let proposed = core_rules::proposed(&self.schema, &stored.value, config);
        let request = proto::plan_resource_change::Request {
            type_name: TYPE.into(),
            prior_state: Some(encoded(&stored.value, &self.ty)),
            proposed_new_state: Some(encoded(&proposed, &self.ty)),
            config: Some(encoded(config, &self.ty)),
            prior_private: stored.private.clone(),
            ..Default::default()
        };
        let answer = self.rpc().plan_resource_change(request).await.expect("a gRPC error").into_inner();
        let said = Said(answer.diagnostics);
        if said.is_error() {
            return (None, said);
        }
        let value = self.decoded(answer.planned_state.clone());
        let problems = core_rules::plan_problems(&self.schema, &stored.value, config, &value);
        assert_eq!(problems, Vec::<String>::new(), "core takes no such plan");
        let replaces = !answer.requires_replace.is_empty();
        (Some(Planned { wire: answer.planned_state, value, private: answer.planned_private, replaces }), said)
    }

    /// `ApplyResourceChange`; what core would store then.
    pub async fn apply(&self, stored: &Stored, planned: &Planned, config: &Dynamic) -> (Stored, Said) {
        let request = proto::apply_resource_change::Request {
            type_name: TYPE.into(),
            prior_state: Some(encoded(&stored.value, &self.ty)),
            planned_state: planned.wire.clone(),
            config: Some(encoded(config, &self.ty)),
            planned_private: planned.private.clone(),
            ..Default::default()
        };
        let answer = self.rpc().apply_resource_change(request).await.expect("a gRPC error").into_inner();
        let said = Said(answer.diagnostics);
        let value = self.decoded(answer.new_state);
        assert!(value.is_wholly_known(), "a state with unknown values: {value:?}");
        if said.is_error() {
            // Core taints what a failed create returns.
            assert!(!stored.value.is_null() || value.is_null(), "tainted: {value:?}");
        } else {
            assert_eq!(core_rules::differences(&planned.value, &value), Vec::<String>::new(), "inconsistent result after apply");
        }
        (Stored { value, private: answer.private }, said)
    }

    /// `ImportResourceState` and the read that follows.
    pub async fn import(&self, id: &str) -> (Stored, Said) {
        let request = proto::import_resource_state::Request { type_name: TYPE.into(), id: id.into(), ..Default::default() };
        let answer = self.rpc().import_resource_state(request).await.expect("a gRPC error").into_inner();
        let said = Said(answer.diagnostics);
        let Some(imported) = answer.imported_resources.into_iter().next().filter(|_| !said.is_error()) else {
            return (Stored::default(), said);
        };
        let stored = Stored { value: self.decoded(imported.state), private: imported.private };
        let (read, said) = self.read(&stored).await;
        if said.is_error() { (Stored::default(), said) } else { (read, said) }
    }

    /// The most memory the process ever had, in KiB.
    pub fn peak_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.lock().unwrap().id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Ends the process and returns what it has logged.
    pub async fn end(self) -> String {
        // The answer may be lost: the process ends on this call.
        let _ = GrpcControllerClient::new(self.channel).shutdown(Empty {}).await;
        let mut process = self.process.into_inner().unwrap();
        assert_eq!(process.ended().await.code(), Some(0));
        assert!(process.left_behind().is_empty(), "{:?}", process.left_behind());
        std::iter::from_fn(|| process.error_line()).map(|line| line + "\n").collect()
    }

    fn decoded(&self, value: Option<proto::DynamicValue>) -> Dynamic {
        value.map_or(Dynamic::Null, |value| msgpack::decode(&value.msgpack, &self.ty).unwrap())
    }
}

/// A provider block for the endpoint at `url`.
pub fn block(url: &str) -> Value {
    text!({
        "region": REGION, "assume_role": [], "rules": { "profile": "aws" },
        "endpoints": [{ "cognitoidp": url, "iam": url, "sns": url, "sts": url }],
    })
}

pub fn encoded(value: &Dynamic, ty: &Type) -> proto::DynamicValue {
    proto::DynamicValue { msgpack: msgpack::encode(value, ty).unwrap(), json: Vec::new() }
}
