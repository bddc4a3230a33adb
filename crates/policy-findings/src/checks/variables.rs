//! Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'nobody'}`, and `${*}`, `${?}`, `${$}` for the
//! characters themselves.

use std::ops::Range;

use lanyard_policy::operator::Comparison;

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement, Text};

/// In elements that know no variables.
pub(super) fn unsupported_elements(document: &Document<'_>, sink: &mut Sink) {
    for statement in &document.statements {
        let actions = statement.action.iter().flat_map(|action| &action.values);
        let principals = statement.principal.iter().flat_map(|principal| &principal.values);
        for text in actions.chain(principals.map(|principal| &principal.value)) {
            if let Some(variable) = variables(text.text).next() {
                let details = format!(
                    "Variables mean something in resources and conditions only, so remove {} here.",
                    quoted(text.text.get(variable.range.clone()).unwrap_or_default())
                );
                sink.part(
                    IssueCode::VariableUnsupportedInElement,
                    text.node,
                    variable.range,
                    details,
                );
            }
        }
    }
}

pub(super) fn resources(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    for text in statement.resource.iter().flat_map(|resource| &resource.values) {
        check(*text, document, sink);
    }
}

pub(super) fn conditions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        let takes_variables = matches!(
            operator.comparison,
            Comparison::StringEquals
                | Comparison::StringEqualsIgnoreCase
                | Comparison::StringLike
                | Comparison::Arn { .. }
        );
        for value in &condition.values {
            if takes_variables {
                check(*value, document, sink);
            } else if let Some(variable) = variables(value.text).next() {
                let details = format!(
                    "{} takes no variables, only operators for strings and ARNs do.",
                    condition.operator_member.name()
                );
                sink.part(
                    IssueCode::InvalidVariableForOperator,
                    value.node,
                    variable.range,
                    details,
                );
            }
        }
    }
}

fn check(text: Text<'_>, document: &Document<'_>, sink: &mut Sink) {
    for variable in variables(text.text) {
        if document.has_variables() {
            if let Some((code, details)) = variable.problem {
                sink.part(code, text.node, variable.range, details);
            }
        } else if variable.problem.is_none()
            && document
                .version
                .is_none_or(|version| version.text == "2008-10-17")
        {
            let details = "Before version 2012-10-17 of the policy language this is plain text, no variable.";
            sink.part(
                IssueCode::VariableUnsupportedInVersion,
                text.node,
                variable.range,
                details,
            );
        }
    }
}

struct Variable {
    /// From `${` to `}`, or as far as it seems to go.
    range: Range<usize>,
    problem: Option<(IssueCode, String)>,
}

/// What looks like variables in a text. It cuts them as the evaluator does, where they are well formed.
fn variables(text: &str) -> impl Iterator<Item = Variable> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find("${")?;
        let variable = variable(text, start);
        from = variable.range.end;
        Some(variable)
    })
}

fn variable(text: &str, start: usize) -> Variable {
    let rest = text.get(start + 2..).unwrap_or_default();
    let Some(length) = rest.find('}') else {
        return Variable {
            range: start..text.len(),
            problem: Some((
                IssueCode::MissingBraceInVariable,
                "The variable does not end: add }.".into(),
            )),
        };
    };
    let inner = rest.get(..length).unwrap_or_default();
    if let Some(separator) = inner.find(", '") {
        // The default value may have braces of its own: it ends with its quote.
        let value = separator + 3;
        return match rest.get(value..).and_then(|rest| rest.find("'}")) {
            Some(end) => Variable {
                range: start..start + 2 + value + end + 2,
                problem: name_problem(inner.get(..separator).unwrap_or_default()),
            },
            None => Variable {
                range: start..text.len(),
                problem: Some(missing_quote()),
            },
        };
    }
    Variable {
        range: start..start + length + 3,
        problem: problem(inner),
    }
}

/// What is wrong with the text between the braces.
fn problem(inner: &str) -> Option<(IssueCode, String)> {
    if inner.trim().is_empty() {
        let details = "There is no variable between the braces.";
        return Some((IssueCode::EmptyVariable, details.into()));
    }
    if matches!(inner, "*" | "?" | "$") {
        return None;
    }
    let Some((name, default)) = inner.split_once(',') else {
        return name_problem(inner);
    };
    if let Some(problem) = name_problem(name) {
        return Some(problem);
    }
    let Some(default) = default.strip_prefix(' ') else {
        return Some(symbol(
            "A comma and one space stand before the default value of a variable.",
        ));
    };
    if default.len() >= 2 && default.starts_with('"') && default.ends_with('"') {
        return Some(symbol(
            "The default value of a variable stands in single quotes, not in double ones.",
        ));
    }
    let is_quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
    (!is_quoted).then(missing_quote)
}

fn name_problem(name: &str) -> Option<(IssueCode, String)> {
    if name.is_empty() {
        return Some((IssueCode::EmptyVariable, "The variable has no name.".into()));
    }
    if name.contains(char::is_whitespace) {
        let details = "The name of a variable cannot have spaces.";
        return Some((IssueCode::UnsupportedSpaceInVariable, details.into()));
    }
    // What tag keys may have, as names of keys can end with one.
    let unsupported = |character: &char| {
        !character.is_alphanumeric() && !matches!(character, ':' | '/' | '-' | '_' | '.' | '+' | '=' | '@')
    };
    let character = name.chars().find(unsupported)?;
    Some(symbol(&format!(
        "The name of a variable cannot have {}.",
        quoted(&character.to_string())
    )))
}

fn symbol(details: &str) -> (IssueCode, String) {
    (IssueCode::UnsupportedSymbolInVariable, details.into())
}

fn missing_quote() -> (IssueCode, String) {
    let details = "The default value of a variable begins and ends with a single quote.";
    (IssueCode::MissingQuoteInVariable, details.into())
}
