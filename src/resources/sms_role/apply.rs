//! `ApplyResourceChange`: makes the role, changes what is not as wanted, or deletes it.

use std::time::Duration;

use super::arguments;
use super::deletion;
use super::identity;
use super::plan::{claim, default_tags};
use super::planned::{self, Effect, Surroundings};
use super::session::{Live, POLICY_NAME, Session};
use super::state;
use super::users;
use super::wanted::{Change, Wanted};
use crate::aws::{Error, ErrorKind};
use crate::mfa::sms_role::Owner;
use crate::provider::Provider;
use crate::provider::walk::Act;
use crate::resources::generation::{self, Generation};
use crate::resources::pool::duration::Operation;
use crate::resources::{ApplyAnswer, ApplyRequest, contest, failure};
use crate::rules::Moment;
use crate::tf::{Diagnostic, Dynamic, Path};

/// Waits until IAM shows what was written: it is read where the write may not have arrived.
const READ_BACK: [u64; 7] = [100, 300, 1_000, 2_000, 4_000, 8_000, 8_000];

/// Carries a planned change out.
pub async fn apply(provider: &Provider, request: ApplyRequest) -> ApplyAnswer {
    let done = if request.planned.is_null() {
        destroy(provider, &request).await
    } else if request.prior.is_null() {
        create(provider, &request).await
    } else {
        update(provider, &request).await
    };
    done.unwrap_or_else(|diagnostic| answer(&request, request.prior.clone(), vec![diagnostic]))
}

fn answer(request: &ApplyRequest, state: Dynamic, diagnostics: Vec<Diagnostic>) -> ApplyAnswer {
    let identity = if state.is_null() {
        // The plan of a create does not know all of it.
        request.identity.clone().filter(Dynamic::is_wholly_known)
    } else {
        identity::of(&state, request.identity.as_ref())
    };
    ApplyAnswer { state, private: generation::settled(&request.private), identity, diagnostics }
}

async fn create(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let planned = arguments::decode(&request.planned)?;
    let session = Session::open(provider, &planned, Operation::Create.limit(&planned.timeouts))?.ok_or_else(unknown_at_apply)?;
    let owner = session.owner().await?;
    let wanted = Wanted::of(&planned, &owner, &default_tags(provider)?).ok_or_else(unknown_at_apply)?;
    let name = &wanted.role.name;
    // A role that is there now was not made here, whatever becomes of the answer to the write.
    if session.read(name).await?.is_some() {
        let is_own = contest::replaces(&session.configured.walk, &request.private, &owner.role_arn(&wanted.role.path, name));
        return Err(if is_own { still_there(name) } else { name_taken(name) });
    }
    let lost = match session.iam.create_role(&wanted.role, session.deadline).await {
        Ok(_) => None,
        Err(error) if error.code == "EntityAlreadyExists" => return Err(name_taken(name)),
        Err(error) if error.kind == ErrorKind::Unreachable => Some(error),
        Err(error) => return Err(failure::unable(&format!("create IAM role {name}"), &error)),
    };
    let was_answered = lost.is_none();
    match complete(&session, &wanted, lost).await {
        Ok(live) => {
            let state = wanted.settled(&request.planned, Some(&live.role.arn), Some(&live.role.unique_id))?;
            let claim = claim(live.role.arn.clone(), &Generation::stored(&request.private), Act::Wrote);
            session.configured.walk.claim(claim);
            Ok(answer(request, state, Vec::new()))
        }
        Err(Incomplete::NotMade(diagnostic)) => Err(diagnostic),
        Err(Incomplete::PartlyMade(diagnostic)) if was_answered && deletion::delete(&session, name).await.is_ok() => {
            Err(undone(diagnostic))
        }
        Err(Incomplete::PartlyMade(mut diagnostic) | Incomplete::NotShown(mut diagnostic)) => {
            diagnostic.detail.push_str(
                "\n\nThe role is in the state as tainted, so that it is not lost: the next apply deletes what there is of it and makes \
                 it anew. To have it completed instead, run `terraform untaint` on this resource first.",
            );
            let arn = owner.role_arn(&wanted.role.path, name);
            let state = wanted.settled(&request.planned, Some(&arn), None)?;
            Ok(answer(request, state, vec![diagnostic]))
        }
    }
}

