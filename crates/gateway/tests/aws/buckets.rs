//! Objects that another service reads or writes for its caller: whose they are says the claim of their bucket.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{BucketClaim, PublicAccessBlock};
use lanyard_gateway::Gateway;
use lanyard_names::AccountId;

use crate::stage::{OURS, ServiceRequest, Stage, THEIRS, admit, allow, gateway, send};

const DENIED: &str = "403 AccessDeniedException";

/// Code of a function, in a bucket.
fn code(bucket: &str) -> ServiceRequest {
    let body = format!(r#"{{"S3Bucket":"{bucket}","S3Key":"a.zip"}}"#);
    ServiceRequest::new("lambda", "PUT", "/2015-03-31/functions/f/code").body(body)
}

/// A bucket of an account.
async fn bucket(stage: &Stage, name: &str, account: &str) -> Arc<BucketClaim> {
    let account = AccountId::parse(account).unwrap();
    let directory = stage.world.directory();
    let adopted = directory.adopt_bucket(name, account, Timestamp::now(), Vec::new());
    adopted.await.unwrap()
}

async fn bucket_policy(stage: &Stage, claim: &BucketClaim, policy: &str, block: Option<PublicAccessBlock>) {
    let directory = stage.world.directory();
    let written = directory.write(claim.account, |edit| {
        edit.put_public_access_block(claim, None)?;
        edit.put_bucket_policy(claim, policy.into(), &**directory)?;
        edit.put_public_access_block(claim, block)?;
        Ok::<_, lanyard_directory::BucketError>(((), Vec::new()))
    });
    written.await.unwrap();
}

/// A gateway before a store as well.
fn with_store(stage: &Stage, words: &str) -> Arc<Gateway> {
    let url = stage.upstream.url();
    let services = format!("aws={url} account={OURS} {words}");
    gateway(&stage.world, &[&services, &format!("s3={url}")])
}

/// Checks what comes of code in a bucket, and that the upstream heard of it only if it was let through.
async fn check(
    stage: &Stage,
    gateway: &Gateway,
    who: &lanyard_testkit::Credentials,
    name: &str,
    expected: &str,
) {
    let reply = send(gateway, code(name).signed(who)).await;
    let heard = stage.upstream.take_received().len();
    let passed = usize::from(expected == "200");
    assert_eq!(
        (reply.short().as_str(), heard),
        (expected, passed),
        "{name}: {}",
        reply.text()
    );
}

#[tokio::test]
async fn nobody_gets_at_a_bucket_of_another_account_by_way_of_another_service() {
    let stage = Stage::new().await;
    for words in ["", "mode=observe"] {
        let gateway = with_store(&stage, words);
        let name = format!("carla{}", words.len());
        let carla = stage.user(&name, &allow("*", "*")).await;
        let (ours, theirs) = (format!("ours-{name}"), format!("theirs-{name}"));
        bucket(&stage, &ours, OURS).await;
        let claim = bucket(&stage, &theirs, THEIRS).await;
        check(&stage, &gateway, &carla, &ours, "200").await;
        check(&stage, &gateway, &carla, &theirs, DENIED).await;
        let objects = format!("arn:aws:s3:::{theirs}/*");
        let admitted = admit(&format!("arn:aws:iam::{OURS}:root"), "s3:GetObject", &objects);
        bucket_policy(&stage, &claim, &admitted, None).await;
        check(&stage, &gateway, &carla, &theirs, "200").await;
        let public = admit("*", "s3:GetObject", &objects);
        bucket_policy(&stage, &claim, &public, None).await;
        check(&stage, &gateway, &carla, &theirs, "200").await;
        bucket_policy(&stage, &claim, &public, Some(PublicAccessBlock::ALL)).await;
        check(&stage, &gateway, &carla, &theirs, DENIED).await;
    }
}

#[tokio::test]
async fn the_policy_of_a_bucket_denies_by_way_of_another_service_too() {
    let stage = Stage::new().await;
    let gateway = with_store(&stage, "");
    let carla = stage.user("carla", &allow("lambda:* s3:*", "*")).await;
    let claim = bucket(&stage, "reports", OURS).await;
    check(&stage, &gateway, &carla, "reports", "200").await;
    let admitted = admit("*", "s3:GetObject", "arn:aws:s3:::reports/*");
    bucket_policy(&stage, &claim, &admitted.replace("Allow", "Deny"), None).await;
    check(&stage, &gateway, &carla, "reports", DENIED).await;
}

#[tokio::test]
async fn a_template_in_a_bucket_is_read_by_who_may_read_it() {
    let stage = Stage::new().await;
    let gateway = with_store(&stage, "");
    bucket(&stage, "ours", OURS).await;
    bucket(&stage, "theirs", THEIRS).await;
    let maker = stage.user("maker", &allow("cloudformation:*", "*")).await;
    let reader = stage
        .user("reader", &allow("cloudformation:* s3:GetObject", "*"))
        .await;
    for (who, place, expected) in [
        (&maker, "s3.amazonaws.com/ours", "403 AccessDenied"),
        (&reader, "s3.amazonaws.com/ours", "200"),
        (&reader, "s3.amazonaws.com/theirs", "403 AccessDenied"),
        (&reader, "s3.amazonaws.com/nobodys", "403 AccessDenied"),
        (&reader, "169.254.169.254/ours", "400 ValidationError"),
    ] {
        let form = format!(
            "Action=CreateStack&Version=2010-05-15&StackName=s&TemplateURL=https%3A%2F%2F{}%2Fa",
            place.replace('/', "%2F")
        );
        let create = ServiceRequest::form("cloudformation", &form);
        let reply = send(&gateway, create.signed(who)).await;
        let heard = stage.upstream.take_received().len();
        let passed = usize::from(expected == "200");
        assert_eq!(
            (reply.short().as_str(), heard),
            (expected, passed),
            "{place}: {}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn whose_the_bucket_is_can_be_asked_for() {
    let stage = Stage::new().await;
    let gateway = with_store(&stage, "");
    bucket(&stage, "reports", OURS).await;
    for (account, expected) in [(OURS, "200"), (THEIRS, DENIED)] {
        let condition = format!(r#""Condition":{{"StringEquals":{{"s3:ResourceAccount":"{account}"}}}},"#);
        let policy =
            allow("s3:GetObject", "*").replace(r#""Resource""#, &format!(r#"{condition}"Resource""#));
        let name = format!("carla-{account}");
        let carla = stage.user(&name, &policy).await;
        let arn = format!("arn:aws:iam::{OURS}:user/{name}");
        let function = format!("arn:aws:lambda:eu-west-1:{OURS}:function:f");
        stage
            .resource_policy(&function, &admit(&arn, "lambda:UpdateFunctionCode", &function))
            .await;
        check(&stage, &gateway, &carla, "reports", expected).await;
    }
}

#[tokio::test]
async fn a_bucket_that_nobody_owns_is_not_there_where_buckets_are_guarded() {
    let stage = Stage::new().await;
    let gateway = with_store(&stage, "mode=observe");
    check(&stage, &gateway, &stage.root, "nobodys", DENIED).await;
    // Without a store behind, whatever buckets there are are those of the account behind.
    stage.check(code("nobodys").signed(&stage.root), "200").await;
}
