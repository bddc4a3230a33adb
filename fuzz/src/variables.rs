//! Policy variables against a model that fits on a page: a pattern is a list of parts, each of which comes to text,
//! to a wildcard or to nothing.

use lanyard_policy::Context;
use lanyard_policy_oracle::Choices;
use regex_lite::Regex;
use serde_json::{Value, json};

use crate::engine::{Asked, WITH_VARIABLES, WITHOUT_VARIABLES};

/// - What is put in for a variable is text, whatever characters it has.
/// - A variable without value or default matches nothing, also in `NotResource`; conditions that are negated hold.
/// - `${*}`, `${?}` and `${$}` are the characters.
/// - What nobody knows the value of could be any text, which allows nothing: neither what equals it nor what differs.
/// - In the older version of the language all of it is text.
pub fn variables(data: &[u8]) {
    let choices = &mut Choices::from_bytes(data);
    let context = Values::choose(choices);
    let parts: Vec<Part> = (0..=choices.below(6)).map(|_| Part::choose(choices)).collect();
    let text = context.text_like(&parts, choices);
    let pattern: String = parts.iter().map(Part::written).collect();
    check(&context, &parts, &pattern, &text);
    check_older_version(&context, &parts, &pattern, &text);
}

/// The names of the keys that have one value, and of one that the request does not have.
const SINGLE: [&str; 2] = ["aws:username", "aws:PrincipalTag/team"];
const ABSENT: &str = "aws:userid";
/// A key with several values, which variables cannot use.
const MULTIVALUED: &str = "aws:PrincipalOrgPaths";
/// A key of which nothing is known.
const UNKNOWN: &str = "aws:PrincipalTag/unknown";
/// The key whose value is compared.
const COMPARED: &str = "aws:referer";

/// Texts that resemble the syntax of patterns and variables.
const TEXTS: [&str; 10] = ["a", "b", "ab", "*", "?", "/", "é", "$", "}", "${aws:userid}"];
/// The same without what would be syntax in a policy.
const LITERALS: [&str; 6] = ["a", "b", "ab", "/", "é", ", '"];
const DEFAULTS: [&str; 4] = ["a", "", "b a", "company-wide"];

/// The values of the keys in [`SINGLE`].
struct Values([String; 2]);

/// One part of a pattern.
#[derive(Debug, Clone, Copy)]
enum Part {
    Literal(&'static str),
    Star,
    One,
    /// `${*}` and its like.
    Escaped(char),
    Variable {
        key: &'static str,
        in_capitals: bool,
        default: Option<&'static str>,
    },
}

/// What a part comes to.
enum Meaning<'a> {
    Text(&'a str),
    Character(char),
    Star,
    One,
    /// The variable may stand for any text.
    Unknown,
    /// The variable has no value and no default, or several values, which are no text.
    Missing,
}

impl Part {
    fn choose(choices: &mut Choices) -> Self {
        match choices.below(8) {
            0..=2 => Self::Literal(choices.pick(&LITERALS).unwrap_or("a")),
            3 => Self::Star,
            4 => Self::One,
            5 => Self::Escaped(['*', '?', '$'][choices.below(3)]),
            _ => Self::Variable {
                key: [
                    SINGLE[0],
                    SINGLE[1],
                    SINGLE[0],
                    ABSENT,
                    SINGLE[1],
                    MULTIVALUED,
                    UNKNOWN,
                ][choices.below(7)],
                in_capitals: choices.chance(20),
                default: choices.chance(40).then(|| choices.pick(&DEFAULTS).unwrap_or("a")),
            },
        }
    }

    /// As it stands in a policy.
    fn written(&self) -> String {
        match self {
            Self::Literal(text) => (*text).to_owned(),
            Self::Star => "*".to_owned(),
            Self::One => "?".to_owned(),
            Self::Escaped(character) => format!("${{{character}}}"),
            Self::Variable {
                key,
                in_capitals,
                default,
            } => {
                let key = if *in_capitals {
                    key.to_uppercase()
                } else {
                    (*key).to_owned()
                };
                match default {
                    Some(default) => format!("${{{key}, '{default}'}}"),
                    None => format!("${{{key}}}"),
                }
            }
        }
    }

    fn meaning<'a>(&self, values: &'a Values) -> Meaning<'a> {
        match *self {
            Self::Literal(text) => Meaning::Text(text),
            Self::Star => Meaning::Star,
            Self::One => Meaning::One,
            Self::Escaped(character) => Meaning::Character(character),
            Self::Variable { key, default, .. } => match (values.of(key), default) {
                (Some(value), _) => Meaning::Text(value),
                (None, _) if key == UNKNOWN => Meaning::Unknown,
                (None, _) if key == MULTIVALUED => Meaning::Missing,
                (None, Some(default)) => Meaning::Text(default),
                (None, None) => Meaning::Missing,
            },
        }
    }
}

impl Values {
    fn choose(choices: &mut Choices) -> Self {
        Self([0, 1].map(|_| some_text(choices)))
    }

    fn of(&self, key: &str) -> Option<&str> {
        let index = SINGLE.iter().position(|single| *single == key)?;
        self.0.get(index).map(String::as_str)
    }

