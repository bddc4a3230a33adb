//! Requests as boto3 sends them, signed before anything is measured.
//!
//! The signer is the client's own: what is measured must not sign for itself.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Someone who can sign.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

/// The bytes of one request. Cheap to clone: a request is often sent many times.
pub(crate) type Request = Arc<[u8]>;

/// An IAM call with these parameters.
pub(crate) fn iam(identity: &Identity, action: &str, parameters: &[(&str, &str)], port: u16) -> Request {
    signed(identity, "iam", "2010-05-08", action, parameters, port)
}

/// An STS call with these parameters.
pub(crate) fn sts(identity: &Identity, action: &str, parameters: &[(&str, &str)], port: u16) -> Request {
    signed(identity, "sts", "2011-06-15", action, parameters, port)
}

fn signed(
    identity: &Identity,
    service: &str,
    version: &str,
    action: &str,
    parameters: &[(&str, &str)],
    port: u16,
) -> Request {
    let mut body = format!("Action={action}&Version={version}");
    for (name, value) in parameters {
        body.push_str(&format!("&{name}={}", encoded(value)));
    }
    let now = jiff::Timestamp::now();
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = now.strftime("%Y%m%d").to_string();
    let host = format!("127.0.0.1:{port}");
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    let canonical = format!(
        "POST\n/\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{stamp}\n\ncontent-type;host;x-amz-date\n{}",
        sha256_hex(body.as_bytes())
    );
    let scope = format!("{day}/us-east-1/{service}/aws4_request");
    let text = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
        sha256_hex(canonical.as_bytes())
    );
    let mut key = format!("AWS4{}", identity.secret_access_key).into_bytes();
    for part in scope.split('/') {
        key = hmac(&key, part.as_bytes());
    }
    let signature = hex(&hmac(&key, text.as_bytes()));
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\nContent-Type: {content_type}\r\n\
         User-Agent: Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11.7 cfg/retry-mode#standard\r\n\
         X-Amz-Date: {stamp}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={}/{scope}, \
         SignedHeaders=content-type;host;x-amz-date, Signature={signature}\r\n\
         amz-sdk-invocation-id: 7f1c2c6e-4a3d-4c38-9c0a-3f0b6a3f5d55\r\namz-sdk-request: attempt=1\r\n\
         Content-Length: {}\r\n\r\n",
        identity.access_key_id,
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat().into()
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

fn sha256_hex(data: &[u8]) -> String {
    hex(&Sha256::digest(data))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encoded(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(byte as char),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
