//! UpdateSigningCertificate, which makes a certificate active or inactive. Without a name: the caller's own.

use lanyard_aws_api::iam::{self, UpdateSigningCertificateInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::holder;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UpdateSigningCertificate;

impl Described for UpdateSigningCertificate {
    type Model = iam::UpdateSigningCertificate;

    fn subject(input: &UpdateSigningCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Write for UpdateSigningCertificate {
    fn run(input: &UpdateSigningCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let status = parameter::status(&input.status)?;
        let holder = holder::named(input.user_name.as_deref(), change.caller)?;
        Ok(change
            .edit
            .update_signing_certificate(holder, &input.certificate_id, status)?)
    }
}
