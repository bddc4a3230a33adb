//! ListSigningCertificates, oldest first. Without a name: the caller's own.

use lanyard_aws_api::iam::{self, ListSigningCertificatesInput, ListSigningCertificatesOutput};

use super::shown;
use crate::error::Refusal;
use crate::iam::holder;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ListSigningCertificates;

impl Described for ListSigningCertificates {
    type Model = iam::ListSigningCertificates;

    fn subject(input: &ListSigningCertificatesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Read for ListSigningCertificates {
    fn run(
        input: &ListSigningCertificatesInput,
        view: &View<'_>,
    ) -> Result<ListSigningCertificatesOutput, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        let (owner, name) = holder::owner(holder, view.account)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let certificates = view.account.signing_certificates_of(owner);
        let paged = page.cut_unsorted(certificates, |certificate| certificate.id.to_string());
        let paged = paged.map(|certificate| shown::whole(certificate, name));
        Ok(ListSigningCertificatesOutput {
            is_truncated: Some(paged.is_truncated()),
            certificates: paged.items,
            marker: paged.marker,
        })
    }
}
