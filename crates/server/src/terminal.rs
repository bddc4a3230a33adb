//! Printing for people: colours when they help, and a pipe that closes early is no error.

use std::io::{self, IsTerminal, Write};

/// Standard output, with or without colours.
pub(crate) struct Terminal {
    colours: bool,
}

impl Terminal {
    /// Colours only on a terminal, and never when NO_COLOR is set to anything (no-color.org).
    pub(crate) fn stdout() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            colours: wanted && io::stdout().is_terminal(),
        }
    }

    /// Prints one line. Whoever reads the output may stop reading; that ends the printing, not the process.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// Bold, for headings.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Green, for what is as it should be.
    pub(crate) fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }

    /// Red, for what is not.
    pub(crate) fn bad(&self, text: &str) -> String {
        self.paint("31", text)
    }

    /// Yellow, for what may become a problem.
    pub(crate) fn doubtful(&self, text: &str) -> String {
        self.paint("33", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Text from outside (a user agent, a name) with control characters made visible, so that it cannot drive the
/// terminal it is printed on.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(super::printable("a\x1b[2Jb\nü"), "a\\u{1b}[2Jb\\nü");
    }
}
