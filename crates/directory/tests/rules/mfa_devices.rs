//! Virtual MFA devices: whose they are, and that no code counts twice.

use lanyard_directory::{
    Conflict, DirectoryError, KeyHolder, KeyOwner, MfaClock, MfaDevice, NewMfaDevice, Quota, SealedSecret,
    Taggable, UserUpdate,
};
use lanyard_names::{EntityPath, MfaDeviceName};
use proptest::prelude::*;
use proptest::sample::select;

use crate::agreement;
use crate::world::{World, at, tag, user_name};

const BOB: KeyHolder<'_> = KeyHolder::User("bob");

pub fn new_device(name: &str) -> NewMfaDevice {
    NewMfaDevice {
        name: MfaDeviceName::parse(name).unwrap(),
        path: EntityPath::default(),
        seed: SealedSecret::new(*b"sealed seed"),
        created: at(1),
        tags: Vec::new(),
    }
}

pub fn serial(name: &str) -> String {
    format!("arn:aws:iam::111122223333:mfa/{name}")
}

pub fn clock(step: u64) -> MfaClock {
    MfaClock { step, drift: 0 }
}

fn with_users(names: &[&str]) -> World {
    let world = World::new();
    for name in names {
        world.edit(|edit| edit.create_user(world.new_user(name))).unwrap();
    }
    world
}

fn owner(world: &World, user: &str) -> KeyOwner {
    KeyOwner::User(world.account().user(user).unwrap().id)
}

#[test]
fn a_device_is_nobodys_until_it_is_enabled() {
    let world = with_users(&["bob", "eve"]);
    let (bob, eve) = (owner(&world, "bob"), owner(&world, "eve"));
    let device = world
        .edit(|edit| edit.create_mfa_device(new_device("phone")))
        .unwrap();
    let expected = MfaDevice {
        serial: serial("phone").into(),
        name: Some(MfaDeviceName::parse("phone").unwrap()),
        path: EntityPath::default(),
        seed: SealedSecret::new(*b"sealed seed"),
        created: at(1),
        assigned: None,
        last_step: 0,
        drift: 0,
        tags: device.tags.clone(),
    };
    assert_eq!(*device, expected);
    let phone = serial("phone");
    let accept = |owner, step| world.edit(|edit| edit.accept_mfa_step(owner, &phone, step));
    let not_theirs = || Err(DirectoryError::NotTheirMfaDevice(serial("phone").into()));
    assert_eq!(accept(bob, 7), not_theirs());
    let told = MfaClock { step: 7, drift: -2 };
    world
        .edit(|edit| edit.enable_mfa_device(BOB, &phone, told, at(2)))
        .unwrap();
    assert_eq!(accept(eve, 8), not_theirs());
    assert_eq!(accept(KeyOwner::Root, 8), not_theirs());
    for holder in [BOB, KeyHolder::User("eve"), KeyHolder::Root] {
        let again = world.edit(|edit| edit.enable_mfa_device(holder, &phone, clock(9), at(3)));
        assert_eq!(again, Err(DirectoryError::MfaDeviceInUse(serial("phone").into())));
    }
    let account = world.account();
    let devices: Vec<_> = account.mfa_devices_of(bob).collect();
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].last_step, devices[0].drift), (7, -2));
    assert_eq!(devices[0].assigned.unwrap().enabled, at(2));
    assert_eq!(account.mfa_device_count(eve), 0);
}

#[test]
fn a_code_counts_once_also_after_a_reload_and_in_other_hands() {
    let world = with_users(&["bob", "eve"]);
    let (bob, eve) = (owner(&world, "bob"), owner(&world, "eve"));
    let phone = serial("phone");
    world
        .edit(|edit| {
            edit.create_mfa_device(new_device("phone"))?;
            edit.enable_mfa_device(BOB, &phone, clock(10), at(2))
        })
        .unwrap();
    let accept = |owner, step| world.edit(|edit| edit.accept_mfa_step(owner, &phone, step));
    let used = Err(DirectoryError::MfaCodeUsed);
    assert_eq!(accept(bob, 10), used);
    assert_eq!(accept(bob, 12), Ok(()));
    assert_eq!(accept(bob, 12), used);
    assert_eq!(accept(bob, 11), used);
    assert_eq!(world.reloaded().mfa_device(&phone).unwrap().last_step, 12);
    let resync = |step| world.edit(|edit| edit.resync_mfa_device(BOB, &phone, clock(step)));
    assert_eq!(resync(12), used);
    assert_eq!(resync(14), Ok(()));
    world
        .edit(|edit| edit.deactivate_mfa_device(BOB, &phone))
        .unwrap();
    let enable =
        |step| world.edit(|edit| edit.enable_mfa_device(KeyHolder::User("eve"), &phone, clock(step), at(4)));
    assert_eq!(enable(14), used);
    assert_eq!(enable(15), Ok(()));
    assert_eq!(accept(eve, 15), used);
    assert_eq!(accept(eve, 16), Ok(()));
}

