//! Signing for the upstream, with its own credentials.

use std::collections::HashMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use lanyard_sigv4::{
    PayloadHash, PayloadRule, RequestTime, ServiceRules, SignError, Signer, SigningKey, StreamingPayload,
};
use parking_lot::RwLock;

use crate::settings::UpstreamCredentials;

const STORE: &str = "s3";
/// How a store checks signatures.
const RULES_OF_STORE: ServiceRules = ServiceRules::s3();
/// How other services do. That of a body is declared whatever it is, which all of them take.
const RULES_OF_SERVICES: ServiceRules = ServiceRules {
    payload: PayloadRule::Declared,
    ..ServiceRules::generic()
};
/// How many derived keys are kept. Callers choose the regions.
const KEYS_MAX: usize = 256;

/// What a request to the upstream is signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignedFor {
    /// S3, in the upstream's own region.
    Store,
    /// A service in a region.
    Service {
        /// The name of the service in signatures.
        name: &'static str,
        /// The region.
        region: String,
    },
}

/// A request before it is signed, but for its headers.
pub(super) struct Unsigned<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) payload: PayloadHash,
}

/// The derived keys of a day.
#[derive(Default)]
struct OfDay {
    day: String,
    /// By service and region.
    keys: HashMap<(&'static str, String), Arc<SigningKey>>,
}

/// Signs with one set of credentials. The derived keys are kept for the day.
pub(super) struct UpstreamSigner {
    credentials: UpstreamCredentials,
    region: String,
    of_day: RwLock<OfDay>,
}

impl UpstreamSigner {
    /// `region`: that of the store.
    pub(super) fn new(credentials: UpstreamCredentials, region: String) -> Self {
        Self {
            credentials,
            region,
            of_day: RwLock::default(),
        }
    }

    pub(super) fn sign(
        &self,
        scope: &SignedFor,
        request: Unsigned<'_>,
        headers: &mut HeaderMap,
        now: Timestamp,
    ) -> Result<(), SignError> {
        let (service, region, rules) = match scope {
            SignedFor::Store => (STORE, &self.region, &RULES_OF_STORE),
            SignedFor::Service { name, region } => (*name, region, &RULES_OF_SERVICES),
        };
        let key = self.key(service, region, now);
        let token = self.credentials.session_token.as_ref();
        let signer = Signer {
            access_key_id: &self.credentials.access_key_id,
            key: &key,
            session_token: token.map(|token| token.as_str()),
            region,
            service,
            time: now,
            rules,
        };
        let Unsigned {
            method,
            path,
            query,
            payload,
        } = request;
        signer.sign(method, path, query, headers, payload)
    }

    fn key(&self, service: &'static str, region: &str, now: Timestamp) -> Arc<SigningKey> {
        let time = RequestTime::from_timestamp(now);
        let day = time.date();
        let name = (service, region.to_owned());
        {
            let kept = self.of_day.read();
            if kept.day == day
                && let Some(key) = kept.keys.get(&name)
            {
                return Arc::clone(key);
            }
        }
        let key = SigningKey::derive(&self.credentials.secret, day, region, service);
        let key = Arc::new(key);
        let mut kept = self.of_day.write();
        if kept.day != day || kept.keys.len() >= KEYS_MAX {
            day.clone_into(&mut kept.day);
            kept.keys.clear();
        }
        kept.keys.insert(name, Arc::clone(&key));
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
