//! The log of decisions: bounded, and able to explain what was decided on after it has changed.

use lanyard_access::{Ask, Caller, DecisionLog, DecisionLogLimits, Evidence, RequestFacts, authorize};
use lanyard_directory::Owner;
use lanyard_names::InlinePolicyName;
use lanyard_policy::{Context, Effect};

use crate::world::{World, now};

async fn denied(world: &World) -> Evidence {
    denied_to(world, &world.caller(&world.client_of_user()).await)
}

fn denied_to(world: &World, caller: &Caller) -> Evidence {
    let facts = RequestFacts {
        source_ip: None,
        is_secure: false,
        now: now(),
        region: "",
        user_agent: None,
        referer: None,
    };
    let context = Context::new();
    let ask = Ask::new(
        "iam:ListUsers",
        "arn:aws:iam::123456789012:user/",
        world.account,
        &context,
    );
    authorize(caller, &ask, &facts, Some(&world.snapshot())).into_evidence()
}

fn log(decisions_max: usize, bytes_max: usize) -> DecisionLog {
    DecisionLog::new(DecisionLogLimits {
        decisions_max,
        bytes_max,
    })
}

#[tokio::test]
async fn a_denial_is_found_by_its_request_id() {
    let world = World::new().await;
    let log = log(10, 1 << 20);
    log.record("one", denied(&world).await);
    log.record("one", denied(&world).await);
    let found = log.find("one");
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].action, "iam:ListUsers");
    assert_eq!(
        &*found[0].caller.arn,
        "arn:aws:iam::123456789012:user/staff/carla"
    );
    assert!(log.find("another").is_empty());
}

#[tokio::test]
async fn strangers_crowd_out_each_other_only() {
    let world = World::new().await;
    let log = log(16, 1 << 20);
    log.record("carla", denied(&world).await);
    for number in 0..100 {
        log.record(&number.to_string(), denied_to(&world, &Caller::anonymous()));
    }
    assert_eq!(log.find("carla").len(), 1);
    let found = ["97", "98", "99"].map(|id| log.find(id).len());
    assert_eq!((found, log.len()), ([0, 1, 1], 3));
}

#[tokio::test]
async fn the_oldest_decisions_make_room() {
    let world = World::new().await;
    let evidence = denied(&world).await;
    let by_number = log(3, 1 << 20);
    for id in ["a", "b", "b", "c", "d"] {
        by_number.record(id, evidence.clone());
    }
    let found = ["a", "b", "c", "d"].map(|id| by_number.find(id).len());
    assert_eq!((found, by_number.len()), ([0, 1, 1, 1], 3));

    let by_bytes = log(1000, 20_000);
    for number in 0..1000 {
        by_bytes.record(&number.to_string(), evidence.clone());
    }
    assert!((5..30).contains(&by_bytes.len()), "{}", by_bytes.len());
    assert_eq!(by_bytes.find("999").len(), 1);
}

#[tokio::test]
async fn policies_that_only_old_decisions_hold_are_charged_and_shared_ones_once() {
    let world = World::new().await;
    let name = InlinePolicyName::parse("some").unwrap();
    let actions: Vec<_> = (0..60).map(|number| format!(r#""s3:Action{number}""#)).collect();
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":[{}],"Resource":"*"}}}}"#,
        actions.join(",")
    );
    let replace = || world.edit(|edit| edit.put_inline_policy(Owner::User("carla"), name.clone(), &text));
    let log = log(1000, 60_000);
    replace().await;
    let evidence = denied(&world).await;
    for number in 0..30 {
        log.record(&format!("same {number}"), evidence.clone());
    }
    assert_eq!(log.len(), 30);
    for number in 0..30 {
        replace().await;
        log.record(&format!("other {number}"), denied(&world).await);
    }
    assert!((5..20).contains(&log.len()), "{}", log.len());
    // What was charged is given back: nothing is left of those that went.
    for number in 0..60 {
        log.record(&format!("again {number}"), evidence.clone());
    }
    assert!((25..60).contains(&log.len()), "{}", log.len());
}

#[tokio::test]
async fn an_explanation_is_of_what_was_decided_on_then() {
    let world = World::new().await;
    let evidence = denied(&world).await;
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let name = InlinePolicyName::parse("all").unwrap();
    world
        .edit(|edit| edit.put_inline_policy(Owner::User("carla"), name.clone(), text))
        .await;
    assert_eq!(evidence.effect, Effect::ImplicitDeny);
    let explanation = serde_json::to_value(evidence.explanation()).unwrap();
    assert_eq!(explanation["effect"], "ImplicitDeny");
    assert_eq!(
        explanation["callerArn"],
        "arn:aws:iam::123456789012:user/staff/carla"
    );
    assert_eq!(explanation["context"]["aws:username"], "carla");
    assert!(
        explanation["trace"].to_string().contains("ImplicitDeny"),
        "{explanation}"
    );
    assert_eq!(denied(&world).await.effect, Effect::Allow);
}

#[tokio::test]
async fn evidence_shows_no_secret() {
    let world = World::new().await;
    let shown = format!("{:?}", denied(&world).await);
    assert!(!shown.contains(world.user_key.secret.expose()));
    assert!(!format!("{:?} {:?}", world.authenticator, world.vault).contains(world.user_key.secret.expose()));
}
