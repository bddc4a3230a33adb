//! Requests to services and what they are decided on, whole: the files in `tests/aws/requests`.
//!
//! A case is a signing name with an operation and perhaps a line of JSON, or of a form's parameters; or a signing name
//! with method and target, then headers, perhaps `body: …`. Behind a line `=>` stand the permissions, or why it is
//! refused. Secrets are looked up in [`answer`]. Cases are separated by `---`. With `LANYARD_WRITE_EXPECTED=1` the
//! files are written anew, to be read before they are committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::fmt::Write;
use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{BodyUse, Completed, Known, Lookup, Permission, Scope, ServiceMapping};
use lanyard_policy::ContextValue;
use lanyard_service_models::{Protocol, service_models};

const ACCOUNT: &str = "111122223333";
const UPSTREAM: &str = "000000000000";

/// The secrets that the upstream has.
fn answer(known: &mut Known, lookup: Lookup) {
    let Lookup::SecretArn { secret } = lookup else {
        panic!("{lookup:?} is not asked for by these services");
    };
    let name = secret.rsplit(':').next().unwrap();
    let arn = match name {
        "db" | "db-AbCdEf" => Some("db-AbCdEf"),
        "db-backup" => Some("db-backup-GhIjKl"),
        _ => None,
    };
    let arn = arn.map(|arn| format!("arn:aws:secretsmanager:eu-west-1:{UPSTREAM}:secret:{arn}"));
    known.insert_secret(secret, arn);
}

struct Request {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: String,
}

impl Request {
    /// A request of an operation in JSON or as a form.
    fn of_operation(name: &str, operation: &str, body: &str) -> Self {
        let models = service_models().signed_as(name);
        let mut models: Vec<_> = models
            .iter()
            .filter(|model| model.operation(operation).is_some())
            .collect();
        models.sort_by_key(|model| model.id() != name);
        let model = models.first().unwrap();
        let mut request = Self {
            method: Method::POST,
            target: "/".to_owned(),
            headers: HeaderMap::new(),
            body: if body.is_empty() {
                "{}".to_owned()
            } else {
                body.to_owned()
            },
        };
        if let (Some(prefix), true) = (model.target_prefix(), request.body.starts_with('{')) {
            let is_old = model.protocols().contains(&Protocol::Json10);
            let kind = if is_old {
                "application/x-amz-json-1.0"
            } else {
                "application/x-amz-json-1.1"
            };
            request.header("content-type", kind);
            request.header("x-amz-target", &format!("{prefix}.{operation}"));
        } else {
            request.header("content-type", "application/x-www-form-urlencoded");
            let parameters = if body.is_empty() {
                String::new()
            } else {
                format!("&{body}")
            };
            request.body = format!("Action={operation}&Version={}{parameters}", model.api_version());
        }
        request
    }

    fn header(&mut self, name: &str, value: &str) {
        self.headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }

    fn read(text: &str) -> (String, Self) {
        let mut lines = text.lines();
        let words: Vec<&str> = lines.next().unwrap().split(' ').collect();
        match words.as_slice() {
            [name, operation] => {
                let body: Vec<&str> = lines.collect();
                (
                    (*name).to_owned(),
                    Self::of_operation(name, operation, &body.join("\n")),
                )
            }
            [name, method, target] => {
                let mut request = Self {
                    method: method.parse().unwrap(),
                    target: (*target).to_owned(),
                    headers: HeaderMap::new(),
                    body: String::new(),
                };
                for line in lines {
                    match line.split_once(": ").unwrap() {
                        ("body", body) => body.clone_into(&mut request.body),
                        (name, value) => request.header(name, value),
                    }
                }
                ((*name).to_owned(), request)
            }
            _ => panic!("no case: {text}"),
        }
    }

    fn permissions(&self, mapping: &ServiceMapping) -> Result<Vec<Permission>, String> {
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        };
        let incoming = Incoming {
            method: &self.method,
            path,
            query,
            headers: &self.headers,
            host: "localhost",
        };
        let begun = mapping.begin(&incoming).map_err(|error| error.to_string())?;
        let body = match begun.body() {
            BodyUse::Streams => "",
            BodyUse::Whole { .. } => &self.body,
        };
        let scope = Scope {
            region: "eu-west-1",
            account: ACCOUNT.parse().unwrap(),
            upstream_account: Some((UPSTREAM.parse().unwrap(), ACCOUNT.parse().unwrap())),
        };
        let mut known = Known::new();
        for _ in 0..32 {
            let completed = begun.complete(body.as_bytes(), &scope, &known);
            match completed.map_err(|error| error.to_string())? {
                Completed::Call(call) => return Ok(call.permissions),
                Completed::Needs(lookup) => answer(&mut known, lookup),
            }
        }
        Err("it never has enough".to_owned())
    }
}

