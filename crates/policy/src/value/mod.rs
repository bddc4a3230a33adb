//! The values that conditions compare: numbers, instants and addresses, read from their text.
//!
//! A text that cannot be read is `None`; what that means for a condition is decided where conditions are.

mod address;
mod base64;
mod date;
mod number;

pub use address::Net;
pub(crate) use address::{address, is_odd_address, is_odd_net};
pub(crate) use base64::same_bytes;
pub use base64::{base64_body, is_base64};
pub(crate) use date::Dated;
pub use date::{Instant, is_documented_date};
pub use number::{Number, compare_decimals, is_undocumented_number};

/// A number written in as many digits as are asked for, and nothing else.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    if !count.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