/// Why a role that was asked for is not there as wanted.
enum Incomplete {
    /// There is no role.
    NotMade(Diagnostic),
    /// There is one.
    PartlyMade(Diagnostic),
    /// Nobody knows.
    NotShown(Diagnostic),
}

/// Waits for a role that was just created, gives it its policy, and waits until both can be read. `lost` is the error of a create
/// whose answer did not arrive.
async fn complete(session: &Session, wanted: &Wanted, lost: Option<Error>) -> Result<Live, Incomplete> {
    let name = &wanted.role.name;
    let mut pauses = READ_BACK.iter();
    let live = loop {
        match (session.read(name).await.map_err(Incomplete::NotShown)?, pauses.next()) {
            (Some(live), _) => break live,
            (None, Some(pause)) if session.pause(Duration::from_millis(*pause)).await => {}
            (None, _) => {
                return Err(match lost {
                    Some(error) => Incomplete::NotMade(failure::unable(&format!("create IAM role {name}"), &error)),
                    None => Incomplete::NotShown(not_shown(name)),
                });
            }
        }
    };
    let written = carry_out(session, wanted, live).await;
    written.map_err(|failed| Incomplete::PartlyMade(*failed))
}

async fn update(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let (before, planned) = (arguments::decode(&request.prior)?, arguments::decode(&request.planned)?);
    let default_tags = default_tags(provider)?;
    let surroundings = Surroundings { owner: None, default_tags: default_tags.clone() };
    if planned::plan(&request.prior, &request.config, &surroundings)?.effect == Effect::StateOnly {
        return Ok(answer(request, request.planned.clone(), Vec::new()));
    }
    let session = Session::open(provider, &planned, Operation::Update.limit(&planned.timeouts))?.ok_or_else(unknown_at_apply)?;
    let owner = before.arn.known().and_then(|arn| Owner::of_arn(arn)).ok_or_else(unknown_at_apply)?;
    let wanted = Wanted::of(&planned, &owner, &default_tags).ok_or_else(unknown_at_apply)?;
    let name = &wanted.role.name;
    let live = session.read(name).await?.ok_or_else(|| gone(name))?;
    let change = (&request.prior, &request.planned);
    let errors = users::judge_change(provider, &session, change, Moment::Apply).await?;
    if errors.iter().any(Diagnostic::is_error) {
        let errors = errors.into_iter().filter(Diagnostic::is_error).collect();
        return Ok(answer(request, request.prior.clone(), errors));
    }
    match carry_out(&session, &wanted, live).await {
        Ok(live) => {
            let state = wanted.settled(&request.planned, Some(&live.role.arn), Some(&live.role.unique_id))?;
            Ok(answer(request, state, Vec::new()))
        }
        Err(failed) => {
            let state = match session.read(name).await {
                Ok(Some(now)) => state::refreshed(&request.prior, &now, &default_tags)?,
                _ => request.prior.clone(),
            };
            Ok(answer(request, state, vec![*failed]))
        }
    }
}

/// Sends what is missing and nothing else, and reads until the role shows it.
async fn carry_out(session: &Session, wanted: &Wanted, live: Live) -> Result<Live, Box<Diagnostic>> {
    let name = &wanted.role.name;
    for change in wanted.changes(&live) {
        let Err(error) = send(session, wanted, &live, &change).await else { continue };
        // The answer was lost: the role tells whether it was made.
        let made = error.kind == ErrorKind::Unreachable
            && matches!(session.read(name).await, Ok(Some(now)) if !wanted.changes(&now).contains(&change));
        if !made {
            return Err(Box::new(failure::unable(&format!("set `{}` of IAM role {name}", change.attribute()), &error)));
        }
    }
    let mut pauses = READ_BACK.iter();
    loop {
        let now = session.read(name).await?.ok_or_else(|| gone(name))?;
        let missing = wanted.changes(&now);
        if missing.is_empty() {
            return Ok(now);
        }
        match pauses.next() {
            Some(pause) if session.pause(Duration::from_millis(*pause)).await => {}
            _ => return Err(Box::new(not_kept(name, &missing))),
        }
    }
}

