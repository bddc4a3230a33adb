//! The trail on a real directory: nothing acknowledged is lost, nothing is there twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::borrow::Cow;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_audit::{
    Filter, Happening, Mover, Parameters, Reader, Record, Trail, TrailError, TrailOptions, UserIdentity,
};
use lanyard_names::AccountId;
use lanyard_store::{Commit, Engine, MemoryEngine, PartitionId, Revision};

const DAY: &str = "2026-11-22";

fn record_at(name: &str, time: &str) -> Record {
    let account = AccountId::parse("123456789012").unwrap();
    let happening = Happening {
        event_source: "iam.amazonaws.com".into(),
        event_name: Cow::Owned(name.to_owned()),
        aws_region: "us-east-1".into(),
        read_only: false,
        time: time.parse::<Timestamp>().unwrap(),
        request_id: format!("request-of-{name}"),
        recipient: account,
    };
    let arn = "arn:aws:iam::123456789012:user/carla";
    Record::new(
        happening,
        UserIdentity::iam_user(account, "AIDAEXAMPLE", arn, "carla"),
    )
    .with_request(Parameters::new().with("userName", "carla"))
}

fn record(name: &str) -> Record {
    record_at(name, &format!("{DAY}T12:00:00Z"))
}

fn open(directory: &Path) -> Trail {
    Trail::open(directory, &TrailOptions::default()).unwrap()
}

fn file_of(directory: &Path) -> PathBuf {
    directory.join(format!("{DAY}.jsonl"))
}

fn names(directory: &Path, filter: Filter) -> Vec<String> {
    let records = Reader::new(directory).records(filter).unwrap();
    records
        .map(|entry| entry.unwrap().record.event_name.into_owned())
        .collect()
}

fn all(directory: &Path) -> Vec<String> {
    names(directory, Filter::default())
}

#[tokio::test]
async fn a_synced_record_is_in_the_file_of_its_day_when_the_call_returns() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("trail");
    let trail = open(&directory);
    let written = record("CreateUser");
    trail.record_synced(&written).await.unwrap();

    let line = std::fs::read_to_string(file_of(&directory)).unwrap();
    assert_eq!(
        line,
        format!("{}\n", String::from_utf8(written.to_line()).unwrap())
    );
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&directory), mode(&file_of(&directory))), (0o700, 0o600));
    let read = Reader::new(&directory)
        .records(Filter::default())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(read.record, written);
}

#[tokio::test]
async fn a_lazy_record_is_written_without_waiting() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    assert!(trail.record_lazy(&record("GetUser")));
    trail.close().await.unwrap();
    assert_eq!(all(directory.path()), ["GetUser"]);
    assert!(matches!(
        trail.record_synced(&record("Late")).await,
        Err(TrailError::Closed)
    ));
}

#[tokio::test]
async fn a_full_queue_drops_reads_and_counts_them() {
    let directory = tempfile::tempdir().unwrap();
    let options = TrailOptions {
        queue_bytes_max: 1024,
        ..TrailOptions::default()
    };
    let trail = Trail::open(directory.path(), &options).unwrap();
    let taken = (0..2000)
        .filter(|_| trail.record_lazy(&record("GetUser")))
        .count();
    trail.close().await.unwrap();
    assert_eq!(trail.stats().dropped, 2000 - taken as u64);
    assert_eq!(all(directory.path()).len(), taken);
}

#[tokio::test]
async fn a_torn_line_is_passed_over_and_cut_when_the_file_is_next_written() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    trail.record_synced(&record("First")).await.unwrap();
    trail.close().await.unwrap();
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(file_of(directory.path()))
        .unwrap();
    file.write_all(b"{\"eventName\":\"Torn").unwrap();
    assert_eq!(all(directory.path()), ["First"]);

    let trail = open(directory.path());
    trail.record_synced(&record("Second")).await.unwrap();
    assert_eq!(all(directory.path()), ["First", "Second"]);
    let text = std::fs::read_to_string(file_of(directory.path())).unwrap();
    assert_eq!(text.lines().count(), 2);
}

#[tokio::test]
async fn a_cut_at_any_byte_keeps_every_whole_line() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    for name in ["First", "Second", "Third"] {
        trail.record_synced(&record(name)).await.unwrap();
    }
    trail.close().await.unwrap();
    let whole = std::fs::read(file_of(directory.path())).unwrap();
    for len in 0..=whole.len() {
        std::fs::write(file_of(directory.path()), &whole[..len]).unwrap();
        let lines = whole[..len].iter().filter(|byte| **byte == b'\n').count();
        let trail = open(directory.path());
        trail.record_synced(&record("After")).await.unwrap();
        trail.close().await.unwrap();
        assert_eq!(all(directory.path()).len(), lines + 1, "cut at {len}");
    }
}

#[tokio::test]
async fn a_disk_that_refuses_fails_the_record_and_takes_the_next() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    trail.record_synced(&record("First")).await.unwrap();
    trail
        .record_synced(&record_at("Elsewhere", "2026-11-20T00:00:00Z"))
        .await
        .unwrap();
    // A directory where tomorrow's file should be: opening it for writing fails, also for root.
    let blocked = directory.path().join("2026-11-23.jsonl");
    std::fs::create_dir(&blocked).unwrap();
    let refused = trail
        .record_synced(&record_at("Refused", "2026-11-23T00:00:00Z"))
        .await;
    assert!(matches!(refused, Err(TrailError::NotDurable(_))), "{refused:?}");
    assert_eq!((trail.stats().failures, trail.is_failing()), (1, true));

    std::fs::remove_dir(&blocked).unwrap();
    trail
        .record_synced(&record_at("Taken", "2026-11-23T00:00:00Z"))
        .await
        .unwrap();
    assert!(!trail.is_failing());
    assert_eq!(all(directory.path()), ["Elsewhere", "First", "Taken"]);
}

