//! The model's regular expressions as tables.
//!
//! The expressions are Java's, must match the whole text, and take `\w` and
//! `\d` for ASCII. Here they are rewritten for a Rust parser and turned into a
//! character class where they are one, or else into a deterministic automaton.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use regex_automata::dfa::{Automaton as _, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, util::syntax};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::{CodegenError, Result, patches, stop};

/// Patterns met so far, by text, each with its Rust expression.
#[derive(Default)]
pub(crate) struct Patterns(BTreeMap<String, String>);

impl Patterns {
    /// Takes a pattern in; gives the name of its static.
    pub(crate) fn add(&mut self, text: &str) -> Result<String> {
        if !self.0.contains_key(text) {
            self.0.insert(text.to_owned(), matchers(text)?);
        }
        Ok(static_name(text))
    }

    /// `patterns.rs`.
    pub(crate) fn file(&self) -> String {
        let mut out = String::from(
            "//! Patterns of the models as tables.\n\nuse crate::shape::{Automaton, CharacterClass, Matcher, Pattern};\n",
        );
        for (text, matchers) in &self.0 {
            let name = static_name(text);
            let _ = write!(
                out,
                "\npub(super) static {name}: Pattern = Pattern {{\n    text: {text:?},\n    matchers: &[\n{matchers}    ],\n}};\n"
            );
        }
        out
    }
}

/// Patterns have no names, so a static is called by the FNV-1a hash of its
/// text, which changes only when the pattern does.
fn static_name(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("P{hash:016X}")
}

fn matchers(text: &str) -> Result<String> {
    let java = [text];
    let stated = patches::PATTERNS.iter().find(|(pattern, ..)| *pattern == text);
    let expressions = stated.map_or(&java[..], |(_, _, expressions)| expressions);
    let mut out = String::new();
    for expression in expressions {
        let expression = from_java(expression)?;
        let hir = regex_syntax::parse(&expression)
            .map_err(|error| CodegenError(format!("pattern {text:?}: {error}")))?;
        match class(&hir) {
            Some((class, empty)) => write_class(&mut out, &class, empty),
            None => write_automaton(&mut out, &expression)?,
        }
    }
    Ok(out)
}

/// Anchors are implied; `\w`, `\d` and `\uXXXX` are spelled out.
fn from_java(java: &str) -> Result<String> {
    let java = java.strip_prefix('^').unwrap_or(java);
    let java = java.strip_suffix('$').unwrap_or(java);
    let mut out = String::new();
    let mut in_class = false;
    let mut letters = java.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '[' if in_class => return stop(format!("pattern {java:?}: a class in a class")),
            '[' | ']' => {
                in_class = letter == '[';
                out.push(letter);
            }
            '\\' => match letters.next() {
                Some('w') if in_class => out.push_str("A-Za-z0-9_"),
                Some('d') if in_class => out.push_str("0-9"),
                Some('d') => out.push_str("[0-9]"),
                Some('u') => {
                    let digits: String = letters.by_ref().take(4).collect();
                    let _ = write!(out, "\\x{{{digits}}}");
                }
                Some(escaped @ ('p' | 'x' | '.' | '-' | '+' | '/' | ',' | ':' | '?')) => {
                    if escaped == ',' || escaped == ':' || escaped == '/' {
                        out.push(escaped);
                    } else {
                        out.extend(['\\', escaped]);
                    }
                }
                other => return stop(format!("pattern {java:?}: unexpected escape {other:?}")),
            },
            letter => out.push(letter),
        }
    }
    Ok(out)
}

/// The class, and whether the empty text matches, if the pattern is one class repeated.
fn class(hir: &Hir) -> Option<(Vec<(char, char)>, bool)> {
    let HirKind::Repetition(repetition) = hir.kind() else {
        return None;
    };
    if repetition.min > 1 || repetition.max.is_some() {
        return None;
    }
    let ranges = match repetition.sub.kind() {
        HirKind::Class(Class::Unicode(class)) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        HirKind::Class(Class::Bytes(class)) => class
            .ranges()
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
        _ => return None,
    };
    Some((ranges, repetition.min == 0))
}

