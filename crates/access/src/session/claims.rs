//! What a token says, as bytes: a small versioned encoding.
//!
//! Numbers are varints, texts are preceded by their length. Session policies and tags form the *packed* part,
//! which is compressed and has a budget of its own, so that its percentage does not depend on how long the names
//! in the rest are. Decoding refuses whatever is not exactly what encoding makes: unknown versions, flags that contradict each other,
//! invalid names, bytes left over.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use lanyard_names::{
    AccessKeyId, FederatedUserName, PolicyArn, SessionName, SourceIdentity, TagKey, TagValue, UniqueId,
};

use super::codec::{inflate, put_number, put_text, take, take_byte, take_number, take_text};
use super::federation::key_prefix;
use super::{Federation, FederationKind, NewSession, OnBehalf, Origin, SessionKind, SessionTag};

/// Room for compressed session policies and tags. With the longest names in everything else a token still fits
/// into its limit.
pub(super) const PACKED_BYTES_MAX: usize = 2_000;
/// What is no longer than this goes into the token as it is: inflating it at each opening would take longer than all
/// the rest.
const PLAIN_BYTES_MAX: usize = 512;

const KIND_ASSUMED_ROLE: u8 = 1;
const KIND_USER_SESSION: u8 = 2;
const KIND_ROOT_SESSION: u8 = 3;
const KIND_FEDERATED_BY_USER: u8 = 4;
const KIND_FEDERATED_BY_ROOT: u8 = 5;

const FLAG_MFA: u8 = 1;
const FLAG_CHAINED: u8 = 2;
const FLAG_DEFLATED: u8 = 4;
const FLAG_SIGN_IN: u8 = 8;
const FLAG_WEB_IDENTITY: u8 = 16;
const FLAG_SAML: u8 = 32;
const FLAG_FILLED: u8 = 64;
const FLAG_ON_BEHALF: u8 = 128;

/// Everything in a token but its secret.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) access_key_id: AccessKeyId,
    pub(super) session: NewSession,
}

/// The packed part of a session, and how it is to be written.
pub(super) struct Packed {
    bytes: Vec<u8>,
    is_deflated: bool,
    /// How long it would be if it were deflated.
    packed_len: usize,
    pub(super) is_empty: bool,
}

impl Packed {
    pub(super) fn of(session: &NewSession) -> Self {
        if session.policy.is_none() && session.policy_arns.is_empty() && session.tags.is_empty() {
            return Self {
                bytes: Vec::new(),
                is_deflated: false,
                packed_len: 0,
                is_empty: true,
            };
        }
        let mut plain = Vec::new();
        put_text(&mut plain, session.policy.as_deref().unwrap_or_default());
        put_number(&mut plain, session.policy_arns.len() as u64);
        for arn in &session.policy_arns {
            put_text(&mut plain, arn.as_str());
        }
        put_number(&mut plain, session.tags.len() as u64);
        for tag in &session.tags {
            put_text(&mut plain, tag.key.as_str());
            put_text(&mut plain, tag.value.as_str());
            plain.push(u8::from(tag.is_transitive));
        }
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
        let deflated = deflated.write_all(&plain).and_then(|()| deflated.finish());
        let deflated = deflated.ok().filter(|deflated| deflated.len() < plain.len());
        let packed_len = deflated.as_ref().map_or(plain.len(), Vec::len);
        match deflated {
            Some(deflated) if plain.len() > PLAIN_BYTES_MAX => Self {
                bytes: deflated,
                is_deflated: true,
                packed_len,
                is_empty: false,
            },
            _ => Self {
                bytes: plain,
                is_deflated: false,
                packed_len,
                is_empty: false,
            },
        }
    }

    /// The share of the budget that is used, rounded up.
    pub(super) fn percent(&self) -> u32 {
        let percent = self.packed_len.saturating_mul(100).div_ceil(PACKED_BYTES_MAX);
        u32::try_from(percent).unwrap_or(u32::MAX)
    }

    pub(super) fn fits(&self) -> bool {
        self.bytes.len() <= PACKED_BYTES_MAX
    }
}

