//! The load client: one thread, a few connections kept open, one request in flight on each.
//!
//! It reads of an answer only what tells where it ends and whether it succeeded, so that it is never what is
//! being measured.

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::requests::Request;

/// What one connection sends, one request after the other.
pub(crate) trait Source {
    /// The next request, or nothing when this connection is done.
    fn next(&mut self) -> Option<Request>;
}

/// The same request again and again.
pub(crate) struct Same(pub(crate) Request);

impl Source for Same {
    fn next(&mut self) -> Option<Request> {
        Some(self.0.clone())
    }
}

/// Each request once.
pub(crate) struct Each(pub(crate) std::vec::IntoIter<Request>);

impl Source for Each {
    fn next(&mut self) -> Option<Request> {
        self.0.next()
    }
}

/// What a run has shown.
pub(crate) struct Run {
    pub(crate) count: usize,
    pub(crate) elapsed: Duration,
    /// Time of each answer, in microseconds, sorted.
    latencies: Vec<u32>,
    /// The bytes of one answer's body.
    pub(crate) body_bytes: usize,
}

impl Run {
    pub(crate) fn per_second(&self) -> f64 {
        self.count as f64 / self.elapsed.as_secs_f64()
    }

    pub(crate) fn p50_microseconds(&self) -> f64 {
        self.percentile(50)
    }

    pub(crate) fn p99_microseconds(&self) -> f64 {
        self.percentile(99)
    }

    fn percentile(&self, percent: usize) -> f64 {
        self.latencies
            .get(self.latencies.len() * percent / 100)
            .copied()
            .map_or(f64::NAN, f64::from)
    }
}

struct Connection {
    stream: TcpStream,
    source: Box<dyn Source>,
    sending: Option<Request>,
    sent: usize,
    received: Vec<u8>,
    started: Instant,
}

/// Sends until the time is over or every source is dry. Any answer but 200 ends the run with an error.
pub(crate) fn run(
    port: u16,
    sources: Vec<Box<dyn Source>>,
    time: Option<Duration>,
) -> Result<Run, Box<dyn Error>> {
    let mut poll = Poll::new()?;
    let mut connections = Vec::new();
    for (number, source) in sources.into_iter().enumerate() {
        let mut stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))?;
        stream.set_nodelay(true)?;
        poll.registry().register(
            &mut stream,
            Token(number),
            Interest::READABLE | Interest::WRITABLE,
        )?;
        let started = Instant::now();
        connections.push(Connection {
            stream,
            source,
            sending: None,
            sent: 0,
            received: Vec::new(),
            started,
        });
    }
    let start = Instant::now();
    let deadline = time.map(|time| start + time);
    let mut run = Run {
        count: 0,
        elapsed: Duration::ZERO,
        latencies: Vec::new(),
        body_bytes: 0,
    };
    let mut live = connections.len();
    for connection in &mut connections {
        live -= usize::from(!connection.begin(deadline));
    }
    let mut events = Events::with_capacity(64);
    let mut heard = Instant::now();
    while live > 0 {
        // The client never sleeps: waking it would cost the server, on a virtual machine more than an answer does,
        // and only where the server is slower than the client.
        poll.poll(&mut events, Some(Duration::ZERO))?;
        if events.is_empty() {
            if heard.elapsed() > Duration::from_secs(30) {
                return Err("no answer for thirty seconds".into());
            }
            continue;
        }
        heard = Instant::now();
        for event in &events {
            if let Some(connection) = connections.get_mut(event.token().0) {
                live -= usize::from(!connection.go_on(&mut run, deadline)?);
            }
        }
    }
    run.elapsed = start.elapsed();
    run.latencies.sort_unstable();
    Ok(run)
}

impl Connection {
    /// Takes the next request; false when there is none or the time is over.
    fn begin(&mut self, deadline: Option<Instant>) -> bool {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.sending = None;
            return false;
        }
        self.sending = self.source.next();
        self.sent = 0;
        self.received.clear();
        self.started = Instant::now();
        self.sending.is_some()
    }

    /// Writes and reads as far as the socket lets it; false when this connection has ended its work.
    fn go_on(&mut self, run: &mut Run, deadline: Option<Instant>) -> Result<bool, Box<dyn Error>> {
        if self.sending.is_none() {
            return Ok(true);
        }
        loop {
            self.write()?;
            if !self.read()? {
                return Ok(true);
            }
            if let Some((head, body)) = answer(&self.received)? {
                debug_assert!(head > 0);
                run.count += 1;
                run.body_bytes = body;
                run.latencies.push(self.started.elapsed().as_micros() as u32);
                if !self.begin(deadline) {
                    return Ok(false);
                }
            }
        }
    }

    fn write(&mut self) -> Result<(), Box<dyn Error>> {
        let Some(request) = self.sending.as_ref() else {
            return Ok(());
        };
        while let Some(rest) = request.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(count) => self.sent += count,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether anything came.
    fn read(&mut self) -> Result<bool, Box<dyn Error>> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => Err("the server has closed the connection".into()),
            Ok(count) => {
                self.received.extend(piece.iter().take(count));
                Ok(true)
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// One connection on which one call is made after the other, by whoever wants to read the answers.
pub(crate) struct Caller(std::net::TcpStream);

impl Caller {
    pub(crate) fn connect(port: u16) -> Result<Self, Box<dyn Error>> {
        let stream = std::net::TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self(stream))
    }

    /// The body of the answer. Any answer but 200 is an error.
    pub(crate) fn call(&mut self, request: &Request) -> Result<String, Box<dyn Error>> {
        self.0.write_all(request)?;
        let mut received = Vec::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            let count = self.0.read(&mut piece)?;
            if count == 0 {
                return Err("the server has closed the connection".into());
            }
            received.extend_from_slice(piece.get(..count).unwrap_or_default());
            if let Some((head, body)) = answer(&received)? {
                let body = received.get(head..head + body).unwrap_or_default();
                return Ok(String::from_utf8_lossy(body).into_owned());
            }
        }
    }
}

/// The sizes of head and body, once the answer is whole.
fn answer(received: &[u8]) -> Result<Option<(usize, usize)>, Box<dyn Error>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = received.get(..end).unwrap_or_default();
    let body = content_length(head).ok_or("an answer without Content-Length")?;
    if received.len() < end + 4 + body {
        return Ok(None);
    }
    if !head.starts_with(b"HTTP/1.1 200") {
        return Err(String::from_utf8_lossy(received).into());
    }
    Ok(Some((end + 4, body)))
}

fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let lines = head.split(|byte| *byte == b'\n');
    let line = lines.into_iter().find(|line| {
        line.get(..NAME.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(NAME))
    })?;
    std::str::from_utf8(line.get(NAME.len()..)?)
        .ok()?
        .trim()
        .parse()
        .ok()
}
