//! The rules: which member of a request names a resource.
//!
//! A rule binds only what names alone make certain: a member that is an ARN checks itself, a member with the name of
//! the placeholder, or of the type, is what stands in its place. Between two that could equally well be meant, none is
//! chosen.

mod field;
mod forms;
mod members;

pub(super) use field::Field;
use field::{collect, names_below};
use lanyard_catalogue::AccessLevel;
use lanyard_service_models::OperationModel;

use super::arn_form::ArnForm;
use super::by_arn::{self, OfArn};
use super::named;
use super::tables::{ActionTable, Tables, TypeTable};
use super::unnamed::Unnamed;
use super::words::{Kind, folded, singular, stem, verb_and_noun};

/// How resources of one type are found in a request.
#[derive(Debug)]
pub(super) struct TypePlan {
    pub(super) form: ArnForm,
    /// Further forms that an ARN of the type may have.
    pub(super) others: Vec<ArnForm>,
    pub(super) named: Bound,
    pub(super) absent: Missing,
    /// Set where no rule finds the resource, and any of the type may be meant.
    pub(super) unnamed: Option<Unnamed>,
}

/// What names a resource.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// This member is its ARN. It may be an ARN of another type as well, for operations on anything.
    Arn(String),
    /// These stand for its placeholders, in order. The last may also be its ARN.
    Parts(Vec<(&'static str, Part)>),
}

/// What stands for a placeholder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The member at this path.
    Member(String),
    /// What stands there in the ARN that a member is.
    OfArn(OfArn),
    /// Anything: it is being made, or all are meant.
    Any,
    /// What only the service knows of a resource that is there.
    Unknown,
}

impl Part {
    fn is_member(&self, path: &str) -> bool {
        matches!(self, Self::Member(known) if known == path)
    }
}

/// What stands for a part that no request tells. What is being made has it not yet.
fn unknown_part(is_made: bool) -> Part {
    if is_made { Part::Any } else { Part::Unknown }
}

/// What a request means that does not have the last member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Refuse,
    /// Any resource of the type.
    Any,
    /// None of the type.
    Skip,
}

/// One operation, as the rules see it.
pub(super) struct Operation<'t> {
    model: &'static OperationModel,
    prefix: &'static str,
    pub(super) level: AccessLevel,
    verb: &'static str,
    noun: String,
    pub(super) fields: Vec<Field>,
    /// Texts that stand deeper, in what no request can be without.
    deep: Vec<Field>,
    /// The types of the action, and those of the service.
    types: &'t [TypeTable],
    pub(super) tables: &'t Tables,
    /// Every name that stands deeper, or that is no text, folded.
    nested: Vec<String>,
}

impl<'t> Operation<'t> {
    pub(super) fn new(tables: &'t Tables, model: &'static OperationModel, table: &'t ActionTable) -> Self {
        let prefix = tables.prefix();
        let (verb, noun) = verb_and_noun(model.name());
        let mut nested = Vec::new();
        if let Some(input) = model.input() {
            names_below(input, 0, &mut nested);
        }
        let mut fields = Vec::new();
        if let Some(input) = model.input() {
            collect(input, "", true, &mut fields);
            if let Some(inner) = model
                .payload()
                .and_then(|payload| payload.member().shape().structure())
            {
                let name = model.payload().map_or("", |payload| payload.member().name());
                collect(inner, name, false, &mut fields);
            }
            fields.extend(named::deeper(prefix).filter_map(|path| Field::deeper(input, path)));
        }
        let deep = model.input().map_or_else(Vec::new, by_arn::required_below);
        Self {
            model,
            prefix,
            level: table.action.access_level(),
            verb,
            noun,
            fields,
            deep,
            types: &table.types,
            tables,
            nested,
        }
    }

    fn reads(&self) -> bool {
        matches!(self.level, AccessLevel::List | AccessLevel::Read)
    }

    /// Whether a member could name a resource of this type.
    pub(super) fn could_name(&self, known: &TypeTable) -> bool {
        self.like(known).next().is_some()
    }

    /// The members that could name a resource of this type.
    pub(super) fn like(&self, known: &TypeTable) -> impl Iterator<Item = &Field> {
        let name = folded(known.resource_type.name());
        let stems: Vec<String> = known
            .forms
            .iter()
            .filter_map(|form| form.placeholders().next_back())
            .map(|placeholder| stem(&folded(placeholder)).0.to_owned())
            .filter(|stem| stem.len() > 2)
            .collect();
        let is_like = move |field: &&Field| {
            field.kind != Kind::Bare
                && (field.stem.ends_with(&name) || stems.iter().any(|known| field.stem.ends_with(known)))
        };
        self.fields.iter().filter(is_like)
    }

    /// Whether something that stands deeper in the request could name a resource of this type.
    fn could_name_below(&self, known: &TypeTable) -> bool {
        let type_name = folded(known.resource_type.name());
        self.nested
            .iter()
            .any(|name| name.starts_with(&type_name) || stem(name).0.ends_with(&type_name))
    }

    /// Whether the operation is about this very type: `DescribeTable` about `table`.
    pub(super) fn is_about(&self, known: &TypeTable, last: &str) -> bool {
        let name = folded(known.resource_type.name());
        let placeholder = folded(last);
        let (stem, _) = stem(&placeholder);
        let is_noun = |noun: &str| noun == name || (!stem.is_empty() && noun == stem);
        is_noun(&self.noun) || is_noun(&singular(&self.noun))
    }
}
