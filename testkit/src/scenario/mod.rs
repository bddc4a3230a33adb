//! Scenarios: text files of requests and the whole answers they must get.
//!
//! ```text
//! # A new user can do nothing until a policy allows it.
//!
//! let reads = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}}
//! given root iam CreateUser UserName=carla
//! given root iam CreateAccessKey UserName=carla as carla
//!
//! # Every step may have a remark.
//! > carla iam GetUser
//! UserName=carla
//! < 403
//! <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
//! …
//!
//! given root iam PutUserPolicy UserName=carla PolicyName=reads PolicyDocument={reads}
//!
//! refused carla iam DeleteUser UserName=carla
//!     403 AccessDenied User: arn:aws:iam::111122223333:user/carla is not authorized to perform: …
//! ```
//!
//! Blocks are parted by an empty line. A block is either one step or some quiet lines:
//!
//! - `> WHO SERVICE ACTION [get|presigned]`, then a parameter a line, then `< STATUS [as NAME]` and the answer, whole.
//!   An action of `-` stands for none.
//! - `given WHO SERVICE ACTION Parameter=value … [as NAME]`: what comes before the matter. It must be answered with
//!   200; the answer is not shown. Values have no spaces; what has some is put into a `let`.
//! - `refused WHO SERVICE ACTION Parameter=value …`, then, indented, status, code and message of the error. It stands
//!   for one XML text, the ordinary error answer, and is compared as such.
//! - `let NAME = TEXT`: `{NAME}` in a value is replaced by the text; `{x*300}` stands for 300 times x anywhere.
//! - `{mfa/phone+1}` in a value is the code of that MFA device one step of time after the one in which the scenario
//!   began; its seed was shown when it was created.
//! - `until WHO SERVICE ACTION Parameter=value …`: asked again until it is answered with 200 and with no word of being
//!   in progress.
//! - `hardware SERIAL`: the operator enters a hardware MFA device into account 111122223333; `{SERIAL+1}` in a value
//!   is a code of it.
//! - `restart`: the server is stopped and started again on the same store.
//!
//! Who is `root`, the root user of account 111122223333; `other`, that of 444455556666; a name that an answer with
//! credentials was given to by `as`; `stranger`, with a key that never was; or `anonymous`, who does not sign.
//! `NAME!wrong-secret` and `NAME!no-token` sign with less than NAME has.
//!
//! Ids, dates, secrets and markers are masked ([`crate::Masks`]); an id that was shown can be used in later values.

mod codes;
mod parse;
mod run;

use std::fmt;

pub use run::Ran;

use crate::answer::ShortError;
use crate::client::Manner;

/// A file of steps.
pub struct Scenario {
    blocks: Vec<Block>,
}

/// What an answer in a scenario is, as far as tests of coverage ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// `iam` or `sts`.
    pub service: &'a str,
    /// The operation.
    pub action: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// The code of an error.
    pub code: Option<&'a str>,
}

struct Block {
    remarks: Vec<String>,
    body: Body,
}

enum Body {
    Quiet(Vec<Quiet>),
    Step(Step),
}

enum Quiet {
    Let {
        name: String,
        text: String,
    },
    Given {
        call: CallText,
        saved_as: Option<String>,
    },
    Refused {
        call: CallText,
        error: Option<ShortError>,
    },
    /// Asked again until it is no longer in progress.
    Until(CallText),
    /// A hardware MFA device, by its serial number.
    Hardware(String),
    Restart,
}

struct Step {
    call: CallText,
    saved_as: Option<String>,
    status: u16,
    xml: String,
}

struct CallText {
    who: String,
    service: String,
    action: String,
    manner: Manner,
    parameters: Vec<(String, String)>,
}

impl Scenario {
    /// The answers that are shown whole: those of steps and of refusals.
    pub fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        self.blocks.iter().flat_map(|block| match &block.body {
            Body::Step(step) => vec![step.shown()],
            Body::Quiet(lines) => lines.iter().filter_map(Quiet::shown).collect(),
        })
    }
}

impl Step {
    fn shown(&self) -> Shown<'_> {
        let code = self
            .xml
            .split_once("<Code>")
            .and_then(|(_, rest)| rest.split_once("</Code>"));
        Shown {
            service: &self.call.service,
            action: &self.call.action,
            status: self.status,
            code: code.map(|(code, _)| code),
        }
    }
}

impl Quiet {
    fn shown(&self) -> Option<Shown<'_>> {
        let Quiet::Refused {
            call,
            error: Some(error),
        } = self
        else {
            return None;
        };
        Some(Shown {
            service: &call.service,
            action: &call.action,
            status: error.status,
            code: Some(&error.code),
        })
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks: Vec<String> = self.blocks.iter().map(Block::to_string).collect();
        writeln!(f, "{}", blocks.join("\n\n"))
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.remarks.clone();
        match &self.body {
            Body::Step(step) => lines.push(step.to_string()),
            Body::Quiet(quiet) => lines.extend(quiet.iter().map(Quiet::to_string)),
        }
        f.write_str(&lines.join("\n"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "> {}", self.call.head())?;
        for (name, value) in &self.call.parameters {
            write!(f, "\n{name}={value}")?;
        }
        write!(f, "\n< {}", self.status)?;
        if let Some(name) = &self.saved_as {
            write!(f, " as {name}")?;
        }
        match self.xml.as_str() {
            "" => Ok(()),
            xml => write!(f, "\n{xml}"),
        }
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quiet::Let { name, text } => write!(f, "let {name} = {text}"),
            Quiet::Hardware(serial) => write!(f, "hardware {serial}"),
            Quiet::Restart => write!(f, "restart"),
            Quiet::Until(call) => write!(f, "until {}", call.line()),
            Quiet::Given { call, saved_as: None } => write!(f, "given {}", call.line()),
            Quiet::Given {
                call,
                saved_as: Some(name),
            } => write!(f, "given {} as {name}", call.line()),
            Quiet::Refused { call, error: None } => write!(f, "refused {}", call.line()),
            Quiet::Refused {
                call,
                error: Some(error),
            } => {
                write!(f, "refused {}\n    {error}", call.line())
            }
        }
    }
}

impl CallText {
    fn head(&self) -> String {
        let action = if self.action.is_empty() { "-" } else { &self.action };
        let manner = match self.manner {
            Manner::Post => "",
            Manner::Get => " get",
            Manner::Presigned => " presigned",
        };
        format!("{} {} {action}{manner}", self.who, self.service)
    }

    fn line(&self) -> String {
        let parameters = self
            .parameters
            .iter()
            .map(|(name, value)| format!(" {name}={value}"));
        self.head() + &parameters.collect::<String>()
    }
}
