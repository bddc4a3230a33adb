//! Step Functions: a version or an alias of a state machine is decided on the machine, with a condition key.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CreateActivity", ACTIVITY),
        ("CreateStateMachine", NEW_MACHINE),
        (
            "CreateStateMachineAlias",
            Resolve::Custom(
                create_alias,
                "the state machine of each version that the alias points to, with the version as a condition key",
            ),
        ),
        ("DeleteStateMachine", MACHINE),
        ("DeleteStateMachineAlias", ALIAS),
        ("DeleteStateMachineVersion", VERSION),
        (
            "DescribeExecution",
            Resolve::Custom(
                execution,
                "the execution {executionArn}, of the type that its ARN tells",
            ),
        ),
        ("DescribeStateMachine", MACHINE),
        ("DescribeStateMachineAlias", ALIAS),
        (
            "DescribeStateMachineForExecution",
            Resolve::Custom(
                execution,
                "the execution {executionArn}, of the type that its ARN tells",
            ),
        ),
        (
            "GetExecutionHistory",
            Resolve::Custom(
                execution,
                "the execution {executionArn}, of the type that its ARN tells",
            ),
        ),
        (
            "ListExecutions",
            Resolve::Custom(
                list_executions,
                "the state machine {stateMachineArn}, or the run {mapRunArn}",
            ),
        ),
        (
            "ListMapRuns",
            Resolve::Custom(
                execution,
                "the execution {executionArn}, of the type that its ARN tells",
            ),
        ),
        ("ListStateMachineAliases", MACHINE),
        ("ListStateMachineVersions", MACHINE),
        (
            "ListStateMachines",
            Resolve::Custom(list_state_machines, "every state machine"),
        ),
        (
            "ListTagsForResource",
            Resolve::Custom(tagged, "the state machine or activity {resourceArn}"),
        ),
        ("PublishStateMachineVersion", MACHINE),
        (
            "RedriveExecution",
            Resolve::Custom(
                execution,
                "the execution {executionArn}, of the type that its ARN tells",
            ),
        ),
        ("StartExecution", MACHINE),
        ("StartSyncExecution", MACHINE),
        (
            "StopExecution",
            Resolve::Custom(
                execution,
                "the execution {executionArn}, of the type that its ARN tells",
            ),
        ),
        (
            "TagResource",
            Resolve::Custom(tagged, "the state machine or activity {resourceArn}"),
        ),
        (
            "TestState",
            Resolve::Custom(
                test_state,
                "*, also to reveal secrets, if the request asks for that",
            ),
        ),
        (
            "UntagResource",
            Resolve::Custom(tagged, "the state machine or activity {resourceArn}"),
        ),
        ("UpdateStateMachine", MACHINE),
        ("UpdateStateMachineAlias", ALIAS),
    ],
};

const MACHINE: Resolve = Resolve::Custom(
    |request| machine(request, "stateMachineArn"),
    "the state machine {stateMachineArn}, with the version or alias as a condition key",
);
const ALIAS: Resolve = Resolve::Custom(
    |request| machine(request, "stateMachineAliasArn"),
    "the state machine of {stateMachineAliasArn}, with the alias as a condition key",
);
const VERSION: Resolve = Resolve::Custom(
    |request| machine(request, "stateMachineVersionArn"),
    "the state machine of {stateMachineVersionArn}, with the version as a condition key",
);

const QUALIFIER: &str = "states:StateMachineQualifier";

const ACTIVITY: Resolve = Resolve::On(&[OnType {
    resource_type: "activity",
    named: Named::By(&[("ActivityName", "name")]),
    absent: Absent::Missing,
}]);
const NEW_MACHINE: Resolve = Resolve::On(&[OnType {
    resource_type: "statemachine",
    named: Named::By(&[("StateMachineName", "name")]),
    absent: Absent::Missing,
}]);

