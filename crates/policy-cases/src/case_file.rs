//! A file of cases: questions with the answers that are expected.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use crate::error::in_json;
use crate::object::Object;
use crate::policies::{FindPolicy, PolicyReader};
use crate::question::QUESTION_FIELDS;
use crate::{Expectation, Failure, Question, QuestionError};

/// What a case file can have.
const FILE_FIELDS: [&str; 3] = ["about", "defaults", "cases"];

/// What a case can have besides its question.
const CASE_FIELDS: [&str; 2] = ["rule", "expect"];

/// A file of cases.
///
/// ```
/// use lanyard_policy_cases::CaseFile;
///
/// let policy = r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let file = CaseFile::parse(
///     r#"{"defaults": {"principal": "arn:aws:iam::111122223333:user/ann", "resource": "arn:aws:s3:::reports/may",
///                      "identity_policies": ["reader.json"]},
///         "cases": [{"id": "reads", "action": "s3:GetObject", "expect": "Allowed"},
///                   {"id": "writes", "action": "s3:PutObject", "expect": "Allowed"}]}"#,
///     &|path| if path == "reader.json" { Ok(policy.to_owned()) } else { Err("no such file".to_owned()) },
/// )?;
/// let failed: Vec<&str> =
///     file.cases().iter().filter(|case| case.check().is_err()).map(|case| case.id()).collect();
/// assert_eq!(failed, ["writes"]);
/// # Ok::<(), lanyard_policy_cases::CaseFileError>(())
/// ```
#[derive(Debug)]
pub struct CaseFile {
    about: Option<String>,
    cases: Vec<Case>,
}

/// A question and what is expected of its answer.
#[derive(Debug)]
pub struct Case {
    id: String,
    rule: Option<String>,
    expectation: Expectation,
    question: Question,
}

/// What is wrong with a case file: everything that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub struct CaseFileError {
    problems: Vec<String>,
}

impl CaseFileError {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }

    /// Each thing that is wrong.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl CaseFile {
    /// Reads a case file. `find` gives the text of the policy that a path stands for, or says why it cannot.
    pub fn parse(text: &str, find: &dyn Fn(&str) -> Result<String, String>) -> Result<Self, CaseFileError> {
        let wrong = |error| CaseFileError::new(format!("not a case file: {error}"));
        let file: Object<'_> = serde_json::from_str(text).map_err(wrong)?;
        only(&file, &[&FILE_FIELDS]).map_err(|error| CaseFileError::new(error.to_string()))?;
        let about = file.get("about").map(serde_json::from_str).transpose();
        let about = about.map_err(|_| CaseFileError::new("about: a string was expected"))?;
        let defaults: Option<Object<'_>> = file
            .get("defaults")
            .map(serde_json::from_str)
            .transpose()
            .map_err(|error| CaseFileError::new(format!("defaults: {}", in_json(&error))))?;
        let defaults = defaults.unwrap_or_default();
        only(&defaults, &[&QUESTION_FIELDS])
            .map_err(|error| CaseFileError::new(format!("defaults: {error}")))?;
        let cases: Vec<&RawValue> = match file.get("cases") {
            Some(cases) => {
                serde_json::from_str(cases).map_err(|_| CaseFileError::new("cases: a list was expected"))?
            }
            None => Vec::new(),
        };
        if cases.is_empty() {
            // A file that tests nothing must not pass.
            return Err(CaseFileError::new("cases: there are none"));
        }
        let cases = read_cases(&cases, &defaults, find)?;
        Ok(Self { about, cases })
    }

    /// What the file is about, in its own words.
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The cases, in the order of the file.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }
}

impl Case {
    /// What the case is called; no other case of the file is called the same.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The rule that the case shows.
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// The question.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What is expected of the answer.
    pub fn expectation(&self) -> &Expectation {
        &self.expectation
    }

    /// Answers the question and compares. `Err` says what came instead and why.
    pub fn check(&self) -> Result<(), Failure> {
        self.expectation.check(&self.question)
    }

