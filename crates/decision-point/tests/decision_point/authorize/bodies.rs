//! What a body may hold: one question or a batch of them, of a bounded size.

use serde_json::json;

use super::{REPORT, question, refused};
use crate::world::{CARLA, World};

#[tokio::test]
async fn a_batch_is_answered_in_order_and_one_wrong_question_costs_no_other() {
    let world = World::new().await;
    let good = question(CARLA, "s3:GetObject", REPORT);
    let wrong = question(CARLA, "nonsense", REPORT);
    let gone = question("arn:aws:iam::111122223333:user/nobody", "s3:GetObject", REPORT);
    let batch = json!({ "requests": [good, wrong, gone, good] });
    let (status, answer) = world.ask(&batch.to_string()).await;
    assert_eq!(status, 200);
    let results = answer["results"].as_array().unwrap();
    let shown: Vec<_> = results
        .iter()
        .map(|result| {
            result["decision"]
                .as_str()
                .or(result["error"]["message"].as_str())
                .unwrap()
        })
        .collect();
    let expected = [
        "Allowed",
        "The action must have the form service:Name.",
        "The principal cannot be asked about: there is no such user or role.",
        "Allowed",
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn too_many_questions_are_refused() {
    let world = World::new().await;
    let many = vec![question(CARLA, "s3:GetObject", REPORT); 1_001];
    let message = "There may be at most 1000 requests.";
    refused(
        &world,
        &json!({ "requests": many }),
        400,
        "ValidationException",
        message,
    )
    .await;
}

#[tokio::test]
async fn a_body_of_any_other_size_is_not_read() {
    let world = World::new().await;
    let (status, answer) = world.ask(&" ".repeat((4 << 20) + 1)).await;
    assert_eq!(
        (status, &answer["__type"]),
        (413, &json!("RequestEntityTooLargeException"))
    );
    let many = format!(r#"{{"requests":[{}{{}}]}}"#, "{},".repeat(1_000_000));
    let (status, answer) = world.ask(&many).await;
    assert_eq!(
        (status, &answer["message"]),
        (400, &json!("There may be at most 1000 requests."))
    );
}
