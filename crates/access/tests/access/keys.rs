//! The keys of an installation: made once, rotated, and refused when they do not fit.

use std::sync::Arc;

use lanyard_access::{
    Keyring, MasterKey, MasterKeyError, NewSession, Rotation, SessionKind, StoredKeysError, VaultError,
    open_vault,
};
use lanyard_directory::Directory;
use lanyard_names::AccountId;
use lanyard_store::MemoryEngine;

use crate::world::{ACCOUNT, after, now, vault};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn directory(engine: &Arc<MemoryEngine>) -> Directory {
    let engine: Arc<dyn lanyard_store::Engine> = engine.clone();
    Directory::open(engine).await.unwrap()
}

#[tokio::test]
async fn the_vault_of_a_store_opens_with_its_own_master_key_only() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("master.key");
    let engine = Arc::new(MemoryEngine::new());
    let first = directory(&engine).await;
    let vault = open_vault(&first, &path).await.unwrap();
    let account = AccountId::parse(ACCOUNT).unwrap();
    let key = vault.new_access_key(account).unwrap();

    let again = directory(&engine).await;
    let reopened = open_vault(&again, &path).await.unwrap();
    assert_eq!(
        reopened.unseal_access_key(key.id, &key.sealed).unwrap(),
        key.secret
    );

    std::fs::remove_file(&path).unwrap();
    let missing = open_vault(&again, &path).await;
    assert!(matches!(
        missing,
        Err(StoredKeysError::Vault(VaultError::MasterKey(
            MasterKeyError::Missing { .. }
        )))
    ));
    assert!(!path.exists());
    MasterKey::create(&path).unwrap();
    let wrong = open_vault(&again, &path).await;
    assert!(matches!(
        wrong,
        Err(StoredKeysError::Vault(VaultError::WrongMasterKey))
    ));
}

#[tokio::test]
async fn a_ring_is_made_once_and_survives_a_restart() {
    let vault = vault();
    let engine = Arc::new(MemoryEngine::new());
    let keyring = Keyring::new();
    let made = keyring
        .maintain(&directory(&engine).await, &vault, now())
        .await
        .unwrap();
    assert_eq!(
        made,
        Rotation {
            added: Some(1),
            removed: Vec::new()
        }
    );
    let kind = SessionKind::SessionToken { user: None };
    let account = AccountId::parse(ACCOUNT).unwrap();
    let issued = keyring
        .issue(&NewSession::plain(account, kind, 0, now(), 3600))
        .unwrap();

    let restarted = Keyring::new();
    let unchanged = restarted
        .maintain(&directory(&engine).await, &vault, after(DAY))
        .await
        .unwrap();
    assert_eq!(unchanged, Rotation::default());
    assert!(restarted.open(issued.token.expose()).is_ok());
}

#[tokio::test]
async fn an_old_key_opens_until_the_longest_session_has_ended() {
    let vault = vault();
    let engine = Arc::new(MemoryEngine::new());
    let directory = directory(&engine).await;
    let keyring = Keyring::new();
    let account = AccountId::parse(ACCOUNT).unwrap();
    let session = |at| {
        let kind = SessionKind::SessionToken { user: None };
        NewSession::plain(account, kind, 0, after(at), 36 * 3600)
    };
    keyring.maintain(&directory, &vault, now()).await.unwrap();
    let rotated = keyring
        .maintain(&directory, &vault, after(30 * DAY))
        .await
        .unwrap();
    assert_eq!(rotated.added, Some(2));

    // Other nodes may not know the new key yet, so the old one still seals for a minute.
    let last_of_old = keyring.issue(&session(30 * DAY + 59)).unwrap();
    let first_of_new = keyring.issue(&session(30 * DAY + 60)).unwrap();
    let kept = keyring
        .maintain(&directory, &vault, after(30 * DAY + 36 * HOUR))
        .await
        .unwrap();
    assert_eq!(kept, Rotation::default());
    assert!(keyring.open(last_of_old.token.expose()).is_ok());

    let removed = keyring
        .maintain(&directory, &vault, after(30 * DAY + 38 * HOUR))
        .await
        .unwrap();
    assert_eq!(
        removed,
        Rotation {
            added: None,
            removed: vec![1]
        }
    );
    assert!(keyring.open(last_of_old.token.expose()).is_err());
    assert!(keyring.open(first_of_new.token.expose()).is_ok());
}

#[tokio::test]
async fn a_ring_key_sealed_by_another_vault_is_an_error() {
    let engine = Arc::new(MemoryEngine::new());
    let directory = directory(&engine).await;
    Keyring::new()
        .maintain(&directory, &vault(), now())
        .await
        .unwrap();
    let other = vault();
    let refused = Keyring::new().maintain(&directory, &other, now()).await;
    assert!(matches!(refused, Err(StoredKeysError::Keyring(_))), "{refused:?}");
}
