//! From the AWS SDK's many errors to the few things a caller can do about one.

use std::error::Error as StdError;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use http_body_util::LengthLimitError;

use super::error::{Error, ErrorKind};
use super::transport::{Empty, LONGEST_ANSWER, TooLong};

/// A failed attempt, and whether another may follow.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// What the caller is told if no other attempt follows.
    pub error: Error,
    /// Whether another attempt helps.
    pub again: Again,
}

impl Failure {
    /// Whether AWS says that the credentials were good once.
    pub(super) fn is_expiry(&self) -> bool {
        ["ExpiredToken", "ExpiredTokenException"].contains(&self.error.code.as_str())
    }
}

/// Whether another attempt helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// No: the answer would be the same.
    Never,
    /// AWS has certainly not done anything yet; later it may.
    Later,
    /// Nobody knows what happened: another read does no harm, another write may.
    IfRead,
    /// AWS has done nothing, and what it did not like about the request is mended: once more, at once.
    Mended,
}

/// What is known about the call that failed.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The operation as IAM writes it.
    pub operation: &'static str,
    /// Where it went, as far as it got.
    pub endpoint: Option<String>,
    /// Every place that was searched for credentials, one sentence each.
    pub places: Vec<String>,
    /// Time limit of one attempt.
    pub limit: Duration,
}

/// Tells what a failed attempt means.
pub(super) fn classify<E>(call: &Call, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let request_id = error.raw_response().and_then(request_id);
    let mut failure = if let Some(credentials) = source_of::<CredentialsError>(error) {
        credentials_failure(call, credentials)
    } else {
        match error {
            // An error that breaks off inside its code has an empty one.
            SdkError::ServiceError(answer) => match answer.err().code().map(own_name).filter(|code| !code.is_empty()) {
                Some(code) => {
                    let failure = refusal(call, code, answer.err().message().unwrap_or_default(), answer.raw().status().as_u16());
                    with_clock(failure, answer.raw())
                }
                None => foreign(call, answer.raw()),
            },
            SdkError::ResponseError(answer) if is_too_long(error) => too_long(call, Some(answer.raw())),
            SdkError::ResponseError(answer) if source_of::<Empty>(error).is_some() => foreign(call, answer.raw()),
            SdkError::ResponseError(answer) if source_of::<std::io::Error>(error).is_some() || is_cut_off(error) => {
                let status = answer.raw().status().as_u16();
                let reason = format!("The answer of {} (HTTP {status}) broke off: {}.", call.place(), chain(error));
                call.unreachable(reason, Again::IfRead)
            }
            SdkError::ResponseError(answer) => foreign(call, answer.raw()),
            SdkError::TimeoutError(_) => timed_out(call),
            SdkError::DispatchFailure(_) if is_too_long(error) => too_long(call, None),
            SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => timed_out(call),
            SdkError::DispatchFailure(dispatch) => {
                let again = if dispatch.is_user() { Again::Never } else { Again::IfRead };
                call.unreachable(format!("{} could not be reached: {}.", call.place(), chain(error)), again)
            }
            _ => call.failure(ErrorKind::Refused, "", format!("The request could not be made: {}.", chain(error)), Again::Never),
        }
    };
    failure.error.request_id = request_id;
    failure
}

impl Call {
    /// The endpoint in words, at the start of a sentence.
    fn place(&self) -> String {
        self.endpoint.clone().unwrap_or_else(|| "The endpoint".into())
    }

    /// A failure of this call.
    pub(super) fn failure(&self, kind: ErrorKind, code: &str, message: impl Into<String>, again: Again) -> Failure {
        let error = Error {
            kind,
            operation: self.operation,
            code: code.to_owned(),
            message: message.into(),
            request_id: None,
            endpoint: self.endpoint.clone(),
        };
        Failure { error, again }
    }

    fn unreachable(&self, message: impl Into<String>, again: Again) -> Failure {
        self.failure(ErrorKind::Unreachable, "", message, again)
    }
}

/// No answer within the time limit of one attempt.
pub(super) fn timed_out(call: &Call) -> Failure {
    let seconds = call.limit.as_secs_f64();
    call.unreachable(format!("{} did not answer within {seconds:.0} seconds.", call.place()), Again::IfRead)
}

fn too_long(call: &Call, answer: Option<&HttpResponse>) -> Failure {
    let status = answer.map(|answer| format!(" (HTTP {})", answer.status().as_u16())).unwrap_or_default();
    let reason = format!("The answer of {}{status} is longer than {LONGEST_ANSWER} bytes; it was not read.", call.place());
    call.unreachable(reason, Again::Never)
}

/// A code without the namespace that some gateways write before it.
fn own_name(code: &str) -> &str {
    code.rsplit('#').next().unwrap_or(code)
}

/// An answer in AWS's form that says no.
fn refusal(call: &Call, code: &str, message: &str, status: u16) -> Failure {
    let (kind, again) = match code {
        "ResourceNotFoundException" | "UserNotFoundException" | "NoSuchEntity" | "NoSuchEntityException" => {
            (ErrorKind::Gone, Again::Never)
        }
        "InvalidSmsRoleTrustRelationshipException" | "InvalidSmsRoleAccessPolicyException" => (ErrorKind::NotYet, Again::Never),
        // Hopeless although its name sounds like a throttle: it speaks of a quota that stays used up.
        "LimitExceededException" | "LimitExceeded" => (ErrorKind::Refused, Again::Never),
        // Sent again as it is, it would write over what the other one has just written.
        "ConcurrentModificationException" => (ErrorKind::Conflict, Again::IfRead),
        code if THROTTLES.contains(&code) || status == 429 => (ErrorKind::Throttled, Again::Later),
        code if DENIALS.contains(&code) => (ErrorKind::Denied, Again::Never),
        _ if status >= 500 || status == 408 => (ErrorKind::Unreachable, Again::IfRead),
        _ if status == 401 || status == 403 => (ErrorKind::Denied, Again::Never),
        _ => (ErrorKind::Refused, Again::Never),
    };
    call.failure(kind, code, message, again)
}

