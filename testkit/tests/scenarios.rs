//! Every scenario on every engine. `LANYARD_WRITE_SCENARIOS=1` writes the answers into the files instead, for a
//! person to read before they are committed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::path::{Path, PathBuf};

use lanyard_testkit::{House, Scenario, every_engine};

fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[tokio::test]
async fn every_scenario_has_its_answers_on_every_engine() {
    let writes = std::env::var_os("LANYARD_WRITE_SCENARIOS").is_some();
    for file in files() {
        let expected = std::fs::read_to_string(&file).unwrap();
        let scenario = Scenario::parse(&expected);
        for kept in every_engine() {
            let name = kept.name;
            let actual = scenario.run(&House::open(kept).await).await;
            if writes {
                std::fs::write(&file, &actual).unwrap();
                break;
            }
            assert_same(&expected, &actual, &format!("{} on {name}", file.display()));
        }
    }
}

fn assert_same(expected: &str, actual: &str, what: &str) {
    for (number, (wanted, found)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(wanted, found, "{what}, line {}", number + 1);
    }
    assert_eq!(
        expected.lines().count(),
        actual.lines().count(),
        "{what}: the length differs"
    );
}
