//! An endpoint on loopback that gives credentials in the way containers get theirs.
//!
//! Evidence: the AWS SDKs and tools reference guide on the container credential provider. An SDK sends a GET to
//! `AWS_CONTAINER_CREDENTIALS_FULL_URI` with the text of `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` as `Authorization`.
//!
//! Every process of the machine can reach the port, and through it every page in a browser of this machine. So a
//! token is asked for, a host name that only points here is not answered, and nothing that a browser sends is.
//!
//! Invariants: nothing but loopback is listened on; who has no token learns nothing; connections, their heads and
//! their time are bounded.

mod gate;
mod serve;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use parking_lot::RwLock;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use crate::cache::replace_private;
use crate::credentials::TemporaryCredentials;
use crate::error::ClientError;
use crate::provider::Provider;

/// What stands after the authority in the endpoint's URL.
const PATH: &str = "/credentials";

/// What a request has to carry. It cannot be printed by accident.
pub struct AuthorizationToken(Zeroizing<String>);

/// The endpoint, with credentials to give.
pub struct ContainerEndpoint {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What every connection needs.
struct Shared {
    token: AuthorizationToken,
    port: u16,
    provider: Provider,
    current: RwLock<TemporaryCredentials>,
}

impl AuthorizationToken {
    /// A new one of 256 bits.
    pub fn random() -> Result<Self, ClientError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes)
            .map_err(|error| ClientError::Settings(format!("the system has no randomness: {error}")))?;
        Ok(Self(Zeroizing::new(BASE64URL_NOPAD.encode(&*bytes))))
    }

    /// The text, for whoever is to use it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Writes it to a file that its owner alone can read. There is no line end after it: SDKs take one for a part of
    /// the token, or refuse it.
    pub fn write(&self, path: &Path) -> Result<WrittenToken, ClientError> {
        replace_private(path, self.0.as_bytes()).map_err(|cause| ClientError::File {
            what: "token file",
            path: path.to_owned(),
            cause: cause.to_string(),
        })?;
        let written = WrittenToken {
            path: path.to_owned(),
            token: Self(self.0.clone()),
        };
        Ok(written)
    }
}

/// A token file that is there as long as this is.
#[derive(Debug)]
pub struct WrittenToken {
    path: PathBuf,
    token: AuthorizationToken,
}

impl Drop for WrittenToken {
    fn drop(&mut self) {
        // Another endpoint may have put its own there.
        let found = std::fs::read(&self.path).map(Zeroizing::new);
        if found.is_ok_and(|text| text.as_slice() == self.token.0.as_bytes()) {
            // There is nobody left to tell.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl ContainerEndpoint {
    /// Listens on a port of loopback and gets the first credentials, so that whatever is wrong shows at once.
    pub async fn open(
        address: SocketAddr,
        token: AuthorizationToken,
        provider: Provider,
    ) -> Result<(Self, Option<String>), ClientError> {
        let failed = |cause: String| ClientError::Listen {
            address: address.to_string(),
            cause,
        };
        if !address.ip().to_canonical().is_loopback() {
            return Err(ClientError::Settings(format!(
                "{address} can be reached from other machines; credentials are given on loopback only"
            )));
        }
        let listener = TcpListener::bind(address)
            .await
            .map_err(|cause| failed(cause.to_string()))?;
        let address = listener.local_addr().map_err(|cause| failed(cause.to_string()))?;
        let obtained = provider.credentials().await?;
        let shared = Shared {
            token,
            port: address.port(),
            provider,
            current: RwLock::new(obtained.credentials),
        };
        let endpoint = Self {
            listener,
            address,
            shared: Arc::new(shared),
        };
        Ok((endpoint, obtained.warning))
    }

    /// The URL that SDKs are told.
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// What requests have to carry.
    pub fn token(&self) -> &AuthorizationToken {
        &self.shared.token
    }
}

impl std::fmt::Debug for AuthorizationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationToken(..)")
    }
}

impl std::fmt::Debug for ContainerEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContainerEndpoint")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
