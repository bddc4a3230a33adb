//! The project's own tool: `cargo xtask <command>`.
//!
//! One place for everything a contributor or CI runs, so that "green here" means "green there".
//! It stays on the standard library (with `serde_json` for the API models), because it is built
//! before anything else. It never publishes and never touches files outside the checkout.

mod codegen;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["codegen"] => codegen::run(false).map_err(|error| error.to_string()),
        ["codegen", "--check"] => codegen::run(true).map_err(|error| error.to_string()),
        _ => Err("usage: cargo xtask codegen [--check]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
