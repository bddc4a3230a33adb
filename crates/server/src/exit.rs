//! How a command ends: a small, documented set of exit codes, and an error that says what to do next.

use std::fmt;
use std::process::ExitCode;

/// The exit codes of every `lanyard` command. `docs/command-line.md` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command could not do what it was asked.
    Failure = 1,
    /// The command line, the environment or the configuration file is wrong.
    Usage = 2,
    /// No server answers for this data directory.
    NotRunning = 3,
    /// The thing named on the command line does not exist.
    NotFound = 4,
    /// Another server uses this data directory.
    Busy = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a command failed, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct CommandError {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl CommandError {
    /// A failure with its exit code.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    /// A failure of the work itself, exit code 1.
    pub(crate) fn failure(message: impl Into<String>) -> Self {
        Self::new(Exit::Failure, message)
    }

    /// A mistake in what was asked, exit code 2.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The code the process ends with.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CommandError {}
