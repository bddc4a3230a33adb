//! UploadServerCertificate. Everything is read and compared before it is kept, and the private key is kept sealed.
//! Decided on the ARN that it will have; with tags, tagging it is decided on as well.

use jiff::Timestamp;
use lanyard_access::Place;
use lanyard_aws_api::iam::{self, UploadServerCertificateInput, UploadServerCertificateOutput};
use lanyard_directory::{NewServerCertificate, SealedSecret};
use lanyard_federation::x509::{Certificate, PrivateKey, check_chain, read_chain};
use lanyard_names::{AccountId, EntityPath, IdKind, ServerCertificateName, UniqueId};

use super::certificate;
use super::tag_server_certificate::TagServerCertificate;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::{parameter, shapes};
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct UploadServerCertificate;

/// What is known of the certificate before it is kept.
pub(crate) struct Prepared {
    id: UniqueId,
    private_key: Vec<u8>,
    expires: Timestamp,
}

/// Where a private key is sealed for. It opens nowhere else.
fn place(account: AccountId, id: &UniqueId) -> Place<'_> {
    Place {
        account: Some(account),
        entity: id.as_str(),
        field: "server certificate private key",
    }
}

impl Described for UploadServerCertificate {
    type Model = iam::UploadServerCertificate;

    fn subject(input: &UploadServerCertificateInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let name = &input.server_certificate_name;
        let arn = placed(certificate::KIND, input.path.as_deref(), name, view);
        Ok(Subject::creation(
            Ask::on(Self::ACTION, arn, view),
            TagServerCertificate::ACTION,
            input.tags.as_deref(),
        ))
    }
}

impl PreparedWrite for UploadServerCertificate {
    type Prepared = Prepared;

    async fn prepare(
        input: &UploadServerCertificateInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Prepared, Refusal> {
        let certificate = read(input, view.now)?;
        let mut entropy = [0; 16];
        getrandom::fill(&mut entropy).map_err(Refusal::failure)?;
        let id = UniqueId::from_entropy(IdKind::ServerCertificate, entropy);
        let private_key = input.private_key.expose().as_bytes();
        let sealed = services.vault.seal(place(view.account.id(), &id), private_key);
        Ok(Prepared {
            id,
            private_key: sealed.map_err(Refusal::failure)?,
            expires: certificate.not_after,
        })
    }

    fn run(
        input: &UploadServerCertificateInput,
        prepared: &Prepared,
        change: &mut Change<'_>,
    ) -> Result<UploadServerCertificateOutput, Refusal> {
        let shared = |text: &str| Change::shared(text.trim_ascii());
        let kept = change.edit.upload_server_certificate(NewServerCertificate {
            id: prepared.id,
            name: ServerCertificateName::parse(&input.server_certificate_name)
                .map_err(|_| parameter::invalid_name("serverCertificateName"))?,
            path: parameter::path(input.path.as_deref(), EntityPath::parse)?,
            body: shared(&input.certificate_body),
            chain: input.certificate_chain.as_deref().map(shared),
            private_key: SealedSecret::new(prepared.private_key.clone()),
            uploaded: change.now,
            expires: prepared.expires,
            tags: tags::given(input.tags.as_deref())?,
        })?;
        Ok(UploadServerCertificateOutput {
            server_certificate_metadata: Some(certificate::metadata(&kept)),
            tags: shapes::given_tags(input.tags.as_deref()),
        })
    }
}

/// Reads the certificate, its private key and its chain, and finds out whether they belong together.
fn read(input: &UploadServerCertificateInput, now: Timestamp) -> Result<Certificate, Refusal> {
    let certificate = Certificate::from_pem(&input.certificate_body).map_err(Refusal::server_certificate)?;
    let private_key =
        PrivateKey::from_pem(input.private_key.expose()).map_err(Refusal::server_private_key)?;
    if certificate.not_after < now {
        return Err(Refusal::server_certificate_expired());
    }
    if now < certificate.not_before {
        return Err(Refusal::server_certificate_not_yet_valid());
    }
    if !private_key.is_of(&certificate) {
        return Err(Refusal::key_pair_mismatch());
    }
    if let Some(text) = &input.certificate_chain {
        let chain = read_chain(text).map_err(Refusal::certificate_chain_unreadable)?;
        check_chain(&certificate, &chain, now).map_err(Refusal::certificate_chain)?;
    }
    Ok(certificate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lanyard_access::{MasterKey, Vault};

    #[test]
    fn a_private_key_opens_for_its_certificate_and_account_alone() {
        let vault = Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0;
        let [one, two] = [1, 2].map(|byte| UniqueId::from_entropy(IdKind::ServerCertificate, [byte; 16]));
        let [own, other] = ["111122223333", "444455556666"].map(|id| AccountId::parse(id).unwrap());
        let sealed = vault.seal(place(own, &one), b"key").unwrap();
        assert_eq!(vault.unseal(place(own, &one), &sealed).unwrap().expose(), b"key");
        assert!(vault.unseal(place(own, &two), &sealed).is_err());
        assert!(vault.unseal(place(other, &one), &sealed).is_err());
    }
}
