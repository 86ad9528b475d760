//! Who still sends with a role that goes, and the deletion itself.

use std::collections::BTreeSet;
use std::time::Duration;

use super::arguments::Arguments;
use super::plan::policy;
use super::session::{POLICY_NAME, Session};
use crate::aws::{Error, ErrorKind};
use crate::mfa::{RoleDeletion, RoleUser, SmsSender, Transition};
use crate::provider::Provider;
use crate::resources::failure;
use crate::resources::pool::duration::Operation;
use crate::resources::pool::region;
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Severity, Value};

/// Waits for pools that the same apply deletes meanwhile.
const PATIENCE: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Judges the destroy of a role, or the destroy half of its replacement, in a plan.
pub async fn judge_plan(provider: &Provider, before: &Arguments) -> Result<Vec<Diagnostic>, Diagnostic> {
    let (users, mut diagnostics) = match Session::open(provider, before, Operation::Delete.limit(&before.timeouts))? {
        Some(session) => users(&session, before, Moment::Plan).await,
        None => (Value::Unknown, Vec::new()),
    };
    diagnostics.extend(judge(provider, before, users, Moment::Plan)?);
    Ok(diagnostics)
}

/// Judges the destroy right before it. Pools that send with the role get a few seconds to go, for core deletes them beside the role
/// when neither refers to the other. Only errors count here: the plan has shown the rest.
pub async fn judge_apply(provider: &Provider, session: &Session, before: &Arguments) -> Result<Vec<Diagnostic>, Diagnostic> {
    let (mut users, _) = users(session, before, Moment::Apply).await;
    let mut pauses = PATIENCE.iter();
    loop {
        let mut errors = judge(provider, before, users.clone(), Moment::Apply)?;
        errors.retain(Diagnostic::is_error);
        let (false, Value::Known(still), Some(pause)) = (errors.is_empty(), &users, pauses.next()) else { return Ok(errors) };
        if !session.pause(*pause).await {
            return Ok(errors);
        }
        users = Value::Known(those_left(session, before, still).await);
    }
}

fn judge(
    provider: &Provider,
    before: &Arguments,
    users: Value<Vec<RoleUser>>,
    moment: Moment,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let name = before.name.known().cloned().unwrap_or_default();
    let transition = Transition::of_role(Some(RoleDeletion { name, users }));
    Ok(rules::judge(&transition, moment, &policy(provider, before)?))
}

/// The pools that send with the role, of the provider's Region and of those that its trust policy names. A Region that could not
/// be looked at is one warning, and leaves it unknown unless another has one.
async fn users(session: &Session, before: &Arguments, moment: Moment) -> (Value<Vec<RoleUser>>, Vec<Diagnostic>) {
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
async fn those_left(session: &Session, before: &Arguments, users: &[RoleUser]) -> Vec<RoleUser> {
    let mut left = Vec::new();
    for user in users {
        let region = region::of_pool(&user.user_pool_id).unwrap_or(&session.region);
        let cognito = session.configured.clients.cognito(region);
        let stays = match cognito.read_pool_facts(&user.user_pool_id, session.deadline).await {
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
        "{}. {}\n\nThe plan goes on without this check. A pool whose role is deleted sends no code any more, and updates of it fail.",
        note.summary, note.detail
    );
    "A check could not be made [check_skipped]".clone_into(&mut note.summary);
    note
}

/// Deletes the inline policy and the role. One that is gone already is deleted.
pub async fn delete(session: &Session, name: &str) -> Result<(), Diagnostic> {
    let unable = |error: &Error| failure::unable(&format!("delete IAM role {name}"), error);
    let others = match session.iam.list_other_policies(name, POLICY_NAME, session.deadline).await {
        Err(error) if error.kind == ErrorKind::Gone => return Ok(()),
        others => others.map_err(|error| unable(&error))?,
    };
    if !others.is_empty() {
        return Err(carries_others(name, &others));
    }
    let policy = session.iam.delete_inline_policy(name, POLICY_NAME, session.deadline).await;
    match policy {
        Ok(()) => {}
        Err(error) if error.kind == ErrorKind::Gone => {}
        // Whether it was deleted shows when the role is: IAM keeps a role that has a policy.
        Err(error) if error.kind == ErrorKind::Unreachable => {}
        Err(error) => return Err(unable(&error)),
    }
    match session.iam.delete_role(name, session.deadline).await {
        Ok(()) => Ok(()),
        Err(error) if error.kind == ErrorKind::Gone => Ok(()),
        Err(error) if error.kind == ErrorKind::Unreachable => match session.read(name).await {
            Ok(None) => Ok(()),
            _ => Err(unable(&error)),
        },
        Err(error) => Err(unable(&error)),
    }
}

fn carries_others(name: &str, others: &[String]) -> Diagnostic {
    let lines: Vec<String> = others.iter().map(|other| format!("    {other}")).collect();
    let detail = format!(
        "The role carries policies that this resource did not give it, and IAM deletes no role that has a policy:\n\n{}\n\nNothing was \
         deleted. Take these policies off the role where they were put on it, then destroy it again.",
        lines.join("\n")
    );
    Diagnostic::error(format!("Unable to delete IAM role {name}"), detail)
}
