//! What has to be read before a change of one pool can be judged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::region;
use tokio::sync::MutexGuard;

use crate::aws::own_files;
use crate::aws::{Cognito, Error, ErrorKind, SmsAction};
use crate::mfa::role_policy::demanded_external_id;
use crate::mfa::{
    Answer, Difference, Factor, Mode, PoolFacts, RoleFacts, Settings, Sms, SmsSender, SnsFacts, Transition, Wanted, WantedSender,
    record, sms_regions,
};
use crate::provider::pools::{History, Pool};
use crate::provider::walk::{Act, Claim, Hold};
use crate::provider::{Configured, Provider};
use crate::resources::failure;
use crate::rules::Moment;
use crate::tf::{Diagnostic, Dynamic, Path, Value};

/// One pool as the configured provider reaches it, for the time of one operation.
pub struct Session {
    pub configured: Arc<Configured>,
    pub cognito: Cognito,
    pub pool: Arc<Pool>,
    pub deadline: Instant,
}

/// What the question after a write may take although the time of the operation is over: without its answer nobody knows what is true.
const SETTLING: Duration = Duration::from_secs(5);

/// What was read, and what could not be.
pub struct Facts {
    pub pool: Value<PoolFacts>,
    pub role: Value<RoleFacts>,
    pub sns: Value<SnsFacts>,
    pub notes: Vec<Diagnostic>,
}

impl Facts {
    /// The same change, seen with these facts.
    pub fn onto(&self, change: Transition) -> Transition {
        Transition { pool: self.pool.clone(), role: self.role.clone(), sns: self.sns.clone(), ..change }
    }
}

impl Session {
    /// Reaches a pool; `None` while its id, or what the provider is configured with, is not known yet.
    pub fn open(
        provider: &Provider,
        user_pool_id: &Value<String>,
        region: &Value<String>,
        limit: Duration,
    ) -> Result<Option<Self>, Diagnostic> {
        let configured = provider.configured()?;
        let Some(id) = user_pool_id.known().filter(|_| !configured.unknown) else { return Ok(None) };
        let region = match region::of_pool(id).or(region.known().map(String::as_str)) {
            Some(region) => region.to_owned(),
            None => configured.region_or_diagnostic()?.to_owned(),
        };
        let pool = configured.pools.entry(&region, id);
        let cognito = configured.clients.cognito(&region);
        Ok(Some(Self { configured, cognito, pool, deadline: Instant::now() + limit }))
    }

    /// Holds the pool for one read-judge-write, in this process and against others of this machine.
    pub async fn hold(&self) -> Result<(MutexGuard<'_, ()>, Hold), Diagnostic> {
        let held = self.configured.hold(&self.pool.key(), self.pool.lock(), self.deadline).await;
        held.ok_or_else(|| failure::not_held(&format!("user pool {}", self.pool.id), self.configured.stop.is_cancelled()))
    }

    /// The pool's settings now. `Ok(None)` when the pool does not exist.
    pub async fn read(&self) -> Result<Option<Settings>, Diagnostic> {
        self.found(self.cognito.read_mfa_settings(&self.pool.id, self.deadline).await)
    }

    /// As [`Self::read`], for a refresh: that the pool is gone is kept for the plan that follows.
    pub async fn refresh(&self) -> Result<Option<Settings>, Diagnostic> {
        let live = self.read().await?;
        self.pool.refreshed(live.is_none());
        Ok(live)
    }

    /// The error of an import by an identity whose account is not the pool's. Without the permission to look nobody can tell.
    pub async fn expect_account(&self, identity: Option<&Dynamic>) -> Result<(), Diagnostic> {
        let Some(Dynamic::String(given)) = identity.and_then(|identity| identity.member("account_id")) else { return Ok(()) };
        let facts = self.pool.facts(&self.cognito, self.deadline).await.ok();
        match facts.as_ref().and_then(|facts| facts.account()) {
            Some(account) if account != given => {
                Err(failure::other_account(&format!("user pool {}", self.pool.id), given, account))
            }
            _ => Ok(()),
        }
    }

    /// As [`Self::read`], to tell what became of a write: a little time is left for it whenever the write ended, and an interrupted
    /// run waits for it.
    pub async fn read_after_write(&self) -> Result<Option<Settings>, Diagnostic> {
        let deadline = self.deadline.max(Instant::now() + SETTLING);
        self.found(self.cognito.settle_mfa_settings(&self.pool.id, deadline).await)
    }

