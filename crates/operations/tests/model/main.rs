//! Random sequences of operations, against a simple model of users, groups, roles and policies that answers as it
//! thinks AWS would: each answer is compared. After the last one reports are compared with lists, and the server is
//! started again on the same store, where everything there is to read is as it was.
//!
//! A failing sequence is shortened and shown, one request a line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod answers;
mod counted;
mod naive;
mod steps;

use lanyard_testkit::{Call, EngineKind, Manner, World, census, difference};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use naive::{Model, Told};
use steps::{Request, Step};

/// In which all of it happens.
const ACCOUNT: &str = "111122223333";

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_the_model_and_a_restart_changes_nothing(steps in steps::sequence()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Both engines, each with the same sequence.
        for kind in EngineKind::ALL {
            runtime.block_on(check(kind, &steps))?;
        }
    }
}

async fn check(kind: EngineKind, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut world = World::new(kind).await;
    let root = world.account(ACCOUNT).await;
    let mut model = Model::default();
    for step in steps {
        let Request { action, parameters } = step.request();
        let call = Call {
            service: "iam",
            action: &action,
            parameters: &parameters,
            manner: Manner::Post,
        };
        let answer = world.call(Some(&root), &call).await;
        let expected = model.answer(step);
        let told = Told::read(&answer, &expected);
        prop_assert_eq!(told, expected, "{} {:?}\n{}", action, parameters, answer.xml);
    }
    counted::check(&world, &root).await?;
    let before = census(&world, &root).await;
    world.restart().await;
    counted::check(&world, &root).await?;
    let after = census(&world, &root).await;
    if let Some(difference) = difference(&before, &after) {
        return Err(TestCaseError::fail(format!(
            "a restart changes what there is\n{difference}"
        )));
    }
    Ok(())
}
