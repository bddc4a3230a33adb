//! `cargo xtask ci`: everything that must be green before a change lands.

use std::process::Command;

use crate::{codegen, fuzz, process, setup, test, tidy, workspace};

/// The quick checks come first, so that a mistake in form costs seconds.
pub(crate) fn run() -> Result<(), String> {
    process::step("format", process::cargo().args(["fmt", "--all", "--check"]))?;
    let mut bench_format = apart("benches", "fmt");
    // Not `--all`: that would go on to the product's crates that the benches use.
    bench_format.args([
        "--package",
        "lanyard-benches",
        "--package",
        "lanyard-policy-bench",
        "--check",
    ]);
    process::step("format of the benches", &mut bench_format)?;
    process::step("format of the fuzz targets", apart("fuzz", "fmt").arg("--check"))?;
    process::step("format of the peers", apart("e2e/peers", "fmt").arg("--check"))?;
    println!("── tidy");
    tidy::run()?;
    println!("── generated code");
    codegen::run(true).map_err(|error| error.to_string())?;
    dependencies()?;
    python()?;
    let mut clippy = process::cargo();
    clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]);
    process::step("lints", &mut clippy)?;
    let mut bench_lints = apart("benches", "clippy");
    bench_lints.args([
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]);
    process::step("lints of the benches", &mut bench_lints)?;
    fuzz::lints()?;
    let mut peer_lints = apart("e2e/peers", "clippy");
    peer_lints.args(["--all-targets", "--locked", "--target-dir"]);
    peer_lints.arg(workspace::root().join("target/peers"));
    peer_lints.args(["--", "--deny", "warnings"]);
    process::step("lints of the peers", &mut peer_lints)?;
    let mut doc = process::cargo();
    doc.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--locked",
        "--document-private-items",
    ]);
    process::step("documentation", doc.env("RUSTDOCFLAGS", "--deny warnings"))?;
    test::run(&[])
}

/// A cargo command in one of the workspaces beside the product's.
fn apart(workspace: &str, command: &str) -> Command {
    let mut cargo = process::cargo();
    cargo.current_dir(workspace::root().join(workspace)).arg(command);
    cargo
}

/// Bans, licences and sources. The advisory database is on a host that not everyone reaches.
fn dependencies() -> Result<(), String> {
    let program = if process::exists("cargo-deny", "--version") {
        "cargo-deny".into()
    } else {
        setup::ci_tools()?.join("cargo-deny")
    };
    let mut deny = Command::new(program);
    deny.current_dir(workspace::root());
    deny.args([
        "--log-level",
        "error",
        "--locked",
        "--workspace",
        "check",
        "bans",
        "licenses",
        "sources",
    ]);
    process::step("dependencies", &mut deny)
}

/// Form and lints of the tests over HTTP.
fn python() -> Result<(), String> {
    let ruff = setup::ci_tools()?.join("ruff");
    let e2e = workspace::root().join("e2e");
    for words in [["format", "--check"], ["check", "--quiet"]] {
        let mut command = Command::new(&ruff);
        process::step("Python", command.current_dir(&e2e).args(words).arg("--no-cache"))?;
    }
    Ok(())
}
