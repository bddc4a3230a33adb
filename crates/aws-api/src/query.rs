//! The AWS query protocol: a form in, XML out.

mod decode;
mod encode;
mod form;
mod validation;
mod xml;

pub use decode::{DecodeError, decode};
pub use encode::{Namespace, encode, encode_error};
pub use form::{Form, FormError, parse_form};
