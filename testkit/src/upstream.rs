//! A store that is none: it writes down what it is asked, and answers, stalls or breaks off as it is told.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Sleep;

/// A request as the store got it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub target: String,
    /// All headers.
    pub headers: HeaderMap,
    /// As much of the body as came.
    pub body: Bytes,
    /// Whether the body came to its end.
    pub is_whole: bool,
}

impl Received {
    /// A header as text; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a readable header"))
    }
}

/// What the store does with a request.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// Answers like this, once it has the whole request.
    Answers {
        /// The status.
        status: u16,
        /// The headers.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: Bytes,
    },
    /// Takes the request and never answers.
    Silent,
    /// Takes the head of the request, and then nothing.
    Deaf,
    /// Breaks the connection once it has the request.
    Resets,
    /// Announces so many bytes, sends this many of them, and breaks the connection.
    BreaksOff {
        /// Announced.
        announced: u64,
        /// Sent.
        sent: usize,
    },
    /// The same, but falls silent instead.
    FallsSilent {
        /// Announced.
        announced: u64,
        /// Sent.
        sent: usize,
    },
}

impl Behaviour {
    /// Answers 200 with this body.
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self::Answers {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Answers with a status and XML.
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        Self::Answers {
            status,
            headers: vec![("content-type", "application/xml".to_owned())],
            body: body.into(),
        }
    }
}

type Chooser = Box<dyn Fn(&Received) -> Behaviour + Send + Sync>;

struct Shared {
    received: Mutex<Vec<Received>>,
    chooser: Mutex<Chooser>,
    connections: AtomicUsize,
    open: AtomicUsize,
}

/// The store, on a loopback port of its own, gone when it is dropped.
pub struct FakeUpstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl FakeUpstream {
    /// A store that answers 200 to everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            received: Mutex::new(Vec::new()),
            chooser: Mutex::new(Box::new(|_| Behaviour::ok(""))),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
        });
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            serving,
        }
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it does this.
    pub fn behave(&self, behaviour: Behaviour) {
        self.choose(move |_| behaviour.clone());
    }

    /// From now on it does what this says.
    pub fn choose(&self, chooser: impl Fn(&Received) -> Behaviour + Send + Sync + 'static) {
        *self.shared.chooser.lock().expect("no panic") = Box::new(chooser);
    }

    /// What it got so far, and forgets it. Requests whose body did not come whole are among them.
    pub fn take_received(&self) -> Vec<Received> {
        std::mem::take(&mut *self.shared.received.lock().expect("no panic"))
    }

    /// How many connections were made to it in all.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub fn open_connections(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// Goes away: connections to it are refused from now on.
    pub async fn stop(mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }
}

impl Drop for FakeUpstream {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Connections end with the store.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        let shared = Arc::clone(&shared);
        shared.connections.fetch_add(1, Ordering::SeqCst);
        shared.open.fetch_add(1, Ordering::SeqCst);
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, &shared));
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
            shared.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<Answered>, io::Error> {
    let (head, mut body) = request.into_parts();
    let mut received = Received {
        method: head.method,
        target: head.uri.to_string(),
        headers: head.headers,
        body: Bytes::new(),
        is_whole: false,
    };
    let choose = |received: &Received| (shared.chooser.lock().expect("no panic"))(received);
    if matches!(choose(&received), Behaviour::Deaf) {
        shared.received.lock().expect("no panic").push(received);
        return std::future::pending().await;
    }
    let mut bytes = Vec::new();
    received.is_whole = loop {
        match body.frame().await {
            None => break true,
            Some(Ok(frame)) => bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
            Some(Err(_)) => break false,
        }
    };
    received.body = bytes.into();
    let behaviour = choose(&received);
    shared.received.lock().expect("no panic").push(received);
    match behaviour {
        Behaviour::Answers {
            status,
            headers,
            body,
        } => {
            let mut response = Response::new(Answered::of(body));
            *response.status_mut() = StatusCode::from_u16(status).expect("a status");
            for (name, value) in headers {
                response
                    .headers_mut()
                    .append(name, value.parse().expect("a header"));
            }
            Ok(response)
        }
        Behaviour::Silent | Behaviour::Deaf => std::future::pending().await,
        Behaviour::Resets => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        Behaviour::BreaksOff { announced, sent } => Ok(partial(announced, sent, Ending::Breaks)),
        Behaviour::FallsSilent { announced, sent } => Ok(partial(announced, sent, Ending::Silence)),
    }
}

fn partial(announced: u64, sent: usize, ending: Ending) -> Response<Answered> {
    let mut response = Response::new(Answered {
        data: Some(Bytes::from(vec![b'x'; sent])),
        ending,
        pause: pause(),
    });
    response.headers_mut().insert("content-length", announced.into());
    response
}

/// A body that ends well, badly or never.
struct Answered {
    data: Option<Bytes>,
    ending: Ending,
    /// So that what was sent is on its way before the end comes.
    pause: Pin<Box<Sleep>>,
}

enum Ending {
    Well,
    Breaks,
    Silence,
}

fn pause() -> Pin<Box<Sleep>> {
    Box::pin(tokio::time::sleep(Duration::from_millis(50)))
}

impl Answered {
    fn of(data: Bytes) -> Self {
        Self {
            data: Some(data).filter(|data| !data.is_empty()),
            ending: Ending::Well,
            pause: pause(),
        }
    }
}

impl Body for Answered {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.ending {
            Ending::Well => Poll::Ready(None),
            Ending::Breaks => {
                let broken = || Some(Err(io::Error::from(io::ErrorKind::BrokenPipe)));
                self.pause.as_mut().poll(context).map(|()| broken())
            }
            Ending::Silence => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && matches!(self.ending, Ending::Well)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match (&self.ending, &self.data) {
            (Ending::Well, Some(data)) => http_body::SizeHint::with_exact(data.len() as u64),
            (Ending::Well, None) => http_body::SizeHint::with_exact(0),
            _ => http_body::SizeHint::default(),
        }
    }
}

/// Returns once something is so; fails if it does not become so in time.
pub async fn eventually(within: Duration, mut is_so: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + within;
    while !is_so() {
        assert!(
            tokio::time::Instant::now() < deadline,
            "it did not become so within {within:?}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
