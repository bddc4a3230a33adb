//! `cargo xtask fuzz`: libFuzzer looks for inputs on which the policy engine, the mapping of requests, the reader of
//! bodies in chunks, the verifiers of tokens and SAML, or the answers to Envoy break their word.
//!
//! Everything is built by the stable compiler, which can count reached code for LLVM's coverage interface; only
//! sanitizers would need another one, and they look for what safe Rust does not have. Seeds are committed in
//! `fuzz/seeds`; what a run finds to reach more code stays in `fuzz/corpus`, what fails in `fuzz/artifacts`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{process, setup, workspace};

const TARGETS: [&str; 10] = [
    "parser",
    "matcher",
    "evaluator",
    "variables",
    "mapping",
    "services",
    "chunked",
    "token",
    "saml",
    "envoy",
];

const SECONDS: &str = "60";

/// How long each target runs among the tests: enough to find what is plainly broken.
const SECONDS_OF_TEST: &str = "5";

/// One input may take this long. Everything is linear in its input, so a second would be a finding already; the
/// rest is for machines that have other things to do.
const SECONDS_OF_INPUT: &str = "10";

/// What makes the compiler count. It must not reach build scripts, hence the target that is named beside it.
const COUNTING: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=3",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Runs one target, or all, from the seeds and what earlier runs have found.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let (targets, seconds) = match words {
        [] => (TARGETS.to_vec(), SECONDS),
        [target] => (vec![*target], SECONDS),
        [target, seconds] => (vec![*target], *seconds),
        _ => return Err("fuzz takes a target and a number of seconds".to_owned()),
    };
    if let Some(unknown) = targets.iter().find(|target| !TARGETS.contains(target)) {
        return Err(format!(
            "no fuzz target {unknown}; there are {}",
            TARGETS.join(", ")
        ));
    }
    if seconds.parse::<u32>().is_err() {
        return Err(format!("{seconds} is no number of seconds"));
    }
    let programs = build()?;
    for target in targets {
        let found = workspace::root().join("fuzz/corpus").join(target);
        let mut fuzz = libfuzzer(&programs, target, &found, seconds)?;
        process::step(&format!("fuzzing the {target}"), &mut fuzz)?;
    }
    Ok(())
}

/// Every seed, and a few seconds of looking further, always in the same way. What is said is shown only if
/// something is wrong.
pub(crate) fn test() -> Result<(), String> {
    let programs = build()?;
    for target in TARGETS {
        println!("── fuzzing the {target}: {SECONDS_OF_TEST} s");
        let found = workspace::root().join("fuzz/target/found").join(target);
        if found.exists() {
            std::fs::remove_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
        }
        let mut fuzz = libfuzzer(&programs, target, &found, SECONDS_OF_TEST)?;
        process::output(fuzz.args(["-seed=1", "-verbosity=0"]))?;
    }
    Ok(())
}

/// The lints of the targets, with what was built for running them.
pub(crate) fn lints() -> Result<(), String> {
    setup::debian()?;
    let mut clippy = cargo("clippy", &host()?);
    clippy.args(["--all-targets", "--", "--deny", "warnings"]);
    process::step("lints of the fuzz targets", &mut clippy)
}

/// Builds all targets; answers where the programs are.
fn build() -> Result<PathBuf, String> {
    setup::debian()?;
    let host = host()?;
    process::step("the fuzz targets", cargo("build", &host).arg("--quiet"))?;
    Ok(workspace::root().join("fuzz/target").join(host).join("release"))
}

fn cargo(command: &str, host: &str) -> Command {
    let mut cargo = process::cargo();
    cargo
        .current_dir(workspace::root().join("fuzz"))
        .args([command, "--release", "--locked", "--target", host])
        .env("RUSTFLAGS", COUNTING.join(" "));
    cargo
}

/// For which machine the compiler compiles.
fn host() -> Result<String, String> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not say for which machine it compiles".to_owned())
}

fn libfuzzer(programs: &Path, target: &str, found: &Path, seconds: &str) -> Result<Command, String> {
    let fuzz = workspace::root().join("fuzz");
    let artifacts = fuzz.join("artifacts").join(target);
    for directory in [found, artifacts.as_path()] {
        std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    let mut command = Command::new(programs.join(target));
    command
        .current_dir(&fuzz)
        .arg(found)
        .arg(fuzz.join("seeds").join(target))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={SECONDS_OF_INPUT}"))
        .args([
            "-max_len=4096",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            "-print_funcs=0",
        ]);
    Ok(command)
}
