//! Which service a request says it is for.
//!
//! A signature names its service in the scope of the credential, in the header or in the query. Here that is only
//! read, to find out who answers; whether it is true is for whoever answers to find out.

use std::borrow::Cow;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Uri};

/// The service in the scope of the request's credential. `None` if there is no credential, or none that can be read.
pub(crate) fn claimed_service<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<Cow<'a, str>> {
    claimed(headers, uri, service_of)
}

/// The region in the scope of the request's credential.
pub(crate) fn claimed_region<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<Cow<'a, str>> {
    claimed(headers, uri, region_of)
}

/// A part of the request's credential.
fn claimed<'a>(
    headers: &'a HeaderMap,
    uri: &'a Uri,
    part: for<'c> fn(&'c str) -> Option<&'c str>,
) -> Option<Cow<'a, str>> {
    match headers.get(AUTHORIZATION) {
        Some(value) => part(credential_in_header(value.as_bytes())?).map(Cow::Borrowed),
        None => {
            let credential = uri
                .query()?
                .split('&')
                .find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
            if !credential.contains('%') {
                return part(credential).map(Cow::Borrowed);
            }
            let credential = credential.replace("%2F", "/").replace("%2f", "/");
            part(&credential).map(|part| Cow::Owned(part.to_owned()))
        }
    }
}

/// Reads no further than it must: every request of the API comes through here.
fn credential_in_header(value: &[u8]) -> Option<&str> {
    let rest = value.strip_prefix(b"AWS4-HMAC-SHA256")?;
    let named = b"Credential=";
    let start = rest.windows(named.len()).position(|window| window == named)?;
    let credential = rest.get(start.saturating_add(named.len())..)?;
    let end = credential.iter().position(|byte| matches!(byte, b',' | b' '));
    let credential = credential.get(..end.unwrap_or(credential.len()))?;
    std::str::from_utf8(credential).ok()
}

/// `KEY/DATE/REGION/SERVICE/aws4_request`.
fn service_of(credential: &str) -> Option<&str> {
    credential.rsplit('/').nth(1).filter(|part| !part.is_empty())
}

fn region_of(credential: &str) -> Option<&str> {
    credential.rsplit('/').nth(2).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(authorization: Option<&str>, target: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        let uri = target.parse().unwrap();
        let service = claimed_service(&headers, &uri);
        assert_eq!(service.as_deref(), expected, "{authorization:?} {target}");
    }

    #[test]
    fn the_header_names_the_service() {
        let signed =
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host";
        check(Some(signed), "/", Some("s3"));
        let close = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sts/aws4_request,SignedHeaders=host";
        check(
            Some(close),
            "/?X-Amz-Credential=A/B/C/s3/aws4_request",
            Some("sts"),
        );
    }

    #[test]
    fn the_query_names_the_service() {
        check(
            None,
            "/b/k?X-Amz-Credential=AKIA/1/r/s3/aws4_request&a=b",
            Some("s3"),
        );
        check(
            None,
            "/b/k?a=b&X-Amz-Credential=AKIA%2F1%2fr%2Fs3%2Faws4_request",
            Some("s3"),
        );
    }

    #[test]
    fn the_region_stands_before_the_service() {
        let region = |target: &str| {
            let uri = target.parse().unwrap();
            claimed_region(&HeaderMap::new(), &uri).map(Cow::into_owned)
        };
        let signed = "/b/k?X-Amz-Credential=AKIA/1/eu-west-1/s3/aws4_request";
        assert_eq!(region(signed).as_deref(), Some("eu-west-1"));
        assert_eq!(region("/b/k?X-Amz-Credential=AKIA/1//s3/aws4_request"), None);
        assert_eq!(region("/b/k"), None);
    }

    #[test]
    fn what_is_not_signed_names_none() {
        check(None, "/b/k", None);
        check(Some("Bearer AKIA.secret"), "/", None);
        check(Some("AWS AKIA:signature"), "/", None);
        check(Some("AWS4-HMAC-SHA256 Credential=AKIA"), "/", None);
        check(Some("AWS4-HMAC-SHA256 Credential=A/B/C//aws4_request"), "/", None);
    }
}
