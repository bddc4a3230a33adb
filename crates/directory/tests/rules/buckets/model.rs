//! Random claims against a naive model. After each the snapshot, the global partition loaded from the store, and
//! a snapshot that took in the stored changes one after another must all show what the model shows.

use std::collections::BTreeMap;

use lanyard_directory::{BucketClaim, ClaimError, Global};
use lanyard_names::AccountId;
use lanyard_store::{Cursor, Engine, Replica};
use proptest::prelude::*;

use super::{other, refusal, with_two_accounts};
use crate::stored::open;
use crate::world::{World, at};

const NAMES: [&str; 4] = ["aaa", "aab", "bbb", "ccc"];
const MINUTES: i64 = 60;

#[derive(Clone, Debug)]
enum Step {
    Claim(usize, bool),
    Confirm(usize),
    Release(usize),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = 0..NAMES.len();
    let step = prop_oneof![
        4 => (name.clone(), any::<bool>()).prop_map(|(name, others)| Step::Claim(name, others)),
        3 => name.clone().prop_map(Step::Confirm),
        2 => name.prop_map(Step::Release),
        1 => (1..5_i64).prop_map(|minutes| Step::Wait(minutes * MINUTES)),
    ];
    proptest::collection::vec(step, 1..40)
}

/// What stands under a name: whose it is, since when, and whether it was confirmed.
type Model = BTreeMap<usize, (AccountId, i64, bool)>;

fn claimed(model: &mut Model, name: usize, account: AccountId, now: i64) -> Result<(), ClaimError> {
    let is_abandoned = |since: i64, is_confirmed: bool| !is_confirmed && now - since > 5 * MINUTES;
    match model.get(&name).copied() {
        Some((_, since, is_confirmed)) if is_abandoned(since, is_confirmed) => {}
        Some((owner, ..)) if owner != account => return Err(ClaimError::OwnedByOther),
        Some((_, _, true)) => return Err(ClaimError::OwnedByYou),
        Some((_, _, false)) => return Err(ClaimError::BeingCreated),
        None => {}
    }
    model.retain(|_, (owner, since, is_confirmed)| *owner != account || !is_abandoned(*since, *is_confirmed));
    model.insert(name, (account, now, false));
    Ok(())
}

fn shown(global: &Global) -> Vec<(String, AccountId, bool)> {
    let claims = NAMES.into_iter().filter_map(|name| global.bucket_claim(name));
    let shown: Vec<_> = claims
        .map(|claim| (claim.name.to_string(), claim.account, claim.is_confirmed()))
        .collect();
    for account in [AccountId::parse("111122223333").unwrap(), other()] {
        let own = |(_, owner, _): &&(String, AccountId, bool)| *owner == account;
        assert_eq!(
            global.bucket_count(account) as usize,
            shown.iter().filter(own).count()
        );
        let listed: Vec<_> = global
            .buckets_of(account, "", None)
            .map(|claim| claim.name.to_string())
            .collect();
        let confirmed = shown
            .iter()
            .filter(own)
            .filter(|(_, _, is_confirmed)| *is_confirmed);
        assert_eq!(
            listed,
            confirmed.map(|(name, ..)| name.clone()).collect::<Vec<_>>()
        );
    }
    shown
}

fn expected(model: &Model) -> Vec<(String, AccountId, bool)> {
    let each = model.iter();
    each.map(|(name, (owner, _, is_confirmed))| (NAMES[*name].to_owned(), *owner, *is_confirmed))
        .collect()
}

/// Takes in everything in the change feed that is newer than the snapshot.
fn followed(world: &World, start: &Global) -> Global {
    let mut follower = start.clone();
    let events = world
        .block_on(world.engine.watch(Cursor::START, usize::MAX))
        .unwrap();
    for event in events {
        if event.partition.as_str() == "global" && event.revision > follower.revision() {
            follower.apply(event.revision, &event.changes).unwrap();
        }
    }
    follower
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_view_of_the_claims_agrees_with_the_model(steps in steps()) {
        let world = with_two_accounts();
        let start = world.directory.global();
        let (mut model, mut now) = (Model::new(), 0);
        let current = |name: usize| -> Option<BucketClaim> {
            world.directory.global().bucket_claim(NAMES[name]).map(|claim| (**claim).clone())
        };
        for step in &steps {
            match *step {
                Step::Wait(seconds) => now += seconds,
                Step::Claim(name, others) => {
                    let account = if others { other() } else { world.id };
                    let found = world.claim_at(NAMES[name], account, at(now)).map(drop);
                    match claimed(&mut model, name, account, now) {
                        Ok(()) => found.unwrap(),
                        Err(error) => prop_assert_eq!(refusal(found), error),
                    }
                }
                Step::Confirm(name) => if let Some(claim) = current(name) {
                    // What is confirmed already is refused, so that nobody records it twice.
                    assert_eq!(world.confirm(&claim).is_err(), claim.is_confirmed());
                    model.get_mut(&name).unwrap().2 = true;
                },
                Step::Release(name) => if let Some(claim) = current(name) {
                    world.release(&claim).unwrap();
                    model.remove(&name);
                },
            }
            prop_assert_eq!(shown(&world.directory.global()), expected(&model), "after {:?}", step);
        }
        prop_assert_eq!(shown(&followed(&world, &start)), expected(&model), "followed");
        prop_assert_eq!(shown(&open(&world, world.engine.reopened()).global()), expected(&model), "loaded");
    }
}
