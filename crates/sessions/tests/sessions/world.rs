//! An account, people in it, and what signs them in.

use std::sync::Arc;

use aws_lc_rs::hmac;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use jiff::{SignedDuration, Timestamp};
use lanyard_access::{
    Authenticator, DecisionLog, DecisionLogLimits, FreshAccessKey, IssuedSession, Keyring, MasterKey,
    NewSession, Passwords, Peer, SEED_BYTES, SecondFactors, SecretText, SessionKind, Vault,
};
use lanyard_audit::{Trail, TrailOptions};
use lanyard_directory::{
    AccountEdit, Directory, DirectoryError, KeyHolder, MfaClock, NewAccessKey, NewAccount, NewLoginProfile,
    NewMfaDevice, NewRole, NewUser, NoOtherAccounts, Owner, SealedSecret,
};
use lanyard_names::{
    AccountId, EntityPath, FederatedUserName, IdKind, InlinePolicyName, MfaDeviceName, RoleName, SessionName,
    UniqueId, UserName,
};
use lanyard_sessions::{Sessions, SessionsServices};
use lanyard_sigv4::{PayloadHash, ServiceRules, Signer, SigningKey, sha256};
use lanyard_store::MemoryEngine;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const HOME: &str = "111122223333";
pub(crate) const SITE: &str = "https://iam.example.com";
pub(crate) const CARLA: &str = "arn:aws:iam::111122223333:user/staff/carla";
pub(crate) const PASSWORD: &str = "Correct horse 1";
const SEED: [u8; SEED_BYTES] = [7; SEED_BYTES];

/// Users carla, who may do everything about signing in, and dora, who may do nothing; and the role auditor.
pub(crate) struct World {
    pub(crate) sessions: Sessions,
    pub(crate) directory: Arc<Directory>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) carla: FreshAccessKey,
    pub(crate) dora: FreshAccessKey,
    services: Box<dyn Fn() -> SessionsServices + Send + Sync>,
    vault: Arc<Vault>,
    passwords: Arc<Passwords>,
    trail: Trail,
    place: TempDir,
    role: UniqueId,
}

pub(crate) fn account() -> AccountId {
    AccountId::parse(HOME).unwrap()
}

fn allow(actions: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{actions},"Resource":"*"}}]}}"#
    )
}

fn user(number: u8, name: &str, path: &str) -> NewUser {
    NewUser {
        id: UniqueId::from_entropy(IdKind::User, [number; 16]),
        name: UserName::parse(name).unwrap(),
        path: EntityPath::parse(path).unwrap(),
        created: Timestamp::now(),
        tags: Vec::new(),
        boundary: None,
    }
}

