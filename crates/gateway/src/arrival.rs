//! Which requests are for the store, and which host they name.

use http::header::HOST;
use http::request::Parts;
use http::{HeaderValue, Version};
use lanyard_mapping::Hosts;

use crate::error::{Code, S3Error};

/// Whether a request that names no service in a signature is for the store, and not for the API on the same listener:
/// by its path and host, since the API is at `/`. Where a signature names one, whoever listens has read it already.
pub(crate) fn is_for_s3(parts: &Parts, hosts: &Hosts) -> bool {
    parts.uri.path() != "/" || is_host_of_bucket(host(parts), hosts)
}

/// Whether a host names a bucket under one of the domains.
fn is_host_of_bucket(host: &str, hosts: &Hosts) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    hosts.domains().iter().any(|domain| {
        name.len() > domain.len()
            && name
                .to_ascii_lowercase()
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// The host that a request names; empty if it names none.
pub(crate) fn host(parts: &Parts) -> &str {
    let in_header = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let in_target = || parts.uri.authority().map(http::uri::Authority::as_str);
    in_header.or_else(in_target).unwrap_or_default()
}

/// Puts the host where it is signed, in its header, and refuses requests that name two, or none.
pub(crate) fn settle_host(parts: &mut Parts) -> Result<(), S3Error> {
    let refuse = |why| Err(S3Error::with_message(Code::INVALID_URI, why));
    if parts.headers.get_all(HOST).iter().count() > 1 {
        return refuse("The request names more than one host.");
    }
    let authority = parts
        .uri
        .authority()
        .map(|authority| authority.as_str().to_owned());
    match authority {
        Some(_) if parts.version < Version::HTTP_2 => {
            // Evidence: RFC 9112 lets a proxy be asked this way; this is none, and a store might take the host in the
            // target for another bucket.
            return refuse("The request target must be a path.");
        }
        Some(authority) => match parts.headers.get(HOST) {
            Some(host) if host.as_bytes() != authority.as_bytes() => {
                return refuse("The request names two hosts.");
            }
            Some(_) => {}
            None => {
                let Ok(host) = HeaderValue::from_str(&authority) else {
                    return refuse("The host of the request is not valid.");
                };
                parts.headers.insert(HOST, host);
            }
        },
        None if parts.headers.contains_key(HOST) => {}
        None => return refuse("The request names no host."),
    }
    Ok(())
}
