//! Forms of browsers.

use bytes::Bytes;
use data_encoding::BASE64;
use http::Request;
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use lanyard_directory::PublicAccessBlock;
use lanyard_sigv4::{ServiceRules, Signer, SigningKey};
use lanyard_testkit::{Behaviour, Credentials};

use crate::stage::{OURS, Reply, Stage, allow};
use crate::text;

const BOUNDARY: &str = "----form";

/// A form for the bucket `reports`.
struct Form {
    fields: Vec<(String, String)>,
    conditions: Vec<String>,
    content: Vec<u8>,
    /// What follows the file.
    end: String,
    lasts: SignedDuration,
}

impl Form {
    fn new(key: &str, content: impl Into<Vec<u8>>) -> Self {
        let form = Self {
            fields: Vec::new(),
            conditions: vec!["{\"bucket\":\"reports\"}".to_owned()],
            content: content.into(),
            end: format!("\r\n--{BOUNDARY}--\r\n"),
            lasts: SignedDuration::from_mins(5),
        };
        form.field("key", key, "[\"starts-with\",\"$key\",\"\"]")
    }

    fn field(mut self, name: &str, value: &str, condition: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self.condition(condition)
    }

    fn condition(mut self, condition: &str) -> Self {
        if !condition.is_empty() {
            self.conditions.push(condition.to_owned());
        }
        self
    }

    fn ending(mut self, end: &str) -> Self {
        self.end = end.to_owned();
        self
    }

    fn anonymous(&self) -> Request<Full<Bytes>> {
        self.request(&self.fields)
    }

    fn signed(&self, who: &Credentials) -> Request<Full<Bytes>> {
        let now = Timestamp::now();
        let day = now.strftime("%Y%m%d").to_string();
        let key = SigningKey::derive(&who.secret, &day, "us-east-1", "s3");
        let signer = Signer {
            access_key_id: &who.access_key_id,
            key: &key,
            session_token: who.session_token.as_deref(),
            region: "us-east-1",
            service: "s3",
            time: now,
            rules: &ServiceRules::s3(),
        };
        // The fields of the signature need conditions too.
        let mut conditions = self.conditions.clone();
        for (name, value) in signer.sign_form("") {
            if !matches!(name, "policy" | "x-amz-signature") {
                conditions.push(format!("{{\"{name}\":\"{value}\"}}"));
            }
        }
        let expiration = (now + self.lasts).strftime("%Y-%m-%dT%H:%M:%SZ");
        let policy = format!(
            "{{\"expiration\":\"{expiration}\",\"conditions\":[{}]}}",
            conditions.join(",")
        );
        let signed = signer.sign_form(&BASE64.encode(policy.as_bytes()));
        let signed = signed.into_iter().map(|(name, value)| (name.to_owned(), value));
        let fields: Vec<_> = self.fields.iter().cloned().chain(signed).collect();
        self.request(&fields)
    }

    fn request(&self, fields: &[(String, String)]) -> Request<Full<Bytes>> {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let file = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\
             Content-Type: text/plain\r\n\r\n"
        );
        body.extend_from_slice(file.as_bytes());
        body.extend_from_slice(&self.content);
        body.extend_from_slice(self.end.as_bytes());
        Request::builder()
            .method("POST")
            .uri("/reports")
            .header("host", "s3.example.com")
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .header("content-length", body.len())
            .body(Full::new(Bytes::from(body)))
            .unwrap()
    }
}

/// A stage on which Carla may write what is under `team/`.
async fn stage() -> (Stage, Credentials) {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage
        .user("carla", &allow("s3:PutObject", "arn:aws:s3:::reports/team/*"))
        .await;
    stage.upstream.behave(Behaviour::Answers {
        status: 200,
        headers: vec![
            ("etag", "\"9a03\"".to_owned()),
            ("x-amz-version-id", "v1".to_owned()),
        ],
        body: Bytes::new(),
    });
    (stage, carla)
}

/// What Carla is answered; nothing reaches the store.
async fn check_refused(form: Form, expected: (&str, &str)) {
    let (stage, carla) = stage().await;
    let reply = stage.send(form.signed(&carla)).await;
    assert_eq!(
        (reply.short().as_str(), reply.message().as_str()),
        expected,
        "{}",
        text(&reply.body)
    );
    assert_eq!(stage.upstream.take_received().len(), 0);
}