/// Everything in at least `bytes_min` bytes.
pub(super) fn encode(
    access_key_id: AccessKeyId,
    session: &NewSession,
    packed: &Packed,
    bytes_min: usize,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(256_usize.saturating_add(packed.bytes.len()));
    out.extend_from_slice(access_key_id.as_str().as_bytes());
    let (kind, issuer, name) = match &session.kind {
        SessionKind::AssumedRole { role, name } => (KIND_ASSUMED_ROLE, Some(role), name.as_str()),
        SessionKind::SessionToken { user: Some(user) } => (KIND_USER_SESSION, Some(user), ""),
        SessionKind::SessionToken { user: None } => (KIND_ROOT_SESSION, None, ""),
        SessionKind::FederatedUser {
            user: Some(user),
            name,
        } => (KIND_FEDERATED_BY_USER, Some(user), name.as_str()),
        SessionKind::FederatedUser { user: None, name } => (KIND_FEDERATED_BY_ROOT, None, name.as_str()),
    };
    out.push(kind);
    if let Some(issuer) = issuer {
        out.extend_from_slice(issuer.as_str().as_bytes());
    }
    put_number(&mut out, u64::from(session.epoch));
    put_number(&mut out, session.issued_at.as_second().unsigned_abs());
    put_number(&mut out, u64::from(session.seconds));
    let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    let flags_at = out.len();
    out.push(
        flag(session.mfa, FLAG_MFA)
            | flag(session.is_chained, FLAG_CHAINED)
            | flag(packed.is_deflated, FLAG_DEFLATED)
            | flag(session.is_sign_in, FLAG_SIGN_IN)
            | flag(session.on_behalf.is_some(), FLAG_ON_BEHALF)
            | session
                .federation
                .as_ref()
                .map_or(0, |federation| flag_of(federation.kind)),
    );
    put_text(&mut out, name);
    put_text(
        &mut out,
        session
            .source_identity
            .as_ref()
            .map_or("", SourceIdentity::as_str),
    );
    put_origin(&mut out, session.origin.as_ref());
    if let Some(federation) = &session.federation {
        put_federation(&mut out, federation);
    }
    if let Some(on_behalf) = &session.on_behalf {
        put_on_behalf(&mut out, on_behalf);
    }
    put_number(&mut out, packed.bytes.len() as u64);
    out.extend_from_slice(&packed.bytes);
    if out.len() < bytes_min {
        out.resize(bytes_min, 0);
        if let Some(flags) = out.get_mut(flags_at) {
            *flags |= FLAG_FILLED;
        }
    }
    out
}

/// What was encoded, or `None` for anything else.
pub(super) fn decode(bytes: &[u8]) -> Option<Claims> {
    let mut rest = bytes;
    let access_key_id = take_key_id(&mut rest)?;
    let kind = take_byte(&mut rest)?;
    let issuer = match kind {
        KIND_ASSUMED_ROLE | KIND_USER_SESSION | KIND_FEDERATED_BY_USER => Some(take_unique_id(&mut rest)?),
        _ => None,
    };
    let epoch = u32::try_from(take_number(&mut rest)?).ok()?;
    let issued_at = Timestamp::from_second(i64::try_from(take_number(&mut rest)?).ok()?).ok()?;
    let seconds = u32::try_from(take_number(&mut rest)?).ok()?;
    let flags = take_byte(&mut rest)?;
    let name = take_text(&mut rest)?;
    let source_identity = optional(take_text(&mut rest)?);
    let origin = take_origin(&mut rest)?;
    let federation = take_federation(&mut rest, flags)?;
    let on_behalf = match flags & FLAG_ON_BEHALF {
        0 => None,
        _ => Some(take_on_behalf(&mut rest)?),
    };
    let packed_len = usize::try_from(take_number(&mut rest)?).ok()?;
    let packed = take(&mut rest, packed_len)?;
    let is_filled = !rest.is_empty() && rest.iter().all(|byte| *byte == 0);
    if is_filled != (flags & FLAG_FILLED != 0) || !(is_filled || rest.is_empty()) {
        return None;
    }
    let kind = match (kind, issuer) {
        (KIND_ASSUMED_ROLE, Some(role)) => SessionKind::AssumedRole {
            role,
            name: SessionName::parse(name).ok()?,
        },
        (KIND_USER_SESSION, Some(user)) => SessionKind::SessionToken { user: Some(user) },
        (KIND_ROOT_SESSION, None) => SessionKind::SessionToken { user: None },
        (KIND_FEDERATED_BY_USER | KIND_FEDERATED_BY_ROOT, user) => SessionKind::FederatedUser {
            user,
            name: FederatedUserName::parse(name).ok()?,
        },
        _ => return None,
    };
    let mut session = NewSession::plain(access_key_id.account(), kind, epoch, issued_at, seconds);
    session.mfa = flags & FLAG_MFA != 0;
    session.is_chained = flags & FLAG_CHAINED != 0;
    session.source_identity = source_identity.map(SourceIdentity::parse).transpose().ok()?;
    session.is_sign_in = flags & FLAG_SIGN_IN != 0;
    session.origin = origin;
    session.federation = federation.map(Arc::new);
    session.on_behalf = on_behalf;
    unpack(packed, flags & FLAG_DEFLATED != 0, &mut session)?;
    Some(Claims {
        access_key_id,
        session,
    })
}