/// The ARN of the machine itself, and the version or alias that a text names besides.
///
/// Evidence: the service authorization reference and the developer guide: versions and aliases are told apart by the
/// condition key, and requests are decided on the machine.
fn parts<'t>(
    request: &Request<'_>,
    path: &str,
    text: &'t str,
) -> Result<(String, Option<&'t str>), MappingError> {
    let mut fields = text.splitn(8, ':');
    let qualifier = fields.nth(7);
    let bare = match qualifier {
        Some(qualifier) => text
            .strip_suffix(qualifier)
            .and_then(|rest| rest.strip_suffix(':')),
        None => Some(text),
    };
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    match bare {
        Some(bare) if qualifier.is_none_or(is_word) => {
            Ok((request.checked_arn("statemachine", bare)?, qualifier))
        }
        _ => Err(MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "it names no state machine",
        }),
    }
}

fn on_machine(request: &Request<'_>, arn: String, qualifiers: &[&str]) -> Permission {
    let mut permission = request.permission(own_action(request), arn);
    permission.resource_type = Some("statemachine");
    if qualifiers.is_empty() {
        permission.without(QUALIFIER)
    } else {
        permission.with_many(QUALIFIER, qualifiers.iter().copied())
    }
}

fn machine(request: &Request<'_>, path: &'static str) -> Result<Resolved, MappingError> {
    let (arn, qualifier) = parts(request, path, request.required(path)?)?;
    let qualifiers: Vec<&str> = qualifier.into_iter().collect();
    Ok(Resolved::Permissions(vec![on_machine(request, arn, &qualifiers)]))
}

/// An alias points to versions, all of one machine.
fn create_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let path = "routingConfiguration.stateMachineVersionArn";
    let mut permissions: Vec<Permission> = Vec::new();
    for text in request.texts(path)? {
        let (arn, qualifier) = parts(request, path, text)?;
        let qualifiers: Vec<&str> = qualifier.into_iter().collect();
        permissions.push(on_machine(request, arn, &qualifiers));
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// Executions of standard and of express machines, alone or of a map, have ARNs of four forms.
fn execution(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("executionArn")?;
    let mut fields = text.split(':');
    let is_express = fields.nth(5) == Some("express");
    let is_labelled = fields.next().is_some_and(|machine| machine.contains('/'));
    let resource_type = match (is_express, is_labelled) {
        (false, false) => "execution",
        (false, true) => "labelled execution",
        (true, false) => "express",
        (true, true) => "labelled express",
    };
    let mut permission = request.permission(own_action(request), request.checked_arn(resource_type, text)?);
    permission.resource_type = Some(resource_type);
    Ok(Resolved::Permissions(vec![permission]))
}

fn list_executions(request: &Request<'_>) -> Result<Resolved, MappingError> {
    match request.text("mapRunArn")? {
        Some(text) if !request.has("stateMachineArn") => {
            let arn = request.checked_arn("maprun", text)?;
            Ok(Resolved::Permissions(vec![
                request.permission("states:ListExecutions", arn),
            ]))
        }
        _ => machine(request, "stateMachineArn"),
    }
}

/// Evidence: recorded responses; every state machine of the account.
fn list_state_machines(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.arn("statemachine", &[("StateMachineName", "*")])?;
    Ok(Resolved::Permissions(vec![
        request.permission("states:ListStateMachines", arn),
    ]))
}

fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("resourceArn")?;
    let resource_type = match text.split(':').nth(5) {
        Some("activity") => "activity",
        _ => "statemachine",
    };
    let arn = request.checked_arn(resource_type, text)?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

/// Evidence: the developer guide; what is to show secrets needs a permission of its own.
fn test_state(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = vec![request.wildcard("states:TestState")];
    if request
        .text("revealSecrets")?
        .is_some_and(|reveal| reveal != "false")
    {
        permissions.push(request.wildcard("states:RevealSecrets"));
    }
    Ok(Resolved::Permissions(permissions))
}