#[tokio::test]
async fn a_file_becomes_an_object_with_what_the_fields_say() {
    let (stage, carla) = stage().await;
    let form = Form::new("team/${filename}", "hello")
        .field(
            "Content-Type",
            "image/png",
            "[\"starts-with\",\"$Content-Type\",\"image/\"]",
        )
        .field("x-amz-meta-color", "red", "{\"x-amz-meta-color\":\"red\"}")
        .field("x-ignore-me", "1", "")
        .condition("[\"content-length-range\",1,5]");
    let reply = stage.send(form.signed(&carla)).await;
    assert_eq!(
        (
            reply.short().as_str(),
            reply.header("etag"),
            reply.header("location"),
            reply.header("x-amz-version-id")
        ),
        (
            "204",
            "\"9a03\"",
            "http://s3.example.com/reports/team%2Ff.txt",
            "v1"
        )
    );
    let received = stage.upstream.take_received();
    assert_eq!(received.len(), 1);
    let sent = &received[0];
    assert_eq!(
        (sent.method.as_str(), sent.target.as_str(), text(&sent.body)),
        ("PUT", "/reports/team/f.txt", "hello".to_owned())
    );
    assert_eq!(
        ["content-length", "content-type", "x-amz-meta-color", "x-amz-date"]
            .map(|name| sent.header(name).len()),
        [1, 9, 3, 16]
    );
    assert_eq!(sent.header("x-ignore-me"), "");
}

#[tokio::test]
async fn the_answer_is_as_the_form_asks_for() {
    let (stage, carla) = stage().await;
    let answer = async |name: &str, value: &str| -> Reply {
        let form = Form::new("team/a", "").field(name, value, &format!("[\"starts-with\",\"${name}\",\"\"]"));
        stage.send(form.signed(&carla)).await
    };
    assert_eq!(answer("success_action_status", "200").await.status, 200);
    let made = answer("success_action_status", "201").await;
    assert_eq!(
        (made.status, text(&made.body).as_str()),
        (
            201,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>\
             <Location>http://s3.example.com/reports/team%2Fa</Location><Bucket>reports</Bucket><Key>team/a</Key>\
             <ETag>&quot;9a03&quot;</ETag></PostResponse>"
        )
    );
    let sent_on = answer("success_action_redirect", "https://example.com/done").await;
    assert_eq!(
        (sent_on.status, sent_on.header("location")),
        (
            303,
            "https://example.com/done?bucket=reports&key=team%2Fa&etag=%229a03%22"
        )
    );
}

#[tokio::test]
async fn a_large_file_streams_and_arrives_whole() {
    let (stage, carla) = stage().await;
    let content: Vec<u8> = (0..2_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let reply = stage
        .send(Form::new("team/large", content.clone()).signed(&carla))
        .await;
    assert_eq!(reply.short(), "204");
    let received = stage.upstream.take_received();
    assert!(received[0].body == content);
    assert_eq!(received[0].header("content-length"), "8000000");
}

#[tokio::test]
async fn a_form_that_ends_otherwise_is_no_object() {
    let more = format!(
        "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\ngo\r\n--{BOUNDARY}--\r\n"
    );
    for end in [more.as_str(), "", "\r\n--other--\r\n"] {
        for size in [5, 200_000] {
            let (stage, carla) = stage().await;
            let form = Form::new("team/a", vec![b'a'; size]).ending(end);
            let reply = stage.send(form.signed(&carla)).await;
            assert_eq!(reply.short(), "400 MalformedPOSTRequest", "{size} {end:?}");
            assert!(
                stage
                    .upstream
                    .take_received()
                    .iter()
                    .all(|request| !request.is_whole)
            );
        }
    }
}

#[tokio::test]
async fn a_form_is_decided_as_putting_the_object() {
    let denied = "User: arn:aws:iam::111122223333:user/carla is not authorized to perform: s3:PutObject on resource: \
                  &quot;arn:aws:s3:::reports/other/a&quot; because no identity-based policy allows the s3:PutObject \
                  action";
    check_refused(Form::new("other/a", "x"), ("403 AccessDenied", denied)).await;
}

#[tokio::test]
async fn a_form_that_its_policy_does_not_allow_is_refused() {
    let not_allowed = |why: &str| format!("Invalid according to Policy: {why}");
    let mut expired = Form::new("team/a", "x");
    expired.lasts = SignedDuration::from_secs(-1);
    check_refused(expired, ("403 AccessDenied", &not_allowed("Policy expired."))).await;
    check_refused(
        Form::new("team/a", "x").field("x-amz-meta-a", "b", ""),
        (
            "403 AccessDenied",
            &not_allowed("Extra input fields: x-amz-meta-a"),
        ),
    )
    .await;
    check_refused(
        Form::new("team/a", "x").condition("{\"key\":\"team/b\"}"),
        (
            "403 AccessDenied",
            &not_allowed("Policy Condition failed: [&quot;eq&quot;, &quot;$key&quot;, &quot;team/b&quot;]"),
        ),
    )
    .await;
    check_refused(
        Form::new("team/a", "abc").condition("[\"content-length-range\",0,2]"),
        (
            "400 EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
        ),
    )
    .await;
    check_refused(
        Form::new("team/a", "abc").condition("[\"content-length-range\",4,9]"),
        (
            "400 EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
        ),
    )
    .await;
    check_refused(
        Form::new("team/a", "x").field("acl", "public-read", "{\"acl\":\"public-read\"}"),
        (
            "400 AccessControlListNotSupported",
            "The bucket does not allow ACLs",
        ),
    )
    .await;
}

#[tokio::test]
async fn a_form_signed_wrongly_is_refused() {
    let (stage, mut carla) = stage().await;
    carla.secret.push('x');
    let reply = stage.send(Form::new("team/a", "x").signed(&carla)).await;
    assert_eq!(reply.short(), "403 SignatureDoesNotMatch");
    carla.access_key_id = carla.access_key_id.replace(|c: char| c.is_ascii_digit(), "A");
    assert_eq!(
        stage.send(Form::new("team/a", "x").signed(&carla)).await.short(),
        "403 InvalidAccessKeyId"
    );
    assert_eq!(stage.upstream.take_received().len(), 0);
}

#[tokio::test]
async fn a_form_that_nobody_signed_is_decided_as_nobodys() {
    let (stage, _) = stage().await;
    let form = Form::new("drop/a", "x");
    assert_eq!(stage.send(form.anonymous()).await.short(), "403 AccessDenied");
    assert_eq!(stage.upstream.take_received().len(), 0);
    let global = stage.world.directory().global();
    let claim = global.bucket("reports").unwrap();
    let open = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:PutObject",
        "Resource":"arn:aws:s3:::reports/drop/*"}}"#;
    stage.bucket_policy(claim, open, None).await;
    assert_eq!(stage.send(form.anonymous()).await.short(), "204");
    assert_eq!(stage.upstream.take_received()[0].target, "/reports/drop/a");
    stage
        .bucket_policy(claim, open, Some(PublicAccessBlock::ALL))
        .await;
    assert_eq!(stage.send(form.anonymous()).await.short(), "403 AccessDenied");
}

