//! The numbers of the members of lists, as in `Tags.member.1.Key`.
//!
//! Evidence for what is taken and how the rest is refused: requests with such
//! numbers and the answers of IAM, recorded in 2026. Two spellings of one
//! number in one list were not seen; they are refused, since they can be read
//! in two ways.

/// How far a number may be from the one before it, or from 1. What lies
/// between them is missing, so this bounds how much can be.
const DISTANCE_MAX: u64 = 10;

/// Digits of a number that are read or repeated.
const DIGITS_MAX: usize = 32;

/// Why the members of a list cannot be put in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum IndexError {
    #[error("Start of list found where not expected")]
    NotANumber,
    #[error("0 is not a valid index")]
    Zero,
    #[error("Key {0} may not have a leading '-'")]
    Negative(String),
    #[error("Excessively sparse input would skip {0} list elements")]
    Sparse(u64),
    /// AWS's answer is not known.
    #[error("a number in a list cannot be read")]
    Unreadable,
}

/// The number that stands for a member: decimal, from 1; leading zeros do not matter.
pub(super) fn number(digits: &str) -> Result<u64, IndexError> {
    if digits.len() > DIGITS_MAX {
        return Err(IndexError::Unreadable);
    }
    if digits.starts_with('-') {
        return Err(IndexError::Negative(digits.to_owned()));
    }
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IndexError::NotANumber);
    }
    match digits.parse() {
        Ok(0) => Err(IndexError::Zero),
        Ok(number) => Ok(number),
        Err(_) => Err(IndexError::Unreadable),
    }
}

/// Puts the members of a list in the order of their numbers. What is missing
/// between them is `None`.
pub(super) fn in_order<T>(mut members: Vec<(u64, T)>) -> Result<Vec<Option<T>>, IndexError> {
    members.sort_by_key(|(number, _)| *number);
    let mut ordered: Vec<Option<T>> = Vec::with_capacity(members.len());
    let mut last = 1;
    for (number, member) in members {
        if number - last > DISTANCE_MAX {
            return Err(IndexError::Sparse(number - last));
        }
        let missing = (number - 1).checked_sub(ordered.len() as u64);
        for _ in 0..missing.ok_or(IndexError::Unreadable)? {
            ordered.push(None);
        }
        ordered.push(Some(member));
        last = number;
    }
    Ok(ordered)
}
