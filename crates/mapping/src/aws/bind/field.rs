//! The members of a request that hold texts, and what their names say.

use lanyard_service_models::{Member, Shape, Structure};

use crate::aws::words::{Kind, folded, singular, stem};

/// A member that holds a text or several.
#[derive(Debug)]
pub(in crate::aws) struct Field {
    pub(in crate::aws) path: String,
    pub(in crate::aws) stem: String,
    pub(in crate::aws) kind: Kind,
    pub(in crate::aws) is_required: bool,
}

/// How deep names are looked for: what a request is about stands near its top.
const NAMES_DEPTH_MAX: usize = 3;

pub(super) fn names_below(structure: &'static Structure, depth: usize, names: &mut Vec<String>) {
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

pub(super) fn collect(structure: &'static Structure, path: &str, is_top: bool, fields: &mut Vec<Field>) {
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
    pub(super) fn deeper(input: &'static Structure, path: &'static str) -> Option<Self> {
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

    pub(in crate::aws) fn new(member: &'static Member, path: &str, is_list: bool, is_top: bool) -> Self {
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
