//! Which member stands for a placeholder, or is the ARN itself.

use super::{Field, Operation};
use crate::aws::arn_form::ArnForm;
use crate::aws::by_arn;
use crate::aws::named;
use crate::aws::tables::TypeTable;
use crate::aws::words::{Kind, can_stand_for, folded, stem};

pub(in crate::aws) struct Why {
    pub(super) text: String,
    pub(super) is_ambiguous: bool,
}

impl Operation<'_> {
    /// The member that is known to stand for a placeholder.
    pub(in crate::aws) fn by_hand(&self, type_name: &str, placeholder: &str) -> Option<&Field> {
        self.first_of(named::members(self.prefix, type_name, placeholder)?)
    }

    /// The member that is known to be the ARN of such a resource. One that a request can leave out narrows down what is
    /// about all of them.
    pub(super) fn arn_by_hand(&self, known: &TypeTable) -> Option<&Field> {
        let found = self.first_of(named::arns(self.prefix, known.resource_type.name())?);
        let is_to_be = known.forms.iter().any(|form| self.makes_it(known, form));
        found.filter(|field| field.is_required && !is_to_be)
    }

    pub(super) fn first_of(&self, names: &[&str]) -> Option<&Field> {
        names
            .iter()
            .find_map(|name| self.fields.iter().find(|field| field.path == *name))
    }

    /// The member that is the ARN of such a resource: one that is named so, or the only one that could be.
    pub(super) fn arn_field(&self, known: &TypeTable, form: &ArnForm) -> Option<&Field> {
        let name = folded(known.resource_type.name());
        let last = form.placeholders().next_back().map(folded).unwrap_or_default();
        let (last_stem, _) = stem(&last);
        let is_own = |field: &&Field| {
            let is_arn = matches!(field.kind, Kind::Arn | Kind::Identifier);
            let of_type = field.stem == name || (!last_stem.is_empty() && field.stem == last_stem);
            let of_any = matches!(field.stem.as_str(), "" | "resource");
            is_arn && (of_type || of_any)
        };
        let mut own = self.fields.iter().filter(is_own);
        match (own.next(), own.next()) {
            (Some(field), None) => Some(field),
            (None, _) if !self.makes_it(known, form) => by_arn::alike(&self.fields, known, form, self.types),
            _ => None,
        }
    }

    /// The member that is the ARN and nothing else, if no request can be without it.
    pub(super) fn required_arn(&self, known: &TypeTable, form: &ArnForm) -> Option<&Field> {
        let name = folded(known.resource_type.name());
        let last = form.placeholders().next_back().map(folded).unwrap_or_default();
        let (last_stem, _) = stem(&last);
        self.fields.iter().find(|field| {
            let is_own = [name.as_str(), last_stem, "", "resource"].contains(&field.stem.as_str());
            is_own && field.is_required && field.kind == Kind::Arn
        })
    }

    /// The one member below that has the very name of a placeholder, and is in every request. A name that says nothing
    /// is one of anything.
    pub(super) fn deeper_field(&self, placeholder: &str) -> Option<&Field> {
        let (own, kind) = stem(placeholder);
        if matches!(own, "" | "resource")
            || self.nested.iter().filter(|name| *name == placeholder).count() != 1
        {
            return None;
        }
        let is_it = |field: &&Field| field.stem == own && field.kind == kind;
        self.deep.iter().find(is_it)
    }

    /// The member that stands for a placeholder; of the last one, also what names the type.
    pub(in crate::aws) fn field_for(
        &self,
        placeholder: &str,
        of: Option<(&TypeTable, bool)>,
    ) -> Result<&Field, Why> {
        let by_hand = of.and_then(|(known, _)| self.by_hand(known.resource_type.name(), placeholder));
        if let Some(field) = by_hand {
            return Ok(field);
        }
        let folded_placeholder = folded(placeholder);
        let (wanted, wanted_kind) = stem(&folded_placeholder);
        let type_name = of.map(|(known, _)| folded(known.resource_type.name()));
        let rank = |field: &Field| {
            if !can_stand_for(field.kind, wanted_kind) {
                return None;
            }
            let is_same_kind = field.kind == wanted_kind;
            let is_of_type = type_name.as_deref() == Some(field.stem.as_str());
            let is_generic = field.stem.is_empty() || field.stem == "resource";
            if !wanted.is_empty() && field.stem == wanted {
                Some(if is_same_kind { 0 } else { 1 })
            } else if is_of_type && field.kind != Kind::Bare {
                Some(if is_same_kind { 2 } else { 3 })
            } else if is_generic && field.kind != Kind::Bare && of.is_some_and(|(_, is_about)| is_about) {
                Some(if is_same_kind { 4 } else { 5 })
            } else {
                None
            }
        };
        let mut best: Option<(u8, &Field)> = None;
        let mut is_tied = false;
        for field in &self.fields {
            let Some(rank) = rank(field) else { continue };
            match best {
                Some((known, _)) if known < rank => {}
                Some((known, _)) if known == rank => is_tied = true,
                _ => {
                    best = Some((rank, field));
                    is_tied = false;
                }
            }
        }
        match best {
            Some((_, field)) if !is_tied => Ok(field),
            Some(_) => Err(Why {
                text: format!("several members could stand for {placeholder}"),
                is_ambiguous: true,
            }),
            None => self.deeper_field(&folded_placeholder).ok_or_else(|| Why {
                text: format!("no member stands for {placeholder}"),
                is_ambiguous: false,
            }),
        }
    }
}
