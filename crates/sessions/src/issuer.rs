//! The public documents of the accounts' issuers of tokens: where their keys are, and the keys.
//!
//! They are for strangers, so they cost little: an account that is in memory is read there, and others are loaded one at
//! a time and not often.

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
use lanyard_directory::WebIdentityIssuer;
use lanyard_names::IssuerId;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::html::{self, Answer};
use crate::refusal::{Code, Refusal};
use crate::sessions::{ISSUERS, Visit};

const CONFIGURATION: &str = ".well-known/openid-configuration";
const KEYS: &str = ".well-known/jwks.json";
/// How many accounts strangers can have loaded in one second.
const LOADS_PER_SECOND: u32 = 5;

/// How many accounts strangers have had loaded in this second.
#[derive(Debug, Default)]
pub(crate) struct Loads(Mutex<(i64, u32)>);

impl Loads {
    fn admit(&self, second: i64) -> bool {
        let mut loads = self.0.lock();
        if loads.0 != second {
            *loads = (second, 0);
        }
        let is_admitted = loads.1 < LOADS_PER_SECOND;
        loads.1 = loads.1.saturating_add(1);
        is_admitted
    }
}

/// One of the documents of one issuer: `path` is what follows the common part.
pub(crate) async fn document(visit: &Visit<'_>, path: &str) -> Answer {
    let found = path
        .split_once('/')
        .and_then(|(id, name)| Some((IssuerId::parse(id).ok()?, name)))
        .filter(|(_, name)| [CONFIGURATION, KEYS].contains(name));
    let Some((id, name)) = found else {
        return nothing();
    };
    let issuer = match issuer(visit, id).await {
        Ok(Some(issuer)) => issuer,
        Ok(None) => return nothing(),
        Err(busy) => return busy,
    };
    let text = if name == KEYS {
        keys(&issuer)
    } else {
        configuration(visit, &issuer)
    };
    let mut answer = html::json(StatusCode::OK, &text);
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    answer
}

async fn issuer(visit: &Visit<'_>, id: IssuerId) -> Result<Option<Arc<WebIdentityIssuer>>, Answer> {
    let directory = &visit.services.directory;
    // Nothing is loaded for an account that does not exist.
    if directory.global().account(id.account()).is_none() {
        return Ok(None);
    }
    let is_loaded = directory.account_cached(id.account()).is_some();
    if !is_loaded && !visit.sessions.loads.admit(visit.now.as_second()) {
        let mut busy = Refusal::new(Code::ServiceUnavailable, "Too many requests at once.").answer();
        busy.headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
        return Err(busy);
    }
    let account = directory.account_of_issuer(id).await;
    let account = account.map_err(|failed| Refusal::unavailable(&failed).answer())?;
    Ok(account.and_then(|account| account.web_identity_issuer().cloned()))
}

/// Evidence: OpenID Connect Discovery 1.0, section 3: what has to be there.
fn configuration(visit: &Visit<'_>, issuer: &WebIdentityIssuer) -> Value {
    let url = visit.site.url(&format!("{ISSUERS}{}", issuer.id));
    let mut algorithms: Vec<&str> = issuer.keys.iter().map(|key| key.algorithm.name()).collect();
    algorithms.sort_unstable();
    algorithms.dedup();
    json!({
        "issuer": url,
        "jwks_uri": format!("{url}/{KEYS}"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti"],
    })
}

/// The public halves, of keys that sign no more too: what they signed can still be verified.
fn keys(issuer: &WebIdentityIssuer) -> Value {
    let keys = issuer.keys.iter();
    let keys: Vec<Value> = keys
        .filter_map(|key| serde_json::from_str(&key.public).ok())
        .map(public_alone)
        .collect();
    json!({ "keys": keys })
}

/// Whatever a key is kept with, only what is public is shown.
fn public_alone(key: Value) -> Value {
    const PUBLIC: [&str; 9] = ["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"];
    match key {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| PUBLIC.contains(&name.as_str()))
            .collect(),
        _ => Value::Null,
    }
}

fn nothing() -> Answer {
    Refusal::new(Code::UnknownOperation, "There is nothing here.").answer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_have_few_accounts_loaded() {
        let loads = Loads::default();
        let admitted = |second| (0..10).filter(|_| loads.admit(second)).count();
        assert_eq!(admitted(1), 5);
        assert_eq!(admitted(1), 0);
        assert_eq!(admitted(2), 5);
    }

    #[test]
    fn a_private_half_would_not_be_shown() {
        let key = json!({"kty": "EC", "x": "a", "d": "secret"});
        assert_eq!(public_alone(key), json!({"kty": "EC", "x": "a"}));
    }
}
