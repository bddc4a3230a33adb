//! Server certificates.

use lanyard_directory::{
    DirectoryError, NewServerCertificate, Quota, SealedSecret, ServerCertificateUpdate, Tag, Taggable,
};
use lanyard_names::{EntityPath, IdKind, ServerCertificateName, TagKey, TagValue, UniqueId};

use crate::agreement;
use crate::world::{World, at};

fn name(text: &str) -> ServerCertificateName {
    ServerCertificateName::parse(text).unwrap()
}

fn tag(key: &str) -> Tag {
    Tag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse("value").unwrap(),
    }
}

fn upload(world: &World, text: &str) -> Result<UniqueId, DirectoryError> {
    let new = NewServerCertificate {
        id: world.draw(IdKind::ServerCertificate),
        name: name(text),
        path: EntityPath::parse("/cdn/").unwrap(),
        body: "certificate".into(),
        chain: Some("issuers".into()),
        private_key: SealedSecret::new(*b"sealed"),
        uploaded: at(1),
        expires: at(2),
        tags: vec![tag("team"), tag("Team")],
    };
    world
        .edit(|edit| edit.upload_server_certificate(new.clone()))
        .map(|certificate| certificate.id)
}

fn update(world: &World, from: &str, to: Option<&str>, path: Option<&str>) -> Result<(), DirectoryError> {
    let update = ServerCertificateUpdate {
        name: to.map(name),
        path: path.map(|path| EntityPath::parse(path).unwrap()),
    };
    world.edit(|edit| edit.update_server_certificate(from, update.clone()))
}

/// Every certificate in order of name: its ARN and how many tags it has.
fn check(world: &World, expected: &[(&str, usize)]) {
    let account = world.account();
    let found: Vec<_> = account
        .server_certificates(None)
        .map(|found| {
            let place = found.arn().rsplit_once(':').unwrap().1;
            (place, found.tags.iter().count())
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(account.server_certificate_count(), expected.len());
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let world = World::new();
    let start = world.account();
    upload(&world, "Web").unwrap();
    let taken = DirectoryError::ServerCertificateExists("WEB".into());
    assert_eq!(upload(&world, "WEB"), Err(taken));
    upload(&world, "api").unwrap();
    check(
        &world,
        &[
            ("server-certificate/cdn/api", 2),
            ("server-certificate/cdn/Web", 2),
        ],
    );
    agreement::check(&world, &start);
}

#[test]
fn a_renamed_certificate_is_the_same_one() {
    let world = World::new();
    let start = world.account();
    let id = upload(&world, "web").unwrap();
    upload(&world, "api").unwrap();
    let taken = DirectoryError::ServerCertificateExists("API".into());
    assert_eq!(update(&world, "web", Some("API"), None), Err(taken));
    update(&world, "web", None, None).unwrap();
    update(&world, "WEB", Some("Web"), Some("/")).unwrap();
    update(&world, "Web", Some("net"), None).unwrap();
    check(
        &world,
        &[("server-certificate/cdn/api", 2), ("server-certificate/net", 2)],
    );
    let account = world.account();
    let kept = account.server_certificate("net").unwrap();
    assert_eq!(kept.id, id);
    assert_eq!(kept.private_key.as_bytes(), b"sealed");
    assert_eq!(account.server_certificate("web"), None);
    assert_eq!(
        update(&world, "web", None, None),
        Err(DirectoryError::NoSuchServerCertificate("web".into()))
    );
    agreement::check(&world, &start);
}

#[test]
fn a_deleted_certificate_leaves_its_name() {
    let world = World::new();
    let start = world.account();
    let old = upload(&world, "web").unwrap();
    let delete = || world.edit(|edit| edit.delete_server_certificate("WEB"));
    delete().unwrap();
    assert_eq!(
        delete(),
        Err(DirectoryError::NoSuchServerCertificate("WEB".into()))
    );
    assert_ne!(upload(&world, "web"), Ok(old));
    assert_eq!(world.account().server_certificate_by_id(old), None);
    agreement::check(&world, &start);
}

#[test]
fn tags_differ_by_case() {
    let world = World::new();
    let start = world.account();
    upload(&world, "web").unwrap();
    let what = Taggable::ServerCertificate("WEB");
    world.edit(|edit| edit.tag(what, vec![tag("TEAM")])).unwrap();
    check(&world, &[("server-certificate/cdn/web", 3)]);
    world.edit(|edit| edit.untag(what, &["team", "other"])).unwrap();
    check(&world, &[("server-certificate/cdn/web", 2)]);
    agreement::check(&world, &start);
}

#[test]
fn an_account_has_twenty_certificates() {
    let world = World::new();
    for number in 0..20 {
        upload(&world, &format!("web{number}")).unwrap();
    }
    assert_eq!(
        upload(&world, "web20"),
        Err(DirectoryError::QuotaExceeded {
            quota: Quota::ServerCertificatesPerAccount,
            limit: 20,
            subject: "web20".into()
        })
    );
}
