//! GetAccountProperties, those that were never set included. It takes no resource; the namespaces that are read are a
//! condition key. Evidence: recorded answers of AWS.

use lanyard_aws_api::iam::{self, GetAccountPropertiesInput, GetAccountPropertiesOutput};

use super::{ENABLED, NAMESPACE, NAMESPACES_KEY};
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetAccountProperties;

impl Described for GetAccountProperties {
    type Model = iam::GetAccountProperties;

    fn subject(_: &GetAccountPropertiesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let mut ask = Ask::on_anything(Self::ACTION, view);
        ask.keys.insert_many(NAMESPACES_KEY, [NAMESPACE]);
        Ok(ask.into())
    }
}

impl Read for GetAccountProperties {
    fn run(_: &GetAccountPropertiesInput, view: &View<'_>) -> Result<GetAccountPropertiesOutput, Refusal> {
        let enabled = view.account.info().role_manager_enabled;
        Ok(GetAccountPropertiesOutput {
            properties: Some(vec![(ENABLED.to_owned(), enabled.to_string())]),
        })
    }
}
