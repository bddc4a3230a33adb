//! Bucket policies: other accounts, nobody in particular, and the block that stops them.

use lanyard_directory::PublicAccessBlock;
use lanyard_testkit::{Credentials, S3Request};

use crate::stage::{OURS, Stage, THEIRS, allow};

const FOR_ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",
    "Action":"s3:GetObject","Resource":"arn:aws:s3:::theirs/public/*"}}"#;

/// Who gets `/theirs/public/a` under a policy and a block: nobody in particular, the root user of our account, a user
/// of our account who may read everything, one who may nothing, and the owner.
async fn check(policy: &str, block: Option<PublicAccessBlock>, outcomes: [&str; 5]) {
    let stage = Stage::new().await;
    let claim = stage.bucket("theirs", THEIRS).await;
    stage.bucket("reports", OURS).await;
    stage.bucket_policy(&claim, policy, block).await;
    let reader = stage.user("reader", &allow("s3:GetObject", "*")).await;
    let nobody = stage.user("nobody", &allow("s3:ListBucket", "*")).await;
    let get = S3Request::new("GET", "/theirs/public/a");
    let who: [Option<&Credentials>; 5] = [
        None,
        Some(&stage.root),
        Some(&reader),
        Some(&nobody),
        Some(&stage.other),
    ];
    for (who, outcome) in who.into_iter().zip(outcomes) {
        let request = who.map_or_else(|| get.anonymous(), |who| get.signed(who));
        let (got, received) = stage.outcome(request).await;
        assert_eq!(
            (got.as_str(), received.len()),
            (outcome, usize::from(outcome == "200"))
        );
    }
}

const NO: &str = "403 AccessDenied";

#[tokio::test]
async fn a_policy_for_everybody_is_for_everybody_and_other_accounts_have_to_agree() {
    check(FOR_ALL, None, ["200", "200", "200", NO, "200"]).await;
}

#[tokio::test]
async fn a_block_of_public_policies_leaves_only_the_owners_account() {
    let restrict = PublicAccessBlock {
        restrict_public_buckets: true,
        ..PublicAccessBlock::default()
    };
    check(FOR_ALL, Some(restrict), [NO, NO, NO, NO, "200"]).await;
    check(FOR_ALL, Some(PublicAccessBlock::ALL), [NO, NO, NO, NO, "200"]).await;
}

#[tokio::test]
async fn a_policy_for_one_account_is_for_that_account_and_no_block_stops_it() {
    let policy = FOR_ALL.replace(r#""*","#, r#"{"AWS":"111122223333"},"#);
    check(
        &policy,
        Some(PublicAccessBlock::ALL),
        [NO, "200", "200", NO, "200"],
    )
    .await;
}

#[tokio::test]
async fn an_explicit_denial_in_the_policy_is_for_the_owner_too() {
    let policy = FOR_ALL.replace("Allow", "Deny");
    check(&policy, None, [NO, NO, NO, NO, NO]).await;
}

#[tokio::test]
async fn anonymous_requests_reach_what_is_public_and_nothing_else() {
    let stage = Stage::new().await;
    let claim = stage.bucket("theirs", THEIRS).await;
    stage.bucket_policy(&claim, FOR_ALL, None).await;
    for (method, target, outcome) in [
        ("GET", "/theirs/public/a", "200"),
        ("GET", "/theirs/private", NO),
        ("PUT", "/theirs/public/a", NO),
        ("GET", "/theirs", NO),
    ] {
        let (got, received) = stage.outcome(S3Request::new(method, target).anonymous()).await;
        assert_eq!(
            (got.as_str(), received.len()),
            (outcome, usize::from(outcome == "200")),
            "{method} {target}"
        );
    }
}

#[tokio::test]
async fn an_owner_locked_out_by_their_own_policy_gets_in_again_as_root() {
    let stage = Stage::new().await;
    let claim = stage.bucket("theirs", THEIRS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*",
        "Resource":["arn:aws:s3:::theirs","arn:aws:s3:::theirs/*"]}}"#;
    stage.bucket_policy(&claim, policy, None).await;
    let send = async |method: &str, target: &str| {
        let request = S3Request::new(method, target).signed(&stage.other);
        stage.send(request).await.short()
    };
    assert_eq!(send("GET", "/theirs/a").await, NO);
    assert_eq!(send("GET", "/theirs?policy").await, "200");
    assert_eq!(send("DELETE", "/theirs?policy").await, "204");
    assert_eq!(send("GET", "/theirs/a").await, "200");
}

#[tokio::test]
async fn what_is_open_to_everybody_is_not_lanyards_own_state_nor_a_way_to_forge_links() {
    let stage = Stage::new().await;
    let claim = stage.bucket("theirs", THEIRS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*",
        "Resource":["arn:aws:s3:::theirs","arn:aws:s3:::theirs/*"]}}"#;
    stage.bucket_policy(&claim, policy, None).await;
    for (method, target, outcome) in [
        ("DELETE", "/theirs", NO),
        ("DELETE", "/theirs?publicAccessBlock", NO),
        ("DELETE", "/theirs?policy", NO),
        (
            "GET",
            "/theirs/a?response-content-type=text%2Fhtml",
            "400 InvalidRequest",
        ),
        ("DELETE", "/theirs/a", "200"),
    ] {
        let (got, received) = stage.outcome(S3Request::new(method, target).anonymous()).await;
        assert_eq!(
            (got.as_str(), received.len()),
            (outcome, usize::from(outcome == "200")),
            "{method} {target}"
        );
    }
}
