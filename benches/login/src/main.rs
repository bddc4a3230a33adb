//! A login by somebody else's word, against the bare verification of the signature that vouches for it.
//!
//! Of a token: its verification alone, then the whole request, from the bytes of the form to those of the answer, on
//! the thread that handles it, and with the thread that writes the trail. Of a SAML response: its verification,
//! against that of its signature and the hash of its bytes. Everything takes turns, and the ratios are taken within a
//! round. What is counted is CPU time: the trail is in memory, and nobody waits for its disk.
//!
//! With the name of an algorithm or `SAML`, and a count, it does so many and measures nothing: for profilers.

mod assertion;
mod clock;
mod issuer;

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::Peer;
use lanyard_federation::oidc::{IssuerAuthorities, KeySet, OidcSettings, OidcTrust, PresentedToken};
use lanyard_federation::saml::{SamlTrust, parse_metadata, verify};
use lanyard_testkit::{Call, Credentials, EngineKind, Manner, World};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::task::JoinSet;

use clock::Race;
use issuer::{Issuer, SUBJECT, Signer};

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error>;

const ACCOUNT: &str = "111122223333";
const BAR: f64 = 1.3;
/// So many log in at the same time.
const CROWD: u32 = 16;
/// So often does each of them in a turn.
const LOGINS: u32 = 32;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    tempfile::env::override_temp_dir(Path::new("/dev/shm")).map_err(|_| "there is a directory already")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let issuer = Issuer::start().await?;
        match arguments.as_slice() {
            [what, count] => profile(&issuer, what, count.parse()?).await,
            _ => {
                let world = Arc::new(world(&issuer).await?);
                for signer in &issuer.signers {
                    token(&issuer, signer, &world).await?;
                }
                saml(&issuer, None)
            }
        }
    })
}

/// A token: verified, and logged in with.
struct Token {
    text: String,
    signed: usize,
    signature: Vec<u8>,
    body: Bytes,
    keys: KeySet,
    now: Timestamp,
}

impl Token {
    fn new(issuer: &Issuer, signer: &Signer) -> Result<Self, Failure> {
        let now = Timestamp::now();
        let text = issuer.token(signer, now.as_second())?;
        let (signed, signature) = text.rsplit_once('.').ok_or("no token")?;
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let role = escaped(&format!("arn:aws:iam::{ACCOUNT}:role/checkout"));
        let body = format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=botocore-session-1763812800&WebIdentityToken={text}"
        );
        Ok(Self {
            signed: signed.len(),
            signature: URL_SAFE_NO_PAD.decode(signature)?,
            body: body.into(),
            keys: KeySet::parse(issuer.key_set.as_bytes())?,
            now,
            text,
        })
    }

    fn is_signed_by(&self, signer: &Signer) -> bool {
        let message = black_box(&self.text.as_bytes()[..self.signed]);
        signer.public.verify_sig(message, &self.signature).is_ok()
    }

    fn is_genuine(&self, trust: OidcTrust<'_>) -> bool {
        let presented = PresentedToken::parse(black_box(&self.text));
        presented.is_ok_and(|token| self.keys.verify(&token, trust, self.now).is_ok())
    }
}

async fn token(issuer: &Issuer, signer: &Signer, world: &Arc<World>) -> Result<(), Failure> {
    let token = Token::new(issuer, signer)?;
    let client_ids: [Arc<str>; 1] = ["sts.amazonaws.com".into()];
    let trust = OidcTrust {
        url: &issuer.url["https://".len()..],
        client_ids: &client_ids,
        thumbprints: &[],
    };
    if !token.is_genuine(trust) {
        return Err("a token was refused".into());
    }
    let mut race = Race::default();
    for _ in 0..clock::ROUNDS {
        race.floor(clock::timed(|| assert!(token.is_signed_by(signer))));
        let verified = clock::timed(|| assert!(token.is_genuine(trust)));
        race.lane("the token verified", verified, Some(BAR));
        let (here, everywhere) = logins(world, &token.body, CROWD, LOGINS).await?;
        race.lane("the whole login", here, Some(BAR));
        race.lane("with the trail's thread", everywhere, None);
    }
    race.print(&format!(
        "{}, a token of {} bytes",
        signer.algorithm,
        token.text.len()
    ));
    Ok(())
}

/// Microseconds for a login on this thread, and on all threads.
async fn logins(world: &Arc<World>, body: &Bytes, crowd: u32, each: u32) -> Result<(f64, f64), Failure> {
    let (thread, process) = (clock::of_thread(), clock::of_process());
    log_in(world, body, crowd, each).await?;
    let count = crowd * each;
    Ok((
        clock::micros(clock::of_thread() - thread, count),
        clock::micros(clock::of_process() - process, count),
    ))
}

