//! A whole Lanyard in one process, without a socket: signed requests go into the pipeline, answers come out.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http_body_util::BodyExt;
use jiff::Timestamp;
use lanyard_access::{
    Authenticator, DecisionLog, DecisionLogLimits, FreshAccessKey, Keyring, Passwords, SecondFactors, Vault,
    open_vault,
};
use lanyard_audit::{Trail, TrailOptions};
use lanyard_directory::{
    AccountEdit, Directory, DirectoryError, KeyHolder, NewAccessKey, NewAccount, NewHardwareMfaDevice,
    SealedSecret,
};
use lanyard_federation::oidc::{OidcSettings, OidcVerifier};
use lanyard_gateway::GatewayServices;
use lanyard_names::AccountId;
use lanyard_operations::{Admission, BodyBudget, Federation, Peer, Pipeline, Services};
use tempfile::TempDir;

use crate::answer::Answer;
use crate::client::{Call, Credentials};
use crate::engine::{EngineKind, Opened};

/// What bodies may hold in memory together.
const BODY_BYTES_HELD_MAX: usize = 1 << 20;

/// The origin under which identity providers and relying parties know it.
const PUBLIC_URL: &str = "https://lanyard.example.com";

/// A running Lanyard on an engine of its own, in a directory that is gone with it.
///
/// It is put together as the server puts itself together, except that nothing runs in the background: the outbox
/// is not emptied and ring keys are not rotated.
pub struct World {
    parts: Parts,
    opened: Opened,
    issuers: OidcSettings,
    place: TempDir,
}

/// What stands on an engine, and falls with it.
struct Parts {
    pipeline: Arc<Pipeline>,
    directory: Arc<Directory>,
    vault: Arc<Vault>,
    trail: Trail,
}

impl World {
    /// An empty one: no account yet.
    pub async fn new(kind: EngineKind) -> Self {
        World::with_issuers(kind, OidcSettings::default()).await
    }

    /// An empty one, whose fetches from issuers go by these settings.
    pub async fn with_issuers(kind: EngineKind, issuers: OidcSettings) -> Self {
        let place = TempDir::new().expect("a directory");
        let opened = kind.open(place.path());
        let parts = Parts::open(&opened, issuers.clone(), &place).await;
        World {
            parts,
            opened,
            issuers,
            place,
        }
    }

    /// Stops it and starts it again: whatever was only in memory is gone.
    pub async fn restart(&mut self) {
        self.parts.close().await;
        self.opened.reopen(self.place.path()).await;
        self.parts = Parts::open(&self.opened, self.issuers.clone(), &self.place).await;
    }

