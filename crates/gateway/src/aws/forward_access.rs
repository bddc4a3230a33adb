//! What a service is handed to call others for whoever called it.
//!
//! Only upstreams of which the operator says so get it: whoever holds it can do what the caller may, for a while.
//!
//! Invariant: an upstream never holds anything of a caller of another account than its own.

use http::{HeaderName, HeaderValue};
use lanyard_access::OnBehalfError;

use super::call::Call;
use crate::error::{Kind, ServiceError};
use crate::upstream::UpstreamRequest;

/// The headers with the access key id, the secret access key and the session token.
const HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("x-lanyard-access-key-id"),
    HeaderName::from_static("x-lanyard-secret-access-key"),
    HeaderName::from_static("x-lanyard-session-token"),
];

/// The credentials cannot be handed on.
#[derive(Debug, thiserror::Error)]
enum ForwardAccessError {
    #[error(transparent)]
    OnBehalf(#[from] OnBehalfError),
    #[error("a credential is none that a header can have")]
    Header(#[from] http::header::InvalidHeaderValue),
}

impl Call<'_> {
    /// Enters credentials of the caller into a request, if its upstream is to have them.
    // Fails closed: without them the service would act by its own means, or not know that it should not.
    pub(super) fn enter_forward_access(&self, request: &mut UpstreamRequest) -> Result<(), ServiceError> {
        let Some(service) = &self.guarded.forward_access else {
            return Ok(());
        };
        if self.caller.account != self.guarded.account {
            let message = format!(
                "User: {} is not authorized to call this service because it acts for its callers, and for those of \
                 account {} alone",
                self.caller.arn, self.guarded.account
            );
            return Err(ServiceError::new(Kind::Denied, message));
        }
        self.enter_credentials(service, request)
            .map_err(ServiceError::internal)
    }

    fn enter_credentials(
        &self,
        service: &str,
        request: &mut UpstreamRequest,
    ) -> Result<(), ForwardAccessError> {
        let authenticator = &self.services().authenticator;
        let issued = authenticator.on_behalf_of(&self.caller, &self.account, service, self.now())?;
        let credentials = [
            issued.access_key_id.as_str(),
            issued.secret_access_key.expose(),
            issued.token.expose(),
        ];
        for (name, credential) in HEADERS.into_iter().zip(credentials) {
            let mut value = HeaderValue::from_str(credential)?;
            value.set_sensitive(true);
            request.headers.insert(name, value);
        }
        Ok(())
    }
}