async fn log_in(world: &Arc<World>, body: &Bytes, crowd: u32, each: u32) -> Result<(), Failure> {
    let mut all = JoinSet::new();
    for _ in 0..crowd {
        let (world, body) = (Arc::clone(world), body.clone());
        all.spawn(async move {
            let mut are_in = true;
            for _ in 0..each {
                let request = Request::post("/")
                    .header("host", "lanyard.example.com")
                    .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
                    .header(
                        "user-agent",
                        "Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux lang/python#3.13",
                    )
                    .body(Full::new(body.clone()))
                    .unwrap_or_default();
                let answer = world.pipeline().handle(request, PEER).await;
                are_in &= black_box(answer).status() == 200;
            }
            are_in
        });
    }
    while let Some(are_in) = all.join_next().await {
        if !are_in? {
            return Err("a login was refused".into());
        }
    }
    Ok(())
}

const PEER: Peer = Peer {
    ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
    is_secure: true,
    tls_version: None,
};

/// Races, or only does so many.
fn saml(issuer: &Issuer, only: Option<u32>) -> Result<(), Failure> {
    let signer = issuer.signers.first().ok_or("a key")?;
    let response = assertion::response(signer)?;
    let now = assertion::NOW.parse()?;
    let metadata = parse_metadata(&assertion::metadata(signer)?, now)?;
    let here = [assertion::RECIPIENT.to_owned()];
    let trust = SamlTrust {
        metadata: &metadata,
        recipients: &here,
        audiences: &here,
        allows_sha1: false,
        decryption: &[],
        requires_encryption: false,
    };
    for _ in 0..only.unwrap_or(1) {
        verify(black_box(&response.base64), &trust, now)?;
    }
    if only.is_some() {
        return Ok(());
    }
    let mut race = Race::default();
    for _ in 0..clock::ROUNDS {
        race.floor(clock::timed(|| {
            let signed = black_box(response.information.as_bytes());
            assert!(signer.public.verify_sig(signed, &response.signature).is_ok());
            digest(&SHA256, black_box(response.text.as_bytes()))
        }));
        let verified = clock::timed(|| assert!(verify(black_box(&response.base64), &trust, now).is_ok()));
        race.lane("the response verified", verified, Some(BAR));
    }
    race.print(&format!("SAML, a response of {} bytes", response.text.len()));
    Ok(())
}

async fn profile(issuer: &Issuer, what: &str, count: u32) -> Result<(), Failure> {
    if what == "SAML" {
        return saml(issuer, Some(count));
    }
    let signer = issuer.signers.iter().find(|signer| signer.algorithm == what);
    let token = Token::new(issuer, signer.ok_or("no such algorithm")?)?;
    let world = Arc::new(world(issuer).await?);
    log_in(&world, &token.body, CROWD, count / CROWD).await
}

/// A provider and a role that trusts a workload of it.
async fn world(issuer: &Issuer) -> Result<World, Failure> {
    let settings = OidcSettings {
        allowed_networks: vec!["127.0.0.0/8".parse()?, "::1/128".parse()?],
        authorities: vec![IssuerAuthorities {
            issuer: issuer.url.clone(),
            certificates: vec![issuer.certificate.clone()],
        }],
        // Profilers are slow.
        fetch_time_max: Duration::from_secs(60),
        ..OidcSettings::default()
    };
    let world = World::with_issuers(EngineKind::Memory, settings).await;
    let root = world.account(ACCOUNT).await;
    let provider = [
        ("Url", issuer.url.as_str()),
        ("ClientIDList.member.1", "sts.amazonaws.com"),
    ];
    iam(&world, &root, "CreateOpenIDConnectProvider", &provider).await?;
    let url = &issuer.url["https://".len()..];
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::{ACCOUNT}:oidc-provider/{url}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"{url}:aud":"sts.amazonaws.com","{url}:sub":"{SUBJECT}"}}}}}}}}"#
    );
    let role = [
        ("RoleName", "checkout"),
        ("AssumeRolePolicyDocument", trust.as_str()),
    ];
    iam(&world, &root, "CreateRole", &role).await?;
    Ok(world)
}

async fn iam(
    world: &World,
    root: &Credentials,
    action: &str,
    parameters: &[(&str, &str)],
) -> Result<(), Failure> {
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let call = Call {
        service: "iam",
        action,
        parameters: &parameters,
        manner: Manner::Post,
    };
    let answer = world.call(Some(root), &call).await;
    if answer.status != 200 {
        return Err(format!("{action}: {}", answer.xml).into());
    }
    Ok(())
}
