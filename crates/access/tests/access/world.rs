//! One account with a user, a role and their credentials, and a client that signs.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use lanyard_access::{
    AuthenticationError, Authenticator, Caller, FreshAccessKey, IssuedSession, Keyring, MasterKey,
    NewSession, SecretText, SessionKind, Vault,
};
use lanyard_directory::{
    Account, AccountEdit, Directory, DirectoryError, KeyHolder, NewAccessKey, NewAccount, NewRole, NewUser,
    NoOtherAccounts, SealedSecret,
};
use lanyard_names::{AccountId, EntityPath, IdKind, RoleName, SessionName, UniqueId, UserName};
use lanyard_sigv4::{Head, PayloadHash, ServiceRules, SignedRequest, Signer, SigningKey, sha256};
use lanyard_store::MemoryEngine;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const BODY: &[u8] = b"Action=GetCallerIdentity&Version=2011-06-15";

pub(crate) struct World {
    pub(crate) directory: Arc<Directory>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) authenticator: Authenticator,
    pub(crate) account: AccountId,
    pub(crate) user_key: FreshAccessKey,
    pub(crate) root_key: FreshAccessKey,
    pub(crate) user: UniqueId,
    pub(crate) role: UniqueId,
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub(crate) fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

pub(crate) fn vault() -> Vault {
    Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0
}

pub(crate) fn keyring(vault: &Vault) -> Keyring {
    let keyring = Keyring::new();
    let key = keyring.make_key(vault, after(-3600)).unwrap();
    keyring.load(vault, [&key]).unwrap();
    keyring
}

pub(crate) fn id(kind: IdKind, number: u8) -> UniqueId {
    UniqueId::from_entropy(kind, [number; 16])
}

pub(crate) fn new_role(id: UniqueId) -> NewRole {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}"#;
    NewRole {
        id,
        name: RoleName::parse("auditor").unwrap(),
        path: EntityPath::parse("/staff/").unwrap(),
        created: now(),
        trust: trust.into(),
        description: None,
        session_seconds_max: None,
        tags: Vec::new(),
        boundary: None,
    }
}

pub(crate) fn new_user(id: UniqueId) -> NewUser {
    NewUser {
        id,
        name: UserName::parse("carla").unwrap(),
        path: EntityPath::parse("/staff/").unwrap(),
        created: now(),
        tags: Vec::new(),
        boundary: None,
    }
}

pub(crate) fn stored(key: &FreshAccessKey) -> NewAccessKey {
    NewAccessKey {
        id: key.id,
        secret: SealedSecret::new(key.sealed.clone()),
        created: now(),
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let directory = Arc::new(Directory::open(Arc::new(MemoryEngine::new())).await.unwrap());
        let vault = Arc::new(vault());
        let keyring = Arc::new(keyring(&vault));
        let account = AccountId::parse(ACCOUNT).unwrap();
        let (user_key, root_key) = (
            vault.new_access_key(account).unwrap(),
            vault.new_access_key(account).unwrap(),
        );
        let (user, role) = (id(IdKind::User, 1), id(IdKind::Role, 2));
        let new = NewAccount {
            id: account,
            name: "test".into(),
            created: now(),
        };
        let setup = |edit: &mut AccountEdit| {
            edit.create_user(new_user(user))?;
            edit.create_access_key(KeyHolder::User("carla"), stored(&user_key))?;
            edit.create_access_key(KeyHolder::Root, stored(&root_key))?;
            edit.create_role(new_role(role), &NoOtherAccounts)?;
            Ok::<_, DirectoryError>(((), Vec::new()))
        };
        directory.create_account(new, setup).await.unwrap();
        let authenticator =
            Authenticator::new(Arc::clone(&directory), Arc::clone(&vault), Arc::clone(&keyring));
        Self {
            directory,
            vault,
            keyring,
            authenticator,
            account,
            user_key,
            root_key,
            user,
            role,
        }
    }

    pub(crate) async fn edit(&self, mut change: impl FnMut(&mut AccountEdit) -> Result<(), DirectoryError>) {
        let write = self
            .directory
            .write(self.account, |edit| change(edit).map(|()| ((), Vec::new())));
        write.await.unwrap();
    }

    pub(crate) fn snapshot(&self) -> Arc<Account> {
        self.directory.account_cached(self.account).unwrap()
    }

    pub(crate) fn issue(&self, kind: SessionKind) -> IssuedSession {
        self.keyring.issue(&self.session(kind)).unwrap()
    }

    pub(crate) fn session(&self, kind: SessionKind) -> NewSession {
        NewSession::plain(self.account, kind, 0, now(), 3600)
    }

    pub(crate) fn assumed(&self) -> SessionKind {
        SessionKind::AssumedRole {
            role: self.role,
            name: SessionName::parse("monday").unwrap(),
        }
    }

    pub(crate) fn client_of_user(&self) -> Client {
        Client::new(&self.user_key)
    }

    /// Authenticates a request of a client, body and all.
    pub(crate) async fn authenticate(
        &self,
        client: &Client,
        at: Timestamp,
    ) -> Result<Caller, AuthenticationError> {
        let headers = client.signed_headers();
        let head = head(&headers);
        let rules = ServiceRules::iam();
        let signed = SignedRequest::parse(&head)?.ok_or(lanyard_sigv4::AuthError::Missing)?;
        let identified = self
            .authenticator
            .identify(&head, signed, "sts", &rules, at)
            .await?;
        identified.verify(&head, &sha256(client.body))
    }

    pub(crate) async fn caller(&self, client: &Client) -> Caller {
        self.authenticate(client, client.time).await.unwrap()
    }
}

pub(crate) fn head(headers: &HeaderMap) -> Head<'_> {
    Head {
        method: &Method::POST,
        path: "/",
        query: None,
        headers,
    }
}

/// Somebody who signs requests.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretText,
    pub(crate) token: Option<SecretText>,
    pub(crate) region: &'static str,
    pub(crate) service: &'static str,
    pub(crate) time: Timestamp,
    /// What is sent, which may differ from what was signed.
    pub(crate) body: &'static [u8],
}

impl Client {
    pub(crate) fn new(key: &FreshAccessKey) -> Self {
        Self {
            access_key_id: key.id.to_string(),
            secret: key.secret.clone(),
            token: None,
            region: "eu-central-1",
            service: "sts",
            time: now(),
            body: BODY,
        }
    }

    pub(crate) fn of_session(session: &IssuedSession) -> Self {
        Self {
            access_key_id: session.access_key_id.to_string(),
            secret: session.secret_access_key.clone(),
            token: Some(session.token.clone()),
            region: "eu-central-1",
            service: "sts",
            time: now(),
            body: BODY,
        }
    }

    pub(crate) fn signed_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("sts.example.com"));
        let date = lanyard_sigv4::RequestTime::from_timestamp(self.time);
        let key = SigningKey::derive(self.secret.expose(), date.date(), self.region, self.service);
        let signer = Signer {
            access_key_id: &self.access_key_id,
            key: &key,
            session_token: self.token.as_ref().map(SecretText::expose),
            region: self.region,
            service: self.service,
            time: self.time,
            rules: &ServiceRules::iam(),
        };
        let payload = PayloadHash::Sha256(sha256(BODY));
        signer
            .sign(&Method::POST, "/", None, &mut headers, payload)
            .unwrap();
        headers
    }
}