    fn context(&self, compared: &str) -> Context {
        let mut context = Context::new();
        for (key, value) in SINGLE.iter().zip(&self.0) {
            context.insert(*key, value.clone());
        }
        context.insert_many(MULTIVALUED, ["a", "b"]);
        // The other tags are known.
        context.insert_unknown_under("AWS:PrincipalTag/");
        context.insert(COMPARED, compared.to_owned());
        context
    }

    /// A text that matches the pattern more often than not.
    fn text_like(&self, parts: &[Part], choices: &mut Choices) -> String {
        let mut text = String::new();
        for part in parts {
            match part.meaning(self) {
                Meaning::Text(value) => text.push_str(value),
                Meaning::Character(character) => text.push(character),
                Meaning::Star | Meaning::Missing | Meaning::Unknown => text.push_str(&some_text(choices)),
                Meaning::One => text.push('é'),
            }
        }
        if choices.chance(30) {
            text.push_str(&some_text(choices));
        }
        text
    }
}

fn some_text(choices: &mut Choices) -> String {
    (0..choices.below(4))
        .map(|_| choices.pick(&TEXTS).unwrap_or("a"))
        .collect()
}

/// What a pattern comes to as a whole.
#[derive(Clone, Copy)]
struct Expected {
    is_missing: bool,
    /// Whether there is a variable of which nobody knows what it stands for.
    is_unknown: bool,
    /// With wildcards; whether it could, if something is unknown.
    is_like: bool,
    /// With stars and question marks as characters; likewise.
    is_equal: bool,
}

impl Expected {
    fn of(values: &Values, parts: &[Part], text: &str) -> Self {
        let (mut like, mut equal) = (String::from("(?s)^"), String::from("(?s)^"));
        let (mut is_missing, mut is_unknown) = (false, false);
        for part in parts {
            let (as_pattern, as_text) = match part.meaning(values) {
                Meaning::Text(value) => (regex_lite::escape(value), value.to_owned()),
                Meaning::Character(character) => {
                    (regex_lite::escape(&character.to_string()), character.to_string())
                }
                Meaning::Star => (".*".to_owned(), "*".to_owned()),
                Meaning::One => (".".to_owned(), "?".to_owned()),
                Meaning::Unknown => {
                    is_unknown = true;
                    like.push_str(".*");
                    equal.push_str(".*");
                    continue;
                }
                Meaning::Missing => {
                    is_missing = true;
                    continue;
                }
            };
            like.push_str(&as_pattern);
            equal.push_str(&regex_lite::escape(&as_text));
        }
        let matches = |expression: String| {
            let regex = Regex::new(&(expression + "$")).expect("an expression of escaped texts");
            regex.is_match(text)
        };
        Self {
            is_missing,
            is_unknown,
            is_like: matches(like),
            is_equal: matches(equal),
        }
    }

    /// Whether there is a value for every variable, so that the pattern says something.
    fn is_whole(self) -> bool {
        !self.is_missing && !self.is_unknown
    }
}

fn check(values: &Values, parts: &[Part], pattern: &str, text: &str) {
    let expected = Expected::of(values, parts, text);
    // What has no value and what nobody knows, together, is told apart in no document.
    if expected.is_missing && expected.is_unknown {
        return;
    }
    let condition = |operator: &str| json!({"Condition": {operator: {COMPARED: pattern}}});
    let resource = format!("arn:aws:s3:::bucket/{pattern}");
    let positive = [
        ("StringLike", condition("StringLike"), expected.is_like),
        ("StringEquals", condition("StringEquals"), expected.is_equal),
        ("Resource", json!({"Resource": resource}), expected.is_like),
        // What is not known does not take a resource out of the rest.
        ("NotResource", json!({"NotResource": resource}), !expected.is_like),
    ];
    for (what, statement, is_match) in positive {
        let expected = expected.is_whole() && is_match;
        compare(values, text, WITH_VARIABLES, statement, expected, (what, pattern));
    }
    // A negated condition holds when a variable has no value.
    let negated = [
        ("StringNotLike", condition("StringNotLike"), !expected.is_like),
        (
            "StringNotEquals",
            condition("StringNotEquals"),
            !expected.is_equal,
        ),
    ];
    for (what, statement, is_no_match) in negated {
        let expected = expected.is_missing || is_no_match;
        compare(values, text, WITH_VARIABLES, statement, expected, (what, pattern));
    }
}

fn check_older_version(values: &Values, parts: &[Part], pattern: &str, text: &str) {
    // It is not said whether a star between braces is a wildcard there.
    if parts.iter().any(|part| matches!(part, Part::Escaped(_))) {
        return;
    }
    let expected = crate::matcher::regex(pattern).is_match(text);
    let like = json!({"Condition": {"StringLike": {COMPARED: pattern}}});
    compare(
        values,
        text,
        WITHOUT_VARIABLES,
        like,
        expected,
        ("StringLike", pattern),
    );
}

fn compare(
    values: &Values,
    text: &str,
    version: &str,
    statement: Value,
    expected: bool,
    (what, pattern): (&str, &str),
) {
    let asked = Asked {
        action: "s3:GetObject",
        resource: &format!("arn:aws:s3:::bucket/{text}"),
        context: &values.context(text),
    };
    let allowed = asked.is_allowed_by(version, statement);
    assert_eq!(
        allowed, expected,
        "{what} {pattern:?} of {text:?} in {version}, where {SINGLE:?} are {:?}",
        values.0
    );
}