#[tokio::test]
async fn what_the_store_refuses_is_passed_on() {
    let (stage, carla) = stage().await;
    let refusal = "<Error><Code>EntityTooLarge</Code><Message>no</Message></Error>";
    stage.upstream.behave(Behaviour::status(400, refusal));
    let reply = stage.send(Form::new("team/a", "x").signed(&carla)).await;
    assert_eq!(reply.short(), "400 EntityTooLarge");
}

#[tokio::test]
async fn what_is_not_a_form_is_refused() {
    let (stage, carla) = stage().await;
    let mut request = Form::new("team/a", "x").signed(&carla);
    request
        .headers_mut()
        .insert("content-type", "multipart/form-data".parse().unwrap());
    assert_eq!(stage.send(request).await.short(), "400 MalformedPOSTRequest");
    let mut form = Form::new("team/a", "x");
    form.fields.clear();
    assert_eq!(
        stage.send(form.signed(&carla)).await.short(),
        "400 InvalidArgument"
    );
    assert_eq!(stage.send(form.anonymous()).await.short(), "400 InvalidArgument");
    let form = Form::new("team/a", "x").field("x-amz-meta-long", &"x".repeat(20_480), "");
    assert_eq!(
        stage.send(form.signed(&carla)).await.short(),
        "400 MaxPostPreDataLengthExceeded"
    );
    assert_eq!(stage.upstream.take_received().len(), 0);
}

#[tokio::test]
async fn a_file_has_the_checksum_that_a_field_says() {
    for (value, expected) in [
        ("NSRBwg==", "204"),
        ("AAAAAA==", "400 BadDigest"),
        ("no", "400 InvalidRequest"),
    ] {
        for size in [0, 200_000] {
            let (stage, carla) = stage().await;
            let mut content = vec![b'a'; size];
            content.extend_from_slice(b"abc");
            let name = "x-amz-checksum-crc32";
            let form =
                Form::new("team/a", content).field(name, value, &format!("{{\"{name}\":\"{value}\"}}"));
            let reply = stage.send(form.signed(&carla)).await;
            // The right one is that of the small file.
            let expected = if size > 0 && value == "NSRBwg==" {
                "400 BadDigest"
            } else {
                expected
            };
            assert_eq!(reply.short(), expected, "{value} {size}");
            let received = stage.upstream.take_received();
            let is_whole = received.iter().any(|request| request.is_whole);
            assert_eq!(is_whole, expected == "204", "{value} {size}");
        }
    }
}

#[tokio::test]
async fn a_form_that_its_policy_refuses_leaves_a_record() {
    let (stage, carla) = stage().await;
    let form = Form::new("team/a", "x").condition("{\"key\":\"team/b\"}");
    let reply = stage.send(form.signed(&carla)).await;
    assert_eq!(reply.short(), "403 AccessDenied");
    let id = reply.header("x-amz-request-id");
    let records = stage.world.trail();
    let records: Vec<_> = records.iter().filter(|line| line.contains(id)).collect();
    assert_eq!(records.len(), 1);
    for part in [
        r#""userName":"carla""#,
        r#""errorCode":"AccessDenied""#,
        "Policy Condition failed",
        r#""key":"team/a""#,
        r#""recipientAccountId":"111122223333""#,
    ] {
        assert!(records[0].contains(part), "{part} in {}", records[0]);
    }
}
