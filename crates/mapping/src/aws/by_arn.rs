//! What rules find by an ARN that a request must have: the type that the member's name ends with, and the resources
//! that the ARN says its own lies in.
//!
//! An ARN checks itself: `SchemaArn` of an action on published and on applied schemas is one of these or is refused.
//! And whoever names an incident by its ARN names its response plan, which stands in it.
//!
//! Invariant: only members that end in `Arn` and that a request cannot be without, and only where there is one of them.

use lanyard_service_models::{Shape, Structure};

use super::arn_form::ArnForm;
use super::bind::{Field, TypePlan};
use super::call::Scope;
use super::request::Request;
use super::tables::{Tables, TypeTable};
use super::words::{Kind, folded, singular, stem};
use crate::MappingError;

/// A part of the ARN that a member is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OfArn {
    pub(super) path: String,
    /// The type of the ARN, and the placeholder that stands where the part does.
    resource_type: &'static str,
    placeholder: &'static str,
}

/// The one member that is an ARN and has the end of a type's name, or ends with it: `TemplateArn` of a review template,
/// `SourceDBInstanceArn` of a database.
///
/// Fails closed: where another type of the action has the very name of the member, it is that one's alone.
pub(super) fn alike<'f>(
    fields: &'f [Field],
    known: &TypeTable,
    form: &ArnForm,
    types: &[TypeTable],
) -> Option<&'f Field> {
    let own_names = names(known.resource_type.name(), form);
    let mut alike = fields.iter().filter(|field| {
        let name = own_name(field);
        let fits = |known: &String| known.ends_with(&name) || name.ends_with(known.as_str());
        is_certain(field) && name.len() > 2 && own_names.iter().any(fits)
    });
    let (Some(field), None) = (alike.next(), alike.next()) else {
        return None;
    };
    let name = own_name(field);
    let is_its = |other: &TypeTable| {
        let mut forms = other.forms.iter();
        forms.any(|form| names(other.resource_type.name(), form).contains(&name))
    };
    let mut others = types.iter();
    let is_of_other =
        others.any(|other| other.resource_type.name() != known.resource_type.name() && is_its(other));
    (!is_of_other).then_some(field)
}

/// What stands for a placeholder in the one ARN that has it.
///
/// Fails closed: a name that says nothing is one of anything. And what is itself the resource that the ARN is of is no
/// other resource.
pub(super) fn part(
    fields: &[Field],
    tables: &Tables,
    placeholder: &'static str,
    is_last: bool,
) -> Option<OfArn> {
    let folded_placeholder = folded(placeholder);
    if matches!(stem(&folded_placeholder).0, "" | "resource" | "resourcepath") {
        return None;
    }
    let mut found = None;
    for field in fields.iter().filter(|field| is_certain(field)) {
        let name = own_name(field);
        let types = tables.types();
        let mut of_field = types.filter(|(resource_type, forms)| {
            let [form] = forms else { return false };
            names(resource_type, form).contains(&name)
                && form.placeholders().filter(|known| *known == placeholder).count() == 1
                && !(is_last && form.placeholders().next_back() == Some(placeholder))
        });
        match (of_field.next(), of_field.next()) {
            (None, _) => {}
            (Some((resource_type, _)), None) if found.is_none() => {
                found = Some(OfArn {
                    path: field.path.clone(),
                    resource_type,
                    placeholder,
                });
            }
            _ => return None,
        }
    }
    found
}

/// How deep members are looked for.
const DEPTH_MAX: usize = 3;

/// The texts that stand deeper, of which no request can be without one.
pub(super) fn required_below(input: &'static Structure) -> Vec<Field> {
    let mut fields = Vec::new();
    below(input, "", 0, &mut fields);
    fields
}

fn below(structure: &'static Structure, path: &str, depth: usize, fields: &mut Vec<Field>) {
    for member in structure.members().iter().filter(|member| member.is_required()) {
        let (inner, is_list) = match member.shape() {
            Shape::List(list) => (list.member(), true),
            shape => (shape, false),
        };
        if depth > 0 && matches!(inner, Shape::Text) {
            fields.push(Field::new(member, path, is_list, true));
        }
        if let Some(inner) = inner.structure().filter(|_| depth < DEPTH_MAX) {
            let path = if path.is_empty() {
                member.name().to_owned()
            } else {
                format!("{path}.{}", member.name())
            };
            below(inner, &path, depth + 1, fields);
        }
    }
}

/// Whether a member is an ARN, and always there.
fn is_certain(field: &Field) -> bool {
    field.kind == Kind::Arn && field.is_required
}

fn own_name(field: &Field) -> String {
    singular(&field.stem)
}

/// What a type is called, in any of its forms.
pub(super) fn type_names(known: &TypeTable) -> Vec<String> {
    let of_forms = known
        .forms
        .iter()
        .flat_map(|form| names(known.resource_type.name(), form));
    of_forms.collect()
}

/// What a type is called: its name, and what stands last in its ARNs.
fn names(resource_type: &str, form: &ArnForm) -> Vec<String> {
    let last = form.placeholders().next_back().map(folded).unwrap_or_default();
    let mut names = vec![folded(resource_type), stem(&last).0.to_owned()];
    names.retain(|name| name.len() > 2 && name != "resource");
    names
}

impl OfArn {
    /// What stands there in this request.
    ///
    /// # Errors
    /// No ARN, one of another type, several, one with more than a name in that place.
    pub(super) fn read<'a>(&self, request: &Request<'a>) -> Result<&'a str, MappingError> {
        let arn = request.required(&self.path)?;
        let form = request.tables.forms(self.resource_type).first();
        let part = form.and_then(|form| {
            form.read(arn, request.scope)?;
            form.part(arn, self.placeholder)
        });
        part.ok_or_else(|| MappingError::InvalidMember {
            member: self.path.clone(),
            reason: "it is no ARN of such a resource here",
        })
    }
}

impl TypePlan {
    /// The ARN that a text is, in any form that the type has.
    pub(super) fn read(&self, text: &str, scope: &Scope<'_>) -> Option<String> {
        let mut forms = std::iter::once(&self.form).chain(&self.others);
        forms.find_map(|form| form.read(text, scope))
    }
}
