//! ListServerCertificates. Decided on the path prefix; shows them without tags.

use lanyard_aws_api::iam::{self, ListServerCertificatesInput, ListServerCertificatesOutput};

use super::certificate;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListServerCertificates;

impl Described for ListServerCertificates {
    type Model = iam::ListServerCertificates;

    fn subject(input: &ListServerCertificatesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let prefix = input.path_prefix.as_deref();
        Ok(Ask::on_prefix(Self::ACTION, certificate::KIND, prefix, view).into())
    }
}

impl Read for ListServerCertificates {
    fn run(
        input: &ListServerCertificatesInput,
        view: &View<'_>,
    ) -> Result<ListServerCertificatesOutput, Refusal> {
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let certificates = view
            .account
            .server_certificates(page.after())
            .filter(|certificate| certificate.path.starts_with(prefix));
        let paged = page.cut(certificates, |certificate| certificate.name.as_str());
        let paged = paged.map(|found| certificate::metadata(found));
        Ok(ListServerCertificatesOutput {
            is_truncated: Some(paged.is_truncated()),
            server_certificate_metadata_list: paged.items,
            marker: paged.marker,
        })
    }
}
