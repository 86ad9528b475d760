//! Who still sends with a role that goes, and the deletion itself.

use std::time::Duration;

use super::arguments::Arguments;
use super::plan::policy;
use super::session::{POLICY_NAME, Session};
use super::users::{those_left, users};
use crate::aws::{Error, ErrorKind};
use crate::mfa::{RoleDeletion, Transition};
use crate::provider::Provider;
use crate::provider::pool_senders::PoolSender;
use crate::resources::failure;
use crate::resources::pool::duration::Operation;
use crate::rules::{self, Moment};
use crate::tf::{Diagnostic, Value};

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
    users: Value<Vec<PoolSender>>,
    moment: Moment,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let name = before.name.known().cloned().unwrap_or_default();
    let users = users.map(|users| users.into_iter().map(|user| user.pool).collect());
    let transition = Transition::of_role(Some(RoleDeletion { name, stays: false, users }));
    Ok(rules::judge(&transition, moment, &policy(provider, before)?))
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
