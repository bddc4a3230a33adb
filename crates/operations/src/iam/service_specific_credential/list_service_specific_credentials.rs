//! ListServiceSpecificCredentials: of one user, by default the caller, or of all users, who are decided on together.

use lanyard_aws_api::iam::{self, ListServiceSpecificCredentialsInput, ListServiceSpecificCredentialsOutput};
use lanyard_directory::{CredentialService, ServiceSpecificCredential};
use lanyard_names::UniqueId;

use super::{asked, shown};
use crate::error::Refusal;
use crate::iam::of_user;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListServiceSpecificCredentials;

impl Described for ListServiceSpecificCredentials {
    type Model = iam::ListServiceSpecificCredentials;

    fn subject(input: &ListServiceSpecificCredentialsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        if input.all_users == Some(true) {
            return Ok(Ask::on_prefix(Self::ACTION, "user", None, view).into());
        }
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for ListServiceSpecificCredentials {
    fn run(
        input: &ListServiceSpecificCredentialsInput,
        view: &View<'_>,
    ) -> Result<ListServiceSpecificCredentialsOutput, Refusal> {
        let is_of_all = input.all_users == Some(true);
        if is_of_all && input.user_name.is_some() {
            return Err(Refusal::all_users_and_one());
        }
        // An empty name is none. Evidence: a recorded answer.
        let service = input.service_name.as_deref().filter(|name| !name.is_empty());
        let service = service.map(asked::service).transpose()?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let after = page.after().and_then(|id| UniqueId::parse(id).ok());
        let paged = if is_of_all {
            match service {
                Some(service) => {
                    let all = view.account.service_specific_credentials_for(service, after);
                    page.cut(all, |credential| credential.id.to_string())
                }
                None => {
                    let all = view.account.service_specific_credentials(after);
                    page.cut(all, |credential| credential.id.to_string())
                }
            }
        } else {
            let user = of_user::find(input.user_name.as_deref(), view)?;
            let theirs = user.map(|user| view.account.service_specific_credentials_of(user.id, after));
            let asked_for = theirs
                .into_iter()
                .flatten()
                .filter(|credential| is_for(credential, service));
            page.cut(asked_for, |credential| credential.id.to_string())
        };
        let paged = paged.map(|credential| shown::listed(credential, view.account, view.now));
        Ok(ListServiceSpecificCredentialsOutput {
            is_truncated: Some(paged.is_truncated()),
            service_specific_credentials: Some(paged.items),
            marker: paged.marker,
        })
    }
}

fn is_for(credential: &ServiceSpecificCredential, service: Option<CredentialService>) -> bool {
    service.is_none_or(|service| credential.service == service)
}
