//! Requests to S3 and what they mean, whole: the files in `tests/s3`.
//!
//! A case is a request (its first line, headers, perhaps `body: …`), a line `=>`, and what it means or why it is
//! refused. Cases are separated by `---`. With `LANYARD_WRITE_EXPECTED=1` the files are written anew, to be read
//! before they are committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;
use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_mapping::{Hosts, Incoming, Mapped, MappingError, Meaning, Operation, map_s3};

struct Case {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Option<String>,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut lines = text.lines();
        let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
        let (mut headers, mut body) = (HeaderMap::new(), None);
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            if name == "body" {
                body = Some(value.to_owned());
            } else {
                headers.append(
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_bytes(value.as_bytes()).unwrap(),
                );
            }
        }
        Self {
            method: method.parse().unwrap(),
            target: target.to_owned(),
            headers,
            body,
        }
    }

    fn map(&self) -> Result<Mapped, MappingError> {
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        };
        let host = self
            .headers
            .get("host")
            .map_or("localhost", |host| host.to_str().unwrap());
        let incoming = Incoming {
            method: &self.method,
            path,
            query,
            headers: &self.headers,
            host,
        };
        let mut mapped = map_s3(&incoming, &Hosts::new(["s3.example.com"]).unwrap())?;
        if let Some(body) = &self.body {
            mapped.with_body(body.as_bytes())?;
        }
        Ok(mapped)
    }
}

/// Every case of a file as the file says, and the operations that were met.
fn check(name: &str) -> BTreeSet<&'static str> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/s3").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut met = BTreeSet::new();
    let mut actual = Vec::new();
    for case in text.split("\n---\n") {
        let request = case.split("\n=>").next().unwrap().trim_end();
        let result = Case::read(request).map();
        let meaning = match &result {
            Ok(mapped) => Meaning::of(mapped).to_string(),
            Err(error) => format!("refused: {error}\n"),
        };
        match &result {
            Ok(mapped) => drop(met.insert(mapped.operation.name())),
            Err(MappingError::NotImplemented { operation, .. }) => drop(met.insert(operation)),
            Err(_) => {}
        }
        actual.push(format!("{request}\n=>\n{}", meaning.trim_end()));
    }
    let actual = actual.join("\n---\n") + "\n";
    if std::env::var_os("LANYARD_WRITE_EXPECTED").is_some() {
        std::fs::write(&path, &actual).unwrap();
        return met;
    }
    for (actual, expected) in actual.split("\n---\n").zip(text.split("\n---\n")) {
        assert_eq!(actual.trim_end(), expected.trim_end(), "in {name}");
    }
    met
}

#[test]
fn every_operation_means_what_the_files_say_or_is_refused_by_name() {
    let mut met = BTreeSet::new();
    for name in [
        "service.txt",
        "buckets.txt",
        "objects.txt",
        "copies.txt",
        "bodies.txt",
        "hosts.txt",
    ] {
        met.extend(check(name));
    }
    // These are never met: another operation answers the same request.
    let superseded =
        |operation: &&Operation| operation.refused() == Some("another operation answers the same request");
    let expected: BTreeSet<&str> = Operation::ALL
        .iter()
        .filter(|operation| !superseded(operation))
        .map(Operation::name)
        .collect();
    assert_eq!(met, expected);
    assert_eq!(Operation::ALL.iter().filter(superseded).count(), 4);
}

#[test]
fn attacks_are_refused_as_the_file_says() {
    check("refused.txt");
}
