//! Opening the sealed token of a session, against the bare cost of what it is sealed with: an HKDF and the opening of an
//! AEAD of the same size.
//!
//! The two take turns of at least 20 ms, and the ratio is taken within a round.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use jiff::Timestamp;
use lanyard_access::{Keyring, NewSession, Origin, SessionKind, SessionTag, Vault};
use lanyard_names::{
    AccessKeyId, AccountId, IdKind, KeyKind, SessionName, SourceIdentity, TagKey, TagValue, UniqueId,
};

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn std::error::Error>;

const ROUNDS: usize = 31;
const TURN: Duration = Duration::from_millis(20);
const BAR: f64 = 3.0;
const SIZE_BAR: usize = 600;

fn main() -> Result<(), Failure> {
    let place = tempfile::tempdir()?;
    let vault = Vault::open_or_create(&place.path().join("master.key"), None, true)?.vault;
    let keyring = Keyring::new();
    let now = Timestamp::now();
    keyring.load(&vault, [&keyring.make_key(&vault, now)?])?;

    let plain = session(now)?;
    race("a plain role session", &keyring, &plain, Some(SIZE_BAR))?;
    let mut tagged = plain;
    tagged.source_identity = Some(SourceIdentity::parse("carla@example.com")?);
    tagged.origin = Some(Origin {
        arn: "arn:aws:iam::111122223333:user/staff/carla".into(),
        user: UniqueId::from_entropy(IdKind::User, [7; 16]),
        key: AccessKeyId::from_entropy(KeyKind::LongTerm, tagged.account, 7),
        epoch: 3,
    });
    for number in 0..5 {
        tagged.tags.push(SessionTag {
            key: TagKey::parse(&format!("department-{number}"))?,
            value: TagValue::parse("research and development")?,
            is_transitive: true,
        });
    }
    race("with a source identity and five tags", &keyring, &tagged, None)
}

fn session(now: Timestamp) -> Result<NewSession, Failure> {
    let kind = SessionKind::AssumedRole {
        role: UniqueId::from_entropy(IdKind::Role, [9; 16]),
        name: SessionName::parse("botocore-session-1763812800")?,
    };
    let account = AccountId::parse("111122223333")?;
    Ok(NewSession::plain(account, kind, 3, now, 3_600))
}

fn race(name: &str, keyring: &Keyring, session: &NewSession, size_bar: Option<usize>) -> Result<(), Failure> {
    let issued = keyring.issue(session)?;
    let token = issued.token.expose();
    let bare = Bare::of_size(token.len() / 4 * 3);
    let (mut ratios, mut ours, mut floors) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let floor = timed(|| bare.open().is_some())?;
        let mine = timed(|| keyring.open(black_box(token)).is_ok())?;
        ratios.push(mine / floor);
        ours.push(mine * 1e6);
        floors.push(floor * 1e6);
    }
    let (ratio, low, high) = middle(ratios);
    println!("{name}: a token of {} characters", token.len());
    if let Some(bar) = size_bar {
        let verdict = if token.len() < bar { "met" } else { "MISSED" };
        println!("  less than {bar} characters: {verdict}");
    }
    println!("  HKDF and AEAD alone {:>8.2} us", middle(floors).0);
    println!("  opened              {:>8.2} us", middle(ours).0);
    let verdict = if ratio <= BAR { "met" } else { "MISSED" };
    println!("  ratio               {ratio:>8.2} ({low:.2} to {high:.2})  at most {BAR}: {verdict}");
    Ok(())
}

/// What cannot be left out: a key and a nonce derived, and as many bytes opened under them.
struct Bare {
    ring_key: [u8; 32],
    salt: [u8; 16],
    sealed: Vec<u8>,
}

/// Header and tag of a token, which are not encrypted.
const UNENCRYPTED: usize = 21 + 16;

struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32 + NONCE_LEN
    }
}

impl Bare {
    fn of_size(bytes: usize) -> Self {
        let mut bare = Self {
            ring_key: [1; 32],
            salt: [2; 16],
            sealed: vec![3; bytes.saturating_sub(UNENCRYPTED)],
        };
        if let Some((key, nonce)) = bare.cipher() {
            let mut sealed = std::mem::take(&mut bare.sealed);
            if key
                .seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed)
                .is_ok()
            {
                bare.sealed = sealed;
            }
        }
        bare
    }

    fn open(&self) -> Option<usize> {
        let (key, nonce) = black_box(self).cipher()?;
        let mut bytes = self.sealed.clone();
        let opened = key.open_in_place(nonce, Aad::empty(), &mut bytes).ok()?;
        Some(black_box(opened).len())
    }

    fn cipher(&self) -> Option<(LessSafeKey, Nonce)> {
        let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, &self.salt).extract(&self.ring_key);
        let mut derived = [0; 32 + NONCE_LEN];
        pseudorandom
            .expand(&[b"bench"], Length)
            .ok()?
            .fill(&mut derived)
            .ok()?;
        let (key, nonce) = derived.split_first_chunk::<32>()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
        Some((key, Nonce::try_assume_unique_for_key(nonce).ok()?))
    }
}

/// Seconds for one call.
fn timed(mut call: impl FnMut() -> bool) -> Result<f64, Failure> {
    let started = Instant::now();
    let mut count = 0_u32;
    while started.elapsed() < TURN {
        for _ in 0..64 {
            if !call() {
                return Err("it cannot be opened".into());
            }
        }
        count += 64;
    }
    Ok(started.elapsed().as_secs_f64() / f64::from(count))
}

/// The median, and the quarters around it.
fn middle(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values.get(values.len() * part / 4).copied().unwrap_or(f64::NAN);
    (at(2), at(1), at(3))
}
