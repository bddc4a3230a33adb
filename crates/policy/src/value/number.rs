//! Decimal numbers: how AWS reads them, and which of two is the greater, exactly.

use std::cmp::Ordering;

/// A decimal number, exactly: in units of 10⁻¹⁸.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub(crate) i128);

const FRACTION_DIGITS: usize = 18;
/// With this many digits before the point every number fits into 128 bits.
const INTEGER_DIGITS_MAX: usize = 20;

impl Number {
    /// Reads an integer or a decimal number: digits, perhaps a sign before them, perhaps a fraction. `None` also if
    /// it has more digits than fit, or an exponent; [`compare_decimals`] reads those too.
    pub fn parse(text: &str) -> Option<Self> {
        let Decimal {
            negative,
            integer,
            fraction,
            exponent,
        } = Decimal::parse(text)?;
        if exponent != 0 || integer.len() > INTEGER_DIGITS_MAX || fraction.len() > FRACTION_DIGITS {
            return None;
        }
        let zeros = std::iter::repeat_n(b'0', FRACTION_DIGITS - fraction.len());
        let units = integer
            .bytes()
            .chain(fraction.bytes())
            .chain(zeros)
            .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit & 0x0f));
        Some(Self(if negative { -units } else { units }))
    }
}

/// A decimal number as its digits, without zeros that make no difference.
#[derive(Clone, Copy)]
struct Decimal<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: i32,
}

/// More digits than this in an exponent are not read.
const EXPONENT_DIGITS_MAX: usize = 9;

impl<'a> Decimal<'a> {
    /// Evidence: recorded decisions of AWS, which reads `+1`, `01`, `1.`, `1.0` and `1e0` as one number.
    fn parse(text: &'a str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if integer.is_empty() || !all_digits(integer) || !all_digits(fraction) {
            return None;
        }
        Some(Self {
            negative,
            integer: integer.trim_start_matches('0'),
            fraction: fraction.trim_end_matches('0'),
            exponent,
        })
    }

    fn is_zero(self) -> bool {
        self.integer.is_empty() && self.fraction.is_empty()
    }

    /// The digits that count, from the first that is not zero.
    fn digits(self) -> impl Iterator<Item = u8> {
        let digits = self.integer.bytes().chain(self.fraction.bytes());
        digits.skip_while(|digit| *digit == b'0')
    }

    /// How many digits there are before the point once the exponent has moved it; less than none if zeros follow it.
    fn places(self) -> i64 {
        let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX / 4);
        let places = if self.integer.is_empty() {
            length(self.fraction.trim_start_matches('0')) - length(self.fraction)
        } else {
            length(self.integer)
        };
        places + i64::from(self.exponent)
    }

    /// Compares the numbers without their signs.
    fn compare_sizes(self, other: Self) -> Ordering {
        if self.is_zero() || other.is_zero() {
            return other.is_zero().cmp(&self.is_zero());
        }
        let count = self.digits().count().max(other.digits().count());
        let padded = |number: Self| number.digits().chain(std::iter::repeat(b'0')).take(count);
        (self.places().cmp(&other.places())).then_with(|| padded(self).cmp(padded(other)))
    }
}

fn read_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() > EXPONENT_DIGITS_MAX {
        return None;
    }
    text.parse().ok()
}

/// Whether a text is no number that AWS is known to read, but could be one for a lenient reader: without digits before
/// its point, or with an exponent beyond measure.
pub fn is_undocumented_number(text: &str) -> bool {
    let characters = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().all(characters) && text.parse::<f64>().is_ok() && Decimal::parse(text).is_none()
}

/// Compares two decimal numbers exactly, however many digits they have. `None`: one of them is none.
pub fn compare_decimals(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (Decimal::parse(left)?, Decimal::parse(right)?);
    let sizes = left.compare_sizes(right);
    let is_below_zero = |number: Decimal<'_>| number.negative && !number.is_zero();
    Some(match (is_below_zero(left), is_below_zero(right)) {
        (false, false) => sizes,
        (true, true) => sizes.reverse(),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Option<i128> {
        Number::parse(text).map(|number| number.0)
    }

    #[test]
    fn numbers_are_exact() {
        assert!(Number::parse("0.1") < Number::parse("0.11"));
        assert_eq!(number("10.10"), number("10.1"));
        assert_eq!(number("-0"), number("0"));
        assert_eq!(number("007"), number("7"));
        assert!(Number::parse("-3") < Number::parse("-2.5"));
        assert_ne!(number("9007199254740993"), number("9007199254740992"));
        assert!(number("99999999999999999999.999999999999999999").is_some());
    }

    #[test]
    fn what_is_no_decimal_number_is_not_read() {
        for wrong in [
            "", "-", "1e3", ".5", "1.2.3", "+-1", " 1", "0x10", "1_000", "١", "NaN",
        ] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
        assert_eq!(number(&"9".repeat(21)), None);
        assert_eq!(number(&format!("0.{}", "1".repeat(19))), None);
    }

    #[test]
    fn decimals_of_any_length_are_compared_exactly() {
        let nines = "9".repeat(60);
        for (left, right, expected) in [
            (nines.as_str(), "10", Some(Ordering::Greater)),
            ("10", &nines, Some(Ordering::Less)),
            (&nines, &format!("00{nines}.000"), Some(Ordering::Equal)),
            (&format!("-{nines}"), "-10", Some(Ordering::Less)),
            (&format!("-{nines}"), "0", Some(Ordering::Less)),
            ("0.1", &format!("0.1{nines}"), Some(Ordering::Less)),
            ("0.2", &format!("0.1{nines}"), Some(Ordering::Greater)),
            ("-0.0", "0", Some(Ordering::Equal)),
            ("0", "-0", Some(Ordering::Equal)),
            ("1", "-1", Some(Ordering::Greater)),
            ("1e3", "1", Some(Ordering::Greater)),
            ("1e3", "1000", Some(Ordering::Equal)),
            ("+1.5E+1", "15", Some(Ordering::Equal)),
            ("1.", "1e0", Some(Ordering::Equal)),
            ("12e-4", "0.0012", Some(Ordering::Equal)),
            ("0.0012", "12e-3", Some(Ordering::Less)),
            ("0e999999999", "0", Some(Ordering::Equal)),
            ("-1e999999999", "1e-999999999", Some(Ordering::Less)),
            ("1e1000000000", "1", None),
            ("1", "", None),
        ] {
            assert_eq!(compare_decimals(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn numbers_in_other_notations_are_known_for_what_they_are() {
        for text in [".5", "-.5", "1e1000000000", ".5e1"] {
            assert!(is_undocumented_number(text), "{text}");
        }
        for text in [
            "", "1", "-1.5", "+1", "5.", "1e3", "-", ".", "1.2.3", "e3", "inf", "NaN", "0x10", " 1",
        ] {
            assert!(!is_undocumented_number(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_compared_as_numbers_are(left in "-?[0-9]{1,3}(\\.[0-9]{1,3})?", right in "-?[0-9]{1,3}(\\.[0-9]{1,3})?") {
            let numbers = Number::parse(&left).cmp(&Number::parse(&right));
            prop_assert_eq!(compare_decimals(&left, &right), Some(numbers));
        }

        #[test]
        fn integers_compare_as_integers(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(Number::parse(&a.to_string()).cmp(&Number::parse(&b.to_string())), a.cmp(&b));
        }
    }
}
