//! ARNs, which are compared field by field.

use serde_json::json;

use super::Expected::{Doubt, No, Yes};
use super::table;

#[test]
fn arns_are_compared_field_by_field() {
    let topic = "arn:aws:sns:us-east-1:111122223333:alarms";
    for operator in ["ArnEquals", "ArnLike"] {
        table(
            operator,
            &[
                (json!(topic), topic, Yes),
                (json!("arn:aws:sns:*:111122223333:*"), topic, Yes),
                (json!("arn:aws:sns:*:alarms"), topic, Doubt),
                (json!("arn:aws:sns:*:*:alarm?"), topic, Yes),
                (
                    json!("arn:aws:sns:*:*:*"),
                    "arn:aws:sns:us-east-1:111122223333:a:b",
                    Yes,
                ),
                (json!("arn:aws:sns:us-east-1:111122223333:Alarms"), topic, No),
                (json!("*"), topic, Doubt),
                (json!("arn:aws:sns:*"), topic, Doubt),
                (json!(topic), "alarms", No),
                (json!(["alarms", topic]), topic, Doubt),
                (json!([topic, "alarms"]), topic, Yes),
                (json!(["arn:aws:sqs:*:*:*", "alarms"]), topic, Doubt),
                (json!("alarms"), "alarms", No),
            ],
        );
    }
    for operator in ["ArnNotEquals", "ArnNotLike"] {
        table(
            operator,
            &[
                (json!("arn:aws:sns:*:111122223333:*"), topic, No),
                (json!("arn:aws:sns:*:444455556666:*"), topic, Yes),
                (json!("*"), topic, Doubt),
                (json!(topic), "alarms", No),
                (json!("alarms"), "alarms", No),
                (json!(topic), "", No),
                (json!(topic), "arn:aws:sns", Doubt),
                (json!([topic, "alarms"]), topic, No),
                (json!(["alarms", topic]), topic, Doubt),
            ],
        );
    }
}
