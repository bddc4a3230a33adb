//! What an override sees of a request, and what it makes of it.

use std::borrow::Cow;
use std::sync::Arc;

use lanyard_policy::Context;
use lanyard_service_models::{OperationModel, ServiceModel};

use super::arn_form::is_plain;
use super::call::{Known, Lookup, Permission, Scope};
use super::compile::CompiledOperation;
use super::input::{Input, Node};
use super::overrides::untyped_resource;
use super::pin::Pin;
use super::resolve::{PERMISSIONS_MAX, TOO_MANY};
use super::tables::Tables;
use crate::MappingError;

/// A request that was read, for the code that says what it is decided on.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// The service.
    pub(crate) service: &'static ServiceModel,
    /// The operation.
    pub(crate) operation: &'static OperationModel,
    /// What the request says, by the model's member names.
    pub(crate) input: &'a Input<'a>,
    /// Where it is made.
    pub(crate) scope: &'a Scope<'a>,
    /// What was looked up for it.
    pub(crate) known: &'a Known,
    /// The path as it was sent. Queues of the query protocol are named there.
    pub(crate) path: &'a str,
    pub(super) compiled: &'a CompiledOperation,
    pub(super) tables: &'a Tables,
    /// The condition keys that come with every permission.
    pub(super) keys: Arc<Context>,
}

/// What a request is decided on.
#[derive(Debug)]
pub(crate) enum Resolved {
    /// These permissions. None is refused.
    Permissions(Vec<Permission>),
    /// These, of a request in a form that is sent on with parameters that say what it was decided on.
    Pinned(Vec<Permission>, Vec<Pin>),
    /// This must be known first.
    Needs(Lookup),
}

