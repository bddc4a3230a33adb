//! The project's own tool: `cargo xtask <command>`.
//!
//! One place for everything a contributor or CI runs, so that "green here" means "green there".
//! It stays on the standard library (with `serde_json` for the API models), because it is built
//! before anything else. It installs only below `.test/`, and Debian packages when run as root.

#![allow(
    clippy::print_stdout,
    reason = "a command-line tool speaks on standard output"
)]

mod bench;
mod ci;
mod codegen;
mod fuzz;
mod mutants;
mod process;
mod setup;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [--rust | --e2e] [PYTEST ARGUMENTS…]
                      set up what the tests need, build once, run all tests
  ci                  everything that must be green: format, lints, tidy, generated code,
                      dependencies, documentation, then `test`
  tidy                the project's own rules: arrows between crates, sizes, names, ledgers
  codegen [--check]   write the generated code anew; with --check only compare
  bench [NAME…]       measure against the named baselines (release build; takes minutes)
  fuzz [TARGET [SECONDS]]
                      look for inputs on which the policy engine breaks its word (60 s a target)
  mutants [chosen [NAME…] | swept [ARGUMENTS…]]
                      does the suite notice when the policy engine is wrong? (minutes; swept: hours)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => test::run(rest),
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        ["codegen"] => codegen::run(false).map_err(|error| error.to_string()),
        ["codegen", "--check"] => codegen::run(true).map_err(|error| error.to_string()),
        ["bench", names @ ..] => bench::run(names),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["mutants", rest @ ..] => mutants::run(rest),
        ["help" | "--help" | "-h"] | [] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(format!("unknown command\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
