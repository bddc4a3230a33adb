//! What each command does when it is not the server itself.

pub(crate) mod account;
pub(crate) mod bearer_key;
pub(crate) mod credentials;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod gateway;
pub(crate) mod keygen;
pub(crate) mod keys;
pub(crate) mod mfa;
pub(crate) mod policy;
pub(crate) mod resource_policy;
pub(crate) mod resource_tags;
pub(crate) mod saml_provider;
pub(crate) mod sessions;
pub(crate) mod trail;
pub(crate) mod version;

use std::io;

use crate::cli::Place;
use crate::config::{Environment, data_dir_of};
use crate::data_dir::DataDir;
use crate::exit::{CommandError, Exit};
use crate::terminal::Terminal;

/// The data directory a command is about. It need not exist.
fn data_dir(place: &Place) -> Result<DataDir, CommandError> {
    match data_dir_of(place, Environment::of_process()) {
        Ok(path) => Ok(DataDir::at(path)),
        Err(error) => Err(CommandError::usage(error.to_string())),
    }
}

/// A reader that stops reading (`| head`) is no failure.
fn printed(result: io::Result<()>) -> Result<(), CommandError> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CommandError::failure(format!("cannot print: {error}")))
        }
        _ => Ok(()),
    }
}

/// One JSON object, for programs.
fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let text = serde_json::to_string(value).map_err(|error| CommandError::failure(error.to_string()))?;
    printed(Terminal::stdout().line(&text))
}

/// For the commands that read the data directory without a server.
fn no_data_dir(dir: &DataDir) -> CommandError {
    CommandError::new(
        Exit::NotFound,
        format!("there is no data directory {}", dir.root().display()),
    )
    .hint("name it with --data-dir or LANYARD_DATA_DIR")
}
