//! ListPolicyVersions, newest first and without documents.

use lanyard_aws_api::iam::{self, ListPolicyVersionsInput, ListPolicyVersionsOutput};

use crate::error::Refusal;
use crate::iam::parameter;
use crate::iam::policy::any;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListPolicyVersions;

impl Described for ListPolicyVersions {
    type Model = iam::ListPolicyVersions;

    fn subject(input: &ListPolicyVersionsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Read for ListPolicyVersions {
    fn run(input: &ListPolicyVersionsInput, view: &View<'_>) -> Result<ListPolicyVersionsOutput, Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let paged = any::versions(&arn, view.account, &page)?;
        Ok(ListPolicyVersionsOutput {
            is_truncated: Some(paged.is_truncated()),
            versions: Some(paged.items),
            marker: paged.marker,
        })
    }
}
