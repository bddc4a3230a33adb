//! The gateway against a bare streaming proxy before the same upstream: CPU for small reads and for large
//! streams, and memory under many streams.
//!
//! Gateway and proxy have core 0; the upstream shares core 1 with this client, which therefore blocks where it
//! waits.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::process::{Lanyard, Running, bare_proxy, upstream};
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request, sha256_hex};

const ROUNDS: usize = 7;
const SMALL_ROUND: Duration = Duration::from_secs(3);
const SMALL_CONNECTIONS: usize = 16;
const LARGE_BYTES: usize = 64 << 20;
const LARGE_STREAMS: usize = 24;
const LARGE_CONNECTIONS: usize = 4;
const PARALLEL_STREAMS: usize = 100;

pub(crate) fn run() -> Outcome {
    let upstream = upstream()?;
    let proxy = bare_proxy(&upstream)?;
    let lanyard = Lanyard::start_before("gateway", &upstream)?;
    let identity = lanyard.account("gateway")?;
    lanyard.adopt("bench", &identity)?;
    small(&lanyard.running, &proxy, &identity)?;
    large("64 MB GET", &lanyard.running, &proxy, Some(1.6), &|port| {
        Exchange::without_body(requests::get_object(&identity, &path(LARGE_BYTES), port))
    })?;
    large(
        "64 MB PUT, body not signed",
        &lanyard.running,
        &proxy,
        Some(1.6),
        &|port| Exchange::upload(&identity, "UNSIGNED-PAYLOAD", port),
    )?;
    let hash = sha256_hex(&vec![b'x'; LARGE_BYTES]);
    large(
        "64 MB PUT, its hash signed",
        &lanyard.running,
        &proxy,
        None,
        &|port| Exchange::upload(&identity, &hash, port),
    )?;
    memory(&lanyard.running, &identity)
}

fn path(bytes: usize) -> String {
    format!("/bench/{bytes}")
}

/// A request, and how many bytes of body follow its head.
struct Exchange {
    head: Request,
    body_bytes: usize,
}

impl Exchange {
    fn without_body(head: Request) -> Self {
        Self { head, body_bytes: 0 }
    }

    fn upload(identity: &Identity, payload: &str, port: u16) -> Self {
        Self {
            head: requests::put_object(identity, "/bench/upload", payload, LARGE_BYTES, port),
            body_bytes: LARGE_BYTES,
        }
    }

    fn go(&self, stream: &mut TcpStream, space: &mut [u8]) -> Result<(), Box<dyn Error>> {
        stream.write_all(&self.head)?;
        let mut left = self.body_bytes;
        while left > 0 {
            let piece = left.min(BODY.len());
            stream.write_all(&BODY[..piece])?;
            left -= piece;
        }
        read_answer(stream, space)
    }
}

const BODY: &[u8] = &[b'x'; 64 * 1024];

/// Reads one whole answer, which must be a 200.
fn read_answer(stream: &mut TcpStream, space: &mut [u8]) -> Result<(), Box<dyn Error>> {
    let mut filled = 0;
    let (head, body) = loop {
        let count = stream.read(&mut space[filled..])?;
        if count == 0 {
            return Err("the server has closed the connection".into());
        }
        filled += count;
        if let Some(end) = space[..filled].windows(4).position(|four| four == b"\r\n\r\n") {
            break (
                String::from_utf8_lossy(&space[..end]).into_owned(),
                filled - end - 4,
            );
        }
    };
    if !head.starts_with("HTTP/1.1 200") {
        return Err(format!("{head}\n{}", String::from_utf8_lossy(&space[..filled])).into());
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    let mut left = length.ok_or("an answer without Content-Length")? - body;
    while left > 0 {
        let wanted = left.min(space.len());
        let count = stream.read(&mut space[..wanted])?;
        if count == 0 {
            return Err("an answer was cut short".into());
        }
        left -= count;
    }
    Ok(())
}

fn connect(port: u16) -> Result<TcpStream, Box<dyn Error>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_write_timeout(Some(Duration::from_secs(30)))?;
    Ok(stream)
}

