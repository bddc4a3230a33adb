//! The store behind the server, as far as the binary is concerned: configuration, ownership, policies, who answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::server::{Server, eventually, free_port, get, lanyard, run, split_answer, text};

/// A store that answers every request alike, until the test ends. Gives its URL.
fn store(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while lines.read_line(&mut line).unwrap_or(0) > 2 {
                line.clear();
            }
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// Status and whole text of the answer to a request with these lines.
fn ask(server: &Server, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!("{head}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    split_answer(&answer)
}

/// The words of a command line, as a shell splits it, with single quotes and nothing else.
pub(crate) fn words_of(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    pieces
        .flat_map(|(number, piece)| match number % 2 {
            0 => piece.split_whitespace().map(str::to_owned).collect(),
            _ => vec![piece.to_owned()],
        })
        .collect()
}

const STORE_KEY: [(&str, &str); 2] = [
    ("LANYARD_S3_ACCESS_KEY_ID", "store-key"),
    ("LANYARD_S3_SECRET_ACCESS_KEY", "store-very-secret"),
];
const SIGNED_FOR_S3: &str = "Host: h\r\nAuthorization: AWS4-HMAC-SHA256 \
    Credential=AKIAAAAAAAAAAAAAAAAA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";
const ACCOUNT: &str = "111122223333";

fn with_account() -> Server {
    let server = Server::start();
    server.json(&["account", "create", "team", "--id", ACCOUNT, "--json"]);
    server
}

fn refused(server: &Server, words: &[&str]) -> (Option<i32>, String) {
    let output = server.run(words);
    (output.status.code(), text(&output.stderr))
}

#[test]
fn without_a_store_s3_says_so_in_its_own_words() {
    let server = Server::start();
    let (status, body) = ask(&server, &format!("GET /healthz HTTP/1.1\r\n{SIGNED_FOR_S3}"));
    assert_eq!(status, 501, "{body}");
    assert!(body.contains("<Code>NotImplemented</Code>"), "{body}");
    assert!(body.contains("--upstream"), "{body}");
}

#[test]
fn one_flag_and_two_variables_stand_in_front_of_a_store() {
    let url = store("200 OK");
    let mut server = Server::start_with(&["--upstream", &format!("s3={url}")], &STORE_KEY);
    assert!(server.announced.contains(&url), "{}", server.announced);
    assert_eq!(server.get("/healthz"), (200, "ok\n".to_owned()));
    // Signed, the same path is a bucket's.
    let (status, body) = ask(&server, &format!("GET /healthz HTTP/1.1\r\n{SIGNED_FOR_S3}"));
    assert_eq!(status, 400, "{body}");
    assert!(body.contains("<Resource>/healthz</Resource>"), "{body}");
    let (status, body) = ask(&server, "GET /bucket/key HTTP/1.1\r\nHost: h");
    assert!(matches!(status, 403 | 404), "{status} {body}");
    assert!(body.contains("<Error>"), "{body}");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("very-secret"), "{log}");
}

#[test]
fn what_passes_is_counted_and_questions_have_their_own_answers() {
    let port = free_port();
    let flags = [
        "--upstream",
        &format!("s3={}", store("200 OK")),
        "--metrics-listen",
        &port,
    ];
    let server = Server::start_with(&flags, &STORE_KEY);
    assert_eq!(ask(&server, "GET /bucket/key HTTP/1.1\r\nHost: h").0, 403);
    let (status, body) = ask(
        &server,
        "POST /authorize HTTP/1.1\r\nHost: h\r\nContent-Length: 0",
    );
    assert!(matches!(status, 401 | 403), "{status} {body}");
    assert!(!body.contains("<Error>"), "{body}");
    let (_, metrics) = get(&port, "/metrics");
    for line in [
        "lanyard_gateway_requests_total{service=\"s3\",class=\"read\",status=\"4xx\"} 1",
        "lanyard_gateway_requests_in_flight 0",
        "lanyard_gateway_upstream_up{service=\"s3\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
}

#[test]
fn the_service_of_a_signature_decides_who_answers() {
    let flags = ["--upstream", &format!("sqs={}", store("200 OK"))];
    let key = [
        ("LANYARD_SQS_ACCESS_KEY_ID", "upstream-key"),
        ("LANYARD_SQS_SECRET_ACCESS_KEY", "upstream-very-secret"),
    ];
    let server = Server::start_with(&flags, &key);
    for (service, status, words) in [
        ("sqs", 400, "IncompleteSignatureException"),
        (
            "dynamodb",
            501,
            "No server is configured behind this one for the service dynamodb.",
        ),
        ("s3", 501, "No S3 store is configured behind this server."),
        ("iam", 400, "<Code>IncompleteSignature</Code>"),
        ("nothing", 400, "<Code>IncompleteSignature</Code>"),
    ] {
        let signed = SIGNED_FOR_S3.replace("/s3/", &format!("/{service}/"));
        // A path of the page for signing in is nobody's but the service's, if one is signed for.
        let (told, body) = ask(&server, &format!("GET /v1/queues HTTP/1.1\r\n{signed}"));
        assert_eq!(told, status, "{service}: {body}");
        assert!(body.contains(words), "{service}: {body}");
    }
}

#[test]
fn who_does_not_sign_is_refused_in_the_form_of_the_service_that_the_target_names() {
    let flags = ["--upstream", &format!("sqs={} credentials=none", store("200 OK"))];
    let server = Server::start_with(&flags, &[]);
    for (target, words) in [
        ("AmazonSQS.ListQueues", "MissingAuthenticationTokenException"),
        ("DynamoDB_20120810.ListTables", "NotImplementedException"),
        ("Nothing.ListThings", "<ErrorResponse"),
    ] {
        let head = format!("POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: {target}\r\nContent-Length: 0");
        let (_, body) = ask(&server, &head);
        assert!(body.contains(words), "{target}: {body}");
    }
}

#[test]
fn a_store_without_credentials_stops_the_start() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("data");
    let data = data.to_str().unwrap();
    let output = run(&["serve", "--data-dir", data, "--upstream", "s3=http://127.0.0.1:9"]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(error.contains("LANYARD_S3_SECRET_ACCESS_KEY"), "{error}");
    assert!(!base.path().join("data").exists());
}

#[test]
fn a_bucket_is_adopted_once_and_released() {
    let server = with_account();
    let other = server.json(&["account", "create", "other", "--json"])["AccountId"]
        .as_str()
        .unwrap()
        .to_owned();
    let adopt = |account: &str| {
        let output = server.run(&["gateway", "adopt", "reports", "--account", account]);
        (output.status.code(), text(&output.stderr))
    };
    assert_eq!(adopt(ACCOUNT), (Some(0), String::new()));
    assert_eq!(adopt(ACCOUNT), (Some(0), String::new()));
    let (code, error) = adopt(&other);
    assert_eq!(code, Some(1), "{error}");
    assert!(error.contains(ACCOUNT), "{error}");
    let listed = server.json(&["gateway", "buckets", "--json"]);
    assert_eq!(listed["Buckets"][0]["Name"], "reports");
    assert_eq!(listed["Buckets"][0]["AccountId"], ACCOUNT);
    assert_eq!(
        server.run(&["gateway", "release", "reports"]).status.code(),
        Some(0)
    );
    assert_eq!(
        server.run(&["gateway", "release", "reports"]).status.code(),
        Some(4)
    );
    assert_eq!(adopt(&other).0, Some(0));
    let (code, error) = refused(&server, &["gateway", "adopt", "Reports", "--account", ACCOUNT]);
    assert_eq!(code, Some(2), "{error}");
    eventually("a record of each attempt", || {
        let events = text(&server.run(&["trail", "--event", "AdoptBucket"]).stdout);
        events.lines().count() == 5
    });
}

#[test]
fn a_bucket_s_policy_is_its_owner_s() {
    let server = with_account();
    let arn = "arn:aws:s3:::reports";
    let file = server.data.parent().unwrap().join("policy.json");
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"s3:GetObject","Resource":"{arn}/*"}}]}}"#
    );
    std::fs::write(&file, &policy).unwrap();
    let file = file.to_str().unwrap();

    let (code, error) = refused(&server, &["resource-policy", "put", arn, file]);
    assert_eq!(code, Some(4), "{error}");
    assert!(error.contains("gateway adopt reports"), "{error}");
    server.run(&["gateway", "adopt", "reports", "--account", ACCOUNT]);
    assert_eq!(
        server.run(&["resource-policy", "put", arn, file]).status.code(),
        Some(0)
    );
    let shown = server.run(&["resource-policy", "get", arn]);
    assert_eq!(text(&shown.stdout).trim_end(), policy);
    let listed = server.json(&["resource-policy", "list", "--json"]);
    assert_eq!(listed["Resources"][0]["ResourceArn"], arn);
    eventually("the record of the change", || {
        let events = text(
            &server
                .run(&["trail", "--json", "--event", "PutResourcePolicy"])
                .stdout,
        );
        events
            .lines()
            .any(|line| line.contains("s3:GetObject") && line.contains(arn))
    });
    let wrong_owner = ["resource-policy", "get", arn, "--account", "444455556666"];
    assert_eq!(refused(&server, &wrong_owner).0, Some(2));
    assert_eq!(
        server.run(&["resource-policy", "delete", arn]).status.code(),
        Some(0)
    );
    assert_eq!(
        server.run(&["resource-policy", "get", arn]).status.code(),
        Some(4)
    );
}