    fn read(
        object: &Object<'_>,
        defaults: &Object<'_>,
        reader: &PolicyReader<'_>,
    ) -> Result<Self, QuestionError> {
        only(object, &[&QUESTION_FIELDS, &CASE_FIELDS])?;
        let rule = object.get("rule").map(serde_json::from_str).transpose();
        let expect = object
            .get("expect")
            .ok_or_else(|| QuestionError::in_field("expect", "it is missing"))?;
        Ok(Self {
            id: id(object)?,
            rule: rule.map_err(|_| QuestionError::in_field("rule", "a string was expected"))?,
            expectation: Expectation::parse(expect)
                .map_err(|problem| QuestionError::in_field("expect", problem))?,
            question: Question::from_object(&object.over(defaults), reader)?,
        })
    }
}

fn read_cases(
    cases: &[&RawValue],
    defaults: &Object<'_>,
    find: FindPolicy<'_>,
) -> Result<Vec<Case>, CaseFileError> {
    let reader = PolicyReader { find: Some(find) };
    let mut ids = BTreeSet::new();
    let mut read = Vec::with_capacity(cases.len());
    let mut problems = Problems::default();
    for (index, text) in cases.iter().enumerate() {
        let mut name = format!("case {}", index + 1);
        let result = serde_json::from_str::<Object<'_>>(text.get())
            .map_err(|error| QuestionError::new(format!("not a case: {}", in_json(&error))))
            .and_then(|object| {
                if let Ok(id) = id(&object) {
                    name = id;
                }
                Case::read(&object, defaults, &reader)
            });
        match result {
            Err(problem) => problems.add(name, problem.to_string()),
            Ok(case) if !ids.insert(case.id.clone()) => {
                problems.add(name, "there is another case with this id".to_owned());
            }
            Ok(case) => read.push(case),
        }
    }
    match problems.list() {
        problems if problems.is_empty() => Ok(read),
        problems => Err(CaseFileError { problems }),
    }
}

/// Problems of cases. What is wrong with a default or a shared policy is wrong with many cases, and told once.
#[derive(Default)]
struct Problems {
    found: Vec<Problem>,
    /// Where in the list each text is.
    places: BTreeMap<String, usize>,
}

struct Problem {
    first_case: String,
    others: usize,
    text: String,
}

impl Problems {
    fn add(&mut self, case: String, text: String) {
        let place = self.places.entry(text.clone()).or_insert(self.found.len());
        match self.found.get_mut(*place) {
            Some(known) => known.others += 1,
            None => self.found.push(Problem {
                first_case: case,
                others: 0,
                text,
            }),
        }
    }

    fn list(&self) -> Vec<String> {
        let cases = |problem: &Problem| match problem.others {
            0 => problem.first_case.clone(),
            1 => format!("{} and another case", problem.first_case),
            others => format!("{} and {others} other cases", problem.first_case),
        };
        let problems = self.found.iter();
        problems
            .map(|problem| format!("{}: {}", cases(problem), problem.text))
            .collect()
    }
}

fn id(object: &Object<'_>) -> Result<String, QuestionError> {
    let id: Option<String> = object.get("id").and_then(|text| serde_json::from_str(text).ok());
    id.filter(|id| !id.is_empty())
        .ok_or_else(|| QuestionError::in_field("id", "a string was expected"))
}

/// Refuses what is in none of the lists (a misspelt field would test something other than its author thinks) and what
/// is there twice.
fn only(object: &Object<'_>, known: &[&[&str]]) -> Result<(), QuestionError> {
    if let Some(name) = object.repeated().next() {
        return Err(QuestionError::in_field(name, "the field is there twice"));
    }
    let is_known = |name: &str| known.iter().any(|names| names.contains(&name));
    match object.iter().find(|(name, _)| !is_known(name)) {
        Some((name, _)) => Err(QuestionError::in_field(name, "there is no such field")),
        None => Ok(()),
    }
}
