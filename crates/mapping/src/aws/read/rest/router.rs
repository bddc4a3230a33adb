//! Which operation a method and a path ask for.
//!
//! Invariant: what two readers could take for two operations is refused: dots, and encoded slashes that could be some
//! of the path.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use lanyard_service_models::{OperationModel, Segment};

use super::PARTS_MAX;
use crate::MappingError;
use crate::aws::lookup::NameHasher;
use crate::percent::{Part, decode};

/// The operations of a service by method and path.
#[derive(Debug, Default)]
pub(crate) struct Router {
    /// By method and number of segments, the most particular first.
    exact: HashMap<(&'static str, usize), Vec<Route>, BuildHasherDefault<NameHasher>>,
    /// Those with a label of any length, the most particular first.
    greedy: Vec<Route>,
}

/// One operation and its place in the list of the service's.
#[derive(Debug, Clone, Copy)]
struct Route {
    model: &'static OperationModel,
    number: usize,
}

/// An operation with what the path says.
#[derive(Debug)]
pub(crate) struct Routed {
    pub(crate) number: usize,
    /// Wire name, value and whether it is greedy.
    pub(super) labels: Vec<(&'static str, String, bool)>,
}

impl Router {
    pub(crate) fn new(operations: &'static [OperationModel]) -> Self {
        let mut router = Self::default();
        for (number, model) in operations.iter().enumerate() {
            let route = Route { model, number };
            let segments = model.uri().segments();
            if segments
                .iter()
                .any(|segment| matches!(segment, Segment::Greedy(_)))
            {
                router.greedy.push(route);
            } else {
                router
                    .exact
                    .entry((model.method(), segments.len()))
                    .or_default()
                    .push(route);
            }
        }
        for routes in router.exact.values_mut() {
            routes.sort_by_key(Route::generality);
        }
        router.greedy.sort_by_key(Route::generality);
        router
    }

    /// The operation that a request asks for; nothing if there is none.
    ///
    /// # Errors
    /// A path that could be read in two ways.
    pub(crate) fn route(
        &self,
        method: &str,
        path: &str,
        query: Option<&str>,
    ) -> Result<Option<Routed>, MappingError> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err(MappingError::InvalidUri("it does not start with a slash"));
        };
        let mut decoded: Vec<Cow<'_, str>> = Vec::with_capacity(8);
        for part in rest.split('/') {
            if decoded.len() >= PARTS_MAX {
                return Err(MappingError::InvalidUri("too many segments"));
            }
            decoded.push(decode(part, Part::Path)?);
        }
        // Most segments have no slash in them.
        let mut dotted = decoded.iter().filter(|part| part.contains('.'));
        if dotted.any(|part| part.split('/').any(|part| matches!(part, "." | ".."))) {
            return Err(MappingError::InvalidUri("a segment of dots only"));
        }
        let segments: Vec<&str> = decoded.iter().map(Cow::as_ref).collect();
        let Some(route) = self.find(method, &segments, query) else {
            return Ok(None);
        };
        // Fails closed: who decodes before looking for the operation must find the same one.
        if segments.iter().any(|part| part.contains('/')) {
            let split: Vec<&str> = segments.iter().flat_map(|part| part.split('/')).collect();
            let other = self.find(method, &split, query);
            if other.is_some_and(|other| other.number != route.number) {
                return Err(MappingError::InvalidUri(
                    "an encoded slash that could be one of the path",
                ));
            }
            if segments
                .iter()
                .any(|part| part.contains('/') && part.split('/').any(str::is_empty))
            {
                return Err(MappingError::InvalidUri(
                    "an encoded slash without anything behind it",
                ));
            }
        }
        let labels = labels(route.model.uri().segments(), &segments)?;
        Ok(Some(Routed {
            number: route.number,
            labels,
        }))
    }

    fn find(&self, method: &str, segments: &[&str], query: Option<&str>) -> Option<Route> {
        let fits = |route: &&Route| route.model.method() == method && route.fits(segments, query);
        self.exact(method, segments, query)
            .or_else(|| self.greedy.iter().find(fits).copied())
            .or_else(|| self.with_another_end(method, segments, query))
    }

