//! What is known of the circumstances: by Envoy, as far as it vouches for it, and by the client.

use std::net::IpAddr;

use lanyard_policy::{ContextValue, Text};

use super::messages::AttributeContext;
use super::original::Original;
use super::route::Route;
use crate::enforcement_point::EnforcementPoint;
use crate::refusal::Refusal;

/// What Envoy vouches for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Circumstances<'a> {
    pub(super) source_ip: Option<IpAddr>,
    pub(super) is_secure: Option<bool>,
    /// Whom the client's certificate names.
    pub(super) peer: Option<&'a str>,
    /// Whether there is no other certificate.
    is_peer_known: bool,
    sni: Option<&'a str>,
}

impl<'a> Circumstances<'a> {
    pub(super) fn read(
        point: &EnforcementPoint<'_>,
        attributes: &'a AttributeContext,
    ) -> Result<Self, Refusal> {
        let source = attributes.source.as_ref();
        let principal = source.map(|source| source.principal.as_str());
        let peer = principal.filter(|principal| !principal.is_empty());
        let session = attributes.tls_session.as_ref();
        let mut circumstances = Self::default();
        if point.trusts("source-ip") {
            let address = source.and_then(|source| source.address.as_ref()?.socket_address.as_ref());
            let address = address.and_then(|address| address.address.parse().ok());
            // Fails closed: a condition on a key that is not there denies nothing.
            let missing = || Refusal::validation("Envoy does not say from which address the request comes.");
            circumstances.source_ip = Some(address.ok_or_else(missing)?);
        }
        if point.trusts("secure-transport") {
            circumstances.is_secure = Some(session.is_some() || peer.is_some());
        }
        if point.trusts("principal") {
            circumstances.peer = peer;
            circumstances.is_peer_known = true;
        }
        if point.trusts("secure-transport") {
            circumstances.sni = session
                .map(|session| session.sni.as_str())
                .filter(|sni| !sni.is_empty());
        }
        Ok(circumstances)
    }

    /// The condition keys. `region` is that of the client's signature.
    pub(super) fn keys(
        &self,
        original: &Original<'_>,
        route: &Route<'_>,
        region: Option<&str>,
    ) -> Vec<(Text, ContextValue)> {
        let mut keys = Vec::new();
        let single = |value: &str| ContextValue::Single(Text::from(value.to_owned()));
        // Fails closed: what Envoy does not vouch for is in doubt, and denies where a denial asks for it.
        let address = self
            .source_ip
            .map(|address| single(&address.to_canonical().to_string()));
        let is_secure = self
            .is_secure
            .map(|is_secure| single(if is_secure { "true" } else { "false" }));
        for (name, value) in [("aws:SourceIp", address), ("aws:SecureTransport", is_secure)] {
            keys.push((name.into(), value.unwrap_or(ContextValue::Unknown)));
        }
        let named = route.headers.iter();
        let named = named.map(|name| (*name, Text::from(format!("envoy:Header/{name}"))));
        let always = [
            ("user-agent", "aws:UserAgent".into()),
            ("referer", "aws:referer".into()),
        ];
        for (name, key) in always.into_iter().chain(named) {
            let values = original.headers.get_all(name).iter();
            let texts: Vec<Result<&str, _>> = values.map(|value| value.to_str()).collect();
            if texts.is_empty() {
                continue;
            }
            // As one text, as Envoy and applications put several together.
            let texts: Result<Vec<&str>, _> = texts.into_iter().collect();
            let value = texts.map_or(ContextValue::Unknown, |texts| single(&texts.join(",")));
            keys.push((key, value));
        }
        for (name, value, is_known) in [
            ("envoy:Sni", self.sni, self.is_secure.is_some()),
            ("envoy:PeerPrincipal", self.peer, self.is_peer_known),
        ] {
            match value {
                Some(value) => keys.push((name.into(), single(value))),
                None if is_known => {}
                None => keys.push((name.into(), ContextValue::Unknown)),
            }
        }
        let mut add = |name: &'static str, value: &str| keys.push((name.into(), single(value)));
        let known = [
            ("aws:RequestedRegion", region),
            ("envoy:Host", Some(&*original.host)),
            ("envoy:Method", Some(original.method.as_str())),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                add(name, value);
            }
        }
        // Fails closed: of a path that nobody can decode nobody knows what the application takes it for.
        let path = decoded(original.target.path());
        keys.push((
            "envoy:Path".into(),
            path.map_or(ContextValue::Unknown, |path| single(&path)),
        ));
        keys
    }
}

/// A path as applications read it, decoded once: both spellings of a letter are one.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut pieces = path.split('%');
    bytes.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_number)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    let path = String::from_utf8(bytes).ok()?;
    Some(path).filter(|path| !path.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(decoded(path).as_deref(), expected, "{path}");
        };
        check("/admin/1", Some("/admin/1"));
        check("/%61dmin/%c3%a9+1", Some("/admin/é+1"));
        check("/%2561dmin", Some("/%61dmin"));
        for other in ["/%", "/%6", "/%zz", "/%+1", "/%é", "/%c3", "/%00", "/%0a"] {
            check(other, None);
        }
    }
}
