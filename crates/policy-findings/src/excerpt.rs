//! The line that a finding is about, for people to look at.
//!
//! Policies often come as one line of thousands of characters, so only a stretch around the place is shown.

use std::fmt;

use crate::Span;

/// How many characters before the place are shown.
const BEFORE_MAX: usize = 40;

/// How many characters of the place are shown.
const MARKED_MAX: usize = 60;

/// How many characters behind the place are shown.
const BEHIND_MAX: usize = 20;

/// A line of a policy, with marks below the part that a finding is about.
///
/// Shown, it is two lines that end without a line break:
///
/// ```text
///   12 |     "Action": "s3:GetObjects",
///      |               ^^^^^^^^^^^^^^^
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    line: u32,
    text: String,
    marks: String,
}

impl Excerpt {
    /// The line of a text where a span begins. Of a span over several lines, the first is shown.
    pub fn of(text: &str, span: Span) -> Self {
        let at = |offset: u32| text.floor_char_boundary(offset as usize);
        let (start, end) = (at(span.start.offset), at(span.end.offset));
        let (before, from) = text.split_at_checked(start).unwrap_or((text, ""));
        let before = before.rsplit('\n').next().unwrap_or_default();
        let line = from.split('\n').next().unwrap_or_default();
        let marked_len = end.saturating_sub(start).min(line.len());
        let (marked, behind) = line.split_at_checked(marked_len).unwrap_or((line, ""));

        let before = last(before, BEFORE_MAX);
        let marked = first(marked, MARKED_MAX);
        let behind = first(behind, BEHIND_MAX);
        let behind = behind.trim_end();
        let marks = marked.chars().count().max(1);
        Self {
            line: span.start.line,
            marks: format!("{}{}", " ".repeat(before.chars().count()), "^".repeat(marks)),
            text: format!("{before}{marked}{behind}"),
        }
    }
}

/// The first characters, with a mark where something is left out. What would move the marks becomes a space.
fn first(text: &str, characters_max: usize) -> String {
    let mut shown: String = text.chars().take(characters_max).map(plain).collect();
    if text.chars().nth(characters_max).is_some() {
        shown.push('…');
    }
    shown
}

/// The last characters, in the same way.
fn last(text: &str, characters_max: usize) -> String {
    // Counted from behind, so that it takes no longer where much is left out.
    let first_shown = text.char_indices().rev().take(characters_max).last();
    let start = first_shown.map_or(text.len(), |(start, _)| start);
    let cut = if start > 0 { "…" } else { "" };
    let shown: String = text.get(start..).unwrap_or_default().chars().map(plain).collect();
    format!("{cut}{shown}")
}

fn plain(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>4} | {}", self.line, self.text)?;
        write!(f, "     | {}", self.marks)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Excerpt, IssueCode, PolicyType, findings};

    /// Checks what is shown of the first finding with a code.
    #[track_caller]
    fn check(policy: &str, code: IssueCode, expected: &str) {
        let findings = findings(policy, PolicyType::Identity.into());
        let shown: Vec<String> = findings
            .iter()
            .filter(|finding| finding.issue_code == code)
            .flat_map(|finding| &finding.locations)
            .map(|location| Excerpt::of(policy, location.span).to_string())
            .collect();
        assert_eq!(shown.join("\n"), expected);
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        check(
            "{\"Version\": \"2012-10-17\",\n\"Statement\": {\"Effect\": \"Allow\",\n\t\"Action\": \"s3:Get\",\n\"Resource\": \"*\"}}\n",
            IssueCode::InvalidAction,
            "   3 |  \"Action\": \"s3:Get\",\n     |            ^^^^^^^^",
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        check(
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"Ünïcödë","Effect":"Allow","Action":["s3:GetObject","s3:Get"],"Resource":"arn:aws:s3:::bucket/*"}]}"#,
            IssueCode::InvalidAction,
            r#"   1 | …ffect":"Allow","Action":["s3:GetObject","s3:Get"],"Resource":"arn:aw…
     |                                          ^^^^^^^^"#,
        );
    }

    #[test]
    fn a_line_that_ends_behind_the_place_is_not_cut() {
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Action":"s3:Get"}}"#,
            IssueCode::InvalidAction,
            r#"   1 | …Effect":"Allow","Resource":"*","Action":"s3:Get"}}
     |                                          ^^^^^^^^"#,
        );
    }

    #[test]
    fn a_place_over_several_lines_is_marked_to_the_end_of_the_first() {
        check(
            "{\"Version\":\"2012-10-17\",\"Statement\":\n{\n\"Effect\":\"Allow\",\"Resource\":\"*\"}}",
            IssueCode::MissingAction,
            "   2 | {\n     | ^",
        );
    }
}
