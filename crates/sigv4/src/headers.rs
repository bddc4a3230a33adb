//! The headers of a request that a signature is about, found in one pass: to look each up by its name would mean to
//! hash the name each time.

use http::header::{AUTHORIZATION, DATE, HOST};
use http::{HeaderMap, HeaderValue};
use smallvec::SmallVec;

use crate::AuthError;
use crate::request::{CONTENT_SHA256, DATE_HEADER, SECURITY_TOKEN};

/// One header, perhaps absent.
#[derive(Clone, Copy)]
pub(crate) struct Header<'a> {
    name: &'static str,
    value: Option<&'a HeaderValue>,
    is_repeated: bool,
}

impl<'a> Header<'a> {
    const fn absent(name: &'static str) -> Self {
        Self {
            name,
            value: None,
            is_repeated: false,
        }
    }

    fn add(&mut self, value: &'a HeaderValue) {
        self.is_repeated = self.value.is_some();
        self.value = Some(value);
    }

    /// The value. Given twice, or not in visible ASCII, it is refused: no two readers would be sure to take the same
    /// one.
    pub(crate) fn single(&self) -> Result<Option<&'a str>, AuthError> {
        let Some(value) = self.value else {
            return Ok(None);
        };
        if self.is_repeated {
            return Err(AuthError::incomplete(format!(
                "The request has more than one '{}' header.",
                self.name
            )));
        }
        match visible(value.as_bytes()) {
            Some(text) => Ok(Some(text)),
            None => Err(AuthError::incomplete(format!(
                "The '{}' header is not readable text.",
                self.name
            ))),
        }
    }
}

/// The headers that say how a request is signed.
pub(crate) struct SignatureHeaders<'a> {
    pub(crate) authorization: Header<'a>,
    pub(crate) host: Header<'a>,
    pub(crate) time: Header<'a>,
    pub(crate) date: Header<'a>,
    pub(crate) session_token: Header<'a>,
    pub(crate) content_sha256: Header<'a>,
}

impl<'a> SignatureHeaders<'a> {
    pub(crate) fn find(headers: &'a HeaderMap) -> Self {
        let mut found = Self {
            authorization: Header::absent("authorization"),
            host: Header::absent("host"),
            time: Header::absent(DATE_HEADER),
            date: Header::absent("date"),
            session_token: Header::absent(SECURITY_TOKEN),
            content_sha256: Header::absent(CONTENT_SHA256),
        };
        for (name, value) in headers {
            let place = if name == AUTHORIZATION {
                &mut found.authorization
            } else if name == HOST {
                &mut found.host
            } else if name == DATE {
                &mut found.date
            } else {
                match name.as_str() {
                    DATE_HEADER => &mut found.time,
                    SECURITY_TOKEN => &mut found.session_token,
                    CONTENT_SHA256 => &mut found.content_sha256,
                    _ => continue,
                }
            };
            place.add(value);
        }
        found
    }
}

/// The bytes as text, if all of them are visible ASCII, spaces or tabs.
fn visible(bytes: &[u8]) -> Option<&str> {
    // Without leaving early, several are looked at at a time.
    let is_wrong = |byte: u8| (byte < b' ' && byte != b'\t') || byte >= 0x7f;
    if bytes.iter().fold(false, |wrong, byte| wrong | is_wrong(*byte)) {
        return None;
    }
    str::from_utf8(bytes).ok()
}

/// With more headers than this, each is looked up by its name, so that many do not take quadratic time.
const LISTED_MAX: usize = 32;

/// All headers, to find several of them by their names.
pub(crate) struct HeaderList<'a> {
    headers: &'a HeaderMap,
    /// Values of one name follow each other. Empty if there are too many.
    listed: SmallVec<[(&'a str, &'a HeaderValue); LISTED_MAX]>,
}

impl<'a> HeaderList<'a> {
    pub(crate) fn new(headers: &'a HeaderMap) -> Self {
        let listed = SmallVec::new();
        let mut list = Self { headers, listed };
        if headers.len() <= LISTED_MAX {
            let each = headers.iter().map(|(name, value)| (name.as_str(), value));
            list.listed.extend(each);
        }
        list
    }

    /// The names, a name with several values perhaps several times.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        let unlisted = self.listed.is_empty().then(|| self.headers.keys());
        let unlisted = unlisted.into_iter().flatten().map(http::HeaderName::as_str);
        self.listed.iter().map(|(name, _)| *name).chain(unlisted)
    }

    /// Calls `take` with each value of a header, in the order they came; says whether there is one.
    pub(crate) fn for_each_value(&self, name: &[u8], mut take: impl FnMut(&'a HeaderValue)) -> bool {
        let mut is_there = false;
        if self.listed.is_empty() {
            for value in self.headers.get_all(str::from_utf8(name).unwrap_or_default()) {
                take(value);
                is_there = true;
            }
            return is_there;
        }
        for (known, value) in &self.listed {
            if known.as_bytes() == name {
                take(value);
                is_there = true;
            }
        }
        is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize) {
        let mut headers = HeaderMap::new();
        for number in 0..count {
            let name = http::HeaderName::from_bytes(format!("x-{}", number / 2).as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(&number.to_string()).unwrap());
        }
        let list = HeaderList::new(&headers);
        let mut names: Vec<&str> = list.names().collect();
        names.dedup();
        assert_eq!(names.len(), count.div_ceil(2), "{count}");
        for number in 0..count.div_ceil(2) {
            let mut values = Vec::new();
            assert!(list.for_each_value(format!("x-{number}").as_bytes(), |value| {
                values.push(value.clone())
            }));
            let expected: Vec<String> = (number * 2..count.min(number * 2 + 2))
                .map(|value| value.to_string())
                .collect();
            assert_eq!(values, expected, "{count}");
        }
        assert!(!list.for_each_value(b"x", |_| ()));
    }

    #[test]
    fn many_headers_are_found_as_few_are() {
        for count in [0, 1, 7, 32, 33, 90] {
            check(count);
        }
    }

    #[test]
    fn readable_is_what_the_header_type_calls_so() {
        for byte in 0..=255 {
            let Ok(value) = HeaderValue::from_bytes(&[b'a', byte]) else {
                continue;
            };
            assert_eq!(visible(value.as_bytes()), value.to_str().ok(), "{byte}");
        }
    }
}
