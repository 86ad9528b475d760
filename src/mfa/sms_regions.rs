//! From which Regions a user pool may send SMS, as the developer guide of 2026 has it (rows R, S05, S09).

/// The Regions in which SNS may send for a pool of this Region; `None` where the guide names none.
pub fn of_sns(pool_region: &str) -> Option<&'static [&'static str]> {
    SNS.iter().find(|(region, _)| *region == pool_region).map(|(_, allowed)| *allowed)
}

/// Whether AWS End User Messaging can send for a pool of this Region (row S05).
pub fn has_end_user_messaging(pool_region: &str) -> bool {
    !WITHOUT_END_USER_MESSAGING.contains(&pool_region)
}

/// Whether the guide says that a pool of this Region cannot send through SNS at all (row S05).
pub fn lacks_sns(pool_region: &str) -> bool {
    WITHOUT_SNS.contains(&pool_region)
}

/// Whether the guide covers Regions like this one: not those of GovCloud, China, the European Sovereign Cloud or the isolated
/// partitions.
pub fn is_covered(pool_region: &str) -> bool {
    !["us-gov-", "cn-", "eusc-", "us-iso", "eu-iso"].iter().any(|partition| pool_region.starts_with(partition))
}

const WITHOUT_END_USER_MESSAGING: &[&str] = &["ap-east-1", "ap-southeast-5", "ap-southeast-7"];

const WITHOUT_SNS: &[&str] = &["ap-east-2", "ap-southeast-6"];

/// Region of the pool, and the Regions its messages may be sent from.
const SNS: &[(&str, &[&str])] = &[
    ("af-south-1", &["af-south-1"]),
    ("ap-east-1", &["ap-southeast-1"]),
    ("ap-northeast-1", &["ap-northeast-1"]),
    ("ap-northeast-2", &["ap-northeast-1"]),
    ("ap-northeast-3", &["ap-northeast-3"]),
    ("ap-south-1", &["ap-south-1", "ap-southeast-1"]),
    ("ap-south-2", &["ap-south-2"]),
    ("ap-southeast-1", &["ap-southeast-1"]),
    ("ap-southeast-2", &["ap-southeast-2"]),
    ("ap-southeast-3", &["ap-southeast-3"]),
    ("ap-southeast-4", &["ap-southeast-4"]),
    ("ap-southeast-5", &["ap-southeast-1"]),
    ("ap-southeast-7", &["ap-south-1"]),
    ("ca-central-1", &["ca-central-1", "us-east-1"]),
    ("ca-west-1", &["ca-west-1"]),
    ("eu-central-1", &["eu-central-1", "eu-west-1"]),
    ("eu-central-2", &["eu-central-2"]),
    ("eu-north-1", &["eu-north-1"]),
    ("eu-south-1", &["eu-south-1"]),
    ("eu-south-2", &["eu-south-2"]),
    ("eu-west-1", &["eu-west-1"]),
    ("eu-west-2", &["eu-west-2", "eu-west-1"]),
    ("eu-west-3", &["eu-west-3"]),
    ("il-central-1", &["il-central-1"]),
    ("me-central-1", &["me-central-1"]),
    ("me-south-1", &["me-south-1"]),
    ("mx-central-1", &["mx-central-1"]),
    ("sa-east-1", &["sa-east-1"]),
    ("us-east-1", &["us-east-1"]),
    ("us-east-2", &["us-east-2", "us-east-1"]),
    ("us-west-1", &["us-west-1"]),
    ("us-west-2", &["us-west-2"]),
];

#[cfg(test)]
mod tests {
    use super::{SNS, WITHOUT_SNS, has_end_user_messaging, is_covered, of_sns};

    #[test]
    fn every_region_stands_once_and_in_order() {
        assert!(SNS.windows(2).all(|pair| matches!(pair, [(one, _), (next, _)] if one < next)));
        assert!(SNS.iter().all(|(region, allowed)| is_covered(region) && !allowed.is_empty()));
        assert_eq!(SNS.len(), 32);
    }

    #[test]
    fn a_region_has_one_way_to_send_at_least() {
        assert!(WITHOUT_SNS.iter().all(|region| of_sns(region).is_none() && has_end_user_messaging(region)));
        assert_eq!(of_sns("ap-east-1"), Some(["ap-southeast-1"].as_slice()));
        assert!(!is_covered("us-gov-west-1") && !has_end_user_messaging("ap-east-1"));
    }
}
