//! The head of a mail that is written out whole: who sends it, and what SES is told there.
//!
//! Programs that read mails differ in all that is not quite right: where a line ends, where the head does, which of two
//! headers counts. So the head is taken only in the form that they all read alike, and each header that decides
//! anything stands there once. Only senders may go on in further lines, as long names make them: none of these can hold
//! another address.
//!
//! Invariant: no more of a mail is decoded than its head, and of that no more than [`BYTES_MAX`].
//!
//! Deliberately absent: to whom a mail goes, and everything behind the head.

use std::borrow::Cow;

use crate::MappingError;
use crate::aws::base64;
use crate::aws::input::Blob;

/// Many times what mails have.
const BYTES_MAX: usize = 64 << 10;

/// The headers that SES itself reads, and takes out of the mail.
///
/// Evidence: the developer guide.
const ARNS: [&str; 3] = ["X-SES-Source-ARN", "X-SES-From-ARN", "X-SES-Return-Path-ARN"];
const CONFIGURATION_SET: &str = "X-SES-Configuration-Set";
/// Those of them that name nothing that is decided on.
const HARMLESS: [&str; 2] = ["X-SES-Message-Tags", "X-SES-List-Management-Options"];

const LINE_ENDS: &str = "its lines end neither all in CRLF nor all in LF";

/// What the head of a mail says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mail<'a> {
    pub(super) from: Option<Cow<'a, str>>,
    pub(super) sender: Option<Cow<'a, str>>,
    pub(super) return_path: Option<Cow<'a, str>>,
    pub(super) configuration_set: Option<&'a str>,
    /// The identities that are named by ARN.
    pub(super) arns: Vec<&'a str>,
}

/// The mail up to its first empty line, and with it.
pub(super) fn head(data: &Blob<'_>) -> Result<String, MappingError> {
    match data {
        Blob::Base64(text) => until_empty_line(base64::bytes(text)),
        Blob::Bytes(bytes) => until_empty_line(bytes.iter().copied()),
    }
}

fn until_empty_line(bytes: impl Iterator<Item = u8>) -> Result<String, MappingError> {
    let mut head = String::new();
    for byte in bytes.take(BYTES_MAX) {
        if !matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~') {
            return Err(wrong(
                "it has control characters, or letters that are not written as encoded words",
            ));
        }
        head.push(char::from(byte));
        if head.ends_with("\n\n") || head.ends_with("\n\r\n") {
            return Ok(head);
        }
    }
    Err(wrong("it does not end in an empty line within 64 KiB"))
}

impl<'a> Mail<'a> {
    /// Reads the head of a mail, with the empty line at its end.
    pub(super) fn read(head: &'a str) -> Result<Self, MappingError> {
        let headers = headers(head)?;
        let unknown = headers.iter().find(|header| {
            let mut known = ARNS.iter().chain(&HARMLESS).chain([&CONFIGURATION_SET]);
            header.is_for_service() && !known.any(|name| header.is(name))
        });
        if let Some(header) = unknown {
            return Err(invalid(
                header.name,
                "what this header of a mail means to SES is not known here",
            ));
        }
        let mut mail = Self {
            from: unfolded(&headers, "From")?,
            sender: unfolded(&headers, "Sender")?,
            return_path: unfolded(&headers, "Return-Path")?,
            configuration_set: value(&headers, CONFIGURATION_SET)?,
            arns: Vec::new(),
        };
        for name in ARNS {
            mail.arns.extend(value(&headers, name)?);
        }
        Ok(mail)
    }
}

struct Header<'a> {
    name: &'a str,
    value: &'a str,
    /// The lines that it goes on in.
    rest: Vec<&'a str>,
}

impl Header<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn is_for_service(&self) -> bool {
        let start = self.name.get(..6);
        start.is_some_and(|start| start.eq_ignore_ascii_case("x-ses-"))
    }
}

