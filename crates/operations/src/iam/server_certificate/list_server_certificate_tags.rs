//! ListServerCertificateTags, which lists the tags of a server certificate in order of their keys.

use lanyard_aws_api::iam::{self, ListServerCertificateTagsInput, ListServerCertificateTagsOutput};

use super::certificate;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListServerCertificateTags;

impl Described for ListServerCertificateTags {
    type Model = iam::ListServerCertificateTags;

    fn subject(input: &ListServerCertificateTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(certificate::ask(Self::ACTION, &input.server_certificate_name, view).into())
    }
}

impl Read for ListServerCertificateTags {
    fn run(
        input: &ListServerCertificateTagsInput,
        view: &View<'_>,
    ) -> Result<ListServerCertificateTagsOutput, Refusal> {
        let found = certificate::find(&input.server_certificate_name, view.account)?;
        let paged = tags::list(&found.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListServerCertificateTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}