    fn found(&self, read: Result<Settings, Error>) -> Result<Option<Settings>, Diagnostic> {
        match read {
            Ok(settings) => {
                self.pool.remember(&settings);
                Ok(Some(settings))
            }
            Err(error) if error.kind == ErrorKind::Gone => Ok(None),
            Err(error) => Err(failure::unable(&format!("read MFA settings of {}", self.pool.id), &error)),
        }
    }

    /// Whether this process has read or written the pool's settings already.
    pub fn is_refreshed(&self) -> bool {
        self.pool.remembered().is_some()
    }

    /// Reads the pool under its lock, before a change. `Ok(None)` when it does not exist.
    pub async fn read_locked(&self) -> Result<Option<Settings>, Diagnostic> {
        let live = self.read().await?;
        live.iter().for_each(|live| self.pool.found(live));
        Ok(live)
    }

    /// What a pool with `live` keeps beside the change of one resource: a factor whose own resource went in this run is left out.
    pub fn keeps(&self, live: &Settings) -> Settings {
        live.clone().without(&self.leaving())
    }

    /// The factors whose own resource went in this run, in this process or in another one, and that no other resource has.
    fn leaving(&self) -> Vec<Factor> {
        let claims = self.configured.walk.claims(&self.pool.key());
        let has = |claim: &Claim, factor: Factor| claim.parts.iter().any(|part| part == factor.argument());
        let went = |factor: Factor| claims.iter().any(|claim| claim.act == Act::Ended && has(claim, factor));
        let is_had = |factor: Factor| claims.iter().any(|claim| claim.act == Act::Wrote && has(claim, factor));
        let elsewhere = Factor::ALL.into_iter().filter(|factor| went(*factor) && !is_had(*factor));
        self.pool.history().leaving.into_iter().chain(elsewhere).collect()
    }

    /// `live` as it can be sent once more: without a sender that nobody declares and whose role is gone, and with the external id that
    /// the role asks for now, where the sender's own resource went in this run. A pool keeps such a sender for ever (row S15), and AWS
    /// refuses every write that carries it as it was (rows U06, S08).
    pub async fn sendable(&self, live: &Settings, moment: Moment) -> Settings {
        let request = Wanted::from(live);
        match self.role_facts(&request, Some(live), moment).await {
            (Value::Known(RoleFacts::Missing { .. }), _) => live.clone().without(&[Factor::Sms]),
            (Value::Known(RoleFacts::Found { trust_policy, .. }), _) if self.leaving().contains(&Factor::Sms) => {
                following(live.clone(), &trust_policy)
            }
            _ => live.clone(),
        }
    }

    /// Where the pool is no longer what a plan was made on; writes of this process do not count. `differing` tells where two sets of
    /// settings differ for a resource; its first argument is null for the settings that its state has.
    pub fn drift(
        &self,
        live: &Settings,
        differing: impl Fn(Option<&Settings>, &Settings) -> Result<Vec<Difference>, Diagnostic>,
    ) -> Result<Vec<Difference>, Diagnostic> {
        let found = self.drift_of_others(live, differing)?;
        let is_own = !found.is_empty() && self.configured.walk.was_left(&self.pool.key(), &digest(live));
        // Another process of the same run has left the pool so.
        Ok(if is_own { Vec::new() } else { found })
    }

    /// Keeps for other processes of the run that a write has made `now` of a pool that had `before`.
    pub fn leave(&self, before: &Settings, now: &Settings) {
        self.configured.walk.leave(&self.pool.key(), digest(now), record::encode(before).to_string());
    }

    /// The settings that a pool with `live` had before the writes of this run that made it so.
    pub fn before_the_run(&self, live: &Settings) -> Settings {
        let decoded = |text: &str| serde_json::from_str(text).ok().and_then(|json| record::decode(&json).ok());
        let of_record = |text: &str| decoded(text).map(|settings| digest(&settings));
        let before = self.configured.walk.before(&self.pool.key(), &digest(live), of_record);
        before.and_then(|text| decoded(&text)).unwrap_or_else(|| live.clone())
    }

    fn drift_of_others(
        &self,
        live: &Settings,
        differing: impl Fn(Option<&Settings>, &Settings) -> Result<Vec<Difference>, Diagnostic>,
    ) -> Result<Vec<Difference>, Diagnostic> {
        match self.pool.history() {
            History { found: Some(found), written: Some(written), .. } => {
                let before = differing(None, &found)?;
                Ok(if before.is_empty() { differing(Some(&written), live)? } else { before })
            }
            History { written: Some(written), found: None, .. } => differing(Some(&written), live),
            History { written: None, .. } => differing(None, live),
        }
    }

