//! The pools that send with a role, and those of them that a change of it shuts out.

use std::collections::BTreeSet;

use super::arguments::{self, Arguments};
use super::plan::policy;
use super::session::Session;
use crate::aws::{Error, ErrorKind};
use crate::mfa::sms_role::delivery_of;
use crate::mfa::{RoleDeletion, RoleTerms, RoleUser, SmsSender, Transition};
use crate::provider::Provider;
use crate::provider::pool_senders::PoolSender;
use crate::resources::contest;
use crate::resources::failure;
use crate::resources::pool::region;
use crate::resources::pool::sms::digest;
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Dynamic, Severity, Value};

/// The pools that send with the role, of the provider's Region and of those that its trust policy names. A Region that could not
/// be looked at is one warning, and leaves it unknown unless another has one.
pub async fn users(session: &Session, before: &Arguments, moment: Moment) -> (Value<Vec<PoolSender>>, Vec<Diagnostic>) {
    let Some(arn) = before.arn.known() else { return (Value::Known(Vec::new()), Vec::new()) };
    let named = before.user_pool_ids.known().into_iter().flatten().filter_map(|id| region::of_pool(id));
    let regions: BTreeSet<&str> = named.chain([session.region.as_str()]).collect();
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for region in regions {
        let cognito = session.configured.clients.cognito(region);
        let senders = &session.configured.pool_senders;
        let read = match moment {
            Moment::Apply => senders.read(&cognito, arn, session.deadline).await,
            Moment::Plan | Moment::Validate => senders.remembered(&cognito, arn, session.deadline).await,
        };
        match read {
            Ok(users) => found.extend(users),
            Err(error) => notes.push(unchecked(region, &error)),
        }
    }
    let users = if found.is_empty() && !notes.is_empty() { Value::Unknown } else { Value::Known(found) };
    (users, notes)
}

/// Those of the pools that are there and send with the role still. One that cannot be read is.
pub async fn those_left(session: &Session, before: &Arguments, users: &[PoolSender]) -> Vec<PoolSender> {
    let mut left = Vec::new();
    for user in users {
        let region = region::of_pool(&user.pool.user_pool_id).unwrap_or(&session.region);
        let cognito = session.configured.clients.cognito(region);
        let stays = match cognito.read_pool_facts(&user.pool.user_pool_id, session.deadline).await {
            Ok(facts) => facts.sms_sender.as_ref().map(SmsSender::caller_arn) == before.arn.known().map(String::as_str),
            Err(error) => error.kind != ErrorKind::Gone,
        };
        if stays {
            left.push(user.clone());
        }
    }
    left
}

fn unchecked(region: &str, error: &Error) -> Diagnostic {
    let mut note = failure::unable(&format!("look for user pools of {region} that send with the role"), error);
    note.severity = Severity::Warning;
    note.detail = format!(
        "{}. {}\n\nThe plan goes on without this check. A pool whose role is deleted sends no code any more, and updates of it fail.{}",
        note.summary,
        note.detail,
        failure::more_of_skipped()
    );
    note.summary = failure::skipped(&format!("{} in {region}", error.operation));
    note
}

/// Judges a change of the role from one state to another against the pools that send with it.
///
/// Where the role did not serve a pool before, the change takes nothing from it. A pool whose sender changes in the same run follows.
pub async fn judge_change(
    provider: &Provider,
    session: &Session,
    (before, after): (&Dynamic, &Dynamic),
    moment: Moment,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let (old, new) = (arguments::decode(before)?, arguments::decode(after)?);
    let [Some(old_terms), Some(new_terms)] = [&old, &new].map(terms) else { return Ok(Vec::new()) };
    if old_terms == new_terms {
        return Ok(Vec::new());
    }
    let (users, mut found) = users(session, &old, moment).await;
    let is_shut_out = |user: &&PoolSender| {
        let serves = |terms: &RoleTerms<'_>| terms.serves(&user.sender, user.account.as_deref(), user.arn.as_deref());
        serves(&new_terms) == Some(false) && serves(&old_terms) != Some(false) && !follows(session, user)
    };
    let users = users.map(|users| users.iter().filter(is_shut_out).map(|user| user.pool.clone()).collect::<Vec<RoleUser>>());
    let name = old.name.known().cloned().unwrap_or_default();
    let transition = Transition::of_role(Some(RoleDeletion { name, stays: true, users }));
    found.extend(rules::judge(&transition, moment, &policy(provider, &new)?));
    Ok(found)
}

/// What a state of the role lets Cognito do; `None` while it is not known.
fn terms(state: &Arguments) -> Option<RoleTerms<'_>> {
    let trust_policy = state.trust_policy.known()?;
    Some(RoleTerms { trust_policy, delivery: state.policy.known().and_then(|policy| delivery_of(policy)) })
}

/// Whether a resource of this run gives the pool another sender than it has now.
fn follows(session: &Session, user: &PoolSender) -> bool {
    let region = region::of_pool(&user.pool.user_pool_id).unwrap_or(&session.region);
    let now = digest(Some(user.sender.caller_arn()), user.sender.external_id());
    let planned = contest::planned_senders(&session.configured.walk, &format!("{region}/{}", user.pool.user_pool_id));
    planned.iter().any(|planned| *planned != now)
}
