//! The Region inside a pool id, and that of a plan.

use crate::tf::{Dynamic, Value};

/// The Region that a pool id begins with, such as `eu-central-1` of `eu-central-1_Ab12Cd34E`; `None` where the part before the
/// underscore is not shaped like one, as with some emulators.
pub fn of_pool(user_pool_id: &str) -> Option<&str> {
    let (region, _) = user_pool_id.split_once('_')?;
    let (name, number) = region.rsplit_once('-')?;
    let words = name.split('-').collect::<Vec<_>>();
    let lower_case = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (words.len() >= 2 && words.iter().all(lower_case) && numbered).then_some(region)
}

/// `region` of a plan that the configuration leaves open: the one of the pool's id; where the id names none, the one already used for
/// this pool, else known at apply.
pub fn planned(user_pool_id: &Value<String>, before: &Value<String>, moved: bool) -> Dynamic {
    match (user_pool_id.known().and_then(|id| of_pool(id)), before.known()) {
        (Some(region), _) => Dynamic::string(region),
        (None, Some(region)) if !moved && user_pool_id.known().is_some() => Dynamic::string(region),
        _ => Dynamic::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::of_pool;

    #[test]
    fn the_part_before_the_underscore_is_the_region() {
        assert_eq!(of_pool("eu-central-1_Ab12Cd34E"), Some("eu-central-1"));
        assert_eq!(of_pool("us-gov-west-1_Ab12Cd34E"), Some("us-gov-west-1"));
    }

    #[test]
    fn other_ids_have_no_region() {
        for id in ["local_abc", "eu-central_1", "eu-central-1", "_x", "-1_x", "eu--1_x", "EU-CENTRAL-1_x"] {
            assert_eq!(of_pool(id), None, "{id}");
        }
    }
}
