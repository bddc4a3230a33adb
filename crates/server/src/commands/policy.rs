//! `lanyard policy`: the engine as a tool, without a server.
//!
//! The commands read what they are given and print what the engine says. None of them knows what a policy means.

mod case_report;
mod cases;
mod decide;
mod describe;
mod file_findings;
mod files;
mod format;
mod junit;
mod lines;
mod replace;
mod sarif;
mod validate;

use crate::cli::PolicyCommand;
use crate::exit::CommandError;

pub(super) use files::{read, read_bytes};

/// Runs one of the commands.
pub(crate) fn run(command: &PolicyCommand) -> Result<(), CommandError> {
    match command {
        PolicyCommand::Decide(flags) => decide::run(flags),
        PolicyCommand::Test(flags) => cases::run(flags),
        PolicyCommand::Validate(flags) => validate::run(flags),
        PolicyCommand::Describe(flags) => describe::run(flags),
        PolicyCommand::Fmt(flags) => format::run(flags),
    }
}
