//! DeleteSigningCertificate. Without a name: the caller's own.

use lanyard_aws_api::iam::{self, DeleteSigningCertificateInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::holder;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteSigningCertificate;

impl Described for DeleteSigningCertificate {
    type Model = iam::DeleteSigningCertificate;

    fn subject(input: &DeleteSigningCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Write for DeleteSigningCertificate {
    fn run(input: &DeleteSigningCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(input.user_name.as_deref(), change.caller)?;
        Ok(change
            .edit
            .delete_signing_certificate(holder, &input.certificate_id)?)
    }
}
