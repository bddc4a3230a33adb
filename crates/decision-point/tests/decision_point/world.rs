//! Two accounts, people in them, a bucket, and enforcement points that ask.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use lanyard_access::{
    Authenticator, BearerPurpose, DecisionLog, DecisionLogLimits, FreshAccessKey, IssuedSession, Keyring,
    MasterKey, NewSession, Peer, SecretText, SessionKind, Vault, bearer_key,
};
use lanyard_audit::{Trail, TrailOptions};
use lanyard_decision_point::{DecisionPoint, DecisionPointServices};
use lanyard_directory::{
    AccountEdit, Directory, DirectoryError, KeyHolder, NewAccessKey, NewAccount, NewRole, NewUser,
    NoOtherAccounts, Owner, SealedSecret, Tag,
};
use lanyard_names::{
    AccountId, EntityPath, IdKind, InlinePolicyName, RoleName, SessionName, TagKey, TagValue, UniqueId,
    UserName,
};
use lanyard_sigv4::{PayloadHash, ServiceRules, Signer, SigningKey, sha256};
use lanyard_store::MemoryEngine;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const HOME: &str = "111122223333";
pub(crate) const AWAY: &str = "444455556666";
pub(crate) const CARLA: &str = "arn:aws:iam::111122223333:user/staff/carla";
pub(crate) const ZOE: &str = "arn:aws:iam::444455556666:user/zoe";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/auditor";

/// Users carla and guard and the role auditor at home, zoe away. Carla may read the bucket `reports`; guard may ask.
pub(crate) struct World {
    pub(crate) point: DecisionPoint,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) decisions: Arc<DecisionLog>,
    pub(crate) keyring: Arc<Keyring>,
    trail: Trail,
    place: TempDir,
    pub(crate) guard: FreshAccessKey,
    pub(crate) carla: FreshAccessKey,
    pub(crate) zoe: FreshAccessKey,
    role: UniqueId,
}

pub(crate) fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

pub(crate) fn allow(action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}]}}"#
    )
}

/// The tag that says under which id other systems know somebody.
pub(crate) fn id_tag(id: &str) -> Tag {
    Tag {
        key: TagKey::parse("authzen:id").unwrap(),
        value: TagValue::parse(id).unwrap(),
    }
}

pub(crate) fn put(edit: &mut AccountEdit, owner: Owner<'_>, text: &str) -> Result<(), DirectoryError> {
    edit.put_inline_policy(owner, InlinePolicyName::parse("own").unwrap(), text)
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
        let vault = Vault::create(&MasterKey::from_bytes([1; 32])).unwrap().0;
        let keyring = Arc::new(Keyring::new());
        let ring_key = keyring.make_key(&vault, Timestamp::now()).unwrap();
        keyring.load(&vault, [&ring_key]).unwrap();
        let guard = vault.new_access_key(account(HOME)).unwrap();
        let carla = vault.new_access_key(account(HOME)).unwrap();
        let zoe = vault.new_access_key(account(AWAY)).unwrap();
        let role = UniqueId::from_entropy(IdKind::Role, [9; 16]);
        fill(&directory, [&guard, &carla, &zoe], role).await;
        let place = TempDir::new().unwrap();
        let trail = Trail::open(&place.path().join("trail"), &TrailOptions::default()).unwrap();
        let decisions = Arc::new(DecisionLog::new(DecisionLogLimits::default()));
        let vault = Arc::new(vault);
        let authenticator = Arc::new(Authenticator::new(
            Arc::clone(&directory),
            vault,
            Arc::clone(&keyring),
        ));
        let point = DecisionPoint::new(DecisionPointServices {
            directory: Arc::clone(&directory),
            authenticator: Arc::clone(&authenticator),
            decisions: Arc::clone(&decisions),
            trail: trail.clone(),
            keyring: Arc::clone(&keyring),
            origin: "https://iam.example.com".to_owned(),
        });
        Self {
            point,
            authenticator,
            directory,
            decisions,
            keyring,
            trail,
            place,
            guard,
            carla,
            zoe,
            role,
        }
    }

    pub(crate) async fn edit(
        &self,
        id: &str,
        mut change: impl FnMut(&mut AccountEdit) -> Result<(), DirectoryError>,
    ) {
        let write = self
            .directory
            .write(account(id), |edit| change(edit).map(|()| ((), Vec::new())));
        write.await.unwrap();
    }

    /// Puts a policy of a resource.
    pub(crate) async fn resource_policy(&self, id: &str, arn: &str, text: &str) {
        let write = self.directory.write(account(id), |edit| {
            edit.put_resource_policy(arn, text.into(), &NoOtherAccounts)
                .map(|_| ((), Vec::new()))
        });
        write.await.unwrap();
    }

    /// The account away lets everybody at home ask about its principals.
    pub(crate) async fn consent(&self) {
        let consent = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},
            "Action":"lanyard:Authorize","Resource":"*"}]}"#;
        self.resource_policy(AWAY, "arn:aws:iam::444455556666:root", consent)
            .await;
    }

    pub(crate) fn session(&self) -> IssuedSession {
        let kind = SessionKind::AssumedRole {
            role: self.role,
            name: SessionName::parse("monday").unwrap(),
        };
        let session = NewSession::plain(account(HOME), kind, 0, Timestamp::now(), 3600);
        self.keyring.issue(&session).unwrap()
    }

    /// The key of an enforcement point.
    pub(crate) fn bearer(&self, key: &FreshAccessKey) -> String {
        let key = bearer_key(key.id, &key.secret, BearerPurpose::Ask);
        format!("Bearer {}", key.expose())
    }

    /// The key of a person.
    pub(crate) fn proof(&self, key: &FreshAccessKey) -> String {
        let key = bearer_key(key.id, &key.secret, BearerPurpose::Be);
        format!("Bearer {}", key.expose())
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Response<Full<Bytes>> {
        let peer = Peer {
            ip: "198.51.100.7".parse().unwrap(),
            is_secure: true,
            tls_version: None,
        };
        self.point.handle(request, peer).await
    }

    /// A question in JSON, signed by the guard: status and answer.
    pub(crate) async fn ask(&self, body: &str) -> (u16, Value) {
        let request = signed(
            (self.guard.id.as_str(), &self.guard.secret, None),
            "lanyard",
            &Method::POST,
            "/authorize",
            body,
        );
        json(self.send(request).await).await
    }

    /// What the trail has, a line for each record.
    pub(crate) async fn trail(&self) -> String {
        self.trail.close().await.unwrap();
        let mut lines = String::new();
        let mut directories = vec![self.place.path().join("trail")];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else if let Ok(text) = std::fs::read_to_string(&path) {
                    lines.push_str(&text);
                }
            }
        }
        lines
    }
}

