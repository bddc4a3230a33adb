//! Values that are one text on the wire: in forms, paths, queries, headers and XML.

use std::borrow::Cow;

use lanyard_service_models::Shape;

use super::Place;
use crate::MappingError;
use crate::aws::base64;
use crate::aws::input::{Blob, Node};

/// The value, of the kind that the model says.
///
/// # Errors
/// A text of another kind.
pub(crate) fn plain<'f>(
    shape: &'static Shape,
    text: Cow<'f, str>,
    place: &Place<'_>,
) -> Result<Node<'f>, MappingError> {
    match shape {
        Shape::Text | Shape::Timestamp => Ok(Node::Text(text)),
        Shape::Number if is_number(&text) => Ok(Node::Number(text)),
        Shape::Number => Err(place.wrong("it is no number")),
        Shape::Boolean if text == "true" => Ok(Node::Boolean(true)),
        Shape::Boolean if text == "false" => Ok(Node::Boolean(false)),
        Shape::Boolean => Err(place.wrong("it is neither true nor false")),
        Shape::Blob if base64::is_canonical(&text) => Ok(Node::Blob(Blob::Base64(text))),
        Shape::Blob => Err(place.wrong("it is not written in base64")),
        Shape::Document | Shape::List(_) | Shape::Map(_) | Shape::Structure(_) => {
            Err(place.wrong("it is no single value"))
        }
    }
}

/// Fails closed: `01` is one to whoever reads it as a number, and to a policy it is another name than `1`. JSON knows no
/// such number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if let Some(rest) = digits.strip_prefix('0')
        && rest.starts_with(|letter: char| letter.is_ascii_digit())
    {
        return false;
    }
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.bytes().all(is_plain)
        && text.parse::<f64>().is_ok()
}
