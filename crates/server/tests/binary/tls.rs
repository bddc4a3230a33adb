//! The API over TLS, and certificates that are renewed while the server runs.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::server::{Server, eventually, run, split_answer, text};

struct Issued {
    certificate: CertificateDer<'static>,
}

/// Writes a new self-signed certificate and its key.
fn issue(directory: &Path) -> Issued {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(directory.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(directory.join("cert.pem"), made.cert.pem()).unwrap();
    Issued {
        certificate: made.cert.der().clone(),
    }
}

/// What a client that offers these protocols gets to speak.
fn protocol(address: &str, issued: &Issued, offered: &[&[u8]]) -> Option<Vec<u8>> {
    let mut config = client_config(issued);
    config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    connection.complete_io(&mut stream).unwrap();
    connection.alpn_protocol().map(<[u8]>::to_vec)
}

/// Of a client that trusts this certificate and no other.
fn client_config(issued: &Issued) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(issued.certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn the_client_chooses_the_version_of_http() {
    let files = tempfile::tempdir().unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let issued = issue(files.path());
    let flags = ["--tls-cert", &path("cert.pem"), "--tls-key", &path("key.pem")];
    let server = Server::start_with(&flags, &[]);
    let chosen = |offered: &[&[u8]]| protocol(&server.address(), &issued, offered);
    assert_eq!(chosen(&[b"http/1.1", b"h2"]), Some(b"h2".to_vec()));
    assert_eq!(chosen(&[b"http/1.1"]), Some(b"http/1.1".to_vec()));
    assert_eq!(chosen(&[]), None);
    assert_eq!(healthz(&server.address(), &issued), Ok(200));
}

/// A health check by a client that trusts this certificate and no other.
fn healthz(address: &str, issued: &Issued) -> Result<u16, String> {
    let config = client_config(issued);
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).unwrap());
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream
        .write_all(request.as_bytes())
        .map_err(|error| error.to_string())?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .map_err(|error| error.to_string())?;
    Ok(split_answer(&answer).0)
}

#[test]
fn a_renewed_certificate_is_used_without_a_restart() {
    let files = tempfile::tempdir().unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let first = issue(files.path());
    let server = Server::start_with(
        &["--tls-cert", &path("cert.pem"), "--tls-key", &path("key.pem")],
        &[],
    );
    assert!(
        server.announced.contains("https://127.0.0.1:"),
        "{}",
        server.announced
    );
    assert_eq!(healthz(&server.address(), &first), Ok(200));

    let second = issue(files.path());
    server.signal(rustix::process::Signal::HUP);
    eventually("the new certificate", || {
        healthz(&server.address(), &second) == Ok(200)
    });
    assert!(healthz(&server.address(), &first).is_err());

    // A broken renewal leaves the last good certificate in use.
    std::fs::write(files.path().join("cert.pem"), "not a certificate").unwrap();
    server.signal(rustix::process::Signal::HUP);
    assert_eq!(healthz(&server.address(), &second), Ok(200));
}

#[test]
fn broken_tls_files_stop_the_start() {
    let files = tempfile::tempdir().unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let data = path("data");
    let start = || {
        let (cert, key) = (path("cert.pem"), path("key.pem"));
        run(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
            &data,
            "--tls-cert",
            &cert,
            "--tls-key",
            &key,
        ])
    };
    let output = start();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("TLS certificate"),
        "{}",
        text(&output.stderr)
    );
    issue(files.path());
    std::fs::write(
        files.path().join("key.pem"),
        rcgen::KeyPair::generate().unwrap().serialize_pem(),
    )
    .unwrap();
    let output = start();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("certificate and key"),
        "{}",
        text(&output.stderr)
    );
    assert!(!Path::new(&data).exists());
}
