//! Asking a person for the code of a second factor.
//!
//! On the terminal itself, not on standard input and output: those belong to the program that wants credentials.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};

use lanyard_client::ClientError;
use zeroize::Zeroizing;

use crate::terminal::printable;

/// Nobody types more.
const LINE_BYTES_MAX: u64 = 64;

/// Asks for the code of a device.
pub(super) fn ask(serial: &str) -> Result<Zeroizing<String>, ClientError> {
    let refuse = |cause: String| ClientError::Code {
        serial: serial.to_owned(),
        cause,
    };
    let line = line_of_terminal(serial).map_err(|cause| refuse(format!("there is no terminal: {cause}")))?;
    let code = line.trim();
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refuse("a code is digits".to_owned()));
    }
    Ok(Zeroizing::new(code.to_owned()))
}

fn line_of_terminal(serial: &str) -> io::Result<Zeroizing<String>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    write!(terminal, "Code of {}: ", printable(serial))?;
    terminal.flush()?;
    let mut line = Zeroizing::new(String::new());
    BufReader::new(terminal.take(LINE_BYTES_MAX)).read_line(&mut line)?;
    Ok(line)
}
