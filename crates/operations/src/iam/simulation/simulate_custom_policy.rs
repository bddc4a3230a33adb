//! SimulateCustomPolicy: what policies that nobody needs to have would allow. It tells nothing that the caller did not
//! say itself, so nothing is looked up.

use lanyard_access::Simulation;
use lanyard_aws_api::iam::{self, SimulateCustomPolicyInput, SimulatePolicyResponse};

use super::policies::{self, Policies};
use super::resources::Asked;
use super::{caller, evaluation, results};
use crate::error::Refusal;
use crate::operation::{Described, LongRead};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct SimulateCustomPolicy;

impl Described for SimulateCustomPolicy {
    type Model = iam::SimulateCustomPolicy;

    fn subject(_: &SimulateCustomPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl LongRead for SimulateCustomPolicy {
    async fn run(
        input: &SimulateCustomPolicyInput,
        view: &View<'_>,
    ) -> Result<SimulatePolicyResponse, Refusal> {
        let policies = read(input).await?;
        let simulation = match (&input.caller_arn, &input.resource_policy) {
            (Some(arn), _) => caller::named(arn, view.now)?,
            (None, Some(_)) => return Err(Refusal::simulated_caller_missing()),
            (None, None) => Simulation::of_nobody(view.account.id(), view.now),
        };
        let asked = Asked {
            actions: &input.action_names,
            resources: input.resource_arns.as_deref(),
            owner: input.resource_owner.as_deref(),
            handling: input.resource_handling_option.as_deref(),
            has_resource_policy: input.resource_policy.is_some(),
            context: input.context_entries.as_deref(),
            marker: input.marker.as_deref(),
            items_max: input.max_items,
            operation: "SimulateCustomPolicy",
        };
        evaluation::answer(&asked, simulation, &policies, false).await
    }

    fn is_long(output: &SimulatePolicyResponse) -> bool {
        results::is_long(output)
    }
}

async fn read(input: &SimulateCustomPolicyInput) -> Result<Policies, Refusal> {
    let boundary = input.permissions_boundary_policy_input_list.as_deref();
    let organization = input.ordered_organization_policy_input_list.as_deref();
    let levels = organization.unwrap_or_default().iter();
    policies::check_given(
        (input.policy_input_list.iter())
            .chain(boundary.unwrap_or_default())
            .chain(levels.flat_map(|level| level.service_control_policy_input_list.iter().flatten()))
            .chain(&input.resource_policy),
    )?;
    let mut policies = Policies::default();
    policies.add_given(&input.policy_input_list).await?;
    policies.replace_boundary(boundary).await?;
    policies.set_organization(organization).await?;
    policies.set_resource(input.resource_policy.as_deref()).await?;
    Ok(policies)
}