#[test]
fn any_resource_with_an_account_can_have_a_policy() {
    let server = with_account();
    let arn = format!("arn:aws:sqs:us-east-1:{ACCOUNT}:jobs");
    let file = server.data.parent().unwrap().join("policy.json");
    std::fs::write(&file, "{}").unwrap();
    let words = ["resource-policy", "put", &arn, file.to_str().unwrap()];
    let (code, error) = refused(&server, &words);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("malformed policy"), "{error}");
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"{arn}"}}}}"#
    );
    std::fs::write(&file, policy).unwrap();
    let output = server.run(&words);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for (wrong, code) in [
        ("jobs", 2),
        ("arn:aws:s3:::bucket/key", 2),
        ("arn:aws:sns:::x", 2),
    ] {
        let (found, error) = refused(&server, &["resource-policy", "get", wrong]);
        assert_eq!(found, Some(code), "{wrong}: {error}");
    }
    // Whose it is cannot be said where nobody would look for it.
    let words = ["resource-policy", "get", "arn:aws:sns:::x", "--account", ACCOUNT];
    let (code, error) = refused(&server, &words);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("names no account"), "{error}");
}

#[test]
fn the_doctor_asks_the_configured_store() {
    let server = Server::start();
    let diagnose = |line: &str| {
        let output = lanyard()
            .args(["doctor", "--json", "--data-dir"])
            .arg(&server.data)
            .env("LANYARD_UPSTREAMS", line)
            .envs(STORE_KEY)
            .output()
            .unwrap();
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let checks = found["Checks"].as_array().unwrap();
        let check = checks
            .iter()
            .find(|check| check["Name"].as_str().unwrap().starts_with("upstream"))
            .unwrap();
        check["Result"].as_str().unwrap().to_owned()
    };
    assert_eq!(diagnose(&format!("s3={}", store("200 OK"))), "ok");
    assert_eq!(diagnose(&format!("s3={}", store("403 Forbidden"))), "failed");
    assert_eq!(diagnose(&format!("s3={}", store("404 Not Found"))), "warning");
    assert_eq!(diagnose("s3=http://127.0.0.1:9 connect-seconds=1"), "failed");
    assert_eq!(diagnose("s3=http://127.0.0.1:9 credentials=/nowhere"), "failed");
    // Of other services it is enough that somebody answers.
    let aws = format!("aws={} credentials=none", store("404 Not Found"));
    assert_eq!(diagnose(&aws), "ok");
}

