//! GetAccessKeyInfo. A key id carries its account, so that nothing is looked up: the answer is the same whether the
//! key exists, existed, or never did.

use lanyard_aws_api::sts::{self, GetAccessKeyInfoInput, GetAccessKeyInfoOutput};
use lanyard_names::AccessKeyId;

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetAccessKeyInfo;

impl Described for GetAccessKeyInfo {
    type Model = sts::GetAccessKeyInfo;

    fn subject(_: &GetAccessKeyInfoInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetAccessKeyInfo {
    fn run(input: &GetAccessKeyInfoInput, _: &View<'_>) -> Result<GetAccessKeyInfoOutput, Refusal> {
        let key = AccessKeyId::parse(&input.access_key_id)
            .map_err(|_| Refusal::validation(format!("{} is invalid", input.access_key_id)))?;
        Ok(GetAccessKeyInfoOutput {
            account: Some(key.account().to_string()),
        })
    }
}
