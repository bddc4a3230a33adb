//! `cargo xtask bench`: the measurements against named baselines, from the `benches` workspace.

use std::process::Command;

use crate::{process, setup, workspace};

/// Builds server and benches for release, then runs the benches named (all, when none is).
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    setup::debian()?;
    let mut server = process::cargo();
    server.args(["build", "--release", "--locked", "--package", "lanyard"]);
    process::step("the server, for release", &mut server)?;
    let benches = workspace::root().join("benches");
    let mut build = process::cargo();
    build
        .current_dir(&benches)
        .args(["build", "--release", "--locked"]);
    process::step("the benches", &mut build)?;
    let mut bench = Command::new(benches.join("target/release/bench"));
    bench.current_dir(&benches);
    bench.env("LANYARD_BIN", workspace::root().join("target/release/lanyard"));
    process::run(bench.args(names))
}
