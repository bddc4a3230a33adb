//! Which operation a method and a path ask for.
//!
//! Invariant: what two readers could take for two operations is refused: dots, and encoded slashes that could be some
//! of the path.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use lanyard_service_models::{OperationModel, Segment};

use super::PARTS_MAX;
use crate::aws::lookup::NameHasher;
use crate::percent::{Part, decode};
use crate::{MappingError, scan};

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
pub(crate) struct Routed<'p> {
    pub(crate) number: usize,
    pub(super) labels: Labels<'p>,
}

/// Wire names, values and whether each is greedy.
type Labels<'p> = Vec<(&'static str, Cow<'p, str>, bool)>;

/// A path, decoded segment by segment. To be read once, however many services are asked for its operation.
#[derive(Debug)]
pub(crate) struct Path<'p> {
    /// The segments and an empty one more, as they would be with a slash at the end.
    ended: Vec<Cow<'p, str>>,
    /// Whether an encoded slash stands in one of them.
    has_slash: bool,
}

impl<'p> Path<'p> {
    /// Reads it.
    ///
    /// # Errors
    /// A path that could be read in two ways.
    pub(crate) fn read(path: &'p str) -> Result<Self, MappingError> {
        let Some(path) = path.strip_prefix('/') else {
            return Err(MappingError::InvalidUri("it does not start with a slash"));
        };
        let mut segments = Vec::with_capacity(8);
        let mut has_slash = false;
        let mut rest = Some(path);
        while let Some(unread) = rest {
            if segments.len() >= PARTS_MAX {
                return Err(MappingError::InvalidUri("too many segments"));
            }
            let (part, behind) = scan::cut(unread, b'/');
            rest = behind;
            let segment = decode(part, Part::Path)?;
            // Most segments have no slash in them.
            has_slash |= matches!(&segment, Cow::Owned(text) if text.contains('/'));
            segments.push(segment);
        }
        let is_dots = |part: &str| matches!(part, "." | "..");
        let has_dots = |segment: &Cow<'_, str>| match segment {
            Cow::Borrowed(part) => is_dots(part),
            Cow::Owned(parts) => parts.split('/').any(is_dots),
        };
        if segments.iter().any(has_dots) {
            return Err(MappingError::InvalidUri("a segment of dots only"));
        }
        segments.push(Cow::Borrowed(""));
        Ok(Self {
            ended: segments,
            has_slash,
        })
    }

    fn segments(&self) -> &[Cow<'p, str>] {
        self.ended.split_last().map_or(&[], |(_, segments)| segments)
    }
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
    pub(crate) fn route<'p>(
        &self,
        method: &str,
        path: &Path<'p>,
        query: Option<&str>,
    ) -> Result<Option<Routed<'p>>, MappingError> {
        let Some(route) = self.find(method, &path.ended, query) else {
            return Ok(None);
        };
        // Fails closed: who decodes before looking for the operation must find the same one.
        if path.has_slash {
            let split = path.ended.iter().flat_map(|part| part.split('/'));
            let split: Vec<Cow<'_, str>> = split.map(Cow::Borrowed).collect();
            let other = self.find(method, &split, query);
            if other.is_some_and(|other| other.number != route.number) {
                return Err(MappingError::InvalidUri(
                    "an encoded slash that could be one of the path",
                ));
            }
            let mut slashed = path.ended.iter().filter(|part| part.contains('/'));
            if slashed.any(|part| part.split('/').any(str::is_empty)) {
                return Err(MappingError::InvalidUri(
                    "an encoded slash without anything behind it",
                ));
            }
        }
        let labels = labels(route.model.uri().segments(), path.segments())?;
        Ok(Some(Routed {
            number: route.number,
            labels,
        }))
    }

    /// The operation, of segments with an empty one more.
    fn find(&self, method: &str, ended: &[Cow<'_, str>], query: Option<&str>) -> Option<Route> {
        let (_, segments) = ended.split_last()?;
        let fits = |route: &&Route| {
            let model = route.model;
            model.method() == method && is_greedily(model, segments) && has_literals(model, query)
        };
        self.exact(method, segments, query)
            .or_else(|| self.greedy.iter().find(fits).copied())
            .or_else(|| self.with_another_end(method, ended, query))
    }

    fn exact(&self, method: &str, segments: &[Cow<'_, str>], query: Option<&str>) -> Option<Route> {
        // The key borrows for as long as the table does, so methods are compared by their own names.
        let method = METHODS.iter().find(|known| **known == method)?;
        let routes = self.exact.get(&(*method, segments.len()))?;
        let fits = |route: &&Route| {
            // Operations of one service differ at the end of their paths.
            let mut pairs = route.model.uri().segments().iter().zip(segments).rev();
            pairs.all(fits) && has_literals(route.model, query)
        };
        routes.iter().find(fits).copied()
    }

    /// A slash at the end more or less means nothing to the services; upstream it is written as in the model.
    fn with_another_end(&self, method: &str, ended: &[Cow<'_, str>], query: Option<&str>) -> Option<Route> {
        match ended {
            [before @ .., last, _] if last.is_empty() && !before.is_empty() => {
                self.exact(method, before, query)
            }
            _ => self.exact(method, ended, query),
        }
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
}

/// Whether segments are those of a template with a label of any length.
fn is_greedily(model: &OperationModel, segments: &[Cow<'_, str>]) -> bool {
    let template = model.uri().segments();
    let is_greedy = |segment: &Segment| matches!(segment, Segment::Greedy(_));
    let Some(greedy) = template.iter().position(is_greedy) else {
        return false;
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

fn fits((segment, text): (&Segment, &Cow<'_, str>)) -> bool {
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

fn labels<'p>(template: &[Segment], segments: &[Cow<'p, str>]) -> Result<Labels<'p>, MappingError> {
    let mut labels = Labels::new();
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
            [one] => one.clone(),
            several => Cow::Owned(several.join("/")),
        };
        labels.push((name, value, is_greedy));
        at += count;
    }
    Ok(labels)
}
