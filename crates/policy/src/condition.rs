//! Whether a condition holds for the keys of a request.

use std::net::IpAddr;

use crate::compiled::{Condition, Fit, Operand, OperandTest, Policy, Statement};
use crate::context::{Context, ContextValue, Entry, Text};
use crate::operator::{Comparison, Operator, Quantifier, Relation};
use crate::truth::Truth;
use crate::value::{
    self, Dated, Instant, Net, Number, base64_body, compare_decimals, is_base64, is_undocumented_number,
    same_bytes,
};

/// One value of a key. Of keys with one value the entry remembers what it was read as.
#[derive(Clone, Copy)]
enum Value<'a> {
    Single(&'a Entry),
    OneOf(&'a Text),
}

impl Policy {
    /// Whether all conditions of a statement hold, as far as its effect can tell.
    pub(crate) fn conditions_hold(&self, statement: &Statement, context: &Context) -> bool {
        let conditions = statement.conditions.of(&self.conditions);
        conditions
            .iter()
            .all(|condition| self.condition(condition, context).holds(statement.deny))
    }

    /// Whether a condition holds.
    pub(crate) fn condition(&self, condition: &Condition, context: &Context) -> Truth {
        let operator = condition.operator;
        let operands = condition.operands.of(&self.operands);
        let entry = context.find(condition.hash, self.str(condition.key));
        if operator.comparison == Comparison::Null {
            let is_unknown = entry.is_some_and(Entry::is_unknown);
            return match operator.quantifier {
                Quantifier::Single if is_unknown => Truth::Doubt,
                _ => null(operator, operands, entry.is_none()),
            };
        }
        let Some(entry) = entry else {
            return missing(operator);
        };
        let test = |value| self.passes(operator, operands, context, value);
        match (operator.quantifier, entry.value()) {
            (_, ContextValue::Unknown) => Truth::Doubt,
            // AWS leaves it undefined what a key of several values is without a quantifier.
            (Quantifier::Single, ContextValue::Many(_)) => Truth::Doubt,
            (Quantifier::Single, ContextValue::Single(_)) => test(Value::Single(entry)),
            (Quantifier::ForAll | Quantifier::ForAny, value @ ContextValue::Single(_)) => {
                null_set(operator, value, test(Value::Single(entry)))
            }
            (Quantifier::ForAny, value @ ContextValue::Many(values)) => {
                let any = Truth::any(values.iter().map(|value| test(Value::OneOf(value))));
                null_set(operator, value, any)
            }
            (Quantifier::ForAll, value @ ContextValue::Many(values)) => {
                let all = Truth::all(values.iter().map(|value| test(Value::OneOf(value))));
                null_set(operator, value, all)
            }
        }
    }

    /// Whether one value of the key passes: matches one of the operands or, negated, none of them.
    fn passes(&self, operator: Operator, operands: &[Operand], context: &Context, value: Value<'_>) -> Truth {
        if operator.negated && operands.is_empty() {
            return Truth::Doubt;
        }
        let mut matches = Truth::No;
        for operand in operands {
            match self.fit(operator.comparison, operand, context, value) {
                Fit::Yes => {
                    matches = Truth::Yes;
                    break;
                }
                // Evidence: recorded decisions of AWS: a value of several stands for no text, and differs from all.
                Fit::No | Fit::Unresolved | Fit::Ambiguous => {}
                Fit::Unreadable if operator.negated => matches = Truth::Doubt,
                Fit::Unreadable => {}
                Fit::Unclear => matches = Truth::Doubt,
                // Evidence: recorded decisions of AWS: neither the operator nor its negation holds.
                Fit::Incomparable => return Truth::No,
                // Evidence: recorded decisions of AWS: what follows in the list is not looked at, and the statement
                // denies if it is a deny and does not allow if it is an allow.
                Fit::Broken => return Truth::Doubt,
            }
        }
        if operator.negated { !matches } else { matches }
    }

    fn fit(&self, comparison: Comparison, operand: &Operand, context: &Context, value: Value<'_>) -> Fit {
        match operand.test {
            OperandTest::Text(pattern) if comparison == Comparison::StringEqualsIgnoreCase => {
                self.equals_ignoring_case(pattern, context, value.text())
            }
            OperandTest::Text(pattern) => self.matches(pattern, context, value.text()),
            OperandTest::Arn(test) => self.matches_arn(test, context, value.text()),
            OperandTest::Number(index) => match value.number() {
                Some(number) => relation(comparison)
                    .holds(number.cmp(&Number(self.wide(index))))
                    .into(),
                None => self.fit_digits(comparison, operand, value),
            },
            OperandTest::LongNumber => self.fit_digits(comparison, operand, value),
            OperandTest::Instant { at, documented } => match value.instant() {
                Some(instant) => fit_instant(comparison, instant, Instant(self.wide(at)), documented),
                None if value::is_documented_date(value.text()) => Fit::Unclear,
                None => unreadable(value.text()),
            },
            OperandTest::NetV4 { bits, prefix } => within(Some(Net::V4 { bits, prefix }), value),
            OperandTest::NetV6 { bits, prefix } => {
                let bits = self.wide(bits).cast_unsigned();
                within(Some(Net::V6 { bits, prefix }), value)
            }
            // Evidence: recorded decisions of AWS: whatever is not `true` is `false`.
            OperandTest::Bool(wanted) => (value.text().eq_ignore_ascii_case("true") == wanted).into(),
            OperandTest::Base64(wanted) => match base64_body(value.text()) {
                Some(body) if !same_bytes(body, self.str(wanted)) => Fit::No,
                // Evidence: recorded decisions of AWS: what is not padded, or says more than its bytes, is no bytes.
                Some(_) if !is_base64(value.text()) => Fit::No,
                Some(_) if is_base64(self.str(operand.text)) => Fit::Yes,
                // In the policy it may be some for all that is known.
                Some(_) => Fit::Unclear,
                None => Fit::No,
            },
            OperandTest::Unreadable if comparison == Comparison::IpAddress => within(None, value),
            OperandTest::Unreadable if unreadable(self.str(operand.text)) == Fit::No => Fit::No,
            OperandTest::Unreadable => unreadable(value.text()),
            OperandTest::Unclear if matches!(comparison, Comparison::Numeric(_)) => {
                match unreadable(value.text()) {
                    Fit::No => Fit::No,
                    _ => Fit::Unclear,
                }
            }
            OperandTest::Unclear
                if comparison == Comparison::IpAddress && within(None, value) == Fit::Incomparable =>
            {
                Fit::Incomparable
            }
            OperandTest::Unclear => Fit::Unclear,
        }
    }

    /// Compares numbers of which one has more digits than are kept as a number.
    fn fit_digits(&self, comparison: Comparison, operand: &Operand, value: Value<'_>) -> Fit {
        match compare_decimals(value.text(), self.str(operand.text)) {
            Some(order) => relation(comparison).holds(order).into(),
            None if is_undocumented_number(value.text()) => Fit::Unclear,
            None => unreadable(value.text()),
        }
    }
}

/// A text that is no number or date. If it has digits somebody might find one in it.
///
/// Evidence: recorded decisions of AWS, in which `no-number`, `NaN` and the empty text equal no number and differ from
/// all, in the request as in the policy; and likewise of dates.
fn unreadable(text: &str) -> Fit {
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        Fit::Unreadable
    } else {
        Fit::No
    }
}

