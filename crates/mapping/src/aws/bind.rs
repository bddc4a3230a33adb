//! The rules: which member of a request names a resource.
//!
//! A rule binds only what names alone make certain: a member that is an ARN checks itself, a member with the name of
//! the placeholder, or of the type, is what stands in its place. Between two that could equally well be meant, none is
//! chosen.

use lanyard_catalogue::AccessLevel;
use lanyard_service_models::{Member, OperationModel, Shape, Structure};

use super::arn_form::ArnForm;
use super::by_arn::{self, OfArn};
use super::named;
use super::tables::{ActionTable, Tables, TypeTable};
use super::unnamed::Unnamed;
use super::words::{Kind, can_stand_for, folded, makes, singular, stem, verb_and_noun};

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

/// A member that holds a text or several.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) path: String,
    pub(super) stem: String,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
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

    /// How resources of a type are found, or why not.
    pub(super) fn bind(&self, known: &TypeTable, is_only: bool) -> Result<TypePlan, String> {
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

    fn bind_form(
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
    fn parents(
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
    fn unnamed(
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
    fn makes_it(&self, known: &TypeTable, form: &ArnForm) -> bool {
        let last = form.placeholders().next_back().unwrap_or_default();
        makes(self.verb) && self.is_about(known, last)
    }

    /// Whether the operation starts a new job: nothing in the request but a name could be that of one, and a name is
    /// what it is to be called. What else is started may have been there before.
    fn starts_job(&self, known: &TypeTable) -> bool {
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

    fn absent(&self, field: &Field, is_only: bool) -> Missing {
        // Of what is left to chance in the model, another type may still be named; if none is, it is refused then.
        if field.is_required {
            Missing::Refuse
        } else if self.reads() && is_only {
            Missing::Any
        } else {
            Missing::Skip
        }
    }

    /// Whether the operation is about this very type: `DescribeTable` about `table`.
    pub(super) fn is_about(&self, known: &TypeTable, last: &str) -> bool {
        let name = folded(known.resource_type.name());
        let placeholder = folded(last);
        let (stem, _) = stem(&placeholder);
        let is_noun = |noun: &str| noun == name || (!stem.is_empty() && noun == stem);
        is_noun(&self.noun) || is_noun(&singular(&self.noun))
    }

    /// The member that is known to stand for a placeholder.
    pub(super) fn by_hand(&self, type_name: &str, placeholder: &str) -> Option<&Field> {
        self.first_of(named::members(self.prefix, type_name, placeholder)?)
    }

    /// The member that is known to be the ARN of such a resource. One that a request can leave out narrows down what is
    /// about all of them.
    fn arn_by_hand(&self, known: &TypeTable) -> Option<&Field> {
        let found = self.first_of(named::arns(self.prefix, known.resource_type.name())?);
        let is_to_be = known.forms.iter().any(|form| self.makes_it(known, form));
        found.filter(|field| field.is_required && !is_to_be)
    }

    fn first_of(&self, names: &[&str]) -> Option<&Field> {
        names
            .iter()
            .find_map(|name| self.fields.iter().find(|field| field.path == *name))
    }

    /// The member that is the ARN of such a resource: one that is named so, or the only one that could be.
    fn arn_field(&self, known: &TypeTable, form: &ArnForm) -> Option<&Field> {
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

    /// Whether members that a request cannot be without have the very names of one form's placeholders, and no other
    /// form has as many of which that is true.
    fn is_only_form(&self, known: &TypeTable, form: &ArnForm) -> bool {
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

    /// The member that is the ARN and nothing else, if no request can be without it.
    fn required_arn(&self, known: &TypeTable, form: &ArnForm) -> Option<&Field> {
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
    fn deeper_field(&self, placeholder: &str) -> Option<&Field> {
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
    pub(super) fn field_for(&self, placeholder: &str, of: Option<(&TypeTable, bool)>) -> Result<&Field, Why> {
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

/// How deep names are looked for: what a request is about stands near its top.
const NAMES_DEPTH_MAX: usize = 3;

fn names_below(structure: &'static Structure, depth: usize, names: &mut Vec<String>) {
    for member in structure.members() {
        let inner = match member.shape() {
            Shape::List(list) => list.member().structure(),
            shape => shape.structure(),
        };
        if depth > 0 || inner.is_some() {
            names.push(folded(member.name()));
        }
        if let Some(inner) = inner.filter(|_| depth < NAMES_DEPTH_MAX) {
            names_below(inner, depth + 1, names);
        }
    }
}

pub(super) struct Why {
    text: String,
    is_ambiguous: bool,
}

fn collect(structure: &'static Structure, path: &str, is_top: bool, fields: &mut Vec<Field>) {
    for member in structure.members() {
        let (is_text, is_list) = match member.shape() {
            Shape::Text => (true, false),
            Shape::List(list) => (matches!(list.member(), Shape::Text), true),
            _ => (false, false),
        };
        if is_text {
            fields.push(Field::new(member, path, is_list, is_top));
        }
    }
}

impl Field {
    /// A member that stands deeper, which no rule may find but by hand.
    fn deeper(input: &'static Structure, path: &'static str) -> Option<Self> {
        let mut structure = Some(input);
        let mut is_required = true;
        let mut found = None;
        for name in path.split('.') {
            let member = structure?.members().iter().find(|member| member.name() == name)?;
            is_required &= member.is_required();
            structure = match member.shape() {
                Shape::List(list) => list.member().structure(),
                shape => shape.structure(),
            };
            found = Some(member);
        }
        matches!(found?.shape(), Shape::Text).then(|| Self {
            path: path.to_owned(),
            stem: path.to_owned(),
            kind: Kind::Bare,
            is_required,
        })
    }

    pub(super) fn new(member: &'static Member, path: &str, is_list: bool, is_top: bool) -> Self {
        let mut name = folded(member.name());
        if is_list {
            name = singular(&name);
        }
        let (stem, kind) = stem(&name);
        Self {
            path: if path.is_empty() {
                member.name().to_owned()
            } else {
                format!("{path}.{}", member.name())
            },
            stem: stem.to_owned(),
            kind,
            is_required: member.is_required() && is_top,
        }
    }
}
