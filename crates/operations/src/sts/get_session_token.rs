//! GetSessionToken. No permission is needed and no policy can deny it. The session is the user itself, or the root
//! user, by other credentials; with a second factor, for as long as it lasts.

use lanyard_access::{NewSession, SessionKind};
use lanyard_aws_api::sts::{self, GetSessionTokenInput, GetSessionTokenOutput};

use super::mfa::SecondFactor;
use super::session::Issuer;
use super::{duration, mfa, session};
use crate::error::Refusal;
use crate::operation::{Described, Issue};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetSessionToken;

impl Described for GetSessionToken {
    type Model = sts::GetSessionToken;

    // Evidence: the IAM guide on permissions for GetSessionToken: policies cannot control it.
    fn subject(input: &GetSessionTokenInput, _: &View<'_>) -> Result<Subject, Refusal> {
        Self::second_factor(input)?;
        Ok(Subject::open())
    }
}

impl Issue for GetSessionToken {
    fn run(
        input: &GetSessionTokenInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<GetSessionTokenOutput, Refusal> {
        let issuer = Issuer::of_caller(view)?;
        let seconds = duration::of_long_term(input.duration_seconds, issuer.is_root());
        let kind = SessionKind::SessionToken { user: issuer.user };
        let mut session = NewSession::plain(view.account.id(), kind, issuer.epoch, view.now, seconds);
        session.mfa = view.shows_mfa;
        let issued = session::issue(&mut session, input.minimum_session_token_size, services)?;
        Ok(GetSessionTokenOutput {
            credentials: Some(issued.credentials),
            session_token_utilization: Some(issued.token_percent),
            session_token_size: Some(issued.token_size),
        })
    }

    fn second_factor(input: &GetSessionTokenInput) -> Result<Option<SecondFactor<'_>>, Refusal> {
        mfa::shown(input.serial_number.as_deref(), input.token_code.as_deref())
    }
}
