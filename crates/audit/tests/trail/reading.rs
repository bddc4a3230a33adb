//! Reading back: in order of time, filtered, and as it grows.

use std::io::Write;

use lanyard_audit::{Filter, Reader};

use crate::world::{all, file_of, names, open, record, record_at};

#[tokio::test]
async fn records_are_read_in_order_of_time_and_filtered() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    let denied = record_at("Denied", "2026-11-22T10:00:00Z").with_error("AccessDenied", "no");
    for record in [
        record_at("Late", "2026-11-23T08:00:00Z"),
        record_at("Second", "2026-11-22T11:00:00Z"),
        denied,
        record_at("Early", "2026-11-21T23:59:59Z"),
    ] {
        trail.record_synced(&record).await.unwrap();
    }
    let path = directory.path();
    assert_eq!(all(path), ["Early", "Denied", "Second", "Late"]);
    assert_eq!(
        names(
            path,
            Filter {
                errors_only: true,
                ..Filter::default()
            }
        ),
        ["Denied"]
    );
    assert_eq!(
        names(
            path,
            Filter {
                event_name: Some("late".into()),
                ..Filter::default()
            }
        ),
        ["Late"]
    );
    assert_eq!(
        names(
            path,
            Filter {
                principal: Some("carla".into()),
                ..Filter::default()
            }
        )
        .len(),
        4
    );
    assert_eq!(
        names(
            path,
            Filter {
                account: Some("210987654321".into()),
                ..Filter::default()
            }
        )
        .len(),
        0
    );
    let since = "2026-11-22T11:00:00Z".parse().unwrap();
    let until = "2026-11-23T08:00:00Z".parse().unwrap();
    assert_eq!(
        names(
            path,
            Filter {
                since: Some(since),
                until: Some(until),
                ..Filter::default()
            }
        ),
        ["Second"]
    );
}

#[tokio::test]
async fn a_follower_sees_each_new_record_once_and_no_half_lines() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    trail.record_synced(&record("Before")).await.unwrap();
    let mut follower = Reader::new(directory.path()).follow(Filter::default()).unwrap();
    let mut poll = || {
        let entries = follower.poll().unwrap();
        entries
            .into_iter()
            .map(|entry| entry.record.event_name.into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(poll(), Vec::<String>::new());
    trail.record_synced(&record("After")).await.unwrap();
    trail
        .record_synced(&record_at("NextDay", "2026-11-23T00:00:00Z"))
        .await
        .unwrap();
    assert_eq!(poll(), ["After", "NextDay"]);
    assert_eq!(poll(), Vec::<String>::new());

    let line = record("InTwoParts").to_line();
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(file_of(directory.path()))
        .unwrap();
    file.write_all(&line[..40]).unwrap();
    assert_eq!(poll(), Vec::<String>::new());
    file.write_all(&line[40..]).unwrap();
    file.write_all(b"\n").unwrap();
    assert_eq!(poll(), ["InTwoParts"]);
}
