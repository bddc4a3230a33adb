//! The baseline of reads: a bare axum endpoint that answers any POST with as many bytes as it is told.
//!
//! usage: `bare-axum PORT BYTES`

use axum::Router;
use axum::http::header;
use axum::routing::post;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let port: u16 = words.next().ok_or("a port is missing")?.parse()?;
    let bytes: usize = words.next().ok_or("a size is missing")?.parse()?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(port, bytes))
}

async fn serve(port: u16, bytes: usize) -> Result<(), Box<dyn std::error::Error>> {
    let body: &'static str = Box::leak("x".repeat(bytes).into_boxed_str());
    let headers = [
        (header::CONTENT_TYPE, "text/xml"),
        (
            header::HeaderName::from_static("x-amzn-requestid"),
            "00000000-0000-4000-8000-000000000000",
        ),
    ];
    let routes = Router::new().route("/", post(move || async move { (headers, body) }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