async fn fill(directory: &Directory, [guard, carla, zoe]: [&FreshAccessKey; 3], role: UniqueId) {
    let home = NewAccount {
        id: account(HOME),
        name: "home".into(),
        created: Timestamp::now(),
    };
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/staff/carla"},"Action":"sts:AssumeRole"}]}"#;
    let setup = |edit: &mut AccountEdit| {
        edit.create_user(user(1, "carla", "/staff/"))?;
        edit.create_user(user(2, "guard", "/"))?;
        edit.create_access_key(KeyHolder::User("carla"), stored(carla))?;
        edit.create_access_key(KeyHolder::User("guard"), stored(guard))?;
        let role = NewRole {
            id: role,
            name: RoleName::parse("auditor").unwrap(),
            path: EntityPath::default(),
            created: Timestamp::now(),
            trust: trust.into(),
            description: None,
            session_seconds_max: None,
            tags: Vec::new(),
            boundary: None,
        };
        edit.create_role(role, &NoOtherAccounts)?;
        put(
            edit,
            Owner::User("carla"),
            &allow("s3:Get*", "arn:aws:s3:::reports/*"),
        )?;
        put(edit, Owner::Role("auditor"), &allow("s3:List*", "*"))?;
        put(edit, Owner::User("guard"), &allow("lanyard:Authorize", "*"))?;
        Ok::<_, DirectoryError>(((), Vec::new()))
    };
    directory.create_account(home, setup).await.unwrap();
    let away = NewAccount {
        id: account(AWAY),
        name: "away".into(),
        created: Timestamp::now(),
    };
    let setup = |edit: &mut AccountEdit| {
        edit.create_user(user(3, "zoe", "/"))?;
        edit.create_access_key(KeyHolder::User("zoe"), stored(zoe))?;
        put(edit, Owner::User("zoe"), &allow("*", "*"))?;
        Ok::<_, DirectoryError>(((), Vec::new()))
    };
    directory.create_account(away, setup).await.unwrap();
    let adopted = directory.adopt_bucket("reports", account(HOME), Timestamp::now(), Vec::new());
    adopted.await.unwrap();
}

/// A request, signed with the hash of its body in its head.
pub(crate) fn signed(
    (id, secret, token): (&str, &SecretText, Option<&SecretText>),
    service: &str,
    method: &Method,
    target: &str,
    body: &str,
) -> Request<Full<Bytes>> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut headers = HeaderMap::new();
    headers.insert("host", "app.example.com".parse().unwrap());
    let now = Timestamp::now();
    let day = now.strftime("%Y%m%d").to_string();
    let key = SigningKey::derive(secret.expose(), &day, "us-east-1", service);
    let signer = Signer {
        access_key_id: id,
        key: &key,
        session_token: token.map(SecretText::expose),
        region: "us-east-1",
        service,
        time: now,
        rules: &ServiceRules::generic(),
    };
    let payload = PayloadHash::Sha256(sha256(body.as_bytes()));
    signer.sign(method, path, query, &mut headers, payload).unwrap();
    let mut request = Request::new(Full::new(Bytes::from(body.to_owned())));
    *request.method_mut() = method.clone();
    *request.uri_mut() = target.parse().unwrap();
    *request.headers_mut() = headers;
    request
}

pub(crate) async fn json(response: Response<Full<Bytes>>) -> (u16, Value) {
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    (head.status.as_u16(), value)
}
