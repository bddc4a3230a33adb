//! GetFederationToken. A user, or the root user, vouches for somebody by name. The session can do at most what both
//! the user and the session policies allow; without any session policy it can do nothing of itself.

use lanyard_access::{NewSession, SessionKind};
use lanyard_aws_api::sts::{self, FederatedUser, GetFederationTokenInput, GetFederationTokenOutput};
use lanyard_names::{FederatedUserName, arn};

use super::session::Issuer;
use super::session_policies::SessionPolicies;
use super::{duration, session, session_tags};
use crate::error::Refusal;
use crate::operation::{Described, Issue};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetFederationToken;

impl Described for GetFederationToken {
    type Model = sts::GetFederationToken;

    fn subject(input: &GetFederationTokenInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let tags = session_tags::passed(input.tags.as_deref())?;
        let arn = arn::federated_user(view.account.id(), &input.name);
        let ask = |action| {
            let mut ask = Ask::on(action, arn.clone(), view);
            session_tags::add_request_keys(&tags, &mut ask.keys);
            ask
        };
        let tagging = (!tags.is_empty()).then(|| ask(session_tags::ACTION));
        Ok(Subject::all([ask(Self::ACTION)].into_iter().chain(tagging)))
    }
}

impl Issue for GetFederationToken {
    fn run(
        input: &GetFederationTokenInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<GetFederationTokenOutput, Refusal> {
        let account = view.account.id();
        let issuer = Issuer::of_caller(view)?;
        let name = FederatedUserName::parse(&input.name).map_err(|_| Refusal::invalid_form("name"))?;
        let seconds = duration::of_long_term(input.duration_seconds, issuer.is_root());
        let user = FederatedUser {
            federated_user_id: format!("{account}:{name}"),
            arn: arn::federated_user(account, name.as_str()),
        };
        let kind = SessionKind::FederatedUser {
            user: issuer.user,
            name,
        };
        let mut session = NewSession::plain(account, kind, issuer.epoch, view.now, seconds);
        session.tags = session_tags::passed(input.tags.as_deref())?;
        SessionPolicies::read(
            input.policy.as_deref(),
            input.policy_arns.as_deref(),
            view.account,
        )?
        .put_into(&mut session);
        let issued = session::issue(&mut session, input.minimum_session_token_size, services)?;
        Ok(GetFederationTokenOutput {
            credentials: Some(issued.credentials),
            federated_user: Some(user),
            // Evidence: a recorded response has it, as 0, when there is nothing to pack.
            packed_policy_size: Some(issued.packed_percent.unwrap_or(0)),
            session_token_utilization: Some(issued.token_percent),
            session_token_size: Some(issued.token_size),
        })
    }
}
