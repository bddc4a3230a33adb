//! OIDC and SAML providers, and the single use of assertions.

use std::sync::Arc;

use lanyard_directory::{
    AssertionEncryption, AssertionHash, DirectoryError, NewOidcProvider, NewSamlProvider, Quota,
    SamlPrivateKey, SamlProvider, SamlProviderUpdate, SealedSecret, Taggable,
};
use lanyard_names::{OidcProviderUrl, SamlProviderName};

use crate::agreement;
use crate::world::{World, at, tag};

const OIDC: &str = "arn:aws:iam::111122223333:oidc-provider/id.example.com/Path";
const SAML: &str = "arn:aws:iam::111122223333:saml-provider/Corp";
const HOUR: i64 = 3_600;

fn texts(texts: &[&str]) -> Vec<Arc<str>> {
    texts.iter().map(|text| Arc::from(*text)).collect()
}

fn new_oidc(url: &str) -> NewOidcProvider {
    NewOidcProvider {
        url: OidcProviderUrl::parse(url).unwrap(),
        client_ids: texts(&["one", "two", "one"]),
        thumbprints: texts(&["aa"]),
        created: at(1),
        tags: vec![tag("a", "1")],
    }
}

fn saml_name(name: &str) -> SamlProviderName {
    SamlProviderName::parse(name).unwrap()
}

fn new_saml(name: &str) -> NewSamlProvider {
    NewSamlProvider {
        name: saml_name(name),
        id: "some uuid".into(),
        metadata: "<metadata/>".into(),
        valid_until: Some(at(100)),
        encryption: None,
        private_key: None,
        created: at(1),
        tags: Vec::new(),
    }
}

fn private_key(id: &str) -> SamlPrivateKey {
    SamlPrivateKey {
        id: id.into(),
        sealed: SealedSecret::new(*b"sealed"),
        added: at(2),
    }
}

