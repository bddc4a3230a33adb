//! Tags that are kept of resources that live elsewhere.

use lanyard_directory::{AccountEdit, DirectoryError, Quota, ResourceTagsError, Tag, WriteError};

use crate::world::{World, tag};

const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:jobs";

fn tags(tags: &[(&str, &str)]) -> Vec<Tag> {
    tags.iter().map(|(key, value)| tag(key, value)).collect()
}

fn edit<T>(
    world: &World,
    mut change: impl FnMut(&mut AccountEdit) -> Result<T, ResourceTagsError>,
) -> Result<T, ResourceTagsError> {
    let written = world
        .directory
        .write(world.id, |edit| Ok((change(edit)?, Vec::new())));
    match world.block_on(written) {
        Ok(written) => Ok(written.output),
        Err(WriteError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{other}"),
    }
}

fn put(world: &World, arn: &str, wanted: &[(&str, &str)]) -> Result<(), ResourceTagsError> {
    edit(world, |edit| edit.put_resource_tags(arn, tags(wanted)).map(drop))
}

fn kept(world: &World, arn: &str) -> Vec<(String, String)> {
    let account = world.account();
    let kept = account.resource_tags(arn);
    let tags = kept.into_iter().flat_map(|kept| kept.tags.iter());
    tags.map(|tag| (tag.key.as_str().to_owned(), tag.value.as_str().to_owned()))
        .collect()
}

fn check(world: &World, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> = expected
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(kept(world, QUEUE), expected);
}

#[test]
fn tags_are_added_replaced_and_taken_away() {
    let world = World::new();
    check(&world, &[]);
    put(&world, QUEUE, &[("team", "a"), ("stage", "live")]).unwrap();
    check(&world, &[("stage", "live"), ("team", "a")]);
    // A key that differs in case alone is the same one to conditions, and so here.
    put(&world, QUEUE, &[("Team", "b")]).unwrap();
    check(&world, &[("Team", "b"), ("stage", "live")]);
    edit(&world, |edit| {
        edit.delete_resource_tags(QUEUE, &["TEAM", "absent"])
    })
    .unwrap();
    check(&world, &[("stage", "live")]);
    edit(&world, |edit| edit.delete_resource_tags(QUEUE, &["stage"])).unwrap();
    check(&world, &[]);
    assert_eq!(world.account().tagged_resources().count(), 0);
}

#[test]
fn all_tags_go_at_once_if_no_key_is_named() {
    let world = World::new();
    put(&world, QUEUE, &[("team", "a"), ("stage", "live")]).unwrap();
    let none: [&str; 0] = [];
    edit(&world, |edit| edit.delete_resource_tags(QUEUE, &none)).unwrap();
    check(&world, &[]);
    let again = edit(&world, |edit| edit.delete_resource_tags(QUEUE, &none));
    assert_eq!(again, Err(ResourceTagsError::NoTags(QUEUE.into())));
}

#[test]
fn what_is_no_resource_of_the_account_has_no_tags() {
    let world = World::new();
    for arn in [
        "",
        "jobs",
        "arn:aws:sqs:us-east-1:111122224444:jobs",
        "arn:aws:sqs:us-east-1:111122223333:",
        "arn:aws:sqs:us-east-1:111122223333:jobs*",
        "arn:aws:sqs:us-east-1:111122223333:job?",
        "arn:aws-cn:sqs:us-east-1:111122223333:jobs",
        "arn:aws::us-east-1:111122223333:jobs",
        "arn:aws:s3:::bucket",
    ] {
        let refused = put(&world, arn, &[("team", "a")]);
        assert_eq!(refused, Err(ResourceTagsError::NotAResource(arn.into())));
    }
    // It has no account in its ARN.
    put(
        &world,
        "arn:aws:apigateway:us-east-1::/restapis/a1",
        &[("team", "a")],
    )
    .unwrap();
}

#[test]
fn the_rules_of_tags_hold() {
    let world = World::new();
    let refused = |wanted: &[(&str, &str)]| match put(&world, QUEUE, wanted) {
        Err(ResourceTagsError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refused(&[("team", "a"), ("Team", "b")]),
        DirectoryError::DuplicateTagKeys
    );
    assert_eq!(
        refused(&[("aws:team", "a")]),
        DirectoryError::TagKeyReserved("aws:team".into())
    );
    let keys: Vec<String> = (0..51).map(|number| format!("k{number}")).collect();
    let many: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
    assert_eq!(
        refused(&many),
        DirectoryError::QuotaExceeded {
            quota: Quota::TagsPerResource,
            limit: 50,
            subject: QUEUE.into(),
        }
    );
    check(&world, &[]);
}

#[test]
fn tags_are_there_after_a_restart() {
    let world = World::new();
    put(&world, QUEUE, &[("team", "a")]).unwrap();
    let account = world.reloaded();
    let reread = account.resource_tags(QUEUE).unwrap();
    assert_eq!(reread, world.account().resource_tags(QUEUE).unwrap());
}
