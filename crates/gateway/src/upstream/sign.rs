//! Signing for the upstream, with its own credentials.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use lanyard_sigv4::{
    PayloadHash, RequestTime, ServiceRules, SignError, Signer, SigningKey, StreamingPayload,
};
use parking_lot::RwLock;

use crate::settings::UpstreamCredentials;

const SERVICE: &str = "s3";

/// Signs with one set of credentials. The derived key is kept for the day.
pub(super) struct UpstreamSigner {
    credentials: UpstreamCredentials,
    region: String,
    rules: ServiceRules,
    of_day: RwLock<Option<(String, Arc<SigningKey>)>>,
}

impl UpstreamSigner {
    pub(super) fn new(credentials: UpstreamCredentials, region: String) -> Self {
        Self {
            credentials,
            region,
            rules: ServiceRules::s3(),
            of_day: RwLock::new(None),
        }
    }

    pub(super) fn sign(
        &self,
        method: &Method,
        path: &str,
        query: Option<&str>,
        headers: &mut HeaderMap,
        payload: PayloadHash,
        now: Timestamp,
    ) -> Result<(), SignError> {
        let key = self.key(now);
        let token = self.credentials.session_token.as_ref();
        let signer = Signer {
            access_key_id: &self.credentials.access_key_id,
            key: &key,
            session_token: token.map(|token| token.as_str()),
            region: &self.region,
            service: SERVICE,
            time: now,
            rules: &self.rules,
        };
        signer.sign(method, path, query, headers, payload)
    }

    fn key(&self, now: Timestamp) -> Arc<SigningKey> {
        let time = RequestTime::from_timestamp(now);
        let day = time.date();
        if let Some((kept_for, key)) = &*self.of_day.read()
            && kept_for == day
        {
            return Arc::clone(key);
        }
        let key = SigningKey::derive(&self.credentials.secret, day, &self.region, SERVICE);
        let key = Arc::new(key);
        *self.of_day.write() = Some((day.to_owned(), Arc::clone(&key)));
        key
    }
}

/// What an unsigned request has to say about its body: nothing, unless it comes in chunks with a trailer.
pub(super) fn declare(headers: &mut HeaderMap, payload: PayloadHash) {
    if payload == PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer) {
        headers.insert(
            HeaderName::from_static("x-amz-content-sha256"),
            HeaderValue::from_static("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        );
    }
}
