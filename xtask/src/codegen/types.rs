//! Structures, enums and operations of one service.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::catalogue::Catalogue;
use super::model::{Kind, Shape};
use super::names::{field, snake, type_name, variant};
use super::shapes::static_name;
use super::{CodegenError, Result, patches};

/// A verb with fewer operations than this shares a file with others.
const VERB_OPERATIONS_MIN: usize = 8;

/// The modules that hold types, each with its text.
pub(crate) fn files(catalogue: &Catalogue) -> Result<Vec<(String, String)>> {
    let mut files = vec![("structures".to_owned(), structures(catalogue)?)];
    if let Some(enums) = enums(catalogue)? {
        files.push(("enums".to_owned(), enums));
    }
    for (module, names) in by_verb(catalogue) {
        files.push((
            format!("operations_{module}"),
            operations(catalogue, &module, &names)?,
        ));
    }
    Ok(files)
}

/// Operations by the first word of their name, so that no file is absurd.
fn by_verb(catalogue: &Catalogue) -> BTreeMap<String, Vec<&str>> {
    let mut verbs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, _) in catalogue.model.operations.iter() {
        let verb = snake(name).split('_').next().unwrap_or_default().to_owned();
        verbs.entry(verb).or_default().push(name);
    }
    let mut modules = BTreeMap::new();
    for (verb, names) in verbs {
        let module = if names.len() < VERB_OPERATIONS_MIN {
            "other".to_owned()
        } else {
            verb
        };
        modules.entry(module).or_insert_with(Vec::new).extend(names);
    }
    modules
}

/// None if the service has none.
fn enums(catalogue: &Catalogue) -> Result<Option<String>> {
    let mut out = String::from("//! Enums.\n\nuse crate::value::wire_enum;\n");
    for name in catalogue.reached() {
        let shape = catalogue.shape(name)?;
        if shape.values.is_empty() {
            continue;
        }
        let _ = write!(
            out,
            "\nwire_enum! {{\n    /// `{name}`.\n    {} {{\n",
            type_name(name)
        );
        for value in &shape.values {
            let _ = writeln!(out, "        {} = {value:?},", variant(value));
        }
        out.push_str("    }\n}\n");
    }
    Ok(out.contains("wire_enum! {").then_some(out))
}

const STRUCTURE_IMPORTS: &str = "use super::*;\nuse super::shapes;\nuse crate::Sensitive;\nuse crate::shape::{Member, StructureShape};\nuse crate::value::{FromValues, Look, Structure, Values, View};\n";

/// Structures that are not the input or output of one operation alone.
fn structures(catalogue: &Catalogue) -> Result<String> {
    let mut out =
        format!("//! Structures inside inputs and outputs.\n\nuse jiff::Timestamp;\n\n{STRUCTURE_IMPORTS}");
    for name in catalogue.reached() {
        let shape = catalogue.shape(name)?;
        let own = shape.kind == Kind::Structure && catalogue.type_name(name) == type_name(name);
        if own {
            structure(&mut out, catalogue, name, shape, &format!("`{name}`."))?;
        }
    }
    Ok(out)
}

fn operations(catalogue: &Catalogue, module: &str, names: &[&str]) -> Result<String> {
    let mut out = format!(
        "//! Operations: {module}.\n\nuse jiff::Timestamp;\n\n{STRUCTURE_IMPORTS}use crate::{{Operation, OperationId}};\n"
    );
    for name in names {
        let Some(operation) = catalogue.model.operations.get(name) else {
            continue;
        };
        let input = operation.input.as_ref().map(|input| input.shape.as_str());
        let output = operation.output.as_ref().map(|output| output.shape.as_str());
        let _ = write!(
            out,
            "\n/// The operation `{name}`.\n#[derive(Clone, Copy, Debug)]\npub struct {name};\n\nimpl Operation for {name} {{\n    const ID: OperationId = OperationId::{}{name};\n    type Input = {};\n    type Output = {};\n}}\n",
            type_name(catalogue.service),
            input.map_or("()".to_owned(), |input| catalogue.type_name(input)),
            output.map_or("()".to_owned(), |output| catalogue.type_name(output)),
        );
        if let Some(input) = input {
            structure(
                &mut out,
                catalogue,
                input,
                catalogue.shape(input)?,
                &format!("What [`{name}`] is given."),
            )?;
        }
        match output {
            Some(output) if catalogue.is_shared_output(output) => {
                let _ = write!(
                    out,
                    "\n/// What [`{name}`] answers.\npub type {name}Output = {};\n",
                    catalogue.type_name(output)
                );
            }
            Some(output) => {
                let comment = format!("What [`{name}`] answers.");
                structure(&mut out, catalogue, output, catalogue.shape(output)?, &comment)?;
            }
            None => {}
        }
    }
    Ok(out)
}

