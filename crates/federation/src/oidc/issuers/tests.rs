//! Keys are kept, refreshed and asked for again, on a clock that stands still unless it is moved.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::super::algorithm::Algorithm;
use super::super::documents::Fetching;
use super::*;

/// What an issuer answers next.
#[derive(Clone)]
enum Says {
    Keys(&'static [&'static str]),
    Nothing,
    Never,
}

/// An issuer that counts how often it is asked.
#[derive(Clone)]
struct Issuer {
    says: Arc<Mutex<Says>>,
    asked: Arc<AtomicUsize>,
}

impl KeySource for Issuer {
    fn fetch(&self, _id: IssuerId) -> Fetching {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let says = self.says.lock().clone();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            match says {
                Says::Keys(names) => Ok(keys(names)),
                Says::Nothing => Err(down()),
                Says::Never => std::future::pending().await,
            }
        })
    }
}

fn keys(names: &[&str]) -> KeySet {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = |name: &&str| json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": name});
    let keys: Vec<_> = names.iter().map(key).collect();
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn down() -> OidcError {
    OidcError::Unreachable {
        reason: "down".to_owned(),
    }
}

struct Bench {
    issuer: Issuer,
    issuers: Arc<Issuers>,
}

impl Bench {
    fn new(says: Says) -> Self {
        let issuer = Issuer {
            says: Arc::new(Mutex::new(says)),
            asked: Arc::default(),
        };
        let issuers = Arc::new(Issuers::new(issuer.clone(), &OidcSettings::default()));
        Self { issuer, issuers }
    }

    fn says(&self, says: Says) {
        *self.issuer.says.lock() = says;
    }

    async fn find(&self, name: &str) -> Result<(), OidcError> {
        find(&self.issuers, "https://i", name).await
    }

    /// Whether a key is found, and how often the issuer was asked by then.
    async fn check(&self, name: &str, expected: Result<(), OidcError>, asked: usize) {
        assert_eq!(self.find(name).await, expected, "{name}");
        assert_eq!(self.issuer.asked.load(Ordering::Relaxed), asked, "{name}");
    }

    async fn wait(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

async fn find(issuers: &Issuers, issuer: &str, name: &str) -> Result<(), OidcError> {
    find_for(1, issuers, issuer, name).await
}

async fn find_for(account: u32, issuers: &Issuers, issuer: &str, name: &str) -> Result<(), OidcError> {
    let id = IssuerId {
        issuer: issuer.to_owned(),
        thumbprints: Vec::new(),
    };
    let header = Header {
        algorithm: Algorithm::Ed25519,
        key_id: Some(name.to_owned()),
    };
    let account = AccountId::parse(&format!("{account:012}")).unwrap();
    issuers.key(id, &header, account).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_once_while_they_are_fresh() {
    let bench = Bench::new(Says::Keys(&["a"]));
    bench.check("a", Ok(()), 1).await;
    bench.wait(299).await;
    bench.check("a", Ok(()), 1).await;
}

#[tokio::test(start_paused = true)]
async fn old_keys_are_used_while_new_ones_are_on_their_way() {
    let bench = Bench::new(Says::Keys(&["a"]));
    bench.check("a", Ok(()), 1).await;
    bench.says(Says::Keys(&["b"]));
    bench.wait(301).await;
    bench.check("a", Ok(()), 1).await;
    bench.wait(1).await;
    bench.check("b", Ok(()), 2).await;
    bench.check("a", Err(OidcError::UnknownKey), 2).await;
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_is_down_stops_nobody_for_an_hour() {
    let bench = Bench::new(Says::Keys(&["a"]));
    bench.check("a", Ok(()), 1).await;
    bench.says(Says::Nothing);
    bench.wait(3500).await;
    bench.check("a", Ok(()), 1).await;
    bench.wait(1).await;
    bench.check("a", Ok(()), 2).await;
    bench.wait(200).await;
    bench.check("a", Err(down()), 3).await;
    bench.says(Says::Keys(&["a"]));
    bench.wait(11).await;
    bench.check("a", Ok(()), 4).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_asked_for_at_once() {
    let bench = Bench::new(Says::Keys(&["a"]));
    bench.check("a", Ok(()), 1).await;
    bench.wait(11).await;
    bench.says(Says::Keys(&["b"]));
    bench.check("b", Ok(()), 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_unknown_keys_costs_one_fetch_in_a_pause() {
    let bench = Bench::new(Says::Keys(&["a"]));
    bench.check("a", Ok(()), 1).await;
    for round in 0..5 {
        for number in 0..200 {
            let name = format!("unknown-{number}");
            let asked = if round == 0 { 1 } else { 1 + round };
            bench.check(&name, Err(OidcError::UnknownKey), asked).await;
            bench.check("a", Ok(()), asked).await;
        }
        bench.wait(11).await;
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_at_once_wait_for_one_fetch() {
    let bench = Bench::new(Says::Keys(&["a"]));
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..500 {
        let issuers = Arc::clone(&bench.issuers);
        let name = if number % 2 == 0 { "a" } else { "unknown" };
        asking.spawn(async move { find(&issuers, "https://i", name).await });
    }
    let found = asking.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(found, 250);
    bench.check("a", Ok(()), 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_remembered_for_a_pause() {
    let bench = Bench::new(Says::Nothing);
    bench.check("a", Err(down()), 1).await;
    bench.says(Says::Keys(&["a"]));
    bench.check("a", Err(down()), 1).await;
    bench.wait(9).await;
    bench.check("a", Err(down()), 1).await;
    bench.wait(2).await;
    bench.check("a", Ok(()), 2).await;
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_hangs_is_given_up() {
    let bench = Bench::new(Says::Never);
    let began = Instant::now();
    bench.check("a", Err(OidcError::TimedOut), 1).await;
    assert_eq!(began.elapsed().as_secs(), 5);
    bench.check("a", Err(OidcError::TimedOut), 1).await;
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_goes_on_when_its_asker_has_gone() {
    let bench = Bench::new(Says::Keys(&["a"]));
    let asked = tokio::time::timeout(Duration::from_millis(10), bench.find("a")).await;
    assert!(asked.is_err());
    bench.wait(1).await;
    bench.check("a", Ok(()), 1).await;
}

#[tokio::test(start_paused = true)]
async fn not_many_issuers_are_asked_at_a_time() {
    let bench = Bench::new(Says::Never);
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..100 {
        let issuers = Arc::clone(&bench.issuers);
        asking.spawn(async move { find_for(number, &issuers, &format!("https://i{number}"), "a").await });
    }
    let refused = asking.join_all().await;
    let timed_out = refused
        .iter()
        .filter(|refusal| **refusal == Err(OidcError::TimedOut))
        .count();
    assert_eq!(timed_out, FETCHES_MAX);
    assert_eq!(bench.issuer.asked.load(Ordering::Relaxed), FETCHES_MAX);
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_issuers_hang_does_not_hold_up_another() {
    let bench = Bench::new(Says::Never);
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..100 {
        let issuers = Arc::clone(&bench.issuers);
        asking.spawn(async move { find(&issuers, &format!("https://i{number}"), "a").await });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    bench.says(Says::Keys(&["a"]));
    let own = find_for(2, &bench.issuers, "https://own", "a").await;
    assert_eq!(own, Ok(()));
    let refused = asking.join_all().await;
    let timed_out = refused
        .iter()
        .filter(|refusal| **refusal == Err(OidcError::TimedOut));
    assert_eq!(timed_out.count(), FETCHES_OF_ONE_ACCOUNT_MAX);
    // Once they are given up, there is room again.
    assert_eq!(find(&bench.issuers, "https://i100", "a").await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_bounded_in_bytes() {
    let bench = Bench::new(Says::Keys(&["a"]));
    let settings = OidcSettings {
        cache_bytes_max: 64 << 10,
        ..OidcSettings::default()
    };
    let issuers = Issuers::new(bench.issuer.clone(), &settings);
    for number in 0..1000 {
        assert_eq!(find(&issuers, &format!("https://i{number}"), "a").await, Ok(()));
        assert!(issuers.shared.known.weight() <= 64 << 10);
    }
    assert!(issuers.shared.known.len() < 40);
    assert!(issuers.shared.fetches.lock().is_empty());
}
