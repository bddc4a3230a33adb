//! `lanyard credentials`: temporary credentials for programs, from a server that may be far away.
//!
//! The command is a client like any other: it needs no data directory. Secrets go to standard output, since they are
//! what was asked for, and nowhere else.

mod code;
mod serve;

use std::io::Write as _;
use std::sync::Arc;

use lanyard_client::{Cache, ClientError, Provider};

use crate::cli::{CredentialsCommand, CredentialsFlags, SourceFlags};
use crate::config::Environment;
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

/// Prints them, or hands them out.
pub(crate) fn run(flags: &CredentialsFlags) -> Result<(), CommandError> {
    if let Some(CredentialsCommand::Serve(flags)) = &flags.command {
        return serve::run(flags);
    }
    let provider = provider(&flags.source)?;
    let runtime = runtime()?;
    let obtained = runtime.block_on(provider.credentials());
    // Whoever never typed a code does not keep the command from ending.
    runtime.shutdown_background();
    let obtained = obtained.map_err(failed)?;
    if let Some(warning) = &obtained.warning {
        warn(warning);
    }
    super::printed(Terminal::stdout().line(&obtained.credentials.to_process_output()))
}

fn provider(flags: &SourceFlags) -> Result<Provider, CommandError> {
    let environment = Environment::of_process();
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let question = flags.wanted().resolve(&variable).map_err(failed)?;
    let cache = if flags.no_cache {
        None
    } else {
        // Doubt about the cache is no reason to give nothing, only to keep nothing.
        Cache::of_user(&variable)
            .map_err(|error| warn(&error.to_string()))
            .ok()
    };
    Provider::new(question, cache, Arc::new(code::ask)).map_err(failed)
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| CommandError::failure(error.to_string()))
}

/// One line of what the person should know. It never ends the command.
fn warn(text: &str) {
    let _ = writeln!(std::io::stderr(), "lanyard: {}", printable(text));
}

fn failed(error: ClientError) -> CommandError {
    let exit = match &error {
        ClientError::Settings(_) | ClientError::File { .. } => Exit::Usage,
        ClientError::Unreachable { .. } => Exit::NotRunning,
        _ => Exit::Failure,
    };
    CommandError::new(exit, printable(&error.to_string()))
}
