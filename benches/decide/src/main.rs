//! Authenticating, mapping and deciding one request of the gateway, in process, with a signing key that is cached;
//! against the bare cost of the hashes and the HMAC that it must compute.
//!
//! The two take turns of at least 20 ms, and the ratio is taken within a round. It is the whole of what a request
//! goes through before its body is touched: what it claims, who signs, whether the signature is right, what the
//! request means, whose bucket it is about, and whether every policy agrees.
//!
//! With a number, each way of signing is decided that often and nothing is timed: under valgrind, the difference
//! between two numbers is what one decision costs in instructions, whatever else the machine does.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use jiff::Timestamp;
use lanyard_access::Peer;
use lanyard_gateway::{Gateway, UpstreamSettings};
use lanyard_names::AccountId;
use lanyard_sigv4::{Head, ServiceRules, SignedRequest};
use lanyard_testkit::{Call, Credentials, EngineKind, Manner, S3Request, World};
use sha2::{Digest, Sha256};

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ACCOUNT: &str = "111122223333";
const BUCKET: &str = "team-documents";
const ROUNDS: usize = 31;
const TURN: Duration = Duration::from_millis(20);
const BAR: f64 = 3.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(run())
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let world = World::new(EngineKind::Memory).await;
    let root = world.account(ACCOUNT).await;
    let carla = user_with_ten_policies(&world, &root).await;
    let account = AccountId::parse(ACCOUNT)?;
    world
        .directory()
        .adopt_bucket(BUCKET, account, Timestamp::now(), Vec::new())
        .await
        .map_err(|error| format!("{error:?}"))?;
    let settings = UpstreamSettings::parse("s3=http://127.0.0.1:9 credentials=none", &|_| None)?;
    let gateway = Gateway::new(world.gateway_services(), vec![settings])?.ok_or("a gateway")?;
    println!("one GetObject, a user in three groups with ten policies of three statements");
    let count = std::env::args().nth(1).map(|count| count.parse()).transpose()?;
    let target = format!("/{BUCKET}/reports/2026/11/summary.csv");
    let signed = S3Request::new("GET", &target).signed(&carla);
    let presigned = S3Request::new("GET", &target).presigned(&carla, 600);
    for (name, request) in [("in the header", signed), ("presigned", presigned)] {
        let (parts, _) = request.into_parts();
        match count {
            Some(count) => repeat(&gateway, &parts, count).await?,
            None => race(name, &gateway, &parts).await?,
        }
    }
    Ok(())
}

async fn repeat(gateway: &Gateway, parts: &Parts, count: u32) -> Result<(), Box<dyn std::error::Error>> {
    for _ in 0..count {
        if !gateway.decide(black_box(parts), peer()).await {
            return Err("the request was refused".into());
        }
    }
    Ok(())
}

async fn race(name: &str, gateway: &Gateway, parts: &Parts) -> Result<(), Box<dyn std::error::Error>> {
    let bare = Bare::of(parts)?;
    let (mut ratios, mut ours, mut floors) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let floor = timed(|| bare.compute());
        let started = Instant::now();
        let mut count = 0_u32;
        while started.elapsed() < TURN {
            for _ in 0..64 {
                if !gateway.decide(black_box(parts), peer()).await {
                    return Err("the request was refused".into());
                }
            }
            count += 64;
        }
        let mine = started.elapsed().as_secs_f64() / f64::from(count);
        ratios.push(mine / floor);
        ours.push(mine * 1e6);
        floors.push(floor * 1e6);
    }
    let (ratio, low, high) = middle(ratios);
    println!("  {name}");
    println!("    hashes and HMAC alone     {:>8.2} us", middle(floors).0);
    println!("    authenticated and decided {:>8.2} us", middle(ours).0);
    let verdict = if ratio <= BAR { "met" } else { "MISSED" };
    println!("    ratio                     {ratio:>8.2} ({low:.2} to {high:.2})  at most {BAR}: {verdict}");
    Ok(())
}

/// What cannot be left out: the hash of the canonical request, and the HMAC of the text to sign under a key that is
/// at hand.
struct Bare {
    canonical: String,
    text: String,
    keyed: Hmac<Sha256>,
}

