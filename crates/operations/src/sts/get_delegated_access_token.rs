//! GetDelegatedAccessToken. Delegation requests are not made here, so no token to trade in was ever given out: whatever
//! comes is answered as one whose time is over.

use lanyard_aws_api::sts::{self, GetDelegatedAccessTokenInput, GetDelegatedAccessTokenOutput};

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetDelegatedAccessToken;

impl Described for GetDelegatedAccessToken {
    type Model = sts::GetDelegatedAccessToken;

    fn subject(_: &GetDelegatedAccessTokenInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetDelegatedAccessToken {
    fn run(_: &GetDelegatedAccessTokenInput, _: &View<'_>) -> Result<GetDelegatedAccessTokenOutput, Refusal> {
        Err(Refusal::expired_trade_in_token())
    }
}