fn shown(permission: &Permission) -> String {
    let mut text = format!("{} on {}\n", permission.action, permission.resource);
    let mut keys: Vec<String> = permission
        .context
        .iter()
        .map(|(name, value)| match value {
            ContextValue::Single(value) => format!("  {name} = {}", value.as_str()),
            ContextValue::Many(values) => {
                let values: Vec<_> = values.iter().map(|value| value.as_str()).collect();
                format!("  {name} = [{}]", values.join(", "))
            }
            ContextValue::Unknown => format!("  {name} is not known"),
        })
        .collect();
    keys.sort();
    for key in keys {
        writeln!(text, "{key}").unwrap();
    }
    let mut unknown = permission.unknown_keys.clone();
    unknown.sort_unstable();
    if !unknown.is_empty() {
        writeln!(text, "  unknown: {}", unknown.join(" ")).unwrap();
    }
    if permission.partly_known {
        writeln!(text, "  each * is known to the service").unwrap();
    }
    text
}

/// The action and the resource alone, in which denials of AWS are worded.
fn shown_briefly(permission: &Permission) -> String {
    format!("{} on {}\n", permission.action, permission.resource)
}

fn check(name: &str) {
    check_shown(name, shown);
}

fn check_shown(name: &str, shown: fn(&Permission) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/aws/requests")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut actual = Vec::new();
    for case in text.trim_end().split("\n---\n") {
        let request = case.split("\n=>").next().unwrap().trim_end();
        let (signing_name, read) = Request::read(request);
        let mapping = ServiceMapping::new(&signing_name).unwrap();
        let meaning = match read.permissions(&mapping) {
            Ok(permissions) => permissions.iter().map(shown).collect(),
            Err(error) => format!("refused: {error}\n"),
        };
        actual.push(format!("{request}\n=>\n{}", meaning.trim_end()));
    }
    let actual = actual.join("\n---\n") + "\n";
    if std::env::var_os("LANYARD_WRITE_EXPECTED").is_some() {
        std::fs::write(&path, &actual).unwrap();
        return;
    }
    for (actual, expected) in actual.split("\n---\n").zip(text.split("\n---\n")) {
        assert_eq!(actual.trim_end(), expected.trim_end(), "in {name}");
    }
}

#[test]
fn functions_are_decided_on_by_every_kind_of_name() {
    check("lambda.txt");
}

#[test]
fn queues_are_told_by_account_and_name_alone() {
    check("sqs.txt");
}

#[test]
fn messages_go_to_topics_devices_and_telephones() {
    check("sns.txt");
}

#[test]
fn secrets_are_decided_on_by_the_arn_that_they_have() {
    check("secretsmanager.txt");
}

#[test]
fn parameters_documents_and_machines_are_told_apart() {
    check("ssm.txt");
}

#[test]
fn log_groups_are_decided_on_with_their_streams() {
    check("logs.txt");
}

#[test]
fn apis_are_decided_on_by_method_and_path() {
    check("apigateway.txt");
}

#[test]
fn versions_of_state_machines_are_a_condition_key() {
    check("states.txt");
}

#[test]
fn every_event_is_decided_on_its_own() {
    check("events.txt");
}

#[test]
fn streams_are_named_in_one_way() {
    check("kinesis.txt");
}

#[test]
fn repositories_are_in_the_registry_that_is_named() {
    check("ecr.txt");
}

#[test]
fn what_is_in_a_cluster_is_named_with_it() {
    check("ecs.txt");
}

#[test]
fn templates_in_buckets_are_read_for_the_caller() {
    check("cloudformation.txt");
}

#[test]
fn load_balancers_and_databases_are_told_apart_by_what_they_are() {
    check("others.txt");
}

#[test]
fn what_an_arn_says_is_what_a_request_is_about() {
    check("by_arn.txt");
}

#[test]
fn what_is_named_in_a_way_of_the_service_is_found() {
    check("named.txt");
}

#[test]
fn who_sends_a_mail_is_read_in_it() {
    check("mails.txt");
}

#[test]
fn what_aws_was_seen_to_name_in_denials_is_what_is_decided_on() {
    check_shown("recorded.txt", shown_briefly);
}

#[test]
fn what_aws_was_seen_to_name_of_machines_functions_and_clusters_is_what_is_decided_on() {
    check_shown("recorded_compute.txt", shown_briefly);
}

#[test]
fn what_aws_was_seen_to_name_of_data_is_what_is_decided_on() {
    check_shown("recorded_data.txt", shown_briefly);
}

#[test]
fn what_aws_was_seen_to_name_of_everything_else_is_what_is_decided_on() {
    check_shown("recorded_control.txt", shown_briefly);
}

#[test]
fn what_aws_was_seen_to_name_when_it_surprised_is_what_is_decided_on() {
    check_shown("recorded_issues.txt", shown_briefly);
}

#[test]
fn what_aws_was_seen_to_name_in_quoted_denials_is_what_is_decided_on() {
    check_shown("recorded_quoted.txt", shown_briefly);
}

#[test]
fn what_a_request_does_not_name_as_policies_do_is_any_that_may_be_meant() {
    check("unnamed.txt");
}
