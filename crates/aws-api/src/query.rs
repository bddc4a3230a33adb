//! The AWS query protocol: a form in, XML out.

mod action;
mod decode;
mod encode;
mod form;
mod index;
mod validation;
mod xml;

pub use action::{ActionError, operation};
pub use decode::{DecodeError, decode};
pub use encode::{Namespace, encode, encode_error};
pub use form::{Form, FormError, PARAMETERS_MAX, parse_form};
