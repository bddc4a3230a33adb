//! ListServiceSpecificCredentials. Users have none yet. AWS leaves IsTruncated out of this answer (recorded response).

use lanyard_aws_api::iam::{self, ListServiceSpecificCredentialsInput, ListServiceSpecificCredentialsOutput};

use crate::error::Refusal;
use crate::iam::none::of_user;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListServiceSpecificCredentials;

impl Described for ListServiceSpecificCredentials {
    type Model = iam::ListServiceSpecificCredentials;

    fn subject(input: &ListServiceSpecificCredentialsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for ListServiceSpecificCredentials {
    fn run(
        input: &ListServiceSpecificCredentialsInput,
        view: &View<'_>,
    ) -> Result<ListServiceSpecificCredentialsOutput, Refusal> {
        of_user::must_exist(input.user_name.as_deref(), view)?;
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListServiceSpecificCredentialsOutput {
            service_specific_credentials: Some(Vec::new()),
            marker: None,
            is_truncated: None,
        })
    }
}
