//! Requests, signed as clients sign them.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_sigv4::{Head, PayloadHash, ServiceRules, Signer, SigningKey, sha256};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const REGION: &str = "us-east-1";
const HOST: &str = "127.0.0.1:4260";
/// How long a signature in the query is good for.
const PRESIGNED_SECONDS: u32 = 60;

/// Who signs.
#[derive(Clone)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// Its secret.
    pub secret: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// A form in the body, signed in the headers: what all clients do.
    #[default]
    Post,
    /// Parameters in the query, signed in the headers.
    Get,
    /// Parameters and signature in the query.
    Presigned,
}

/// A call of the query protocol.
pub struct Call<'a> {
    /// `iam` or `sts`.
    pub service: &'a str,
    /// The operation; empty for a request that names none.
    pub action: &'a str,
    /// The parameters in order. A `Version` among them replaces the service's own.
    pub parameters: &'a [(String, String)],
    /// How it is sent.
    pub manner: Manner,
}

impl Call<'_> {
    /// The request, signed if there is somebody to sign it.
    pub(crate) fn request(&self, credentials: Option<&Credentials>) -> Request<Full<Bytes>> {
        let form = self.form();
        let (method, query, body) = match self.manner {
            Manner::Post => (Method::POST, None, form),
            Manner::Get | Manner::Presigned => (Method::GET, Some(form), String::new()),
        };
        let mut headers = HeaderMap::new();
        headers.insert("host", header(HOST));
        headers.insert("user-agent", header("scenario"));
        if self.manner == Manner::Post {
            headers.insert(
                "content-type",
                header("application/x-www-form-urlencoded; charset=utf-8"),
            );
        }
        let query = match credentials {
            Some(credentials) => self.sign(credentials, &method, query, &mut headers, &body),
            None => query,
        };
        let target = query.map_or_else(|| "/".to_owned(), |query| format!("/?{query}"));
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = target.parse().expect("a request target");
        *request.headers_mut() = headers;
        request
    }

    fn form(&self) -> String {
        let mut pairs = Vec::new();
        if !self.action.is_empty() {
            pairs.push(format!("Action={}", self.action));
        }
        if !self.parameters.iter().any(|(name, _)| name == "Version") {
            pairs.push(format!("Version={}", version(self.service)));
        }
        for (name, value) in self.parameters {
            pairs.push(format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        }
        pairs.join("&")
    }

    /// Signs; gives the query, which carries the signature of a presigned request.
    fn sign(
        &self,
        credentials: &Credentials,
        method: &Method,
        query: Option<String>,
        headers: &mut HeaderMap,
        body: &str,
    ) -> Option<String> {
        let now = Timestamp::now();
        let day = now.strftime("%Y%m%d").to_string();
        let key = SigningKey::derive(&credentials.secret, &day, REGION, self.service);
        let rules = ServiceRules::iam();
        let signer = Signer {
            access_key_id: &credentials.access_key_id,
            key: &key,
            session_token: credentials.session_token.as_deref(),
            region: REGION,
            service: self.service,
            time: now,
            rules: &rules,
        };
        let payload = PayloadHash::Sha256(sha256(body.as_bytes()));
        if self.manner == Manner::Presigned {
            headers.remove("user-agent");
            let head = Head {
                method,
                path: "/",
                query: query.as_deref(),
                headers,
            };
            let signed = signer.presign(&head, PRESIGNED_SECONDS, payload);
            return Some(signed.expect("a request that can be signed"));
        }
        signer
            .sign(method, "/", query.as_deref(), headers, payload)
            .expect("a request that can be signed");
        query
    }
}

fn version(service: &str) -> &'static str {
    match service {
        "iam" => "2010-05-08",
        "sts" => "2011-06-15",
        other => panic!("no such service: {other}"),
    }
}

fn header(text: &str) -> http::HeaderValue {
    text.parse().expect("a header")
}
