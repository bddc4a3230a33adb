//! Writing: what is acknowledged is on disk, what is not leaves no trace.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use lanyard_audit::{Filter, Reader, Trail, TrailError, TrailOptions};

use crate::world::{all, file_of, open, record, record_at};

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

#[tokio::test]
async fn strangers_are_recorded_at_a_bounded_rate_and_push_nobody_else_out() {
    let directory = tempfile::tempdir().unwrap();
    let trail = open(directory.path());
    let started = std::time::Instant::now();
    let taken = (0..1_000)
        .filter(|_| trail.record_of_stranger(&record("GetObject")))
        .count();
    let refilled = started.elapsed().as_millis() as usize / 100 + 1;
    assert!(
        (100..=100 + refilled).contains(&taken),
        "{taken} of 100 and {refilled}"
    );
    assert!(trail.record_lazy(&record("GetUser")));
    trail.close().await.unwrap();
    let stats = trail.stats();
    assert_eq!(
        (stats.strangers_dropped, stats.dropped),
        (1_000 - taken as u64, 0)
    );
    assert_eq!(all(directory.path()).len(), taken + 1);
}
