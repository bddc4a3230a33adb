//! `lanyard gateway explain`: what a request to a service would mean. No server, no signature, nothing sent.

use std::fmt::Display;

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use lanyard_mapping::aws::Scope;
use lanyard_mapping::{Hosts, explain_s3, explain_service};
use serde::Serialize;

use crate::cli::GatewayExplainFlags;
use crate::exit::CommandError;
use crate::scope::{claimed_region, claimed_service};
use crate::terminal::{Terminal, printable};

/// A region for requests that name none.
const REGION: &str = "us-east-1";
/// No service takes a longer body at once.
const BODY_BYTES_MAX: u64 = 64 << 20;

/// The type of bodies that are forms, as the query protocols have them.
const FORM: &str = "application/x-www-form-urlencoded";

/// Explains and prints. A request that would be refused is a failure, so that scripts notice.
pub(super) fn run(flags: &GatewayExplainFlags) -> Result<(), CommandError> {
    let headers: Vec<(String, String)> = flags
        .headers
        .iter()
        .map(|text| header(text))
        .collect::<Result<_, _>>()?;
    if !flags.url.starts_with('/') && !flags.url.contains("://") {
        let message = format!(
            "`{}` is not a URL such as http://localhost:4260/reports",
            printable(&flags.url)
        );
        return Err(CommandError::usage(message)
            .hint("it begins with http:// or https://, or, without a host, with /"));
    }
    let credential = Credential::of(&headers, &flags.url);
    let service = flags.service.as_deref().or(credential.service.as_deref());
    match service {
        None | Some("s3") => of_s3(flags, &headers),
        Some(service) => {
            let region = flags.region.as_deref().or(credential.region.as_deref());
            of_service(flags, &headers, service, region.unwrap_or(REGION))
        }
    }
}

fn of_s3(flags: &GatewayExplainFlags, headers: &[(String, String)]) -> Result<(), CommandError> {
    if flags.body.is_some() {
        return Err(CommandError::usage("--body is not read for S3"));
    }
    let hosts = Hosts::new(&flags.domains).map_err(|error| CommandError::usage(error.to_string()))?;
    let explanation = explain_s3(&flags.method, &flags.url, headers, &hosts);
    print(flags, &explanation, explanation.refused.is_some())
}

fn of_service(
    flags: &GatewayExplainFlags,
    headers: &[(String, String)],
    service: &str,
    region: &str,
) -> Result<(), CommandError> {
    let mapping = super::mapping(service)?;
    let scope = Scope {
        region,
        account: crate::commands::account::parse_id(&flags.account)?,
        upstream_account: None,
    };
    let mut body = match &flags.body {
        Some(file) => crate::commands::policy::read_bytes(file, BODY_BYTES_MAX)?,
        None => Vec::new(),
    };
    let content_type = headers.iter().find(|(name, _)| name == "content-type");
    if content_type.is_some_and(|(_, value)| value.starts_with(FORM)) && body.last() == Some(&b'\n') {
        // A file ends with a line end, and no form does.
        body.pop();
    }
    let request = (flags.method.as_str(), flags.url.as_str());
    let explanation = explain_service(&mapping, request, headers, &body, &scope);
    let printed = print(flags, &explanation, explanation.refused.is_some());
    if content_type.is_some() || body.is_empty() {
        return printed;
    }
    printed.map_err(|error| error.hint("it has no Content-Type, which says how its body is to be read"))
}

fn print(
    flags: &GatewayExplainFlags,
    explanation: &(impl Display + Serialize),
    is_refused: bool,
) -> Result<(), CommandError> {
    if flags.json {
        crate::commands::print_json(explanation)?;
    } else {
        let text = explanation.to_string();
        for line in text.trim_end().lines() {
            crate::commands::printed(Terminal::stdout().line(&printable(line)))?;
        }
    }
    if is_refused {
        return Err(CommandError::failure("the request would be refused"));
    }
    Ok(())
}

/// What the credential of a request says, as far as it can be read.
struct Credential {
    service: Option<String>,
    region: Option<String>,
}

impl Credential {
    fn of(headers: &[(String, String)], url: &str) -> Self {
        let named = headers.iter().filter_map(|(name, value)| {
            Some((
                HeaderName::try_from(name).ok()?,
                HeaderValue::from_str(value).ok()?,
            ))
        });
        let headers: HeaderMap = named.collect();
        let uri = url.parse().unwrap_or_else(|_| Uri::from_static("/"));
        let owned = |text: std::borrow::Cow<'_, str>| text.into_owned();
        Self {
            service: claimed_service(&headers, &uri).map(owned),
            region: claimed_region(&headers, &uri).map(owned),
        }
    }
}

/// `name: value`, as in HTTP.
fn header(text: &str) -> Result<(String, String), CommandError> {
    let wrong = || {
        CommandError::usage(format!(
            "`{}` is not a header such as 'name: value'",
            printable(text)
        ))
    };
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let name = name.trim().to_ascii_lowercase();
    if http::HeaderName::try_from(&name).is_err() {
        return Err(wrong());
    }
    Ok((name, value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Credential, header};

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let read = |text: &str| header(text).ok();
        let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(read("X-Amz-Acl: private"), pair("x-amz-acl", "private"));
        assert_eq!(read("range:bytes=0-1"), pair("range", "bytes=0-1"));
        assert_eq!(read("range"), None);
        assert_eq!(read("a b: c"), None);
    }

    #[test]
    fn the_credential_says_which_service_and_region_are_meant() {
        let check = |headers: &[&str], url: &str, expected: (Option<&str>, Option<&str>)| {
            let headers: Vec<(String, String)> = headers.iter().map(|text| header(text).unwrap()).collect();
            let read = Credential::of(&headers, url);
            assert_eq!(
                (read.service.as_deref(), read.region.as_deref()),
                expected,
                "{url}"
            );
        };
        let signed =
            "authorization: AWS4-HMAC-SHA256 Credential=AKIA/1/eu-west-1/sqs/aws4_request, Signature=0";
        check(&[signed], "http://h/", (Some("sqs"), Some("eu-west-1")));
        let presigned = "http://h/?X-Amz-Credential=AKIA%2F1%2Feu-west-1%2Fsns%2Faws4_request";
        check(&[], presigned, (Some("sns"), Some("eu-west-1")));
        check(&[], "http://h/", (None, None));
        check(&[], "no uri", (None, None));
    }
}
