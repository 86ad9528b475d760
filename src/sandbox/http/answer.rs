//! Writing answers: JSON for Cognito and the controls, XML for the rest, the marker on all.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use super::wire::namespace;
use super::xml;
use crate::sandbox::core::Service;
use crate::sandbox::refusal::Refusal;

/// A whole answer.
pub type Answer = Response<Full<Bytes>>;

/// The answer to a call of a service, in its protocol.
pub fn encode(service: Service, operation: &str, outcome: &Result<Value, Refusal>, request_id: &str) -> Answer {
    let status = outcome.as_ref().err().map_or(200, |refusal| refusal.status);
    let (kind, body) = match (service, outcome) {
        (Service::Cognito, Ok(members)) => ("application/x-amz-json-1.1", members.to_string()),
        (Service::Cognito, Err(refusal)) => {
            ("application/x-amz-json-1.1", json!({ "__type": refusal.code, "message": refusal.message }).to_string())
        }
        (_, Ok(members)) => ("text/xml", xml::encode_answer(operation, namespace(service), members, request_id)),
        (_, Err(refusal)) => ("text/xml", xml::encode_error(namespace(service), refusal.code, &refusal.message, request_id)),
    };
    let mut answer = with_headers(status, kind, body, request_id);
    if let (Service::Cognito, Err(refusal)) = (service, outcome) {
        answer.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(refusal.code));
        if let Ok(message) = HeaderValue::from_str(&refusal.message) {
            answer.headers_mut().insert("x-amzn-errormessage", message);
        }
    }
    answer
}

/// The answer of a control.
pub fn encode_control(status: u16, body: &Value, request_id: &str) -> Answer {
    with_headers(status, "application/json", body.to_string(), request_id)
}

fn with_headers(status: u16, kind: &'static str, body: String, request_id: &str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("x-cognitomfa-sandbox", HeaderValue::from_static("true"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    answer
}
