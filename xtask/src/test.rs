//! `cargo xtask test`: all tests, after setting up what they need.

use std::process::Command;

use crate::{fuzz, process, setup, workspace};

/// `--rust` and `--e2e` run one half; all other words go to pytest.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    let only_rust = words.contains(&"--rust");
    let only_e2e = words.contains(&"--e2e");
    let pytest_words: Vec<&&str> = words
        .iter()
        .filter(|word| !["--rust", "--e2e"].contains(word))
        .collect();
    // One half that fails does not keep the other from being run.
    let rust = if only_e2e { Ok(()) } else { rust() };
    let e2e = if only_rust { Ok(()) } else { e2e(&pytest_words) };
    match (rust, e2e) {
        (Err(first), Err(second)) => Err(format!("{first}\n{second}")),
        (first, second) => first.and(second),
    }
}

fn rust() -> Result<(), String> {
    if process::exists("cargo-nextest", "--version") {
        let mut nextest = process::cargo();
        nextest.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
        process::step("tests in Rust", &mut nextest)?;
    } else {
        let mut test = process::cargo();
        test.args([
            "test",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--lib",
            "--bins",
            "--tests",
        ]);
        process::step("tests in Rust", &mut test)?;
    }
    let mut examples = process::cargo();
    examples.args(["test", "--workspace", "--locked", "--doc", "--quiet"]);
    process::step("examples in the documentation", &mut examples)?;
    fuzz::test()
}

fn e2e(words: &[&&str]) -> Result<(), String> {
    setup::debian()?;
    let bin = setup::python()?;
    setup::ansible_collection()?;
    setup::npm()?;
    let mut build = process::cargo();
    build.args(["build", "--locked", "--package", "lanyard"]);
    process::step("the server", &mut build)?;
    setup::peers()?;
    let mut pytest = Command::new(bin.join("pytest"));
    pytest.current_dir(workspace::root().join("e2e"));
    pytest.args(["-c", "pytest.ini"]).args(words);
    process::step("tests over HTTP", &mut pytest)
}