fn headers(head: &str) -> Result<Vec<Header<'_>>, MappingError> {
    let line_end = if head.ends_with("\r\n") { "\r\n" } else { "\n" };
    let text = head
        .strip_suffix(line_end)
        .and_then(|rest| rest.strip_suffix(line_end))
        .ok_or_else(|| wrong(LINE_ENDS))?;
    let mut headers: Vec<Header<'_>> = Vec::new();
    for line in text.split(line_end) {
        if line.contains(['\r', '\n']) {
            return Err(wrong(LINE_ENDS));
        }
        let is_rest = line.starts_with([' ', '\t']) && !line.trim().is_empty();
        match (headers.last_mut(), line.split_once(':')) {
            (Some(last), _) if is_rest => last.rest.push(trimmed(line)),
            (_, Some((name, value))) if is_header_name(name) => headers.push(Header {
                name,
                value: trimmed(value),
                rest: Vec::new(),
            }),
            _ => return Err(wrong("one of its lines is neither a header nor the rest of one")),
        }
    }
    Ok(headers)
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The one header of this name.
fn only<'h, 'a>(headers: &'h [Header<'a>], name: &str) -> Result<Option<&'h Header<'a>>, MappingError> {
    let mut found = headers.iter().filter(|header| header.is(name));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(invalid(name, "the mail has it more than once")),
        (header, None) => Ok(header),
    }
}

/// The value of the one header of this name, its lines put together.
fn unfolded<'a>(headers: &[Header<'a>], name: &str) -> Result<Option<Cow<'a, str>>, MappingError> {
    Ok(only(headers, name)?.map(|header| {
        if header.rest.is_empty() {
            return Cow::Borrowed(header.value);
        }
        let lines = [&[header.value], header.rest.as_slice()].concat();
        Cow::Owned(lines.join(" "))
    }))
}

/// The value of the one header of this name, which must stand in one line.
fn value<'a>(headers: &[Header<'a>], name: &str) -> Result<Option<&'a str>, MappingError> {
    match only(headers, name)? {
        Some(header) if !header.rest.is_empty() => {
            Err(invalid(name, "the mail has it in more than one line"))
        }
        header => Ok(header.map(|header| header.value)),
    }
}

fn invalid(name: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: name.to_owned(),
        reason,
    }
}

