//! Which resources of this process manage which part of a pool: Terraform tells no provider a resource's address.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::mfa::Rival;

/// Who asks for parts of a pool, as far as a provider can tell resources apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its type.
    pub resource: &'static str,
    /// Fingerprint of its state before; of its configuration where it has none yet.
    pub identity: u64,
    /// Fingerprint of its configuration.
    pub configuration: u64,
    /// Whether it has a state.
    pub exists: bool,
}

/// The claims on one pool.
#[derive(Debug, Default)]
pub struct Claims {
    all: Mutex<Vec<Claim>>,
}

#[derive(Debug)]
struct Claim {
    holder: Holder,
    parts: Vec<&'static str>,
    applied: bool,
}

impl Claims {
    /// Claims parts in a plan; who else has planned one of them.
    ///
    /// A create with the very configuration of a resource that was planned as existing is that resource's own replacement
    /// (`-replace` plans both), not a second one.
    pub fn plan(&self, holder: Holder, parts: Vec<&'static str>) -> Vec<Rival> {
        let mut claims = self.claims();
        let own = claims.iter().position(|claim| claim.holder.exists && is_same(&claim.holder, &holder));
        let own = put(&mut claims, own, Claim { holder, parts, applied: false });
        rivals(&claims, own, |_| true)
    }

    /// Claims parts at apply; who else has changed one of them in this process.
    pub fn apply(&self, holder: Holder, parts: Vec<&'static str>) -> Vec<Rival> {
        let mut claims = self.claims();
        let own = claims.iter().position(|claim| !claim.applied && claim.holder == holder);
        let own = put(&mut claims, own, Claim { holder, parts, applied: true });
        rivals(&claims, own, |claim| claim.applied)
    }

    fn claims(&self) -> MutexGuard<'_, Vec<Claim>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_same(known: &Holder, holder: &Holder) -> bool {
    let itself = holder.exists && known.identity == holder.identity;
    let replaced = !holder.exists && known.configuration == holder.configuration;
    known.resource == holder.resource && (itself || replaced)
}

/// Puts a claim in the place of an older one of the same resource, else at the end; where it stands.
fn put(claims: &mut Vec<Claim>, place: Option<usize>, claim: Claim) -> usize {
    match place.and_then(|place| Some((place, claims.get_mut(place)?))) {
        Some((place, older)) => {
            *older = claim;
            place
        }
        None => {
            claims.push(claim);
            claims.len() - 1
        }
    }
}

fn rivals(claims: &[Claim], own: usize, counts: impl Fn(&Claim) -> bool) -> Vec<Rival> {
    let Some(mine) = claims.get(own) else { return Vec::new() };
    let others = claims.iter().enumerate().filter(|(place, claim)| *place != own && counts(claim));
    let shared = others.flat_map(|(_, claim)| {
        let parts = claim.parts.iter().filter(|part| mine.parts.contains(part));
        parts.map(|part| Rival { part, resource: claim.holder.resource })
    });
    let mut found: Vec<Rival> = Vec::new();
    shared.for_each(|rival| {
        if !found.contains(&rival) {
            found.push(rival);
        }
    });
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::{Claims, Holder, Rival};

    const TOKEN: &str = "cognitomfa_software_token";
    const MFA: &str = "cognitomfa_user_pool_mfa";

    fn existing(resource: &'static str, identity: u64, configuration: u64) -> Holder {
        Holder { resource, identity, configuration, exists: true }
    }

    fn new(resource: &'static str, configuration: u64) -> Holder {
        Holder { resource, identity: configuration, configuration, exists: false }
    }

    #[test]
    fn the_second_one_on_a_part_sees_the_first() {
        let claims = Claims::default();
        assert_eq!(claims.plan(new(TOKEN, 1), vec!["token"]), []);
        assert_eq!(claims.plan(new(MFA, 2), vec!["mode", "sms"]), []);
        let rivals = claims.plan(existing(MFA, 7, 3), vec!["mode", "token"]);
        assert_eq!(rivals, [Rival { part: "token", resource: TOKEN }, Rival { part: "mode", resource: MFA }]);
    }

    #[test]
    fn a_resource_planned_again_is_no_second_one() {
        let claims = Claims::default();
        for _ in 0..2 {
            assert_eq!(claims.plan(existing(MFA, 7, 3), vec!["mode"]), []);
        }
    }

    #[test]
    fn a_replacement_is_no_second_one_and_what_comes_after_it_is() {
        let claims = Claims::default();
        assert_eq!(claims.plan(existing(MFA, 7, 3), vec!["mode"]), []);
        assert_eq!(claims.plan(new(MFA, 3), vec!["mode"]), []);
        assert_eq!(claims.plan(new(MFA, 3), vec!["mode"]), [Rival { part: "mode", resource: MFA }]);
    }

    #[test]
    fn at_apply_only_what_was_applied_counts() {
        let claims = Claims::default();
        claims.plan(new(MFA, 1), vec!["mode"]);
        claims.plan(new(MFA, 2), vec!["mode"]);
        assert_eq!(claims.apply(new(MFA, 2), vec!["mode"]), []);
        assert_eq!(claims.apply(new(MFA, 1), vec!["mode"]), [Rival { part: "mode", resource: MFA }]);
    }

    #[test]
    fn two_new_ones_alike_are_two() {
        let claims = Claims::default();
        claims.plan(new(MFA, 1), vec!["mode"]);
        assert_eq!(claims.plan(new(MFA, 1), vec!["mode"]).len(), 1);
        assert_eq!(claims.apply(new(MFA, 1), vec!["mode"]), []);
        assert_eq!(claims.apply(new(MFA, 1), vec!["mode"]).len(), 1);
    }
}