fn stored(key: &FreshAccessKey) -> NewAccessKey {
    NewAccessKey {
        id: key.id,
        secret: SealedSecret::new(key.sealed.clone()),
        created: Timestamp::now(),
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let directory = Arc::new(Directory::open(Arc::new(MemoryEngine::new())).await.unwrap());
        let vault = Arc::new(Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0);
        let keyring = Arc::new(Keyring::new());
        let ring_key = keyring.make_key(&vault, Timestamp::now()).unwrap();
        keyring.load(&vault, [&ring_key]).unwrap();
        let role = UniqueId::from_entropy(IdKind::Role, [9; 16]);
        let place = TempDir::new().unwrap();
        let trail = Trail::open(&place.path().join("trail"), &TrailOptions::default()).unwrap();
        let authenticator = Arc::new(Authenticator::new(
            Arc::clone(&directory),
            Arc::clone(&vault),
            Arc::clone(&keyring),
        ));
        let passwords = Arc::new(Passwords::new());
        let services = {
            let (directory, authenticator) = (Arc::clone(&directory), Arc::clone(&authenticator));
            let (keyring, vault, trail) = (Arc::clone(&keyring), Arc::clone(&vault), trail.clone());
            let passwords = Arc::clone(&passwords);
            Box::new(move || SessionsServices {
                directory: Arc::clone(&directory),
                authenticator: Arc::clone(&authenticator),
                keyring: Arc::clone(&keyring),
                passwords: Arc::clone(&passwords),
                second_factors: Arc::new(SecondFactors::new(Arc::clone(&directory), Arc::clone(&vault))),
                decisions: Arc::new(DecisionLog::new(DecisionLogLimits::default())),
                trail: trail.clone(),
                public_url: Some(SITE.to_owned()),
                endpoint: "http://127.0.0.1:4260".to_owned(),
            })
        };
        let world = Self {
            sessions: Sessions::new(services()).unwrap(),
            carla: vault.new_access_key(account()).unwrap(),
            dora: vault.new_access_key(account()).unwrap(),
            services,
            directory,
            keyring,
            vault,
            passwords,
            trail,
            place,
            role,
        };
        world.fill().await;
        world
    }

    /// The server stops and starts again.
    pub(crate) fn restart(&mut self) {
        self.sessions = Sessions::new((self.services)()).unwrap();
    }

    /// The server starts again and is told no URL of its own.
    pub(crate) fn restart_without_url(&mut self) {
        let services = SessionsServices {
            public_url: None,
            ..(self.services)()
        };
        self.sessions = Sessions::new(services).unwrap();
    }

    async fn fill(&self) {
        let home = NewAccount {
            id: account(),
            name: "home".into(),
            created: Timestamp::now(),
        };
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{CARLA}"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let profile = NewLoginProfile {
            password: self.passwords.hash(&SecretText::new(PASSWORD)).await.unwrap(),
            must_reset: false,
            created: Timestamp::now(),
        };
        let everything = allow(r#"["signin:*","lanyard:*","iam:ChangePassword"]"#);
        let setup = |edit: &mut AccountEdit| {
            edit.create_user(user(1, "carla", "/staff/"))?;
            edit.create_user(user(2, "dora", "/"))?;
            edit.create_access_key(KeyHolder::User("carla"), stored(&self.carla))?;
            edit.create_access_key(KeyHolder::User("dora"), stored(&self.dora))?;
            edit.create_login_profile("carla", profile.clone())?;
            edit.create_login_profile("dora", profile.clone())?;
            let role = NewRole {
                id: self.role,
                name: RoleName::parse("auditor").unwrap(),
                path: EntityPath::default(),
                created: Timestamp::now(),
                trust: trust.as_str().into(),
                description: None,
                session_seconds_max: Some(43_200),
                tags: Vec::new(),
                boundary: None,
            };
            edit.create_role(role, &NoOtherAccounts)?;
            let own = || InlinePolicyName::parse("own").unwrap();
            edit.put_inline_policy(Owner::User("carla"), own(), &everything)?;
            edit.put_inline_policy(Owner::Role("auditor"), own(), &everything)?;
            Ok::<_, DirectoryError>(((), Vec::new()))
        };
        self.directory.create_account(home, setup).await.unwrap();
    }

    pub(crate) async fn edit(&self, mut change: impl FnMut(&mut AccountEdit) -> Result<(), DirectoryError>) {
        let write = self
            .directory
            .write(account(), |edit| change(edit).map(|()| ((), Vec::new())));
        write.await.unwrap();
    }

    /// Gives carla a second factor.
    pub(crate) async fn enable_mfa(&self) {
        let name = MfaDeviceName::parse("carla").unwrap();
        let serial = format!("arn:aws:iam::{HOME}:mfa/carla");
        let seed = self
            .vault
            .seal(SecondFactors::place(account(), &serial), &SEED)
            .unwrap();
        self.edit(|edit| {
            edit.create_mfa_device(NewMfaDevice {
                name: name.clone(),
                path: EntityPath::default(),
                seed: SealedSecret::new(seed.clone()),
                created: Timestamp::now(),
                tags: Vec::new(),
            })?;
            let clock = MfaClock { step: 1, drift: 0 };
            edit.enable_mfa_device(KeyHolder::User("carla"), &serial, clock, Timestamp::now())?;
            Ok(())
        })
        .await;
    }

    /// A session of the role, as AssumeRole makes it.
    pub(crate) fn role_session(&self, change: impl FnOnce(&mut NewSession)) -> IssuedSession {
        let kind = SessionKind::AssumedRole {
            role: self.role,
            name: SessionName::parse("monday").unwrap(),
        };
        let mut session = NewSession::plain(account(), kind, 0, Timestamp::now(), 3600);
        change(&mut session);
        self.keyring.issue(&session).unwrap()
    }

    /// A session of carla's, of GetSessionToken or of GetFederationToken.
    pub(crate) fn user_session(&self, federated: bool) -> IssuedSession {
        let user = Some(UniqueId::from_entropy(IdKind::User, [1; 16]));
        let kind = match federated {
            true => SessionKind::FederatedUser {
                user,
                name: FederatedUserName::parse("guest").unwrap(),
            },
            false => SessionKind::SessionToken { user },
        };
        let session = NewSession::plain(account(), kind, 0, Timestamp::now(), 3600);
        self.keyring.issue(&session).unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>, later: i64) -> Answer {
        let peer = Peer {
            ip: "198.51.100.7".parse().unwrap(),
            is_secure: true,
            tls_version: None,
        };
        let now = Timestamp::now() + SignedDuration::from_secs(later);
        Answer::of(self.sessions.handle_at(request, peer, now).await).await
    }

    /// What the trail has, a record for each line. The trail is of no more use after that.
    pub(crate) async fn trail(&self) -> Vec<Value> {
        self.trail.close().await.unwrap();
        let mut records = Vec::new();
        let mut directories = vec![self.place.path().join("trail")];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    records.extend(text.lines().filter_map(|line| serde_json::from_str(line).ok()));
                }
            }
        }
        records
    }
}

/// The code that carla's device shows at a time so many seconds from now.
pub(crate) fn code(later: i64) -> String {
    let step = u64::try_from((Timestamp::now().as_second() + later) / 30).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &SEED);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let bits = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", bits % 1_000_000)
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    async fn of(response: Response<Full<Bytes>>) -> Self {
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self
            .text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no {name} in {}", self.text));
        let value = rest.split_once('"').unwrap().0;
        value
            .replace("&amp;", "&")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
    }
}

/// A request, signed with the hash of its body in its head.
pub(crate) fn signed(
    (id, secret, token): (&str, &SecretText, Option<&SecretText>),
    target: &str,
    body: &str,
) -> Request<Full<Bytes>> {
    let mut headers = HeaderMap::new();
    headers.insert("host", "iam.example.com".parse().unwrap());
    let now = Timestamp::now();
    let day = now.strftime("%Y%m%d").to_string();
    let key = SigningKey::derive(secret.expose(), &day, "us-east-1", "lanyard");
    let signer = Signer {
        access_key_id: id,
        key: &key,
        session_token: token.map(SecretText::expose),
        region: "us-east-1",
        service: "lanyard",
        time: now,
        rules: &ServiceRules::generic(),
    };
    let payload = PayloadHash::Sha256(sha256(body.as_bytes()));
    signer
        .sign(&Method::POST, target, None, &mut headers, payload)
        .unwrap();
    let mut request = Request::new(Full::new(Bytes::from(body.to_owned())));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target.parse().unwrap();
    *request.headers_mut() = headers;
    request
}
