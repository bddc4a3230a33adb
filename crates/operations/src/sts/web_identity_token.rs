//! Tokens by which principals of an account show themselves to others: compact JWS, signed by the account's issuer.
//!
//! Claims of their own stand below one name, as AWS has them. Evidence: the IAM guide's page on token claims, and a
//! token quoted in a public document.

use std::collections::BTreeMap;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64URL_NOPAD;
use lanyard_access::{Caller, SecretBytes, Vault};
use lanyard_aws_api::sts as api;
use lanyard_directory::{Tags, TokenAlgorithm, TokenKey};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::error::Refusal;
use crate::iam::web_identity_federation::key;
use crate::view::View;

/// The longest payload, in bytes. AWS's limit is not published; a recorded answer has a payload of 14,984.
const PAYLOAD_BYTES_MAX: usize = 16 * 1024;

/// What the claims of our own stand below.
const NAMESPACE: &str = "https://sts.amazonaws.com/";

/// What a token says beside who the caller is.
pub(super) struct Claims<'a> {
    pub(super) issuer: String,
    pub(super) audience: &'a [String],
    /// In seconds since 1970, as the token says it.
    pub(super) begins: i64,
    pub(super) expires: i64,
    pub(super) tags: &'a [api::Tag],
}

/// Why a token cannot be signed.
#[derive(Debug, thiserror::Error)]
enum SigningError {
    #[error(transparent)]
    Vault(#[from] lanyard_access::VaultError),
    #[error("the signing key cannot be used")]
    Key,
}

/// Makes a token that says who the caller is.
pub(super) fn make(
    claims: &Claims<'_>,
    view: &View<'_>,
    key: &TokenKey,
    vault: &Vault,
) -> Result<String, Refusal> {
    let header = json!({ "alg": key.algorithm.name(), "kid": *key.kid, "typ": "JWT" });
    let payload = payload(claims, view).to_string();
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(Refusal::token_payload_too_large());
    }
    let mut token = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    token.push('.');
    BASE64URL_NOPAD.encode_append(payload.as_bytes(), &mut token);
    let place = key::place(view.account.id(), &key.kid);
    let private = vault.unseal(place, key.private.as_bytes());
    let private = private.map_err(|error| Refusal::failure(SigningError::from(error)))?;
    let signature = sign(key.algorithm, &private, token.as_bytes());
    let signature = signature.ok_or_else(|| Refusal::failure(SigningError::Key))?;
    token.push('.');
    BASE64URL_NOPAD.encode_append(&signature, &mut token);
    Ok(token)
}

fn sign(algorithm: TokenAlgorithm, private: &SecretBytes, text: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    match algorithm {
        TokenAlgorithm::Rs256 => {
            let pair = RsaKeyPair::from_pkcs8(private.expose()).ok()?;
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).ok()?;
            Some(signature)
        }
        TokenAlgorithm::Es384 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, private.expose()).ok()?;
            Some(pair.sign(&random, text).ok()?.as_ref().to_vec())
        }
    }
}

fn payload(claims: &Claims<'_>, view: &View<'_>) -> Value {
    let caller = view.caller;
    let subject = caller.entity_arn();
    let mut own = Map::new();
    let mut insert = |name: &str, value: Value| own.insert(name.to_owned(), value);
    insert("aws_account", caller.account.to_string().into());
    // The global STS is of this region, wherever the request was signed for.
    insert("source_region", "us-east-1".into());
    insert("principal_id", (*subject).into());
    if let Some(session) = &caller.session {
        let end = session.expires_at.as_second();
        let end = jiff::Timestamp::from_second(end).unwrap_or(session.expires_at);
        insert("original_session_exp", end.to_string().into());
        if let Some(federation) = &session.federation {
            insert("federated_provider", (*federation.provider).into());
        }
        if let Some(source_identity) = &session.source_identity {
            insert("source_identity", source_identity.as_str().into());
        }
    }
    let tags = principal_tags(caller, view);
    if !tags.is_empty() {
        insert("principal_tags", json!(tags));
    }
    let tags: BTreeMap<_, _> = claims.tags.iter().map(|tag| (&tag.key, &tag.value)).collect();
    if !tags.is_empty() {
        insert("request_tags", json!(tags));
    }
    let audience = match claims.audience {
        [one] => one.as_str().into(),
        several => json!(several),
    };
    json!({
        "iss": claims.issuer,
        "aud": audience,
        "sub": *subject,
        "iat": claims.begins,
        "exp": claims.expires,
        "jti": Uuid::new_v4().to_string(),
        NAMESPACE: own,
    })
}

/// The tags of the user or role, overridden by those of the session.
fn principal_tags(caller: &Caller, view: &View<'_>) -> BTreeMap<String, String> {
    let name = caller.entity_name().unwrap_or_default();
    let of_entity: Option<&Tags> = match caller.user() {
        Some(user) => Some(&user.tags),
        None if caller.is_role_session() => view.account.role(name).map(|role| &role.tags),
        None => None,
    };
    let of_session = caller.session.iter().flat_map(|session| &session.tags);
    let of_session: Vec<_> = of_session
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    let mut tags = BTreeMap::new();
    for tag in of_entity.into_iter().flat_map(Tags::iter) {
        let is_overridden = of_session
            .iter()
            .any(|(key, _)| super::session_tags::is_same(key, tag.key.as_str()));
        if !is_overridden {
            tags.insert(tag.key.as_str().to_owned(), tag.value.as_str().to_owned());
        }
    }
    tags.extend(
        of_session
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    tags
}
