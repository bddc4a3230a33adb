//! A made-up request for every operation of every service: what it is decided on is what the catalogue says of the
//! action, or the request is refused. Those of which only the service knows what they are about stand in
//! `tests/aws/partly_known.txt`; with `LANYARD_WRITE_EXPECTED=1` it is written anew, to be read before it is committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_push_string,
    reason = "test code"
)]

#[path = "aws/requests.rs"]
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lanyard_catalogue::catalogue;
use lanyard_mapping::MappingError;
use lanyard_mapping::aws::{Completed, CoverageRow, How, ServiceCall, ServiceMapping};
use lanyard_service_models::service_models;
use requests::{Wire, request};

/// Every permission is on an action of the catalogue, and on a resource of one of its types.
fn check(call: &ServiceCall, row: &CoverageRow) -> Result<(), String> {
    if call.permissions.is_empty() {
        return Err("no permission".to_owned());
    }
    for permission in &call.permissions {
        // Tags on creation and roles to pass have tests of their own.
        // So has what AWS was seen to name though the catalogue has nothing: the coverage tells it.
        let is_untyped = row.how == How::Wildcard && row.resources.iter().any(|form| form != "*");
        let by_rule = row.how != How::Override && !is_untyped && row.actions.contains(&permission.action);
        // Recorded denials name it; what AWS publishes does not.
        if permission.action == "apigateway:TagResource" {
            continue;
        }
        let Some(action) = catalogue().action(&permission.action) else {
            return Err(format!("no action {}", permission.action));
        };
        let fits = action
            .resources()
            .iter()
            .any(|resource| resource.resource_type().could_be(&permission.resource));
        if action.is_wildcard_only() != permission.wildcard_only && by_rule {
            return Err(format!("{} on {}", permission.action, permission.resource));
        }
        if by_rule && permission.resource != "*" && !fits {
            return Err(format!("{} on {}", permission.action, permission.resource));
        }
    }
    Ok(())
}

/// What goes upstream means what was decided on.
fn check_upstream(wire: &Wire, call: &ServiceCall, mapping: &ServiceMapping) -> Result<(), String> {
    let headers = call
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
    let upstream = Wire {
        method: call.method.clone(),
        target: call.target.clone(),
        headers: headers.collect(),
        body: call.body.clone().unwrap_or_else(|| wire.body.clone()),
    };
    let again = match upstream.map(mapping) {
        Ok(Completed::Call(again)) => again,
        other => return Err(format!("upstream: {other:?}")),
    };
    let said = |call: &ServiceCall| {
        let mut said: Vec<String> = Vec::new();
        for permission in &call.permissions {
            let keys: Vec<_> = permission
                .context
                .iter()
                .map(|(name, value)| format!("{name}={value:?}"))
                .collect();
            said.push(format!("{} {} {keys:?}", permission.action, permission.resource));
        }
        said
    };
    let is_same = again.operation.name() == call.operation.name()
        && said(&again) == said(call)
        && again.target == call.target;
    is_same
        .then_some(())
        .ok_or_else(|| format!("upstream: {:?}", again.target))
}

#[test]
fn every_operation_is_decided_on_what_the_catalogue_says_or_refused() {
    let mut wrong = Vec::new();
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut mapped = 0;
    for name in service_models().signing_names().filter(|name| *name != "s3") {
        let mapping = ServiceMapping::new(name).unwrap();
        for row in mapping.coverage() {
            for protocol in row.service.protocols() {
                let Some(wire) = request(row.service, &row, *protocol) else {
                    continue;
                };
                let title = format!("{} {} {protocol:?}", row.service.id(), row.operation.name());
                match (wire.map(&mapping), &row.how) {
                    (Ok(Completed::Call(call)), how) => {
                        mapped += 1;
                        let checked =
                            check(&call, &row).and_then(|()| check_upstream(&wire, &call, &mapping));
                        // Of services that share names and versions, the first answers for all.
                        if matches!(how, How::Refused(_)) && call.service.id() == row.service.id() {
                            wrong.push(format!("{title}: it should be refused"));
                        }
                        if let Err(reason) = checked {
                            wrong.push(format!("{title}: {reason}"));
                        }
                    }
                    // A role to pass, or what its own code says.
                    (Ok(Completed::Needs(_)), _) => mapped += 1,
                    (Err(MappingError::Unmapped { .. }), How::Refused(_)) => {}
                    (Err(_), How::Rule | How::Wildcard) => {
                        *refused.entry(row.service.id()).or_default() += 1;
                    }
                    (Err(_), _) => {}
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(60)]
    );
    // Made-up texts do not fit everywhere; they fit nearly everywhere.
    let refused_sum: usize = refused.values().sum();
    assert!(
        mapped > 15_000 && refused_sum < 80,
        "{mapped} mapped, {refused:?} refused"
    );
}

/// The operations that are decided on something that is there and of which only the service knows what it is.
#[test]
fn what_only_the_service_knows_is_told_from_what_is_made_and_from_all_that_there_is() {
    let mut found = BTreeSet::new();
    for name in service_models().signing_names().filter(|name| *name != "s3") {
        let mapping = ServiceMapping::new(name).unwrap();
        for row in mapping.coverage() {
            let mut wires = row.service.protocols().iter();
            let Some(wire) = wires.find_map(|protocol| request(row.service, &row, *protocol)) else {
                continue;
            };
            let Ok(Completed::Call(call)) = wire.map(&mapping) else {
                continue;
            };
            for permission in call
                .permissions
                .iter()
                .filter(|permission| permission.partly_known)
            {
                assert!(permission.resource.contains('*'), "{permission:?}");
                let (action, resource) = (&permission.action, &permission.resource);
                found.insert(format!(
                    "{} {}: {action} on {resource}\n",
                    row.service.id(),
                    row.operation.name()
                ));
            }
        }
    }
    let found: String = found.into_iter().collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws/partly_known.txt");
    if std::env::var_os("LANYARD_WRITE_EXPECTED").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default());
}
