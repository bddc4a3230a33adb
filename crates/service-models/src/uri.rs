//! Paths with places for members.

/// The path of an operation, and what its query says besides members.
///
/// For protocols without paths it is `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UriTemplate {
    pub(crate) text: &'static str,
    pub(crate) segments: &'static [Segment],
    pub(crate) query: &'static [(&'static str, Option<&'static str>)],
}

/// What stands between two slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// This text.
    Literal(&'static str),
    /// The member of this wire name, in one segment.
    Label(&'static str),
    /// The member of this wire name, in one or more segments.
    Greedy(&'static str),
}

impl UriTemplate {
    /// The template as the model has it: `/2015-03-31/functions/{FunctionName}`.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// What stands behind each slash: `/` is one empty literal, and a slash at the end is followed by another one.
    pub fn segments(&self) -> &'static [Segment] {
        self.segments
    }

    /// The parameters that the template itself names, some with their value: `Operation=tag`, `partNumber`.
    pub fn query(&self) -> &'static [(&'static str, Option<&'static str>)] {
        self.query
    }

    /// Reads a template; `None` if it is none.
    pub(crate) fn parse(text: &'static str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let segments: Vec<Segment> = path
            .strip_prefix('/')?
            .split('/')
            .map(Segment::parse)
            .collect::<Option<_>>()?;
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            })
            .collect();
        Some(Self {
            text,
            segments: Vec::leak(segments),
            query: Vec::leak(query),
        })
    }
}

impl Segment {
    fn parse(text: &'static str) -> Option<Self> {
        let Some(label) = text.strip_prefix('{') else {
            return (!text.contains(['{', '}'])).then_some(Self::Literal(text));
        };
        let label = label.strip_suffix('}')?;
        let name = label.trim_end_matches('+');
        let is_name = !name.is_empty() && !name.contains(['{', '}', '+']);
        is_name.then_some(if label.len() == name.len() {
            Self::Label(name)
        } else {
            Self::Greedy(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &'static str, expected: Option<&[Segment]>) {
        let read = UriTemplate::parse(text);
        assert_eq!(read.map(|template| template.segments), expected, "{text}");
    }

    #[test]
    fn templates_are_read_segment_by_segment() {
        use Segment::{Greedy, Label, Literal};
        check("/", Some(&[Literal("")]));
        check("/tags/{arn+}", Some(&[Literal("tags"), Greedy("arn")]));
        check("/a/{b}/", Some(&[Literal("a"), Label("b"), Literal("")]));
        check("tags", None);
        check("/{}", None);
        check("/x{y}", None);
        check("/{x}{y}", None);
    }

    #[test]
    fn the_query_of_a_template_is_kept_apart() {
        let read = UriTemplate::parse("/keys?mode=import&all").unwrap();
        assert_eq!(read.segments, [Segment::Literal("keys")]);
        assert_eq!(read.query, [("mode", Some("import")), ("all", None)]);
    }
}
