//! DeleteSigningCertificate. Without a name: the caller's own.

use lanyard_aws_api::iam::{self, DeleteSigningCertificateInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::access_key::holder;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteSigningCertificate;

impl Described for DeleteSigningCertificate {
    type Model = iam::DeleteSigningCertificate;

    fn subject(input: &DeleteSigningCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(holder::ask(Self::ACTION, input.user_name.as_deref(), view)?.into())
    }
}

impl Write for DeleteSigningCertificate {
    fn run(input: &DeleteSigningCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::of_change(input.user_name.as_deref(), change.caller)?;
        Ok(change
            .edit
            .delete_signing_certificate(holder, &input.certificate_id)?)
    }
}
