//! UploadSigningCertificate. The id is made of the certificate, in base32 the SHA-1 of its DER, so one certificate is
//! somebody's alone. Whoever has it already gets it once more as it was first uploaded, and as if it were active,
//! although one that is inactive stays so.
//!
//! Evidence for all of this: recorded answers.

use data_encoding::BASE32;
use lanyard_aws_api::iam::{
    self, SigningCertificate, StatusType, UploadSigningCertificateInput, UploadSigningCertificateOutput,
};
use lanyard_directory::NewSigningCertificate;
use lanyard_federation::x509::Certificate;

use super::shown;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::holder;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UploadSigningCertificate;

impl Described for UploadSigningCertificate {
    type Model = iam::UploadSigningCertificate;

    fn subject(input: &UploadSigningCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Write for UploadSigningCertificate {
    fn run(
        input: &UploadSigningCertificateInput,
        change: &mut Change<'_>,
    ) -> Result<UploadSigningCertificateOutput, Refusal> {
        let body = &input.certificate_body;
        let certificate = Certificate::from_pem(body)
            .ok()
            .filter(|certificate| certificate.has_known_key() && certificate.is_valid_at(change.now))
            .ok_or_else(|| Refusal::signing_certificate(body))?;
        let holder = holder::named(input.user_name.as_deref(), change.caller)?;
        let kept = change.edit.upload_signing_certificate(
            holder,
            NewSigningCertificate {
                id: BASE32.encode(&certificate.thumbprint()).into(),
                body: Change::shared(body),
                uploaded: change.now,
            },
        )?;
        let (_, name) = holder::owner(holder, change.edit.view())?;
        Ok(UploadSigningCertificateOutput {
            certificate: SigningCertificate {
                status: StatusType::Active,
                ..shown::whole(&kept, name)
            },
        })
    }
}