impl Bare {
    fn of(parts: &Parts) -> Result<Self, Box<dyn std::error::Error>> {
        let head = Head {
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query(),
            headers: &parts.headers,
        };
        let signed = SignedRequest::parse(&head)?.ok_or("a signature")?;
        let rules = ServiceRules::s3();
        let payload = match signed.payload() {
            lanyard_sigv4::PayloadHash::Undeclared => lanyard_sigv4::PayloadHash::Unsigned,
            declared => declared,
        };
        Ok(Self {
            canonical: signed.canonical_request(&head, &rules, payload)?,
            text: signed.string_to_sign(&head, &rules, payload)?,
            keyed: Hmac::new_from_slice(&[7; 32])?,
        })
    }

    fn compute(&self) -> [u8; 32] {
        let hash = Sha256::digest(black_box(self.canonical.as_bytes()));
        black_box(hash);
        let mut mac = self.keyed.clone();
        mac.update(black_box(self.text.as_bytes()));
        mac.finalize().into_bytes().into()
    }
}

/// Seconds for one.
fn timed<T>(mut one: impl FnMut() -> T) -> f64 {
    let started = Instant::now();
    let mut count = 0_u32;
    while started.elapsed() < TURN {
        for _ in 0..64 {
            black_box(one());
        }
        count += 64;
    }
    started.elapsed().as_secs_f64() / f64::from(count)
}

/// The median, and the ends of the middle half.
fn middle(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(values.len() * share / 4).copied().unwrap_or(f64::NAN);
    (at(2), at(1), at(3))
}

fn peer() -> Peer {
    Peer {
        ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        is_secure: false,
        tls_version: None,
    }
}

async fn user_with_ten_policies(world: &World, root: &Credentials) -> Credentials {
    iam(world, root, "CreateUser", &[("UserName", "carla")]).await;
    for group in ["readers", "writers", "auditors"] {
        iam(world, root, "CreateGroup", &[("GroupName", group)]).await;
        let member = [("GroupName", group), ("UserName", "carla")];
        iam(world, root, "AddUserToGroup", &member).await;
    }
    for number in 0..10 {
        let name = format!("policy-{number}");
        let document = policy(number);
        let new = [("PolicyName", name.as_str()), ("PolicyDocument", &document)];
        iam(world, root, "CreatePolicy", &new).await;
        let arn = format!("arn:aws:iam::{ACCOUNT}:policy/{name}");
        let group = ["readers", "writers", "auditors"][number % 3];
        let attached = [("GroupName", group), ("PolicyArn", arn.as_str())];
        iam(world, root, "AttachGroupPolicy", &attached).await;
    }
    let made = iam(world, root, "CreateAccessKey", &[("UserName", "carla")]).await;
    Credentials {
        access_key_id: made.element("AccessKeyId").expect("a key").to_owned(),
        secret: made.element("SecretAccessKey").expect("a secret").to_owned(),
        session_token: None,
    }
}

/// Three statements; those of the fourth policy admit the request, and three others are about S3 too.
fn policy(number: usize) -> String {
    let (service, thing) = match number {
        3 => ("s3", format!("arn:aws:s3:::{BUCKET}/reports/*")),
        0 | 6 | 9 => ("s3", format!("arn:aws:s3:::other-{number}/*")),
        _ => ("sqs", format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:queue-{number}")),
    };
    let read = if service == "s3" {
        "GetObject"
    } else {
        "ReceiveMessage"
    };
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":["{service}:{read}","{service}:List*"],"Resource":"{thing}","Condition":{{"IpAddress":{{"aws:SourceIp":"192.0.2.0/24"}}}}}},
        {{"Effect":"Allow","Action":"{service}:Put*","Resource":"{thing}"}},
        {{"Effect":"Deny","Action":"{service}:Delete*","Resource":"*","Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
    )
}

async fn iam(
    world: &World,
    who: &Credentials,
    action: &str,
    parameters: &[(&str, &str)],
) -> lanyard_testkit::Answer {
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
    let answer = world.call(Some(who), &call).await;
    assert_eq!(answer.status, 200, "{action}: {}", answer.xml);
    answer
}
