//! How large a simulation can be: what takes bounded memory to ask takes bounded memory to answer.

use crate::probes::pairs;
use crate::setting::Setting;

/// A policy that refers to so many condition keys, asked about for so many resources.
async fn check(keys: usize, resources: usize, expected: Option<&str>) {
    let setting = Setting::new().await;
    let keys: Vec<String> = (0..keys).map(|number| format!(r#""a:{number}":"""#)).collect();
    let policy = format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringEquals":{{{}}}}}}}}}"#,
        keys.join(",")
    );
    let mut parameters = pairs(&[
        ("PolicyInputList.member.1", &*policy),
        ("ActionNames.member.1", "s3:GetObject"),
    ]);
    for number in 1..=resources {
        let name = format!("ResourceArns.member.{number}");
        parameters.push((name, format!("arn:aws:s3:::b/{number}")));
    }
    let answer = setting
        .root_call("iam", "SimulateCustomPolicy", &parameters)
        .await;
    match expected {
        None => assert_eq!(answer.status, 200, "{}", answer.xml),
        Some(message) => assert_eq!(answer.element("Message"), Some(message)),
    }
}

#[tokio::test]
async fn keys_that_are_missing_are_counted_for_each_resource() {
    check(500, 100, None).await;
    check(
        501,
        100,
        Some(
            "The simulation is too large: the number of condition keys that are missing, for all resources, \
             cannot exceed 50000.",
        ),
    )
    .await;
}