fn wrong(reason: &'static str) -> MappingError {
    invalid("the head of the mail", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a mail, or why it is refused.
    fn read(mail: &str) -> String {
        let as_is = head(&Blob::Bytes(Cow::Borrowed(mail.as_bytes())));
        let encoded = base64::encode(mail.as_bytes());
        assert_eq!(head(&Blob::Base64(encoded.into())), as_is);
        let read = as_is.and_then(|head| {
            let mail = Mail::read(&head)?;
            let senders = [&mail.from, &mail.sender, &mail.return_path];
            let [from, sender, return_path] = senders.map(Option::as_deref);
            let named = [from, sender, return_path, mail.configuration_set].map(|value| value.unwrap_or("-"));
            Ok([named.as_slice(), &mail.arns].concat().join(" "))
        });
        read.unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn senders_and_what_the_service_is_told_are_read_in_any_case_and_with_either_line_end() {
        for line_end in ["\n", "\r\n"] {
            let head = |lines: &[&str]| lines.join(line_end);
            for (lines, expected) in [
                (head(&["From: a@b.c", "", ""]), "a@b.c - - -"),
                (
                    head(&["FROM:a@b.c\t", "To: x,", "\ty", "sender: s@b.c", "", "x"]),
                    "a@b.c s@b.c - -",
                ),
                (
                    head(&["Return-path: <r@b.c>", "X-Ses-configuration-set: c", "", ""]),
                    "- - <r@b.c> c",
                ),
                (
                    head(&["x-ses-source-arn: s", "X-SES-RETURN-PATH-ARN: r", "", ""]),
                    "- - - - s r",
                ),
                (
                    head(&[
                        "X-SES-MESSAGE-TAGS: a=b",
                        "x-ses-list-management-options: l",
                        "",
                        "",
                    ]),
                    "- - - -",
                ),
                (
                    head(&["From: Anna", "  B.\t", "\t<a@b.c>", "", ""]),
                    "Anna B. <a@b.c> - - -",
                ),
                (head(&["From: a@b.c", " , d@b.c", "", ""]), "a@b.c , d@b.c - - -"),
                (head(&["From: a@b.c", "", "From: d@b.c", "\0\r"]), "a@b.c - - -"),
            ] {
                assert_eq!(read(&lines), expected, "{lines:?}");
            }
        }
    }

    #[test]
    fn a_head_that_programs_read_differently_is_refused() {
        for (mails, reason) in [
            (
                &["From: a@b.c\nfrom: d@b.c\n\n"][..],
                "From is not valid: the mail has it more than once",
            ),
            (
                &[
                    "X-SES-Configuration-Set: a\n b\n\n",
                    "X-Ses-Configuration-Set:\n a\n\n",
                ],
                "X-SES-Configuration-Set is not valid: the mail has it in more than one line",
            ),
            (
                &["X-SES-SOURCE-ARN: a\nX-SES-SOURCE-ARN: a\n\n"],
                "X-SES-Source-ARN is not valid: the mail has it more than once",
            ),
            (
                &["x-ses-tenant: t\n\n"],
                "x-ses-tenant is not valid: what this header of a mail means to SES is not known here",
            ),
            (
                &[
                    "",
                    "x",
                    "From: a@b.c",
                    "From: a@b.c\n",
                    "From: a@b.c\r\r",
                    "\n",
                    "\r\n",
                ],
                "the head of the mail is not valid: it does not end in an empty line within 64 KiB",
            ),
            (
                &[
                    "\n\nFrom: a@b.c\n\n",
                    "\r\n\r\nFrom: a@b.c\r\n\r\n",
                    "\nFrom: a@b.c\n\n",
                ],
                "the head of the mail is not valid: one of its lines is neither a header nor the rest of one",
            ),
            (
                &[
                    "From : a@b.c\n\n",
                    "From a@b.c\nTo: x\n\n",
                    ": a\n\n",
                    " From: a@b.c\n\n",
                    "To: x\n \nFrom: a@b.c\n\n",
                    "To: x\n\t\nFrom: a@b.c\n\n",
                    "To\nFrom: a@b.c\n\n",
                ],
                "the head of the mail is not valid: one of its lines is neither a header nor the rest of one",
            ),
            (
                &[
                    "To: x\rFrom: d@b.c\r\n\r\n",
                    "To: x\rFrom: d@b.c\n\n",
                    "To: x\r\nFrom: d@b.c\n\n",
                    "To: x\nFrom: d@b.c\r\n\r\n",
                    "To: x\r\r\nFrom: d@b.c\r\n\r\n",
                    "To: x\r\n\nFrom: d@b.c\n\n",
                    "To: x\n\r\nFrom: d@b.c\r\n\r\n",
                ],
                "the head of the mail is not valid: its lines end neither all in CRLF nor all in LF",
            ),
            (
                &[
                    "From: a@b.c\0\n\n",
                    "To: \u{b}\n\n",
                    "To: \u{7f}\n\n",
                    "To: \u{e9}\n\n",
                    "\u{feff}From: a\n\n",
                ],
                "the head of the mail is not valid: it has control characters, or letters that are not written as \
                 encoded words",
            ),
        ] {
            for mail in mails {
                assert_eq!(read(mail), reason, "{mail:?}");
            }
        }
    }

    #[test]
    fn a_head_has_an_end() {
        let long = |bytes: usize| format!("From: a@b.c\nTo: {}\n\n", "x".repeat(bytes));
        assert_eq!(read(&long(60_000)), "a@b.c - - -");
        assert!(read(&long(70_000)).ends_with("within 64 KiB"));
    }
}