    /// The settings that this process has read or written last, else those now.
    pub async fn remembered(&self) -> Result<Option<Settings>, Diagnostic> {
        match self.pool.remembered() {
            Some(settings) => Ok(Some(settings)),
            None => self.read().await,
        }
    }

    /// What a plan judges a change by: the settings that this process knows, else those now; unknown, with a warning, for a pool that a
    /// refresh has found gone. A pool that was never there is an error.
    pub async fn foreseen(&self) -> Result<(Value<Settings>, Option<Diagnostic>), Diagnostic> {
        match self.remembered().await? {
            Some(live) => Ok((Value::Known(live), None)),
            None if self.pool.is_gone() => Ok((Value::Unknown, Some(self.pool_has_gone()))),
            None => Err(self.no_such_pool()),
        }
    }

    /// The warning of a plan for a pool that was deleted elsewhere: a destroy plans this too, and has nothing left to do.
    pub fn pool_has_gone(&self) -> Diagnostic {
        let (id, region) = (&self.pool.id, &self.pool.region);
        let detail = format!(
            "There is no user pool {id} in {region} any more: it was deleted outside of this run, and its MFA settings with it. An apply \
             that keeps this resource fails. Take it out of the configuration, or give it the id of another pool; a destroy has nothing \
             left to do."
        );
        Diagnostic::warning(format!("User pool {id} is gone"), detail).at(Path::root("user_pool_id"))
    }

    /// The error for a pool that must exist and does not.
    pub fn no_such_pool(&self) -> Diagnostic {
        let (id, region) = (&self.pool.id, &self.pool.region);
        let detail = format!(
            "There is no user pool {id} in {region} for these credentials. This resource manages the MFA settings of a pool that exists; \
             it does not create one. Correct `user_pool_id`, or take it from the resource that creates the pool:\n\n    \
             user_pool_id = aws_cognito_user_pool.main.id\n\n\
             If the pool was deleted on purpose, delete this resource from the configuration too; to destroy, run `terraform destroy \
             -refresh=false`, which plans no create before."
        );
        Diagnostic::error("User pool not found", detail).at(Path::root("user_pool_id"))
    }

    /// The facts for judging `request` to a pool that has `live`. A lookup that fails for lack of a permission is one warning, and its
    /// facts stay unknown. At apply the role is read as it is now, elsewhere as this process first saw it.
    pub async fn facts(&self, request: &Wanted, live: &Settings, moment: Moment) -> Result<Facts, Diagnostic> {
        let (pool, (role, role_note), (sns, sns_note)) =
            tokio::join!(self.pool_facts(), self.role_facts(request, Some(live), moment), self.sns_facts(request, live));
        let (pool, pool_note) = pool?;
        Ok(Facts { pool, role, sns, notes: [pool_note, role_note, sns_note].into_iter().flatten().collect() })
    }

    async fn pool_facts(&self) -> Result<(Value<PoolFacts>, Option<Diagnostic>), Diagnostic> {
        match self.pool.facts(&self.cognito, self.deadline).await {
            Ok(facts) => Ok((Value::Known(facts), None)),
            Err(error) if error.kind == ErrorKind::Denied => {
                let note = failure::unchecked(&format!("user pool {}", self.pool.id), &[error], None);
                Ok((Value::Unknown, note))
            }
            Err(error) => Err(failure::unable(&format!("read user pool {}", self.pool.id), &error)),
        }
    }

    async fn role_facts(
        &self,
        request: &Wanted,
        live: Option<&Settings>,
        moment: Moment,
    ) -> (Value<RoleFacts>, Option<Diagnostic>) {
        let sender = match &request.sms_sender {
            Value::Known(sender) => sender,
            Value::Null => return (Value::Null, None),
            Value::Unknown => return (Value::Unknown, None),
        };
        let arn = match sender.caller_arn() {
            Value::Known(arn) if self.configured.lookups.iam => arn,
            Value::Null => return (Value::Null, None),
            Value::Known(_) | Value::Unknown => return (Value::Unknown, None),
        };
        if let Some(planned) = self.configured.roles.planned(arn).filter(|_| moment != Moment::Apply) {
            // A sender that stays as it is belongs to another resource, which may follow the role in the same run.
            let follows = live
                .and_then(|live| live.sms.as_ref()?.sender.as_ref())
                .is_none_or(|on_pool| sender.differs_from(on_pool) == Answer::Yes);
            return (if follows { planned } else { Value::Unknown }, None);
        }
        let action = match sender {
            WantedSender::Sns { .. } => SmsAction::Publish,
            WantedSender::EndUserMessaging { .. } => SmsAction::SendTextMessage,
        };
        let (iam, roles) = (self.configured.clients.iam(&self.pool.region), &self.configured.roles);
        let read = match moment {
            Moment::Apply => roles.read(&iam, arn, action, self.deadline).await,
            Moment::Plan | Moment::Validate => roles.remembered(&iam, arn, action, self.deadline).await,
        };
        let unchecked = |what: &str, error| failure::unchecked(&format!("{what} {arn}"), &[error], Some("iam"));
        match read {
            Ok(role) => (Value::Known(role.facts), role.unread.and_then(|error| unchecked("the permissions of IAM role", error))),
            Err(error) => (Value::Unknown, unchecked("IAM role", error)),
        }
    }

