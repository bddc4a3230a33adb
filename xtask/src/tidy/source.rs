//! Rust text with comments, strings and tests told apart from code.
//!
//! This is a lexer of the few things that can hide a word (comments, strings, characters), not a
//! parser. Blanked bytes become spaces, so that lines and columns stay where they were.

use crate::workspace;

/// One file of Rust and its views.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Comments blanked, strings kept.
    pub(crate) uncommented: String,
    /// Comments and the insides of strings blanked.
    pub(crate) code: String,
}

impl SourceFile {
    pub(crate) fn read(path: &str) -> Option<Self> {
        if !path.ends_with(".rs") {
            return None;
        }
        Some(Self::new(path, workspace::text(path)?))
    }

    pub(crate) fn new(path: &str, text: String) -> Self {
        let (uncommented, code) = blank(&text);
        Self {
            path: path.to_owned(),
            text,
            uncommented,
            code,
        }
    }

    pub(crate) fn is_generated(&self) -> bool {
        self.path.contains("/generated/")
    }

    /// Tests and benches may do what the product may not.
    pub(crate) fn is_test(&self) -> bool {
        self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.starts_with("testkit/")
            || self.path.starts_with("benches/")
            || self.path.starts_with("xtask/")
    }

    /// `code` (or another view of the same length) up to its `#[cfg(test)]` module, which by our
    /// custom stands last in a file.
    pub(crate) fn product<'view>(&self, view: &'view str) -> &'view str {
        let end = self.code.find("#[cfg(test)]\nmod ").unwrap_or(view.len());
        view.get(..end).unwrap_or(view)
    }

    /// The functions with their first line and their length in lines.
    pub(crate) fn functions(&self) -> Vec<(String, usize, usize)> {
        let mut functions = Vec::new();
        for (start, _) in self.code.match_indices("fn ") {
            let before = self.code.get(..start).unwrap_or_default();
            if before.chars().next_back().is_some_and(is_word) {
                continue;
            }
            let rest = self.code.get(start + 3..).unwrap_or_default();
            let name: String = rest.chars().take_while(|letter| is_word(*letter)).collect();
            if name.is_empty() {
                continue;
            }
            if let Some(length) = body_lines(rest) {
                functions.push((name, line_of(&self.code, start), length));
            }
        }
        functions
    }
}

/// The 1-based line of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .map_or(0, |before| before.matches('\n').count())
        + 1
}

/// Every place where `word` stands with no letter, digit or underscore beside it.
pub(crate) fn words<'text>(text: &'text str, word: &'text str) -> impl Iterator<Item = usize> + 'text {
    text.match_indices(word)
        .map(|(start, _)| start)
        .filter(move |start| {
            let before = text.get(..*start).and_then(|before| before.chars().next_back());
            let after = text
                .get(start + word.len()..)
                .and_then(|after| after.chars().next());
            let opens = word.chars().next().is_some_and(is_word);
            let closes = word.chars().next_back().is_some_and(is_word);
            let goes_on = opens && before.is_some_and(is_word) || closes && after.is_some_and(is_word);
            !goes_on
        })
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Lines from the signature to the closing brace; nothing when there is no body.
fn body_lines(rest: &str) -> Option<usize> {
    let (mut round, mut curly, mut lines) = (0_i32, 0_i32, 1);
    for letter in rest.chars() {
        match letter {
            '\n' => lines += 1,
            '(' | '[' => round += 1,
            ')' | ']' => round -= 1,
            ';' if round == 0 && curly == 0 => return None,
            '{' => curly += 1,
            '}' => {
                curly -= 1;
                if curly == 0 && round == 0 {
                    return Some(lines);
                }
            }
            _ => {}
        }
    }
    None
}

/// The two views of a text.
fn blank(text: &str) -> (String, String) {
    let mut uncommented = String::with_capacity(text.len());
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(letter) = rest.chars().next() {
        let (kind, length) = token(rest, previous);
        let (piece, after) = rest.split_at(length.max(letter.len_utf8()).min(rest.len()));
        match kind {
            Kind::Comment => {
                push_blank(&mut uncommented, piece);
                push_blank(&mut code, piece);
            }
            Kind::Text => {
                uncommented.push_str(piece);
                push_blank(&mut code, piece);
            }
            Kind::Code => {
                uncommented.push_str(piece);
                code.push_str(piece);
            }
        }
        previous = piece.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    (uncommented, code)
}

enum Kind {
    Comment,
    Text,
    Code,
}

/// The kind and length in bytes of what begins here.
fn token(rest: &str, previous: char) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if rest.starts_with('"') {
        return (Kind::Text, quoted(rest));
    }
    if !is_word(previous)
        && let Some(length) = raw_string(rest)
    {
        return (Kind::Text, length);
    }
    // Also behind the `b` of a byte.
    if let Some(length) = character(rest) {
        return (Kind::Text, length);
    }
    (Kind::Code, rest.chars().next().map_or(1, char::len_utf8))
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let opening = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = opening.chars().take_while(|letter| *letter == '#').count();
    let inside = opening.get(hashes..)?.strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let before = rest.len() - inside.len();
    Some(
        inside
            .find(&closing)
            .map_or(rest.len(), |end| before + end + closing.len()),
    )
}

/// A character literal, as against a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let skipped = escape.chars().next().map_or(0, char::len_utf8);
        let end = escape.get(skipped..)?.find('\'')?;
        return Some(2 + skipped + end + 1);
    }
    let letter = inside.chars().next()?;
    inside
        .get(letter.len_utf8()..)?
        .starts_with('\'')
        .then_some(letter.len_utf8() + 2)
}

fn push_blank(target: &mut String, piece: &str) {
    for byte in piece.bytes() {
        target.push(if byte == b'\n' { '\n' } else { ' ' });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stays of a text, without regard to how many blanks stand for what went.
    fn check(text: &str, stays: &str) {
        let code = SourceFile::new("x.rs", text.to_owned()).code;
        assert_eq!(code.len(), text.len());
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), stays);
    }

    #[test]
    fn comments_and_strings_are_blanked() {
        check("a // b\nc", "a c");
        check("a /* b /* c */ d */ e", "a e");
        check(r#"f("x \" y", z)"#, "f( , z)");
        check("r##\"a \"# b\"## c", "c");
    }

    #[test]
    fn lifetimes_are_not_characters() {
        check(
            "fn f<'a>(x: &'a str) -> char { '\"' }",
            "fn f<'a>(x: &'a str) -> char { }",
        );
        check(r"'\'' '\\' x", "x");
        check(r#"b'"' x b'\\' y"#, "b x b y");
    }

    #[test]
    fn functions_have_their_length() {
        let file = SourceFile::new(
            "x.rs",
            "trait T { fn a(); }\nfn b<T>(x: [u8; 3]) {\n  {}\n}\n".to_owned(),
        );
        assert_eq!(file.functions(), vec![("b".to_owned(), 2, 3)]);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(
            words("tokio tokiox x::tokio", "tokio").collect::<Vec<_>>(),
            vec![0, 16]
        );
    }
}
