//! The floor: what a programmer would write who needs just this and no policy language.
//!
//! For each principal a table from actions to statements, one from services to actions with a star, and
//! statements with their texts and ranges ready to be compared.

use rustc_hash::FxHashMap;

use super::Engine;
use crate::workload::{self, Workload};

/// The floor with a workload.
pub struct Floor {
    principals: Vec<Principal>,
    contexts: Vec<Context>,
    questions: Vec<Question>,
}

/// What is said to one principal.
#[derive(Default)]
pub struct Principal {
    statements: Vec<Statement>,
    /// Statements by action.
    exact: FxHashMap<String, Vec<u32>>,
    /// What an action has to begin with, and the statement, by service.
    prefixes: FxHashMap<String, Vec<(String, u32)>>,
}

struct Statement {
    deny: bool,
    resources: Vec<Glob>,
    /// Bits and mask.
    ranges: Vec<(u32, u32)>,
    tag: Option<(usize, Vec<String>)>,
}

enum Glob {
    Anything,
    Exact(String),
    Prefix(String),
    /// With stars elsewhere.
    Stars(Vec<String>),
}

struct Context {
    address: u32,
    tags: [Option<String>; 2],
}

struct Question {
    principal: usize,
    action: String,
    resource: String,
    context: usize,
}

impl Engine for Floor {
    type Policies = Vec<Principal>;

    const NAME: &'static str = "floor";

    fn load(workload: &Workload) -> Self::Policies {
        let principal = |policies: &Vec<workload::Policy>| {
            let mut principal = Principal::default();
            for statement in policies.iter().flat_map(|policy| &policy.statements) {
                principal.add(statement);
            }
            principal
        };
        workload.principals.iter().map(principal).collect()
    }

    fn new(workload: &Workload, principals: Self::Policies) -> Self {
        let context = |context: &workload::Context| Context {
            address: context.source_ip.to_bits(),
            tags: context.tags.map(|tag| tag.map(str::to_owned)),
        };
        let question = |question: &workload::Question| Question {
            principal: question.principal,
            action: question.action.clone(),
            resource: question.resource.clone(),
            context: question.context,
        };
        Self {
            principals,
            contexts: workload.contexts.iter().map(context).collect(),
            questions: workload.questions.iter().map(question).collect(),
        }
    }

    fn allows(&self, question: usize) -> bool {
        let question = &self.questions[question];
        let context = &self.contexts[question.context];
        self.principals[question.principal].allows(&question.action, &question.resource, context)
    }
}

impl Principal {
    fn add(&mut self, statement: &workload::Statement) {
        let number = self.statements.len() as u32;
        for action in &statement.actions {
            match action.strip_suffix('*') {
                None => self.exact.entry(action.clone()).or_default().push(number),
                Some(prefix) => {
                    let (service, _) = action.split_once(':').expect("an action");
                    let prefixes = self.prefixes.entry(service.to_owned()).or_default();
                    prefixes.push((prefix.to_owned(), number));
                }
            }
        }
        let range = |range: &&str| {
            let (address, length) = range.split_once('/').expect("a range");
            let address: std::net::Ipv4Addr = address.parse().expect("an address");
            let mask = u32::MAX << (32 - length.parse::<u32>().expect("a length"));
            (address.to_bits() & mask, mask)
        };
        self.statements.push(Statement {
            deny: statement.deny,
            resources: statement.resources.iter().map(|text| Glob::new(text)).collect(),
            ranges: statement.source_ip.iter().map(range).collect(),
            tag: statement
                .tag
                .as_ref()
                .map(|(tag, values)| (*tag, values.iter().map(|value| (*value).to_owned()).collect())),
        });
    }

    fn allows(&self, action: &str, resource: &str, context: &Context) -> bool {
        let service = action.split(':').next().unwrap_or_default();
        let exact = self.exact.get(action).into_iter().flatten().copied();
        let prefixes = self.prefixes.get(service).into_iter().flatten();
        let fitting = prefixes
            .filter(|(prefix, _)| action.starts_with(prefix.as_str()))
            .map(|(_, number)| *number);
        let mut allowed = false;
        for number in exact.chain(fitting) {
            let statement = &self.statements[number as usize];
            if (statement.deny || !allowed) && statement.applies(resource, context) {
                if statement.deny {
                    return false;
                }
                allowed = true;
            }
        }
        allowed
    }
}

impl Statement {
    fn applies(&self, resource: &str, context: &Context) -> bool {
        let in_range = |(bits, mask): &(u32, u32)| context.address & mask == *bits;
        self.resources.iter().any(|glob| glob.matches(resource))
            && (self.ranges.is_empty() || self.ranges.iter().any(in_range))
            && self.tag.as_ref().is_none_or(|(tag, values)| {
                let has = context.tags[*tag].as_ref();
                has.is_some_and(|has| values.contains(has))
            })
    }
}

impl Glob {
    fn new(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some("") => Self::Anything,
            Some(prefix) if !prefix.contains('*') => Self::Prefix(prefix.to_owned()),
            None if !text.contains('*') => Self::Exact(text.to_owned()),
            _ => Self::Stars(text.split('*').map(str::to_owned).collect()),
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Exact(wanted) => text == wanted,
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Stars(pieces) => {
                let (first, rest) = pieces.split_first().expect("two pieces");
                let (last, middle) = rest.split_last().expect("two pieces");
                let Some(mut text) = text.strip_prefix(first.as_str()) else {
                    return false;
                };
                for piece in middle {
                    let Some(at) = text.find(piece.as_str()) else {
                        return false;
                    };
                    text = &text[at + piece.len()..];
                }
                text.ends_with(last.as_str())
            }
        }
    }
}
