//! A message in which Envoy asks, for a decision point with a few users of its own.
//!
//! The first byte says what Envoy vouches for, and the rest is the message. Its routes are the fuzzer's, too.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Request, Version};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use lanyard_access::{
    Authenticator, BearerPurpose, DecisionLog, DecisionLogLimits, FreshAccessKey, Keyring, MasterKey, Peer,
    Vault, bearer_key,
};
use lanyard_audit::{Trail, TrailOptions};
use lanyard_decision_point::{DecisionPoint, DecisionPointServices};
use lanyard_directory::{
    AccountEdit, Directory, DirectoryError, KeyHolder, NewAccessKey, NewAccount, NewUser, Owner, SealedSecret,
};
use lanyard_names::{AccountId, EntityPath, IdKind, InlinePolicyName, UniqueId, UserName};
use lanyard_store::MemoryEngine;
use prost::Message;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const ACCOUNT: &str = "111122223333";
const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";
/// The one who may do something.
const CARLA: &str = "arn:aws:iam::111122223333:user/carla";
const GUARD: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lanyard:Authorize","Resource":"*"}]}"#;
const READER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"app:Read","Resource":"arn:aws:app:::page/*"},
    {"Effect":"Deny","Action":"*","Resource":"arn:aws:app:::page/9"}]}"#;

static POINT: LazyLock<Point> = LazyLock::new(Point::new);

struct Point {
    runtime: Runtime,
    point: DecisionPoint,
    key: String,
    _place: TempDir,
}

/// What Envoy is told, as far as it is looked at.
#[derive(Clone, PartialEq, Message)]
struct Answer {
    #[prost(message, optional, tag = "3")]
    ok: Option<Allowed>,
}

#[derive(Clone, PartialEq, Message)]
struct Allowed {
    #[prost(message, repeated, tag = "2")]
    headers: Vec<Written>,
}

#[derive(Clone, PartialEq, Message)]
struct Written {
    #[prost(message, optional, tag = "1")]
    header: Option<Header>,
}

#[derive(Clone, PartialEq, Message)]
struct Header {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

/// - Every message has an answer.
/// - Nobody passes but those whom Envoy vouches for and whose policies let them.
pub fn envoy(data: &[u8]) {
    let Some((first, message)) = data.split_first() else {
        return;
    };
    let trusts_certificates = first & 1 == 1;
    let trust = match (trusts_certificates, first & 2 == 2) {
        (true, true) => " trust=principal,jwt,source-ip,secure-transport",
        (true, false) => " trust=principal",
        (false, true) => " trust=jwt,source-ip,secure-transport",
        (false, false) => "",
    };
    let answer = POINT.runtime.block_on(POINT.ask(trust, message));
    for header in answer
        .and_then(|answer| answer.ok)
        .into_iter()
        .flat_map(|ok| ok.headers)
    {
        let Header { name, value } = header.header.unwrap_or_default();
        if name == "x-lanyard-principal" {
            assert!(trusts_certificates && value == CARLA, "{value} passes");
        }
    }
}

impl Point {
    fn new() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let place = TempDir::new().expect("a directory");
        let trail = Trail::open(place.path(), &TrailOptions::default()).expect("a trail");
        let (point, key) = runtime.block_on(decision_point(trail));
        Self {
            runtime,
            point,
            key,
            _place: place,
        }
    }

    async fn ask(&self, trust: &str, message: &[u8]) -> Option<Answer> {
        let length = u32::try_from(message.len()).expect("a short message");
        let framed = [&[0], &length.to_be_bytes()[..], message].concat();
        let request = Request::post(CHECK)
            .version(Version::HTTP_2)
            .header("content-type", "application/grpc")
            .header("authorization", format!("Bearer {}{trust}", self.key))
            .body(Full::new(Bytes::from(framed)))
            .expect("a request");
        let peer = Peer {
            ip: "198.51.100.7".parse().expect("an address"),
            is_secure: true,
            tls_version: None,
        };
        let response = self.point.call(request, peer).await;
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let answer = body.get(5..)?;
        Some(Answer::decode(answer).expect("an answer that can be read"))
    }
}

/// A decision point, and the key of whoever may ask it.
async fn decision_point(trail: Trail) -> (DecisionPoint, String) {
    let account = AccountId::parse(ACCOUNT).expect("an account");
    let directory = Directory::open(Arc::new(MemoryEngine::new()))
        .await
        .expect("a directory");
    let directory = Arc::new(directory);
    let vault = Vault::create(&MasterKey::from_bytes([1; 32])).expect("a vault").0;
    let guard = vault.new_access_key(account).expect("a key");
    let new_account = NewAccount {
        id: account,
        name: "home".into(),
        created: Timestamp::now(),
    };
    let setup = |edit: &mut AccountEdit| fill(edit, &guard).map(|()| ((), Vec::new()));
    directory
        .create_account(new_account, setup)
        .await
        .expect("an account");
    let key = bearer_key(guard.id, &guard.secret, BearerPurpose::Ask)
        .expose()
        .to_owned();
    let keyring = Arc::new(Keyring::new());
    let authenticator = Authenticator::new(Arc::clone(&directory), Arc::new(vault), Arc::clone(&keyring));
    let services = DecisionPointServices {
        directory,
        authenticator: Arc::new(authenticator),
        decisions: Arc::new(DecisionLog::new(DecisionLogLimits::default())),
        trail,
        keyring,
        origin: "https://iam.example.com".to_owned(),
    };
    (DecisionPoint::new(services), key)
}

fn fill(edit: &mut AccountEdit, guard: &FreshAccessKey) -> Result<(), DirectoryError> {
    for (number, name, policy) in [(1, "guard", GUARD), (2, "carla", READER)] {
        edit.create_user(NewUser {
            id: UniqueId::from_entropy(IdKind::User, [number; 16]),
            name: UserName::parse(name).expect("a name"),
            path: EntityPath::default(),
            created: Timestamp::now(),
            tags: Vec::new(),
            boundary: None,
        })?;
        let own = InlinePolicyName::parse("own").expect("a name");
        edit.put_inline_policy(Owner::User(name), own, policy)?;
    }
    let key = NewAccessKey {
        id: guard.id,
        secret: SealedSecret::new(guard.sealed.clone()),
        created: Timestamp::now(),
    };
    edit.create_access_key(KeyHolder::User("guard"), key).map(|_| ())
}
