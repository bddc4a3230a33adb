//! A model that has been checked, with what the generator needs to know of it.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Kind, Model, Operation, Shape};
use super::names::{type_name, variant};
use super::{Result, stop};

pub(crate) struct Catalogue {
    pub(crate) service: &'static str,
    pub(crate) model: Model,
    /// Shapes that are reached from an input, and from an output.
    pub(crate) inputs: BTreeSet<String>,
    pub(crate) outputs: BTreeSet<String>,
    /// Rust names of the structures.
    type_names: BTreeMap<String, String>,
}

impl Catalogue {
    pub(crate) fn new(service: &'static str, model: Model) -> Result<Self> {
        let mut catalogue = Self {
            service,
            model,
            inputs: BTreeSet::new(),
            outputs: BTreeSet::new(),
            type_names: BTreeMap::new(),
        };
        catalogue.check_service()?;
        let (mut inputs, mut outputs) = (BTreeSet::new(), BTreeSet::new());
        for (_, operation) in catalogue.model.operations.iter() {
            if let Some(input) = &operation.input {
                catalogue.reach(&input.shape, &mut inputs, &mut Vec::new())?;
            }
            if let Some(output) = &operation.output {
                catalogue.reach(&output.shape, &mut outputs, &mut Vec::new())?;
            }
        }
        (catalogue.inputs, catalogue.outputs) = (inputs, outputs);
        catalogue.name_structures();
        for name in catalogue.reached() {
            catalogue.check_shape(name)?;
        }
        catalogue.check_names()?;
        Ok(catalogue)
    }

    pub(crate) fn shape(&self, name: &str) -> Result<&Shape> {
        match self.model.shapes.get(name) {
            Some(shape) => Ok(shape),
            None => stop(format!("{}: shape {name} does not exist", self.service)),
        }
    }

    /// Every shape in use, in order of name.
    pub(crate) fn reached(&self) -> BTreeSet<&str> {
        self.inputs.union(&self.outputs).map(String::as_str).collect()
    }

    /// The Rust type of a structure or enum.
    pub(crate) fn type_name(&self, shape: &str) -> String {
        self.type_names
            .get(shape)
            .cloned()
            .unwrap_or_else(|| type_name(shape))
    }

    /// Operations that have `shape` as their output.
    fn with_output<'a>(&'a self, shape: &'a str) -> impl Iterator<Item = &'a Operation> {
        let all = self.model.operations.iter().map(|(_, operation)| operation);
        all.filter(move |operation| {
            operation
                .output
                .as_ref()
                .is_some_and(|output| output.shape == shape)
        })
    }

    /// Whether several operations answer with this shape.
    pub(crate) fn is_shared_output(&self, shape: &str) -> bool {
        self.with_output(shape).count() > 1
    }

    fn check_service(&self) -> Result<()> {
        let Model {
            metadata,
            source,
            operations,
            pagination,
            ..
        } = &self.model;
        if source.package != "botocore" || source.version.is_empty() {
            return stop(format!(
                "{}: the model does not say where it is from",
                self.service
            ));
        }
        if metadata.protocol != "query" || metadata.endpoint_prefix != self.service {
            return stop(format!(
                "{}: not the query protocol of that service",
                self.service
            ));
        }
        for (name, operation) in operations.iter() {
            if name != operation.name || operation.http.method != "POST" || operation.http.request_uri != "/"
            {
                return stop(format!("{}: {name} is not a plain query operation", self.service));
            }
            let wrapper = operation
                .output
                .as_ref()
                .map(|output| output.result_wrapper.as_str());
            if wrapper.is_some_and(|wrapper| wrapper != format!("{name}Result")) {
                return stop(format!("{}: {name} has an unusual result element", self.service));
            }
            let unsigned = operation.authtype.as_deref() == Some("none");
            let modern = operation.auth.iter().any(|auth| auth == "smithy.api#noAuth");
            if unsigned != modern || operation.authtype.as_deref().is_some_and(|kind| kind != "none") {
                return stop(format!(
                    "{}: {name} has an unusual kind of authentication",
                    self.service
                ));
            }
        }
        match pagination.iter().find(|(name, _)| operations.get(name).is_none()) {
            None => Ok(()),
            Some((name, _)) => stop(format!(
                "{}: {name} is paginated but does not exist",
                self.service
            )),
        }
    }