const THROTTLES: [&str; 13] = [
    "TooManyRequestsException",
    "ConcurrentModification",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "SlowDown",
];

const DENIALS: [&str; 19] = [
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorizedException",
    "NotAuthorized",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "AuthFailure",
    "OptInRequired",
];

/// Codes that AWS answers with when the time in a signature is not its own.
const CLOCKS: [&str; 5] =
    ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired", "AuthFailure"];

/// AWS takes signatures that are at most five minutes off.
const CLOCK_TOLERANCE: time::Duration = time::Duration::minutes(4);

/// Names the clock where it is what AWS did not like. The SDK keeps the difference, and signs the next attempt by AWS's time.
fn with_clock(mut failure: Failure, answer: &HttpResponse) -> Failure {
    let Some(ahead) = clock_difference(answer) else { return failure };
    if CLOCKS.contains(&failure.error.code.as_str()) && ahead.abs() > CLOCK_TOLERANCE {
        let (minutes, side) = (ahead.abs().whole_seconds() / 60, if ahead.is_negative() { "ahead of" } else { "behind" });
        failure.error.message.push_str(&format!(
            " The clock of this machine is {minutes} minutes {side} that of {}; AWS takes requests that are at most five minutes \
             off. Set the clock.",
            failure.error.endpoint.as_deref().unwrap_or("AWS")
        ));
        failure.again = Again::Mended;
    }
    failure
}

/// How far the clock of the answer is ahead of this machine's.
fn clock_difference(answer: &HttpResponse) -> Option<time::Duration> {
    let date = DateTime::from_str(answer.headers().get("date")?, Format::HttpDate).ok()?;
    Some(time::OffsetDateTime::from_unix_timestamp(date.secs()).ok()? - time::OffsetDateTime::now_utc())
}

/// An answer that is not AWS's: a proxy's page, a captive portal, another server on the port.
fn foreign(call: &Call, answer: &HttpResponse) -> Failure {
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").and_then(|text| text.split(';').next()).map(str::trim).unwrap_or_default();
    let known = !kind.is_empty() && kind.len() <= 60 && kind.chars().all(|c| c.is_ascii_graphic());
    let content = if known { format!("content of type `{kind}`") } else { "content of no stated type".to_owned() };
    let reason = format!("{} answered with HTTP {status} and {content}, which is not an answer of AWS.", call.place());
    let again = if (400..500).contains(&status) && status != 408 && status != 429 { Again::Never } else { Again::IfRead };
    call.unreachable(reason, again)
}

fn credentials_failure(call: &Call, error: &CredentialsError) -> Failure {
    // A role that may not be assumed is a refusal by STS, not a lack of credentials.
    if let Some(sts) = aws_error_of(error) {
        return call.failure(ErrorKind::Denied, &sts.0, sts.1, Again::Never);
    }
    let places: String = call.places.iter().map(|place| format!("\n  - {place}")).collect();
    let found = match error {
        CredentialsError::CredentialsNotLoaded(_) => "No AWS credentials were found.".to_owned(),
        CredentialsError::ProviderTimedOut(_) => "The search for AWS credentials took too long.".to_owned(),
        other => format!("AWS credentials could not be loaded: {}.", chain(other)),
    };
    let again = if matches!(error, CredentialsError::ProviderTimedOut(_)) { Again::IfRead } else { Again::Never };
    call.failure(ErrorKind::NoCredentials, "", format!("{found} These places were searched, in this order:{places}"), again)
}

/// Code and message of an AWS answer inside an error, such as STS's to `AssumeRole`.
fn aws_error_of(error: &CredentialsError) -> Option<(String, String)> {
    use aws_smithy_types::error::ErrorMetadata;
    let mut source = StdError::source(error);
    while let Some(error) = source {
        if let Some(metadata) = error.downcast_ref::<ErrorMetadata>() {
            let code = metadata.code()?.to_owned();
            return Some((code, metadata.message().unwrap_or_default().to_owned()));
        }
        source = error.source();
    }
    None
}

fn request_id(answer: &HttpResponse) -> Option<String> {
    let header = |name| answer.headers().get(name).map(str::to_owned);
    header("x-amzn-requestid").or_else(|| header("x-amz-request-id"))
}

fn is_too_long<E: StdError + 'static, R: std::fmt::Debug + 'static>(error: &SdkError<E, R>) -> bool {
    source_of::<LengthLimitError>(error).is_some() || source_of::<TooLong>(error).is_some()
}

/// Whether the connection ended inside the body; the HTTP library says so with an error of its own.
fn is_cut_off<E: StdError + 'static, R: std::fmt::Debug + 'static>(error: &SdkError<E, R>) -> bool {
    source_of::<hyper::Error>(error).is_some()
}

fn source_of<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        source = error.source();
    }
    None
}

/// The causes of an error in words, outermost first, without repetition.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !text.is_empty() && !words.iter().any(|word| word.contains(&text)) {
            words.push(text);
        }
        source = error.source();
    }
    if words.is_empty() { error.to_string() } else { words.join(": ") }
}
