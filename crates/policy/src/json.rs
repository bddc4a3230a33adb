//! JSON, as far as policies need it: strict, with positions, in bounded memory.
//!
//! Policies nest five deep. The reader of policies (`read`) follows that shape, so its depth is bounded by
//! construction; whatever does not belong is only skipped, and [`Json::skip_value`] does that with a bit for
//! each level instead of a stack frame. Strings are not copied: those without escapes are ranges of the source.

mod string;

use crate::error::SyntaxError;
use crate::span::Lines;

/// Levels of nesting that are skipped over before the text counts as invalid. Policies need five.
const DEPTH_MAX: u32 = 128;

/// A string or other scalar in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRef {
    /// Offset in the source of the first byte, the quote of a string included.
    pub start: u32,
    /// Offset in the source behind the last byte, the quote of a string included.
    pub end: u32,
    /// Where the text is that it means.
    pub content: Content,
}

/// Where the content of a scalar is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A string without escapes: the source between the quotes.
    Quoted,
    /// A number, `true` or `false`: the source itself.
    Bare,
    /// A string with escapes: this range of the unescaped texts.
    Unescaped(u32, u32),
}

impl TextRef {
    /// The text that is meant; `unescaped` is [`Json::unescaped`] of the reader that read it.
    pub fn resolve<'a>(&self, source: &'a str, unescaped: &'a str) -> &'a str {
        let (text, from, to) = match self.content {
            Content::Quoted => (source, self.start.saturating_add(1), self.end.saturating_sub(1)),
            Content::Bare => (source, self.start, self.end),
            Content::Unescaped(from, to) => (unescaped, from, to),
        };
        text.get(from as usize..to as usize).unwrap_or_default()
    }
}

/// A cursor over JSON text.
pub struct Json<'a> {
    source: &'a str,
    at: usize,
    /// The contents of all strings with escapes, one behind the other.
    pub unescaped: String,
}

/// What kind of value comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string.
    String,
    /// A number, `true` or `false`.
    Scalar,
    /// `null`, or what begins like it.
    Null,
}

impl<'a> Json<'a> {
    /// A cursor at the beginning.
    pub fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            unescaped: String::new(),
        }
    }

    /// How many bytes were read.
    pub fn offset(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX)
    }

    /// An error of JSON itself, here.
    pub fn invalid(&self, problem: &'static str) -> SyntaxError {
        let span = Lines::new(self.source).span(self.offset(), self.offset().saturating_add(1));
        SyntaxError {
            problem,
            span,
            json: true,
        }
    }

    fn byte(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// Reads over whitespace.
    pub fn skip_whitespace(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Skips whitespace and takes the byte if it comes next.
    pub fn take(&mut self, byte: u8) -> bool {
        self.skip_whitespace();
        if self.byte() == Some(byte) {
            self.at += 1;
            true
        } else {
            false
        }
    }

    /// Skips whitespace and takes the byte; anything else is the named problem.
    ///
    /// # Errors
    ///
    /// Something else comes next.
    pub fn expect(&mut self, byte: u8, problem: &'static str) -> Result<(), SyntaxError> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.invalid(problem))
        }
    }

    /// The kind of the value that comes next.
    pub fn next_kind(&mut self) -> Result<Next, SyntaxError> {
        self.skip_whitespace();
        match self.byte() {
            Some(b'{') => Ok(Next::Object),
            Some(b'[') => Ok(Next::Array),
            Some(b'"') => Ok(Next::String),
            Some(b'n') => Ok(Next::Null),
            Some(b't' | b'f' | b'-' | b'0'..=b'9') => Ok(Next::Scalar),
            Some(_) => Err(self.invalid("a value was expected")),
            None => Err(self.invalid("the text ends too early")),
        }
    }

    /// After the last value: nothing but whitespace may follow.
    pub fn finish(&mut self) -> Result<(), SyntaxError> {
        self.skip_whitespace();
        if self.byte().is_some() {
            return Err(self.invalid("nothing may follow the policy"));
        }
        Ok(())
    }

    /// Reads a number, `true` or `false`.
    pub fn scalar(&mut self) -> Result<TextRef, SyntaxError> {
        self.skip_whitespace();
        let start = self.offset();
        match self.byte() {
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            _ => self.number()?,
        }
        Ok(TextRef {
            start,
            end: self.offset(),
            content: Content::Bare,
        })
    }

    fn word(&mut self, word: &'static str) -> Result<(), SyntaxError> {
        let found = self
            .source
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word));
        if !found {
            return Err(self.invalid("a value was expected"));
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.invalid("a digit was expected"));
        }
        Ok(())
    }

    /// Reads over a value of any kind, in constant memory.
    pub fn skip_value(&mut self) -> Result<(), SyntaxError> {
        // One bit for each open container: set for objects.
        let mut objects: u128 = 0;
        let mut depth: u32 = 0;
        loop {
            // A value begins here.
            match self.next_kind()? {
                kind @ (Next::Object | Next::Array) => {
                    self.at += 1;
                    let close = if kind == Next::Object { b'}' } else { b']' };
                    if !self.take(close) {
                        if depth == DEPTH_MAX {
                            return Err(self.invalid("this is nested too deep"));
                        }
                        objects = (objects << 1) | u128::from(kind == Next::Object);
                        depth += 1;
                        self.member_name(objects)?;
                        continue;
                    }
                }
                Next::String => drop(self.string()?),
                Next::Scalar => drop(self.scalar()?),
                Next::Null => self.word("null")?,
            }
            // A value has ended: close what ends with it.
            loop {
                if depth == 0 {
                    return Ok(());
                }
                if self.take(b',') {
                    self.member_name(objects)?;
                    break;
                }
                let close = if objects & 1 == 1 { b'}' } else { b']' };
                self.expect(close, "a comma or a closing bracket was expected")?;
                objects >>= 1;
                depth -= 1;
            }
        }
    }

    fn member_name(&mut self, objects: u128) -> Result<(), SyntaxError> {
        if objects & 1 == 1 {
            self.string()?;
            self.expect(b':', "a colon was expected")?;
        }
        Ok(())
    }
}

