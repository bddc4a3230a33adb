//! What came of it.

use std::borrow::Cow;
use std::collections::HashMap;

use lanyard_mapping::{BatchDelete, DeleteEntry};

use crate::error::{Code, is_about_gateway};
use crate::xml::{Element, MalformedXmlError, XmlWriter};

const ROOT: &str = "DeleteResult";

/// What came of one deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was deleted.
    Deleted {
        /// Its key.
        key: String,
        /// The version that was asked for.
        version_id: Option<String>,
        /// Whether what was deleted, or is there now, is a mark that the object is deleted.
        delete_marker: Option<String>,
        /// The version of that mark.
        delete_marker_version_id: Option<String>,
    },
    /// It was not.
    Error {
        /// Its key.
        key: String,
        /// The version that was asked for.
        version_id: Option<String>,
        /// The error's code.
        code: String,
        /// The error's text.
        message: String,
    },
}

/// The body of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BatchResult {
    outcomes: Vec<Outcome>,
}

impl Outcome {
    fn deleted(deletion: &DeleteEntry) -> Self {
        Self::Deleted {
            key: deletion.key.clone(),
            version_id: deletion.version_id.clone(),
            delete_marker: None,
            delete_marker_version_id: None,
        }
    }

    /// As the client is told it: what the store says in an error may be about itself, and the gateway's credentials are
    /// nobody else's business.
    fn in_own_words(mut self) -> Self {
        if let Self::Error { code, message, .. } = &mut self {
            if code.is_empty() || is_about_gateway(code) {
                Code::INTERNAL_ERROR.name.clone_into(code);
            }
            "The store did not delete it.".clone_into(message);
        }
        self
    }

    fn set_key(&mut self, new: &str) {
        match self {
            Self::Deleted { key, .. } | Self::Error { key, .. } => new.clone_into(key),
        }
    }

