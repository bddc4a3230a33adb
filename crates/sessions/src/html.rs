//! Pages: plain HTML without scripts, which works in every browser, text browsers included.
//!
//! Invariant: what is not written in this program goes through [`Html::text`], which escapes it; [`Html::raw`] takes
//! nothing else than what stands in the source.

use std::sync::LazyLock;

use bytes::Bytes;
use data_encoding::BASE64;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use sha2::{Digest, Sha256};

/// What is answered.
pub(crate) type Answer = Response<Full<Bytes>>;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#f6f8fa;margin:0}\
main{max-width:30rem;margin:3rem auto;padding:1.5rem 2rem;background:#fff;border:1px solid #d0d7de;border-radius:6px}\
h1{font-size:1.4rem;margin:0 0 1rem}label{display:block;margin:.8rem 0 .2rem;font-weight:600}\
input{box-sizing:border-box;width:100%;font:inherit;padding:.4rem;border:1px solid #57606a;border-radius:4px}\
button{font:inherit;margin:1.2rem .6rem 0 0;padding:.4rem 1rem;border:1px solid #57606a;border-radius:4px;background:#fff}\
button.main{background:#0550ae;border-color:#0550ae;color:#fff}code{overflow-wrap:anywhere}\
.hint{margin:.2rem 0;color:#57606a}.problem{border-left:4px solid #a40e26;padding:.2rem .8rem;background:#fff5f5}\
:focus-visible{outline:3px solid #0969da;outline-offset:2px}";

/// Nothing but the one style is loaded, nothing runs, nobody frames it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'")
});

/// The inside of a page, while it is written.
#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
    /// What stands in the source.
    pub(crate) fn raw(mut self, html: &'static str) -> Self {
        self.0.push_str(html);
        self
    }

    /// A text from elsewhere, in an element or in a quoted attribute.
    pub(crate) fn text(mut self, text: &str) -> Self {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(letter),
            }
        }
        self
    }

    /// A paragraph.
    pub(crate) fn paragraph(self, text: &str) -> Self {
        self.raw("<p>").text(text).raw("</p>")
    }

    /// What went wrong, so that it is read out first.
    pub(crate) fn problem(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self
                .raw("<p class=\"problem\" role=\"alert\">")
                .text(text)
                .raw("</p>"),
            None => self,
        }
    }

    /// A field that nobody sees.
    pub(crate) fn hidden(self, name: &'static str, value: &str) -> Self {
        self.raw("<input type=\"hidden\" name=\"")
            .raw(name)
            .raw("\" value=\"")
            .text(value)
            .raw("\">")
    }

    /// A field with its label. `attributes` says of which type it is and how browsers may fill it in.
    pub(crate) fn field(
        self,
        name: &'static str,
        label: &'static str,
        attributes: &'static str,
        value: &str,
    ) -> Self {
        self.raw("<label for=\"")
            .raw(name)
            .raw("\">")
            .raw(label)
            .raw("</label><input id=\"")
            .raw(name)
            .raw("\" name=\"")
            .raw(name)
            .raw("\" ")
            .raw(attributes)
            .raw(" value=\"")
            .text(value)
            .raw("\">")
    }

    /// The whole page. Forms on it go to this site, and on from there to `and_to`, if that is somewhere else.
    ///
    /// Browsers apply the policy on forms to where the answer to one redirects, too.
    pub(crate) fn page(self, status: StatusCode, title: &'static str, and_to: Option<&str>) -> Answer {
        let html = Self::default()
            .raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            .raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>")
            .raw(title)
            .raw(" – Lanyard</title><style>")
            .raw(STYLE)
            .raw("</style></head><body><main><h1>")
            .raw(title)
            .raw("</h1>");
        let html = format!("{}{}</main></body></html>\n", html.0, self.0);
        let mut answer = Response::new(Full::new(Bytes::from(html)));
        *answer.status_mut() = status;
        let policy = match and_to {
            Some(origin) => format!("{}; form-action 'self' {origin}", *POLICY),
            None => format!("{}; form-action 'self'", *POLICY),
        };
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        // Fails closed: a policy that is no header would leave the page without one.
        let policy = HeaderValue::from_str(&policy).unwrap_or_else(|_| {
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox")
        });
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        answer
    }
}

/// What every answer says of itself: not to be kept, not to be guessed at, and nobody is told where it was.
pub(crate) fn harden(answer: &mut Answer) {
    let headers = answer.headers_mut();
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // `no-referrer` would make browsers hide from us which site a form was sent from.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
}

/// Sends the browser on, by GET.
pub(crate) fn see_other(location: &str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::new()));
    match HeaderValue::from_str(location) {
        Ok(location) => {
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(http::header::LOCATION, location);
        }
        Err(_) => *answer.status_mut() = StatusCode::BAD_REQUEST,
    }
    answer
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(value.to_string())));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// A page that only says something.
pub(crate) fn notice(status: StatusCode, title: &'static str, text: &str) -> Answer {
    Html::default().paragraph(text).page(status, title, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_elsewhere_is_escaped() {
        let html = Html::default()
            .text("<script>alert('a' & \"b\")</script>")
            .hidden("next", "\"><b>");
        assert_eq!(
            html.0,
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;\
             <input type=\"hidden\" name=\"next\" value=\"&quot;&gt;&lt;b&gt;\">"
        );
    }

    #[test]
    fn a_page_runs_nothing_and_is_not_framed() {
        let page = Html::default().page(StatusCode::OK, "Title", Some("http://127.0.0.1:8000"));
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(
            policy.ends_with("form-action 'self' http://127.0.0.1:8000"),
            "{policy}"
        );
        assert_eq!(page.headers()[X_FRAME_OPTIONS], "DENY");
    }
}
