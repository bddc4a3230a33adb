//! Elements that are there but have nothing in them.

use lanyard_policy::operator::Quantifier;

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::tree::{Node, Value};
use crate::view::{Document, Statement, member};

fn is_empty_list(node: &Node<'_>) -> bool {
    node.is_array() && node.elements().is_empty()
}

fn is_empty_object(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Object(members) if members.is_empty())
}

pub(super) fn lists(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    let named = [
        (&statement.action, IssueCode::EmptyArrayAction, "actions"),
        (&statement.resource, IssueCode::EmptyArrayResource, "resources"),
    ];
    for (element, code, what) in named {
        if let Some(element) = element
            && is_empty_list(&element.member.value)
        {
            let details = format!("The statement lists no {what}, so it has no effect as it is meant.");
            sink.at(code, &element.member.value, details);
        }
    }
    let Some(principal) = &statement.principal else {
        return;
    };
    let details = "The statement lists no principals, so it has no effect as it is meant.";
    let value = &principal.member.value;
    if is_empty_object(value) {
        sink.at(IssueCode::EmptyObjectPrincipal, value, details);
    }
    let lists = std::iter::once(value).chain(value.members().iter().map(|kind| &kind.value));
    for list in lists.filter(|list| is_empty_list(list)) {
        sink.at(IssueCode::EmptyArrayPrincipal, list, details);
    }
}

pub(super) fn conditions(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    if let Some(block) = member(statement.node, "Condition") {
        let operators = block.value.members().iter().map(|operator| &operator.value);
        for object in std::iter::once(&block.value)
            .chain(operators)
            .filter(|node| is_empty_object(node))
        {
            let details = "There is nothing in this condition block: it restricts nothing.";
            sink.at(IssueCode::EmptyObjectCondition, object, details);
        }
    }
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        if !is_empty_list(&condition.member.value) {
            continue;
        }
        let key = quoted(condition.key());
        let only_missing = "so it holds only where the key is missing. To ask for that, use Null with true.";
        let (code, details) = match operator.quantifier {
            Quantifier::ForAll => (
                IssueCode::EmptyArrayConditionForallvalues,
                format!("ForAllValues has no values to compare {key} with, {only_missing}"),
            ),
            _ if operator.if_exists => (
                IssueCode::EmptyArrayConditionIfexists,
                format!("IfExists has no values to compare {key} with, {only_missing}"),
            ),
            Quantifier::ForAny => (
                IssueCode::EmptyArrayConditionForanyvalue,
                format!("ForAnyValue has no values to compare {key} with, so it never holds."),
            ),
            Quantifier::Single => (
                IssueCode::EmptyArrayCondition,
                format!("There are no values to compare {key} with."),
            ),
        };
        sink.at(code, &condition.member.value, details);
    }
}
