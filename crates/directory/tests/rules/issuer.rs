//! The account as an issuer of web identity tokens, and its keys.

use lanyard_directory::{DirectoryError, NewWebIdentityIssuer, SealedSecret, TokenAlgorithm, TokenKey};
use lanyard_names::IssuerId;

use crate::agreement;
use crate::world::{World, account_id, at};

const HOUR: i64 = 3_600;

fn key(kid: &str, algorithm: TokenAlgorithm, second: i64) -> TokenKey {
    TokenKey {
        kid: kid.into(),
        algorithm,
        public: "{}".into(),
        private: SealedSecret::new(*b"sealed"),
        created: at(second),
        retired: None,
    }
}

fn new_issuer(id: IssuerId) -> NewWebIdentityIssuer {
    NewWebIdentityIssuer {
        id,
        keys: vec![
            key("r1", TokenAlgorithm::Rs256, 1),
            key("e1", TokenAlgorithm::Es384, 1),
        ],
    }
}

fn kids(world: &World) -> Vec<String> {
    let account = world.reloaded();
    let keys = &account.web_identity_issuer().unwrap().keys;
    keys.iter().map(|key| key.kid.to_string()).collect()
}

#[test]
fn an_issuer_keeps_its_id_and_keys_while_it_is_switched_off() {
    let world = World::new();
    let start = world.account();
    let (id, another) = (
        IssuerId::from_entropy(world.id, 1),
        IssuerId::from_entropy(world.id, 2),
    );
    let enable = |id| world.edit(|edit| edit.enable_web_identity_issuer(new_issuer(id)));
    let disable = || world.edit(|edit| edit.disable_web_identity_issuer());
    assert_eq!(disable(), Err(DirectoryError::WebIdentityIssuerDisabled));
    let foreign = IssuerId::from_entropy(account_id(7), 1);
    assert!(matches!(enable(foreign), Err(DirectoryError::IdExists(_))));
    assert_eq!(enable(id).unwrap().id, id);
    assert_eq!(
        enable(another).unwrap_err(),
        DirectoryError::WebIdentityIssuerEnabled
    );
    disable().unwrap();
    assert!(!world.reloaded().web_identity_issuer().unwrap().is_enabled);
    assert_eq!(enable(another).unwrap().id, id);
    agreement::check(&world, &start);
    let owner = |id| {
        let found = world.block_on(world.directory.account_of_issuer(id)).unwrap();
        found.map(|account| account.id())
    };
    assert_eq!(owner(id), Some(world.id));
    assert_eq!(owner(another), None);
    assert_eq!(owner(foreign), None);
}

#[test]
fn a_retired_key_is_shown_for_a_day() {
    let world = World::new();
    let id = IssuerId::from_entropy(world.id, 1);
    world
        .edit(|edit| edit.enable_web_identity_issuer(new_issuer(id)))
        .unwrap();
    let rotate = |kid: &str, second: i64| {
        world
            .edit(|edit| edit.rotate_token_key(key(kid, TokenAlgorithm::Rs256, second), at(second)))
            .unwrap()
    };
    let issuer = rotate("r2", 10);
    let signing = |algorithm| issuer.signing_key(algorithm).map(|key| key.kid.to_string());
    assert_eq!(signing(TokenAlgorithm::Rs256), Some("r2".to_owned()));
    assert_eq!(signing(TokenAlgorithm::Es384), Some("e1".to_owned()));
    assert_eq!(kids(&world), ["r1", "e1", "r2"]);
    rotate("r3", 10 + 24 * HOUR);
    assert_eq!(kids(&world), ["r1", "e1", "r2", "r3"]);
    rotate("r4", 11 + 24 * HOUR);
    assert_eq!(kids(&world), ["e1", "r2", "r3", "r4"]);
    for number in 5..40 {
        rotate(&format!("r{number}"), 12 + 24 * HOUR);
    }
    assert_eq!(kids(&world).len(), 16, "however often they are changed");
    assert!(kids(&world).contains(&"e1".to_owned()), "a key that signs stays");
}
