//! GetContextKeysForCustomPolicy. Evidence: recorded answers of AWS: a key stands once for each policy that refers to it.

use lanyard_aws_api::iam::{self, GetContextKeysForCustomPolicyInput, GetContextKeysForCustomPolicyOutput};
use lanyard_policy::context_keys;

use super::limits::ITEMS_PER_STEP;
use super::policies;
use crate::error::Refusal;
use crate::operation::{Described, LongRead};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetContextKeysForCustomPolicy;

impl Described for GetContextKeysForCustomPolicy {
    type Model = iam::GetContextKeysForCustomPolicy;

    fn subject(_: &GetContextKeysForCustomPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl LongRead for GetContextKeysForCustomPolicy {
    async fn run(
        input: &GetContextKeysForCustomPolicyInput,
        _: &View<'_>,
    ) -> Result<GetContextKeysForCustomPolicyOutput, Refusal> {
        Ok(GetContextKeysForCustomPolicyOutput {
            context_key_names: Some(of_texts(&input.policy_input_list).await?),
        })
    }

    fn is_long(output: &GetContextKeysForCustomPolicyOutput) -> bool {
        is_long(output.context_key_names.as_deref())
    }
}

/// Whether writing so many keys takes so long that others would wait.
pub(super) fn is_long(keys: Option<&[String]>) -> bool {
    keys.is_some_and(|keys| keys.len() > ITEMS_PER_STEP)
}

/// The keys that texts refer to, those of each by themselves.
pub(super) async fn of_texts(texts: &[String]) -> Result<Vec<String>, Refusal> {
    policies::check_given(texts.iter())?;
    let mut keys = Vec::new();
    for (place, text) in (1..).zip(texts) {
        // Reading the longest takes some milliseconds, and there can be many.
        tokio::task::yield_now().await;
        keys.extend(context_keys(text).map_err(|_| Refusal::policy_input_invalid(place))?);
    }
    Ok(keys)
}
