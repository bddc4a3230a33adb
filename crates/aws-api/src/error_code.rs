//! Error codes as they stand on the wire. The constants are generated: those
//! the model lists, and those every AWS service may answer.

use std::fmt;

/// Whose fault an error is: the `Type` element of an error answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The caller must change the request.
    Sender,
    /// The same request may succeed later.
    Receiver,
}

impl Fault {
    /// The text of the `Type` element.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "Sender",
            Self::Receiver => "Receiver",
        }
    }
}

/// One error code with its HTTP status. Made only by the generator, so a code
/// can never be a string in code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode {
    code: &'static str,
    exception: &'static str,
    status: u16,
    fault: Fault,
    common: bool,
}

impl ErrorCode {
    pub(crate) const fn modelled(
        code: &'static str,
        exception: &'static str,
        status: u16,
        fault: Fault,
    ) -> Self {
        Self {
            code,
            exception,
            status,
            fault,
            common: false,
        }
    }

    pub(crate) const fn common(
        code: &'static str,
        exception: &'static str,
        status: u16,
        fault: Fault,
    ) -> Self {
        Self {
            code,
            exception,
            status,
            fault,
            common: true,
        }
    }

    /// The text of the `Code` element: `NoSuchEntity`.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The name of the model's exception, as CloudTrail has it: `NoSuchEntityException`. Codes without one, such as
    /// `AccessDenied`, stand for themselves.
    pub const fn exception(self) -> &'static str {
        self.exception
    }

    /// The HTTP status it is sent with.
    pub const fn status(self) -> u16 {
        self.status
    }

    /// Whose fault it is.
    pub const fn fault(self) -> Fault {
        self.fault
    }

    /// Any operation may answer it, whether its model lists it or not.
    pub const fn is_common(self) -> bool {
        self.common
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.code, self.status)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code)
    }
}
