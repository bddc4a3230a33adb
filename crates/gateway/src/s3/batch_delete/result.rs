//! What came of it.

use std::collections::HashMap;

use lanyard_mapping::{BatchDelete, DeleteEntry};

use crate::s3::xml::{Element, MalformedXmlError, XmlWriter};

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
    /// What the client is told of a deletion that was not allowed.
    pub(crate) fn denied(deletion: &DeleteEntry, code: &str, message: &str) -> Self {
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

    /// This result and what was denied before, in the order in which the deletions were asked for. An outcome of
    /// something that nobody asked for comes last.
    pub(crate) fn with_denied(self, denied: Vec<Outcome>, request: &BatchDelete) -> Self {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, deletion) in request.objects.iter().enumerate().rev() {
            places.entry(&deletion.key).or_default().push(place);
        }
        let mut placed: Vec<(usize, Outcome)> = Vec::with_capacity(request.objects.len());
        for outcome in denied.into_iter().chain(self.outcomes) {
            let (key, version) = outcome.subject();
            let open = places.get_mut(key).filter(|open| !open.is_empty());
            let place = open.map(|open| {
                let of_version = |place: &usize| {
                    let deletion = request.objects.get(*place);
                    deletion.is_some_and(|deletion| deletion.version_id.as_deref() == version)
                };
                let found = open.iter().rposition(of_version).unwrap_or(open.len() - 1);
                open.remove(found)
            });
            placed.push((place.unwrap_or(usize::MAX), outcome));
        }
        placed.sort_by_key(|(place, _)| *place);
        Self {
            outcomes: placed.into_iter().map(|(_, outcome)| outcome).collect(),
        }
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

#[cfg(test)]
mod tests {
    use lanyard_mapping::{BatchDelete, DeleteEntry};

    use super::{BatchResult, Outcome};

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
        let denied = request
            .objects
            .iter()
            .filter(|deletion| denied.contains(&&*name(&deletion.key, deletion.version_id.as_deref())))
            .map(|deletion| Outcome::denied(deletion, "AccessDenied", "no"))
            .collect();
        let result =
            BatchResult::read(format!("<DeleteResult>{answered}</DeleteResult>").as_bytes()).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&result.with_denied(denied, &request).write(quiet)),
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
             <Error><Key>c</Key><Code>InternalError</Code><Message>later</Message></Error>",
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
             <Message>no</Message></Error><Deleted><Key>z</Key></Deleted>",
        );
    }
}