    /// What the client is told of a deletion that was not made.
    pub(crate) fn failed(deletion: &DeleteEntry, code: &str, message: &str) -> Self {
        Self::Error {
            key: deletion.key.clone(),
            version_id: deletion.version_id.clone(),
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    fn subject(&self) -> (&str, Option<&str>) {
        match self {
            Self::Deleted { key, version_id, .. } | Self::Error { key, version_id, .. } => {
                (key, version_id.as_deref())
            }
        }
    }

    fn write(&self, xml: &mut XmlWriter) {
        match self {
            Self::Deleted {
                key,
                version_id,
                delete_marker,
                delete_marker_version_id,
            } => xml.element("Deleted", |xml| {
                xml.text("Key", key);
                xml.optional_text("VersionId", version_id.as_deref());
                xml.optional_text("DeleteMarker", delete_marker.as_deref());
                xml.optional_text("DeleteMarkerVersionId", delete_marker_version_id.as_deref());
            }),
            Self::Error {
                key,
                version_id,
                code,
                message,
            } => xml.element("Error", |xml| {
                xml.text("Key", key);
                xml.optional_text("VersionId", version_id.as_deref());
                xml.text("Code", code);
                xml.text("Message", message);
            }),
        }
    }
}

impl BatchResult {
    /// Reads what the store behind answered. What it says beyond the model is left out.
    pub(crate) fn read(body: &[u8]) -> Result<Self, MalformedXmlError> {
        let root = Element::parse(body, ROOT)?;
        let mut outcomes = Vec::with_capacity(root.children.len());
        for child in &root.children {
            let text = |name| child.only_text(name).map(|text| text.map(str::to_owned));
            match child.name.as_str() {
                "Deleted" => outcomes.push(Outcome::Deleted {
                    key: text("Key")?.unwrap_or_default(),
                    version_id: text("VersionId")?,
                    delete_marker: text("DeleteMarker")?,
                    delete_marker_version_id: text("DeleteMarkerVersionId")?,
                }),
                "Error" => outcomes.push(Outcome::Error {
                    key: text("Key")?.unwrap_or_default(),
                    version_id: text("VersionId")?,
                    code: text("Code")?.unwrap_or_default(),
                    message: text("Message")?.unwrap_or_default(),
                }),
                _ => {}
            }
        }
        Ok(Self { outcomes })
    }

    /// What became of each deletion, in the order in which they were asked for: what was settled before the store was
    /// asked, and what the store says of the rest. What it says of something that nobody asked for is left out; what
    /// it does not speak of was deleted if it was to speak of errors only, and otherwise nobody knows.
    pub(crate) fn settled(self, settled: Vec<Option<Outcome>>, request: &BatchDelete) -> Self {
        let mut outcomes = settled;
        outcomes.resize(request.objects.len(), None);
        let mut open: HashMap<Cow<'_, str>, Vec<usize>> = HashMap::new();
        for (place, (deletion, outcome)) in request.objects.iter().zip(&outcomes).enumerate().rev() {
            if outcome.is_none() {
                open.entry(as_read(&deletion.key)).or_default().push(place);
            }
        }
        for mut outcome in self.outcomes {
            let (key, version) = outcome.subject();
            let places = open.get_mut(&*as_read(key)).filter(|places| !places.is_empty());
            let Some(places) = places else {
                tracing::warn!("the store tells of a deletion that it was not asked for");
                continue;
            };
            let is_same = |place: &usize, with_key: bool| {
                request.objects.get(*place).is_some_and(|deletion| {
                    deletion.version_id.as_deref() == version && (!with_key || deletion.key == key)
                })
            };
            let found = places.iter().rposition(|place| is_same(place, true));
            let found = found.or_else(|| places.iter().rposition(|place| is_same(place, false)));
            let place = places.remove(found.unwrap_or(places.len() - 1));
            if let (Some(deletion), Some(slot)) = (request.objects.get(place), outcomes.get_mut(place)) {
                outcome.set_key(&deletion.key);
                *slot = Some(outcome.in_own_words());
            }
        }
        Self {
            outcomes: told_of_all(outcomes, request),
        }
    }

    /// The outcomes; once they are settled, one for each deletion.
    pub(crate) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The body of the answer. Whoever wants it quiet hears of errors only.
    pub(crate) fn write(&self, quiet: bool) -> Vec<u8> {
        XmlWriter::document(ROOT, |xml| {
            for outcome in &self.outcomes {
                if !quiet || matches!(outcome, Outcome::Error { .. }) {
                    outcome.write(xml);
                }
            }
        })
    }
}

/// The outcomes with one for those of which the store said nothing.
fn told_of_all(outcomes: Vec<Option<Outcome>>, request: &BatchDelete) -> Vec<Outcome> {
    let mut told: HashMap<(&str, Option<&str>), Outcome> = HashMap::new();
    let mut all = Vec::with_capacity(outcomes.len());
    for (outcome, deletion) in outcomes.into_iter().zip(&request.objects) {
        let subject = (deletion.key.as_str(), deletion.version_id.as_deref());
        // A store may tell once of what was asked for twice.
        let outcome = outcome.or_else(|| told.get(&subject).cloned());
        let outcome = outcome.unwrap_or_else(|| {
            if request.quiet {
                Outcome::deleted(deletion)
            } else {
                let unknown = "The store did not say what became of it.";
                Outcome::failed(deletion, Code::INTERNAL_ERROR.name, unknown)
            }
        });
        told.insert(subject, outcome.clone());
        all.push(outcome);
    }
    all
}

/// A key as it is read in a document in which the ends of its lines were not escaped.
fn as_read(key: &str) -> Cow<'_, str> {
    if key.contains('\r') {
        Cow::Owned(key.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(key)
    }
}

#[cfg(test)]
mod tests {
    use lanyard_mapping::{BatchDelete, DeleteEntry};

    use super::{BatchResult, Outcome};

    const CR: &str = "&#xd;";
    const LF: &str = "&#xa;";

    /// `asked` are keys, perhaps with a version behind `@`; `denied` some of them; `answered` is what the store said.
    fn check(asked: &[&str], denied: &[&str], answered: &str, quiet: bool, expected: &str) {
        let entry = |text: &&str| {
            let (key, version) = text
                .split_once('@')
                .map_or((*text, None), |(key, version)| (key, Some(version)));
            DeleteEntry {
                key: key.to_owned(),
                version_id: version.map(str::to_owned),
                etag: None,
                last_modified_time: None,
                size: None,
                refused: None,
            }
        };
        let request = BatchDelete {
            quiet,
            objects: asked.iter().map(entry).collect(),
        };
        let name = |key: &str, version: Option<&str>| match version {
            Some(version) => format!("{key}@{version}"),
            None => key.to_owned(),
        };
        let settled = request.objects.iter().map(|deletion| {
            let is_denied = denied.contains(&&*name(&deletion.key, deletion.version_id.as_deref()));
            is_denied.then(|| Outcome::failed(deletion, "AccessDenied", "no"))
        });
        let settled = settled.collect();
        let result =
            BatchResult::read(format!("<DeleteResult>{answered}</DeleteResult>").as_bytes()).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&result.settled(settled, &request).write(quiet)),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{expected}</DeleteResult>"
            )
        );
    }

    #[test]
    fn outcomes_are_in_the_order_of_the_request() {
        check(
            &["a", "b", "c"],
            &["b"],
            "<Deleted><Key>c</Key></Deleted><Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker>\
             <DeleteMarkerVersionId>m</DeleteMarkerVersionId></Deleted>",
            false,
            "<Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m</DeleteMarkerVersionId>\
             </Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error>\
             <Deleted><Key>c</Key></Deleted>",
        );
    }

    #[test]
    fn versions_of_one_key_are_told_apart() {
        check(
            &["a@1", "a@2", "a"],
            &["a@2"],
            "<Deleted><Key>a</Key></Deleted><Deleted><Key>a</Key><VersionId>1</VersionId></Deleted>",
            false,
            "<Deleted><Key>a</Key><VersionId>1</VersionId></Deleted><Error><Key>a</Key><VersionId>2</VersionId>\
             <Code>AccessDenied</Code><Message>no</Message></Error><Deleted><Key>a</Key></Deleted>",
        );
    }

    #[test]
    fn whoever_wants_it_quiet_hears_of_errors_only() {
        check(
            &["a", "b", "c"],
            &["b"],
            "<Error><Key>c</Key><Code>InternalError</Code><Message>later</Message></Error>",
            true,
            "<Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error>\
             <Error><Key>c</Key><Code>InternalError</Code><Message>The store did not delete it.</Message></Error>",
        );
    }

    #[test]
    fn what_the_store_says_of_itself_is_not_told() {
        check(
            &["a", "b"],
            &[],
            "<Error><Key>a</Key><Code>InvalidAccessKeyId</Code><Message>AKID on node-7</Message></Error>\
             <Error><Key>b</Key><Code>AccessDenied</Code><Message>node-7</Message></Error>",
            false,
            "<Error><Key>a</Key><Code>InternalError</Code><Message>The store did not delete it.</Message></Error>\
             <Error><Key>b</Key><Code>AccessDenied</Code><Message>The store did not delete it.</Message></Error>",
        );
    }

    #[test]
    fn a_store_that_answers_about_something_else_does_not_disturb_the_order() {
        check(
            &["a", "b"],
            &["b"],
            "<Deleted><Key>z</Key></Deleted><Deleted><Key>a</Key><VersionId>null</VersionId></Deleted>",
            false,
            "<Deleted><Key>a</Key><VersionId>null</VersionId></Deleted><Error><Key>b</Key><Code>AccessDenied</Code>\
             <Message>no</Message></Error>",
        );
    }

    #[test]
    fn a_store_that_says_nothing_of_a_deletion_is_not_taken_to_have_made_it() {
        let unknown = "<Error><Key>b</Key><Code>InternalError</Code><Message>The store did not say what became of \
                       it.</Message></Error>";
        let told = "<Deleted><Key>a</Key></Deleted>";
        check(&["a", "b"], &[], told, false, &format!("{told}{unknown}"));
        let denied = "<Error><Key>c</Key><Code>AccessDenied</Code><Message>no</Message></Error>";
        check(&["a", "b", "c"], &["c"], "", true, denied);
        check(&["a", "a"], &[], told, false, &format!("{told}{told}"));
    }

    #[test]
    fn a_key_is_told_as_it_was_asked_for_whatever_became_of_the_ends_of_its_lines() {
        let read = "<Deleted><Key>a\rb</Key></Deleted>";
        let told = |key: &str| format!("<Deleted><Key>a{key}b</Key></Deleted>");
        check(&["a\rb"], &[], read, false, &told(CR));
        check(
            &["a\nb", "a\rb"],
            &[],
            &format!("{read}{read}"),
            false,
            &format!("{}{}", told(LF), told(CR)),
        );
    }
}