    fn exact(&self, method: &str, segments: &[&str], query: Option<&str>) -> Option<Route> {
        // The key borrows for as long as the table does, so methods are compared by their own names.
        let method = METHODS.iter().find(|known| **known == method)?;
        let routes = self.exact.get(&(*method, segments.len()))?;
        routes.iter().find(|route| route.fits(segments, query)).copied()
    }

    /// A slash at the end more or less means nothing to the services; upstream it is written as in the model.
    fn with_another_end(&self, method: &str, segments: &[&str], query: Option<&str>) -> Option<Route> {
        let (last, before) = segments.split_last()?;
        if last.is_empty() && !before.is_empty() {
            return self.exact(method, before, query);
        }
        let longer = [segments, &[""]].concat();
        self.exact(method, &longer, query)
    }
}

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

impl Route {
    /// The most particular first: literals before labels before greedy ones, segment by segment; then those that name
    /// parameters.
    fn generality(&self) -> (Vec<u8>, std::cmp::Reverse<usize>) {
        let weight = |segment: &Segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Label(_) => 1,
            Segment::Greedy(_) => 2,
        };
        let uri = self.model.uri();
        // What goes on behind a greedy label is more particular than what ends with it.
        let weights = uri.segments().iter().map(weight).chain([3]);
        (weights.collect(), std::cmp::Reverse(uri.query().len()))
    }

    fn fits(&self, segments: &[&str], query: Option<&str>) -> bool {
        matches(self.model.uri().segments(), segments) && has_literals(self.model, query)
    }
}

fn matches(template: &[Segment], segments: &[&str]) -> bool {
    let Some(greedy) = template
        .iter()
        .position(|segment| matches!(segment, Segment::Greedy(_)))
    else {
        // Operations of one service differ at the end of their paths.
        return template.len() == segments.len() && template.iter().zip(segments).rev().all(fits);
    };
    let behind = template.len() - greedy - 1;
    let Some(count) = segments.len().checked_sub(greedy + behind) else {
        return false;
    };
    let before = template.iter().zip(segments).take(greedy).all(fits);
    let after = template
        .iter()
        .rev()
        .zip(segments.iter().rev())
        .take(behind)
        .all(fits);
    let between = segments.get(greedy..greedy + count).unwrap_or_default();
    before && after && !between.is_empty() && between.iter().all(|part| !part.is_empty())
}

fn fits((segment, text): (&Segment, &&str)) -> bool {
    match segment {
        Segment::Literal(literal) => literal == text,
        Segment::Label(_) | Segment::Greedy(_) => !text.is_empty(),
    }
}

/// Whether the query has the parameters that the template names.
fn has_literals(model: &OperationModel, query: Option<&str>) -> bool {
    model.uri().query().iter().all(|(name, value)| {
        query.unwrap_or_default().split('&').any(|pair| {
            let (known, given) = pair.split_once('=').unwrap_or((pair, ""));
            known == *name && value.is_none_or(|value| value == given)
        })
    })
}

fn labels(
    template: &[Segment],
    segments: &[&str],
) -> Result<Vec<(&'static str, String, bool)>, MappingError> {
    let mut labels: Vec<(&'static str, String, bool)> = Vec::new();
    let spare = segments.len().saturating_sub(template.len());
    let mut at = 0;
    for segment in template {
        let (name, count, is_greedy) = match segment {
            Segment::Literal(_) => {
                at += 1;
                continue;
            }
            Segment::Label(name) => (*name, 1, false),
            Segment::Greedy(name) => (*name, spare + 1, true),
        };
        let parts = segments.get(at..at + count).unwrap_or_default();
        if labels.iter().any(|(known, ..)| *known == name) {
            return Err(MappingError::InvalidUri("a label that stands there twice"));
        }
        let value = match parts {
            [one] => (*one).to_owned(),
            several => several.join("/"),
        };
        labels.push((name, value, is_greedy));
        at += count;
    }
    Ok(labels)
}
