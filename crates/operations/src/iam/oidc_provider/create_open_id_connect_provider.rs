//! CreateOpenIDConnectProvider. Thumbprints that are not given are fetched from the issuer, which has to answer then.
//! With tags, tagging it is decided on as well.

use std::sync::Arc;

use lanyard_aws_api::iam::{self, CreateOpenIDConnectProviderInput, CreateOpenIDConnectProviderOutput};
use lanyard_directory::{DirectoryError, NewOidcProvider};
use lanyard_names::{OidcProviderUrl, arn};

use super::tag_open_id_connect_provider::TagOpenIDConnectProvider;
use super::{provider, url};
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::shapes;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct CreateOpenIDConnectProvider;

/// What is known of the provider before it is made.
pub(crate) struct Prepared {
    url: OidcProviderUrl,
    thumbprints: Vec<Arc<str>>,
}

impl Described for CreateOpenIDConnectProvider {
    type Model = iam::CreateOpenIDConnectProvider;

    fn subject(input: &CreateOpenIDConnectProviderInput, view: &View<'_>) -> Result<Subject, Refusal> {
        // What is decided on is what would be made.
        let arn = match url::read(&input.url) {
            Ok(url) => arn::oidc_provider(view.account.id(), &url),
            Err(_) => {
                let name = input.url.strip_prefix("https://").unwrap_or(&input.url);
                format!("arn:aws:iam::{}:oidc-provider/{name}", view.account.id())
            }
        };
        let create = Ask::on(Self::ACTION, arn, view);
        Ok(Subject::creation(
            create,
            TagOpenIDConnectProvider::ACTION,
            input.tags.as_deref(),
        ))
    }
}

impl PreparedWrite for CreateOpenIDConnectProvider {
    type Prepared = Prepared;

    async fn prepare(
        input: &CreateOpenIDConnectProviderInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Prepared, Refusal> {
        let url = url::read(&input.url)?;
        let given = provider::thumbprints(input.thumbprint_list.as_deref().unwrap_or_default());
        // What will be refused anyway need not be fetched for.
        let arn = arn::oidc_provider(view.account.id(), &url);
        if view.account.oidc_provider(&arn).is_some() {
            return Err(DirectoryError::OidcProviderExists(url.as_str().into()).into());
        }
        let thumbprints = if given.is_empty() {
            let fetched = services.federation.oidc().thumbprint(url.as_str()).await;
            vec![
                fetched
                    .map_err(|error| Refusal::issuer_not_reached(&input.url, error))?
                    .into(),
            ]
        } else {
            given
        };
        Ok(Prepared { url, thumbprints })
    }

    fn run(
        input: &CreateOpenIDConnectProviderInput,
        prepared: &Prepared,
        change: &mut Change<'_>,
    ) -> Result<CreateOpenIDConnectProviderOutput, Refusal> {
        let client_ids = input.client_id_list.as_deref().unwrap_or_default();
        let made = change.edit.create_oidc_provider(NewOidcProvider {
            url: prepared.url.clone(),
            client_ids: client_ids.iter().map(|id| Change::shared(id)).collect(),
            thumbprints: prepared.thumbprints.clone(),
            created: change.now,
            tags: tags::given(input.tags.as_deref())?,
        })?;
        Ok(CreateOpenIDConnectProviderOutput {
            open_id_connect_provider_arn: Some(made.arn().to_string()),
            tags: shapes::given_tags(input.tags.as_deref()),
        })
    }
}
