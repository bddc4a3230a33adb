//! From nothing to the first answer, and what an idle server holds in memory.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::process::{Lanyard, Running, Scratch};
use crate::report::{Target, line, median};

const ROUNDS: usize = 9;

pub(crate) fn run() -> Outcome {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let scratch = Scratch::new("start")?;
        let start = Instant::now();
        let running = Lanyard::launch(&scratch.path().join("data"))?;
        first_answer(&running)?;
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    line(
        "start on an empty directory to the first answer",
        median(times),
        "ms",
        Some(Target::AtMost(150.0)),
    );

    let lanyard = Lanyard::start("idle")?;
    first_answer(&lanyard.running)?;
    std::thread::sleep(Duration::from_secs(2));
    let megabytes = lanyard.running.resident_bytes()? as f64 / 1e6;
    line(
        "idle resident memory",
        megabytes,
        "MB",
        Some(Target::AtMost(60.0)),
    );
    Ok(())
}

/// Waits until the API has answered a request, if only with a refusal.
fn first_answer(running: &Running) -> Result<(), Box<dyn Error>> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", running.port)) {
            let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                           Content-Length: 35\r\n\r\nAction=ListUsers&Version=2010-05-08";
            stream.write_all(request.as_bytes())?;
            let mut first = [0; 12];
            stream.read_exact(&mut first)?;
            return if first.starts_with(b"HTTP/1.1 403") {
                Ok(())
            } else {
                Err("not the answer expected".into())
            };
        }
        if Instant::now() > deadline {
            return Err("the server never answered".into());
        }
        std::thread::sleep(Duration::from_micros(500));
    }
}
