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

/// Reading an object of the store behind the gateway.
pub(crate) fn get_object(identity: &Identity, path: &str, port: u16) -> Request {
    s3(identity, "GET", path, &sha256_hex(b""), &[], port)
}

/// The head of a request that writes an object; its body is sent after it. `payload` is what the head says of it.
pub(crate) fn put_object(identity: &Identity, path: &str, payload: &str, bytes: usize, port: u16) -> Request {
    s3(
        identity,
        "PUT",
        path,
        payload,
        &[("Content-Length", &bytes.to_string())],
        port,
    )
}

/// A question to the decision point.
pub(crate) fn authorize(identity: &Identity, body: &str, port: u16) -> Request {
    let content_type = "application/json";
    let signed = [("content-type", content_type)];
    let head = Head {
        service: "lanyard",
        method: "POST",
        path: "/authorize",
        signed: &signed,
        payload: &sha256_hex(body.as_bytes()),
    };
    let mut request = head.signed(identity, port);
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    request.into_bytes().into()
}

fn s3(
    identity: &Identity,
    method: &str,
    path: &str,
    payload: &str,
    more: &[(&str, &str)],
    port: u16,
) -> Request {
    let signed = [("x-amz-content-sha256", payload)];
    let head = Head {
        service: "s3",
        method,
        path,
        signed: &signed,
        payload,
    };
    let mut request = head.signed(identity, port);
    for (name, value) in more {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.into_bytes().into()
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
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    let signed = [("content-type", content_type)];
    let head = Head {
        service,
        method: "POST",
        path: "/",
        signed: &signed,
        payload: &sha256_hex(body.as_bytes()),
    };
    let mut request = head.signed(identity, port);
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    request.into_bytes().into()
}

/// A request's head before it is signed.
struct Head<'a> {
    service: &'a str,
    method: &'a str,
    path: &'a str,
    /// Headers that are signed beside `host` and `x-amz-date`; their names sort around those.
    signed: &'a [(&'a str, &'a str)],
    /// What stands for the body in the signature.
    payload: &'a str,
}

impl Head<'_> {
    /// The head as text, up to where `Content-Length` and the empty line follow.
    fn signed(&self, identity: &Identity, port: u16) -> String {
        let now = jiff::Timestamp::now();
        let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = now.strftime("%Y%m%d").to_string();
        let host = format!("127.0.0.1:{port}");
        let mut headers = vec![("host", host.as_str()), ("x-amz-date", &stamp)];
        headers.extend_from_slice(self.signed);
        headers.sort_unstable();
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let canonical = format!(
            "{}\n{}\n\n{lines}\n{names}\n{}",
            self.method, self.path, self.payload
        );
        let scope = format!("{day}/us-east-1/{}/aws4_request", self.service);
        let text = format!(
            "AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}",
            sha256_hex(canonical.as_bytes())
        );
        let mut key = format!("AWS4{}", identity.secret_access_key).into_bytes();
        for part in scope.split('/') {
            key = hmac(&key, part.as_bytes());
        }
        let signature = hex(&hmac(&key, text.as_bytes()));
        let sent: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!(
            "{} {} HTTP/1.1\r\n{sent}Accept-Encoding: identity\r\n\
             User-Agent: Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11.7 cfg/retry-mode#standard\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}\r\n\
             amz-sdk-invocation-id: 7f1c2c6e-4a3d-4c38-9c0a-3f0b6a3f5d55\r\namz-sdk-request: attempt=1\r\n",
            self.method, self.path, identity.access_key_id
        )
    }
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn sha256_hex(data: &[u8]) -> String {
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
