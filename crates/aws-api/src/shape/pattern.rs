//! The model's patterns, matched in one pass over the text.
//!
//! The model writes Java regular expressions. The generator turns each into
//! one of two tables, so that no regular expression is compiled at run time
//! and no input can make matching slow: nearly all patterns are one character
//! class repeated ([`CharacterClass`]); the rest become small deterministic
//! automata ([`Automaton`]). In both, `\w` and `\d` are ASCII, as in Java, and
//! the whole text must match.

/// A pattern: the model's own text, for messages, and how it is matched.
#[derive(Debug)]
pub struct Pattern {
    /// The pattern as the model writes it.
    pub text: &'static str,
    /// The tables that decide; a text matches when all of them accept it.
    pub matchers: &'static [Matcher],
}

/// How a pattern is matched.
#[derive(Debug)]
pub enum Matcher {
    /// `[class]*` or `[class]+`.
    Class(CharacterClass),
    /// Anything else.
    Automaton(Automaton),
}

/// One character class, repeated.
#[derive(Debug)]
pub struct CharacterClass {
    /// The empty text matches.
    pub empty: bool,
    /// Bit `n` is set when the ASCII character `n` is in the class.
    pub ascii: u128,
    /// The other members of the class: sorted, disjoint, inclusive ranges.
    pub ranges: &'static [(char, char)],
}

/// A deterministic automaton over bytes. State 0 is dead; state 1 is the start.
#[derive(Debug)]
pub struct Automaton {
    /// The column of the transition table that each byte selects.
    pub classes: &'static [u8; 256],
    /// Columns of the transition table.
    pub width: usize,
    /// Rows of states, `width` columns each.
    pub transitions: &'static [u8],
    /// Which states accept.
    pub accepting: &'static [bool],
}

impl Pattern {
    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.matchers.iter().all(|matcher| match matcher {
            Matcher::Class(class) => class.matches(text),
            Matcher::Automaton(automaton) => automaton.matches(text),
        })
    }
}

impl CharacterClass {
    fn matches(&self, text: &str) -> bool {
        if text.is_empty() {
            return self.empty;
        }
        text.chars().all(|letter| self.contains(letter))
    }

    fn contains(&self, letter: char) -> bool {
        if letter.is_ascii() {
            return self.ascii >> u32::from(letter) & 1 == 1;
        }
        let after = self.ranges.partition_point(|(first, _)| *first <= letter);
        let range = after.checked_sub(1).and_then(|at| self.ranges.get(at));
        range.is_some_and(|(_, last)| letter <= *last)
    }
}

impl Automaton {
    fn matches(&self, text: &str) -> bool {
        let mut state = 1;
        for byte in text.bytes() {
            state = self.next(state, byte);
            if state == 0 {
                return false;
            }
        }
        self.accepting.get(state).copied().unwrap_or(false)
    }

    /// Fails closed: a hole in the table is the dead state.
    fn next(&self, state: usize, byte: u8) -> usize {
        let class = self
            .classes
            .get(usize::from(byte))
            .copied()
            .map_or(self.width, usize::from);
        self.transitions
            .get(state * self.width + class)
            .copied()
            .map_or(0, usize::from)
    }
}
