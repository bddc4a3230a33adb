//! What a browser is answered when its file has become an object.

use http::header::{ETAG, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::FormFields;
use crate::answer::Answer;
use crate::xml::XmlWriter;

/// Letters, digits and `-._~` stand for themselves. The slash of a key does not.
/// Evidence: answers of S3 that users show.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The object that was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Success<'a> {
    /// Where the bucket was asked for: `http://host/bucket` or `http://bucket.host`.
    pub(crate) bucket_url: &'a str,
    /// The bucket.
    pub(crate) bucket: &'a str,
    /// The key.
    pub(crate) key: &'a str,
    /// The entity tag, in quotation marks.
    pub(crate) etag: &'a str,
}

impl Success<'_> {
    /// The answer that the form asks for.
    pub(crate) fn answer(&self, fields: &FormFields) -> Answer {
        let location = format!("{}/{}", self.bucket_url, utf8_percent_encode(self.key, COMPONENT));
        let redirect = fields
            .get("success_action_redirect")
            .or_else(|| fields.get("redirect"));
        if let Some(target) = redirect.and_then(|target| self.redirect(target)) {
            return with(Answer::empty(StatusCode::SEE_OTHER), LOCATION, Some(target));
        }
        let answer = match fields.get("success_action_status") {
            Some("200") => Answer::empty(StatusCode::OK),
            Some("201") => Answer::xml(StatusCode::CREATED, self.document(&location)),
            _ => Answer::empty(StatusCode::NO_CONTENT),
        };
        let answer = with(answer, ETAG, HeaderValue::from_str(self.etag).ok());
        with(answer, LOCATION, HeaderValue::from_str(&location).ok())
    }

    /// The page that the browser is sent to. One that is not absolute is passed over, as by S3.
    fn redirect(&self, target: &str) -> Option<HeaderValue> {
        let is_absolute = ["http://", "https://"].iter().any(|scheme| {
            let start = target.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && target.len() > scheme.len()
        });
        let separator = if target.contains('?') { '&' } else { '?' };
        let encode = |text: &str| {
            utf8_percent_encode(text, COMPONENT)
                .to_string()
                .replace("%20", "+")
        };
        let (bucket, key, etag) = (encode(self.bucket), encode(self.key), encode(self.etag));
        let target = format!("{target}{separator}bucket={bucket}&key={key}&etag={etag}");
        HeaderValue::from_str(&target).ok().filter(|_| is_absolute)
    }

    fn document(&self, location: &str) -> Vec<u8> {
        XmlWriter::document_without_namespace("PostResponse", |xml| {
            xml.text("Location", location);
            xml.text("Bucket", self.bucket);
            xml.text("Key", self.key);
            xml.text("ETag", self.etag);
        })
    }
}

fn with(answer: Answer, name: HeaderName, value: Option<HeaderValue>) -> Answer {
    match value {
        Some(value) => answer.with_header(name, value),
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::FormHeadReader;
    use super::Success;

    /// `expected` is status, location, entity tag and body.
    fn check(fields: &[(&str, &str)], expected: (u16, &str, &str, &str)) {
        let mut body: String = fields
            .iter()
            .map(|(name, value)| {
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        body.push_str("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
        let mut reader = FormHeadReader::new("multipart/form-data; boundary=b").unwrap();
        let fields = reader.feed(body.as_bytes()).unwrap().unwrap().fields;
        let success = Success {
            bucket_url: "http://s3.example.com/reports",
            bucket: "reports",
            key: "u/a b&é",
            etag: "\"9a03\"",
        };
        let answer = success.answer(&fields);
        let header = |name: &str| {
            answer
                .headers
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
        };
        let body = std::str::from_utf8(&answer.body).unwrap();
        assert_eq!(
            (answer.status.as_u16(), header("location"), header("etag"), body),
            expected
        );
    }

    const LOCATION: &str = "http://s3.example.com/reports/u%2Fa%20b%26%C3%A9";

    #[test]
    fn without_wishes_it_is_204() {
        check(&[], (204, LOCATION, "\"9a03\"", ""));
        check(
            &[("success_action_status", "299")],
            (204, LOCATION, "\"9a03\"", ""),
        );
        check(
            &[("Success_Action_Status", "200")],
            (200, LOCATION, "\"9a03\"", ""),
        );
    }

    #[test]
    fn with_201_comes_a_document() {
        check(
            &[("success_action_status", "201")],
            (
                201,
                LOCATION,
                "\"9a03\"",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>\
                 <Location>http://s3.example.com/reports/u%2Fa%20b%26%C3%A9</Location><Bucket>reports</Bucket>\
                 <Key>u/a b&amp;é</Key><ETag>&quot;9a03&quot;</ETag></PostResponse>",
            ),
        );
    }

    #[test]
    fn a_redirect_is_told_what_was_made() {
        check(
            &[
                ("success_action_redirect", "https://example.com/done?a=1"),
                ("success_action_status", "201"),
            ],
            (
                303,
                "https://example.com/done?a=1&bucket=reports&key=u%2Fa+b%26%C3%A9&etag=%229a03%22",
                "",
                "",
            ),
        );
        check(
            &[("redirect", "http://example.com")],
            (
                303,
                "http://example.com?bucket=reports&key=u%2Fa+b%26%C3%A9&etag=%229a03%22",
                "",
                "",
            ),
        );
        check(
            &[("success_action_redirect", "/relative")],
            (204, LOCATION, "\"9a03\"", ""),
        );
        check(
            &[("success_action_redirect", "javascript:x")],
            (204, LOCATION, "\"9a03\"", ""),
        );
    }
}
