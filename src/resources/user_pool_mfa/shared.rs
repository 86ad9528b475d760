//! Factors that come from resources of their own, and factors that nobody here lists.

use super::arguments::Arguments;
use crate::mfa::{Answer, Factor, Mode, Settings, Wanted, WantedEmail, WantedSender};
use crate::resources::pool::factor::Declared;
use crate::tf::Value;

impl Arguments {
    /// Whether factors beside those of this resource are kept; unknown while `factor_management` is.
    pub fn is_shared(&self) -> Value<bool> {
        self.factor_management.clone().map(|text| text == "shared")
    }

    /// The same arguments with the factors of `factors` among their own, as far as a request would carry them: none beside `OFF`.
    #[must_use]
    pub fn merged(&self) -> Self {
        let mut merged = self.clone();
        if !matches!(self.token, Value::Known(true) | Value::Unknown) {
            match self.listed(Factor::SoftwareToken) {
                Value::Known(_) => merged.token = Value::Known(true),
                Value::Unknown => merged.token = Value::Unknown,
                Value::Null => {}
            }
        }
        if self.sms.is_null() {
            match self.listed(Factor::Sms) {
                Value::Known(declared) => {
                    merged.sms = declared.sms.clone();
                    if !declared.sms_message.is_null() {
                        merged.sms_message = declared.sms_message.clone();
                    }
                }
                Value::Unknown => merged.sms = Value::Unknown,
                Value::Null => {}
            }
        }
        merged
    }

    /// The same arguments of a state without the blocks of factors that other resources of the run have: these take them over.
    #[must_use]
    pub fn handing_over(mut self, parts: &[String]) -> Self {
        let is_handed_over = |factor: Factor| parts.iter().any(|part| part == factor.argument());
        if is_handed_over(Factor::SoftwareToken) {
            self.token = Value::Null;
        }
        if is_handed_over(Factor::Sms) {
            self.sms = Value::Null;
        }
        self
    }

    /// The element of `factors` that declares `factor`; null where none does or the mode is `OFF`, unknown where it cannot be told.
    fn listed(&self, factor: Factor) -> Value<&Declared> {
        let mode = self.mode();
        let factors = match &self.factors {
            _ if mode == Value::Known(Mode::Off) => return Value::Null,
            Value::Known(factors) => factors,
            Value::Null => return Value::Null,
            Value::Unknown => return Value::Unknown,
        };
        let unsure = mode.is_unknown() || factors.iter().any(|declared| declared.kind.is_unknown());
        match self.declaring(factor) {
            Some(declared) if !mode.is_unknown() => Value::Known(declared),
            None if !unsure || factors.is_empty() => Value::Null,
            _ => Value::Unknown,
        }
    }

    /// Whether `factors` lists this factor, whatever the mode.
    pub fn lists(&self, factor: Factor) -> bool {
        self.declaring(factor).is_some()
    }

    /// The element of `factors` that declares `factor` for certain, whatever the mode.
    fn declaring(&self, factor: Factor) -> Option<&Declared> {
        self.factors.known()?.iter().find(|declared| declared.is(factor) == Value::Known(true))
    }

    /// The request of the shared form where every factor that is left was listed by `prior` and is listed no more: it carries none. A plan
    /// must take them for gone, because apply may find the last one, or its SMS role, gone or not, as the run happens to go.
    pub fn without_the_unlisted(&self, prior: &Self, live: &Settings) -> Option<Wanted> {
        let is_active = matches!(self.mode(), Value::Known(Mode::Optional | Mode::On));
        let unlisted: Vec<Factor> =
            Factor::ALL.into_iter().filter(|factor| prior.lists(*factor) && !self.lists(*factor)).collect();
        if !is_active || unlisted.is_empty() || self.is_shared() != Value::Known(true) {
            return None;
        }
        let request = self.request(prior, &Value::Known(live.clone().without(&unlisted)));
        (request.carries_any() == Answer::No).then_some(request)
    }

    /// The SMS role of the resource that `factors` lists for SMS, whatever the mode; its ARN may be unknown. `None` where none is listed.
    pub fn listed_sms_role(&self) -> Option<Value<String>> {
        Some(self.declaring(Factor::Sms)?.sms.known().map_or(Value::Unknown, |sms| sms.role().clone()))
    }

    /// The request: [`Arguments::wanted`] of the merged arguments, and in the shared form every factor that the pool has beside them.
    ///
    /// A factor that was this resource's own, in the shared form, and has just been deleted from it, is not kept.
    pub fn request(&self, prior: &Self, live: &Value<Settings>) -> Wanted {
        let request = self.merged().wanted(&prior.merged(), live);
        let live = match self.is_shared() {
            Value::Known(true) => live,
            Value::Known(false) | Value::Null => return request,
            Value::Unknown => &Value::Unknown,
        };
        let was_shared = prior.is_shared() == Value::Known(true);
        let kept = Kept { mode: request.mode.clone(), live };
        let token = kept.beside(request.token.clone(), was_shared && prior.token == Value::Known(true), |pool| {
            (pool.token_enabled == Some(true)).then_some(true)
        });
        let email = kept.beside(request.email.clone(), was_shared && !prior.email.is_null(), |pool| {
            pool.email.as_ref().map(WantedEmail::from)
        });
        let was_own = was_shared && !prior.sms.is_null();
        let sms_sender =
            kept.beside(request.sms_sender.clone(), was_own, |pool| pool.sms.as_ref()?.sender.as_ref().map(WantedSender::from));
        let sms_message = if request.sms_sender.is_null() && !sms_sender.is_null() {
            kept.beside(Value::Null, was_own, |pool| pool.sms.as_ref()?.message.clone())
        } else {
            request.sms_message.clone()
        };
        Wanted { token, email, sms_sender, sms_message, ..request }
    }
}

/// What the shared form keeps of a pool.
struct Kept<'a> {
    mode: Value<Mode>,
    live: &'a Value<Settings>,
}

impl Kept<'_> {
    /// The block that is sent; where there is none, the one an active pool has. A pool that is `OFF` has no factors, whatever its
    /// answer shows (row M13).
    fn beside<T>(&self, sent: Value<T>, removed: bool, part: impl FnOnce(&Settings) -> Option<T>) -> Value<T> {
        if !sent.is_null() || removed || self.mode == Value::Known(Mode::Off) {
            return sent;
        }
        match self.live {
            Value::Known(pool) if pool.mode == Mode::Off => Value::Null,
            Value::Known(pool) => match part(pool) {
                Some(_) if self.mode.is_unknown() => Value::Unknown,
                block => block.into(),
            },
            Value::Null => Value::Null,
            Value::Unknown => Value::Unknown,
        }
    }
}
