//! Running other programs, and saying which one failed.

use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs a step of a longer job with its output shown, and tells how long it took.
pub(crate) fn step(name: &str, command: &mut Command) -> Result<(), String> {
    println!("── {name}");
    let start = Instant::now();
    run(command).map_err(|reason| format!("{name}: {reason}"))?;
    println!("── {name}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Runs a program to its end; anything but success is an error that names the program.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("{}: {error}", name(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", name(command)))
    }
}

/// What a program prints, when it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{}: {error}", name(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "{} ended with {}: {}",
            name(command),
            output.status,
            said.trim()
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} printed no UTF-8", name(command)))
}

/// Whether a program can be started at all (asked with a harmless option).
pub(crate) fn exists(program: &str, option: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg(option)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// `cargo`, the same one that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::workspace::root());
    command
}

fn name(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let first = command
        .get_args()
        .next()
        .map(|word| format!(" {}", word.to_string_lossy()));
    format!("`{program}{}`", first.unwrap_or_default())
}
