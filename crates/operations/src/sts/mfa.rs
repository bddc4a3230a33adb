//! The second factor that a request for a session can show.

use crate::error::Refusal;

/// A device and a one-time code of it, as a request names them. That both are right is found out by `handling`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SecondFactor<'a> {
    pub(crate) serial_number: &'a str,
    pub(crate) token_code: &'a str,
}

/// The second factor of a request, if it has one.
pub(crate) fn shown<'a>(
    serial_number: Option<&'a str>,
    token_code: Option<&'a str>,
) -> Result<Option<SecondFactor<'a>>, Refusal> {
    match (serial_number, token_code) {
        (None, None) => Ok(None),
        (Some(serial_number), Some(token_code)) => Ok(Some(SecondFactor {
            serial_number,
            token_code,
        })),
        (Some(_), None) | (None, Some(_)) => Err(Refusal::mfa_incomplete()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(serial_number: Option<&str>, token_code: Option<&str>) -> Result<bool, String> {
        shown(serial_number, token_code)
            .map(|shown| shown.is_some())
            .map_err(|refusal| refusal.message().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_request_shows_a_whole_second_factor_or_none() {
        let half =
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
        assert_eq!(check(None, None), Ok(false));
        assert_eq!(check(Some("GAHT12345678"), Some("123456")), Ok(true));
        assert_eq!(check(Some("GAHT12345678"), None), Err(half.to_owned()));
        assert_eq!(check(None, Some("123456")), Err(half.to_owned()));
    }
}
