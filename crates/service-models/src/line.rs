//! The lines of the data set: fields between tabs, words between spaces.

/// The fields of a line.
pub(crate) struct Line {
    rest: Option<&'static str>,
}

impl Line {
    pub(crate) fn new(text: &'static str) -> Self {
        Self { rest: Some(text) }
    }

    /// The next field; empty behind the last one.
    pub(crate) fn field(&mut self) -> &'static str {
        let Some(rest) = self.rest else { return "" };
        let (field, rest) = match rest.split_once('\t') {
            Some((field, rest)) => (field, Some(rest)),
            None => (rest, None),
        };
        self.rest = rest;
        field
    }

    /// The next field, if it says something.
    pub(crate) fn filled(&mut self) -> Option<&'static str> {
        Some(self.field()).filter(|field| !field.is_empty())
    }

    /// All fields that are left.
    pub(crate) fn rest(self) -> impl Iterator<Item = &'static str> {
        self.rest.into_iter().flat_map(|rest| rest.split('\t'))
    }
}
