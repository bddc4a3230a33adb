//! TagServerCertificate. Tags of the same keys are replaced.

use lanyard_aws_api::iam::{self, TagServerCertificateInput};
use lanyard_directory::Taggable;

use super::certificate;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct TagServerCertificate;

impl Described for TagServerCertificate {
    type Model = iam::TagServerCertificate;

    fn subject(input: &TagServerCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = certificate::ask(Self::ACTION, &input.server_certificate_name, view);
        Ok(ask.request_tags(Some(&input.tags)).into())
    }
}

impl Write for TagServerCertificate {
    fn run(input: &TagServerCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let what = Taggable::ServerCertificate(&input.server_certificate_name);
        tags::put(what, &input.tags, change)
    }
}
