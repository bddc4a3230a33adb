//! The conditions of a bucket policy: whether they can mean anything.
//!
//! A condition on a key that is misspelt, that the action never has, or with a value that is none makes a statement that
//! never applies, or always. Whoever wrote it believes otherwise.

use std::net::IpAddr;

use lanyard_catalogue::catalogue;

use super::actions::carries;
use super::json::{Fields, Json};
use crate::s3::answered::bucket_policy_error::BucketPolicyError;

/// The prefix of the keys that only some actions have. Global ones come with every request.
const OWN_PREFIX: &str = "s3:";

/// Checks the conditions of a statement about these actions.
pub(super) fn check_conditions(operators: &Fields, actions: &[&str]) -> Result<(), BucketPolicyError> {
    for (operator, keys) in operators {
        let Json::Object(keys) = keys else {
            return Err(BucketPolicyError::Syntax);
        };
        for (key, values) in keys {
            check_key(key, actions)?;
            // Numbers and truth values may stand without quotation marks, and are what they are.
            let values = values.texts().unwrap_or_default();
            if !values.iter().all(|value| can_be_compared(operator, value)) {
                return Err(BucketPolicyError::Syntax);
            }
        }
    }
    Ok(())
}

fn check_key(key: &str, actions: &[&str]) -> Result<(), BucketPolicyError> {
    if catalogue().condition_key(key).is_none() {
        return Err(BucketPolicyError::ConditionKey);
    }
    let is_own = key
        .get(..OWN_PREFIX.len())
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(OWN_PREFIX));
    if !is_own || actions.iter().all(|action| carries(action, key)) {
        return Ok(());
    }
    Err(BucketPolicyError::ConditionDoesNotApply)
}

/// Whether an operator can compare anything with a value. What is put in for a variable is not known yet.
fn can_be_compared(operator: &str, value: &str) -> bool {
    let operator = operator
        .rsplit_once(':')
        .map_or(operator, |(_, operator)| operator);
    let operator = operator.to_ascii_lowercase();
    let operator = operator.strip_suffix("ifexists").unwrap_or(&operator);
    if value.contains("${") {
        return true;
    }
    match operator {
        "ipaddress" | "notipaddress" => is_range(value),
        "bool" | "null" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        _ if operator.starts_with("numeric") => value.trim().parse::<f64>().is_ok(),
        _ => true,
    }
}

fn is_range(value: &str) -> bool {
    let (address, prefix) = match value.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (value, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let bits = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|prefix| prefix <= bits))
}
