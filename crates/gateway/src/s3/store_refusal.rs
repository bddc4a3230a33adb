//! What the store answered in place of what it was asked for.

use http::StatusCode;

use crate::error::Code;
use crate::xml::Element;

/// The longest code of an error that is taken over from the store.
const CODE_BYTES_MAX: usize = 64;

/// What the store answered in place of what it was asked for: an extension of the answer that is passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoreRefusal {
    /// The status.
    pub(crate) status: StatusCode,
    code: Option<String>,
    message: Option<String>,
}

impl StoreRefusal {
    /// Whether an answer with this status is one.
    pub(crate) fn is_one(status: StatusCode) -> bool {
        status.is_client_error() || status.is_server_error()
    }

    /// Reads the document of an error, which may be none: there is nothing to read in the answer to HEAD.
    pub(crate) fn read(status: StatusCode, document: &[u8]) -> Self {
        let error = Element::parse(document, "Error").ok();
        let text = |name| {
            let text = error.as_ref()?.all(name).next()?.text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let is_code =
            |code: &String| code.len() <= CODE_BYTES_MAX && code.bytes().all(|byte| byte.is_ascii_graphic());
        Self {
            status,
            code: text("Code").filter(is_code),
            message: text("Message"),
        }
    }

    /// The code of the error: the store's own, or the one that the status stands for.
    pub(crate) fn code(&self, is_about_object: bool) -> &str {
        if let Some(code) = &self.code {
            return code;
        }
        let code = match self.status {
            StatusCode::FORBIDDEN => Code::ACCESS_DENIED,
            StatusCode::NOT_FOUND if is_about_object => Code::NO_SUCH_KEY,
            StatusCode::NOT_FOUND => Code::NO_SUCH_BUCKET,
            StatusCode::METHOD_NOT_ALLOWED => Code::METHOD_NOT_ALLOWED,
            StatusCode::CONFLICT => Code::OPERATION_ABORTED,
            StatusCode::PRECONDITION_FAILED => return "PreconditionFailed",
            StatusCode::RANGE_NOT_SATISFIABLE => return "InvalidRange",
            StatusCode::NOT_IMPLEMENTED => Code::NOT_IMPLEMENTED,
            StatusCode::SERVICE_UNAVAILABLE => Code::SERVICE_UNAVAILABLE,
            status if status.is_server_error() => Code::INTERNAL_ERROR,
            _ => Code::INVALID_REQUEST,
        };
        code.name
    }

    /// What the store said of it.
    pub(crate) fn message(&self) -> &str {
        self.message
            .as_deref()
            .unwrap_or("The store refused the request.")
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::StoreRefusal;

    fn check(status: u16, document: &str, expected: (&str, &str)) {
        let status = StatusCode::from_u16(status).unwrap();
        let refusal = StoreRefusal::read(status, document.as_bytes());
        assert_eq!(
            (refusal.code(true), refusal.message()),
            expected,
            "{status} {document}"
        );
    }

    #[test]
    fn the_code_is_the_documents_or_that_of_the_status() {
        check(
            404,
            "<Error><Code>NoSuchUpload</Code><Message>gone</Message></Error>",
            ("NoSuchUpload", "gone"),
        );
        let nothing_said = "The store refused the request.";
        check(404, "", ("NoSuchKey", nothing_said));
        check(412, "<html>", ("PreconditionFailed", nothing_said));
        check(507, "", ("InternalError", nothing_said));
        check(
            501,
            "<Error><Code>a b</Code></Error>",
            ("NotImplemented", nothing_said),
        );
    }
}