/// `Null` asks whether the key is absent.
fn null(operator: Operator, operands: &[Operand], absent: bool) -> Truth {
    match operator.quantifier {
        Quantifier::ForAll => Truth::Yes,
        Quantifier::ForAny => Truth::No,
        Quantifier::Single => Truth::any(operands.iter().map(|operand| match operand.test {
            OperandTest::Bool(wanted) => Truth::from(wanted == absent),
            _ => Truth::Doubt,
        })),
    }
}

/// What a set operator says of the values of a key, if that is what it says of each of them.
///
/// AWS documents that a set of nothing but empty texts is as if there were none. Evidence: recorded decisions of AWS in
/// which an empty text is a text like any other, at least if there is one alone.
fn null_set(operator: Operator, value: &ContextValue, by_values: Truth) -> Truth {
    match value {
        value if !is_null_set(value) || by_values == missing(operator) => by_values,
        ContextValue::Single(_) if by_values == Truth::Yes => by_values,
        _ => Truth::Doubt,
    }
}

/// Whether there is nothing in the values of a key but empty texts.
fn is_null_set(value: &ContextValue) -> bool {
    match value {
        ContextValue::Single(text) => text.as_str().is_empty(),
        ContextValue::Many(values) => values.iter().all(|value| value.as_str().is_empty()),
        ContextValue::Unknown => false,
    }
}

/// What a condition says about a key that the request does not have.
fn missing(operator: Operator) -> Truth {
    match operator.quantifier {
        Quantifier::ForAll => Truth::Yes,
        Quantifier::ForAny if operator.if_exists => Truth::Doubt,
        Quantifier::ForAny => Truth::No,
        // Evidence: AWS documentation: that a value differs is true of a value that is not there.
        Quantifier::Single => (operator.if_exists || operator.negated).into(),
    }
}

/// How an operator compares numbers or dates.
fn relation(comparison: Comparison) -> Relation {
    match comparison {
        Comparison::Numeric(relation) | Comparison::Date(relation) => relation,
        _ => Relation::Equal,
    }
}

fn fit_instant(comparison: Comparison, value: Dated, wanted: Instant, documented: bool) -> Fit {
    let holds = relation(comparison).holds(value.instant.cmp(&wanted));
    if value.documented && documented {
        return holds.into();
    }
    // Nobody knows whether AWS reads such a form, and if so, as what.
    if holds { Fit::Unclear } else { Fit::Unreadable }
}

/// Whether an address lies in a range; in what is no range lies none.
fn within(net: Option<Net>, value: Value<'_>) -> Fit {
    match value.address() {
        Some(address) => net.is_some_and(|net| net.contains(address)).into(),
        None if value::is_odd_address(value.text()) => Fit::Unclear,
        None => Fit::Incomparable,
    }
}

impl Value<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Single(entry) => entry.single().unwrap_or_default(),
            Self::OneOf(text) => text.as_str(),
        }
    }

    fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Single(entry) => entry.address(),
            Self::OneOf(text) => value::address(text.as_str()),
        }
    }

    fn number(&self) -> Option<Number> {
        match self {
            Self::Single(entry) => entry.number(),
            Self::OneOf(text) => Number::parse(text.as_str()),
        }
    }

    fn instant(&self) -> Option<Dated> {
        match self {
            Self::Single(entry) => entry.instant(),
            Self::OneOf(text) => Dated::parse(text.as_str()),
        }
    }
}