    /// Makes an account; gives the credentials of its root user.
    pub async fn account(&self, id: &str) -> Credentials {
        let id = AccountId::parse(id).expect("an account id");
        let FreshAccessKey {
            id: key,
            secret,
            sealed,
        } = self.parts.vault.new_access_key(id).expect("a key");
        let created = Timestamp::now();
        let new = NewAccount {
            id,
            name: "scenario".into(),
            created,
        };
        let setup = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
            let secret = SealedSecret::new(sealed.clone());
            let key = NewAccessKey {
                id: key,
                secret,
                created,
            };
            edit.create_access_key(KeyHolder::Root, key)?;
            Ok(((), Vec::new()))
        };
        let made = self.parts.directory.create_account(new, setup).await;
        made.expect("an account");
        Credentials {
            access_key_id: key.to_string(),
            secret: secret.expose().to_owned(),
            session_token: None,
        }
    }

    /// Enters a hardware MFA device into an account, as the operator does; gives its seed.
    pub async fn hardware_mfa_device(&self, account: &str, serial: &str) -> Vec<u8> {
        let id = AccountId::parse(account).expect("an account id");
        let seed: Vec<u8> = serial.bytes().cycle().take(20).collect();
        let sealed = self.parts.vault.seal(SecondFactors::place(id, serial), &seed);
        let new = NewHardwareMfaDevice {
            serial: serial.into(),
            seed: SealedSecret::new(sealed.expect("a seed")),
            created: Timestamp::now(),
        };
        let enter = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
            edit.add_hardware_mfa_device(new.clone())?;
            Ok(((), Vec::new()))
        };
        let written = self.parts.directory.write(id, enter).await;
        written.expect("a device");
        seed
    }

    /// The accounts.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.parts.directory
    }

    /// What answers requests.
    pub fn pipeline(&self) -> &Arc<Pipeline> {
        &self.parts.pipeline
    }

    /// What a gateway works with.
    pub fn gateway_services(&self) -> Arc<GatewayServices> {
        let services = self.parts.pipeline.services();
        Arc::new(GatewayServices {
            directory: services.directory.clone(),
            authenticator: services.authenticator.clone(),
            decisions: services.decisions.clone(),
            trail: services.trail.clone(),
        })
    }

    /// Returns once everything that was recorded so far can be read.
    pub async fn settle(&self) {
        let trail = &self.parts.trail;
        let before = trail.stats();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert_eq!(before.dropped, trail.stats().dropped, "nothing was dropped");
    }

    /// Every record of the trail, oldest first, as JSON.
    pub fn trail(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for file in trail_files(self.parts.trail.directory()) {
            let text = std::fs::read_to_string(file).expect("a day of the trail");
            lines.extend(text.lines().map(str::to_owned));
        }
        lines
    }

    /// Sends a call, signed if there is somebody to sign it.
    pub async fn call(&self, credentials: Option<&Credentials>, call: &Call<'_>) -> Answer {
        let peer = Peer {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            is_secure: false,
            tls_version: None,
        };
        let response = self.parts.pipeline.handle(call.request(credentials), peer).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let answer = Answer {
            status: head.status.as_u16(),
            xml: String::from_utf8(body.to_vec()).expect("answers are UTF-8"),
        };
        if !answer.xml.is_empty() {
            assert_eq!(header("content-type"), Some("text/xml"));
            assert_eq!(header("x-amzn-requestid"), answer.element("RequestId"));
        }
        answer
    }
}

/// The files of the trail, oldest first.
fn trail_files(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).expect("the trail's directory");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

impl Parts {
    async fn open(opened: &Opened, issuers: OidcSettings, place: &TempDir) -> Self {
        let place = place.path();
        let directory = Directory::open(opened.engine()).await.expect("the store opens");
        let directory = Arc::new(directory);
        let vault = open_vault(&directory, &place.join("master.key")).await;
        let vault = Arc::new(vault.expect("the vault opens"));
        let keyring = Arc::new(Keyring::new());
        let maintained = keyring.maintain(&directory, &vault, Timestamp::now()).await;
        maintained.expect("there is a ring key");
        let trail = Trail::open(&place.join("trail"), &TrailOptions::default()).expect("the trail opens");
        let verifier = OidcVerifier::new(issuers).expect("an OIDC verifier");
        let pipeline = Pipeline::new(Services {
            directory: directory.clone(),
            authenticator: Arc::new(Authenticator::new(
                directory.clone(),
                vault.clone(),
                keyring.clone(),
            )),
            vault: vault.clone(),
            keyring,
            decisions: Arc::new(DecisionLog::new(DecisionLogLimits::default())),
            trail: trail.clone(),
            second_factors: Arc::new(SecondFactors::new(directory.clone(), vault.clone())),
            passwords: Arc::new(Passwords::new()),
            bodies: BodyBudget::new(BODY_BYTES_HELD_MAX),
            federation: Arc::new(Federation::new(verifier, PUBLIC_URL)),
            strangers: Admission::new(),
            credential_reports: Arc::default(),
            last_accessed_jobs: Arc::default(),
        });
        Parts {
            pipeline,
            directory,
            vault,
            trail,
        }
    }

    async fn close(&self) {
        let written = self.directory.write_last_uses().await;
        written.expect("last uses are written");
        self.trail.close().await.expect("the trail closes");
    }
}
