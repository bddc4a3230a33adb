//! `cargo xtask bench`: the measurements against named baselines, from the `benches` workspace.

use std::path::PathBuf;
use std::process::Command;

use crate::{process, setup, workspace};

/// The bench of the policy engine against its peers. It needs no server, and the others need none of the peers.
const POLICY: &str = "policy";

/// The bench of one request in process. It needs no server either.
const DECIDE: &str = "decide";

/// The bench of opening a session's token, in process.
const SESSION: &str = "session";

/// The bench of logins by somebody else's word, in process.
const LOGIN: &str = "login";

/// The bench of what the mapping adds to a request to any service but S3, in process.
const MAPPING: &str = "mapping";

/// Builds for release what the benches named need (all, when none is) and runs them.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    setup::debian()?;
    let of_server: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| ![POLICY, DECIDE, SESSION, LOGIN, MAPPING].contains(name))
        .collect();
    if names.is_empty() || !of_server.is_empty() {
        server(&of_server)?;
    }
    if names.is_empty() || names.contains(&DECIDE) {
        build("lanyard-decide-bench")?;
        process::run(&mut program("lanyard-decide-bench"))?;
    }
    if names.is_empty() || names.contains(&SESSION) {
        build("lanyard-session-bench")?;
        process::run(&mut program("lanyard-session-bench"))?;
    }
    if names.is_empty() || names.contains(&LOGIN) {
        build("lanyard-login-bench")?;
        process::run(&mut program("lanyard-login-bench"))?;
    }
    if names.is_empty() || names.contains(&MAPPING) {
        build("lanyard-mapping-bench")?;
        process::run(&mut program("lanyard-mapping-bench"))?;
    }
    if names.is_empty() || names.contains(&POLICY) {
        policy()?;
    }
    Ok(())
}

fn server(names: &[&str]) -> Result<(), String> {
    let mut server = process::cargo();
    server.args(["build", "--release", "--locked", "--package", "lanyard"]);
    process::step("the server, for release", &mut server)?;
    build("lanyard-benches")?;
    let mut bench = program("bench");
    bench.env("LANYARD_BIN", workspace::root().join("target/release/lanyard"));
    process::run(bench.args(names))
}

fn policy() -> Result<(), String> {
    build("lanyard-policy-bench")?;
    process::run(&mut program("policy"))
}

fn build(package: &str) -> Result<(), String> {
    let mut build = process::cargo();
    build
        .current_dir(directory())
        .args(["build", "--release", "--locked", "--package", package]);
    process::step("the benches", &mut build)
}

fn program(name: &str) -> Command {
    let mut command = Command::new(directory().join("target/release").join(name));
    command.current_dir(directory());
    command
}

fn directory() -> PathBuf {
    workspace::root().join("benches")
}
