//! What a request would mean, for people: `lanyard gateway explain`.

mod service;

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_policy::ContextValue;
use serde::Serialize;

pub use service::{NeededPermission, ServiceExplanation, ServiceMeaning, explain_service};

use crate::{AnsweredBy, Asked, Body, Hosts, Incoming, Mapped, MappingError, Needs, map_s3};

/// How a request would be mapped, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The method.
    pub method: String,
    /// The host, where the URL names one.
    pub host: Option<String>,
    /// Path and query as they were given.
    pub target: String,
    /// What the request means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// Why the request is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What a request means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// The operation.
    pub operation: &'static str,
    /// The bucket.
    pub bucket: Option<String>,
    /// The key.
    pub key: Option<String>,
    /// Whether Lanyard or the store answers.
    pub answered_by: &'static str,
    /// What its body can be.
    pub body: String,
    /// Every permission it needs.
    pub asks: Vec<Ask>,
    /// What of the body must be read before it can be decided.
    pub needs: Option<&'static str>,
    /// The keys of a batch that are none, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused_keys: Vec<String>,
    /// Whom the caller takes for the owner of the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_bucket_owner: Option<String>,
    /// Whom the caller takes for the owner of the source's bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_expected_bucket_owner: Option<String>,
    /// Headers and parameters that are not sent on.
    pub dropped: Vec<String>,
    /// What would go upstream if it is allowed.
    pub upstream: Upstream,
}

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// The action.
    pub action: &'static str,
    /// The resource.
    pub resource: String,
    /// The condition keys that the request gives, in order of name.
    pub condition_keys: Vec<(String, Vec<String>)>,
    /// Whether policies may ask which tags the object has.
    pub reads_object_tags: bool,
    /// Whether it is needed only if the source of the copy has tags.
    pub only_if_source_has_tags: bool,
    /// Whether only an explicit deny counts.
    pub denies_only: bool,
}

/// A request to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers, without those of signature and framing.
    pub headers: Vec<(String, String)>,
}

/// Explains a request to S3: its method, its URL (or only path and query), and its headers.
pub fn explain_s3(method: &str, url: &str, headers: &[(String, String)], hosts: &Hosts) -> Explanation {
    let (host, target) = split(url);
    let result = header_map(headers).and_then(|headers| {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| MappingError::MethodNotAllowed {
            method: method.to_owned(),
        })?;
        let (path, query) = target
            .split_once('?')
            .map_or((target, None), |(path, query)| (path, Some(query)));
        let named = headers
            .get(http::header::HOST)
            .and_then(|host| host.to_str().ok());
        let incoming = Incoming {
            method: &method,
            path,
            query,
            host: host.or(named).unwrap_or("localhost"),
            headers: &headers,
        };
        let mapped = map_s3(&incoming, hosts)?;
        Ok(Meaning {
            dropped: dropped(&headers, query, &mapped),
            ..Meaning::of(&mapped)
        })
    });
    let (meaning, refused) = match result {
        Ok(meaning) => (Some(meaning), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Explanation {
        method: method.to_owned(),
        host: host.map(str::to_owned),
        target: target.to_owned(),
        meaning,
        refused,
    }
}

/// Host and target of a URL that names a host, or of a target alone.
fn split(url: &str) -> (Option<&str>, &str) {
    let Some((_, rest)) = url
        .split_once("://")
        .filter(|(scheme, _)| !scheme.contains(['/', '?']))
    else {
        return (None, url);
    };
    match rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)) {
        Some((host, target)) if target.starts_with('/') => (Some(host), target),
        Some((host, _)) => (Some(host), "/"),
        None => (Some(rest), "/"),
    }
}

fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, MappingError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let wrong = || crate::value::invalid(name, "it is no header");
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        map.append(header, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    Ok(map)
}

fn dropped(headers: &HeaderMap, query: Option<&str>, mapped: &Mapped) -> Vec<String> {
    let is_sent = |name: &str| mapped.headers.iter().any(|(known, _)| known == name);
    let mut names: Vec<String> = headers
        .keys()
        .map(HeaderName::as_str)
        .filter(|name| !is_sent(name))
        .map(|name| format!("header {name}"))
        .collect();
    let parameters = query.into_iter().flat_map(|query| query.split('&'));
    for piece in parameters.filter(|piece| !piece.is_empty()) {
        let name = piece.split('=').next().unwrap_or_default();
        let is_kept = is_sent(name)
            || mapped.query.iter().any(|(known, _)| *known == name)
            || mapped
                .operation
                .model
                .literals
                .iter()
                .any(|(known, _)| *known == name);
        if !is_kept {
            names.push(format!("parameter {name}"));
        }
    }
    names.sort();
    names
}

fn refused_keys(mapped: &Mapped) -> Vec<String> {
    let objects = mapped.delete.iter().flat_map(|batch| &batch.objects);
    let refused = objects.filter_map(|entry| Some((&entry.key, entry.refused.as_ref()?)));
    refused
        .map(|(key, reason)| format!("{key:?}: {reason}"))
        .collect()
}

