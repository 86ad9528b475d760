//! The provider service: one file per RPC, and [`convert`], the only translator between protobuf and [`crate::tf`].
//!
//! Problems are diagnostics in an answer that gRPC calls a success; a gRPC error is left for bytes that are no protocol at all.
//! RPCs that are not written here are answered as unimplemented by the generated trait: nothing of theirs is offered.

mod apply;
mod call;
mod configure;
mod convert;
mod data_sources;
mod functions;
mod guard;
mod identity_schemas;
mod import;
mod metadata;
mod move_state;
mod plan;
mod read;
mod schemas;
mod stop;
mod upgrade_identity;
mod upgrade_state;
mod validate_provider;
mod validate_resource;

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::proto::tfplugin6 as proto;
use crate::proto::tfplugin6::provider_server::{Provider as Rpcs, ProviderServer};
use crate::provider::Provider;
use crate::resources::{self, Resource};
use guard::{guarded, to_its_end};

/// Largest message in either direction, in bytes: 256 MiB, as HashiCorp's own servers take. tonic's 4 MiB are too few for large states.
const MESSAGE_LIMIT: usize = 256 << 20;

/// Serves the RPCs of `tfplugin6.Provider`. Clones share the provider.
#[derive(Clone)]
pub struct Service {
    provider: Arc<Provider>,
    resources: &'static [&'static dyn Resource],
}

impl Service {
    /// A service for `provider` that offers `resources`.
    pub fn new(provider: Arc<Provider>, resources: &'static [&'static dyn Resource]) -> Self {
        Self { provider, resources }
    }

    /// The service as tonic serves it, with the message limits of the protocol.
    pub fn into_server(self) -> ProviderServer<Self> {
        ProviderServer::new(self).max_decoding_message_size(MESSAGE_LIMIT).max_encoding_message_size(MESSAGE_LIMIT)
    }
}

/// The provider service with every resource type of this crate.
pub fn server(provider: Arc<Provider>) -> ProviderServer<Service> {
    Service::new(provider, resources::all()).into_server()
}

type Answered<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl Rpcs for Service {
    async fn get_metadata(&self, _: Request<proto::get_metadata::Request>) -> Answered<proto::get_metadata::Response> {
        guarded("GetMetadata", "", metadata::answer(self.clone())).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<proto::get_provider_schema::Request>,
    ) -> Answered<proto::get_provider_schema::Response> {
        guarded("GetProviderSchema", "", schemas::answer(self.clone())).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Answered<proto::get_resource_identity_schemas::Response> {
        guarded("GetResourceIdentitySchemas", "", identity_schemas::answer(self.clone())).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Answered<proto::validate_provider_config::Response> {
        guarded("ValidateProviderConfig", "", validate_provider::answer(self.clone(), request.into_inner())).await
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Answered<proto::configure_provider::Response> {
        guarded("ConfigureProvider", "", configure::answer(self.clone(), request.into_inner())).await
    }

    async fn stop_provider(&self, _: Request<proto::stop_provider::Request>) -> Answered<proto::stop_provider::Response> {
        guarded("StopProvider", "", stop::answer(self.clone())).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Answered<proto::validate_resource_config::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        guarded("ValidateResourceConfig", &type_name, validate_resource::answer(self.clone(), request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Answered<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        guarded("UpgradeResourceState", &type_name, upgrade_state::answer(self.clone(), request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Answered<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        guarded("UpgradeResourceIdentity", &type_name, upgrade_identity::answer(self.clone(), request)).await
    }

    async fn read_resource(&self, request: Request<proto::read_resource::Request>) -> Answered<proto::read_resource::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        guarded("ReadResource", &type_name, read::answer(self.clone(), request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Answered<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        guarded("PlanResourceChange", &type_name, plan::answer(self.clone(), request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Answered<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let service = self.clone();
        to_its_end(async move { guarded("ApplyResourceChange", &type_name, apply::answer(service, request)).await }).await
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Answered<proto::import_resource_state::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        guarded("ImportResourceState", &type_name, import::answer(self.clone(), request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Answered<proto::move_resource_state::Response> {
        let request = request.into_inner();
        let type_name = request.target_type_name.clone();
        guarded("MoveResourceState", &type_name, move_state::answer(self.clone(), request)).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Answered<proto::validate_data_resource_config::Response> {
        let type_name = request.into_inner().type_name;
        guarded("ValidateDataResourceConfig", &type_name, data_sources::validate(type_name.clone())).await
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Answered<proto::read_data_source::Response> {
        let type_name = request.into_inner().type_name;
        guarded("ReadDataSource", &type_name, data_sources::read(type_name.clone())).await
    }

    async fn get_functions(&self, _: Request<proto::get_functions::Request>) -> Answered<proto::get_functions::Response> {
        guarded("GetFunctions", "", functions::list()).await
    }

    async fn call_function(&self, request: Request<proto::call_function::Request>) -> Answered<proto::call_function::Response> {
        let name = request.into_inner().name;
        guarded("CallFunction", &name, functions::call(name.clone())).await
    }
}