/// Whether the text is JSON at all.
pub fn check(source: &str) -> Result<(), SyntaxError> {
    let mut json = Json::new(source);
    json.skip_value()?;
    json.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(source: &str) -> Option<String> {
        let mut json = Json::new(source);
        let text = json.string().ok()?;
        json.finish().ok()?;
        Some(text.resolve(source, &json.unescaped).to_owned())
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(string(r#""plain""#).unwrap(), "plain");
        assert_eq!(
            string(r#""a\"\\\/\b\f\n\r\tz""#).unwrap(),
            "a\"\\/\u{8}\u{c}\n\r\tz"
        );
        assert_eq!(string(r#""\u0041\u00e9\ud83d\ude00""#).unwrap(), "Aé😀");
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for wrong in [
            r#""\x""#,
            r#""\ud83d""#,
            r#""\udc00""#,
            r#""\ud83dA""#,
            r#""\ud83dxydc00""#,
            r#""\ud83d\u0041""#,
            r#""\u+041""#,
            r#""\u004""#,
            r#""\u00g0""#,
            "\"\n\"",
            "\"open",
            "",
            "{",
            "[1,]",
            r#"{"a":1,}"#,
            r#"{"a"}"#,
            "{a:1}",
            "01",
            "1.",
            "-",
            "1e",
            "nul",
            "True",
            "[1]]",
            "[1}",
            "'a'",
            "NaN",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        for right in ["0", "-1.5e+3", " [ ] ", r#"{"a":[{},[],null,true,"x"]}"#] {
            assert!(check(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(check(&nested(128)).is_ok());
        assert!(check(&nested(130)).is_err());
        assert!(check(&"[".repeat(10_000_000)).is_err());
        assert!(check(&"{\"a\":".repeat(10_000)).is_err());
    }

    #[test]
    fn errors_say_where() {
        let error = check("{\n  \"a\": é\n}").unwrap_err();
        assert_eq!((error.span().line, error.span().column), (2, 7));
    }

    proptest! {
        #[test]
        fn agrees_with_a_general_parser(text in r#"[\[\]{}:,"\\ a0-3.eu\-+tnl]{0,16}"#) {
            prop_assert_eq!(check(&text).is_ok(), serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
        }

        #[test]
        fn strings_survive(text in any::<String>()) {
            prop_assert_eq!(string(&serde_json::to_string(&text).unwrap()).unwrap(), text);
        }
    }
}
