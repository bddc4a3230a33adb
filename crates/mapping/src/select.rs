//! Which operation of a service a request asks for.

use http::{HeaderMap, Method};

use crate::query::Query;
use crate::{Level, MappingError, Operation};

/// The operations of a service by place and method, the most particular ones first.
#[derive(Debug)]
pub(crate) struct Index {
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    level: Level,
    method: &'static str,
    operations: Vec<&'static Operation>,
}

impl Index {
    pub(crate) fn new(operations: &'static [Operation]) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for operation in operations.iter().filter(|operation| !operation.is_superseded) {
            let (level, method) = (operation.level(), operation.method());
            let known = groups
                .iter_mut()
                .find(|group| group.level == level && group.method == method);
            match known {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group {
                    level,
                    method,
                    operations: vec![operation],
                }),
            }
        }
        for group in &mut groups {
            group
                .operations
                .sort_by_key(|operation| std::cmp::Reverse(particularity(operation)));
        }
        Self { groups }
    }

    /// The operation that knows most of what is in the request. What it does not know is refused later.
    ///
    /// # Errors
    /// A method that means nothing at this place, or a parameter that names another operation.
    pub(crate) fn select(
        &self,
        method: &Method,
        level: Level,
        query: &Query<'_>,
        headers: &HeaderMap,
    ) -> Result<&'static Operation, MappingError> {
        let group = self
            .groups
            .iter()
            .find(|group| group.level == level && group.method == method.as_str());
        let found = group.and_then(|group| {
            let mut operations = group.operations.iter();
            operations.find(|operation| is_asked_for(operation, query, headers))
        });
        let Some(operation) = found else {
            return Err(MappingError::MethodNotAllowed {
                method: method.as_str().to_owned(),
            });
        };
        if query.asked_for.is_some_and(|name| name != operation.name()) {
            return Err(crate::value::invalid("x-id", "it names another operation"));
        }
        Ok(operation)
    }
}

/// What the path names counts before what else must be there.
fn particularity(operation: &Operation) -> usize {
    let model = operation.model;
    let query = model.query.iter().filter(|member| member.is_required).count();
    let headers = model.headers.iter().filter(|member| member.is_required).count();
    model.literals.len() * 16 + query + headers + usize::from(operation.told_by.is_some())
}

fn is_asked_for(operation: &Operation, query: &Query<'_>, headers: &HeaderMap) -> bool {
    let model = operation.model;
    let has_parameter = |name: &str| !query.is_empty() && query.has(name);
    let has_header = |name: &str| headers.contains_key(name) || has_parameter(name);
    model.literals.iter().all(|(name, _)| has_parameter(name))
        && operation.told_by.is_none_or(has_parameter)
        && model
            .query
            .iter()
            .all(|member| !member.is_required || has_parameter(member.name))
        && model
            .headers
            .iter()
            .all(|member| !member.is_required || has_header(member.name))
}
