//! One user as the configured provider reaches it, and what has to be read before a change is judged.

use std::time::Duration;

use super::arguments::Arguments;
use crate::aws::{Error, ErrorKind};
use crate::mfa::{Preference, PreferenceChange, Settings, Transition, UserFacts};
use crate::provider::Provider;
use crate::resources::failure;
use crate::resources::pool::duration::Operation;
use crate::resources::pool::session::Session;
use crate::tf::{Diagnostic, Path, Value};

/// A user for the time of one operation.
pub struct User {
    pub session: Session,
    /// Unknown while another resource of the same apply makes it up.
    pub name: Value<String>,
}

/// What a read of a user finds.
#[derive(Debug)]
pub enum Found {
    /// The user.
    User(UserFacts),
    /// A pool without the user.
    NoUser,
    /// No such pool.
    NoPool,
}

/// How long a user that was just created may stay out of sight, and how often it is looked for.
const APPEARING: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(400), Duration::from_millis(800), Duration::from_millis(1600)];

impl User {
    /// Reaches the user of `arguments`; `None` while the pool, or what the provider is configured with, is not known yet.
    pub fn open(provider: &Provider, arguments: &Arguments, operation: Operation) -> Result<Option<Self>, Diagnostic> {
        let limit = operation.limit(&arguments.timeouts);
        let session = Session::open(provider, &arguments.user_pool_id, &arguments.region, limit)?;
        Ok(session.map(|session| Self { session, name: arguments.username.clone() }))
    }

    /// The user in an error's first line, without the name: it may be marked as sensitive where it comes from, which no provider is told.
    pub fn label(&self) -> String {
        format!("a user of {}", self.session.pool.id)
    }

    /// `AdminGetUser`, with the error as it is.
    async fn ask(&self, name: &str) -> Result<Found, Error> {
        let Session { cognito, pool, deadline, .. } = &self.session;
        match cognito.read_user(&pool.id, name, *deadline).await {
            Ok(facts) => Ok(Found::User(facts)),
            Err(error) if error.kind == ErrorKind::Gone && error.is_about_user() => Ok(Found::NoUser),
            Err(error) if error.kind == ErrorKind::Gone => Ok(Found::NoPool),
            Err(error) => Err(error),
        }
    }

    /// The user now. Its name is known.
    pub async fn read(&self) -> Result<Found, Diagnostic> {
        let Some(name) = self.name.known() else { return Err(crate::resources::pool::change::unknown_at_apply()) };
        self.ask(name).await.map_err(|error| failure::unable(&format!("read {}", self.label()), &error))
    }

    /// The user, who may have been created a moment ago; an error that says so where there is none in the end.
    pub async fn expect(&self) -> Result<UserFacts, Diagnostic> {
        let mut pauses = APPEARING.iter();
        loop {
            match (self.read().await?, pauses.next()) {
                (Found::User(facts), _) => return Ok(facts),
                (Found::NoPool, _) => return Err(self.session.no_such_pool()),
                (Found::NoUser, Some(pause)) => tokio::time::sleep(*pause).await,
                (Found::NoUser, None) => return Err(self.not_found()),
            }
        }
    }

    fn not_found(&self) -> Diagnostic {
        let (id, name) = (&self.session.pool.id, self.name.known().map_or("", String::as_str));
        let detail = format!(
            "User pool {id} has no user \"{name}\". This resource manages the factors of a user that exists; it does not create one. Correct \
             `username`, or take it from the resource that creates the user, so that the user is created first:\n\n    \
             username = aws_cognito_user.break_glass.username{}",
            decomposed(name)
        );
        Diagnostic::error("User not found", detail).at(Path::root("username"))
    }

    /// What the user has, as far as a plan can tell: null where there is no such user, unknown, with a warning, without the permission to
    /// look.
    pub async fn foresee(&self) -> Result<(Value<UserFacts>, Option<Diagnostic>), Diagnostic> {
        let Some(name) = self.name.known() else { return Ok((Value::Unknown, None)) };
        match self.ask(name).await {
            Ok(Found::User(facts)) => Ok((Value::Known(facts), None)),
            Ok(Found::NoUser | Found::NoPool) => Ok((Value::Null, None)),
            Err(error) if error.kind == ErrorKind::Denied => {
                Ok((Value::Unknown, failure::unchecked(&self.label(), &[error], None)))
            }
            Err(error) => Err(failure::unable(&format!("read {}", self.label()), &error)),
        }
    }

    /// The warning for a user that a plan does not find. The same apply may create the user, so it is no error.
    pub fn not_there_yet(&self) -> Diagnostic {
        let (id, name) = (&self.session.pool.id, self.name.known().map_or("", String::as_str));
        let detail = format!(
            "User pool {id} has no user \"{name}\" yet, so what the user lacks is judged at apply. Where the same apply creates the user, refer \
             to that resource, so that it comes first:\n\n    username = aws_cognito_user.break_glass.username\n\nOtherwise correct \
             `username`: the apply will fail without the user.{}",
            decomposed(name)
        );
        Diagnostic::warning(format!("The user does not exist yet: {name} of {id}"), detail).at(Path::root("username"))
    }

    /// The pool's settings, for the rules that look at them: what this process plans to make of the pool, else those of its last read,
    /// or `fresh`. A missing permission leaves them unknown, with a warning.
    pub async fn pool_settings(&self, fresh: bool) -> Result<(Value<Settings>, Option<Diagnostic>), Diagnostic> {
        let Session { cognito, pool, deadline, .. } = &self.session;
        let known = if fresh { None } else { pool.planned().or_else(|| pool.remembered().map(Value::Known)) };
        if let Some(settings) = known {
            return Ok((settings, None));
        }
        let what = format!("MFA settings of {}", pool.id);
        match cognito.read_mfa_settings(&pool.id, *deadline).await {
            Ok(settings) => {
                pool.remember(&settings);
                Ok((Value::Known(settings), None))
            }
            Err(error) if error.kind == ErrorKind::Gone && !fresh && pool.is_gone() => {
                Ok((Value::Unknown, Some(self.session.pool_has_gone())))
            }
            Err(error) if error.kind == ErrorKind::Gone => Err(self.session.no_such_pool()),
            Err(error) if error.kind == ErrorKind::Denied => Ok((Value::Unknown, failure::unchecked(&what, &[error], None))),
            Err(error) => Err(failure::unable(&format!("read {what}"), &error)),
        }
    }
}

/// What is said of a name that AWS may have in another Unicode form.
fn decomposed(name: &str) -> &'static str {
    if name.is_ascii() {
        return "";
    }
    "\n\nTerraform hands names over in the composed form of Unicode (NFC). A user whose name is stored in the decomposed form has another name \
     for AWS, and cannot be reached from a configuration."
}

/// The change as the rules see it. Nothing is sent to the pool itself.
pub fn transition(
    arguments: &Arguments,
    wanted: Preference,
    is_destroy: bool,
    live: Value<Settings>,
    user: Value<UserFacts>,
) -> Transition {
    let preference = PreferenceChange { username: arguments.username.clone(), wanted, user, is_destroy };
    let pool = Transition::of(&arguments.user_pool_id, live, Value::Null);
    Transition { role: Value::Null, sns: Value::Null, preference: Some(preference), ..pool }
}
