//! What a case expects, and how the answer differed.

use lanyard_policy::{Effect, Layer};
use serde::Deserialize;
use serde_json::Value;

use crate::error::in_json;
use crate::{Answer, DecisionWord, Question};

/// What is expected of an answer. What is `None` may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// What is decided.
    pub decision: DecisionWord,
    /// The layer that decides.
    pub layer: Option<Layer>,
    /// A statement of that layer that decides.
    pub statement: Option<ExpectedStatement>,
}

/// Which statement is expected to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedStatement {
    /// The one at this index of its policy, from 0.
    Index(usize),
    /// The one with this Sid, or whose index is written as a string.
    Sid(String),
}

/// How an answer differed from what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What was decided instead.
    pub decided: String,
    /// Why: the decisive statement, or the smallest change that would have allowed the request.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    decision: String,
    layer: Option<String>,
    statement: Option<Value>,
}

const LAYERS: [(&str, Layer); 8] = [
    ("Identity", Layer::Identity),
    ("Boundary", Layer::Boundary),
    ("Session", Layer::Session),
    ("ServiceControl", Layer::ServiceControl),
    ("ResourceControl", Layer::ResourceControl),
    ("Resource", Layer::Resource),
    ("Trust", Layer::Trust),
    ("Endpoint", Layer::Endpoint),
];

const DECISIONS: [(&str, DecisionWord); 3] = [
    ("Allowed", DecisionWord::Allowed),
    ("ExplicitlyDenied", DecisionWord::ExplicitlyDenied),
    ("ImplicitlyDenied", DecisionWord::ImplicitlyDenied),
];

impl Expectation {
    /// Reads what a case writes: a word for the decision, or an object that says more.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let written = match text.as_bytes().first() {
            Some(b'"') => Written {
                decision: serde_json::from_str(text).map_err(|error| in_json(&error))?,
                layer: None,
                statement: None,
            },
            Some(b'{') => serde_json::from_str(text).map_err(|error| in_json(&error))?,
            _ => return Err("a decision or an object with a decision was expected".to_owned()),
        };
        Ok(Self {
            decision: word(&DECISIONS, "decision", &written.decision)?,
            layer: written
                .layer
                .map(|layer| word(&LAYERS, "layer", &layer))
                .transpose()?,
            statement: written.statement.map(ExpectedStatement::parse).transpose()?,
        })
    }

    /// Answers a question and compares.
    pub fn check(&self, question: &Question) -> Result<(), Failure> {
        let answer = question.answer(false);
        let is_as_expected = answer.decision == self.decision
            && self.layer.is_none_or(|layer| answer.layer == Some(layer))
            && self
                .statement
                .as_ref()
                .is_none_or(|statement| statement.decides(&answer));
        if is_as_expected {
            return Ok(());
        }
        Err(Failure {
            expected: self.to_string(),
            decided: self.as_precise(&answer),
            why: why(question),
        })
    }

    /// An answer, in as much detail as was expected of it.
    fn as_precise(&self, answer: &Answer) -> String {
        let mut text = described(answer.decision, answer.layer);
        if self.statement.is_some() {
            let mut names = answer
                .statements
                .iter()
                .filter(|statement| Some(statement.layer) == answer.layer)
                .map(|statement| match &statement.sid {
                    Some(sid) if !sid.is_empty() => format!("{sid} (index {})", statement.index),
                    _ => format!("index {}", statement.index),
                });
            let first = names.next().unwrap_or_else(|| "none".to_owned());
            text += &names.fold(format!(", statement {first}"), |text, name| {
                format!("{text}, {name}")
            });
        }
        text
    }
}

impl std::fmt::Display for Expectation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&described(self.decision, self.layer))?;
        match &self.statement {
            None => Ok(()),
            Some(ExpectedStatement::Index(index)) => write!(f, ", statement index {index}"),
            Some(ExpectedStatement::Sid(sid)) => write!(f, ", statement {sid}"),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "expected {}, decided {}; {}",
            self.expected, self.decided, self.why
        )
    }
}

impl ExpectedStatement {
    fn parse(written: Value) -> Result<Self, String> {
        let index = written.as_u64().and_then(|index| usize::try_from(index).ok());
        match (written, index) {
            (Value::String(sid), _) => Ok(Self::Sid(sid)),
            (_, Some(index)) => Ok(Self::Index(index)),
            _ => Err("statement: a Sid or an index was expected".to_owned()),
        }
    }

    /// Whether it is among the statements of the layer that decided.
    fn decides(&self, answer: &Answer) -> bool {
        let mut of_layer = answer
            .statements
            .iter()
            .filter(|statement| Some(statement.layer) == answer.layer);
        of_layer.any(|statement| match self {
            Self::Index(index) => statement.index == *index,
            Self::Sid(sid) => statement.sid.as_ref() == Some(sid) || sid.parse() == Ok(statement.index),
        })
    }
}

fn described(decision: DecisionWord, layer: Option<Layer>) -> String {
    let word = LAYERS.iter().find(|(_, known)| Some(*known) == layer);
    word.map_or_else(
        || decision.to_string(),
        |(name, _)| format!("{decision} by {name}"),
    )
}

fn why(question: &Question) -> String {
    let trace = question.explain();
    match (trace.effect, &trace.statement) {
        (Effect::Allow, Some(statement)) => format!("allowed by {statement}"),
        (Effect::Allow, None) => "no statement has to allow this".to_owned(),
        (Effect::ExplicitDeny, Some(statement)) => format!("denied by {statement}"),
        _ => format!("to allow it: {}", trace.change),
    }
}

fn word<T: Copy>(words: &[(&str, T)], what: &str, written: &str) -> Result<T, String> {
    let known = words.iter().find(|(name, _)| *name == written);
    known.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        format!("there is no {what} {written:?}; there are {}", names.join(", "))
    })
}
