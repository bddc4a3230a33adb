//! What can go wrong on the way to credentials, in one line each.

use std::path::PathBuf;

/// Why there are no credentials. No variant carries a secret.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Flags, variables or profiles are wrong or say too little.
    #[error("{0}")]
    Settings(String),
    /// A file that was named cannot be used.
    #[error("the {what} {path}: {cause}", path = path.display())]
    File {
        /// What the file is.
        what: &'static str,
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The code of a second factor could not be asked for.
    #[error("the code of {serial} cannot be asked for: {cause}")]
    Code {
        /// Which device.
        serial: String,
        /// Why.
        cause: String,
    },
    /// Nobody answers, or not in time.
    #[error("{endpoint} does not answer: {cause}")]
    Unreachable {
        /// Where the server should be.
        endpoint: String,
        /// Why.
        cause: String,
    },
    /// The server answered with an error.
    #[error("{operation} was refused: {message} ({code}, status {status}, request {request_id})")]
    Refused {
        /// What was asked.
        operation: &'static str,
        /// The status.
        status: u16,
        /// The server's code.
        code: String,
        /// The server's text.
        message: String,
        /// By which the server can explain it.
        request_id: String,
    },
    /// The answer is no answer of STS.
    #[error("{endpoint} answered {status}, but not as STS does: {cause}")]
    Answer {
        /// Where it came from.
        endpoint: String,
        /// The status.
        status: u16,
        /// What is wrong with it.
        cause: &'static str,
    },
    /// Another process asks the same question and does not come to an end.
    #[error("another process has been asking for the same credentials for too long")]
    Busy,
    /// The endpoint for containers cannot be opened.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        cause: String,
    },
}

impl ClientError {
    /// Whether the same question may be answered later: nobody said no.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy => true,
            Self::Refused { status, .. } | Self::Answer { status, .. } => *status >= 500,
            Self::Settings(_) | Self::File { .. } | Self::Code { .. } | Self::Listen { .. } => false,
        }
    }
}
