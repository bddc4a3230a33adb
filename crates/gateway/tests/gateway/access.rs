//! Per bucket, per prefix: what is allowed reaches the store, and nothing of what is not.

use lanyard_testkit::{Behaviour, S3Request};

use crate::stage::{OURS, Stage, THEIRS, allow, peer};

/// One request of Carla, who may use the prefix `team/` of `reports`: what comes of it, and what the store hears.
async fn check(request: S3Request, outcome: &str, heard: &[&str]) {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.bucket("secrets", OURS).await;
    stage.bucket("theirs", THEIRS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],
         "Resource":"arn:aws:s3:::reports/team/*"},
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::reports",
         "Condition":{"StringLike":{"s3:prefix":"team/*"}}},
        {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::theirs","arn:aws:s3:::theirs/*",
         "arn:aws:s3:::nobodys/*"]}]}"#;
    let carla = stage.user("carla", policy).await;
    let (head, _) = request.signed(&carla).into_parts();
    let decided = stage.gateway.decide(&head, peer()).await;
    assert_eq!(decided, !heard.is_empty(), "what is decided on is what is done");
    let (got, received) = stage.outcome(request.signed(&carla)).await;
    let targets: Vec<_> = received
        .iter()
        .map(|received| format!("{} {}", received.method, received.target))
        .collect();
    assert_eq!(
        (got.as_str(), targets),
        (outcome, heard.iter().map(|&line| line.to_owned()).collect())
    );
}

#[tokio::test]
async fn what_is_allowed_reaches_the_store() {
    check(
        S3Request::new("GET", "/reports/team/a.csv"),
        "200",
        &["GET /reports/team/a.csv"],
    )
    .await;
    check(
        S3Request::new("HEAD", "/reports/team/a.csv"),
        "200",
        &["HEAD /reports/team/a.csv"],
    )
    .await;
    check(
        S3Request::new("DELETE", "/reports/team/a"),
        "200",
        &["DELETE /reports/team/a"],
    )
    .await;
    let put = S3Request::new("PUT", "/reports/team/%C3%BC%20b").body("hello");
    check(put, "200", &["PUT /reports/team/%C3%BC%20b"]).await;
    let list = S3Request::new("GET", "/reports?list-type=2&prefix=team%2F");
    check(list, "200", &["GET /reports?list-type=2&prefix=team%2F"]).await;
}

#[tokio::test]
async fn nothing_of_what_is_denied_reaches_the_store() {
    check(
        S3Request::new("GET", "/reports/other/a.csv"),
        "403 AccessDenied",
        &[],
    )
    .await;
    check(
        S3Request::new("PUT", "/reports/other").body("x".repeat(100_000)),
        "403 AccessDenied",
        &[],
    )
    .await;
    check(
        S3Request::new("GET", "/reports?list-type=2&prefix=other%2F"),
        "403 AccessDenied",
        &[],
    )
    .await;
    check(
        S3Request::new("GET", "/reports?list-type=2"),
        "403 AccessDenied",
        &[],
    )
    .await;
    check(S3Request::new("GET", "/secrets/team/a"), "403 AccessDenied", &[]).await;
    check(S3Request::new("HEAD", "/secrets/team/a"), "403", &[]).await;
}

#[tokio::test]
async fn a_bucket_of_another_account_takes_that_accounts_word_too() {
    check(S3Request::new("GET", "/theirs/a"), "403 AccessDenied", &[]).await;
}

#[tokio::test]
async fn a_bucket_that_nobody_owns_is_not_there_whatever_the_store_has() {
    check(S3Request::new("GET", "/nobodys/a"), "404 NoSuchBucket", &[]).await;
    check(S3Request::new("GET", "/other-nobodys/a"), "403 AccessDenied", &[]).await;
}

#[tokio::test]
async fn a_bucket_that_is_expected_to_be_somebody_elses_is_refused() {
    let expecting =
        |owner| S3Request::new("GET", "/reports/team/a").header("x-amz-expected-bucket-owner", owner);
    check(expecting(OURS), "200", &["GET /reports/team/a"]).await;
    check(expecting(THEIRS), "403 AccessDenied", &[]).await;
}

#[tokio::test]
async fn a_denial_says_who_may_not_do_what_to_what() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage.user("carla", &allow("s3:ListBucket", "*")).await;
    let reply = stage
        .send(S3Request::new("GET", "/reports/a%20b").signed(&carla))
        .await;
    assert_eq!(reply.short(), "403 AccessDenied");
    assert_eq!(
        reply.message(),
        "User: arn:aws:iam::111122223333:user/carla is not authorized to perform: s3:GetObject on resource: \
         &quot;arn:aws:s3:::reports/a b&quot; because no identity-based policy allows the s3:GetObject action"
    );
    assert_eq!(reply.header("content-type"), "application/xml");
}

#[tokio::test]
async fn nobody_in_particular_is_told_nothing_in_particular() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    for target in ["/reports/a", "/nobodys/a"] {
        let reply = stage.send(S3Request::new("GET", target).anonymous()).await;
        assert_eq!(
            (reply.short().as_str(), reply.message().as_str()),
            ("403 AccessDenied", "Access Denied")
        );
    }
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn a_request_is_signed_anew_for_the_store() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let request = S3Request::new("GET", "/reports/a")
        .header("x-unknown", "1")
        .header("range", "bytes=0-1");
    let (got, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!(got, "200");
    let received = &received[0];
    assert!(
        received
            .header("authorization")
            .starts_with("AWS4-HMAC-SHA256 Credential=STORE/")
    );
    assert_eq!(
        format!("http://{}", received.header("host")),
        stage.upstream.url()
    );
    assert_eq!(received.header("range"), "bytes=0-1");
    let mut names: Vec<_> = received
        .headers
        .keys()
        .map(|name| name.as_str().to_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "authorization",
            "host",
            "range",
            "x-amz-content-sha256",
            "x-amz-date"
        ]
    );
}

#[tokio::test]
async fn a_store_without_credentials_gets_no_signature() {
    let stage = Stage::with("credentials=none").await;
    stage.bucket("reports", OURS).await;
    let (got, received) = stage
        .outcome(S3Request::new("GET", "/reports/a").signed(&stage.root))
        .await;
    assert_eq!(got, "200");
    let names: Vec<_> = received[0]
        .headers
        .keys()
        .map(|name| name.as_str().to_owned())
        .collect();
    assert_eq!(names, ["host"]);
}

#[tokio::test]
async fn tags_of_an_object_are_asked_for_only_if_a_policy_asks() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let plain = stage.user("plain", &allow("s3:GetObject", "*")).await;
    let tagged = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
        "Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"red"}}}}"#;
    let tagged = stage.user("tagged", tagged).await;
    let tags = |team: &str| {
        let document =
            format!("<Tagging><TagSet><Tag><Key>team</Key><Value>{team}</Value></Tag></TagSet></Tagging>");
        Behaviour::ok(document)
    };
    let get = S3Request::new("GET", "/reports/a");
    let heard = |received: Vec<lanyard_testkit::Received>| -> Vec<String> {
        received.into_iter().map(|received| received.target).collect()
    };
    let (got, received) = stage.outcome(get.signed(&plain)).await;
    assert_eq!(
        (got.as_str(), heard(received)),
        ("200", vec!["/reports/a".to_owned()])
    );

    stage.upstream.behave(tags("red"));
    let (got, received) = stage.outcome(get.signed(&tagged)).await;
    let both = vec!["/reports/a?tagging=".to_owned(), "/reports/a".to_owned()];
    assert_eq!((got.as_str(), heard(received)), ("200", both));

    stage.upstream.behave(tags("blue"));
    let (got, received) = stage.outcome(get.signed(&tagged)).await;
    let one = vec!["/reports/a?tagging=".to_owned()];
    assert_eq!((got.as_str(), heard(received)), ("403 AccessDenied", one.clone()));

    stage
        .upstream
        .behave(Behaviour::status(404, "<Error><Code>NoSuchKey</Code></Error>"));
    let (got, received) = stage.outcome(get.signed(&tagged)).await;
    assert_eq!((got.as_str(), heard(received)), ("403 AccessDenied", one.clone()));

    stage.upstream.behave(Behaviour::status(
        500,
        "<Error><Code>InternalError</Code></Error>",
    ));
    let (got, received) = stage.outcome(get.signed(&tagged)).await;
    assert_eq!((got.as_str(), heard(received)), ("503 ServiceUnavailable", one));
}

#[tokio::test]
async fn a_bucket_in_the_host_is_the_bucket() {
    let stage = Stage::with("domain=s3.example.com").await;
    stage.bucket("reports", OURS).await;
    let in_host = |target: &str, host: &str| {
        let mut request = S3Request::new("GET", target);
        request.headers.insert("host", host.parse().unwrap());
        request
    };
    let request = in_host("/a", "reports.s3.example.com:4260");
    let (got, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!((got.as_str(), received[0].target.as_str()), ("200", "/reports/a"));
    let anonymous = in_host("/", "reports.s3.example.com").anonymous();
    let (got, received) = stage.outcome(anonymous).await;
    assert_eq!((got.as_str(), received.len()), ("403 AccessDenied", 0));
    let request = in_host("/reports/a", "s3.example.com");
    let (got, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!((got.as_str(), received[0].target.as_str()), ("200", "/reports/a"));
}

#[tokio::test]
async fn a_copy_needs_its_source_too_and_a_source_with_an_owner() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.bucket("theirs", THEIRS).await;
    let writer = stage.user("writer", &allow("s3:PutObject", "*")).await;
    let both = stage
        .user(
            "both",
            &allow(
                "s3:PutObject s3:GetObject s3:GetObjectTagging s3:PutObjectTagging",
                "*",
            ),
        )
        .await;
    let copy = |source: &str| S3Request::new("PUT", "/reports/b").header("x-amz-copy-source", source);
    let (got, received) = stage.outcome(copy("reports/a").signed(&writer)).await;
    assert_eq!((got.as_str(), received.len()), ("403 AccessDenied", 0));
    let (got, received) = stage.outcome(copy("theirs/a").signed(&both)).await;
    assert_eq!((got.as_str(), received.len()), ("403 AccessDenied", 0));
    let (got, received) = stage.outcome(copy("nobodys/a").signed(&both)).await;
    assert_eq!((got.as_str(), received.len()), ("404 NoSuchBucket", 0));
    let (got, received) = stage.outcome(copy("reports/a").signed(&both)).await;
    assert_eq!(got, "200");
    let last = received.last().unwrap();
    assert_eq!(
        (last.target.as_str(), last.header("x-amz-copy-source")),
        ("/reports/b", "/reports/a")
    );
}

#[tokio::test]
async fn policies_can_ask_whose_the_bucket_is() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let only = |account: &str| {
        let allow = allow("s3:GetObject", "*");
        allow.replace(
            r#""Effect""#,
            &format!(r#""Condition":{{"StringEquals":{{"s3:ResourceAccount":"{account}"}}}},"Effect""#),
        )
    };
    let ours = stage.user("ours", &only(OURS)).await;
    let theirs = stage.user("theirs", &only(THEIRS)).await;
    let get = S3Request::new("GET", "/reports/a");
    assert_eq!(stage.send(get.signed(&ours)).await.short(), "200");
    assert_eq!(stage.send(get.signed(&theirs)).await.short(), "403 AccessDenied");
}

#[tokio::test]
async fn policies_can_ask_for_a_version_of_tls() {
    let mut stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:*","Resource":"*"},
        {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":"1.3"}}}]}"#;
    let carla = stage.user("carla", policy).await;
    for (version, outcome) in [("1.2", "403 AccessDenied"), ("1.3", "200")] {
        stage.peer.tls_version = Some(version);
        let request = S3Request::new("GET", "/reports/a").signed(&carla);
        assert_eq!(stage.send(request).await.short(), outcome);
    }
}

#[tokio::test]
async fn the_type_of_an_object_goes_on_and_that_of_a_document_does_not() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let typed = |method: &str, target: &str, body: &'static str| {
        let kind = "multipart/form-data; boundary=b";
        S3Request::new(method, target)
            .header("content-type", kind)
            .body(body)
    };
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    for (request, kind) in [
        (typed("PUT", "/reports/a", "x"), "multipart/form-data; boundary=b"),
        (
            typed("POST", "/reports/a?uploads", ""),
            "multipart/form-data; boundary=b",
        ),
        (typed("PUT", "/reports/a?tagging", tags), "application/xml"),
    ] {
        let (got, received) = stage.outcome(request.signed(&stage.root)).await;
        assert_eq!((got.as_str(), received[0].header("content-type")), ("200", kind));
    }
}

#[tokio::test]
async fn that_an_object_is_missing_is_told_to_those_who_may_list() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let missing = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";
    stage.upstream.behave(Behaviour::status(404, missing));
    let reader = stage
        .user("reader", &allow("s3:GetObject", "arn:aws:s3:::reports/*"))
        .await;
    let both = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
        "Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]}}"#;
    let lister = stage.user("lister", both).await;
    let get = S3Request::new("GET", "/reports/missing");
    let refused = stage.send(get.signed(&reader)).await;
    assert_eq!(refused.short(), "403 AccessDenied");
    assert!(
        refused.message().contains("s3:ListBucket"),
        "{}",
        refused.message()
    );
    let head = S3Request::new("HEAD", "/reports/missing");
    assert_eq!(stage.send(head.signed(&reader)).await.short(), "403");
    assert_eq!(stage.send(get.signed(&lister)).await.short(), "404 NoSuchKey");
}

#[tokio::test]
async fn a_deny_of_the_other_way_to_delete_counts_only_where_versions_are_not_kept() {
    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::reports/*"},
        {"Effect":"Deny","Action":"s3:DeleteObjectVersion","Resource":"arn:aws:s3:::reports/*"}]}"#;
    for (status, outcome) in [
        ("", "403 AccessDenied"),
        ("<Status>Enabled</Status>", "200"),
        (
            "<Status>Enabled</Status><ExcludeFolders>true</ExcludeFolders>",
            "403 AccessDenied",
        ),
    ] {
        let stage = Stage::new().await;
        stage.bucket("reports", OURS).await;
        let carla = stage.user("carla", POLICY).await;
        let answer = format!("<VersioningConfiguration>{status}</VersioningConfiguration>");
        stage.upstream.choose(move |request| {
            Behaviour::ok(if request.target.contains("versioning") {
                answer.clone()
            } else {
                String::new()
            })
        });
        let delete = S3Request::new("DELETE", "/reports/a");
        assert_eq!(
            stage.send(delete.signed(&carla)).await.short(),
            outcome,
            "{status}"
        );
    }
}
