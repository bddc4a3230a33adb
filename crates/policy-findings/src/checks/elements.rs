//! Which elements a policy and its statements have, and of which JSON type.

use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::tree::{Member, Node, Value};
use crate::view::{Document, Statement, member};
use crate::{IssueCode, PolicyType};

pub(super) fn top_level(document: &Document<'_>, sink: &mut Sink) {
    let root = document.root;
    if !matches!(root.value, Value::Object(_)) {
        wrong_type(root, "object", sink);
        return;
    }
    for member in root.members() {
        match member.name() {
            "Version" | "Id" if member.value.string().is_none() => wrong_type(&member.value, "string", sink),
            "Version" | "Id" => {}
            "Statement" => statement_list(&member.value, sink),
            _ => unknown_element(member, sink),
        }
    }
    if member(root, "Statement").is_none() {
        sink.at(IssueCode::MissingStatement, root, "The policy has no Statement.");
    }
}

fn statement_list(list: &Node<'_>, sink: &mut Sink) {
    if list.is_array() && list.elements().is_empty() {
        sink.at(
            IssueCode::MissingStatement,
            list,
            "The list of statements is empty.",
        );
    }
    for statement in list.elements() {
        if !matches!(statement.value, Value::Object(_)) {
            wrong_type(statement, "object", sink);
        }
    }
}

pub(super) fn version(document: &Document<'_>, sink: &mut Sink) {
    if !matches!(document.root.value, Value::Object(_)) {
        return;
    }
    match document.version {
        Some(version) if !matches!(version.text, "2012-10-17" | "2008-10-17") => sink.at(
            IssueCode::InvalidVersion,
            version.node,
            format!(
                "There is no version {} of the policy language, only 2012-10-17 and 2008-10-17.",
                quoted(version.text)
            ),
        ),
        None if member(document.root, "Version").is_none() => sink.at(
            IssueCode::MissingVersion,
            document.root,
            "The policy does not say its Version. Then it is read as of 2008-10-17, in which variables are \
             plain text. Add \"Version\": \"2012-10-17\".",
        ),
        _ => {}
    }
}

pub(super) fn statement(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    const ELEMENTS: [&str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    for member in statement.node.members() {
        if !ELEMENTS.contains(&member.name()) {
            unknown_element(member, sink);
        }
    }
}

pub(super) fn data_types(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for member in statement.node.members() {
        match member.name() {
            "Sid" | "Effect" if member.value.string().is_none() => wrong_type(&member.value, "string", sink),
            "Action" | "NotAction" | "Resource" | "NotResource" => strings(&member.value, sink),
            "Principal" | "NotPrincipal" => match &member.value.value {
                Value::Object(kinds) => kinds.iter().for_each(|kind| strings(&kind.value, sink)),
                // What other strings and lists are, the checks of principals say.
                Value::String(_) | Value::Array(_) => {}
                Value::Scalar(_) | Value::Null => wrong_type(&member.value, "object", sink),
            },
            "Condition" => condition_types(&member.value, sink),
            _ => {}
        }
    }
}

fn condition_types(condition: &Node<'_>, sink: &mut Sink) {
    let objects = |node: &Node<'_>, sink: &mut Sink| {
        if !matches!(node.value, Value::Object(_)) {
            wrong_type(node, "object", sink);
        }
    };
    objects(condition, sink);
    for operator in condition.members() {
        objects(&operator.value, sink);
        for key in operator.value.members() {
            for value in key.value.elements() {
                if value.scalar().is_none() {
                    wrong_type(value, "string", sink);
                }
            }
        }
    }
}

fn strings(node: &Node<'_>, sink: &mut Sink) {
    for element in node.elements() {
        if element.string().is_none() {
            wrong_type(element, "string", sink);
        }
    }
}

fn wrong_type(node: &Node<'_>, expected: &str, sink: &mut Sink) {
    let details = format!("What stands here must be a JSON {expected}.");
    sink.at(IssueCode::DataTypeMismatch, node, details);
}

fn unknown_element(member: &Member<'_>, sink: &mut Sink) {
    let details = format!("There is no policy element {} here.", quoted(member.name()));
    sink.at(IssueCode::InvalidPolicyElement, &member.name, details);
}

pub(super) fn missing(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let node = statement.node;
    if member(node, "Effect").is_none() {
        sink.at(
            IssueCode::MissingEffect,
            node,
            "The statement has no Effect: add Allow or Deny.",
        );
    }
    if statement.action.is_none() {
        sink.at(
            IssueCode::MissingAction,
            node,
            "The statement has neither Action nor NotAction.",
        );
    }
    if statement.resource.is_none() && !document.kind.is_role_trust() {
        sink.at(
            IssueCode::MissingResource,
            node,
            "The statement has neither Resource nor NotResource.",
        );
    }
    let names_principals = matches!(
        document.kind.policy_type,
        PolicyType::Resource | PolicyType::ResourceControl
    );
    if statement.principal.is_none() && names_principals {
        let details = "The statement does not say for whom it is: it has no Principal.";
        sink.at(IssueCode::MissingPrincipal, node, details);
    }
    if let Some(principal) = &statement.principal
        && document.kind.policy_type == PolicyType::Identity
    {
        let details =
            "A policy of a user, group or role is for whom it is attached to: it cannot name principals.";
        sink.at(IssueCode::UnsupportedPrincipal, &principal.member.name, details);
    }
}

pub(super) fn combinations(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for (plain, negated) in [
        ("Principal", "NotPrincipal"),
        ("Action", "NotAction"),
        ("Resource", "NotResource"),
    ] {
        if let (Some(plain), Some(negated)) = (member(statement.node, plain), member(statement.node, negated))
        {
            sink.report(
                IssueCode::UnsupportedElementCombination,
                &[Place::of(&plain.name), Place::of(&negated.name)],
                format!(
                    "A statement cannot have both {} and {}.",
                    plain.name(),
                    negated.name()
                ),
            );
        }
    }
}

pub(super) fn effect(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    if let Some(effect) = statement.effect
        && !matches!(effect.text, "Allow" | "Deny")
    {
        let details = format!(
            "There is no effect {}, only Allow and Deny, written so.",
            quoted(effect.text)
        );
        sink.at(IssueCode::InvalidEffect, effect.node, details);
    }
}
