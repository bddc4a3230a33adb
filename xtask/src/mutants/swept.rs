//! Mutants of every function, made by `cargo mutants` (installed below `.test/` where it is missing).

use std::path::PathBuf;
use std::process::Command;

use super::SUITE;
use crate::{process, workspace};

const VERSION: &str = "27.1.0";

/// Makes them all (hours on two cores); words such as `--file` or `--shard 1/8` go to `cargo mutants`.
pub(super) fn run(words: &[&str]) -> Result<(), String> {
    let program = program()?;
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command.args(["mutants", "--package", "lanyard-policy", "--test-package"]);
    command.arg(SUITE.join(","));
    command
        .arg("--output")
        .arg(workspace::root().join(".test/mutants"));
    if process::exists("cargo-nextest", "--version") {
        command.args(["--test-tool", "nextest"]);
    }
    process::step("cargo mutants", command.args(words))
}

fn program() -> Result<PathBuf, String> {
    if process::exists("cargo-mutants", "--version") {
        return Ok("cargo-mutants".into());
    }
    let tools = workspace::root().join(".test/cargo-tools");
    let program = tools.join("bin/cargo-mutants");
    if !program.is_file() {
        let mut install = process::cargo();
        install.args([
            "install",
            "cargo-mutants",
            "--locked",
            "--version",
            VERSION,
            "--root",
        ]);
        process::step("cargo install cargo-mutants", install.arg(tools))?;
    }
    Ok(program)
}
