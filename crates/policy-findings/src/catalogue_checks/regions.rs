//! Names of Regions and partitions, by their form.
//!
//! AWS opens Regions without asking, so a name is wrong only if it has not the form of one: `us-east-9` passes,
//! `us-esat-1` and `useast-1` do not.

/// The partitions, and where their Regions' names begin.
///
/// Evidence: the table of partitions that AWS's SDKs carry.
const PARTITIONS: [(&str, &str); 8] = [
    ("aws", ""),
    ("aws-cn", "cn"),
    ("aws-us-gov", "us-gov"),
    ("aws-iso", "us-iso"),
    ("aws-iso-b", "us-isob"),
    ("aws-iso-e", "eu-isoe"),
    ("aws-iso-f", "us-isof"),
    ("aws-eusc", "eusc-de"),
];

const DIRECTIONS: [&str; 9] = [
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// The partitions, for texts.
pub(super) fn partitions() -> String {
    PARTITIONS.map(|(partition, _)| partition).join(", ")
}

/// Whether there is such a partition.
pub(super) fn is_partition(name: &str) -> bool {
    PARTITIONS.iter().any(|(partition, _)| *partition == name)
}

/// Whether a name has the form of a Region.
pub(super) fn is_region(name: &str) -> bool {
    PARTITIONS
        .iter()
        .any(|(partition, _)| is_region_of(partition, name))
}

/// Whether a name has the form of a Region of a partition.
pub(super) fn is_region_of(partition: &str, name: &str) -> bool {
    let Some((area, direction)) = split(name) else {
        return false;
    };
    DIRECTIONS.contains(&direction)
        && PARTITIONS.iter().any(|(known, begins)| {
            *known == partition
                && if begins.is_empty() {
                    is_area_of_aws(area)
                } else {
                    area == *begins
                }
        })
}

/// `("us-gov", "east")` of `us-gov-east-1`.
fn split(name: &str) -> Option<(&str, &str)> {
    let (rest, number) = name.rsplit_once('-')?;
    let (area, direction) = rest.rsplit_once('-')?;
    let is_number = matches!(number.len(), 1 | 2) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((area, direction))
}

/// The Regions of `aws` begin with two letters; `cn` is another partition.
fn is_area_of_aws(area: &str) -> bool {
    area.len() == 2 && area != "cn" && area.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_an_area_a_direction_and_a_number() {
        for name in [
            "us-east-1",
            "ap-southeast-7",
            "cn-north-1",
            "us-gov-west-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
        ] {
            assert!(is_region(name), "{name}");
        }
        for name in [
            "us-esat-1",
            "useast-1",
            "us-east",
            "us-east-a",
            "US-EAST-1",
            "us-east-1a",
            "global",
            "",
            "eu-de-1",
        ] {
            assert!(!is_region(name), "{name}");
        }
    }

    #[test]
    fn a_region_belongs_to_one_partition() {
        assert!(is_region_of("aws", "eu-west-1"));
        assert!(!is_region_of("aws", "cn-north-1"));
        assert!(!is_region_of("aws-cn", "eu-west-1"));
        assert!(!is_region_of("aws", "us-gov-east-1"));
    }
}