#[test]
fn a_bearer_key_is_made_from_the_environment_alone() {
    let id = text(&run(&["keygen", "--id", ACCOUNT]).stdout);
    let id = id.lines().nth(1).unwrap().split_once('=').unwrap().1.to_owned();
    let make = |secret: Option<&str>, flags: &[&str]| {
        let mut command = lanyard();
        command
            .arg("bearer-key")
            .args(flags)
            .env("AWS_ACCESS_KEY_ID", &id);
        command
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env_remove("AWS_SESSION_TOKEN");
        if let Some(secret) = secret {
            command.env("AWS_SECRET_ACCESS_KEY", secret);
        }
        command.output().unwrap()
    };
    let made = text(&make(Some("very-secret-indeed"), &[]).stdout);
    assert!(made.starts_with(&format!("{id}.")), "{made}");
    assert!(!made.contains("very-secret"), "{made}");
    assert_eq!(made, text(&make(Some("very-secret-indeed"), &[]).stdout));
    assert_ne!(made, text(&make(Some("another-secret"), &[]).stdout));
    let of_person = text(&make(Some("very-secret-indeed"), &["--for-person"]).stdout);
    assert!(of_person.starts_with(&format!("{id}.")), "{of_person}");
    assert_ne!(made, of_person);
    assert_eq!(make(None, &[]).status.code(), Some(2));
}

#[test]
fn requests_are_explained_without_a_server() {
    let explain = |words: &[&str]| {
        let words: Vec<&str> = ["gateway", "explain"].iter().chain(words).copied().collect();
        let output = run(&words);
        (output.status.code(), text(&output.stdout))
    };
    let (code, shown) = explain(&["GET", "http://localhost:4260/reports/may.csv"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("s3:GetObject"), "{shown}");
    assert!(shown.contains("arn:aws:s3:::reports/may.csv"), "{shown}");
    let by_host = [
        "GET",
        "http://reports.s3.example.com/may.csv",
        "--domain",
        "s3.example.com",
    ];
    let (code, shown) = explain(&by_host);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("arn:aws:s3:::reports/may.csv"), "{shown}");
    let copy = ["PUT", "http://h/b-b/k", "x-amz-copy-source: /reports/may.csv"];
    let (code, shown) = explain(&copy);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("s3:PutObject") && shown.contains("s3:GetObject"),
        "{shown}"
    );
    let help = text(&run(&["gateway", "explain", "--help"]).stdout).replace("\\\n", "");
    let examples = help
        .lines()
        .filter_map(|line| line.strip_prefix("  lanyard gateway explain "));
    let examples: Vec<_> = examples.map(words_of).collect();
    assert_eq!(examples.len(), 4, "{help}");
    for words in examples {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (code, shown) = explain(&words);
        assert_eq!(code, Some(0), "{words:?} {shown}");
    }
    assert_eq!(explain(&["GET", "http://h/reports/../x"]).0, Some(1));
    assert_eq!(explain(&["GET", "http://h/reports", "no-header"]).0, Some(2));
}