fn too_many<T: std::fmt::Debug>(result: Result<T, DirectoryError>) -> (Quota, u64) {
    match result {
        Err(DirectoryError::QuotaExceeded { quota, limit, .. }) => (quota, limit),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_oidc_provider_is_known_by_its_exact_url() {
    let world = World::new();
    let start = world.account();
    let created = world.edit(|edit| edit.create_oidc_provider(new_oidc("id.example.com/Path")));
    assert_eq!(&**created.unwrap().arn(), OIDC);
    let again = world.edit(|edit| edit.create_oidc_provider(new_oidc("id.example.com/Path")));
    assert_eq!(
        again.unwrap_err(),
        DirectoryError::OidcProviderExists("id.example.com/Path".into())
    );
    world
        .edit(|edit| edit.create_oidc_provider(new_oidc("id.example.com/path")))
        .unwrap();
    let account = world.reloaded();
    let provider = account.oidc_provider(OIDC).unwrap();
    assert_eq!(
        provider.client_ids,
        texts(&["one", "two"]),
        "repeated ones count once"
    );
    assert_eq!(
        account.oidc_provider_of_url("id.example.com/Path"),
        Some(provider)
    );
    for wrong in [
        "arn:aws:iam::111122223333:oidc-provider/ID.example.com/Path",
        "arn:aws:iam::999999999999:oidc-provider/id.example.com/Path",
        "arn:aws:iam::111122223333:saml-provider/id.example.com",
        "id.example.com/Path",
    ] {
        assert_eq!(account.oidc_provider(wrong), None, "{wrong}");
    }
    agreement::check(&world, &start);
}

#[test]
fn an_oidc_provider_changes_piece_by_piece_and_goes_whole() {
    let world = World::new();
    let start = world.account();
    world
        .edit(|edit| {
            edit.create_oidc_provider(new_oidc("id.example.com/Path"))?;
            edit.add_client_id(OIDC, "three".into())?;
            edit.add_client_id(OIDC, "three".into())?;
            edit.remove_client_id(OIDC, "one")?;
            edit.remove_client_id(OIDC, "never")?;
            edit.set_thumbprints(OIDC, texts(&["bb", "cc"]))?;
            edit.tag(Taggable::OidcProvider(OIDC), vec![tag("A", "2")])
        })
        .unwrap();
    let account = world.reloaded();
    let provider = account.oidc_provider(OIDC).unwrap();
    assert_eq!(provider.client_ids, texts(&["two", "three"]));
    assert_eq!(provider.thumbprints, texts(&["bb", "cc"]));
    assert_eq!(provider.tags.as_slice(), [tag("A", "2"), tag("a", "1")]);
    agreement::check(&world, &start);
    world.edit(|edit| edit.delete_oidc_provider(OIDC)).unwrap();
    let gone = world.edit(|edit| edit.delete_oidc_provider(OIDC));
    assert_eq!(gone.unwrap_err(), DirectoryError::NoSuchOidcProvider(OIDC.into()));
    agreement::check(&world, &start);
}

#[test]
fn what_an_oidc_provider_holds_is_bounded() {
    let world = World::new();
    world
        .edit(|edit| edit.create_oidc_provider(new_oidc("id.example.com/Path")))
        .unwrap();
    let many = texts(&["1", "2", "3", "4", "5", "6"]);
    let refused = world.edit(|edit| edit.set_thumbprints(OIDC, many.clone()));
    assert_eq!(refused, Err(DirectoryError::TooManyThumbprints { limit: 5 }));
    let fill =
        world.edit(|edit| (0..99).try_for_each(|number| edit.add_client_id(OIDC, number.to_string().into())));
    assert_eq!(too_many(fill), (Quota::ClientIdsPerOidcProvider, 100));
    let fill = world.edit(|edit| {
        (0..100).try_for_each(|number| {
            edit.create_oidc_provider(new_oidc(&format!("x{number}.example.com")))
                .map(drop)
        })
    });
    assert_eq!(too_many(fill), (Quota::OidcProvidersPerAccount, 100));
}

#[test]
fn a_saml_provider_changes_piece_by_piece_and_goes_whole() {
    let world = World::new();
    let start = world.account();
    let created = world
        .edit(|edit| edit.create_saml_provider(new_saml("Corp")))
        .unwrap();
    assert_eq!(&**created.arn(), SAML);
    let again = world.edit(|edit| edit.create_saml_provider(new_saml("Corp")));
    assert_eq!(
        again.unwrap_err(),
        DirectoryError::SamlProviderExists("Corp".into())
    );
    let update =
        |update: SamlProviderUpdate| world.edit(|edit| edit.update_saml_provider(SAML, update.clone()));
    let add = |id: &str| SamlProviderUpdate {
        add_private_key: Some(private_key(id)),
        ..SamlProviderUpdate::default()
    };
    let remove = |id: &str| SamlProviderUpdate {
        remove_private_key: Some(id.into()),
        ..SamlProviderUpdate::default()
    };
    update(add("k1")).unwrap();
    update(add("k2")).unwrap();
    assert_eq!(
        too_many(update(add("k3"))),
        (Quota::PrivateKeysPerSamlProvider, 2)
    );
    assert_eq!(
        update(remove("k9")).unwrap_err(),
        DirectoryError::NoSuchSamlPrivateKey("k9".into())
    );
    update(SamlProviderUpdate {
        metadata: Some(("<new/>".into(), None)),
        encryption: Some(AssertionEncryption::Required),
        allows_sha1: Some(true),
        ..remove("k1")
    })
    .unwrap();
    update(SamlProviderUpdate::default()).unwrap();
    world
        .edit(|edit| edit.tag(Taggable::SamlProvider(SAML), vec![tag("a", "1"), tag("A", "2")]))
        .unwrap();
    let account = world.reloaded();
    let found = account.saml_provider(SAML).unwrap();
    assert_eq!((&*found.metadata, found.valid_until), ("<new/>", None));
    assert_eq!(found.encryption, Some(AssertionEncryption::Required));
    assert_eq!(found.private_keys, [private_key("k2")]);
    assert_eq!((found.allows_sha1, found.allows_aws_recipient), (true, false));
    assert_eq!(found.tags.len(), 2);
    assert_eq!(
        account.saml_provider("arn:aws:iam::999999999999:saml-provider/Corp"),
        None
    );
    agreement::check(&world, &start);
    world.edit(|edit| edit.delete_saml_provider(SAML)).unwrap();
    let gone = world.edit(|edit| edit.delete_saml_provider(SAML));
    assert_eq!(gone.unwrap_err(), DirectoryError::NoSuchSamlProvider(SAML.into()));
    agreement::check(&world, &start);
}

#[test]
fn the_longest_metadata_can_be_stored_and_no_longer_one() {
    let world = World::new();
    let with = |length: usize| NewSamlProvider {
        // Every character takes two where it is stored.
        metadata: "\"".repeat(length).into(),
        ..new_saml("Corp")
    };
    let limit = SamlProvider::METADATA_BYTES_MAX;
    let refused = world.edit(|edit| edit.create_saml_provider(with(limit + 1)));
    let what = "the metadata";
    assert_eq!(
        refused.unwrap_err(),
        DirectoryError::ProviderTextTooLong { what, limit }
    );
    world.edit(|edit| edit.create_saml_provider(with(limit))).unwrap();
    world
        .edit(|edit| {
            edit.set_quota(Quota::SamlProvidersPerAccount, Some(1));
            Ok(())
        })
        .unwrap();
    let more = world.edit(|edit| edit.create_saml_provider(new_saml("more")));
    assert_eq!(too_many(more), (Quota::SamlProvidersPerAccount, 1));
}

fn hash(number: u32) -> AssertionHash {
    let mut hash = AssertionHash::default();
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

fn use_assertion(
    world: &World,
    provider: &str,
    number: u32,
    expires: i64,
    now: i64,
) -> Result<(), DirectoryError> {
    let provider = saml_name(provider);
    world.edit(|edit| edit.use_assertion(&provider, hash(number), at(expires), at(now)))
}

#[test]
fn an_assertion_is_used_once_also_after_a_reload() {
    let world = World::new();
    let start = world.account();
    world
        .edit(|edit| edit.create_saml_provider(new_saml("Corp")))
        .unwrap();
    assert_eq!(use_assertion(&world, "Corp", 1, 300, 0), Ok(()));
    assert_eq!(
        use_assertion(&world, "Other", 1, 300, 0),
        Ok(()),
        "another provider's is another"
    );
    let used = Err(DirectoryError::AssertionUsed);
    assert_eq!(use_assertion(&world, "Corp", 1, 300, 1), used);
    assert_eq!(
        use_assertion(&world, "Corp", 1, 900, HOUR),
        used,
        "whatever it says of its end"
    );
    assert!(world.reloaded().is_assertion_used(&saml_name("Corp"), &hash(1)));
    world
        .edit(|edit| {
            edit.delete_saml_provider(SAML)?;
            edit.create_saml_provider(new_saml("Corp"))
        })
        .unwrap();
    assert_eq!(use_assertion(&world, "Corp", 1, 300, 2), used);
    agreement::check(&world, &start);
}

#[test]
fn used_assertions_are_forgotten_an_hour_after_they_expired() {
    let world = World::new();
    let start = world.account();
    for number in 0..40 {
        use_assertion(&world, "Corp", number, i64::from(number), 0).unwrap();
    }
    let count = || world.account().used_assertion_count();
    use_assertion(&world, "Corp", 100, 9_000, HOUR).unwrap();
    assert_eq!(count(), 41, "none expired more than an hour ago");
    use_assertion(&world, "Corp", 101, 9_000, HOUR + 20).unwrap();
    assert_eq!(count(), 26, "some go with each that comes, the oldest first");
    use_assertion(&world, "Corp", 102, 9_000, HOUR + 20).unwrap();
    assert_eq!(count(), 23);
    let account = world.account();
    assert!(account.is_assertion_used(&saml_name("Corp"), &hash(20)));
    assert!(!account.is_assertion_used(&saml_name("Corp"), &hash(19)));
    agreement::check(&world, &start);
}

#[test]
fn so_many_assertions_are_remembered_and_no_more_are_accepted() {
    let world = World::new();
    world
        .edit(|edit| {
            edit.set_quota(Quota::UsedSamlAssertionsPerAccount, Some(3));
            Ok(())
        })
        .unwrap();
    for number in 0..3 {
        use_assertion(&world, "Corp", number, 300, 0).unwrap();
    }
    assert_eq!(
        use_assertion(&world, "Corp", 3, 300, 0),
        Err(DirectoryError::TooManyAssertions)
    );
    assert_eq!(use_assertion(&world, "Corp", 3, 9_000, HOUR + 301), Ok(()));
}
