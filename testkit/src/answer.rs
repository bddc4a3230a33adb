//! What came back for a request.

use std::fmt;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub xml: String,
}

impl Answer {
    /// The text of the first element of this name.
    pub fn element(&self, name: &str) -> Option<&str> {
        self.elements(name).next()
    }

    /// The texts of all elements of this name, wherever they stand.
    pub fn elements<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let mut rest = self.xml.as_str();
        std::iter::from_fn(move || {
            let (_, after) = rest.split_once(&open)?;
            let (text, after) = after.split_once(&close)?;
            rest = after;
            Some(text)
        })
    }

    /// The body without the one thing that is different in every answer.
    pub fn without_request_id(&self) -> String {
        match self.element("RequestId") {
            Some(id) => self.xml.replace(id, "ID"),
            None => self.xml.clone(),
        }
    }
}

/// An error in one line: `403 AccessDenied` and the message. It stands for one XML text exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShortError {
    /// The HTTP status.
    pub(crate) status: u16,
    /// AWS's code.
    pub(crate) code: String,
    /// The text as it stands in the XML; some errors have none.
    pub(crate) message: Option<String>,
}

impl ShortError {
    /// Reads the line of a scenario.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (status, rest) = line.trim().split_once(' ')?;
        let (code, message) = match rest.split_once(' ') {
            None => (rest, None),
            Some((code, message)) => (code, Some(message.to_owned())),
        };
        Some(ShortError {
            status: status.parse().ok()?,
            code: code.to_owned(),
            message,
        })
    }

    /// The error that an answer is, if it is nothing else besides.
    pub(crate) fn of(answer: &Answer, service: &str) -> Option<Self> {
        let error = ShortError {
            status: answer.status,
            code: answer.element("Code")?.to_owned(),
            message: answer.element("Message").map(str::to_owned),
        };
        let id = answer.element("RequestId")?;
        (error.xml(service, id) == answer.xml.trim_end()).then_some(error)
    }

    /// The whole answer.
    fn xml(&self, service: &str, request_id: &str) -> String {
        let is_fault = matches!(self.code.as_str(), "InvalidAction" | "MissingAction");
        let namespace = if is_fault {
            "http://webservices.amazon.com/AWSFault/2005-15-09"
        } else {
            namespace_of(service)
        };
        let fault = if self.status < 500 { "Sender" } else { "Receiver" };
        let message = match &self.message {
            Some(message) => format!("    <Message>{message}</Message>\n"),
            None => String::new(),
        };
        format!(
            "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{fault}</Type>\n    <Code>{}</Code>\n\
             {message}  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>",
            self.code
        )
    }
}

fn namespace_of(service: &str) -> &'static str {
    match service {
        "iam" => "https://iam.amazonaws.com/doc/2010-05-08/",
        "sts" => "https://sts.amazonaws.com/doc/2011-06-15/",
        other => panic!("no such service: {other}"),
    }
}

impl fmt::Display for ShortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.code)?;
        match &self.message {
            Some(message) => write!(f, " {message}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: &str = "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n  <Error>\n    \
        <Type>Sender</Type>\n    <Code>AccessDenied</Code>\n    <Message>Not you.</Message>\n  </Error>\n  \
        <RequestId>1</RequestId>\n</ErrorResponse>\n";

    fn short(xml: &str) -> Option<String> {
        let answer = Answer {
            status: 403,
            xml: xml.to_owned(),
        };
        ShortError::of(&answer, "iam").map(|error| error.to_string())
    }

    #[test]
    fn an_error_in_one_line_stands_for_the_whole_answer() {
        assert_eq!(short(DENIED), Some("403 AccessDenied Not you.".to_owned()));
        assert_eq!(
            ShortError::parse("    403 AccessDenied Not you.").map(|error| error.to_string()),
            short(DENIED)
        );
    }

    #[test]
    fn an_answer_with_anything_else_in_it_cannot_be_told_in_one_line() {
        assert_eq!(short(&DENIED.replace("Sender", "Receiver")), None);
        assert_eq!(short(&DENIED.replace("</Error>", "<More/></Error>")), None);
        assert_eq!(
            short(&DENIED.replace("iam.amazonaws.com", "sts.amazonaws.com")),
            None
        );
    }
}