    async fn sns_facts(&self, request: &Wanted, live: &Settings) -> (Value<SnsFacts>, Option<Diagnostic>) {
        let unread = sns_not_read(request);
        let region = sns_region(request, &self.pool.region).filter(|_| self.configured.lookups.sns);
        let Some(region) = region.filter(|_| begins_to_send(request, live)) else { return (unread, None) };
        let sns = self.configured.clients.sns(&region);
        let deadline = self.deadline.min(Instant::now() + SNS_LIMIT);
        let account = self.configured.sms_accounts.account(&sns, deadline).await;
        let note = failure::unchecked(&format!("the SMS settings of SNS in {region}"), &account.unread, Some("sns"));
        (Value::Known(account.facts), note)
    }
}

/// What tells these settings from others, in digits that tell nothing else.
pub fn digest(settings: &Settings) -> String {
    own_files::name(&["settings", &format!("{settings:?}")])
}

/// The settings with the external id that the sender's role asks for.
fn following(settings: Settings, trust_policy: &str) -> Settings {
    let follow = |sender: SmsSender| match demanded_external_id(trust_policy, sender.external_id()) {
        Some(external_id) => sender.with_external_id(external_id),
        None => sender,
    };
    let sms = settings.sms.map(|sms| Sms { sender: sms.sender.map(follow), ..sms });
    Settings { sms, ..settings }
}

/// How long SNS may take. Its answers are good to have, not worth more waiting.
const SNS_LIMIT: Duration = Duration::from_secs(20);

/// The Region in which SNS would send (row N01): the sender's own, else that of the pool, unless its messages can only be sent from
/// one other (row R). `None` where nothing is sent through SNS, or the Region is not known yet.
fn sns_region(request: &Wanted, pool_region: &str) -> Option<String> {
    let Value::Known(WantedSender::Sns { region, .. }) = &request.sms_sender else { return None };
    match (region, sms_regions::of_sns(pool_region)) {
        (Value::Known(region), _) => Some(region.clone()),
        (Value::Unknown, _) => None,
        (Value::Null, Some([only])) => Some((*only).to_owned()),
        (Value::Null, _) => Some(pool_region.to_owned()),
    }
}

/// Whether the pool does not send as this request says yet, or not to every user. A pool that is `OFF` keeps its sender, and sends
/// no code (row M11).
fn begins_to_send(request: &Wanted, live: &Settings) -> bool {
    let on_pool = live.sms.as_ref().and_then(|sms| sms.sender.as_ref()).filter(|_| live.mode != Mode::Off);
    match (request.sms_sender.known(), on_pool) {
        (None, _) => false,
        (Some(_), None) => true,
        // Where SMS is the only factor, required MFA that cannot send locks everybody out.
        (Some(_), Some(_)) if live.mode != Mode::On && request.mode.known() == Some(&Mode::On) => true,
        (Some(wanted), Some(on_pool)) => wanted.differs_from(on_pool) != Answer::No,
    }
}

/// Facts of a pool that cannot be read yet.
pub fn nothing_known(request: &Wanted) -> Facts {
    let role = if request.sms_sender.is_null() { Value::Null } else { Value::Unknown };
    Facts { pool: Value::Unknown, role, sns: sns_not_read(request), notes: Vec::new() }
}

/// SNS matters only to a request that would send through it.
fn sns_not_read(request: &Wanted) -> Value<SnsFacts> {
    match request.sms_sender {
        Value::Null | Value::Known(WantedSender::EndUserMessaging { .. }) => Value::Null,
        Value::Known(WantedSender::Sns { .. }) | Value::Unknown => Value::Unknown,
    }
}

#[cfg(test)]
mod tests;