/// Runs the same exchange on some connections until `is_over` says so of the number done; gives that number and
/// the seconds of CPU that the server took for each.
fn load(
    server: &Running,
    exchange: &Exchange,
    connections: usize,
    is_over: &(dyn Fn(u64) -> bool + Sync),
) -> Result<(f64, f64), Box<dyn Error>> {
    let done = AtomicU64::new(0);
    let (before, started) = (server.cpu_seconds()?, Instant::now());
    let outcomes: Vec<Result<(), String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| {
                    let one = || -> Result<(), Box<dyn Error>> {
                        let mut stream = connect(server.port)?;
                        let mut space = vec![0; 128 * 1024];
                        while !is_over(done.load(Ordering::Relaxed)) {
                            exchange.go(&mut stream, &mut space)?;
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(())
                    };
                    one().map_err(|error| error.to_string())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
            })
            .collect()
    });
    outcomes.into_iter().collect::<Result<(), String>>()?;
    let count = done.load(Ordering::Relaxed) as f64;
    Ok((
        count / started.elapsed().as_secs_f64(),
        (server.cpu_seconds()? - before) / count,
    ))
}

fn small(gateway: &Running, proxy: &Running, identity: &Identity) -> Outcome {
    let measure = |server: &Running, time: Duration| {
        let exchange = Exchange::without_body(requests::get_object(identity, &path(4096), server.port));
        let started = Instant::now();
        load(server, &exchange, SMALL_CONNECTIONS, &|_| {
            started.elapsed() >= time
        })
    };
    for server in [proxy, gateway] {
        measure(server, Duration::from_millis(500))?;
    }
    let (mut costs, mut rates, mut ours_cost) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let theirs = measure(proxy, SMALL_ROUND)?;
        let ours = measure(gateway, SMALL_ROUND)?;
        costs.push(ours.1 / theirs.1);
        rates.push(ours.0 / theirs.0);
        ours_cost.push(ours.1 * 1e6);
    }
    println!("  4 KB GET, {SMALL_CONNECTIONS} connections");
    line("    CPU a request", median(ours_cost), "us", None);
    line(
        "    requests a second over the bare proxy's",
        median(rates),
        "",
        None,
    );
    line(
        "    CPU a request over the bare proxy's",
        median(costs),
        "",
        Some(Target::AtMost(1.6)),
    );
    Ok(())
}

fn large(
    name: &str,
    gateway: &Running,
    proxy: &Running,
    bar: Option<f64>,
    make: &dyn Fn(u16) -> Exchange,
) -> Outcome {
    let measure = |server: &Running, count: usize| {
        load(server, &make(server.port), LARGE_CONNECTIONS, &|done| {
            done >= count as u64
        })
    };
    for server in [proxy, gateway] {
        measure(server, LARGE_CONNECTIONS)?;
    }
    let (mut costs, mut ours_cost) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let theirs = measure(proxy, LARGE_STREAMS)?;
        let ours = measure(gateway, LARGE_STREAMS)?;
        costs.push(ours.1 / theirs.1);
        ours_cost.push(ours.1 * 1e3);
    }
    println!("  {name}, {LARGE_CONNECTIONS} connections");
    line("    CPU a stream", median(ours_cost), "ms", None);
    line(
        "    CPU a stream over the bare proxy's",
        median(costs),
        "",
        bar.map(Target::AtMost),
    );
    Ok(())
}

/// Resident memory while a hundred streams run, against that with four.
fn memory(gateway: &Running, identity: &Identity) -> Outcome {
    println!("  memory of the gateway");
    let before = gateway.resident_bytes()? as f64 / f64::from(1 << 20);
    let exchange = Exchange::without_body(requests::get_object(identity, &path(LARGE_BYTES), gateway.port));
    let (mut most, over) = (0.0_f64, AtomicU64::new(0));
    std::thread::scope(|scope| -> Outcome {
        let sampling = scope.spawn(|| {
            let mut most = 0_u64;
            while over.load(Ordering::Relaxed) == 0 {
                most = most.max(gateway.resident_bytes().unwrap_or(0));
                std::thread::sleep(Duration::from_millis(20));
            }
            most
        });
        let loaded = load(gateway, &exchange, PARALLEL_STREAMS, &|done| done >= 100);
        over.store(1, Ordering::Relaxed);
        most = sampling.join().map_err(|_| "a thread panicked")? as f64 / f64::from(1 << 20);
        loaded.map(|_| ())
    })?;
    line("    before", before, "MB", None);
    line(
        "    most, with 100 streams of 64 MB in parallel",
        most,
        "MB",
        None,
    );
    Ok(())
}
