//! EnableOutboundWebIdentityFederation. The first time makes the issuer and its keys; later it is the same issuer with
//! the same keys again.

use lanyard_aws_api::iam::{self, EnableOutboundWebIdentityFederationOutput};
use lanyard_directory::{DirectoryError, NewWebIdentityIssuer, TokenAlgorithm, TokenKey};
use lanyard_names::{AccountId, IssuerId};

use super::key;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct EnableOutboundWebIdentityFederation;

impl Described for EnableOutboundWebIdentityFederation {
    type Model = iam::EnableOutboundWebIdentityFederation;

    fn subject((): &(), view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl PreparedWrite for EnableOutboundWebIdentityFederation {
    /// What the account gets if it never had an issuer.
    type Prepared = NewWebIdentityIssuer;

    async fn prepare((): &(), view: &View<'_>, services: &Services) -> Result<NewWebIdentityIssuer, Refusal> {
        let keys = match view.account.web_identity_issuer() {
            Some(issuer) if issuer.is_enabled => {
                return Err(Refusal::outbound_federation_already_enabled(view.account.id()));
            }
            // An issuer that was switched off goes on with its keys, and none is ever taken away.
            Some(_) => Vec::new(),
            None => new_keys(view, services).await?,
        };
        Ok(NewWebIdentityIssuer {
            id: new_id(view.account.id())?,
            keys,
        })
    }

    fn run(
        (): &(),
        new: &NewWebIdentityIssuer,
        change: &mut Change<'_>,
    ) -> Result<EnableOutboundWebIdentityFederationOutput, Refusal> {
        let account = change.edit.view().id();
        let enabled = change.edit.enable_web_identity_issuer(new.clone());
        let issuer = enabled.map_err(|error| match error {
            DirectoryError::WebIdentityIssuerEnabled => Refusal::outbound_federation_already_enabled(account),
            other => other.into(),
        })?;
        Ok(EnableOutboundWebIdentityFederationOutput {
            issuer_identifier: Some(change.services.federation.token_issuer(issuer.id)),
        })
    }
}

fn new_id(account: AccountId) -> Result<IssuerId, Refusal> {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).map_err(Refusal::failure)?;
    Ok(IssuerId::from_entropy(account, u128::from_be_bytes(entropy)))
}

/// A key for each algorithm, made where computing holds nobody up.
async fn new_keys(view: &View<'_>, services: &Services) -> Result<Vec<TokenKey>, Refusal> {
    let (account, now, vault) = (view.account.id(), view.now, services.vault.clone());
    let make = move || {
        let algorithms = [TokenAlgorithm::Rs256, TokenAlgorithm::Es384];
        let keys = algorithms.map(|algorithm| key::generate(algorithm, account, &vault, now));
        keys.into_iter().collect::<Result<Vec<_>, _>>()
    };
    let made = tokio::task::spawn_blocking(make)
        .await
        .map_err(Refusal::failure)?;
    made.map_err(Refusal::failure)
}