    fn reach(&self, name: &str, seen: &mut BTreeSet<String>, path: &mut Vec<String>) -> Result<()> {
        if path.iter().any(|above| above == name) {
            return stop(format!("{}: shape {name} contains itself", self.service));
        }
        seen.insert(name.to_owned());
        path.push(name.to_owned());
        let shape = self.shape(name)?;
        let members = shape.members.iter().map(|(_, member)| member);
        for below in members.chain(&shape.member).chain(&shape.key).chain(&shape.value) {
            self.reach(&below.shape, seen, path)?;
        }
        path.pop();
        Ok(())
    }

    /// Inputs and outputs are called after their operation.
    fn name_structures(&mut self) {
        let mut names = BTreeMap::new();
        for (name, operation) in self.model.operations.iter() {
            if let Some(input) = &operation.input {
                names.insert(input.shape.clone(), format!("{name}Input"));
            }
            if let Some(output) = operation
                .output
                .as_ref()
                .filter(|output| !self.is_shared_output(&output.shape))
            {
                names.insert(output.shape.clone(), format!("{name}Output"));
            }
        }
        self.type_names = names;
    }

    fn check_shape(&self, name: &str) -> Result<()> {
        let shape = self.shape(name)?;
        let allowed = match shape.kind {
            Kind::Structure => shape.min.is_none() && shape.max.is_none() && !shape.exception,
            Kind::String if !shape.values.is_empty() => shape.pattern.is_none() && !shape.sensitive,
            Kind::String => true,
            Kind::List => shape.member.is_some(),
            Kind::Map => {
                let key = shape.key.as_ref().map(|key| self.shape(&key.shape)).transpose()?;
                key.is_some_and(|key| key.kind == Kind::String)
                    && shape.value.is_some()
                    && shape.min.is_none()
            }
            Kind::Integer => !shape.sensitive,
            Kind::Boolean | Kind::Timestamp => shape.min.is_none() && shape.max.is_none() && !shape.sensitive,
            Kind::Blob => shape.min.is_none() && shape.max.is_none(),
        };
        // The decoder reads no instants, bytes, or lists of anything but texts and structures.
        let placed = match (shape.kind, &shape.member) {
            _ if !self.inputs.contains(name) => true,
            (Kind::Timestamp | Kind::Blob, _) => false,
            (Kind::List, Some(member)) => {
                matches!(self.shape(&member.shape)?.kind, Kind::String | Kind::Structure)
            }
            _ => true,
        };
        let only_text = shape.pattern.is_none() && shape.values.is_empty() || shape.kind == Kind::String;
        let known = shape
            .required
            .iter()
            .all(|required| shape.members.get(required).is_some());
        if allowed && placed && only_text && known {
            return Ok(());
        }
        stop(format!(
            "{}: shape {name} says something the generator does not expect",
            self.service
        ))
    }

    /// Two things may not have the same Rust name.
    fn check_names(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for (name, _) in self.model.operations.iter() {
            seen.insert(name.to_owned());
        }
        for name in self.reached() {
            let shape = self.shape(name)?;
            let named = shape.kind == Kind::Structure || !shape.values.is_empty();
            if named && !seen.insert(self.type_name(name)) {
                return stop(format!(
                    "{}: two types are called {}",
                    self.service,
                    self.type_name(name)
                ));
            }
            let variants: BTreeSet<_> = shape.values.iter().map(|value| variant(value)).collect();
            if variants.len() != shape.values.len() {
                return stop(format!("{}: two values of {name} have one name", self.service));
            }
        }
        Ok(())
    }
}
