//! A store behind TLS: only one whose certificate is trusted.

use std::path::Path;
use std::sync::Arc;

use http::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lanyard_testkit::S3Request;
use tokio::net::TcpListener;

use crate::stage::{OURS, Stage, gateway};

/// A store behind TLS that says `hello`; gives its port, and writes its certificate into a file.
async fn store(certificate: &Path) -> u16 {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(certificate, made.cert.pem()).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(stream) = acceptor.accept(stream).await else {
                continue;
            };
            let service = service_fn(|_| {
                std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(
                    "hello".to_owned(),
                )))
            });
            let serving =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(serving);
        }
    });
    port
}

#[tokio::test]
async fn a_store_behind_tls_is_trusted_by_the_certificate_that_is_named() {
    let mut stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let place = tempfile::tempdir().unwrap();
    let (ours, others) = (place.path().join("ours.pem"), place.path().join("others.pem"));
    let port = store(&ours).await;
    store(&others).await;
    for (certificate, outcome) in [(&ours, "200"), (&others, "503 ServiceUnavailable")] {
        let line = format!("s3=https://localhost:{port} ca={}", certificate.display());
        stage.gateway = gateway(&stage.world, &line);
        let reply = stage
            .send(S3Request::new("GET", "/reports/a").signed(&stage.root))
            .await;
        assert_eq!(reply.short(), outcome);
    }
}
