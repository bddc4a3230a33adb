//! GetContextKeysForPrincipalPolicy. Evidence: recorded answers of AWS: what is attached tells each key once, the
//! boundary included, and each policy that is given beside it tells its own.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{
    self, GetContextKeysForPrincipalPolicyInput, GetContextKeysForPrincipalPolicyOutput,
};

use super::get_context_keys_for_custom_policy::{is_long, of_texts};
use super::policies::Policies;
use super::source;
use crate::error::Refusal;
use crate::operation::{Described, LongRead};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetContextKeysForPrincipalPolicy;

impl Described for GetContextKeysForPrincipalPolicy {
    type Model = iam::GetContextKeysForPrincipalPolicy;

    fn subject(input: &GetContextKeysForPrincipalPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(source::ask(Self::ACTION, &input.policy_source_arn, view).into())
    }
}

impl LongRead for GetContextKeysForPrincipalPolicy {
    async fn run(
        input: &GetContextKeysForPrincipalPolicyInput,
        view: &View<'_>,
    ) -> Result<GetContextKeysForPrincipalPolicyOutput, Refusal> {
        let source = source::find(&input.policy_source_arn, view)?;
        let policies = Policies::of_source(source, view.account);
        let mut seen = BTreeSet::new();
        let attached = policies.told().flat_map(|policy| policy.keys());
        let mut keys: Vec<String> = attached
            .filter(|key| seen.insert(key.as_str()))
            .cloned()
            .collect();
        keys.extend(of_texts(input.policy_input_list.as_deref().unwrap_or_default()).await?);
        Ok(GetContextKeysForPrincipalPolicyOutput {
            context_key_names: Some(keys),
        })
    }

    fn is_long(output: &GetContextKeysForPrincipalPolicyOutput) -> bool {
        is_long(output.context_key_names.as_deref())
    }
}
