//! Answering, and getting new credentials before the old ones end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::{ContainerEndpoint, Shared, gate};

/// Connections answered at the same time; further ones wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 64;
/// How long a connection may take, all in all: it carries one request.
const CONNECTION_WITHIN: Duration = Duration::from_secs(10);
/// The largest head.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// How often the clock is looked at. It may jump, and machines sleep.
const LOOK_PAUSE: Duration = Duration::from_secs(5);
/// How long to wait after a failure, at first and at most.
const RETRY_PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];
/// After a failure to take a connection, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl ContainerEndpoint {
    /// Answers until it is dropped. `report` hears, in one line each, what goes wrong with new credentials.
    pub async fn serve(self, report: impl Fn(&str)) {
        tokio::select! {
            () = accept(&self) => {}
            () = renew(&self.shared, report) => {}
        }
    }
}

async fn accept(endpoint: &ContainerEndpoint) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = endpoint.listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let shared = Arc::clone(&endpoint.shared);
        tokio::spawn(async move {
            // A connection that breaks off is its client's affair.
            let _ = tokio::time::timeout(CONNECTION_WITHIN, converse(stream, &shared)).await;
            drop(slot);
        });
    }
}

async fn converse(stream: TcpStream, shared: &Shared) -> Result<(), hyper::Error> {
    let service = service_fn(|request| async move { Ok::<_, Infallible>(respond(&request, shared)) });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(CONNECTION_WITHIN)
        .max_buf_size(HEAD_BYTES_MAX)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

/// The body of a request is not read: nothing depends on it.
fn respond(request: &Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let mut head = Request::new(()).into_parts().0;
    head.method = request.method().clone();
    head.uri = request.uri().clone();
    head.headers = request.headers().clone();
    if let Err((status, message)) = gate::admit(&head, &shared.token, shared.port) {
        return refusal(status, message);
    }
    let current = shared.current.read();
    if !current.is_live(Timestamp::now()) {
        return refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "the credentials have ended and could not be renewed",
        );
    }
    answer(
        StatusCode::OK,
        Bytes::from(current.to_container_answer().as_bytes().to_vec()),
    )
}

fn refusal(status: StatusCode, message: &str) -> Response<Full<Bytes>> {
    let text = serde_json::json!({ "message": message }).to_string();
    answer(status, Bytes::from(text))
}

fn answer(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers: [(HeaderName, &'static str); 3] = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Gets new credentials as soon as it is time, again and again.
async fn renew(shared: &Shared, report: impl Fn(&str)) {
    let [first, longest] = RETRY_PAUSES;
    let mut after_failure = first;
    loop {
        tokio::time::sleep(LOOK_PAUSE).await;
        let old = {
            let current = shared.current.read();
            if !current.is_due(Timestamp::now()) {
                continue;
            }
            current.expiration
        };
        let warning = match shared.provider.credentials().await {
            Ok(obtained) => {
                let is_new = obtained.credentials.expiration != old;
                *shared.current.write() = obtained.credentials;
                if is_new {
                    after_failure = first;
                    if let Some(warning) = obtained.warning {
                        report(&warning);
                    }
                    continue;
                }
                obtained.warning
            }
            Err(error) => Some(error.to_string()),
        };
        if let Some(warning) = warning {
            report(&warning);
        }
        tokio::time::sleep(after_failure).await;
        after_failure = (after_failure * 2).min(longest);
    }
}
