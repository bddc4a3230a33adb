//! Making accounts: all or nothing, whatever happens in between.

use std::sync::Arc;

use lanyard_directory::{DirectoryError, StorageError, WriteError};
use lanyard_store::{Engine, Faulty, OutboxRecord};

use crate::stored::{create, names, new_account, open, partition};
use crate::world::{World, account_id, at};

#[test]
fn an_account_is_created_once_with_all_that_is_put_into_it() {
    let world = World::new();
    let id = account_id(42);
    assert!(world.block_on(world.directory.account(id)).unwrap().is_none());
    assert_eq!(
        world
            .block_on(create(&world.directory, &world, id, "admin"))
            .unwrap(),
        7
    );
    assert!(matches!(
        world.block_on(create(&world.directory, &world, id, "other")),
        Err(WriteError::AccountExists(existing)) if existing == id
    ));
    let account = world.account_of(id);
    assert_eq!((&*account.info().name, account.info().created), ("Other", at(7)));
    assert_eq!(names(&account), ["admin"]);
    let listed: Vec<_> = world
        .directory
        .global()
        .accounts()
        .map(|entry| entry.id)
        .collect();
    assert_eq!(listed, [id, world.id]);
}

#[test]
fn a_refused_creation_leaves_no_account() {
    let world = World::new();
    let id = account_id(42);
    let refused = world
        .directory
        .create_account(new_account(id), |_| Err::<((), Vec<OutboxRecord>), _>("no"));
    assert!(matches!(world.block_on(refused), Err(WriteError::Refused("no"))));
    assert!(world.block_on(world.directory.account(id)).unwrap().is_none());
}

#[test]
fn a_creation_cut_short_is_no_account_and_can_begin_anew() {
    let world = World::new();
    let id = account_id(42);
    let faulty = Faulty::new(Arc::new(world.engine.reopened()));
    let directory = open(&world, faulty.clone());
    // The second commit is the one that lists the account.
    world.block_on(async {
        let hold = faulty.hold();
        let creation = create(&directory, &world, id, "first");
        let cut = async {
            while faulty.held() == 0 {
                tokio::task::yield_now().await;
            }
            drop(hold);
            faulty.set_unreachable(true);
        };
        let (created, ()) = tokio::join!(creation, cut);
        assert!(matches!(created, Err(WriteError::Storage(_))), "{created:?}");
        faulty.set_unreachable(false);
    });
    let loaded = world.block_on(faulty.load(&partition(id))).unwrap();
    assert!(!loaded.entries.is_empty(), "something was left behind");

    let directory = open(&world, faulty.clone());
    assert!(world.block_on(directory.account(id)).unwrap().is_none());
    assert!(matches!(
        world.block_on(directory.write(id, |_| Ok::<_, DirectoryError>(((), Vec::new())))),
        Err(WriteError::NoSuchAccount(_))
    ));
    world.block_on(create(&directory, &world, id, "second")).unwrap();
    let fresh = open(&world, faulty);
    for directory in [&directory, &fresh] {
        assert_eq!(
            names(&world.block_on(directory.account(id)).unwrap().unwrap()),
            ["second"]
        );
    }
}

#[test]
fn a_creation_in_doubt_is_found_out_by_the_next() {
    let world = World::new();
    let id = account_id(42);
    let faulty = Faulty::new(Arc::new(world.engine.reopened()));
    let directory = open(&world, faulty.clone());
    world.block_on(async {
        // The first commit is made, of the second nobody learns that it was.
        let hold = faulty.hold();
        let creation = create(&directory, &world, id, "first");
        let doubt = async {
            while faulty.held() == 0 {
                tokio::task::yield_now().await;
            }
            drop(hold);
            faulty.ambiguous_next(true);
        };
        let (created, ()) = tokio::join!(creation, doubt);
        assert!(
            matches!(created, Err(WriteError::Storage(StorageError::Ambiguous(_)))),
            "{created:?}"
        );
    });
    let again = world.block_on(create(&directory, &world, id, "second"));
    assert!(matches!(again, Err(WriteError::AccountExists(_))), "{again:?}");
    assert_eq!(
        names(&world.block_on(directory.account(id)).unwrap().unwrap()),
        ["first"]
    );
}
