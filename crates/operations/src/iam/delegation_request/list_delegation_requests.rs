//! ListDelegationRequests: none. It takes no resource; whose requests are asked for is a condition key.

use lanyard_aws_api::iam::{self, ListDelegationRequestsInput, ListDelegationRequestsOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListDelegationRequests;

impl Described for ListDelegationRequests {
    type Model = iam::ListDelegationRequests;

    fn subject(input: &ListDelegationRequestsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let mut ask = Ask::on_anything(Self::ACTION, view);
        if let Some(owner) = &input.owner_id {
            ask.keys.insert("iam:DelegationRequestOwner", owner.clone());
        }
        Ok(ask.into())
    }
}

impl Read for ListDelegationRequests {
    fn run(
        input: &ListDelegationRequestsInput,
        _: &View<'_>,
    ) -> Result<ListDelegationRequestsOutput, Refusal> {
        if let Some(owner) = input.owner_id.as_deref().filter(|owner| !is_identity(owner)) {
            return Err(Refusal::not_an_owner(owner));
        }
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListDelegationRequestsOutput {
            delegation_requests: Some(Vec::new()),
            is_truncated: Some(false),
            marker: None,
        })
    }
}

/// Owners are identities, by their ARNs. Evidence: the public API reference.
fn is_identity(owner: &str) -> bool {
    use lanyard_names::arn::EntityArn;
    matches!(
        EntityArn::parse(owner),
        Ok(EntityArn::Root(_)
            | EntityArn::User { .. }
            | EntityArn::Role { .. }
            | EntityArn::AssumedRole { .. }
            | EntityArn::FederatedUser { .. })
    )
}
