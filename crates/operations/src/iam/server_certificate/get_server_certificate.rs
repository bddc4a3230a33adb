//! GetServerCertificate, which shows everything but the private key. Tags that are not there are an empty list, as
//! GetInstanceProfile has it.

use lanyard_aws_api::iam::{self, GetServerCertificateInput, GetServerCertificateOutput, ServerCertificate};

use super::certificate;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetServerCertificate;

impl Described for GetServerCertificate {
    type Model = iam::GetServerCertificate;

    fn subject(input: &GetServerCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(certificate::ask(Self::ACTION, &input.server_certificate_name, view).into())
    }
}

impl Read for GetServerCertificate {
    fn run(
        input: &GetServerCertificateInput,
        view: &View<'_>,
    ) -> Result<GetServerCertificateOutput, Refusal> {
        let found = certificate::find(&input.server_certificate_name, view.account)?;
        Ok(GetServerCertificateOutput {
            server_certificate: ServerCertificate {
                server_certificate_metadata: certificate::metadata(found),
                certificate_body: found.body.to_string(),
                certificate_chain: found.chain.as_deref().map(str::to_owned),
                tags: Some(shapes::listed_tags(&found.tags)),
            },
        })
    }
}
