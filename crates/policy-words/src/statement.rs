//! A sentence for each statement.

use std::collections::BTreeSet;

use lanyard_policy::Document;
use lanyard_policy::outline::StatementOutline;

use crate::actions::{self, Lookups, WithoutResource};
use crate::list::joined;
use crate::{conditions, principals, resources};

/// So many actions without a resource are named; more are counted.
const NAMED_MAX: usize = 3;

/// What a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// What it denies, in the order of its statements.
    pub denials: Vec<String>,
    /// What it allows, in the order of its statements.
    pub allowances: Vec<String>,
    /// What has to be known to read it.
    pub notes: BTreeSet<Note>,
}

/// What has to be known to read the words of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// It allows by patterns of actions.
    OpenPatterns,
    /// It has variables.
    Variables,
    /// It is written as if it had variables, in a version that has none.
    NoVariables,
}

impl Note {
    /// The sentence.
    pub fn text(self) -> &'static str {
        match self {
            Self::OpenPatterns => {
                "Patterns of actions, and exceptions from all actions, also cover what services add later."
            }
            Self::Variables => "What stands between \"${\" and \"}\" is filled in from each request.",
            Self::NoVariables => {
                "What stands between \"${\" and \"}\" is literal text: only version 2012-10-17 fills it in."
            }
        }
    }
}

impl Words {
    /// The words of a policy.
    pub fn of(document: &Document) -> Self {
        Self::with(document, &mut Lookups::default())
    }

    /// The same, as one of several documents.
    pub(crate) fn with(document: &Document, lookups: &mut Lookups) -> Self {
        let mut words = Self::default();
        for statement in document.outline() {
            let sentence = words.sentence(&statement, lookups);
            if statement.denies {
                words.denials.push(sentence);
            } else {
                words.allowances.push(sentence);
            }
        }
        if document.outline().any(|statement| looks_variable(&statement)) {
            words.notes.insert(if document.has_variables() {
                Note::Variables
            } else {
                Note::NoVariables
            });
        }
        words
    }

    fn sentence(&mut self, statement: &StatementOutline<'_>, lookups: &mut Lookups) -> String {
        let Some(actions) = &statement.actions else {
            return "nothing (no action is listed).".to_owned();
        };
        let actions = actions::words(actions, lookups);
        if actions.is_open && !statement.denies {
            self.notes.insert(Note::OpenPatterns);
        }
        let mut sentence = match &statement.principals {
            Some(principals) => format!("{}: {}", principals::words(principals), actions.text),
            None => actions.text,
        };
        sentence.push_str(&resources::words(statement.resources.as_ref()));
        sentence.push_str(&conditions::words(&statement.conditions));
        sentence.push('.');
        // Whether exceptions from all resources cover what acts on none is in doubt, and in doubt is denied.
        let reaches_all = statement.resources.as_ref().is_none_or(|resources| {
            resources::is_everything(resources) || (resources.negated && statement.denies)
        });
        if !reaches_all {
            sentence.push_str(&not_reached(&actions.without_resource));
        }
        sentence
    }
}

/// Whether something is written like a variable where variables can be.
fn looks_variable(statement: &StatementOutline<'_>) -> bool {
    let resources = statement.resources.iter().flat_map(|resources| &resources.values);
    let values = statement
        .conditions
        .iter()
        .flat_map(|condition| &condition.values);
    resources.chain(values).any(|text| text.contains("${"))
}

/// Actions that a statement names, but does not reach, since they act on no resource and it names some.
fn not_reached(actions: &WithoutResource) -> String {
    let names = actions.names();
    match actions.count() {
        0 => String::new(),
        1 => format!(
            " That does not reach {}, which acts on no resource.",
            joined(&names, "and")
        ),
        count if count == names.len() && count <= NAMED_MAX => {
            format!(
                " That does not reach {}, which act on no resource.",
                joined(&names, "and")
            )
        }
        count => format!(" That does not reach {count} actions among them, which act on no resource."),
    }
}
