//! What answers are compared by, and the refusals in AWS's words.

use lanyard_testkit::Answer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::naive::Told;
use super::steps::Kind;

/// Documents are shown in the encoding of RFC 3986.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Told {
    /// What an answer tells of the elements that are expected of it.
    pub(crate) fn read(answer: &Answer, expected: &Told) -> Self {
        let line = match answer.element("Code") {
            None => answer.status.to_string(),
            Some(code) => {
                let message = answer.element("Message").unwrap_or_default();
                format!("{} {code} {message}", answer.status)
            }
        };
        let shown = expected.shown.iter().map(|(element, _)| {
            let mut texts: Vec<String> = answer.elements(element).map(str::to_owned).collect();
            texts.sort();
            (*element, texts)
        });
        let shown = shown.filter(|_| answer.status == 200).collect();
        Told { line, shown }
    }

    pub(crate) fn done() -> Self {
        Told {
            line: "200".to_owned(),
            shown: Vec::new(),
        }
    }

    /// With an element that is there so often, in whatever order.
    pub(crate) fn showing(
        mut self,
        element: &'static str,
        texts: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let mut texts: Vec<String> = texts.into_iter().map(Into::into).collect();
        texts.sort();
        self.shown.push((element, texts));
        self
    }

    pub(crate) fn showing_document(self, element: &'static str, text: &str) -> Self {
        let encoded = utf8_percent_encode(text, UNRESERVED).to_string();
        self.showing(element, [encoded])
    }

    fn refused(line: String) -> Self {
        Told {
            line,
            shown: Vec::new(),
        }
    }

    pub(crate) fn missing(text: &str) -> Self {
        Told::refused(format!("404 NoSuchEntity {text}"))
    }

    pub(crate) fn no_such(kind: Kind, name: &str) -> Self {
        Told::missing(&format!("The {} with name {name} cannot be found.", kind.word()))
    }

    pub(crate) fn no_such_inline(kind: Kind, policy: &str) -> Self {
        Told::missing(&format!(
            "The {} policy with name {policy} cannot be found.",
            kind.word()
        ))
    }

    pub(crate) fn no_boundary(kind: Kind, name: &str) -> Self {
        Told::missing(&format!(
            "The {} with name {name} does not have a permissions boundary.",
            kind.word()
        ))
    }

    pub(crate) fn not_attachable(what: &str) -> Self {
        Told::missing(&format!("{what} does not exist or is not attachable."))
    }

    pub(crate) fn exists(text: &str) -> Self {
        Told::refused(format!("409 EntityAlreadyExists {text}"))
    }

    pub(crate) fn conflict(what: &str) -> Self {
        Told::refused(format!("409 DeleteConflict Cannot delete {what}"))
    }

    pub(crate) fn beyond(quota: &str, limit: usize) -> Self {
        Told::refused(format!(
            "409 LimitExceeded Cannot exceed quota for {quota}: {limit}"
        ))
    }

    pub(crate) fn too_many_tags() -> Self {
        Told::refused("409 LimitExceeded The number of tags has reached the maximum limit.".to_owned())
    }

    pub(crate) fn too_many_versions() -> Self {
        Told::refused(
            "409 LimitExceeded A managed policy can have up to 5 versions. Before you create a new version, you must \
             delete an existing version."
                .to_owned(),
        )
    }

    pub(crate) fn has_versions() -> Self {
        Told::refused(
            "409 DeleteConflict This policy has more than one version. Before you delete a policy, you must delete \
             the policy's versions. The default version is deleted with the policy."
                .to_owned(),
        )
    }

    pub(crate) fn duplicate_keys() -> Self {
        Told::refused(
            "400 InvalidInput Duplicate tag keys found. Please note that Tag keys are case insensitive."
                .to_owned(),
        )
    }
}
