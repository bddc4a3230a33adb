//! The condition keys that the caller gives.
//!
//! Evidence: recorded answers of AWS: which entries are refused, and in which words.

use std::collections::BTreeSet;
use std::net::IpAddr;

use data_encoding::BASE64;
use lanyard_access::Simulation;
use lanyard_aws_api::iam::{ContextEntry, ContextKeyTypeEnum as Kind};
use lanyard_policy::value::Instant;
use lanyard_policy::{ContextValue, Text};

use super::limits::{self, CONTEXT_ENTRIES_MAX, CONTEXT_VALUES_MAX};
use crate::error::{ContextForm, Refusal};

/// What was given.
#[derive(Default)]
pub(super) struct Given {
    /// The names, in lower case.
    names: BTreeSet<String>,
    /// What comparing with the values of one key costs at most for a byte of a policy.
    pub(super) weight: usize,
}

impl Given {
    /// Whether a key was given, in whatever spelling.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(&name.to_lowercase())
    }
}

/// Reads the entries and sets them.
pub(super) fn supply(
    entries: Option<&[ContextEntry]>,
    simulation: &mut Simulation,
) -> Result<Given, Refusal> {
    let entries = entries.unwrap_or_default();
    limits::check(
        "the number of context entries",
        entries.len(),
        CONTEXT_ENTRIES_MAX,
    )?;
    let values = entries.iter().map(|entry| values_of(entry).len()).sum();
    limits::check("the number of context values", values, CONTEXT_VALUES_MAX)?;
    let mut given = Given::default();
    for entry in entries {
        let Some((name, value)) = read(entry)? else {
            continue;
        };
        if !given.names.insert(name.to_lowercase()) {
            return Err(Refusal::context_key_twice(name));
        }
        let weights = values_of(entry).iter().map(|value| limits::weight(value));
        given.weight = given.weight.max(weights.fold(0, usize::saturating_add));
        simulation.supply(Text::copied(name), value);
    }
    Ok(given)
}

fn values_of(entry: &ContextEntry) -> &[String] {
    entry.context_key_values.as_deref().unwrap_or_default()
}

/// A key and its value; `None` of an entry in which there is nothing.
fn read(entry: &ContextEntry) -> Result<Option<(&str, ContextValue)>, Refusal> {
    let values = values_of(entry);
    let Some(name) = entry.context_key_name.as_deref() else {
        let is_empty = values.is_empty() && entry.context_key_type.is_none();
        return if is_empty {
            Ok(None)
        } else {
            Err(Refusal::context_key_unnamed())
        };
    };
    let Some(kind) = entry.context_key_type else {
        return Err(Refusal::context_key_untyped(name));
    };
    if values.is_empty() {
        return Err(Refusal::context_key_empty(name));
    }
    for value in values {
        check(name, kind, value)?;
    }
    let texts = values.iter().map(|value| Text::copied(value));
    if is_list(kind) {
        return Ok(Some((name, ContextValue::Many(texts.collect()))));
    }
    match values {
        [value] => Ok(Some((name, ContextValue::Single(Text::copied(value))))),
        _ => Err(Refusal::context_key_crowded(kind.as_str(), values.len())),
    }
}

fn is_list(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StringList
            | Kind::NumericList
            | Kind::BooleanList
            | Kind::IpList
            | Kind::BinaryList
            | Kind::DateList
    )
}

fn check(name: &str, kind: Kind, value: &str) -> Result<(), Refusal> {
    let (is_right, form) = match kind {
        // A boolean may be anything: what is not true is then false.
        Kind::String | Kind::StringList | Kind::Boolean | Kind::BooleanList => return Ok(()),
        Kind::Numeric | Kind::NumericList => (is_number(value), ContextForm::Number),
        Kind::Date | Kind::DateList => (Instant::parse(value).is_some(), ContextForm::Date),
        Kind::Ip | Kind::IpList => (is_address(value), ContextForm::Address),
        Kind::Binary | Kind::BinaryList => (BASE64.decode(value.as_bytes()).is_ok(), ContextForm::Binary),
    };
    if is_right {
        Ok(())
    } else {
        Err(Refusal::context_value_invalid(name, form))
    }
}

/// Digits with a sign, a point and an exponent, as far as there are any.
fn is_number(value: &str) -> bool {
    let unsigned = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = match value.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(unsigned(exponent))),
        None => (value, None),
    };
    let number = unsigned(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    has_digits
        && are_digits(whole)
        && are_digits(fraction)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && are_digits(&exponent))
}

/// An address, or a range of them.
fn is_address(value: &str) -> bool {
    let (address, length) = match value.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (value, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let length_max = if address.is_ipv4() { 32 } else { 128 };
    length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= length_max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_values(kind: Kind, right: &[&str], wrong: &[&str]) {
        for value in right {
            assert!(check("stack:key", kind, value).is_ok(), "{value}");
        }
        for value in wrong {
            assert!(check("stack:key", kind, value).is_err(), "{value}");
        }
    }

    // Evidence: recorded answers of AWS.
    #[test]
    fn values_are_of_their_type() {
        check_values(
            Kind::Numeric,
            &["1", "01.00", "+1", "1e2", "1e9999"],
            &["abc", "NaN", "0x10", " 1 ", "Infinity", ""],
        );
        check_values(Kind::Boolean, &["TRUE", "yes", "1"], &[]);
        check_values(
            Kind::Date,
            &["2035", "2035-01-02", "2035-01-02T03:04:05+02:00", "0"],
            &["tomorrow"],
        );
        check_values(Kind::Ip, &["192.0.2.1", "2001:0db8::1"], &["999.0.0.1"]);
        check_values(Kind::Binary, &["YQ=="], &["!base64"]);
    }
}
