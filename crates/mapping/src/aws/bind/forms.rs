//! How the resources of a type are found: each form of its ARN is held against the members.

use super::members::Why;
use super::{Bound, Field, Missing, Operation, Part, TypePlan, unknown_part};
use crate::aws::arn_form::ArnForm;
use crate::aws::by_arn;
use crate::aws::named;
use crate::aws::tables::TypeTable;
use crate::aws::words::{Kind, folded, makes, stem};

impl Operation<'_> {
    /// How resources of a type are found, or why not.
    pub(in crate::aws) fn bind(&self, known: &TypeTable, is_only: bool) -> Result<TypePlan, String> {
        let name = known.resource_type.name();
        let mut reason = format!("{name}: its ARN has a form that no request could be held against");
        // The first form that binds: types with several have them for different kinds of the same thing.
        for form in &known.forms {
            let is_arn = self.arn_by_hand(known).is_some() || self.arn_field(known, form).is_some();
            if known.forms.len() > 1 && !is_arn && !self.is_only_form(known, form) {
                reason = format!("{name}: its ARN has several forms");
                continue;
            }
            match self.bind_form(known, form, is_only) {
                Ok((named, absent)) => {
                    let others = known.forms.iter().filter(|other| other.text != form.text);
                    return Ok(TypePlan {
                        form: form.clone(),
                        others: match named {
                            Bound::Arn(_) => others.cloned().collect(),
                            Bound::Parts(_) => Vec::new(),
                        },
                        named,
                        absent,
                        unnamed: None,
                    });
                }
                Err(why) => reason = format!("{name}: {why}"),
            }
        }
        Err(reason)
    }

    pub(super) fn bind_form(
        &self,
        known: &TypeTable,
        form: &ArnForm,
        is_only: bool,
    ) -> Result<(Bound, Missing), String> {
        let placeholders: Vec<&'static str> = form.placeholders().collect();
        let Some((last, parents)) = placeholders.split_last() else {
            return Ok((Bound::Parts(Vec::new()), Missing::Refuse));
        };
        if let Some(field) = self.arn_by_hand(known) {
            return Ok((Bound::Arn(field.path.clone()), self.absent(field, is_only)));
        }
        let type_name = known.resource_type.name();
        let (last, parents, behind) = match parents.split_last() {
            // Behind the name stands what only the service knows.
            Some((named, parents)) if named::is_unknown(self.prefix, type_name, last) => {
                (named, parents, Some(*last))
            }
            _ => (last, parents, None),
        };
        // A kind of it is one, too: `CreateSignalingChannel` makes a `channel`.
        let is_made =
            self.verb == "Create" && self.noun.ends_with(&folded(type_name)) || self.makes_it(known, form);
        let mut parts = match self.parents(type_name, parents, is_made) {
            Ok(parts) => parts,
            Err(why) => {
                let field = self.arn_field(known, form).ok_or(why.text)?;
                return Ok((Bound::Arn(field.path.clone()), self.absent(field, is_only)));
            }
        };
        let noun_is_type = self.is_about(known, last);
        let (part, missing) = match self.field_for(last, Some((known, noun_is_type))) {
            // A name beside the ARN that a request must have is the one that is to be.
            Ok(field) if !field.is_required && self.required_arn(known, form).is_some() => {
                let path = self.required_arn(known, form).map_or("", |field| &field.path);
                return Ok((Bound::Arn(path.to_owned()), Missing::Refuse));
            }
            // Fails closed: what one member names stands in one place.
            Ok(field) if parts.iter().any(|(_, part)| part.is_member(&field.path)) => {
                return Err(format!("one member would stand for {last} and for its parent"));
            }
            Ok(field) => (Part::Member(field.path.clone()), self.absent(field, is_only)),
            Err(why) if why.is_ambiguous => return Err(why.text),
            Err(why) => {
                if let Some(field) = self.arn_field(known, form) {
                    return Ok((Bound::Arn(field.path.clone()), self.absent(field, is_only)));
                }
                self.unnamed(known, last, noun_is_type, is_only).ok_or(why.text)?
            }
        };
        parts.push((*last, part));
        parts.extend(behind.map(|unknown| (unknown, unknown_part(is_made))));
        Ok((Bound::Parts(parts), missing))
    }

    /// What stands for the placeholders before the last one, or why nothing does for one of them.
    pub(super) fn parents(
        &self,
        type_name: &str,
        parents: &[&'static str],
        is_made: bool,
    ) -> Result<Vec<(&'static str, Part)>, Why> {
        let mut parts = Vec::new();
        let mut missing = None;
        for parent in parents {
            if named::is_unknown(self.prefix, type_name, parent) {
                parts.push((*parent, unknown_part(is_made)));
                continue;
            }
            let by_hand = self.by_hand(type_name, parent);
            match by_hand.map_or_else(|| self.field_for(parent, None), Ok) {
                Ok(field) => parts.push((*parent, Part::Member(field.path.clone()))),
                Err(why) => match by_arn::part(&self.fields, self.tables, parent, false) {
                    Some(part) => parts.push((*parent, Part::OfArn(part))),
                    None => missing = Some(why),
                },
            }
        }
        missing.map_or(Ok(parts), Err)
    }

    /// What stands for the last placeholder though no member has its name: anything, for what is being made and where
    /// all are meant, or what stands in the ARN that a member is.
    pub(super) fn unnamed(
        &self,
        known: &TypeTable,
        last: &'static str,
        noun_is_type: bool,
        is_only: bool,
    ) -> Option<(Part, Missing)> {
        let is_made = (makes(self.verb) || self.starts_job(known))
            && noun_is_type
            && matches!(stem(&folded(last)).1, Kind::Id | Kind::Identifier | Kind::Arn)
            && !self.model.new_ids().is_empty();
        // Whose they are is no resource.
        let names_account = |field: &Field| {
            matches!(self.verb, "List" | "Search") && matches!(field.stem.as_str(), "awsaccount" | "account")
        };
        let is_about_all = self.reads()
            && is_only
            && self
                .fields
                .iter()
                .all(|field| !field.is_required || names_account(field))
            && !self.could_name(known)
            && !self.could_name_below(known);
        let is_whole = named::is_whole(self.prefix, known.resource_type.name());
        if is_made || is_about_all || is_whole {
            return Some((Part::Any, Missing::Any));
        }
        let part = by_arn::part(&self.fields, self.tables, last, true);
        part.filter(|_| !self.could_name(known))
            .map(|part| (Part::OfArn(part), Missing::Refuse))
    }

    /// Whether the operation is about a resource of the type that is to be.
    pub(super) fn makes_it(&self, known: &TypeTable, form: &ArnForm) -> bool {
        let last = form.placeholders().next_back().unwrap_or_default();
        makes(self.verb) && self.is_about(known, last)
    }

    /// Whether the operation starts a new job: nothing in the request but a name could be that of one, and a name is
    /// what it is to be called. What else is started may have been there before.
    pub(super) fn starts_job(&self, known: &TypeTable) -> bool {
        let names = by_arn::type_names(known);
        let is_like = |field: &Field| {
            let mut names = names.iter();
            names.any(|name| field.stem.ends_with(name.as_str()) || name.ends_with(field.stem.as_str()))
        };
        let mut others = self
            .fields
            .iter()
            .filter(|field| !matches!(field.kind, Kind::Name | Kind::Bare));
        self.verb == "Start"
            && self.noun.ends_with("job")
            && !others.any(is_like)
            && !self.could_name_below(known)
    }

    pub(super) fn absent(&self, field: &Field, is_only: bool) -> Missing {
        // Of what is left to chance in the model, another type may still be named; if none is, it is refused then.
        if field.is_required {
            Missing::Refuse
        } else if self.reads() && is_only {
            Missing::Any
        } else {
            Missing::Skip
        }
    }

    /// Whether members that a request cannot be without have the very names of one form's placeholders, and no other
    /// form has as many of which that is true.
    pub(super) fn is_only_form(&self, known: &TypeTable, form: &ArnForm) -> bool {
        let is_named = |placeholder: &str| {
            let name = folded(placeholder);
            let has_name = |field: &Field| field.is_required && folded(&field.path) == name;
            self.fields.iter().any(has_name)
        };
        let count = |form: &ArnForm| {
            form.placeholders()
                .all(is_named)
                .then(|| form.placeholders().count())
        };
        let mut others = known.forms.iter().filter(|other| other.text != form.text);
        count(form).is_some() && others.all(|other| count(other) < count(form))
    }
}
