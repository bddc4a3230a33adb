//! How many durable commits per second, beside a raw group commit?
//!
//! Sixteen writers, each with one write in flight. The raw one appends the same
//! bytes to a file and calls fdatasync once for all that wait: what the disk
//! allows. Then the engine itself, through lanes, for sixteen partitions and
//! for one.
//!
//! Writers may spend processor time before each write, as a server does on a
//! request. Run under `taskset -c 0` to have it all on one core.
//!
//! `cargo run -p lanyard-store-sqlite --release --example commit_rate [SECONDS] [DIRECTORY] [MICROSECONDS]`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement, not a service"
)]

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use lanyard_store::{
    ApplyError, Change, Engine, Lane, Loaded, OutboxRecord, PartitionId, Proposal, Replica, Revision, Write,
};
use lanyard_store_sqlite::SqliteEngine;
use tokio::sync::{mpsc, oneshot};

const WRITERS: u64 = 16;
const PARTITIONS: [(&str, usize); 2] = [("sixteen partitions", 16), ("one partition", 1)];
const RECORD_BYTES: usize = 400;
const AUDIT_BYTES: usize = 1200;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds: f64 = arguments.next().map_or(3.0, |text| text.parse().unwrap());
    let duration = Duration::from_secs_f64(seconds);
    let parent = arguments
        .next()
        .unwrap_or_else(|| std::env::temp_dir().display().to_string());
    let work = Duration::from_micros(arguments.next().map_or(0, |text| text.parse().unwrap()));
    let directory = tempfile::tempdir_in(parent).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();

    let meter = Meter::start();
    let raw = runtime.block_on(raw_group_commit(directory.path().join("raw"), duration, work));
    println!("{:<26} {}", "raw append and fdatasync", meter.report(raw));
    for (name, partitions) in PARTITIONS {
        let engine = SqliteEngine::open(directory.path().join(name)).unwrap();
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let meter = Meter::start();
        let rate = runtime.block_on(through_lanes(Arc::clone(&engine), partitions, duration, work));
        println!(
            "{name:<26} {} = {:.0} % of raw",
            meter.report(rate),
            rate / raw * 100.0
        );
        runtime.block_on(engine.close()).unwrap();
    }
}

/// What the process used meanwhile.
struct Meter {
    start: Instant,
    processor_seconds: f64,
    written: (f64, f64),
}

impl Meter {
    fn start() -> Self {
        Self {
            start: Instant::now(),
            processor_seconds: processor_seconds(),
            written: written(),
        }
    }

    fn report(&self, rate: f64) -> String {
        let count = rate * self.start.elapsed().as_secs_f64();
        let (bytes, calls) = written();
        format!(
            "{rate:>8.0} /s; each {:.1} µs of processor, {:.0} bytes in {:.1} writes",
            (processor_seconds() - self.processor_seconds) / count * 1e6,
            (bytes - self.written.0) / count,
            (calls - self.written.1) / count,
        )
    }
}

/// User and system time of this process so far.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let times = after_name.split_whitespace().skip(11).take(2);
    times.map(|text| text.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

/// Bytes and calls of all writes of this process so far.
fn written() -> (f64, f64) {
    let io = std::fs::read_to_string("/proc/self/io").unwrap();
    let of = |name: &str| {
        let line = io.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse().unwrap()
    };
    (of("wchar:"), of("syscw:"))
}

/// Uses the processor for a while.
fn spend(work: Duration) {
    let start = Instant::now();
    while start.elapsed() < work {
        std::hint::spin_loop();
    }
}

async fn raw_group_commit(path: std::path::PathBuf, duration: Duration, work: Duration) -> f64 {
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Vec<u8>, oneshot::Sender<()>)>();
    let thread = std::thread::spawn(move || {
        let mut file = File::create(path).unwrap();
        let (mut buffer, mut waiting) = (Vec::new(), Vec::new());
        while let Some((record, done)) = receiver.blocking_recv() {
            buffer.extend(record);
            waiting.push(done);
            while let Ok((record, done)) = receiver.try_recv() {
                buffer.extend(record);
                waiting.push(done);
            }
            file.write_all(&buffer).unwrap();
            file.sync_data().unwrap();
            buffer.clear();
            waiting
                .drain(..)
                .for_each(|done| done.send(()).unwrap_or_default());
        }
    });
    let count = Arc::new(AtomicU64::new(0));
    let (mut tasks, start) = (tokio::task::JoinSet::new(), Instant::now());
    for _ in 0..WRITERS {
        let (sender, count) = (sender.clone(), Arc::clone(&count));
        tasks.spawn(async move {
            while start.elapsed() < duration {
                spend(work);
                let (done, answer) = oneshot::channel();
                sender.send((vec![7; RECORD_BYTES + AUDIT_BYTES], done)).unwrap();
                answer.await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tasks.join_all().await;
    drop(sender);
    let rate = count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    thread.join().unwrap();
    rate
}

/// A state that remembers nothing but its revision, so that only the store is measured.
#[derive(Clone)]
struct Counter(Revision);

impl Replica for Counter {
    fn revision(&self) -> Revision {
        self.0
    }

    fn apply(&mut self, revision: Revision, _: &[Change]) -> Result<(), ApplyError> {
        self.0 = revision;
        Ok(())
    }

    fn restored(&self, loaded: Loaded) -> Result<Self, ApplyError> {
        Ok(Self(loaded.revision))
    }
}

async fn through_lanes(
    engine: Arc<dyn Engine>,
    partitions: usize,
    duration: Duration,
    work: Duration,
) -> f64 {
    let lanes: Vec<_> = (0..WRITERS)
        .map(|number| PartitionId::new(format!("account/{:012}", 111_122_223_333 + number)))
        .map(|partition| Lane::new(Arc::clone(&engine), partition, Counter(Revision::ZERO)))
        .take(partitions)
        .collect();
    let count = Arc::new(AtomicU64::new(0));
    let (mut tasks, start) = (tokio::task::JoinSet::new(), Instant::now());
    for (writer, lane) in (0..WRITERS).zip(lanes.iter().cycle().cloned()) {
        let count = Arc::clone(&count);
        tasks.spawn(async move {
            while start.elapsed() < duration {
                spend(work);
                lane.write(|state: &Arc<Counter>| propose(state, writer))
                    .await
                    .unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tasks.join_all().await;
    count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

fn propose(state: &Counter, writer: u64) -> Result<Write<Counter, ()>, std::convert::Infallible> {
    let revision = state.0.next();
    let name = format!("user/user-{writer:02}-{revision:08}");
    let record = OutboxRecord {
        id: format!("11111111-2222-3333-4444-{:012}", revision.0).into(),
        body: Bytes::from(vec![b'a'; AUDIT_BYTES]),
    };
    let proposal = Proposal {
        next: Arc::new(Counter(revision)),
        changes: vec![Change::put(name, vec![b'u'; RECORD_BYTES])],
        outbox: vec![record],
        reads: Vec::new(),
    };
    Ok(Write::changed((), proposal))
}
