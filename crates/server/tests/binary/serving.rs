//! Starting, refusing to start, answering health checks, stopping.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::server::{Server, free_port, get, lanyard, run, text};

#[test]
fn health_and_readiness_answer_on_the_main_listener() {
    let server = Server::start();
    assert_eq!(server.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(server.get("/readyz"), (200, "ready\n".to_owned()));
}

#[test]
fn sigterm_ends_it_with_zero_and_removes_the_socket() {
    let mut server = Server::start();
    assert!(server.data.join("admin/socket").exists());
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"), "{log}");
    assert!(!server.data.join("admin/socket").exists());
}

#[test]
fn an_idle_connection_does_not_hold_up_the_stop() {
    let mut server = Server::start();
    let mut idle = TcpStream::connect(server.address()).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut byte = [0];
    idle.read_exact(&mut byte).unwrap();
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("deadline"), "{log}");
}

#[test]
fn a_second_server_on_the_same_directory_is_refused() {
    let server = Server::start();
    let data = server.data.to_str().unwrap();
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data]);
    assert_eq!(output.status.code(), Some(5));
    let error = text(&output.stderr);
    assert!(error.contains("in use by another server (process "), "{error}");
}

#[test]
fn after_a_kill_the_next_start_works() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let mut first = Server::start_in(&data, &[], &[]);
    first.signal(rustix::process::Signal::KILL);
    first.wait();
    let second = Server::start_in(&data, &[], &[]);
    assert_eq!(second.get("/readyz").0, 200);
    assert!(
        !second.announced.contains("first account"),
        "{}",
        second.announced
    );
}

#[test]
fn an_address_in_use_is_told_before_anything_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&[
        "serve",
        "--listen",
        &address,
        "--data-dir",
        data.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("cannot listen on"),
        "{}",
        text(&output.stderr)
    );
    assert!(!data.exists());
}

#[test]
fn plain_http_beyond_loopback_needs_the_flag() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let output = run(&[
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--data-dir",
        data.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("--allow-plain-http"),
        "{}",
        text(&output.stderr)
    );
    assert!(!data.exists());
}

#[test]
fn a_directory_open_to_others_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let base = tempfile::tempdir().unwrap();
    std::fs::set_permissions(base.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        base.path().to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("chmod 700"),
        "{}",
        text(&output.stderr)
    );
}

/// What the server answers to these bytes; empty if it cuts the connection off.
fn answer_to(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    // The server may close before all of it is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_head_with_too_many_headers_is_refused() {
    let server = Server::start();
    let headers = "X: y\r\n".repeat(150);
    let answer = answer_to(
        &server,
        format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").as_bytes(),
    );
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let server = Server::start();
    let mut head = b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: ".to_vec();
    head.resize(2 << 20, b'x');
    let answer = answer_to(&server, &head);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    assert_eq!(server.get("/healthz").0, 200);
}

#[test]
fn a_slow_head_is_cut_off() {
    let server = Server::start_with(&[], &[("LANYARD_HEAD_SECONDS_MAX", "1")]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
}

#[test]
fn connections_beyond_the_bound_wait_their_turn() {
    let server = Server::start_with(&[], &[("LANYARD_CONNECTIONS_MAX", "1")]);
    let mut first = TcpStream::connect(server.address()).unwrap();
    let mut second = TcpStream::connect(server.address()).unwrap();
    second
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    first
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    first.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(first);
    answer.clear();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn metrics_have_a_listener_of_their_own() {
    let port = free_port();
    let server = Server::start_with(&["--metrics-listen", &port], &[]);
    server.get("/healthz");
    let (status, metrics) = get(&port, "/metrics");
    assert_eq!(status, 200);
    assert!(
        metrics.contains("lanyard_http_requests_total{status=\"2xx\"} 1"),
        "{metrics}"
    );
    assert_eq!(get(&port, "/").0, 404);
    assert_ne!(server.get("/metrics").0, 200);
}

#[test]
fn json_logs_are_json_line_by_line() {
    let mut server = Server::start_with(&["--log", "json"], &[]);
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.lines().count() >= 2, "{log}");
    for line in log.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            record["level"].is_string() && record["timestamp"].is_string(),
            "{line}"
        );
    }
}

#[test]
fn a_query_string_is_never_logged() {
    let mut server = Server::start();
    server.get("/?X-Amz-Signature=0123456789abcdef");
    let (_, log) = server.stop();
    assert!(log.contains("request"), "{log}");
    assert!(!log.contains("0123456789abcdef"), "{log}");
}

#[test]
fn a_wrong_configuration_file_stops_the_start() {
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("lanyard.toml");
    std::fs::write(&file, "listne = 'x'").unwrap();
    let output = lanyard().args(["serve", "--config"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("unknown key `listne`"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_refusal_arrives_although_the_body_is_still_on_its_way() {
    let server = Server::start();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let body = vec![b'a'; 11 << 20];
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

/// The head of the answer to these bytes, sent in two pieces.
fn answer_head(address: &str, pieces: [&str; 2]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(pieces[0].as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(30));
    stream.write_all(pieces[1].as_bytes()).unwrap();
    let mut received = Vec::new();
    let mut byte = [0];
    while !received.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        received.push(byte[0]);
    }
    String::from_utf8(received).unwrap().to_ascii_lowercase()
}

#[test]
fn an_answer_to_a_body_that_was_not_read_says_that_the_connection_ends() {
    let server = Server::start();
    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
    let answer = answer_head(&server.address(), [head, "x"]);
    assert!(answer.contains("connection: close"), "{answer}");
}

#[test]
fn whoever_waits_to_go_on_with_an_empty_body_is_told_that_the_connection_ends() {
    let server = Server::start();
    let head = "PUT /b/k HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n";
    let answer = answer_head(&server.address(), [head, ""]);
    assert!(answer.contains("connection: close"), "{answer}");
    let kept = answer_head(
        &server.address(),
        ["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", ""],
    );
    assert!(!kept.contains("connection: close"), "{kept}");
}
