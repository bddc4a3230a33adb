//! Codes of second factors, used up.

use std::sync::Arc;

use aws_lc_rs::hmac;
use jiff::Timestamp;
use lanyard_access::{SecondFactorError, SecondFactors};
use lanyard_directory::{KeyHolder, KeyOwner, MfaClock, NewMfaDevice, SealedSecret};
use lanyard_names::{EntityPath, MfaDeviceName};

use crate::world::{World, after, now};

const SEED: &[u8; 40] = &[7; 40];

struct Office {
    world: World,
    factors: SecondFactors,
    serial: String,
}

/// A world in which carla has a device whose clock is right.
async fn office() -> Office {
    let world = World::new().await;
    let serial = give(&world, "phone", SEED).await;
    let factors = SecondFactors::new(Arc::clone(&world.directory), Arc::clone(&world.vault));
    Office {
        world,
        factors,
        serial,
    }
}

/// Gives carla another device.
async fn give(world: &World, name: &str, seed: &[u8; 40]) -> String {
    let serial = format!("arn:aws:iam::{}:mfa/{name}", world.account);
    let place = SecondFactors::place(world.account, &serial);
    let sealed = world.vault.seal(place, seed).unwrap();
    world
        .edit(|edit| {
            edit.create_mfa_device(NewMfaDevice {
                name: MfaDeviceName::parse(name).unwrap(),
                path: EntityPath::parse("/").unwrap(),
                seed: SealedSecret::new(sealed.clone()),
                created: now(),
                tags: Vec::new(),
            })?;
            let clock = MfaClock {
                step: step_at(now()) - 10,
                drift: 0,
            };
            edit.enable_mfa_device(KeyHolder::User("carla"), &serial, clock, now())
        })
        .await;
    serial
}

fn step_at(time: Timestamp) -> u64 {
    u64::try_from(time.as_second() / 30).unwrap()
}

fn code_at(time: Timestamp) -> String {
    code_of(SEED, time)
}

fn code_of(seed: &[u8; 40], time: Timestamp) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step_at(time).to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let bits = u32::from_be_bytes(tag.as_ref()[start..start + 4].try_into().unwrap());
    format!("{:06}", (bits & 0x7fff_ffff) % 1_000_000)
}

impl Office {
    async fn check(&self, owner: KeyOwner, code: &str, at: Timestamp) -> &'static str {
        let account = self.world.snapshot();
        let used = self.factors.use_code(&account, owner, &self.serial, code, at);
        told(used.await)
    }

    fn carla(&self) -> KeyOwner {
        KeyOwner::User(self.world.user)
    }
}

fn told(used: Result<(), SecondFactorError>) -> &'static str {
    match used {
        Ok(()) => "shown",
        Err(SecondFactorError::NotTheirs) => "not theirs",
        Err(SecondFactorError::WrongCode) => "wrong",
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_code_counts_once_for_its_owner_alone() {
    let office = office().await;
    let (carla, code) = (office.carla(), code_at(now()));
    assert_eq!(office.check(KeyOwner::Root, &code, now()).await, "not theirs");
    assert_eq!(office.check(carla, &code, now()).await, "shown");
    assert_eq!(office.check(carla, &code, now()).await, "wrong");
    assert_eq!(office.check(carla, &code, after(30)).await, "wrong");
    // Nor does one from before it, though its time is not over.
    assert_eq!(office.check(carla, &code_at(after(-30)), now()).await, "wrong");
    assert_eq!(office.check(carla, &code_at(after(30)), after(30)).await, "shown");
}

#[tokio::test]
async fn of_many_at_once_one_is_let_on() {
    let office = Arc::new(office().await);
    let (carla, code) = (office.carla(), code_at(now()));
    // All of them see the device before its code is used up.
    let account = office.world.snapshot();
    let together = (0..5).map(|_| {
        let (office, account, code) = (Arc::clone(&office), Arc::clone(&account), code.clone());
        tokio::spawn(async move {
            let used = office
                .factors
                .use_code(&account, carla, &office.serial, &code, now());
            told(used.await)
        })
    });
    let mut outcomes = Vec::new();
    for task in together.collect::<Vec<_>>() {
        outcomes.push(task.await.unwrap());
    }
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["shown", "wrong", "wrong", "wrong", "wrong"]);
}

#[tokio::test]
async fn a_code_is_of_whichever_device_it_is_where_none_is_named() {
    let office = office().await;
    let account = office.world.snapshot();
    let any = |owner| {
        let code = code_at(now());
        let (factors, account) = (&office.factors, &account);
        async move { told(factors.use_code_of_any(account, owner, &code, now()).await) }
    };
    assert_eq!(any(KeyOwner::Root).await, "not theirs");
    assert_eq!(any(office.carla()).await, "shown");
    assert_eq!(any(office.carla()).await, "wrong");
}

#[tokio::test]
async fn who_uses_one_device_is_not_shut_out_with_another() {
    let office = office().await;
    give(&office.world, "tablet", &[8; 40]).await;
    let any = |code: String, at: Timestamp| {
        let (factors, account, owner) = (&office.factors, office.world.snapshot(), office.carla());
        async move { told(factors.use_code_of_any(&account, owner, &code, at).await) }
    };
    for number in 0..8 {
        let at = after(30 * number);
        assert_eq!(any(String::new(), at).await, "wrong");
        assert_eq!(any(code_of(&[8; 40], at), at).await, "shown", "{number}");
    }
    let at = after(300);
    assert_eq!(office.check(office.carla(), &code_at(at), at).await, "shown");
    // Guesses count for every device that they could be of.
    for _ in 0..5 {
        assert_eq!(any(code_at(after(-3_000)), at).await, "wrong");
    }
    assert_eq!(any(code_of(&[8; 40], at), at).await, "wrong");
    assert_eq!(
        office.check(office.carla(), &code_at(after(330)), at).await,
        "wrong"
    );
}

#[tokio::test]
async fn a_device_that_changed_hands_meanwhile_shows_nothing() {
    let office = office().await;
    let before = office.world.snapshot();
    let serial = office.serial.clone();
    office
        .world
        .edit(|edit| edit.deactivate_mfa_device(KeyHolder::User("carla"), &serial))
        .await;
    let code = code_at(now());
    let used = office
        .factors
        .use_code(&before, office.carla(), &serial, &code, now());
    assert_eq!(told(used.await), "not theirs");
}

#[tokio::test]
async fn after_five_wrong_codes_the_right_one_is_not_heard_for_a_while() {
    let office = office().await;
    let carla = office.carla();
    let wrong = code_at(after(-3_000));
    for _ in 0..5 {
        assert_eq!(office.check(carla, &wrong, now()).await, "wrong");
    }
    assert_eq!(office.check(carla, &code_at(now()), now()).await, "wrong");
    assert_eq!(office.check(carla, &code_at(after(31)), after(31)).await, "shown");
}