fn write_class(out: &mut String, ranges: &[(char, char)], empty: bool) {
    let mut ascii = 0_u128;
    let mut beyond = String::new();
    for &(first, last) in ranges {
        for letter in ('\0'..='\x7f').filter(|letter| (first..=last).contains(letter)) {
            ascii |= 1 << u32::from(letter);
        }
        if !last.is_ascii() {
            let first = first.max('\u{80}');
            let _ = write!(
                beyond,
                "('\\u{{{:x}}}', '\\u{{{:x}}}'), ",
                u32::from(first),
                u32::from(last)
            );
        }
    }
    let beyond = beyond.trim_end_matches(", ");
    let _ = writeln!(
        out,
        "        Matcher::Class(CharacterClass {{ empty: {empty}, ascii: {ascii:#034x}, ranges: &[{beyond}] }}),"
    );
}

fn write_automaton(out: &mut String, expression: &str) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| CodegenError(format!("pattern {expression:?}: {error}"));
    let dfa = dense::Builder::new()
        .configure(
            dense::Config::new()
                .minimize(true)
                .start_kind(regex_automata::dfa::StartKind::Anchored)
                .match_kind(regex_automata::MatchKind::All),
        )
        .syntax(syntax::Config::new())
        .build(&format!("(?:{expression})$"))
        .map_err(|error| failed(&error))?;
    let start = dfa
        .start_state(&start::Config::new().anchored(Anchored::Yes))
        .map_err(|error| failed(&error))?;

    // Breadth first from the start, so that numbers do not depend on the library's own.
    let mut states = vec![start];
    let mut rows: Vec<Vec<usize>> = Vec::new();
    let mut at = 0;
    while let Some(&state) = states.get(at) {
        let row = (0..=u8::MAX).map(|byte| {
            let next = dfa.next_state(state, byte);
            if is_hopeless(&dfa, next) {
                return 0;
            }
            let known = states.iter().position(|known| *known == next);
            1 + known.unwrap_or_else(|| {
                states.push(next);
                states.len() - 1
            })
        });
        rows.push(row.collect());
        at += 1;
    }
    if states.len() >= usize::from(u8::MAX) {
        return stop(format!("pattern {expression:?}: too many states"));
    }
    let accepting: Vec<bool> = std::iter::once(false)
        .chain(
            states
                .iter()
                .map(|state| dfa.is_match_state(dfa.next_eoi_state(*state))),
        )
        .collect();
    write_table(out, &rows, &accepting);
    Ok(())
}

/// Whether no continuation of the text can match from here.
fn is_hopeless(dfa: &dense::DFA<Vec<u32>>, state: StateID) -> bool {
    let mut seen = BTreeSet::from([state]);
    let mut ahead = vec![state];
    while let Some(state) = ahead.pop() {
        if dfa.is_match_state(dfa.next_eoi_state(state)) {
            return false;
        }
        for byte in 0..=u8::MAX {
            let next = dfa.next_state(state, byte);
            if seen.insert(next) {
                ahead.push(next);
            }
        }
    }
    true
}

/// Bytes that no state tells apart share a column.
fn write_table(out: &mut String, rows: &[Vec<usize>], accepting: &[bool]) {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    let mut classes = Vec::new();
    for byte in 0..=usize::from(u8::MAX) {
        let column: Vec<usize> = rows.iter().filter_map(|row| row.get(byte).copied()).collect();
        let known = columns.iter().position(|known| *known == column);
        classes.push(known.unwrap_or_else(|| {
            columns.push(column);
            columns.len() - 1
        }));
    }
    let mut transitions = vec![0; columns.len()];
    for state in 0..rows.len() {
        transitions.extend(columns.iter().filter_map(|column| column.get(state).copied()));
    }
    let _ = writeln!(
        out,
        "        Matcher::Automaton(Automaton {{\n            classes: &{classes:?},\n            width: {},\n            transitions: &{transitions:?},\n            accepting: &{accepting:?},\n        }}),",
        columns.len()
    );
}
