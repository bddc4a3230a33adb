//! UpdateServerCertificate. Decided on the certificate as it is and, when it is renamed or moved, as it will be.

use lanyard_aws_api::iam::{self, UpdateServerCertificateInput};
use lanyard_directory::ServerCertificateUpdate;
use lanyard_names::{EntityPath, ServerCertificateName};

use super::certificate;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct UpdateServerCertificate;

impl Described for UpdateServerCertificate {
    type Model = iam::UpdateServerCertificate;

    // Evidence: the public API reference asks for permission on both the old name and the new one.
    fn subject(input: &UpdateServerCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let old = &input.server_certificate_name;
        let now = certificate::ask(Self::ACTION, old, view);
        if input.new_path.is_none() && input.new_server_certificate_name.is_none() {
            return Ok(now.into());
        }
        let found = view.account.server_certificate(old);
        let path = input
            .new_path
            .as_deref()
            .or_else(|| found.map(|found| found.path.as_str()));
        // The name that stays is spelt as it was uploaded, however the request spells it.
        let kept = found.map_or(&**old, |found| found.name.as_str());
        let name = input.new_server_certificate_name.as_deref().unwrap_or(kept);
        let mut then = Ask::on(Self::ACTION, placed(certificate::KIND, path, name, view), view);
        then.keys = now.keys.clone();
        Ok(Subject::all([now, then]))
    }
}

impl Write for UpdateServerCertificate {
    // Differs from AWS, where an update that names nothing new takes all tags away and leaves a certificate that cannot
    // be tagged again (recorded answers): here it changes nothing.
    fn run(input: &UpdateServerCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let name = input.new_server_certificate_name.as_deref();
        let path = input.new_path.as_deref().map(EntityPath::parse).transpose();
        let update = ServerCertificateUpdate {
            name: name
                .map(ServerCertificateName::parse)
                .transpose()
                .map_err(|_| parameter::invalid_name("newServerCertificateName"))?,
            path: path.map_err(parameter::invalid_path)?,
        };
        Ok(change
            .edit
            .update_server_certificate(&input.server_certificate_name, update)?)
    }
}
