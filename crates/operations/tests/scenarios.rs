//! Behaviour seen by callers: every file in `scenarios/` on every storage engine. `lanyard_testkit::scenario` says how
//! the files are written.
//!
//! `LANYARD_WRITE_SCENARIOS=1` writes the answers into the files instead of comparing them. Whoever does that reads
//! them before they are committed: a scenario says what is right, not what happens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lanyard_testkit::scenario::Scenario;
use lanyard_testkit::{EngineKind, difference};

/// One test for each file.
macro_rules! scenarios {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[tokio::test]
        async fn $name() {
            check(stringify!($name)).await;
        })*
    };
}

scenarios! {
    user
}

fn file(name: &str) -> PathBuf {
    directory().join(format!("{name}.txt"))
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

async fn check(name: &str) {
    let mut expected = std::fs::read_to_string(file(name)).unwrap();
    let writes = std::env::var_os("LANYARD_WRITE_SCENARIOS").is_some();
    for kind in EngineKind::ALL {
        let mut ran = Scenario::parse(&expected).run(kind).await;
        if writes && ran.text != expected {
            std::fs::write(file(name), &ran.text).unwrap();
            expected.clone_from(&ran.text);
        }
        if let Some(difference) = difference(&expected, &ran.text) {
            panic!("{name} is answered otherwise on {kind:?}\n{difference}");
        }
        let before = ran.survey().await;
        ran.restart().await;
        if let Some(difference) = difference(&before, &ran.survey().await) {
            panic!("{name}: a restart changes what there is on {kind:?}\n{difference}");
        }
    }
}

#[test]
fn every_scenario_file_is_run() {
    let files: BTreeSet<String> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let run: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(files, run);
}
