//! UntagServerCertificate. Keys that the certificate does not have are passed over; no keys at all are refused.

use lanyard_aws_api::iam::{self, UntagServerCertificateInput};
use lanyard_directory::Taggable;

use super::certificate;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UntagServerCertificate;

impl Described for UntagServerCertificate {
    type Model = iam::UntagServerCertificate;

    fn subject(input: &UntagServerCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = certificate::ask(Self::ACTION, &input.server_certificate_name, view);
        Ok(ask.tag_keys(&input.tag_keys).into())
    }
}

impl Write for UntagServerCertificate {
    fn run(input: &UntagServerCertificateInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        if input.tag_keys.is_empty() {
            return Err(Refusal::no_tag_keys());
        }
        let what = Taggable::ServerCertificate(&input.server_certificate_name);
        tags::remove(what, &input.tag_keys, change)
    }
}
