//! Condition operators: what they compare and how they combine values.

use std::fmt;

/// What one value of a key is compared with one value of the policy for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Texts, exactly.
    StringEquals,
    /// Texts, without regard to case.
    StringEqualsIgnoreCase,
    /// A text with a pattern.
    StringLike,
    /// Numbers.
    Numeric(Relation),
    /// Instants.
    Date(Relation),
    /// `true` and `false`.
    Bool,
    /// Bytes, as base64.
    Binary,
    /// An address with a range.
    IpAddress,
    /// ARNs, part by part. `ArnEquals` behaves as `ArnLike` does; only the name differs.
    Arn {
        /// Whether the name says `Like`.
        like: bool,
    },
    /// Whether the key exists.
    Null,
}

/// How numbers and dates are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Equal, or not equal where the operator is negated.
    Equal,
    /// The key's value is less.
    Less,
    /// The key's value is not greater.
    LessOrEqual,
    /// The key's value is greater.
    Greater,
    /// The key's value is not less.
    GreaterOrEqual,
}

impl Relation {
    pub(crate) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// How several values of a key are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// The key has one value.
    Single,
    /// `ForAllValues:`
    ForAll,
    /// `ForAnyValue:`
    ForAny,
}

/// A condition operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// What values are compared for.
    pub comparison: Comparison,
    /// Whether it holds where no value matches.
    pub negated: bool,
    /// How several values of the key are combined.
    pub quantifier: Quantifier,
    /// Whether it holds where the key is missing.
    pub if_exists: bool,
}

const FOR_ALL: &str = "ForAllValues:";
const FOR_ANY: &str = "ForAnyValue:";
const IF_EXISTS: &str = "IfExists";

const NAMES: [(&str, Comparison, bool); 27] = {
    use Comparison::{
        Arn, Binary, Bool, Date, IpAddress, Null, Numeric, StringEquals, StringEqualsIgnoreCase, StringLike,
    };
    use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    [
        ("StringEquals", StringEquals, false),
        ("StringNotEquals", StringEquals, true),
        ("StringEqualsIgnoreCase", StringEqualsIgnoreCase, false),
        ("StringNotEqualsIgnoreCase", StringEqualsIgnoreCase, true),
        ("StringLike", StringLike, false),
        ("StringNotLike", StringLike, true),
        ("Bool", Bool, false),
        ("ArnLike", Arn { like: true }, false),
        ("ArnEquals", Arn { like: false }, false),
        ("ArnNotLike", Arn { like: true }, true),
        ("ArnNotEquals", Arn { like: false }, true),
        ("IpAddress", IpAddress, false),
        ("NotIpAddress", IpAddress, true),
        ("Null", Null, false),
        ("NumericEquals", Numeric(Equal), false),
        ("NumericNotEquals", Numeric(Equal), true),
        ("NumericLessThan", Numeric(Less), false),
        ("NumericLessThanEquals", Numeric(LessOrEqual), false),
        ("NumericGreaterThan", Numeric(Greater), false),
        ("NumericGreaterThanEquals", Numeric(GreaterOrEqual), false),
        ("DateEquals", Date(Equal), false),
        ("DateNotEquals", Date(Equal), true),
        ("DateLessThan", Date(Less), false),
        ("DateLessThanEquals", Date(LessOrEqual), false),
        ("DateGreaterThan", Date(Greater), false),
        ("DateGreaterThanEquals", Date(GreaterOrEqual), false),
        ("BinaryEquals", Binary, false),
    ]
};

impl Operator {
    /// Reads an operator's name, in any case. `None`: there is no such operator.
    pub fn parse(name: &str) -> Option<Self> {
        let strip_prefix = |prefix: &str| {
            let (head, tail) = name.split_at_checked(prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then_some(tail)
        };
        let (quantifier, rest) = if let Some(rest) = strip_prefix(FOR_ALL) {
            (Quantifier::ForAll, rest)
        } else if let Some(rest) = strip_prefix(FOR_ANY) {
            (Quantifier::ForAny, rest)
        } else {
            (Quantifier::Single, name)
        };
        let stem = rest
            .len()
            .checked_sub(IF_EXISTS.len())
            .and_then(|at| rest.split_at_checked(at))
            .filter(|(_, tail)| tail.eq_ignore_ascii_case(IF_EXISTS))
            .map(|(stem, _)| stem);
        let if_exists = stem.is_some();
        let stem = stem.unwrap_or(rest);
        let (_, comparison, negated) = NAMES
            .iter()
            .find(|(name, _, _)| name.eq_ignore_ascii_case(stem))?;
        // `Null` asks whether the key exists; asking that only if it exists makes no sense and is refused.
        if if_exists && *comparison == Comparison::Null {
            return None;
        }
        Some(Self {
            comparison: *comparison,
            negated: *negated,
            quantifier,
            if_exists,
        })
    }

    fn stem(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, comparison, negated)| *comparison == self.comparison && *negated == self.negated)
            .map_or("", |(name, _, _)| name)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            Quantifier::Single => "",
            Quantifier::ForAll => FOR_ALL,
            Quantifier::ForAny => FOR_ANY,
        })?;
        f.write_str(self.stem())?;
        f.write_str(if self.if_exists { IF_EXISTS } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_survives_reading_and_writing() {
        for (name, _, _) in NAMES {
            for prefix in ["", FOR_ALL, FOR_ANY] {
                for suffix in ["", IF_EXISTS] {
                    let full = format!("{prefix}{name}{suffix}");
                    match Operator::parse(&full) {
                        Some(operator) => assert_eq!(operator.to_string(), full),
                        None => assert_eq!((name, suffix), ("Null", IF_EXISTS)),
                    }
                }
            }
        }
    }

    #[test]
    fn names_are_read_in_any_case() {
        assert_eq!(
            Operator::parse("forallvalues:STRINGLIKEifexists"),
            Operator::parse("ForAllValues:StringLikeIfExists")
        );
    }

    #[test]
    fn what_is_no_operator_is_refused() {
        for wrong in [
            "",
            "x",
            "IfExists",
            "StringEqual",
            "ForAnyValue::StringEquals",
            "ForAllValues:",
            "é",
        ] {
            assert_eq!(Operator::parse(wrong), None, "{wrong}");
        }
    }
}
