//! Which permissions a request needs, and with which condition keys.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use lanyard_policy::{Context, ContextValue, KeyName, Text};

use super::actions;
use super::tags::Tags;
use crate::action::{Action, RequestTags, Source};
use crate::{Asked, Needs, ObjectRef, Operation};

const COPY_SOURCE: KeyName = KeyName::new(actions::COPY_SOURCE.name);

/// Room for the condition keys that are added by whoever knows of the signature and of the bucket.
const KEYS_BESIDE: usize = 6;

/// What condition keys are taken from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) query: &'a [(&'static str, String)],
    pub(crate) headers: &'a [(HeaderName, HeaderValue)],
    pub(crate) content_hash: Option<&'a Arc<str>>,
    pub(crate) copy_source: Option<&'a ObjectRef>,
    pub(crate) tags: Option<&'a Tags>,
}

/// What an ask is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) bucket: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
    pub(crate) version_id: Option<&'a str>,
}

impl<'a> Given<'a> {
    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        value.to_str().ok()
    }

    pub(crate) fn version_id(&self) -> Option<&'a str> {
        self.parameter("versionId")
    }

    /// Whether one of these headers asks for something: `false` asks for nothing.
    fn has_any(&self, names: &[&str]) -> bool {
        let asks = |name: &&str| {
            self.headers
                .iter()
                .any(|(known, value)| known == *name && value != "false")
        };
        names.is_empty() || names.iter().any(asks)
    }

    fn value(&self, source: Source, subject: &Subject<'_>) -> Option<Text> {
        let owned = |text: &str| Text::from(text.to_owned());
        match source {
            Source::Query(name) => self.parameter(name).map(owned),
            Source::Header(name) => self.header(name).map(owned),
            Source::ContentHash => self.content_hash.map(|hash| Text::from(Arc::clone(hash))),
            Source::Version => subject.version_id.map(owned),
            Source::CopiedObject => self
                .copy_source
                .map(|source| format!("{}/{}", source.bucket, source.key).into()),
        }
    }

    /// The ask for an action.
    pub(crate) fn ask(&self, action: &Action, subject: &Subject<'_>) -> Asked {
        let mut context = Context::with_capacity(KEYS_BESIDE);
        for key in action.keys {
            if let Some(value) = self.value(key.source, subject) {
                context.insert(key.name, value);
            }
        }
        if let Some(tags) = self.tags.filter(|_| action.request_tags != RequestTags::None) {
            tags.enter(action.request_tags, &mut context);
        }
        Asked {
            action: action.name,
            resource: arn(subject),
            bucket: subject.bucket.map(str::to_owned),
            key: subject.key.map(str::to_owned),
            version_id: subject.version_id.map(str::to_owned),
            wildcard_only: action.is_wildcard_only,
            context,
            reads_object_tags: action.reads_object_tags,
            only_if_source_has_tags: false,
            denies_only: false,
            delete_entry: None,
        }
    }

    /// The asks that come with some headers.
    pub(crate) fn asks_also(
        &'a self,
        operation: &'static Operation,
        subject: &'a Subject<'_>,
    ) -> impl Iterator<Item = Asked> + 'a {
        let asked = operation.also.iter().filter(|also| self.has_any(also.when));
        asked.flat_map(|also| self.ask_either(&also.action, also.version_action.as_ref(), subject))
    }

    /// The ask for whichever action is right, as a version is named or not; and after it an ask for the other action
    /// where it is the same to a store that keeps no versions.
    // Fails closed: such a store takes no notice of the version that is named, so a made-up one would pass by every
    // deny of the plain action. Evidence for the other direction: the S3 API reference's page on DeleteObject: an
    // explicit deny of either action refuses to delete an object without versions.
    pub(crate) fn ask_either(
        &self,
        action: &Action,
        version_action: Option<&Action>,
        subject: &Subject<'_>,
    ) -> impl Iterator<Item = Asked> + use<> {
        let (own, other) = match (version_action, subject.version_id) {
            (Some(of_version), Some(_)) => {
                let current = Subject {
                    version_id: None,
                    ..*subject
                };
                (self.ask(of_version, subject), Some(self.ask(action, &current)))
            }
            (Some(of_version), None) if action.name == actions::DELETE_OBJECT.name => {
                (self.ask(action, subject), Some(self.ask(of_version, subject)))
            }
            _ => (self.ask(action, subject), None),
        };
        let other = other.map(|ask| Asked {
            denies_only: true,
            ..ask
        });
        std::iter::once(own).chain(other)
    }

    /// What it takes to read an object.
    pub(crate) fn ask_to_read(&self, subject: &Subject<'_>) -> impl Iterator<Item = Asked> + use<> {
        self.ask_either(&actions::GET_OBJECT, Some(&actions::GET_OBJECT_VERSION), subject)
    }

    /// Whether the answer tells what an object holds, and not only whether it is there.
    fn tells_content(&self) -> bool {
        self.header("if-match").is_some_and(|etag| etag != "*")
            || self.has_any(&["x-amz-if-match-last-modified-time", "x-amz-if-match-size"])
    }
}