impl Meaning {
    /// What a mapped request means. What was dropped is no part of it.
    pub fn of(mapped: &Mapped) -> Self {
        let operation = mapped.operation;
        let mut headers: Vec<(String, String)> = mapped
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        headers.sort();
        Self {
            operation: operation.name(),
            bucket: mapped.bucket.clone(),
            key: mapped.key.clone(),
            answered_by: match operation.answered_by() {
                AnsweredBy::Lanyard => "Lanyard",
                AnsweredBy::Upstream => "the store",
            },
            body: match operation.body() {
                Body::None => "none".to_owned(),
                Body::Bounded(max) => format!("at most {max} bytes"),
                Body::Streaming => "of any length".to_owned(),
            },
            asks: mapped.asks.iter().map(Ask::new).collect(),
            needs: needs(mapped.needs),
            expected_bucket_owner: mapped.expected_bucket_owner.clone(),
            source_expected_bucket_owner: mapped.source_expected_bucket_owner.clone(),
            refused_keys: refused_keys(mapped),
            dropped: Vec::new(),
            upstream: Upstream {
                method: mapped.upstream_method().to_string(),
                target: mapped.upstream_target(),
                headers,
            },
        }
    }
}

impl Ask {
    fn new(asked: &Asked) -> Self {
        let mut condition_keys: Vec<(String, Vec<String>)> = asked
            .context
            .iter()
            .map(|(name, value)| (name.to_owned(), texts(value)))
            .collect();
        condition_keys.sort();
        Self {
            action: asked.action,
            resource: asked.resource.clone(),
            condition_keys,
            reads_object_tags: asked.reads_object_tags,
            only_if_source_has_tags: asked.only_if_source_has_tags,
            denies_only: asked.denies_only,
        }
    }
}

fn texts(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::Single(text) => vec![text.as_str().to_owned()],
        ContextValue::Many(texts) => texts.iter().map(|text| text.as_str().to_owned()).collect(),
        ContextValue::Unknown => Vec::new(),
    }
}

fn needs(needs: Needs) -> Option<&'static str> {
    Some(match needs {
        Needs::Nothing => return None,
        Needs::DeleteKeys => "each key that the body names is asked for by itself",
        Needs::ObjectTags | Needs::BucketTags => "the tags in the body become condition keys",
        Needs::BucketConfiguration => "location and tags in the body become condition keys",
        Needs::ObjectRetention => "mode and date in the body become condition keys",
        Needs::ObjectLegalHold => "the status in the body becomes a condition key",
        Needs::ObjectEncryption => "the encryption in the body becomes condition keys",
        Needs::Destination => "to write to the buckets that the body names is asked for as well",
        Needs::Inventory => {
            "the fields in the body become condition keys, and to write to its bucket is asked for as well"
        }
        Needs::RestoreRequest => "a restore that selects is refused",
        Needs::PostForm => "the fields of the form say what is written",
    })
}

/// Text in which no control character can make a line look like another one.
struct Printable<'a>(&'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            if letter.is_control() {
                write!(f, "{}", letter.escape_default())?;
            } else {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_deref().unwrap_or_default();
        let separator = if host.is_empty() { "" } else { " " };
        writeln!(
            f,
            "{}{separator}{} {}",
            Printable(&self.method),
            Printable(host),
            Printable(&self.target)
        )?;
        if let Some(refused) = &self.refused {
            writeln!(f, "refused: {}", Printable(refused))?;
        }
        match &self.meaning {
            Some(meaning) => meaning.fmt(f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "operation: {}", self.operation)?;
        for ask in &self.asks {
            let needs = if ask.denies_only { "not denied" } else { "needs" };
            let note = if ask.only_if_source_has_tags {
                " (if the source has tags)"
            } else {
                ""
            };
            writeln!(f, "{needs}: {} on {}{note}", ask.action, Printable(&ask.resource))?;
            for (key, values) in &ask.condition_keys {
                writeln!(f, "  {} = {}", Printable(key), Printable(&values.join(", ")))?;
            }
            if ask.reads_object_tags {
                writeln!(f, "  s3:ExistingObjectTag/… can be asked about")?;
            }
        }
        let lines = [
            ("body read: ", self.needs),
            ("expected owner: ", self.expected_bucket_owner.as_deref()),
            (
                "expected owner of the source: ",
                self.source_expected_bucket_owner.as_deref(),
            ),
        ];
        for (title, text) in lines {
            if let Some(text) = text {
                writeln!(f, "{title}{text}")?;
            }
        }
        for key in &self.refused_keys {
            writeln!(f, "refused: {key}")?;
        }
        for name in &self.dropped {
            writeln!(f, "dropped: {name}")?;
        }
        writeln!(f, "answered by: {}", self.answered_by)?;
        writeln!(f, "body: {}", self.body)?;
        if self.answered_by == "Lanyard" {
            return Ok(());
        }
        writeln!(f, "upstream: {} {}", self.upstream.method, self.upstream.target)?;
        for (name, value) in &self.upstream.headers {
            writeln!(f, "  {name}: {}", Printable(value))?;
        }
        Ok(())
    }
}