#[test]
fn a_device_in_use_and_a_user_with_a_device_stay() {
    let world = with_users(&["bob"]);
    let phone = serial("phone");
    world
        .edit(|edit| {
            edit.create_mfa_device(new_device("phone"))?;
            edit.enable_mfa_device(BOB, &phone, clock(1), at(2))
        })
        .unwrap();
    let in_use = world.edit(|edit| edit.delete_mfa_device(&phone));
    assert_eq!(
        in_use,
        Err(DirectoryError::DeleteConflict(Conflict::MfaDeviceIsAssigned))
    );
    let rename = UserUpdate {
        name: Some(user_name("Rob")),
        path: None,
    };
    world
        .edit(|edit| edit.update_user("bob", rename.clone()))
        .unwrap();
    let with_device = world.edit(|edit| edit.delete_user("rob"));
    assert_eq!(
        with_device.unwrap_err(),
        DirectoryError::DeleteConflict(Conflict::MfaDevices)
    );
    world
        .edit(|edit| {
            edit.deactivate_mfa_device(KeyHolder::User("ROB"), &phone)?;
            edit.delete_user("rob")?;
            edit.delete_mfa_device(&phone)
        })
        .unwrap();
    let gone = world.edit(|edit| edit.delete_mfa_device(&phone));
    assert_eq!(gone, Err(DirectoryError::NoSuchMfaDevice(phone.as_str().into())));
}

#[test]
fn the_root_user_has_devices_too_and_nobody_more_than_eight() {
    let world = with_users(&["bob"]);
    let create = |name: &str| world.edit(|edit| edit.create_mfa_device(new_device(name)));
    for (holder, kind) in [(BOB, "bob"), (KeyHolder::Root, "root")] {
        for number in 0..9 {
            create(&format!("{kind}-{number}")).unwrap();
            let serial = serial(&format!("{kind}-{number}"));
            let enabled = world.edit(|edit| edit.enable_mfa_device(holder, &serial, clock(1), at(2)));
            let full = DirectoryError::QuotaExceeded {
                quota: Quota::MfaDevicesPerUser,
                limit: 8,
                subject: kind.into(),
            };
            assert_eq!(enabled.err(), (number == 8).then_some(full));
        }
    }
    let account = world.account();
    assert_eq!(account.mfa_device_count(owner(&world, "bob")), 8);
    assert_eq!(account.mfa_device_count(KeyOwner::Root), 8);
    let after: Vec<_> = account
        .mfa_devices(Some(&serial("root-6")))
        .filter_map(|device| device.name.as_ref().map(MfaDeviceName::as_str))
        .collect();
    assert_eq!(after, ["root-7", "root-8"]);
    world
        .edit(|edit| {
            edit.set_quota(Quota::MfaDevicesPerAccount, Some(18));
            Ok(())
        })
        .unwrap();
    assert_eq!(
        create("more").unwrap_err(),
        DirectoryError::QuotaExceeded {
            quota: Quota::MfaDevicesPerAccount,
            limit: 18,
            subject: "more".into()
        }
    );
}

#[test]
fn serial_numbers_are_unique_and_can_be_named_in_a_request() {
    let world = World::new();
    let create = |new: NewMfaDevice| world.edit(|edit| edit.create_mfa_device(new.clone()));
    create(new_device("phone")).unwrap();
    assert_eq!(
        create(new_device("phone")).unwrap_err(),
        DirectoryError::MfaDeviceExists(serial("phone").into())
    );
    let at_path = |path: &str, name: &str| NewMfaDevice {
        path: EntityPath::parse(path).unwrap(),
        ..new_device(name)
    };
    let elsewhere = create(at_path("/team/", "phone")).unwrap();
    assert_eq!(*elsewhere.serial, *serial("team/phone"));
    let longest = "x".repeat(226);
    assert_eq!(create(new_device(&longest)).unwrap().serial.len(), 256);
    for wrong in [at_path("/y/", &longest), at_path("/a*b/", "phone")] {
        assert!(matches!(create(wrong), Err(DirectoryError::NotASerialNumber(_))));
    }
}

