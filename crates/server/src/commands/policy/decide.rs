//! `lanyard policy decide`: one answer for each question, whatever became of the one before.

use std::io::{self, BufWriter, Write};

use lanyard_policy_cases::{Question, QuestionId};
use serde::Serialize;

use super::lines::{Line, Lines};
use crate::cli::DecideFlags;
use crate::exit::CommandError;

/// Longer lines are not read. A question with every policy that AWS lets anybody have is shorter.
const LINE_BYTES_MAX: usize = 4 << 20;

/// What is printed for a line that cannot be answered.
#[derive(Serialize)]
struct BadLine<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a QuestionId>,
    error: String,
}

/// Answers every line of the input.
pub(super) fn run(flags: &DecideFlags) -> Result<(), CommandError> {
    let mut lines = Lines::new(super::files::open(&flags.input)?, LINE_BYTES_MAX);
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut number, mut bad) = (0_u64, 0_u64);
    loop {
        // Whoever asks line by line gets the answer to each before the next is waited for.
        if lines.may_wait() && !is_read(out.flush())? {
            return Ok(());
        }
        let line = lines
            .next()
            .map_err(|error| super::files::unreadable(&flags.input, &error))?;
        let Some(line) = line else {
            break;
        };
        number += 1;
        let written = match line.without_mark(number == 1) {
            Line::Text(text) if text.trim_ascii().is_empty() => continue,
            Line::Text(text) => answer(&mut out, number, text, flags.explain),
            Line::TooLong => refuse(
                &mut out,
                number,
                format!("the line has more than {LINE_BYTES_MAX} bytes"),
            ),
            Line::NotText => refuse(&mut out, number, "the line is not UTF-8".to_owned()),
        };
        bad += u64::from(matches!(written, Ok(false)));
        if !is_read(written.map(drop))? {
            return Ok(());
        }
    }
    if !is_read(out.flush())? || bad == 0 {
        return Ok(());
    }
    Err(CommandError::failure(format!(
        "{bad} of {number} lines could not be answered"
    )))
}

/// Writes the answer to a question; `false` if it is none.
fn answer(out: &mut impl Write, number: u64, text: &str, explain: bool) -> io::Result<bool> {
    match Question::parse(text) {
        Ok(question) => {
            line(out, &question.answer(explain))?;
            Ok(true)
        }
        Err(error) => {
            let bad = BadLine {
                line: number,
                id: error.id(),
                error: error.to_string(),
            };
            line(out, &bad)?;
            Ok(false)
        }
    }
}

fn refuse(out: &mut impl Write, number: u64, error: String) -> io::Result<bool> {
    let bad = BadLine {
        line: number,
        id: None,
        error,
    };
    line(out, &bad)?;
    Ok(false)
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Whether what was written still has a reader; one that stops reading is no failure.
fn is_read(written: io::Result<()>) -> Result<bool, CommandError> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(CommandError::failure(format!("cannot print: {error}"))),
    }
}
