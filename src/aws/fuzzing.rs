//! Doors for the fuzz targets of `fuzz/`: what reads AWS's answers, without the network around it.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::operation::describe_user_pool::{
    DescribeUserPool, DescribeUserPoolError, DescribeUserPoolOutput,
};
use aws_sdk_cognitoidentityprovider::operation::get_user_pool_mfa_config::{
    GetUserPoolMfaConfig, GetUserPoolMfaConfigError, GetUserPoolMfaConfigOutput,
};
use aws_sdk_cognitoidentityprovider::operation::set_user_pool_mfa_config::{
    SetUserPoolMfaConfig, SetUserPoolMfaConfigError, SetUserPoolMfaConfigOutput,
};
use aws_sdk_cognitoidentityprovider::{Client, Config};
use aws_sdk_iam::operation::get_role::{GetRole, GetRoleError, GetRoleOutput};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Layer, Storable, StoreReplace};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::classify::{Call, classify};
use super::cognito;
use super::error::{Error, ErrorKind};
use crate::mfa::{PoolFacts, RoleFacts, Settings};

/// What an answer of `GetUserPoolMfaConfig` says.
pub fn read_mfa_settings(answer: HttpResponse) -> Result<Settings, Error> {
    let output: GetUserPoolMfaConfigOutput = read::<_, GetUserPoolMfaConfigError>(&GetUserPoolMfaConfig::new(), answer)?;
    cognito::read_settings(output)
}

/// What an answer of `SetUserPoolMfaConfig` says.
pub fn read_written_settings(answer: HttpResponse) -> Result<Settings, Error> {
    let output: SetUserPoolMfaConfigOutput = read::<_, SetUserPoolMfaConfigError>(&SetUserPoolMfaConfig::new(), answer)?;
    cognito::written_settings(output)
}

/// What an answer of `DescribeUserPool` says.
pub fn read_pool_facts(answer: HttpResponse) -> Result<PoolFacts, Error> {
    let output: DescribeUserPoolOutput = read::<_, DescribeUserPoolError>(&DescribeUserPool::new(), answer)?;
    cognito::facts(cognito::described(output)?)
}

/// What an answer of `GetRole` says; `None` where it holds no role.
pub fn read_role(answer: HttpResponse) -> Result<Option<RoleFacts>, Error> {
    let output: GetRoleOutput = read::<_, GetRoleError>(&GetRole::new(), answer)?;
    Ok(output.role.as_ref().map(super::iam::found))
}

/// The name in the ARN of a role.
pub fn role_name(arn: &str) -> Option<&str> {
    super::iam::role_name(arn)
}

/// An answer with this status and body.
pub fn answer(status: u16, content_type: &'static str, body: &[u8]) -> Option<HttpResponse> {
    let response = http::Response::builder().status(status).header("content-type", content_type);
    HttpResponse::try_from(response.body(SdkBody::from(body)).ok()?).ok()
}

/// Takes an answer apart as the SDK does for this operation, and tells a failure as any call would.
fn read<O, E>(operation: &impl RuntimePlugin, mut answer: HttpResponse) -> Result<O, Error>
where
    O: Send + Sync + std::fmt::Debug + 'static,
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let unread = |reason: &str| Error::local(ErrorKind::Unreachable, "", reason.to_owned());
    let settings = operation.config().ok_or_else(|| unread("the operation has no settings"))?;
    let deserializer = settings.load::<SharedResponseDeserializer>().ok_or_else(|| unread("the operation reads no answer"))?;
    let base = with_protocol().ok_or_else(|| unread("the client shows no protocol"))?;
    let parsed = match deserializer.deserialize_streaming_with_config(&mut answer, base) {
        Some(parsed) => parsed,
        None => deserializer.deserialize_nonstreaming_with_config(&answer, base),
    };
    let error = match parsed {
        Ok(output) => return output.downcast::<O>().map_err(|_| unread("the operation answers something else")),
        Err(error) => error,
    };
    let mut refused: Option<E> = None;
    let error = error.map_operation_error(|error| refused = error.downcast::<E>().ok());
    let failed = match refused {
        Some(refused) => SdkError::service_error(refused, answer),
        None => SdkError::response_error(error.to_string(), answer),
    };
    let call = Call { operation: "", endpoint: None, places: Vec::new(), limit: Duration::ZERO };
    Err(classify(&call, &failed).error)
}

/// What reads answers asks the settings for the service's protocol.
fn with_protocol() -> Option<&'static ConfigBag> {
    static BAG: OnceLock<Option<ConfigBag>> = OnceLock::new();
    BAG.get_or_init(|| {
        let protocol = Glimpse::taken()?.protocol()?.clone();
        let mut layer = Layer::new("protocol");
        layer.store_put(protocol);
        Some(ConfigBag::of_layers(vec![layer]))
    })
    .as_ref()
}

/// The protocol is private to a client: this takes it from a call that ends before anything is sent.
#[derive(Clone, Debug, Default)]
struct Glimpse(Arc<OnceLock<Config>>);

impl Glimpse {
    fn taken() -> Option<Config> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
        let glimpse = Self::default();
        let config = Config::builder().behavior_version(super::clients::BEHAVIOR()).interceptor(glimpse.clone());
        let client = Client::from_conf(config.build());
        // It fails, as it is meant to.
        let _ = std::thread::spawn(move || runtime.block_on(client.describe_user_pool().send()).is_ok()).join();
        glimpse.0.get().cloned()
    }
}

impl Intercept for Glimpse {
    fn name(&self) -> &'static str {
        "Glimpse"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut builder = Config::builder().behavior_version(super::clients::BEHAVIOR());
        builder.set_protocol(stored(bag));
        let _ = self.0.set(builder.build());
        Err("nothing is to be sent".into())
    }
}

fn stored<T: Storable<Storer = StoreReplace<T>> + Clone>(bag: &ConfigBag) -> Option<T> {
    bag.load::<T>().cloned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Error {
        read_role(answer(403, "text/xml", body.as_bytes()).unwrap()).unwrap_err()
    }

    #[test]
    fn an_error_that_breaks_off_before_its_code_still_has_words() {
        for body in [
            "<ErrorResponse><Error><Type>Sender</Type><Code>",
            "<ErrorResponse><Error><Code></Code></Error></ErrorResponse>",
            "<ErrorResponse><Error><Code>com.amazonaws#</Code></Error></ErrorResponse>",
        ] {
            let error = refusal(body);
            assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unreachable, ""), "{body}");
            assert!(error.to_string().contains("HTTP 403"), "{error}");
        }
    }

    #[test]
    fn an_error_without_a_message_is_its_code() {
        let error = refusal("<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
        assert_eq!((error.kind, error.to_string().as_str()), (ErrorKind::Denied, "AccessDenied"));
    }

    #[test]
    fn answers_are_read_as_a_client_reads_them() {
        let settings = |body: &str| read_mfa_settings(answer(200, "application/x-amz-json-1.1", body.as_bytes()).unwrap());
        assert_eq!(settings("{}").unwrap(), Settings::UNTOUCHED);
        let unknown = settings(r#"{"MfaConfiguration":"ADAPTIVE"}"#).unwrap_err();
        assert!(unknown.message.contains("`ADAPTIVE` as `MfaConfiguration`"), "{unknown}");
        assert_eq!(settings("{\"MfaConfiguration\":").unwrap_err().kind, ErrorKind::Unreachable);
    }
}
