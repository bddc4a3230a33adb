//! The shape tables of one service.

use std::fmt::Write as _;

use super::catalogue::Catalogue;
use super::model::{Kind, Shape};
use super::names::{screaming, type_name};
use super::patches::OWN_WORDS;
use super::patterns::Patterns;
use super::{CodegenError, Result};

/// `shapes.rs`: a static per shape that a structure, list or map refers to.
pub(crate) fn file(catalogue: &Catalogue, patterns: &mut Patterns) -> Result<String> {
    let mut out = String::from(
        "//! Shapes by their name in the model.\n\nuse crate::generated::patterns;\nuse crate::shape::{Kind, Shape};\n\nuse super::*;\n\n",
    );
    if catalogue.service == "iam" {
        for own in OWN_WORDS {
            let _ = writeln!(out, "pub(super) const {}: &str = {:?};", own.name, own.words);
        }
        out.push('\n');
    }
    for name in catalogue.reached() {
        if is_root(catalogue, name) {
            continue;
        }
        let shape = catalogue.shape(name)?;
        let value = expression(catalogue, name, shape, patterns)?;
        let hidden = if shape.sensitive { ".hidden()" } else { "" };
        let _ = writeln!(
            out,
            "pub(super) static {}: Shape = {value}{hidden};",
            static_name(name)
        );
    }
    Ok(out)
}

/// The static of a shape.
pub(crate) fn static_name(shape: &str) -> String {
    screaming(shape)
}

/// Inputs and outputs are not members of anything.
fn is_root(catalogue: &Catalogue, name: &str) -> bool {
    catalogue.model.operations.iter().any(|(_, operation)| {
        operation.input.as_ref().is_some_and(|input| input.shape == name)
            || operation
                .output
                .as_ref()
                .is_some_and(|output| output.shape == name)
    })
}

fn expression(catalogue: &Catalogue, name: &str, shape: &Shape, patterns: &mut Patterns) -> Result<String> {
    let lengths = || Ok((length(shape.min, "0")?, length(shape.max, "u32::MAX")?));
    Ok(match shape.kind {
        Kind::String if !shape.values.is_empty() => {
            format!("Shape::plain({name:?}, Kind::Enum({}::TEXTS))", type_name(name))
        }
        Kind::String => {
            let pattern = match &shape.pattern {
                Some(pattern) => format!("Some(&patterns::{})", patterns.add(pattern)?),
                None => "None".to_owned(),
            };
            let (min, max) = lengths()?;
            format!("Shape::text({name:?}, {min}, {max}, {pattern})")
        }
        Kind::Integer => {
            let min = integer(shape.min, "i32::MIN")?;
            let max = integer(shape.max, "i32::MAX")?;
            format!("Shape::plain({name:?}, Kind::Integer {{ min: {min}, max: {max} }})")
        }
        Kind::Boolean => format!("Shape::plain({name:?}, Kind::Boolean)"),
        Kind::Timestamp => format!("Shape::plain({name:?}, Kind::Timestamp)"),
        Kind::Blob => format!("Shape::plain({name:?}, Kind::Blob)"),
        Kind::List => {
            let (min, max) = lengths()?;
            let member = referred(shape.member.as_ref());
            format!("Shape::plain({name:?}, Kind::List {{ member: &{member}, min: {min}, max: {max} }})")
        }
        Kind::Map => {
            let (_, max) = lengths()?;
            let (key, value) = (referred(shape.key.as_ref()), referred(shape.value.as_ref()));
            format!("Shape::plain({name:?}, Kind::Map {{ key: &{key}, value: &{value}, max: {max} }})")
        }
        Kind::Structure => {
            format!(
                "Shape::plain({name:?}, Kind::Structure({}::SHAPE))",
                catalogue.type_name(name)
            )
        }
    })
}

fn referred(reference: Option<&super::model::Reference>) -> String {
    reference
        .map(|reference| static_name(&reference.shape))
        .unwrap_or_default()
}

/// A length; without one, there is no limit.
fn length(limit: Option<i64>, absent: &str) -> Result<String> {
    match limit.map(u32::try_from) {
        None => Ok(absent.to_owned()),
        Some(Ok(limit)) => Ok(limit.to_string()),
        Some(Err(_)) => Err(CodegenError(format!("{limit:?} is not a length"))),
    }
}

fn integer(limit: Option<i64>, absent: &str) -> Result<String> {
    match limit.map(i32::try_from) {
        None => Ok(absent.to_owned()),
        Some(Ok(limit)) => Ok(limit.to_string()),
        Some(Err(_)) => Err(CodegenError(format!("{limit:?} is not a 32-bit integer"))),
    }
}
