//! A whole Lanyard in one process, without a socket: signed requests go into the pipeline, answers come out.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use lanyard_access::{
    Authenticator, DecisionLog, DecisionLogLimits, FreshAccessKey, Keyring, Vault, open_vault,
};
use lanyard_audit::{Trail, TrailOptions};
use lanyard_directory::{
    AccountEdit, Directory, DirectoryError, KeyHolder, NewAccessKey, NewAccount, SealedSecret,
};
use lanyard_names::AccountId;
use lanyard_operations::{BodyBudget, Peer, Pipeline, Services};
use lanyard_sigv4::{PayloadHash, ServiceRules, Signer, SigningKey, sha256};

use crate::engines::Kept;

const REGION: &str = "us-east-1";
const HOST: &str = "127.0.0.1:4260";

/// Who signs.
#[derive(Clone)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// Its secret.
    pub secret: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub xml: String,
}

/// A running house on one engine.
pub struct House {
    pipeline: Arc<Pipeline>,
    directory: Arc<Directory>,
    vault: Arc<Vault>,
    _kept: Kept,
}

impl House {
    /// Opens the store as the server does.
    pub async fn open(kept: Kept) -> Self {
        let place = kept.directory.path();
        let directory = Arc::new(
            Directory::open(kept.engine.clone())
                .await
                .expect("the store opens"),
        );
        let vault = open_vault(&directory, &place.join("master.key"))
            .await
            .expect("the vault opens");
        let vault = Arc::new(vault);
        let keyring = Arc::new(Keyring::new());
        keyring
            .maintain(&directory, &vault, Timestamp::now())
            .await
            .expect("there is a ring key");
        let trail = Trail::open(&place.join("trail"), &TrailOptions::default()).expect("the trail opens");
        let services = Services {
            directory: directory.clone(),
            authenticator: Authenticator::new(directory.clone(), vault.clone(), keyring.clone()),
            vault: vault.clone(),
            keyring,
            decisions: Arc::new(DecisionLog::new(DecisionLogLimits::default())),
            trail,
            bodies: BodyBudget::new(0),
        };
        House {
            pipeline: Pipeline::new(services),
            directory,
            vault,
            _kept: kept,
        }
    }

    /// Makes an account; gives the credentials of its root user.
    pub async fn account(&self, id: &str) -> Credentials {
        let id = AccountId::parse(id).expect("an account id");
        let FreshAccessKey {
            id: key,
            secret,
            sealed,
        } = self.vault.new_access_key(id).expect("a key");
        let created = Timestamp::now();
        let new = NewAccount {
            id,
            name: "scenario".into(),
            created,
        };
        let setup = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
            let secret = SealedSecret::new(sealed.clone());
            edit.create_access_key(
                KeyHolder::Root,
                NewAccessKey {
                    id: key,
                    secret,
                    created,
                },
            )?;
            Ok(((), Vec::new()))
        };
        self.directory
            .create_account(new, setup)
            .await
            .expect("an account");
        Credentials {
            access_key_id: key.to_string(),
            secret: secret.expose().to_owned(),
            session_token: None,
        }
    }

    /// Signs and sends one call of the query protocol.
    pub async fn call(
        &self,
        credentials: &Credentials,
        service: &str,
        action: &str,
        parameters: &[(String, String)],
    ) -> Answer {
        let body = form(service, action, parameters);
        let request = signed(credentials, service, body);
        let peer = Peer {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            is_secure: false,
        };
        let response = self.pipeline.handle(request, peer).await;
        let status = response.status().as_u16();
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a whole body")
            .to_bytes();
        Answer {
            status,
            xml: String::from_utf8(body.to_vec()).expect("answers are UTF-8"),
        }
    }
}

fn form(service: &str, action: &str, parameters: &[(String, String)]) -> String {
    let version = if service == "iam" {
        "2010-05-08"
    } else {
        "2011-06-15"
    };
    let mut body = format!("Action={action}&Version={version}");
    for (name, value) in parameters {
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
        body.push_str(&format!("&{name}={value}"));
    }
    body
}

fn signed(credentials: &Credentials, service: &str, body: String) -> Request<Full<Bytes>> {
    let now = Timestamp::now();
    let day = now.strftime("%Y%m%d").to_string();
    let key = SigningKey::derive(&credentials.secret, &day, REGION, service);
    let rules = ServiceRules::iam();
    let signer = Signer {
        access_key_id: &credentials.access_key_id,
        key: &key,
        session_token: credentials.session_token.as_deref(),
        region: REGION,
        service,
        time: now,
        rules: &rules,
    };
    let mut request = Request::new(Full::new(Bytes::from(body.clone())));
    *request.method_mut() = Method::POST;
    let headers = request.headers_mut();
    headers.insert("host", HOST.parse().expect("a header"));
    headers.insert("user-agent", "scenario".parse().expect("a header"));
    headers.insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().expect("a header"),
    );
    let payload = PayloadHash::Sha256(sha256(body.as_bytes()));
    signer
        .sign(&Method::POST, "/", None, headers, payload)
        .expect("a request that can be signed");
    request
}
