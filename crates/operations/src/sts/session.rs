//! Sessions, from what they are to be to the credentials that answers carry.

use lanyard_access::{NewSession, TOKEN_CHARACTERS_MAX};
use lanyard_aws_api::Sensitive;
use lanyard_aws_api::sts as api;
use lanyard_names::UniqueId;

use crate::error::Refusal;
use crate::services::Services;
use crate::view::View;

/// The user, or the root user, whose long-term key asks for a session, as the session is bound to it.
pub(crate) struct Issuer {
    /// The user; `None` for the root user.
    pub(crate) user: Option<UniqueId>,
    /// Its present revocation epoch.
    pub(crate) epoch: u32,
}

impl Issuer {
    /// The caller of the request.
    // Fails closed: sessions and roles are refused before an operation is asked, and refused here all the same.
    pub(crate) fn of_caller(view: &View<'_>) -> Result<Self, Refusal> {
        let caller = view.caller;
        if caller.session.is_some() {
            return Err(Refusal::invalid_token());
        }
        match caller.user() {
            Some(user) => Ok(Issuer {
                user: Some(user.id),
                epoch: user.epoch,
            }),
            None if caller.is_root() => Ok(Issuer {
                user: None,
                epoch: view.account.info().root_epoch,
            }),
            None => Err(Refusal::invalid_token()),
        }
    }

    /// Whether it is the root user.
    pub(crate) fn is_root(&self) -> bool {
        self.user.is_none()
    }
}

/// A session that was made, as answers tell of it.
pub(crate) struct Issued {
    pub(crate) credentials: api::Credentials,
    /// How much of the room for session policies and tags they take up; `None` if there are none.
    pub(crate) packed_percent: Option<i32>,
    /// How long the token is.
    pub(crate) token_size: i32,
    /// How much of the longest token's length that is, rounded up.
    pub(crate) token_percent: i32,
}

impl Issued {
    /// The packed size that answers to logins tell, always: what the identity provider says takes room as well.
    ///
    /// Evidence: recorded answers to web identities. Without policies and tags they tell about 25, and one more for
    /// each thirty letters of the subject, as a share of the whole token would be. Those to assertions are not recorded;
    /// the example in the API reference tells a size without policies.
    pub(crate) fn packed_percent_of_login(&self) -> i32 {
        self.packed_percent.unwrap_or_default().max(self.token_percent)
    }
}

/// Makes a session. `token_size_min` is the length that the caller wants the token to have at least: so it is found
/// out what stands in the way of longer ones. Evidence: AWS's announcement of the parameter.
pub(crate) fn issue(
    session: &mut NewSession,
    token_size_min: Option<i32>,
    services: &Services,
) -> Result<Issued, Refusal> {
    session.token_size_min = token_size_min
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or_default();
    let has_policies = session.policy.is_some() || !session.policy_arns.is_empty();
    let issued = services
        .keyring
        .issue(session)
        .map_err(|error| Refusal::token(error, has_policies))?;
    let token = issued.token.expose();
    let token_size = as_number(token.len());
    let percent = i32::try_from(issued.packed_percent).unwrap_or(i32::MAX);
    Ok(Issued {
        credentials: api::Credentials {
            access_key_id: issued.access_key_id.to_string(),
            secret_access_key: Sensitive::new(issued.secret_access_key.expose().to_owned()),
            session_token: Sensitive::new(token.to_owned()),
            expiration: issued.expires_at,
        },
        packed_percent: issued.has_packed.then_some(percent),
        token_size,
        token_percent: as_number(token.len().saturating_mul(100).div_ceil(TOKEN_CHARACTERS_MAX)),
    })
}

fn as_number(size: usize) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}
