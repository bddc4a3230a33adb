//! Bucket policies and public access blocks.

use lanyard_testkit::{Behaviour, S3Request};

use crate::stage::{OURS, Stage};
use crate::{committed, heard, send, text};

const PUBLIC: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \
                      \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::reports/*\"}]\n}\n";
const THEIRS: &str = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\
                      \"Principal\":{\"AWS\":\"444455556666\"},\"Action\":\"s3:*\",\
                      \"Resource\":[\"arn:aws:s3:::reports\",\"arn:aws:s3:::reports/*\"]}}";

fn put(policy: &str) -> S3Request {
    S3Request::new("PUT", "/reports?policy").body(policy.to_owned())
}

async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage
}

/// What a policy that is put is answered.
async fn check(policy: &str, expected: (&str, &str)) {
    let stage = stage().await;
    let reply = send(&stage, &stage.root, put(policy)).await;
    assert_eq!(
        (reply.short().as_str(), reply.message().as_str()),
        expected,
        "{policy}"
    );
    assert_eq!(heard(&stage), [""; 0]);
}

#[tokio::test]
async fn a_policy_comes_back_byte_for_byte() {
    let stage = stage().await;
    let get = || S3Request::new("GET", "/reports?policy");
    let status = || S3Request::new("GET", "/reports?policyStatus");
    assert_eq!(
        send(&stage, &stage.root, get()).await.short(),
        "404 NoSuchBucketPolicy"
    );
    assert_eq!(
        send(&stage, &stage.root, status()).await.short(),
        "404 NoSuchBucketPolicy"
    );
    assert_eq!(send(&stage, &stage.root, put(THEIRS)).await.short(), "204");
    assert_eq!(text(&send(&stage, &stage.root, get()).await.body), THEIRS);
    let told = text(&send(&stage, &stage.root, status()).await.body);
    assert!(
        told.ends_with("<IsPublic>false</IsPublic></PolicyStatus>"),
        "{told}"
    );
    for _ in 0..2 {
        let delete = S3Request::new("DELETE", "/reports?policy");
        assert_eq!(send(&stage, &stage.root, delete).await.short(), "204");
    }
    assert_eq!(
        send(&stage, &stage.root, get()).await.short(),
        "404 NoSuchBucketPolicy"
    );
    assert_eq!(heard(&stage), [""; 0]);
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_no_principal() {
    let nobodys = |principal: &str| THEIRS.replace("\"444455556666\"", principal);
    for principal in [
        "\"999988887777\"",
        "\"arn:aws:iam::999988887777:root\"",
        "[\"444455556666\",\"arn:aws:sts::999988887777:assumed-role/a/b\"]",
    ] {
        check(
            &nobodys(principal),
            ("400 MalformedPolicy", "Invalid principal in policy"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_policy_that_s3_refuses_is_refused_in_its_words() {
    let malformed = "400 MalformedPolicy";
    check("", ("400 MissingRequestBodyError", "Request body is empty.")).await;
    check(
        "policy.json",
        (
            malformed,
            "Policies must be valid JSON and the first byte must be &apos;{&apos;",
        ),
    )
    .await;
    check(
        &THEIRS.replace("reports/*", "other/*"),
        (malformed, "Policy has invalid resource"),
    )
    .await;
    check(
        &THEIRS.replace("s3:*", "iam:GetUser"),
        (malformed, "Policy has invalid action"),
    )
    .await;
    check(
        &THEIRS.replace("444455556666", "arn:aws:iam::111122223333:user/nobody"),
        (malformed, "Invalid principal in policy"),
    )
    .await;
    let odd = THEIRS.replace(
        "\"Action\"",
        "\"Condition\":{\"StringSame\":{\"aws:username\":\"a\"}},\"Action\"",
    );
    check(&odd, (malformed, "Invalid policy syntax.")).await;
}

#[tokio::test]
async fn a_public_policy_needs_the_block_taken_away_first() {
    let stage = stage().await;
    let get = || S3Request::new("GET", "/reports/a").anonymous();
    let refused = send(&stage, &stage.root, put(PUBLIC)).await;
    assert_eq!(refused.short(), "403 AccessDenied");
    assert_eq!(
        refused.message(),
        "User: arn:aws:iam::111122223333:root is not authorized to perform: s3:PutBucketPolicy on resource: \
         &quot;arn:aws:s3:::reports&quot; because public policies are prevented by the BlockPublicPolicy setting in S3 \
         Block Public Access."
    );
    let block = |restrict: bool| {
        let body = format!(
            "<PublicAccessBlockConfiguration><RestrictPublicBuckets>{restrict}</RestrictPublicBuckets>\
             </PublicAccessBlockConfiguration>"
        );
        S3Request::new("PUT", "/reports?publicAccessBlock").body(body)
    };
    assert_eq!(send(&stage, &stage.root, block(false)).await.short(), "200");
    assert_eq!(send(&stage, &stage.root, put(PUBLIC)).await.short(), "204");
    assert_eq!(stage.send(get()).await.short(), "200");
    assert_eq!(heard(&stage), ["GET /reports/a"]);
    // The policy stays, and admits nobody any more.
    assert_eq!(send(&stage, &stage.root, block(true)).await.short(), "200");
    assert_eq!(stage.send(get()).await.short(), "403 AccessDenied");
    assert_eq!(heard(&stage), [""; 0]);
}

#[tokio::test]
async fn a_block_can_be_read_and_taken_away() {
    let stage = stage().await;
    let request = |method| S3Request::new(method, "/reports?publicAccessBlock");
    assert_eq!(
        text(&send(&stage, &stage.root, request("GET")).await.body),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>\
         <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>\
         </PublicAccessBlockConfiguration>"
    );
    assert_eq!(send(&stage, &stage.root, request("DELETE")).await.short(), "204");
    let gone = send(&stage, &stage.root, request("GET")).await;
    assert_eq!(gone.short(), "404 NoSuchPublicAccessBlockConfiguration");
    let odd = request("PUT")
        .body("<PublicAccessBlockConfiguration><All>true</All></PublicAccessBlockConfiguration>");
    assert_eq!(send(&stage, &stage.root, odd).await.short(), "400 MalformedXML");
}

#[tokio::test]
async fn other_accounts_are_not_let_near_a_policy_whatever_it_allows_them() {
    let stage = stage().await;
    assert_eq!(send(&stage, &stage.root, put(THEIRS)).await.short(), "204");
    assert_eq!(
        send(&stage, &stage.other, S3Request::new("GET", "/reports/a"))
            .await
            .short(),
        "200"
    );
    for method in ["GET", "PUT", "DELETE"] {
        let request = S3Request::new(method, "/reports?policy");
        let request = if method == "PUT" {
            request.body(THEIRS)
        } else {
            request
        };
        assert_eq!(
            send(&stage, &stage.other, request).await.short(),
            "405 MethodNotAllowed"
        );
    }
}

#[tokio::test]
async fn a_bucket_that_nobody_owns_has_no_policy() {
    let stage = Stage::new().await;
    assert_eq!(
        send(&stage, &stage.root, put(THEIRS)).await.short(),
        "404 NoSuchBucket"
    );
}

#[tokio::test]
async fn a_document_that_is_not_what_its_sender_meant_is_refused() {
    let stage = stage().await;
    let request = put(THEIRS).header("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==");
    assert_eq!(send(&stage, &stage.root, request).await.short(), "400 BadDigest");
}

#[tokio::test]
async fn a_new_bucket_of_an_old_name_has_no_policy() {
    let stage = stage().await;
    assert_eq!(send(&stage, &stage.root, put(THEIRS)).await.short(), "204");
    stage
        .upstream
        .behave(Behaviour::status(200, "<ListBucketResult/>"));
    assert_eq!(
        send(&stage, &stage.root, S3Request::new("DELETE", "/reports"))
            .await
            .short(),
        "204"
    );
    stage.bucket("reports", OURS).await;
    let get = S3Request::new("GET", "/reports?policy");
    assert_eq!(
        send(&stage, &stage.root, get).await.short(),
        "404 NoSuchBucketPolicy"
    );
}

#[tokio::test]
async fn a_change_of_a_policy_is_a_management_event_with_the_policy() {
    let stage = stage().await;
    send(&stage, &stage.root, put(THEIRS)).await;
    let records = committed(&stage, "PutBucketPolicy").await;
    assert_eq!(records.len(), 1, "{records:#?}");
    for part in [
        "\"managementEvent\":true",
        "\"bucketPolicy\":\"{",
        "\"bucketName\":\"reports\"",
        "arn:aws:s3:::reports/*",
    ] {
        assert!(records[0].contains(part), "{part} in {}", records[0]);
    }
}
