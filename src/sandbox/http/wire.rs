//! Telling what a request asks, and of which service.

use hyper::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;

use super::form;
use crate::sandbox::core::{CoreRequest, Service};
use crate::sandbox::refusal::Refusal;

/// Decodes a request to one of the services. `now_ms` is milliseconds since 1970.
pub fn decode(headers: &HeaderMap, body: &[u8], now_ms: i64) -> Result<CoreRequest, (Service, Refusal)> {
    let scope = Scope::decode(headers);
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let (service, operation, input) = match target {
        Some(target) => decode_json(target, body).map_err(|refusal| (Service::Cognito, refusal))?,
        None => decode_form(&scope, body)?,
    };
    Ok(CoreRequest { service, operation, input, region: scope.region, access_key: scope.access_key, now_ms })
}

/// What the signature says: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
struct Scope {
    access_key: String,
    region: String,
    service: String,
}

impl Scope {
    fn decode(headers: &HeaderMap) -> Self {
        let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok()).unwrap_or_default();
        let credential = header.split_once("Credential=").map(|(_, rest)| rest).unwrap_or_default();
        let credential = credential.split([',', ' ']).next().unwrap_or_default();
        let mut parts = credential.split('/');
        let access_key = parts.next().unwrap_or_default().to_owned();
        let region = parts.nth(1).filter(|region| !region.is_empty()).unwrap_or("us-east-1").to_owned();
        Self { access_key, region, service: parts.next().unwrap_or_default().to_owned() }
    }
}

fn decode_json(target: &str, body: &[u8]) -> Result<(Service, String, Value), Refusal> {
    let Some(operation) = target.strip_prefix("AWSCognitoIdentityProviderService.") else {
        let message = format!("The sandbox does not implement {target}.");
        return Err(Refusal::with_status(501, "NotImplemented", message));
    };
    let body = if body.is_empty() { b"{}" } else { body };
    match serde_json::from_slice(body) {
        Ok(input @ Value::Object(_)) => Ok((Service::Cognito, operation.to_owned(), input)),
        Ok(_) => Err(Refusal::new("SerializationException", "The body is not a JSON object.")),
        Err(error) => Err(Refusal::new("SerializationException", format!("The body is not JSON: {error}."))),
    }
}

fn decode_form(scope: &Scope, body: &[u8]) -> Result<(Service, String, Value), (Service, Refusal)> {
    let input = form::decode(body);
    let version = input.get("Version").and_then(Value::as_str).unwrap_or_default();
    let service = match (scope.service.as_str(), version) {
        ("iam", _) | ("", "2010-05-08") => Service::Iam,
        ("sts", _) | ("", "2011-06-15") => Service::Sts,
        ("sns", _) | ("", "2010-03-31") => Service::Sns,
        (name, _) => {
            let name = if name.is_empty() { "an unnamed service" } else { name };
            let message = format!("The sandbox does not implement this call to {name}.");
            return Err((Service::Iam, Refusal::with_status(501, "NotImplemented", message)));
        }
    };
    match input.get("Action").and_then(Value::as_str) {
        Some(action) => Ok((service, action.to_owned(), input)),
        None => Err((service, Refusal::new("MissingAction", "The request must contain the parameter Action."))),
    }
}

/// The XML namespace of a query service's answers.
pub fn namespace(service: Service) -> &'static str {
    match service {
        Service::Cognito => "",
        Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        Service::Sns => "http://sns.amazonaws.com/doc/2010-03-31/",
    }
}
