//! Hardware MFA devices: entered by the operator, enabled by users, and what the API leaves alone.

use lanyard_directory::{
    Conflict, DirectoryError, KeyHolder, KeyOwner, MfaDevice, NewHardwareMfaDevice, Quota, SealedSecret,
    Taggable,
};
use lanyard_names::EntityPath;

use crate::mfa_devices::{clock, new_device, serial};
use crate::world::{World, at, tag};

const BOB: KeyHolder<'_> = KeyHolder::User("bob");

fn with_users(names: &[&str]) -> World {
    let world = World::new();
    for name in names {
        world.edit(|edit| edit.create_user(world.new_user(name))).unwrap();
    }
    world
}

fn hardware(serial: &str) -> NewHardwareMfaDevice {
    NewHardwareMfaDevice {
        serial: serial.into(),
        seed: SealedSecret::new(*b"sealed seed"),
        created: at(1),
    }
}

const TOKEN: &str = "GAHT12345678";

#[test]
fn a_device_of_hardware_is_entered_enabled_taken_away_and_stays_with_the_account() {
    let world = with_users(&["bob", "eve"]);
    let bob = KeyOwner::User(world.account().user("bob").unwrap().id);
    let device = world
        .edit(|edit| edit.add_hardware_mfa_device(hardware(TOKEN)))
        .unwrap();
    let expected = MfaDevice {
        serial: TOKEN.into(),
        name: None,
        path: EntityPath::default(),
        seed: SealedSecret::new(*b"sealed seed"),
        created: at(1),
        assigned: None,
        last_step: 0,
        drift: 0,
        tags: device.tags.clone(),
    };
    assert_eq!(*device, expected);
    let again = world.edit(|edit| edit.add_hardware_mfa_device(hardware(TOKEN)));
    assert_eq!(again.err(), Some(DirectoryError::MfaDeviceExists(TOKEN.into())));
    world
        .edit(|edit| edit.enable_mfa_device(BOB, TOKEN, clock(7), at(2)))
        .unwrap();
    assert_eq!(world.account().mfa_device_count(bob), 1);
    let remove = || world.edit(|edit| edit.remove_hardware_mfa_device(TOKEN));
    let in_use = DirectoryError::DeleteConflict(Conflict::MfaDeviceIsAssigned);
    assert_eq!(remove(), Err(in_use));
    world.edit(|edit| edit.deactivate_mfa_device(BOB, TOKEN)).unwrap();
    let kept = world.reloaded().mfa_device(TOKEN).cloned().unwrap();
    assert_eq!(
        (kept.owner(), kept.last_step, kept.is_hardware()),
        (None, 7, true)
    );
    let used = world.edit(|edit| edit.enable_mfa_device(KeyHolder::User("eve"), TOKEN, clock(7), at(3)));
    assert_eq!(used, Err(DirectoryError::MfaCodeUsed));
    assert_eq!(remove(), Ok(()));
    assert_eq!(remove(), Err(DirectoryError::NoSuchMfaDevice(TOKEN.into())));
}

#[test]
fn the_api_deletes_and_tags_virtual_devices_alone_and_the_operator_removes_the_others() {
    let world = with_users(&["bob"]);
    world
        .edit(|edit| {
            edit.add_hardware_mfa_device(hardware(TOKEN))?;
            edit.create_mfa_device(new_device("phone"))
        })
        .unwrap();
    let missing = |serial: &str| Err(DirectoryError::NoSuchMfaDevice(serial.into()));
    assert_eq!(world.edit(|edit| edit.delete_mfa_device(TOKEN)), missing(TOKEN));
    let tagged = world.edit(|edit| edit.tag(Taggable::MfaDevice(TOKEN), vec![tag("team", "red")]));
    assert_eq!(tagged, missing(TOKEN));
    let phone = serial("phone");
    assert_eq!(
        world.edit(|edit| edit.remove_hardware_mfa_device(&phone)),
        missing(&phone)
    );
}

#[test]
fn devices_of_hardware_count_to_the_quotas_of_devices() {
    let world = with_users(&["bob"]);
    for number in 0..9 {
        let serial = format!("GAHT1234567{number}");
        let enabled = world.edit(|edit| {
            edit.add_hardware_mfa_device(hardware(&serial))?;
            edit.enable_mfa_device(BOB, &serial, clock(7), at(2))
        });
        let full = DirectoryError::QuotaExceeded {
            quota: Quota::MfaDevicesPerUser,
            limit: 8,
            subject: "bob".into(),
        };
        assert_eq!(enabled.err(), (number == 8).then_some(full));
    }
}

#[test]
fn a_serial_number_of_hardware_is_none_of_a_virtual_device_and_nothing_else_odd() {
    let world = World::new();
    let longest = "x".repeat(256);
    for right in ["123456789", "a/b:c=d,e.f@g-h+i_", &longest] {
        world
            .edit(|edit| edit.add_hardware_mfa_device(hardware(right)))
            .unwrap();
    }
    let longer = "x".repeat(257);
    for wrong in [
        "12345678",
        "arn:aws:iam::111122223333:mfa/x",
        "GAHT 12345678",
        "GÄHT12345678",
        &longer,
    ] {
        let refused = world.edit(|edit| edit.add_hardware_mfa_device(hardware(wrong)));
        assert_eq!(
            refused.err(),
            Some(DirectoryError::NotASerialNumber(wrong.into())),
            "{wrong}"
        );
    }
}
