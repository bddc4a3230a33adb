#![allow(clippy::unwrap_used, reason = "test code")]

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

const NOW: i64 = 1_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(NOW + second).unwrap()
}

fn credentials(seconds: i64) -> TemporaryCredentials {
    TemporaryCredentials {
        access_key_id: "ASIA".to_owned(),
        secret_access_key: Zeroizing::new("secret".to_owned()),
        session_token: Zeroizing::new("token".to_owned()),
        expiration: at(seconds),
        obtained: at(0),
        account_id: None,
        role_arn: None,
    }
}

struct Place {
    _base: tempfile::TempDir,
    cache: Cache,
}

fn place() -> Place {
    let base = tempfile::tempdir().unwrap();
    let cache = Cache::open(base.path().join("a/lanyard")).unwrap();
    Place { _base: base, cache }
}

impl Place {
    fn entry(&self, letter: &str) -> Entry<'_> {
        self.cache.entry(letter.repeat(64))
    }

    fn keep(&self, letter: &str, seconds: i64) {
        let entry = self.entry(letter);
        let lock = entry.try_lock().unwrap().unwrap();
        entry.write(&lock, &credentials(seconds), at(0)).unwrap();
    }

    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(&self.cache.dir).unwrap();
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// What is kept under `a` is used before a change to its file, and not after.
#[track_caller]
fn check_not_used_after(change: impl Fn(&Path)) {
    let place = place();
    place.keep("a", 900);
    assert_eq!(place.entry("a").read(at(1)), Some(credentials(900)));
    change(&place.entry("a").path());
    assert_eq!(place.entry("a").read(at(1)), None);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_and_directory_are_private() {
    let place = place();
    place.keep("a", 900);
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(mode(&place.cache.dir), 0o700);
    assert_eq!(mode(&place.entry("a").path()), 0o600);
    assert_eq!(mode(&place.entry("a").lock_path()), 0o600);
}

#[test]
fn what_others_can_read_is_not_used() {
    check_not_used_after(|path| set_mode(path, 0o640));
    check_not_used_after(|path| set_mode(path, 0o604));
}

#[test]
fn what_is_damaged_is_not_used() {
    check_not_used_after(|path| fs::write(path, "{}").unwrap());
    check_not_used_after(|path| fs::write(path, "").unwrap());
    check_not_used_after(|path| {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, text.replace("\"Version\":1", "\"Version\":2")).unwrap();
    });
}

#[test]
fn what_is_kept_for_another_question_is_not_used() {
    check_not_used_after(|path| {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, text.replace(&"a".repeat(64), &"b".repeat(64))).unwrap();
    });
}

#[test]
fn a_link_is_not_followed() {
    check_not_used_after(|path| {
        let elsewhere = path.with_file_name("elsewhere");
        fs::rename(path, &elsewhere).unwrap();
        symlink(&elsewhere, path).unwrap();
    });
}

#[test]
fn what_has_ended_or_was_given_in_the_future_is_not_used() {
    let place = place();
    place.keep("a", 900);
    let is_used = |second| place.entry("a").read(at(second)).is_some();
    assert_eq!(
        [is_used(-61), is_used(0), is_used(899), is_used(900)],
        [false, true, true, false]
    );
}

#[test]
fn a_directory_that_is_open_to_others_is_not_used() {
    let base = tempfile::tempdir().unwrap();
    set_mode(base.path(), 0o755);
    let refusal = Cache::open(base.path().to_owned()).unwrap_err().to_string();
    assert!(refusal.contains("chmod 700"), "{refusal}");
    let link = base.path().join("link");
    fs::create_dir(base.path().join("there")).unwrap();
    set_mode(&base.path().join("there"), 0o700);
    symlink(base.path().join("there"), &link).unwrap();
    assert!(Cache::open(link).is_err());
}

#[test]
fn what_has_ended_is_deleted_with_its_lock_unless_somebody_holds_it() {
    let place = place();
    place.keep("b", 10);
    place.keep("c", 10);
    place.keep("d", 900);
    fs::write(place.cache.dir.join("credentials-other.json"), "").unwrap();
    // What a crash leaves behind.
    fs::write(temporary(&place.entry("e").path()), "half").unwrap();
    let held = place.entry("c");
    let _lock = held.try_lock().unwrap().unwrap();
    let entry = place.entry("a");
    let lock = entry.try_lock().unwrap().unwrap();
    entry.write(&lock, &credentials(900), at(10)).unwrap();
    let both = |letter: &str| {
        let name = letter.repeat(64);
        [
            format!("credentials-{name}.json"),
            format!("credentials-{name}.lock"),
        ]
    };
    let mut expected = [both("a"), both("c"), both("d")].concat();
    expected.push("credentials-other.json".to_owned());
    assert_eq!(place.files(), expected);
}

#[test]
fn a_lock_is_held_by_one_until_it_is_dropped() {
    let place = place();
    let entry = place.entry("a");
    let lock = entry.try_lock().unwrap().unwrap();
    assert!(entry.try_lock().unwrap().is_none());
    assert!(place.entry("b").try_lock().unwrap().is_some());
    drop(lock);
    assert!(entry.try_lock().unwrap().is_some());
}
