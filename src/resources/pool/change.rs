//! A change of one pool: judged with everything known, written once, read back.

use super::session::Session;
use super::write::{self, Outcome, Patience};
use crate::mfa::{Difference, Settings, Transition, Wanted};
use crate::provider::Configured;
use crate::resources::failure::Heard;
use crate::rules::{self, Moment, Policy, Waiver};
use crate::tf::Diagnostic;

/// A change of a pool that is locked and was just read.
pub struct Change<'a> {
    /// The pool's settings now.
    pub live: &'a Settings,
    /// What would be sent.
    pub asked: Wanted,
    /// The change as the rules see it, without what is looked up.
    pub seen: Transition,
    /// The waivers of the resource.
    pub waivers: Vec<Waiver>,
    /// Whether the SMS sender that is sent is this resource's own. Another's role is not waited for here, where the pool is locked: the
    /// resource of the sender may have to write it first.
    pub owns_sender: bool,
}

/// What became of a [`Change`].
pub enum Done {
    /// Rules refuse it; nothing was written.
    Refused(Vec<Diagnostic>),
    /// The pool is so already; nothing was written.
    Unchanged,
    /// It was written, or its write failed.
    Sent(Box<Outcome>),
}

impl Change<'_> {
    /// Judges the change by all rules with everything read afresh, and writes it unless the pool is so already. Only errors count here:
    /// warnings were shown by the plan that core makes right before.
    ///
    /// `wrong` tells where settings that were read are not what the plan says.
    pub async fn carry_out(
        self,
        session: &Session,
        wrong: impl Fn(&Settings) -> Result<Vec<Difference>, Diagnostic>,
    ) -> Result<Done, Diagnostic> {
        let Self { live, asked, seen, waivers, owns_sender } = self;
        let facts = session.facts(&asked, live, Moment::Apply).await?;
        let seen = facts.onto(seen);
        let found = rules::judge(&seen, Moment::Apply, &policy(&session.configured, waivers));
        let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(Diagnostic::is_error);
        if !errors.is_empty() {
            return Ok(Done::Refused(errors));
        }
        let settings = asked.settle().ok_or_else(unknown_at_apply)?;
        if asked.changes(live) == Some(false) {
            return Ok(Done::Unchanged);
        }
        let settings = settings.for_tier(facts.pool.known().and_then(|pool| pool.tier.as_deref()));
        let anothers = !owns_sender && !asked.sms_sender.is_null();
        let patience = if anothers { Patience::NONE } else { Patience::with(&facts.role) };
        let outcome = write::write(session, live, &settings, &facts.pool, patience, wrong).await?;
        let outcome = match outcome {
            Outcome::Failed(now, diagnostic) => {
                let warned = warnings.into_iter().filter_map(|warning| warning.cause).collect();
                let heard = Heard { warned, undecided: rules::undecided(&seen) };
                Outcome::Failed(now, heard.correct(diagnostic))
            }
            written @ Outcome::Written(..) => written,
        };
        if let Outcome::Written(now, _) | Outcome::Failed(Some(now), _) = &outcome {
            session.pool.wrote(now);
            session.leave(live, now);
        }
        Ok(Done::Sent(Box::new(outcome)))
    }
}

/// How findings about a resource with these waivers are weighed.
pub fn policy(configured: &Configured, waivers: Vec<Waiver>) -> Policy {
    Policy { waivers, ..configured.policy.clone() }
}

/// The error for a plan that reaches apply with a part unknown.
pub fn unknown_at_apply() -> Diagnostic {
    Diagnostic::error(
        "A value is still unknown at apply",
        "Terraform asked this provider to write MFA settings of which a part is not known. Nothing was written. This is a bug in \
         Terraform or in this provider; report it with the configuration of this resource.",
    )
}
