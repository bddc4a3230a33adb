//! DeleteServerCertificate, which deletes the private key with it. No service uses it here, so nothing stands in the
//! way.

use lanyard_aws_api::iam::{self, DeleteServerCertificateInput};

use super::certificate;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteServerCertificate;

impl Described for DeleteServerCertificate {
    type Model = iam::DeleteServerCertificate;

    fn subject(input: &DeleteServerCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(certificate::ask(Self::ACTION, &input.server_certificate_name, view).into())
    }
}

impl Write for DeleteServerCertificate {
    fn run(input: &DeleteServerCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        Ok(change
            .edit
            .delete_server_certificate(&input.server_certificate_name)?)
    }
}
