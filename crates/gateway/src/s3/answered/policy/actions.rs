//! S3's actions, and what they are about: buckets, objects, or neither.

use lanyard_catalogue::{Action, catalogue};

/// S3's prefix in the catalogue.
const SERVICE: &str = "s3";

/// What an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

impl Level {
    /// What the catalogue calls it.
    fn resource_type(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Object => "object",
        }
    }
}

/// Whether an action pattern stands for any known action about such a thing.
pub(super) fn applies_to(pattern: &str, level: Level) -> bool {
    actions(pattern).any(|action| {
        let mut resources = action.resources().iter();
        resources.any(|resource| resource.resource_type().name() == level.resource_type())
    })
}

/// Whether an action pattern stands for any action at all.
pub(super) fn is_known(pattern: &str) -> bool {
    actions(pattern).next().is_some()
}

/// Whether requests for some action that a pattern stands for can carry a condition key of S3's.
pub(super) fn carries(pattern: &str, key: &str) -> bool {
    actions(pattern).any(|action| action.condition_keys().iter().any(|known| known.is_named(key)))
}

fn actions(pattern: &str) -> impl Iterator<Item = &'static Action> {
    catalogue()
        .actions_matching(pattern)
        .filter(|(service, _)| service.prefix() == SERVICE)
        .map(|(_, action)| action)
}

#[cfg(test)]
mod tests {
    use super::{Level, applies_to, is_known};

    fn check(pattern: &str, expected: (bool, bool)) {
        let found = (
            applies_to(pattern, Level::Bucket),
            applies_to(pattern, Level::Object),
        );
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn patterns_stand_for_what_they_match_in_any_case() {
        check("*", (true, true));
        check("s3:*", (true, true));
        check("s3:GetObject", (false, true));
        check("S3:getobject", (false, true));
        check("s3:GetObject*", (false, true));
        check("s3:ListBucket", (true, false));
        check("s3:List*", (true, true));
        check("s3:*Object?", (false, false));
        check("s3:Put*Acl", (true, true));
        check("s3:GetObjects", (false, false));
    }

    #[test]
    fn actions_about_neither_are_known_and_others_are_not() {
        assert!(is_known("s3:ListAllMyBuckets"));
        assert!(is_known("s3:createjob"));
        assert!(!is_known("s3:NoSuchAction"));
        assert!(!is_known("s3:NoSuch*"));
    }
}
