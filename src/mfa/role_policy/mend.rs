//! What has to be added to the trust policy that is there, statement by statement, so that it lets Cognito in for one pool.

#[cfg(test)]
mod tests;

use super::{AssumeRequest, Statement, TrustPolicy};
use crate::mfa::Answer;

const ASSUME_ROLE: &str = "sts:AssumeRole";

/// A statement as a reader finds it in the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its position, from 1.
    pub number: usize,
    /// How many statements the policy has.
    pub of: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Whom it names beside Cognito; `*` is everyone.
    pub others: Vec<String>,
    /// The operators of its `Condition`, as it writes them; `None` where it has no `Condition`.
    pub operators: Option<Vec<String>>,
}

/// One change of a trust policy that keeps everything else in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// The statement shall ask for a key that it does not ask for; it is for Cognito alone.
    Ask(Place),
    /// The same for a statement that names others too: a condition in it would shut them out.
    AskApart(Place),
    /// A condition of the statement takes other pools or accounts: this one comes beside them.
    Admit {
        /// The statement.
        place: Place,
        /// Operator of the condition, as the policy writes it.
        operator: String,
        /// Its key, as the policy writes it.
        key: String,
        /// Its values, those that are there first.
        values: Vec<String>,
    },
    /// A condition of the statement excludes this pool, and no value that is added would change that.
    Widen {
        /// The statement.
        place: Place,
        /// Operator of the condition, as the policy writes it.
        operator: String,
        /// Its key, as the policy writes it.
        key: String,
    },
    /// The statement denies it.
    Lift(Place),
    /// The statement is for Cognito alone, and for other actions: these are the right ones.
    Actions(Place, Vec<String>),
    /// Nothing in the policy is for Cognito: a statement has to come beside the others. Named are `Federated` principals there.
    Statement {
        /// The statement that lets them in.
        federated: Option<(Place, Vec<String>)>,
    },
}

impl TrustPolicy {
    /// What makes every statement for Cognito ask for the pool's account (row I02).
    pub fn asking_for_source(&self) -> Vec<Mend> {
        self.asking(|statement| !statement.conditions.ask_for_source())
    }

    /// What makes every statement that lets this pool in ask for an external id (row S08); where none does, every statement for Cognito.
    pub fn asking_for_external_id(&self, request: &AssumeRequest<'_>) -> Vec<Mend> {
        let lacks = |statement: &Statement| !statement.conditions.ask_for_external_id();
        let of_pool = self.asking(|statement| lacks(statement) && statement.conditions.source(request) != Answer::No);
        if of_pool.is_empty() { self.asking(lacks) } else { of_pool }
    }

    /// What makes a policy let Cognito in for this pool that does not, external ids left aside.
    pub fn letting_in(&self, request: &AssumeRequest<'_>) -> Vec<Mend> {
        let mut mends: Vec<Mend> = self.denying(request).map(|statement| Mend::Lift(self.place(statement))).collect();
        let mine: Vec<&Statement> = self.for_cognito().collect();
        if mine.is_empty() {
            mends.push(self.naming_cognito());
        } else if mine.iter().all(|statement| statement.conditions.source(request) == Answer::No) {
            // The statement that takes the pool's external id is the one that was meant for it.
            let meant = mine.iter().find(|statement| statement.conditions.external_id(&request.external_id) != Answer::No);
            mends.extend(meant.or(mine.first()).into_iter().flat_map(|statement| self.admitting(statement, request)));
        }
        mends
    }

    fn asking(&self, lacks: impl Fn(&Statement) -> bool) -> Vec<Mend> {
        let lacking = self.for_cognito().filter(|statement| statement.for_cognito() == Answer::Yes && lacks(statement));
        let mend = |place: Place| if place.others.is_empty() { Mend::Ask(place) } else { Mend::AskApart(place) };
        lacking.map(|statement| mend(self.place(statement))).collect()
    }

    fn denying<'a>(&'a self, request: &AssumeRequest<'a>) -> impl Iterator<Item = &'a Statement> {
        self.statements.iter().filter(move |statement| statement.denies(request) == Answer::Yes)
    }

    fn naming_cognito(&self) -> Mend {
        let allowing = || self.statements.iter().filter(|statement| statement.allows);
        let mut for_other_actions = allowing().filter(|statement| statement.names_cognito == Answer::Yes);
        // An action that is added to a statement is added for everyone whom it names.
        if let Some(statement) = for_other_actions.find(|statement| self.place(statement).others.is_empty()) {
            let web = |action: &&String| !action.eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity");
            let kept = statement.actions.iter().filter(web).cloned();
            return Mend::Actions(self.place(statement), kept.chain([ASSUME_ROLE.to_owned()]).collect());
        }
        let mut federated = allowing().filter(|statement| !statement.federated.is_empty());
        Mend::Statement { federated: federated.next().map(|statement| (self.place(statement), statement.federated.clone())) }
    }

    fn admitting(&self, statement: &Statement, request: &AssumeRequest<'_>) -> Vec<Mend> {
        let place = self.place(statement);
        let refusing = statement.conditions.refusing(request);
        let mends = refusing.into_iter().map(|refusal| {
            let (place, operator, key) = (place.clone(), refusal.operator.to_owned(), refusal.name.to_owned());
            match refusal.missing {
                Some(given) => {
                    let values = refusal.expected.iter().cloned().chain([given.to_owned()]).collect();
                    Mend::Admit { place, operator, key, values }
                }
                None => Mend::Widen { place, operator, key },
            }
        });
        mends.collect()
    }

    fn place(&self, statement: &Statement) -> Place {
        let index = self.statements.iter().position(|other| std::ptr::eq(other, statement)).unwrap_or_default();
        Place {
            number: index + 1,
            of: self.statements.len(),
            sid: statement.sid.clone(),
            others: statement.principals.iter().filter(|name| *name != super::COGNITO).cloned().collect(),
            operators: statement.conditions.operators(),
        }
    }
}
