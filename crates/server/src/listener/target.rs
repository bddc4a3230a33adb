//! For which host a request is: said once, in one place.
//!
//! HTTP/2 names the host in `:authority`, a proxy's HTTP/1 request in its absolute target, every other request in
//! the `host` header. Signatures and virtual hosts are judged by that header alone, so whatever was said elsewhere
//! is put there before anything reads it.
//!
//! Invariant: what comes out has at most one `host`, a target that is path and query alone, and no second opinion.

use http::header::HOST;
use http::{HeaderValue, Request, Uri};

/// Why a request is turned away before anybody looks at it. All of these are answered 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetError {
    /// More than one `host` header.
    ManyHosts,
    /// Target and `host` header name different hosts.
    Disagreement,
    /// The target is no path.
    NoPath,
    /// The authority holds more than host and port.
    Authority,
}

impl TargetError {
    /// What the client is told.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::ManyHosts => "the request has more than one Host header\n",
            Self::Disagreement => "the request's target and its Host header name different hosts\n",
            Self::NoPath => "the request's target is not a path\n",
            Self::Authority => "the request's target does not name a host\n",
        }
    }
}

/// Leaves the host in the `host` header and nowhere else.
pub(super) fn settle<B>(request: &mut Request<B>) -> Result<(), TargetError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let stated = hosts.next();
    if hosts.next().is_some() {
        return Err(TargetError::ManyHosts);
    }
    let uri = request.uri();
    let Some(authority) = uri.authority() else {
        return if uri.path().starts_with('/') {
            Ok(())
        } else {
            Err(TargetError::NoPath)
        };
    };
    if uri.scheme().is_none() {
        // What CONNECT asks for.
        return Err(TargetError::NoPath);
    }
    if authority.as_str().contains('@') {
        return Err(TargetError::Authority);
    }
    match stated {
        Some(stated)
            if !stated
                .as_bytes()
                .eq_ignore_ascii_case(authority.as_str().as_bytes()) =>
        {
            return Err(TargetError::Disagreement);
        }
        Some(_) => {}
        None => {
            let host = HeaderValue::from_str(authority.as_str()).map_err(|_| TargetError::Authority)?;
            request.headers_mut().insert(HOST, host);
        }
    }
    let path = request
        .uri()
        .path_and_query()
        .cloned()
        .ok_or(TargetError::NoPath)?;
    if !path.path().starts_with('/') {
        return Err(TargetError::NoPath);
    }
    *request.uri_mut() = Uri::from(path);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The target and host that come out, or why none do.
    fn check(target: &str, hosts: &[&str], expected: Result<(&str, Option<&str>), TargetError>) {
        let mut request = Request::new(());
        *request.uri_mut() = target.parse().unwrap();
        for host in hosts {
            request.headers_mut().append(HOST, host.parse().unwrap());
        }
        let settled = settle(&mut request);
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let found = settled.map(|()| (request.uri().to_string(), host));
        assert_eq!(
            found,
            expected.map(|(target, host)| (target.to_owned(), host)),
            "{target} {hosts:?}"
        );
    }

    #[test]
    fn an_ordinary_request_stays_as_it_is() {
        check("/a?b", &["h:1"], Ok(("/a?b", Some("h:1"))));
        check("/", &[], Ok(("/", None)));
        check("//h/a", &["x"], Ok(("//h/a", Some("x"))));
    }

    #[test]
    fn the_authority_becomes_the_host() {
        check("http://h:1/a?b", &[], Ok(("/a?b", Some("h:1"))));
        check("https://h", &[], Ok(("/", Some("h"))));
        check("http://H/a", &["h"], Ok(("/a", Some("h"))));
    }

    #[test]
    fn two_hosts_are_refused() {
        check("http://h/a", &["x"], Err(TargetError::Disagreement));
        check("http://h:80/a", &["h"], Err(TargetError::Disagreement));
        check("/a", &["h", "h"], Err(TargetError::ManyHosts));
        check("http://h/a", &["h", "x"], Err(TargetError::ManyHosts));
        check("http://u@h/a", &[], Err(TargetError::Authority));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        check("*", &["h"], Err(TargetError::NoPath));
        check("h:443", &["h:443"], Err(TargetError::NoPath));
    }
}
