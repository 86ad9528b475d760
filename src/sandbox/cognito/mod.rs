//! Amazon Cognito user pools: the calls and what AWS refuses in them.

pub mod mfa;
mod pool_constraints;
mod pool_rules;
pub mod pools;
pub mod preference;
pub mod tags;
pub mod update;
pub mod users;

use super::constraints::{Bound, Constraint, Pattern, check, is_word};
use super::core::{Core, CoreRequest};
use super::json;
use super::refusal::Refusal;
use super::state::Pool;

/// `[\w-]+_[0-9a-zA-Z]+`, 1 to 55 characters (M08).
const POOL_ID: Constraint = (
    "UserPoolId",
    &[Bound::Required, Bound::Length(1, 55), Bound::Pattern(Pattern { text: r"[\w-]+_[0-9a-zA-Z]+", matches: is_pool_id })],
);

fn is_pool_id(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(prefix, number)| {
        let is_prefix = |letter| is_word(letter) || letter == '-';
        !prefix.is_empty()
            && prefix.chars().all(is_prefix)
            && !number.is_empty()
            && number.chars().all(|letter| letter.is_ascii_alphanumeric())
    })
}

/// Checks the model's constraints; Cognito calls a broken one `InvalidParameterException` (M07).
fn check_model(request: &CoreRequest, constraints: &[&[Constraint]]) -> Result<(), Refusal> {
    check(&request.input, "InvalidParameterException", constraints)
}

/// The pool the request names, in the Region it was signed for (M08).
fn pool_of<'c>(core: &'c Core, request: &CoreRequest) -> Result<&'c Pool, Refusal> {
    let id = json::text(&request.input, &["UserPoolId"]).unwrap_or_default();
    let pool = core.state.pools.get(id).filter(|pool| pool.region == request.region);
    pool.ok_or_else(|| Refusal::new("ResourceNotFoundException", format!("User pool {id} does not exist.")))
}
