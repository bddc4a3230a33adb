//! The baseline of durable writes: appending to a file with one fdatasync for all who wait (group commit).
//!
//! usage: `raw-append FILE WRITERS BYTES SECONDS`; prints the appends per second.
//!
//! Writers hand over a record and sleep until it is on disk. Whoever finds nobody syncing becomes the leader:
//! it takes all records that wait, writes them with one call, syncs once, and wakes their writers.

use std::fs::File;
use std::io::Write;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Log {
    waiting: Vec<u8>,
    /// The batch that records handed over now will be part of.
    next_batch: u64,
    /// The last batch that is on disk.
    durable_batch: u64,
    is_syncing: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let path = words.next().ok_or("a file is missing")?;
    let writers: usize = words.next().ok_or("a number of writers is missing")?.parse()?;
    let bytes: usize = words.next().ok_or("a size is missing")?.parse()?;
    let seconds: f64 = words.next().ok_or("a time is missing")?.parse()?;

    let file = Mutex::new(File::options().create(true).append(true).open(&path)?);
    let log = Mutex::new(Log {
        next_batch: 1,
        ..Log::default()
    });
    let synced = Condvar::new();
    let record = vec![b'x'; bytes];
    let start = Instant::now();
    let deadline = start + Duration::from_secs_f64(seconds);
    let total: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..writers)
            .map(|_| scope.spawn(|| write_until(deadline, &record, &log, &synced, &file)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    println!("{:.0}", total as f64 / start.elapsed().as_secs_f64());
    std::fs::remove_file(path)?;
    Ok(())
}

fn write_until(
    deadline: Instant,
    record: &[u8],
    log: &Mutex<Log>,
    synced: &Condvar,
    file: &Mutex<File>,
) -> usize {
    let mut count = 0;
    while Instant::now() < deadline {
        append(record, log, synced, file);
        count += 1;
    }
    count
}

fn append(record: &[u8], log: &Mutex<Log>, synced: &Condvar, file: &Mutex<File>) {
    let mut state = log.lock().expect("no writer panics");
    state.waiting.extend_from_slice(record);
    let mine = state.next_batch;
    while state.durable_batch < mine {
        if state.is_syncing {
            state = synced.wait(state).expect("no writer panics");
            continue;
        }
        state.is_syncing = true;
        let batch = std::mem::take(&mut state.waiting);
        let number = state.next_batch;
        state.next_batch += 1;
        drop(state);
        let mut file = file.lock().expect("no writer panics");
        file.write_all(&batch).expect("the disk takes the records");
        file.sync_data().expect("the disk syncs");
        drop(file);
        state = log.lock().expect("no writer panics");
        state.durable_batch = number;
        state.is_syncing = false;
        synced.notify_all();
    }
}
