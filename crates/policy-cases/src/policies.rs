//! The policies of a question.

use std::borrow::Cow;
use std::sync::Arc;

use lanyard_policy::{Attached, Document, Policy, PolicySource};
use serde_json::value::RawValue;

use crate::QuestionError;
use crate::error::{in_json, in_policy};

/// Finds the policy that a string stands for. `Err` says what is wrong.
pub(crate) type FindPolicy<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Reads policies, and names in what is wrong the field that it stands in.
pub(crate) struct PolicyReader<'a> {
    /// What a string in the place of a policy means. `None`: it means nothing there.
    pub(crate) find: Option<FindPolicy<'a>>,
}

/// Where a policy was found.
pub(crate) struct Place<'a> {
    /// The field, with the policy's position in it.
    pub(crate) field: &'a str,
    /// The position alone.
    pub(crate) index: usize,
    /// The file, if the question names one.
    pub(crate) file: Option<&'a str>,
}

impl Place<'_> {
    /// The shortest name that tells which policy it is.
    pub(crate) fn name(&self) -> Arc<str> {
        self.file.unwrap_or(self.field).into()
    }
}

type Read<T> = Result<T, QuestionError>;

impl PolicyReader<'_> {
    /// A field with one policy.
    pub(crate) fn one(
        &self,
        field: &str,
        text: Option<&str>,
        source: impl Fn(&Place<'_>) -> PolicySource,
    ) -> Read<Option<Attached>> {
        text.map(|text| self.policy(field, 0, text, &source)).transpose()
    }

    /// A field with a list of policies.
    pub(crate) fn list(
        &self,
        field: &str,
        text: Option<&str>,
        source: impl Fn(&Place<'_>) -> PolicySource,
    ) -> Read<Option<Vec<Attached>>> {
        text.map(|text| self.policies(field, text, &source)).transpose()
    }

    /// A field with a list of levels, each a list of policies.
    pub(crate) fn levels(
        &self,
        field: &str,
        text: Option<&str>,
        source: impl Fn(&Place<'_>) -> PolicySource,
    ) -> Read<Option<Vec<Vec<Attached>>>> {
        let Some(text) = text else {
            return Ok(None);
        };
        let levels: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| {
            QuestionError::in_field(field, "a list of levels was expected, each a list of policies")
        })?;
        let levels = levels.iter().enumerate();
        let read =
            levels.map(|(index, level)| self.policies(&format!("{field}[{index}]"), level.get(), &source));
        read.collect::<Read<_>>().map(Some)
    }

    fn policies(
        &self,
        field: &str,
        text: &str,
        source: &dyn Fn(&Place<'_>) -> PolicySource,
    ) -> Read<Vec<Attached>> {
        let policies: Vec<&RawValue> = serde_json::from_str(text)
            .map_err(|_| QuestionError::in_field(field, "a list of policies was expected"))?;
        let policies = policies.iter().enumerate();
        let read = policies
            .map(|(index, policy)| self.policy(&format!("{field}[{index}]"), index, policy.get(), source));
        read.collect()
    }

    fn policy(
        &self,
        field: &str,
        index: usize,
        text: &str,
        source: &dyn Fn(&Place<'_>) -> PolicySource,
    ) -> Read<Attached> {
        let mut file = None;
        let text = match (text.as_bytes().first(), self.find) {
            (Some(b'{'), _) => Cow::Borrowed(text),
            (Some(b'"'), Some(find)) => {
                let path: String = serde_json::from_str(text)
                    .map_err(|error| QuestionError::in_field(field, in_json(&error)))?;
                let found = find(&path)
                    .map_err(|problem| QuestionError::in_field(field, format_args!("{path}: {problem}")))?;
                file = Some(path);
                Cow::Owned(found)
            }
            (_, None) => {
                return Err(QuestionError::in_field(
                    field,
                    "a policy (an object) was expected",
                ));
            }
            (_, Some(_)) => {
                let problem = "a policy (an object) or the path of one was expected";
                return Err(QuestionError::in_field(field, problem));
            }
        };
        let document = Document::parse(&text).map_err(|error| {
            let problem = in_policy(&error);
            match &file {
                Some(file) => QuestionError::in_field(field, format_args!("{file}: {problem}")),
                None => QuestionError::in_field(field, problem),
            }
        })?;
        Ok(Attached {
            policy: Arc::new(Policy::compile(&document)),
            source: source(&Place {
                field,
                index,
                file: file.as_deref(),
            }),
        })
    }
}
