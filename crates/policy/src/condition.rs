//! Whether a condition holds for the keys of a request.

use std::net::IpAddr;

use crate::compiled::{Condition, Fit, Operand, OperandTest, Policy, Statement};
use crate::context::{Context, ContextValue, Entry, Text};
use crate::operator::{Comparison, Operator, Quantifier, Relation};
use crate::truth::Truth;
use crate::value::{
    Dated, Instant, Net, Number, base64_body, compare_decimals, is_base64, is_undocumented_number, same_bytes,
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
            return null(operator, operands, entry.is_none());
        }
        let Some(entry) = entry else {
            return missing(operator);
        };
        let test = |value| self.passes(operator, operands, context, value);
        match (operator.quantifier, entry.value()) {
            // AWS leaves it undefined what a key of several values is without a quantifier.
            (Quantifier::Single, ContextValue::Many(_)) => Truth::Doubt,
            // Evidence: AWS documentation, set operators: values that amount to nothing are as if there were none.
            (Quantifier::ForAll | Quantifier::ForAny, values) if is_null_set(values) => missing(operator),
            (_, ContextValue::Single(_)) => test(Value::Single(entry)),
            (Quantifier::ForAny, ContextValue::Many(values)) => {
                Truth::any(values.iter().map(|value| test(Value::OneOf(value))))
            }
            (Quantifier::ForAll, ContextValue::Many(values)) => {
                Truth::all(values.iter().map(|value| test(Value::OneOf(value))))
            }
        }
    }

    /// Whether one value of the key passes: matches one of the operands or, negated, none of them.
    fn passes(&self, operator: Operator, operands: &[Operand], context: &Context, value: Value<'_>) -> Truth {
        let fits = operands
            .iter()
            .map(|operand| self.fit(operator.comparison, operand, context, value));
        if !operator.negated {
            return Truth::any(fits.map(|fit| match fit {
                Fit::Yes => Truth::Yes,
                Fit::Unclear => Truth::Doubt,
                Fit::No | Fit::Unresolved | Fit::Ambiguous | Fit::Unreadable => Truth::No,
            }));
        }
        if operands.is_empty() {
            return Truth::Doubt;
        }
        !Truth::any(fits.map(|fit| match fit {
            Fit::Yes => Truth::Yes,
            Fit::No | Fit::Unresolved => Truth::No,
            Fit::Ambiguous | Fit::Unreadable | Fit::Unclear => Truth::Doubt,
        }))
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
            OperandTest::Instant { at, documented } => {
                fit_instant(comparison, value.instant(), Instant(self.wide(at)), documented)
            }
            OperandTest::NetV4 { bits, prefix } => within(Net::V4 { bits, prefix }, value),
            OperandTest::NetV6 { bits, prefix } => {
                let bits = self.wide(bits).cast_unsigned();
                self.fit_v6(bits, prefix, operand, value)
            }
            OperandTest::Bool(wanted) => value.text().eq_ignore_ascii_case(bool_text(wanted)).into(),
            OperandTest::Base64(wanted) => match base64_body(value.text()) {
                Some(body) if !same_bytes(body, self.str(wanted)) => Fit::No,
                // What is not padded, or says more than its bytes, may stand for no bytes at all.
                Some(body)
                    if body == self.str(wanted)
                        && is_base64(value.text())
                        && is_base64(self.str(operand.text)) =>
                {
                    Fit::Yes
                }
                Some(_) => Fit::Unclear,
                None => Fit::Unreadable,
            },
            OperandTest::Unreadable => Fit::Unreadable,
            OperandTest::Unclear => Fit::Unclear,
        }
    }

    /// Compares numbers of which one has more digits than are kept as a number.
    fn fit_digits(&self, comparison: Comparison, operand: &Operand, value: Value<'_>) -> Fit {
        match compare_decimals(value.text(), self.str(operand.text)) {
            Some(order) => relation(comparison).holds(order).into(),
            None if is_undocumented_number(value.text()) => Fit::Unclear,
            None => Fit::Unreadable,
        }
    }

    /// AWS documents /32 as the prefix of an address without one, and does not say whether that goes for IPv6.
    fn fit_v6(&self, bits: u128, prefix: u8, operand: &Operand, value: Value<'_>) -> Fit {
        let fit = within(Net::V6 { bits, prefix }, value);
        let without_prefix = || !self.str(operand.text).contains('/');
        if fit == Fit::No && prefix == 128 && without_prefix() {
            return match within(Net::V6 { bits, prefix: 32 }, value) {
                Fit::Yes => Fit::Unclear,
                fit => fit,
            };
        }
        fit
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

/// Whether there is nothing in the values of a key but empty texts.
fn is_null_set(value: &ContextValue) -> bool {
    match value {
        ContextValue::Single(text) => text.as_str().is_empty(),
        ContextValue::Many(values) => values.iter().all(|value| value.as_str().is_empty()),
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

fn fit_instant(comparison: Comparison, value: Option<Dated>, wanted: Instant, documented: bool) -> Fit {
    let Some(value) = value else {
        return Fit::Unreadable;
    };
    let holds = relation(comparison).holds(value.instant.cmp(&wanted));
    if value.documented && documented {
        return holds.into();
    }
    // Nobody knows whether AWS reads such a form, and if so, as what.
    if holds { Fit::Unclear } else { Fit::Unreadable }
}

fn within(net: Net, value: Value<'_>) -> Fit {
    match value.address() {
        Some(address) if net.contains(address) => Fit::Yes,
        // An IPv4 address written as one of IPv6, in the request or in the policy.
        Some(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some_and(|v4| net.contains(v4.into())) => {
            Fit::Unclear
        }
        Some(IpAddr::V4(address)) if is_of_mapped(net) && net.contains(address.to_ipv6_mapped().into()) => {
            Fit::Unclear
        }
        Some(_) => Fit::No,
        None => Fit::Unreadable,
    }
}

/// Whether a range is one of IPv4 addresses written as IPv6.
fn is_of_mapped(net: Net) -> bool {
    matches!(net, Net::V6 { bits, prefix: 96.. } if bits >> 32 == 0xffff)
}

fn bool_text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
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
            Self::OneOf(text) => text.as_str().parse().ok(),
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