#[tokio::test]
async fn a_file_that_was_taken_away_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    trail.record_synced(&record("First")).await.unwrap();
    std::fs::rename(file_of(directory.path()), directory.path().join("archived")).unwrap();
    std::fs::remove_file(directory.path().join("archived")).unwrap();
    trail.record_synced(&record("Second")).await.unwrap();
    assert_eq!(all(directory.path()), ["Second"]);
}

async fn store_with(records: &[Record]) -> Arc<MemoryEngine> {
    let engine = Arc::new(MemoryEngine::new());
    let partition = PartitionId::from("account/123456789012");
    for (at, record) in records.iter().enumerate() {
        let commit = Commit::new(partition.clone(), Revision(at as u64), Vec::new());
        engine
            .commit(commit.with_outbox(vec![record.to_outbox()]))
            .await
            .unwrap();
    }
    engine
}

#[tokio::test]
async fn the_mover_empties_the_outbox_into_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[
        record("CreateUser"),
        record_at("DeleteUser", "2026-11-23T00:00:00Z"),
    ])
    .await;
    let trail = open(directory.path());
    let moved = Mover::new(engine.clone(), trail).move_all().await.unwrap();
    assert_eq!(moved, 2);
    assert_eq!(engine.outbox(None, 10).await.unwrap(), []);
    assert_eq!(all(directory.path()), ["CreateUser", "DeleteUser"]);
}

#[tokio::test]
async fn a_crash_between_copying_and_deleting_leaves_no_duplicate() {
    let directory = tempfile::tempdir().unwrap();
    let copied = record("CopiedBeforeTheCrash");
    let engine = store_with(&[copied.clone(), record("NotYetCopied")]).await;
    let trail = open(directory.path());
    trail.record_synced(&copied).await.unwrap();

    let moved = Mover::new(engine.clone(), trail).move_all().await.unwrap();
    assert_eq!(moved, 2);
    assert_eq!(all(directory.path()), ["CopiedBeforeTheCrash", "NotYetCopied"]);
}

#[tokio::test]
async fn a_mover_at_work_moves_what_is_left_when_it_stops() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[]).await;
    let mover = Mover::new(engine.clone(), open(directory.path())).spawn();
    let partition = PartitionId::from("account/123456789012");
    let commit = Commit::new(partition, Revision::ZERO, Vec::new());
    engine
        .commit(commit.with_outbox(vec![record("CreateRole").to_outbox()]))
        .await
        .unwrap();
    mover.stop().await.unwrap();
    assert_eq!(all(directory.path()), ["CreateRole"]);
    assert_eq!(engine.outbox(None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_mover_at_work_moves_at_once_when_asked() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[record("CreateRole")]).await;
    let mover = Mover::new(engine.clone(), open(directory.path())).spawn();
    mover.flush().await.unwrap();
    assert_eq!(all(directory.path()), ["CreateRole"]);
    mover.flush().await.unwrap();
    mover.stop().await.unwrap();
}

#[tokio::test]
async fn records_wait_in_the_outbox_while_the_trail_cannot_be_written() {
    let directory = tempfile::tempdir().unwrap();
    let engine = store_with(&[record("CreateRole")]).await;
    let blocked = file_of(directory.path());
    std::fs::create_dir(&blocked).unwrap();
    let mut mover = Mover::new(engine.clone(), open(directory.path()));
    assert!(mover.move_all().await.is_err());
    assert_eq!(engine.outbox(None, 10).await.unwrap().len(), 1);
    std::fs::remove_dir(&blocked).unwrap();
    assert_eq!(mover.move_all().await.unwrap(), 1);
    assert_eq!(all(directory.path()), ["CreateRole"]);
}

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

#[test]
fn a_request_across_accounts_leaves_two_records_that_share_an_event() {
    let owner = AccountId::parse("210987654321").unwrap();
    let (own, others) = record("AssumeRole").into_cross_account(owner);
    assert_eq!(own.shared_event_id, others.shared_event_id);
    assert!(own.shared_event_id.is_some());
    assert_ne!(own.event_id, others.event_id);
    assert_eq!(
        (own.request_id.as_str(), &*own.user_identity.kind),
        (others.request_id.as_str(), "IAMUser")
    );
    assert_eq!(others.recipient_account_id, "210987654321");
    let identity = serde_json::to_value(&others.user_identity).unwrap();
    let want = serde_json::json!({
        "type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "123456789012",
    });
    assert_eq!(identity, want);
}

#[test]
fn a_record_has_cloudtrails_fields() {
    let record = record("CreateUser").with_client(Some("203.0.113.9".into()), Some("aws-cli/2".into()));
    let line: serde_json::Value = serde_json::from_slice(&record.to_line()).unwrap();
    let want = serde_json::json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": "arn:aws:iam::123456789012:user/carla",
            "accountId": "123456789012",
            "userName": "carla",
        },
        "eventTime": "2026-11-22T12:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2",
        "requestParameters": {"userName": "carla"},
        "responseElements": null,
        "requestID": "request-of-CreateUser",
        "eventID": record.event_id,
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    assert_eq!(line, want);
}
