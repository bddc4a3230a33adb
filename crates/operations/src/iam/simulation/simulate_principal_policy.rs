//! SimulatePrincipalPolicy: what a user, a group or a role may do with its policies, and with some that are given
//! beside them.
//!
//! Of the principal itself the simulator knows what the server knows, so that it decides as the server would. Differs
//! from AWS, which knows less of it: there `aws:userid` is the ARN.

use lanyard_aws_api::iam::{self, SimulatePolicyResponse, SimulatePrincipalPolicyInput};

use super::exclusion::Exclusions;
use super::policies::{self, Policies};
use super::resources::Asked;
use super::source::{self, Source};
use super::{caller, evaluation, results};
use crate::error::Refusal;
use crate::operation::{Described, LongRead};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct SimulatePrincipalPolicy;

impl Described for SimulatePrincipalPolicy {
    type Model = iam::SimulatePrincipalPolicy;

    fn subject(input: &SimulatePrincipalPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(source::ask(Self::ACTION, &input.policy_source_arn, view).into())
    }
}

impl LongRead for SimulatePrincipalPolicy {
    async fn run(
        input: &SimulatePrincipalPolicyInput,
        view: &View<'_>,
    ) -> Result<SimulatePolicyResponse, Refusal> {
        let source = source::find(&input.policy_source_arn, view)?;
        let exclusions = Exclusions::read(input.policy_exclusion_list.as_deref())?;
        let policies = read(input, source, &exclusions, view).await?;
        let simulation = caller::of_source(source, input.caller_arn.as_deref(), view)?;
        let asked = Asked {
            actions: &input.action_names,
            resources: input.resource_arns.as_deref(),
            owner: input.resource_owner.as_deref(),
            handling: input.resource_handling_option.as_deref(),
            has_resource_policy: input.resource_policy.is_some(),
            context: input.context_entries.as_deref(),
            marker: input.marker.as_deref(),
            items_max: input.max_items,
            operation: "SimulatePrincipalPolicy",
        };
        evaluation::answer(&asked, simulation, &policies, !exclusions.has_organization()).await
    }

    fn is_long(output: &SimulatePolicyResponse) -> bool {
        results::is_long(output)
    }
}

async fn read(
    input: &SimulatePrincipalPolicyInput,
    source: Source<'_>,
    exclusions: &Exclusions<'_>,
    view: &View<'_>,
) -> Result<Policies, Refusal> {
    let given = input.policy_input_list.as_deref().unwrap_or_default();
    let boundary = input.permissions_boundary_policy_input_list.as_deref();
    policies::check_given(
        (given.iter())
            .chain(boundary.unwrap_or_default())
            .chain(&input.resource_policy),
    )?;
    let mut policies = Policies::of_source(source, view.account);
    exclusions.apply(&mut policies);
    policies.add_given(given).await?;
    policies.replace_boundary(boundary).await?;
    policies.set_resource(input.resource_policy.as_deref()).await?;
    Ok(policies)
}
