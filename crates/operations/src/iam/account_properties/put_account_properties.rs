//! PutAccountProperties. Other properties beside the one of a known namespace are taken and forgotten. Whoever switches
//! the Role Manager on makes its service-linked role, if it is not there, and needs the permission for that in any case.
//! Evidence: recorded answers of AWS.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam::{self, PutAccountPropertiesInput, PutAccountPropertiesOutput};
use lanyard_directory::{NewServiceLinkedRole, Role};
use lanyard_names::IdKind;

use super::{ENABLED, NAMESPACE, NAMESPACES_KEY};
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, unplaced};
use crate::view::View;

/// Who would assume the Role Manager's role, and the role.
const SERVICE: &str = "role-manager.iam.amazonaws.com";
const ROLE: &str = "aws-service-role/role-manager.iam.amazonaws.com/AWSServiceRoleForIAMRoleManager";

pub(crate) struct PutAccountProperties;

impl Described for PutAccountProperties {
    type Model = iam::PutAccountProperties;

    fn subject(input: &PutAccountPropertiesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let mut put = Ask::on_anything(Self::ACTION, view);
        let namespaces: BTreeSet<&str> = input.properties.iter().map(|(key, _)| namespace(key)).collect();
        let namespaces = namespaces.into_iter().map(str::to_owned);
        put.keys.insert_many(NAMESPACES_KEY, namespaces);
        let switches_on = |(key, value): &(String, String)| key == ENABLED && value == "true";
        if !input.properties.iter().any(switches_on) {
            return Ok(put.into());
        }
        let mut role = Ask::on("iam:CreateServiceLinkedRole", unplaced("role", ROLE, view), view);
        role.keys.insert("iam:AWSServiceName", SERVICE);
        Ok(Subject::all([put, role]))
    }
}

impl Write for PutAccountProperties {
    fn run(
        input: &PutAccountPropertiesInput,
        change: &mut Change<'_>,
    ) -> Result<PutAccountPropertiesOutput, Refusal> {
        let enabled = role_manager_switch(&input.properties)?;
        if enabled {
            make_role(change)?;
        }
        change.edit.set_role_manager_enabled(enabled);
        Ok(PutAccountPropertiesOutput {})
    }
}

/// Makes the role that the Role Manager has in the account, unless it is there.
fn make_role(change: &mut Change<'_>) -> Result<(), Refusal> {
    let arn = format!("arn:aws:iam::{}:role/{ROLE}", change.edit.view().id());
    let name = ROLE.rsplit('/').next().unwrap_or(ROLE);
    let is_there = |role: &Arc<Role>| **role.arn() == *arn;
    if change.edit.view().role(name).is_some_and(is_there) {
        return Ok(());
    }
    let id = change.new_id(IdKind::Role);
    change.edit.create_service_linked_role(NewServiceLinkedRole {
        id,
        service: SERVICE.into(),
        suffix: None,
        description: None,
        created: change.now,
    })?;
    Ok(())
}

fn namespace(key: &str) -> &str {
    key.split_once('/').map_or(key, |(namespace, _)| namespace)
}

/// What the properties say, if they say it rightly.
fn role_manager_switch(properties: &[(String, String)]) -> Result<bool, Refusal> {
    if let Some((key, _)) = properties.iter().find(|(key, _)| !key.contains('/')) {
        return Err(Refusal::account_property_without_namespace(key));
    }
    let mut namespaces = properties.iter().map(|(key, _)| namespace(key));
    let first = namespaces.next().unwrap_or_default();
    if namespaces.any(|other| other != first) {
        return Err(Refusal::account_properties_mixed());
    }
    if first != NAMESPACE {
        return Err(Refusal::account_property_namespace_unknown(first));
    }
    // Of a key that is there twice the first counts, as of every parameter.
    match properties.iter().find(|(key, _)| key == ENABLED) {
        None => Err(Refusal::role_manager_switch_missing()),
        Some((_, value)) if value == "true" => Ok(true),
        Some((_, value)) if value == "false" => Ok(false),
        Some(_) => Err(Refusal::role_manager_switch_invalid()),
    }
}
