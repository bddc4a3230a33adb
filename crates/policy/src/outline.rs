//! The statements of a document as they were written, for those who read policies instead of deciding by them.
//!
//! Decisions never come here: they use what was compiled.

use crate::document::{EffectWord, Element, Statement};
use crate::operator::Operator;
use crate::{Document, PrincipalKind};

/// A statement, escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementOutline<'a> {
    /// Its `Sid`.
    pub sid: Option<&'a str>,
    /// Whether it denies. One whose effect is in the wrong case does.
    pub denies: bool,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Listed<(PrincipalKind, &'a str)>>,
    /// `Action` or `NotAction`.
    pub actions: Option<Listed<&'a str>>,
    /// `Resource` or `NotResource`.
    pub resources: Option<Listed<&'a str>>,
    /// Its conditions, all of which have to hold.
    pub conditions: Vec<ConditionOutline<'a>>,
}

/// An element that lists things, or excepts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// Whether it is about everything but what it lists.
    pub negated: bool,
    /// What it lists.
    pub values: Vec<T>,
}

/// One key under one operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionOutline<'a> {
    /// The operator.
    pub operator: Operator,
    /// The key as it is written.
    pub key: &'a str,
    /// The values as they are written.
    pub values: Vec<&'a str>,
}

impl Document {
    /// Its statements, in order.
    pub fn outline(&self) -> impl Iterator<Item = StatementOutline<'_>> {
        self.statements.iter().map(|statement| self.outlined(statement))
    }

    fn outlined(&self, statement: &Statement) -> StatementOutline<'_> {
        let texts = |element: &Element| Listed {
            negated: element.negated,
            values: self.texts(element).collect(),
        };
        let principals = |element: &Element| Listed {
            negated: element.negated,
            values: (element.values.of(&self.principals).iter())
                .map(|value| (value.kind, self.resolve(&value.text)))
                .collect(),
        };
        let conditions = statement.conditions.of(&self.conditions).iter();
        StatementOutline {
            sid: statement.sid.as_ref().map(|sid| self.resolve(sid)),
            denies: statement.effect != EffectWord::Allow,
            principals: statement.principal.as_ref().map(principals),
            actions: statement.action.as_ref().map(texts),
            resources: statement.resource.as_ref().map(texts),
            conditions: conditions
                .map(|condition| ConditionOutline {
                    operator: condition.operator,
                    key: self.resolve(&condition.key),
                    values: (condition.values.of(&self.values).iter())
                        .map(|value| self.resolve(value))
                        .collect(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_shown_as_it_was_written() {
        let document = Document::parse(
            r#"{"Statement": {"Sid": "a", "Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"},
                "Action": ["s3:Get*", "s3:\u0050ut*"], "NotResource": "*",
                "Condition": {"StringLikeIfExists": {"aws:username": ["a*", "b"]}}}}"#,
        )
        .unwrap();
        let statement = StatementOutline {
            sid: Some("a"),
            denies: true,
            principals: Some(Listed {
                negated: true,
                values: vec![(PrincipalKind::Aws, "111122223333")],
            }),
            actions: Some(Listed {
                negated: false,
                values: vec!["s3:Get*", "s3:Put*"],
            }),
            resources: Some(Listed {
                negated: true,
                values: vec!["*"],
            }),
            conditions: vec![ConditionOutline {
                operator: Operator::parse("StringLikeIfExists").unwrap(),
                key: "aws:username",
                values: vec!["a*", "b"],
            }],
        };
        assert_eq!(document.outline().collect::<Vec<_>>(), [statement]);
    }
}