impl<'a> Request<'a> {
    /// The one text, number or truth at a path such as `Placement.Tenancy`; `None` if nothing stands there. An empty
    /// text counts as one.
    ///
    /// # Errors
    /// Several of them, or what is no text.
    pub(crate) fn text(&self, path: &str) -> Result<Option<&'a str>, MappingError> {
        // Most members that are asked for stand at the top, and are no lists.
        match self.input.top(path) {
            None => return Ok(None),
            Some(Node::List(_) | Node::Map(_)) => {}
            Some(_) if path.contains('.') => return Ok(None),
            Some(node) => {
                return node
                    .as_text()
                    .map(Some)
                    .ok_or_else(|| invalid(path, "it is no text"));
            }
        }
        let found = self.input.at(path);
        match found.as_slice() {
            [] => Ok(None),
            [node] => match node.as_text() {
                Some(text) => Ok(Some(text)),
                None => Err(invalid(path, "it is no text")),
            },
            _ => Err(invalid(path, "there are several")),
        }
    }

    /// The same, for a member that the operation cannot be without.
    ///
    /// # Errors
    /// None, an empty one, several of them, or what is no text.
    pub(crate) fn required(&self, path: &str) -> Result<&'a str, MappingError> {
        match self.text(path)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(MappingError::MissingMember {
                member: path.to_owned(),
            }),
        }
    }

    /// Every text at a path, lists on the way and at the end taken apart: `Instances.InstanceId`.
    ///
    /// # Errors
    /// One that is no text; more of them than there are permissions of one request at most, since each may become one.
    pub(crate) fn texts(&self, path: &str) -> Result<Vec<&'a str>, MappingError> {
        let found = self.input.at(path);
        if found.len() > PERMISSIONS_MAX {
            return Err(self.unmapped(TOO_MANY));
        }
        let texts = found.iter().map(|node| node.as_text());
        texts
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| invalid(path, "it is no text"))
    }

    /// Whether something stands at a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        match self.input.top(path) {
            None => false,
            Some(Node::List(_) | Node::Map(_)) => !self.input.at(path).is_empty(),
            Some(_) => !path.contains('.'),
        }
    }

    /// What stands at a path, lists on the way and at the end taken apart.
    pub(crate) fn nodes(&self, path: &str) -> Vec<&'a Node<'a>> {
        self.input.at(path)
    }

    /// The ARN of a resource of the catalogue's type: its first form, with the scope's region and account, and these
    /// values in place of the placeholders. `*` as a value stands for any.
    ///
    /// # Errors
    /// A type that the service does not have, a placeholder without a value, a value that is empty or has wildcards
    /// or control characters.
    pub(crate) fn arn(&self, resource_type: &str, values: &[(&str, &str)]) -> Result<String, MappingError> {
        if let Some((placeholder, _)) = values.iter().find(|(_, value)| *value != "*" && !is_plain(value)) {
            return Err(invalid(
                placeholder,
                "it is empty, or has wildcards or control characters",
            ));
        }
        let forms = self.tables.forms(resource_type).iter();
        let is_cut = |value: &str| forms.clone().all(|form| form.has_separator(value));
        if let Some((placeholder, _)) = values.iter().find(|(_, value)| is_cut(value)) {
            return Err(invalid(placeholder, "it has a separator that no such name has"));
        }
        let value = |name: &str| {
            let mut known = values.iter();
            known
                .find(|(placeholder, _)| *placeholder == name)
                .map(|(_, value)| *value)
        };
        forms
            .filter(|form| form.placeholders().count() == values.len())
            .find_map(|form| form.filled(self.scope, value))
            .ok_or_else(|| self.unmapped("its resource has another form of ARN"))
    }

    /// The ARN of any resource of a type: `*` in place of each part that a name would fill.
    ///
    /// # Errors
    /// A type that the service does not have.
    pub(crate) fn any(&self, resource_type: &str) -> Result<String, MappingError> {
        let form = self.tables.forms(resource_type).first();
        let arn = form.and_then(|form| form.filled(self.scope, |_| Some("*")));
        arn.ok_or_else(|| self.unmapped("its resource has another form of ARN"))
    }

    /// The ARN that a member is, checked to be one of the type, and with the account that it has here.
    ///
    /// # Errors
    /// What is no ARN of the type, one of another region.
    pub(crate) fn checked_arn(&self, resource_type: &str, text: &str) -> Result<String, MappingError> {
        let forms = self.tables.forms(resource_type).iter();
        let found = is_plain(text).then(|| forms.filter_map(|form| form.read(text, self.scope)).next());
        found.flatten().ok_or_else(|| MappingError::InvalidMember {
            member: text.chars().take(64).collect(),
            reason: "it is no ARN of such a resource here",
        })
    }

    /// [`checked_arn`](Self::checked_arn) of a text that starts with `arn:`, else [`arn`](Self::arn) with the text as
    /// the one value.
    ///
    /// # Errors
    /// As those.
    pub(crate) fn arn_or_name(
        &self,
        resource_type: &str,
        placeholder: &str,
        text: &str,
    ) -> Result<String, MappingError> {
        if text.starts_with("arn:") {
            self.checked_arn(resource_type, text)
        } else {
            self.arn(resource_type, &[(placeholder, text)])
        }
    }

    /// A permission on a resource, with the condition keys that the request gives for this action (tags in the request
    /// and members with the names of the service's keys), and those that it does not tell.
    pub(crate) fn permission(&self, action: impl Into<Cow<'static, str>>, arn: String) -> Permission {
        let action = action.into();
        let table = self.tables.action_of(&action);
        let of_type = table.filter(|_| arn != "*").and_then(|table| table.type_of(&arn));
        let is_unknown = |key: &&'static str| !self.compiled.knows(key);
        let permission = Permission {
            resource: arn,
            resource_type: of_type.map(|known| known.resource_type.name()),
            wildcard_only: false,
            partly_known: false,
            context: Context::based_on(&self.keys, 0),
            unknown_keys: table.map_or_else(Vec::new, |table| {
                let mut unknown = Vec::with_capacity(16);
                unknown.extend(table.keys(of_type).filter(is_unknown));
                unknown
            }),
            takes_resource_tags: table.is_some_and(|table| table.takes_tags(of_type)),
            action,
        };
        // Evidence: the service authorization reference: every request to EC2 has its region as a key of EC2's own.
        if permission.unknown_keys.contains(&"ec2:Region") {
            return permission.with("ec2:Region", self.scope.region);
        }
        permission
    }

    /// A permission for an action that takes no resource, or none that the catalogue knows.
    pub(crate) fn wildcard(&self, action: impl Into<Cow<'static, str>>) -> Permission {
        let action = action.into();
        if let Some(arn) = untyped_resource(&action, self.scope) {
            return self.permission(action, arn);
        }
        Permission {
            wildcard_only: true,
            ..self.permission(action, "*".to_owned())
        }
    }

    /// The operation is refused, for this reason.
    pub(crate) fn unmapped(&self, reason: &'static str) -> MappingError {
        MappingError::Unmapped {
            operation: self.operation.name(),
            reason: Cow::Borrowed(reason),
        }
    }
}

impl Permission {
    /// Enters the value of a condition key, which is known then.
    #[must_use]
    pub(crate) fn with(mut self, key: &'static str, value: &str) -> Self {
        self.enter(key, Some(value));
        self
    }

    /// Enters the value of a condition key, or that the request does not have it, for certain.
    pub(crate) fn enter(&mut self, key: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.context.insert(key, lanyard_policy::Text::copied(value));
        }
        self.know(key);
    }

    /// Enters the values of a condition key that can have several, which is known then.
    #[must_use]
    pub(crate) fn with_many<'v>(
        mut self,
        key: &'static str,
        values: impl IntoIterator<Item = &'v str>,
    ) -> Self {
        self.context
            .insert_many(key, values.into_iter().map(lanyard_policy::Text::copied));
        self.know(key);
        self
    }

    /// The request does not have this condition key, for certain.
    #[must_use]
    pub(crate) fn without(mut self, key: &str) -> Self {
        self.know(key);
        self
    }

    fn know(&mut self, key: &str) {
        self.unknown_keys.retain(|known| !known.eq_ignore_ascii_case(key));
    }
}

fn invalid(path: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    }
}