async fn send(session: &Session, wanted: &Wanted, live: &Live, change: &Change) -> Result<(), Error> {
    let (iam, deadline, role) = (&session.iam, session.deadline, &wanted.role);
    match change {
        Change::TrustPolicy => iam.write_trust_policy(&role.name, &role.trust_policy, deadline).await,
        Change::Policy => iam.write_inline_policy(&role.name, POLICY_NAME, &wanted.policy, deadline).await,
        Change::Description => {
            let text = role.description.as_deref().unwrap_or_default();
            iam.write_description(&role.name, text, live.role.longest_session, deadline).await
        }
        Change::Boundary => iam.write_boundary(&role.name, role.boundary.as_deref(), deadline).await,
        Change::RemoveTags(keys) => iam.untag_role(&role.name, keys, deadline).await,
        Change::AddTags(tags) => iam.tag_role(&role.name, tags, deadline).await,
    }
}

async fn destroy(provider: &Provider, request: &ApplyRequest) -> Result<ApplyAnswer, Diagnostic> {
    let before = arguments::decode(&request.prior)?;
    let session = Session::open(provider, &before, Operation::Delete.limit(&before.timeouts))?.ok_or_else(unknown_at_apply)?;
    let name = before.name.known().ok_or_else(unknown_at_apply)?;
    let arn = before.arn.known().map_or("", String::as_str);
    if request.private.is_empty() || contest::is_had(&session.configured.walk, &request.private, arn) {
        tracing::info!(role = name, "the end of the resource leaves the role alone");
        return Ok(answer(request, Dynamic::Null, Vec::new()));
    }
    if session.read(name).await?.is_none() {
        return Ok(answer(request, Dynamic::Null, Vec::new()));
    }
    let errors = deletion::judge_apply(provider, &session, &before).await?;
    if !errors.is_empty() {
        return Ok(answer(request, request.prior.clone(), errors));
    }
    deletion::delete(&session, name).await?;
    Ok(answer(request, Dynamic::Null, Vec::new()))
}

fn name_taken(name: &str) -> Diagnostic {
    let detail = format!(
        "There is an IAM role {name} already. This resource takes no role over in silence. Choose another `name`, or leave it out to have \
         one made up, as a replacement under `create_before_destroy` needs. If this is another address of a role that a resource of this \
         configuration has, write a `moved` block. If the role is to be managed here, import it:\n\n    import {{\n      to = cognitomfa_sms_role.this # the address of \
         this resource\n      id = \"{name}\"\n    }}"
    );
    Diagnostic::error("The name of the role is taken", detail).at(Path::root("name"))
}

fn still_there(name: &str) -> Diagnostic {
    let detail = format!(
        "This resource is replaced under `create_before_destroy`, of its own or of a resource that depends on it, and the role that it \
         replaces still has the name {name}. Nothing was written. Have a name made up, so that both can be there for a moment:\n\n    \
         name_prefix = \"{name}-\" # instead of `name`"
    );
    Diagnostic::error("The name of the role is taken by the role that it replaces", detail).at(Path::root("name"))
}

fn undone(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .detail
        .push_str("\n\nThe role was made before that, and was deleted again: nothing is left of it. Mend this and apply again.");
    diagnostic
}

fn gone(name: &str) -> Diagnostic {
    let detail =
        format!("There is no IAM role {name} any more: it was deleted since it was last read. Plan again to have it made anew.");
    Diagnostic::error(format!("Unable to set IAM role {name}"), detail)
}

fn not_shown(name: &str) -> Diagnostic {
    let detail =
        format!("IAM accepted the role {name}, but does not show it yet. New roles take a few seconds to be seen everywhere.");
    Diagnostic::error(format!("Unable to read IAM role {name}"), detail)
}

fn not_kept(name: &str, missing: &[Change]) -> Diagnostic {
    let attributes: Vec<String> = missing.iter().map(|change| format!("    {}", change.attribute())).collect();
    let detail = format!(
        "IAM accepted the writes to the role {name}, but these attributes read back differently:\n\n{}\n\nAnother client may have written \
         at the same time, or the endpoint does not support them. Plan again to see what is true now.",
        attributes.join("\n")
    );
    Diagnostic::error("IAM did not keep the role as it was written", detail)
}

fn unknown_at_apply() -> Diagnostic {
    Diagnostic::error(
        "A value is still unknown at apply",
        "Terraform asked this provider to write an IAM role of which a part is not known. Nothing was written. This is a bug in \
         Terraform or in this provider; report it with the configuration of this resource.",
    )
}