/// Enters a slash at the end of a key, or of the object that is copied, as a store reads it that keeps objects as
/// files: as if it were not there. What it would do then must be allowed as well.
// A folder marker, which is an object without content, is none that could take another one's place.
pub(crate) fn add_without_slash(asks: &mut Vec<Asked>, is_folder_marker: bool) {
    // Mostly nothing ends with a slash.
    if !asks.iter().any(ends_with_slash) {
        return;
    }
    let is_harmless = |ask: &&Asked| is_folder_marker && ask.action == actions::PUT_OBJECT.name;
    let others: Vec<Asked> = asks
        .iter()
        .filter(|ask| !is_harmless(ask))
        .flat_map(without_slash)
        .collect();
    asks.extend(others);
}

fn ends_with_slash(ask: &Asked) -> bool {
    let ends = |text: Option<&str>| text.is_some_and(|text| text.ends_with('/'));
    ends(ask.key.as_deref()) || ends(source_of(ask))
}

/// The object that is copied.
fn source_of(ask: &Asked) -> Option<&str> {
    match ask.context.value_of(&COPY_SOURCE)? {
        ContextValue::Single(source) => Some(source.as_str()),
        ContextValue::Many(_) | ContextValue::Unknown => None,
    }
}

/// Whichever of the two slashes is not there for the store, or both.
fn without_slash(ask: &Asked) -> impl Iterator<Item = Asked> + '_ {
    let source = source_of(ask).and_then(|source| source.strip_suffix('/'));
    let key = ask.key.as_deref().and_then(|key| key.strip_suffix('/'));
    let both = key.zip(source).map(|(key, source)| (Some(key), Some(source)));
    let one = key.map(|key| (Some(key), None));
    let other = source.map(|source| (None, Some(source)));
    [one, other, both].into_iter().flatten().map(|(key, source)| {
        let mut ask = ask.clone();
        if let Some(key) = key {
            ask.resource = arn(&Subject {
                bucket: ask.bucket.as_deref(),
                key: Some(key),
                version_id: None,
            });
            ask.key = Some(key.to_owned());
        }
        if let Some(source) = source {
            ask.context.insert(COPY_SOURCE, source.to_owned());
        }
        ask
    })
}

fn arn(subject: &Subject<'_>) -> String {
    let Some(bucket) = subject.bucket else {
        return "*".to_owned();
    };
    let key = subject.key.unwrap_or_default();
    let mut arn = String::with_capacity(14 + bucket.len() + key.len());
    arn.push_str("arn:aws:s3:::");
    arn.push_str(bucket);
    if subject.key.is_some() {
        arn.push('/');
        arn.push_str(key);
    }
    arn
}

/// Every ask of a request, as far as its head says.
pub(crate) fn of(operation: &'static Operation, subject: &Subject<'_>, given: &Given<'_>) -> Vec<Asked> {
    // Fails closed: while the body is not read, what is asked for is everything.
    let everything = matches!(operation.needs(), Needs::DeleteKeys | Needs::PostForm);
    let subject = &Subject {
        key: if everything && subject.key.is_none() {
            Some("*")
        } else {
            subject.key
        },
        ..*subject
    };
    let mut asks = Vec::with_capacity(1);
    asks.extend(given.ask_either(&operation.action, operation.version_action.as_ref(), subject));
    if let (Some(creates), Some(own)) = (operation.creates_object, asks.first_mut()) {
        own.context.insert("s3:ObjectCreationOperation", creates);
    }
    asks.extend(given.asks_also(operation, subject));
    // Evidence: the S3 user guide's pages on conditional writes and deletes.
    if !operation.is_read_only() && given.tells_content() {
        asks.extend(given.ask_to_read(subject));
    }
    if let Some(source) = given.copy_source {
        ask_of_source(&mut asks, source, subject, given);
    }
    asks
}

/// What a copy needs: to read its source, and to read and write what is copied along.
fn ask_of_source(asks: &mut Vec<Asked>, source: &ObjectRef, target: &Subject<'_>, given: &Given<'_>) {
    let subject = &Subject {
        bucket: Some(&source.bucket),
        key: Some(&source.key),
        version_id: source.version_id.as_deref(),
    };
    asks.extend(given.ask_to_read(subject));
    if given.copies("x-amz-tagging-directive") {
        let reading = given.ask_either(
            &actions::GET_OBJECT_TAGGING,
            Some(&actions::GET_OBJECT_VERSION_TAGGING),
            subject,
        );
        let writing = given.ask(&actions::PUT_OBJECT_TAGGING, target);
        asks.extend(reading.chain([writing]).map(|ask| Asked {
            only_if_source_has_tags: true,
            ..ask
        }));
    }
    if given.copies("x-amz-object-annotation-directive") {
        asks.extend(given.ask_either(
            &actions::GET_OBJECT_ANNOTATION,
            Some(&actions::GET_OBJECT_VERSION_ANNOTATION),
            subject,
        ));
        asks.push(given.ask(&actions::PUT_OBJECT_ANNOTATION, target));
    }
}

impl Given<'_> {
    /// Whether something is copied along: every directive is written out when the request is read.
    fn copies(&self, directive: &str) -> bool {
        self.header(directive) == Some("COPY")
    }
}
