//! What a session says of the services that it came through, where one of them acts for somebody.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::AccessKeyId;

use super::{NewSession, Session};

/// The longest name of a service.
const SERVICE_BYTES_MAX: usize = 128;

/// Through whom a session came to whoever calls with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnBehalf {
    /// The principals of the services (`cloudformation.amazonaws.com`), the one that was called first before all others.
    /// There is one at least.
    pub services: Vec<Arc<str>>,
    /// The long-term key that the first of them was called with; `None` if that was a session.
    pub long_term_key: Option<AccessKeyId>,
}

impl OnBehalf {
    /// Whether a text can be the principal of a service: a name with a dot, in small letters.
    pub fn is_service(name: &str) -> bool {
        let is_letter =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
        name.len() <= SERVICE_BYTES_MAX
            && name.bytes().all(is_letter)
            && name.contains('.')
            && !name.starts_with('.')
            && !name.ends_with('.')
    }

    /// Whether the long-term key at its beginning, if there was one, is still good.
    pub(crate) fn is_admitted(&self, account: &Account) -> bool {
        self.long_term_key
            .is_none_or(|key| account.access_key(key).is_some_and(|key| key.is_active()))
    }
}

impl NewSession {
    /// A session over again, until another end.
    pub fn continuing(session: &Session, end: Timestamp) -> Self {
        let seconds = end.as_second().saturating_sub(session.issued_at.as_second());
        let seconds = u32::try_from(seconds).unwrap_or(0);
        let kind = session.kind.clone();
        Self {
            policy: session.policy.clone(),
            policy_arns: session.policy_arns.clone(),
            tags: session.tags.clone(),
            source_identity: session.source_identity.clone(),
            mfa: session.mfa,
            is_chained: session.is_chained,
            is_sign_in: session.is_sign_in,
            origin: session.origin.clone(),
            federation: session.federation.clone(),
            on_behalf: session.on_behalf.clone(),
            ..Self::plain(session.account(), kind, session.epoch, session.issued_at, seconds)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OnBehalf;

    #[test]
    fn principals_of_services_are_names_with_a_dot() {
        for (name, expected) in [
            ("cloudformation.amazonaws.com", true),
            ("reports.internal", true),
            ("reports", false),
            ("Reports.internal", false),
            (".internal", false),
            ("a.", false),
            ("a b.c", false),
            ("", false),
        ] {
            assert_eq!(OnBehalf::is_service(name), expected, "{name}");
        }
    }
}
