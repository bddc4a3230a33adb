//! How long sessions last. The model has checked the ranges that do not depend on who asks.

use crate::error::Refusal;

/// A role's session, unless the request says otherwise. No role's maximum is shorter.
const ROLE_DEFAULT: u32 = 3_600;
/// A role's session that was assumed from another role's session.
const CHAINED_MAX: u32 = 3_600;
/// A session made with a user's long-term key.
const USER_DEFAULT: u32 = 43_200;
/// A session made with the root user's long-term key: the default and the maximum.
const ROOT_MAX: u32 = 3_600;

/// The seconds of a role session. Evidence for the order of the checks: probes against STS, July 2026.
pub(crate) fn of_role(requested: Option<i32>, role_max: u32, is_chained: bool) -> Result<u32, Refusal> {
    let seconds = read(requested).unwrap_or(ROLE_DEFAULT);
    if seconds > role_max {
        return Err(Refusal::beyond_role_maximum());
    }
    if is_chained && seconds > CHAINED_MAX {
        return Err(Refusal::beyond_chained_maximum());
    }
    Ok(seconds)
}

/// The seconds of a session made with a long-term key. The root user gets an hour at most, whatever it asks for.
/// Evidence: the public API reference of GetSessionToken and GetFederationToken.
pub(crate) fn of_long_term(requested: Option<i32>, is_root: bool) -> u32 {
    let seconds = read(requested).unwrap_or(USER_DEFAULT);
    if is_root { seconds.min(ROOT_MAX) } else { seconds }
}

fn read(requested: Option<i32>) -> Option<u32> {
    requested.and_then(|seconds| u32::try_from(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(requested: Option<i32>, role_max: u32, is_chained: bool) -> Result<u32, String> {
        of_role(requested, role_max, is_chained).map_err(|refusal| {
            assert_eq!(refusal.code().code(), "ValidationError");
            refusal.message().unwrap_or_default().to_owned()
        })
    }

    #[test]
    fn a_role_session_lasts_an_hour_unless_asked_otherwise() {
        assert_eq!(role(None, 43_200, false), Ok(3_600));
        assert_eq!(role(None, 3_600, true), Ok(3_600));
        assert_eq!(role(Some(900), 3_600, false), Ok(900));
        assert_eq!(role(Some(43_200), 43_200, false), Ok(43_200));
    }

    #[test]
    fn the_roles_maximum_is_checked_before_the_chains() {
        let of_role = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        let of_chain = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        assert_eq!(role(Some(3_601), 3_600, true), Err(of_role.to_owned()));
        assert_eq!(role(Some(3_601), 7_200, true), Err(of_chain.to_owned()));
        assert_eq!(role(Some(3_600), 7_200, true), Ok(3_600));
    }

    #[test]
    fn a_user_gets_twelve_hours_and_root_one() {
        assert_eq!(of_long_term(None, false), 43_200);
        assert_eq!(of_long_term(Some(129_600), false), 129_600);
        assert_eq!(of_long_term(None, true), 3_600);
        assert_eq!(of_long_term(Some(43_200), true), 3_600);
        assert_eq!(of_long_term(Some(900), true), 900);
    }
}
