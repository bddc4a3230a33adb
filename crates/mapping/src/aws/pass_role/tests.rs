//! Every member that speaks of a role or a profile, in all services: none is overlooked.

use lanyard_service_models::service_models;

use super::*;

/// One line for every member of every operation that speaks of a role or a profile: what becomes of it.
fn written() -> String {
    let mut lines = BTreeSet::new();
    for service in service_models().all() {
        if ["iam", "sts", "s3"].contains(&service.id()) {
            continue;
        }
        for operation in service.operations() {
            let place = Place {
                service: service.id(),
                operation: operation.name(),
            };
            if tables::only_reads(operation.name()) {
                continue;
            }
            let Some(input) = operation.input() else { continue };
            for member in input.members() {
                each_text(member.shape(), &[member.name()], &mut Vec::new(), &mut |path| {
                    lines.extend(suspect(place, path));
                });
            }
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The line of a member, if it speaks of a role.
fn suspect(place: Place, path: &[&'static str]) -> Option<String> {
    let kind = tables::kind(place.service, place.operation, path);
    if kind.is_none() && !tables::speaks_of_a_role(path) {
        return None;
    }
    let last = tables::last(path);
    let verdict = match kind {
        None => format!(
            "passes nothing: {}",
            tables::reason(place.service, place.operation, path).unwrap_or("NO REASON")
        ),
        Some(kind) => format!(
            "{kind:?} to {}",
            tables::passed_to(place.service, last, kind).unwrap_or("?")
        ),
    };
    let form = path_form(path);
    Some(format!("{} {last} {form} {verdict}", place.service))
}

/// Whether the member is one of the whole request.
fn path_form(path: &[&str]) -> &'static str {
    if path.len() == 1 { "at the top" } else { "deeper" }
}

#[test]
fn every_member_that_speaks_of_a_role_is_listed() {
    let written = written();
    if std::env::var_os("UPDATE_ROLES").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/roles.txt");
        std::fs::write(path, &written).unwrap();
    }
    let listed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/roles.txt"));
    let listed = listed.unwrap_or_default();
    let added: Vec<_> = written
        .lines()
        .filter(|line| !listed.lines().any(|known| known == *line))
        .collect();
    let gone: Vec<_> = listed
        .lines()
        .filter(|line| !written.lines().any(|known| known == *line))
        .collect();
    assert!(
        added.is_empty() && gone.is_empty(),
        "tests/aws/roles.txt is not what the models say (UPDATE_ROLES=1 writes it anew):\n+ {}\n- {}",
        added.join("\n+ "),
        gone.join("\n- ")
    );
    assert!(
        !listed.contains("NO REASON"),
        "a member passes nothing, for no reason"
    );
}
