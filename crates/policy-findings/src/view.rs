//! The tree viewed as a policy, as far as it is one.
//!
//! What is missing or of the wrong kind is absent here; that it is wrong is reported from the tree.

use lanyard_policy::operator::Operator;

use crate::PolicyKind;
use crate::catalogue_checks::KnownKeys;
use crate::tree::{Member, Node, Value};
use crate::work::Work;

/// A policy.
pub(crate) struct Document<'a> {
    pub(crate) source: &'a str,
    pub(crate) root: &'a Node<'a>,
    pub(crate) kind: PolicyKind,
    /// The value of `Version`, if it is a string.
    pub(crate) version: Option<Text<'a>>,
    pub(crate) statements: Vec<Statement<'a>>,
    /// What the catalogue says of its condition keys.
    pub(crate) keys: KnownKeys,
    /// What it may still cost.
    pub(crate) work: Work,
}

/// A string of the policy (or, in conditions, another scalar) and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) node: &'a Node<'a>,
}

/// A statement. Of an element that is there twice, the first is here.
pub(crate) struct Statement<'a> {
    pub(crate) node: &'a Node<'a>,
    pub(crate) sid: Option<Text<'a>>,
    /// `Effect`, whatever it says.
    pub(crate) effect: Option<Text<'a>>,
    /// `Principal` or `NotPrincipal`.
    pub(crate) principal: Option<PrincipalElement<'a>>,
    /// `Action` or `NotAction`.
    pub(crate) action: Option<Element<'a>>,
    /// `Resource` or `NotResource`.
    pub(crate) resource: Option<Element<'a>>,
    pub(crate) conditions: Vec<Condition<'a>>,
}

/// An element with a list of strings.
pub(crate) struct Element<'a> {
    /// Whether its name begins with `Not`.
    pub(crate) negated: bool,
    pub(crate) member: &'a Member<'a>,
    /// Its strings; what is no string is left out.
    pub(crate) values: Vec<Text<'a>>,
}

/// `Principal` or `NotPrincipal`.
pub(crate) struct PrincipalElement<'a> {
    pub(crate) negated: bool,
    pub(crate) member: &'a Member<'a>,
    pub(crate) values: Vec<PrincipalValue<'a>>,
}

/// One principal.
pub(crate) struct PrincipalValue<'a> {
    /// The key that it stands under; `None` for `"Principal": "*"` (or any other bare string).
    pub(crate) key: Option<&'a Member<'a>>,
    pub(crate) value: Text<'a>,
}

impl PrincipalValue<'_> {
    /// The key that it stands under: `AWS`, `Service`, ….
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.map(Member::name)
    }
}

/// One key under one operator.
pub(crate) struct Condition<'a> {
    /// The operator and what stands under it.
    pub(crate) operator_member: &'a Member<'a>,
    /// `None`: there is no such operator.
    pub(crate) operator: Option<Operator>,
    /// The key and its values.
    pub(crate) member: &'a Member<'a>,
    /// Strings, numbers, `true` and `false`; anything else is left out.
    pub(crate) values: Vec<Text<'a>>,
}

impl Condition<'_> {
    /// The condition key as it is written.
    pub(crate) fn key(&self) -> &str {
        self.member.name()
    }
}

impl<'a> Document<'a> {
    pub(crate) fn new(source: &'a str, root: &'a Node<'a>, kind: PolicyKind) -> Self {
        let statements = member(root, "Statement").map_or(&[][..], |member| member.value.elements());
        Self {
            source,
            root,
            kind,
            version: member(root, "Version").and_then(|member| text(&member.value)),
            statements: statements.iter().filter_map(Statement::new).collect(),
            keys: KnownKeys::default(),
            work: Work::new(),
        }
    }

    /// Whether variables in it stand for values of keys.
    pub(crate) fn has_variables(&self) -> bool {
        self.version.is_some_and(|version| version.text == "2012-10-17")
    }
}

impl<'a> Statement<'a> {
    fn new(node: &'a Node<'a>) -> Option<Self> {
        if !matches!(node.value, Value::Object(_)) {
            return None;
        }
        let string = |name| member(node, name).and_then(|member| text(&member.value));
        Some(Self {
            node,
            sid: string("Sid"),
            effect: string("Effect"),
            principal: either(node, "Principal", "NotPrincipal").map(principal),
            action: either(node, "Action", "NotAction").map(element),
            resource: either(node, "Resource", "NotResource").map(element),
            conditions: member(node, "Condition").map(conditions).unwrap_or_default(),
        })
    }

    pub(crate) fn allows(&self) -> bool {
        self.effect.is_some_and(|effect| effect.text == "Allow")
    }

    pub(crate) fn denies(&self) -> bool {
        self.effect.is_some_and(|effect| effect.text == "Deny")
    }
}

/// A member of an object, by its exact name.
pub(crate) fn member<'a>(node: &'a Node<'a>, name: &str) -> Option<&'a Member<'a>> {
    node.members().iter().find(|member| member.name() == name)
}

fn either<'a>(node: &'a Node<'a>, name: &str, negated: &str) -> Option<&'a Member<'a>> {
    node.members()
        .iter()
        .find(|member| member.name() == name || member.name() == negated)
}

fn text<'a>(node: &'a Node<'a>) -> Option<Text<'a>> {
    node.string().map(|text| Text { text, node })
}

fn element<'a>(member: &'a Member<'a>) -> Element<'a> {
    Element {
        negated: member.name().starts_with("Not"),
        member,
        values: member.value.elements().iter().filter_map(text).collect(),
    }
}

fn principal<'a>(member: &'a Member<'a>) -> PrincipalElement<'a> {
    let bare = text(&member.value).map(|value| PrincipalValue { key: None, value });
    let keyed = member.value.members().iter().flat_map(|kind| {
        let values = kind.value.elements().iter().filter_map(text);
        values.map(move |value| PrincipalValue {
            key: Some(kind),
            value,
        })
    });
    PrincipalElement {
        negated: member.name().starts_with("Not"),
        member,
        values: bare.into_iter().chain(keyed).collect(),
    }
}

fn conditions<'a>(member: &'a Member<'a>) -> Vec<Condition<'a>> {
    let mut conditions = Vec::new();
    for operator_member in member.value.members() {
        let operator = Operator::parse(operator_member.name());
        for member in operator_member.value.members() {
            let scalar = |node: &'a Node<'a>| node.scalar().map(|text| Text { text, node });
            conditions.push(Condition {
                operator_member,
                operator,
                member,
                values: member.value.elements().iter().filter_map(scalar).collect(),
            });
        }
    }
    conditions
}
