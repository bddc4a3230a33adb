//! Resources of which only the service knows which they are: policies about any that may be meant count.

use crate::stage::{OURS, ServiceRequest, Stage, admit, allow, gateway, send};

const DENIED: &str = "400 AccessDeniedException";
const CIPHERTEXT: &str = r#"{"CiphertextBlob":"AAAA"}"#;

fn decrypt() -> ServiceRequest {
    ServiceRequest::json("kms", "TrentService.Decrypt", CIPHERTEXT)
}

fn key(region: &str) -> String {
    format!("arn:aws:kms:{region}:{OURS}:key/1111-aaaa")
}

#[tokio::test]
async fn a_ciphertext_may_be_of_any_key() {
    let stage = Stage::new().await;
    let here = key("eu-west-1");
    let all = format!("arn:aws:kms:eu-west-1:{OURS}:key/*");
    let denied = |denied: &str| {
        let statement = format!(r#"[{{"Effect":"Deny","Action":"kms:*","Resource":"{denied}"}},"#);
        let policy =
            allow("kms:Decrypt", "*").replace(r#""Statement":"#, &format!(r#""Statement":{statement}"#));
        policy.replacen("]}}", "]}]}", 1)
    };
    let tagged = allow("kms:Decrypt", "*").replace(
        r#""Resource""#,
        r#""Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}},"Resource""#,
    );
    for (name, policy, expected) in [
        ("all", allow("kms:Decrypt", &all), "200"),
        ("one", allow("kms:Decrypt", &here), DENIED),
        ("all-but-one", denied(&here), DENIED),
        ("all-but-one-elsewhere", denied(&key("us-east-1")), "200"),
        ("those-with-a-tag", tagged, DENIED),
    ] {
        let user = stage.user(name, &policy).await;
        let (outcome, received) = stage.outcome(decrypt().signed(&user)).await;
        assert_eq!(outcome, expected, "{name}");
        let sent: Vec<_> = received.iter().map(|received| received.body.clone()).collect();
        let passed: &[&str] = if expected == "200" { &[CIPHERTEXT] } else { &[] };
        assert_eq!(sent, passed, "{name}");
    }
}

#[tokio::test]
async fn where_a_key_has_a_policy_the_key_must_be_named() {
    let stage = Stage::new().await;
    let user = stage.user("carla", &allow("kms:Decrypt", "*")).await;
    let own = format!("arn:aws:iam::{OURS}:user/carla");
    for (region, expected) in [("us-east-1", "200"), ("eu-west-1", DENIED)] {
        let key = key(region);
        stage.resource_policy(&key, &admit(&own, "kms:*", "*")).await;
        stage.check(decrypt().signed(&user), expected).await;
    }
    let body = format!(r#"{{"CiphertextBlob":"AAAA","KeyId":"{}"}}"#, key("eu-west-1"));
    let named = ServiceRequest::json("kms", "TrentService.Decrypt", &body);
    stage.check(named.signed(&user), "200").await;
}

#[tokio::test]
async fn a_policy_that_denies_counts_wherever_its_resource_may_be_meant() {
    let stage = Stage::new().await;
    let user = stage.user("carla", &allow("secretsmanager:*", "*")).await;
    let batch = ServiceRequest::json(
        "secretsmanager",
        "secretsmanager.BatchGetSecretValue",
        r#"{"Filters":[{"Key":"name","Values":["db"]}]}"#,
    );
    stage.check(batch.signed(&user), "200").await;
    let secret = format!("arn:aws:secretsmanager:eu-west-1:{OURS}:secret:db-AbCdEf");
    let own = format!("arn:aws:iam::{OURS}:user/carla");
    let admitted = admit(&own, "secretsmanager:GetSecretValue", "*");
    stage.resource_policy(&secret, &admitted).await;
    stage.check(batch.signed(&user), "200").await;
    stage
        .resource_policy(&secret, &admitted.replace("Allow", "Deny"))
        .await;
    stage.check(batch.signed(&user), DENIED).await;
    let observing = format!("aws={} account={OURS} mode=observe", stage.upstream.url());
    let observing = gateway(&stage.world, &[&observing]);
    let reply = send(&observing, batch.signed(&user)).await;
    assert_eq!(reply.short(), "200");
}
