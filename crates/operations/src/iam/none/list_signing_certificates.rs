//! ListSigningCertificates. Users have no signing certificates yet: the answer is an empty list, or that there is no such user.

use lanyard_aws_api::iam::{self, ListSigningCertificatesInput, ListSigningCertificatesOutput};

use crate::error::Refusal;
use crate::iam::none::of_user;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListSigningCertificates;

impl Described for ListSigningCertificates {
    type Model = iam::ListSigningCertificates;

    fn subject(input: &ListSigningCertificatesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for ListSigningCertificates {
    fn run(
        input: &ListSigningCertificatesInput,
        view: &View<'_>,
    ) -> Result<ListSigningCertificatesOutput, Refusal> {
        of_user::must_exist(input.user_name.as_deref(), view)?;
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListSigningCertificatesOutput {
            certificates: Vec::new(),
            is_truncated: Some(false),
            marker: None,
        })
    }
}
