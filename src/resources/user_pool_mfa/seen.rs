//! What the plan of a create has seen of its pool, and what an announced write of the same run accounts for.

use super::arguments::Arguments;
use super::claims::configures;
use super::sibling;
use crate::mfa::{Difference, Factor, Part, Settings};
use crate::resources::ApplyRequest;
use crate::resources::generation;
use crate::resources::pool::seen::Replaced;
use crate::resources::pool::session::Session;
use crate::tf::{Dynamic, Value};

/// What a write with these arguments replaces; `None` while that cannot be told. In the exclusive form these are the mode and all factors,
/// in the shared form those of the configuration; passkey settings where there is a block for them.
pub fn replaced(wanted: &Arguments, config: &Dynamic) -> Option<Replaced> {
    let announced = sibling::announced(config)?;
    if wanted.factor_management.is_unknown() || wanted.web_authn.is_unknown() {
        return None;
    }
    let mut parts = vec![Part::Mode.argument()];
    if wanted.is_shared() == Value::Known(true) {
        let is_open =
            wanted.token.is_unknown() || wanted.sms.is_unknown() || wanted.email.is_unknown() || wanted.factors.is_unknown();
        let kinds = || wanted.factors.known().into_iter().flatten();
        if is_open || kinds().any(|factor| factor.kind.is_unknown()) {
            return None;
        }
        let own = Factor::ALL.into_iter().filter(|factor| configures(wanted, *factor) || wanted.lists(*factor));
        parts.extend(own.map(Factor::argument));
    } else {
        parts.extend(Factor::ALL.map(Factor::argument));
    }
    if !wanted.web_authn.is_null() {
        parts.push(Part::WebAuthn.argument());
    }
    Some(Replaced { parts, announced })
}

/// Where the pool of a create is no longer what its plan was made on. Writes of the same run do not count, and of a part that
/// `aws_user_pool_wo` has announced only what is not as announced.
pub fn drift(session: &Session, request: &ApplyRequest, wanted: &Arguments, live: &Settings) -> Vec<Difference> {
    let (Some(seen), Some(replaced)) = (generation::seen(&request.private), replaced(wanted, &request.config)) else {
        return Vec::new();
    };
    let before = session.before_the_run(live);
    let mut found = replaced.differences(&seen, &before);
    let strays = replaced.announced.iter().filter(|part| replaced.parts.contains(&part.argument()));
    for part in strays.filter(|part| !sibling::is_as_announced(&request.config, **part, &before)) {
        let one = Replaced { parts: vec![part.argument()], announced: Vec::new() };
        found.extend(one.differences(&seen, &before));
    }
    found
}

/// The drift of an update without what `aws_user_pool_wo` has announced and the pool has.
pub fn unannounced(found: Vec<Difference>, config: &Dynamic, live: &Settings) -> Vec<Difference> {
    let announced = sibling::announced(config).unwrap_or_default();
    let is_announced = |difference: &Difference| {
        let root = difference.attribute.split(['.', '[']).next().unwrap_or_default();
        let argument = if root == "sms_authentication_message" { Part::Sms.argument() } else { root };
        announced.iter().any(|part| part.argument() == argument && sibling::is_as_announced(config, *part, live))
    };
    found.into_iter().filter(|difference| !is_announced(difference)).collect()
}
