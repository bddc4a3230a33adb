//! The command line's end of the admin socket. Blocking and small: a command takes a few milliseconds.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::protocol::{AdminReply, AdminRequest, LINE_BYTES_MAX, Refusal, Refused};
use crate::data_dir::DataDir;
use crate::exit::{CommandError, Exit};
use crate::lock::DataDirLock;
use crate::socket_path;

/// How long a command waits for its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Asks the server of a data directory.
pub(crate) fn ask<T: DeserializeOwned>(dir: &DataDir, request: &AdminRequest) -> Result<T, CommandError> {
    let stream = connect(dir)?;
    let broken = |error: io::Error| CommandError::failure(format!("the server did not answer: {error}"));
    let line = exchange(stream, request).map_err(broken)?;
    let unreadable = |_| {
        CommandError::failure("the server's answer cannot be understood")
            .hint("is the running server of the same version as this command?")
    };
    match serde_json::from_str(&line).map_err(unreadable)? {
        AdminReply::Done(outcome) => Ok(outcome),
        AdminReply::Refused(Refused { reason, message }) => Err(CommandError::new(exit_of(reason), message)),
    }
}

fn exit_of(reason: Refusal) -> Exit {
    match reason {
        Refusal::Invalid => Exit::Usage,
        Refusal::NotFound => Exit::NotFound,
        Refusal::Failed => Exit::Failure,
    }
}

fn connect(dir: &DataDir) -> Result<UnixStream, CommandError> {
    let path = dir.admin_socket();
    match socket_path::reach(&path, |path| UnixStream::connect(path)) {
        Ok(stream) => Ok(stream),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(CommandError::failure(format!(
            "the data directory {} belongs to another user",
            dir.root().display()
        ))),
        Err(_) => Err(absent(dir.root(), DataDirLock::is_held(dir).unwrap_or(false))),
    }
}

fn absent(root: &Path, held: bool) -> CommandError {
    let place = root.display();
    if held {
        return CommandError::new(
            Exit::NotRunning,
            format!("the server on {place} does not answer yet"),
        )
        .hint("it is starting or stopping; try again");
    }
    CommandError::new(
        Exit::NotRunning,
        format!("no server is running on the data directory {place}"),
    )
    .hint("start one with `lanyard serve`, or name its directory with --data-dir or LANYARD_DATA_DIR")
}

fn exchange(mut stream: UnixStream, request: &AdminRequest) -> io::Result<Zeroizing<String>> {
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_write_timeout(Some(ANSWER_WITHIN))?;
    let mut line = Zeroizing::new(serde_json::to_vec(request)?);
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = Zeroizing::new(String::new());
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut answer)?;
    if answer.ends_with('\n') {
        Ok(answer)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
