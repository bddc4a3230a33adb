//! Several policies put together into one text: denials first, cut off honestly where it becomes too long.

use std::collections::BTreeSet;

use lanyard_policy::Document;

use crate::actions::Lookups;
use crate::{Note, Words};

/// A text in the making.
#[derive(Debug, Default)]
pub struct Summary {
    opening: Vec<String>,
    denials: Vec<String>,
    allowances: Vec<String>,
    closing: Vec<String>,
    notes: BTreeSet<Note>,
    lookups: Lookups,
}

impl Summary {
    /// A text about something.
    pub fn new() -> Self {
        Self::default()
    }

    /// The words of a policy that is to go into it. All of them together are bounded work.
    pub fn words(&mut self, document: &Document) -> Words {
        Words::with(document, &mut self.lookups)
    }

    /// A sentence before everything that is denied or allowed.
    pub fn open(&mut self, sentence: impl Into<String>) {
        self.opening.push(sentence.into());
    }

    /// A sentence behind everything.
    pub fn close(&mut self, sentence: impl Into<String>) {
        self.closing.push(sentence.into());
    }

    /// What one policy says; `by` names it, if there are several.
    pub fn add(&mut self, by: Option<&str>, words: Words) {
        let named = |sentence: String| match by {
            Some(by) => format!("By {by}: {sentence}"),
            None => sentence,
        };
        self.denials.extend(words.denials.into_iter().map(named));
        self.allowances.extend(words.allowances.into_iter().map(named));
        self.notes.extend(words.notes);
    }

    /// A policy that cannot be read.
    // Fails closed: as decisions take it.
    pub fn add_unreadable(&mut self, by: Option<&str>) {
        let by = by.unwrap_or("this policy");
        self.denials
            .push(format!("By {by}: everything, since it cannot be read."));
    }

    /// A policy that caps what others allow. Its denials are denials like others.
    pub fn cap(&mut self, name: &str, words: Words) {
        self.opening.push(format!(
            "What is allowed counts only as far as {name} allows it as well, which is told at the end."
        ));
        let allowances = words.allowances;
        self.add(
            Some(name),
            Words {
                allowances: Vec::new(),
                ..words
            },
        );
        let heading = format!("Allowed by {name}, beyond which nothing above counts:");
        let nothing = format!("Nothing is allowed by {name}, so that nothing above counts.");
        self.closing.extend(lines(&heading, allowances, Some(&nothing)));
    }

    /// Who may assume a role, before what it may do.
    pub fn trust(&mut self, words: Words) {
        self.notes.extend(words.notes);
        self.opening
            .extend(lines("Denied to those who would assume it:", words.denials, None));
        self.opening.extend(lines(
            "Allowed to those who would assume it:",
            words.allowances,
            Some("Nobody may assume it."),
        ));
    }

    /// The whole text.
    pub fn text(self) -> String {
        self.lines().join("\n")
    }

    /// The text, if need be cut off at a line so that it has at most so many characters; then its last line says how
    /// much is missing.
    pub fn within(self, characters_max: usize) -> String {
        let lines = self.lines();
        let length = |text: &str| text.chars().count() + 1;
        let whole: usize = lines.iter().map(|line| length(line)).sum();
        if whole <= characters_max.saturating_add(1) {
            return lines.join("\n");
        }
        let total = lines.len();
        let mut kept = Vec::new();
        let mut left = characters_max.saturating_sub(length(&cut_off(total)));
        for line in &lines {
            let Some(rest) = left.checked_sub(length(line)) else {
                break;
            };
            left = rest;
            kept.push(line.as_str());
        }
        let missing = cut_off(total - kept.len());
        kept.push(&missing);
        kept.join("\n")
    }

    fn lines(self) -> Vec<String> {
        let denied = "Denied, whatever allows it:";
        let mut all = self.opening;
        all.extend(lines(denied, self.denials, None));
        all.extend(lines("Allowed:", self.allowances, Some("Nothing is allowed.")));
        all.extend(self.notes.into_iter().map(|note| note.text().to_owned()));
        all.extend(self.closing);
        all
    }
}

fn cut_off(missing: usize) -> String {
    format!("This summary is cut off here: {missing} more lines are missing, which may deny and allow more.")
}

fn lines(heading: &str, sentences: Vec<String>, none: Option<&str>) -> Vec<String> {
    if sentences.is_empty() {
        return none.map(str::to_owned).into_iter().collect();
    }
    let items = sentences.into_iter().map(|sentence| format!("- {sentence}"));
    std::iter::once(heading.to_owned()).chain(items).collect()
}