fn structure(
    out: &mut String,
    catalogue: &Catalogue,
    name: &str,
    shape: &Shape,
    comment: &str,
) -> Result<()> {
    let type_name = catalogue.type_name(name);
    let default = if has_default(catalogue, shape)? {
        "Default, "
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "\n/// {comment}\n#[derive(Clone, Debug, {default}PartialEq)]\npub struct {type_name} {{"
    );
    for (member, reference) in shape.members.iter() {
        let required = shape.required.iter().any(|required| required == member);
        let ty = rust_type(catalogue, &reference.shape)?;
        let ty = if required { ty } else { format!("Option<{ty}>") };
        let facts = facts(catalogue, &reference.shape)?;
        let _ = writeln!(
            out,
            "    /// `{member}`{facts}.\n    pub {}: {ty},",
            field(member)
        );
    }
    out.push_str("}\n");

    let _ = write!(
        out,
        "\nimpl {type_name} {{\n    /// Its table.\n    pub const SHAPE: &'static StructureShape = &StructureShape {{\n        name: {name:?},\n        members: &[\n"
    );
    for (member, reference) in shape.members.iter() {
        let required = shape.required.iter().any(|required| required == member);
        let kind = if required { "required" } else { "optional" };
        let words = match patches::own_words(catalogue.service, &reference.shape, member) {
            Some(own) if catalogue.inputs.contains(name) => format!(".worded(shapes::{})", own.name),
            _ => String::new(),
        };
        let shape = static_name(&reference.shape);
        let _ = writeln!(
            out,
            "            Member::{kind}({member:?}, &shapes::{shape}){words},"
        );
    }
    out.push_str("        ],\n    };\n}\n");
    implementations(out, catalogue, name, shape);
    Ok(())
}

fn implementations(out: &mut String, catalogue: &Catalogue, name: &str, shape: &Shape) {
    let type_name = catalogue.type_name(name);
    let _ = write!(
        out,
        "\nimpl Structure for {type_name} {{\n    fn shape(&self) -> &'static StructureShape {{\n        Self::SHAPE\n    }}\n\n"
    );
    if shape.members.iter().next().is_none() {
        out.push_str("    fn member(&self, _: usize) -> View<'_> {\n        View::Absent\n    }\n}\n");
    } else {
        out.push_str("    fn member(&self, index: usize) -> View<'_> {\n        match index {\n");
        for (index, (member, _)) in shape.members.iter().enumerate() {
            let _ = writeln!(out, "            {index} => self.{}.look(),", field(member));
        }
        out.push_str("            _ => View::Absent,\n        }\n    }\n}\n");
    }
    if !catalogue.inputs.contains(name) {
        return;
    }
    let _ = write!(
        out,
        "\nimpl FromValues for {type_name} {{\n    const SHAPE: &'static StructureShape = {type_name}::SHAPE;\n\n"
    );
    if shape.members.iter().next().is_none() {
        out.push_str(
            "    fn from_values(_: &mut Values) -> Option<Self> {\n        Some(Self {})\n    }\n}\n",
        );
        return;
    }
    out.push_str("    fn from_values(values: &mut Values) -> Option<Self> {\n        Some(Self {\n");
    for (member, _) in shape.members.iter() {
        let _ = writeln!(out, "            {}: values.take()?,", field(member));
    }
    out.push_str("        })\n    }\n}\n");
}

fn rust_type(catalogue: &Catalogue, name: &str) -> Result<String> {
    let shape = catalogue.shape(name)?;
    let below = |reference: &Option<super::model::Reference>| match reference {
        Some(reference) => rust_type(catalogue, &reference.shape),
        None => Err(CodegenError(format!("{name} is incomplete"))),
    };
    let plain = match shape.kind {
        Kind::String if !shape.values.is_empty() => type_name(name),
        Kind::String => "String".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Timestamp => "Timestamp".to_owned(),
        Kind::Blob => "Vec<u8>".to_owned(),
        Kind::List => format!("Vec<{}>", below(&shape.member)?),
        Kind::Map => format!("Vec<({}, {})>", below(&shape.key)?, below(&shape.value)?),
        Kind::Structure => catalogue.type_name(name),
    };
    Ok(if shape.sensitive {
        format!("Sensitive<{plain}>")
    } else {
        plain
    })
}

/// An enum has no default, so a structure that requires one has none.
fn has_default(catalogue: &Catalogue, shape: &Shape) -> Result<bool> {
    for required in &shape.required {
        let Some(reference) = shape.members.get(required) else {
            continue;
        };
        let member = catalogue.shape(&reference.shape)?;
        let has = match member.kind {
            Kind::String => member.values.is_empty(),
            Kind::Structure => has_default(catalogue, member)?,
            _ => true,
        };
        if !has {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a reader of the type wants to know: lengths and values.
fn facts(catalogue: &Catalogue, name: &str) -> Result<String> {
    let shape = catalogue.shape(name)?;
    let unit = match shape.kind {
        Kind::String if shape.values.is_empty() => " characters",
        Kind::List => " members",
        Kind::Map => " entries",
        Kind::Integer => "",
        _ => return Ok(String::new()),
    };
    Ok(match (shape.min, shape.max) {
        (Some(min), Some(max)) => format!(", {min} to {max}{unit}"),
        (None, Some(max)) => format!(", at most {max}{unit}"),
        (Some(min), None) => format!(", at least {min}{unit}"),
        (None, None) => String::new(),
    })
}