#[test]
fn tags_of_devices_are_told_apart_by_case() {
    let world = World::new();
    let phone = serial("phone");
    world
        .edit(|edit| {
            edit.create_mfa_device(new_device("phone"))?;
            edit.tag(Taggable::MfaDevice(&phone), vec![tag("a", "1"), tag("A", "2")])?;
            edit.untag(Taggable::MfaDevice(&phone), &["a"])
        })
        .unwrap();
    let account = world.reloaded();
    assert_eq!(
        account.mfa_device(&phone).unwrap().tags.as_slice(),
        [tag("A", "2")]
    );
}

/// A step of the property below: few devices, two users and the root user, few steps of time.
#[derive(Clone, Debug)]
enum Step {
    Create(&'static str),
    Enable(Option<&'static str>, &'static str, u64),
    Accept(Option<&'static str>, &'static str, u64),
    Deactivate(Option<&'static str>, &'static str),
    Delete(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let device = || select(vec!["x", "y", "z"]);
    let user = || select(vec![None, Some("bob"), Some("eve")]);
    let time = || 1..6_u64;
    prop_oneof![
        device().prop_map(Step::Create),
        (user(), device(), time()).prop_map(|(u, d, t)| Step::Enable(u, d, t)),
        (user(), device(), time()).prop_map(|(u, d, t)| Step::Accept(u, d, t)),
        (user(), device()).prop_map(|(u, d)| Step::Deactivate(u, d)),
        device().prop_map(Step::Delete),
    ]
}

/// A device of the model: its owner, if it has one, and the last step.
type Naive = std::collections::BTreeMap<&'static str, (Option<Option<&'static str>>, u64)>;

/// Runs a step on the model and says whether it is accepted.
fn run_naively(model: &mut Naive, step: &Step) -> bool {
    match *step {
        Step::Create(device) => {
            let is_new = !model.contains_key(device);
            model.entry(device).or_insert((None, 0));
            is_new
        }
        Step::Delete(device) => {
            let is_idle = model.get(device).is_some_and(|(owner, _)| owner.is_none());
            is_idle && model.remove(device).is_some()
        }
        Step::Enable(user, device, time) => match model.get_mut(device) {
            Some((owner @ None, last)) if time > *last => {
                (*owner, *last) = (Some(user), time);
                true
            }
            _ => false,
        },
        Step::Accept(user, device, time) => match model.get_mut(device) {
            Some((owner, last)) if *owner == Some(user) && time > *last => {
                *last = time;
                true
            }
            _ => false,
        },
        Step::Deactivate(user, device) => match model.get_mut(device) {
            Some((owner, _)) if *owner == Some(user) => owner.take().is_some(),
            _ => false,
        },
    }
}

fn run(world: &World, step: &Step) -> bool {
    let holder = |user: Option<&'static str>| user.map_or(KeyHolder::Root, KeyHolder::User);
    let done = match *step {
        Step::Create(device) => world.edit(|edit| edit.create_mfa_device(new_device(device)).map(drop)),
        Step::Delete(device) => world.edit(|edit| edit.delete_mfa_device(&serial(device))),
        Step::Enable(user, device, time) => {
            world.edit(|edit| edit.enable_mfa_device(holder(user), &serial(device), clock(time), at(1)))
        }
        Step::Accept(user, device, time) => {
            let owner = user.map_or(KeyOwner::Root, |user| owner(world, user));
            world.edit(|edit| edit.accept_mfa_step(owner, &serial(device), time))
        }
        Step::Deactivate(user, device) => {
            world.edit(|edit| edit.deactivate_mfa_device(holder(user), &serial(device)))
        }
    };
    done.is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn devices_do_what_a_naive_model_does(steps in prop::collection::vec(step(), 1..40)) {
        let world = with_users(&["bob", "eve"]);
        let start = world.account();
        let mut model = Naive::new();
        for step in &steps {
            prop_assert_eq!(run(&world, step), run_naively(&mut model, step), "{:?}", step);
        }
        agreement::check(&world, &start);
    }
}