fn unpack(packed: &[u8], is_deflated: bool, session: &mut NewSession) -> Option<()> {
    if packed.is_empty() {
        return (!is_deflated).then_some(());
    }
    let inflated;
    let mut rest = packed;
    if is_deflated {
        inflated = inflate(packed)?;
        rest = &inflated;
    }
    session.policy = optional(take_text(&mut rest)?).map(Arc::from);
    for _ in 0..take_number(&mut rest)? {
        session
            .policy_arns
            .push(PolicyArn::parse(take_text(&mut rest)?).ok()?);
    }
    for _ in 0..take_number(&mut rest)? {
        let key = TagKey::parse(take_text(&mut rest)?).ok()?;
        let value = TagValue::parse(take_text(&mut rest)?).ok()?;
        let is_transitive = match take_byte(&mut rest)? {
            0 => false,
            1 => true,
            _ => return None,
        };
        session.tags.push(SessionTag {
            key,
            value,
            is_transitive,
        });
    }
    rest.is_empty().then_some(())
}

fn put_origin(out: &mut Vec<u8>, origin: Option<&Origin>) {
    let Some(origin) = origin else {
        return put_text(out, "");
    };
    put_text(out, &origin.arn);
    out.extend_from_slice(origin.user.as_str().as_bytes());
    out.extend_from_slice(origin.key.as_str().as_bytes());
    put_number(out, u64::from(origin.epoch));
}

fn take_origin(rest: &mut &[u8]) -> Option<Option<Origin>> {
    let arn = take_text(rest)?;
    if arn.is_empty() {
        return Some(None);
    }
    Some(Some(Origin {
        arn: arn.into(),
        user: take_unique_id(rest)?,
        key: take_key_id(rest)?,
        epoch: u32::try_from(take_number(rest)?).ok()?,
    }))
}

fn flag_of(kind: FederationKind) -> u8 {
    match kind {
        FederationKind::WebIdentity => FLAG_WEB_IDENTITY,
        FederationKind::Saml => FLAG_SAML,
    }
}

/// The names of keys mostly begin with the provider's; that is then left out.
fn put_federation(out: &mut Vec<u8>, federation: &Federation) {
    put_text(out, &federation.provider);
    put_number(out, federation.keys.len() as u64);
    for (name, values) in &federation.keys {
        match name
            .strip_prefix(federation.key_prefix())
            .filter(|own| own.starts_with(':'))
        {
            Some(own) => put_text(out, own),
            None => put_text(out, name),
        }
        put_number(out, values.len() as u64);
        for value in values {
            put_text(out, value);
        }
    }
}

fn take_federation(rest: &mut &[u8], flags: u8) -> Option<Option<Federation>> {
    let kind = match flags & (FLAG_WEB_IDENTITY | FLAG_SAML) {
        0 => return Some(None),
        FLAG_WEB_IDENTITY => FederationKind::WebIdentity,
        FLAG_SAML => FederationKind::Saml,
        _ => return None,
    };
    let provider = take_text(rest)?;
    let mut keys = Vec::new();
    for _ in 0..take_number(rest)? {
        let name = take_text(rest)?;
        let name: Arc<str> = if name.starts_with(':') {
            format!("{}{name}", key_prefix(kind, provider)).into()
        } else {
            name.into()
        };
        let mut values = Vec::new();
        for _ in 0..take_number(rest)? {
            values.push(Arc::from(take_text(rest)?));
        }
        keys.push((name, values));
    }
    Some(Some(Federation {
        kind,
        provider: provider.into(),
        keys,
    }))
}

fn put_on_behalf(out: &mut Vec<u8>, on_behalf: &OnBehalf) {
    put_number(out, on_behalf.services.len() as u64);
    for service in &on_behalf.services {
        put_text(out, service);
    }
    put_text(
        out,
        on_behalf.long_term_key.as_ref().map_or("", AccessKeyId::as_str),
    );
}

fn take_on_behalf(rest: &mut &[u8]) -> Option<OnBehalf> {
    let mut services = Vec::new();
    for _ in 0..take_number(rest)? {
        services.push(Arc::from(take_text(rest)?));
    }
    if services.is_empty() {
        return None;
    }
    let long_term_key = optional(take_text(rest)?).map(AccessKeyId::parse);
    Some(OnBehalf {
        services,
        long_term_key: long_term_key.transpose().ok()?,
    })
}

fn take_key_id(rest: &mut &[u8]) -> Option<AccessKeyId> {
    AccessKeyId::parse(str::from_utf8(take(rest, 20)?).ok()?).ok()
}

fn take_unique_id(rest: &mut &[u8]) -> Option<UniqueId> {
    UniqueId::parse(str::from_utf8(take(rest, 21)?).ok()?).ok()
}

fn optional(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
