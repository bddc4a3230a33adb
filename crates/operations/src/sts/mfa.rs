//! The second factor that a request for a session can show.

use crate::error::Refusal;

/// Checks the device and the one-time code of a request, if it has them.
// Fails closed: nobody has a device yet, so every code is one of a device that is not the caller's.
pub(crate) fn check(serial_number: Option<&str>, token_code: Option<&str>) -> Result<(), Refusal> {
    match (serial_number, token_code) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => Err(Refusal::mfa_unverified()),
        (Some(_), None) | (None, Some(_)) => Err(Refusal::mfa_incomplete()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(serial_number: Option<&str>, token_code: Option<&str>) -> Option<String> {
        let refusal = check(serial_number, token_code).err()?;
        assert_eq!(refusal.code().code(), "AccessDenied");
        refusal.message().map(str::to_owned)
    }

    #[test]
    fn a_request_without_a_second_factor_passes() {
        assert_eq!(refused(None, None), None);
    }

    #[test]
    fn half_a_second_factor_is_told_apart_from_a_wrong_one() {
        let half =
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
        assert_eq!(refused(Some("GAHT12345678"), None).as_deref(), Some(half));
        assert_eq!(refused(None, Some("123456")).as_deref(), Some(half));
        let whole = refused(Some("GAHT12345678"), Some("123456")).unwrap();
        assert!(whole.starts_with("MultiFactorAuthentication failed, unable to validate MFA code.  Please"));
    }
}
