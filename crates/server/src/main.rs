//! The binary `lanyard`: configuration, wiring, shutdown, and the command line.
//!
//! `lanyard serve` puts the crates together and answers requests; every other command is a short conversation
//! with the running server over its admin socket, or a look into its data directory. What a request means is
//! decided elsewhere: nothing in this crate authenticates or authorizes.

mod accounts;
mod admin;
mod answer_body;
mod cli;
mod commands;
mod config;
mod data_dir;
mod exit;
mod explanation;
mod federation;
mod first_start;
mod fresh;
mod fronts;
mod linger;
mod listener;
mod lock;
mod logging;
mod metrics;
mod node;
mod operator;
mod peer;
mod profile;
mod public_url;
mod resources;
mod scope;
mod serve;
mod signals;
mod socket_path;
mod terminal;
mod tls;
mod traffic;
mod upkeep;
mod web;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{AccountCommand, AdminCommand, Cli, Command};
use crate::config::{Environment, Settings};
use crate::exit::CommandError;

/// Requests make many small allocations that do not live long, on several threads: this allocator serves them faster
/// than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Wrong usage ends here with exit code 2 and a text of clap's.
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere left to report that standard error is closed.
            let _ = writeln!(std::io::stderr(), "lanyard: {error}");
            error.exit().into()
        }
    }
}

fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Serve(flags) => {
            let settings = Settings::for_serve(&flags, Environment::of_process())
                .map_err(|error| CommandError::usage(error.to_string()))?;
            serve::run(settings)
        }
        Command::Account(AccountCommand::Create(flags)) => commands::account::create(&flags),
        Command::Account(AccountCommand::List(flags)) => commands::account::list(&flags),
        Command::Account(AccountCommand::SetQuota(flags)) => commands::account::set_quota(&flags),
        Command::Admin(AdminCommand::ResetRoot(flags)) => commands::account::reset_root(&flags),
        Command::Explain(flags) => commands::explain::run(&flags),
        Command::Trail(flags) => commands::trail::run(&flags),
        Command::Policy(command) => commands::policy::run(&command),
        Command::Gateway(command) => commands::gateway::run(&command),
        Command::ResourcePolicy(command) => commands::resource_policy::run(&command),
        Command::ResourceTags(command) => commands::resource_tags::run(&command),
        Command::Sessions(command) => commands::sessions::run(&command),
        Command::Keys(command) => commands::keys::run(&command),
        Command::Mfa(command) => commands::mfa::run(&command),
        Command::SamlProvider(command) => commands::saml_provider::run(&command),
        Command::Credentials(flags) => commands::credentials::run(&flags),
        Command::BearerKey(flags) => commands::bearer_key::run(&flags),
        Command::Doctor(flags) => commands::doctor::run(&flags),
        Command::Keygen(flags) => commands::keygen::run(&flags),
        Command::Version(flags) => commands::version::run(&flags),
    }
}
