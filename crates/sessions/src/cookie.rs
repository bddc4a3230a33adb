//! The two cookies: who is signed in, and which browser a form was given to.

use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;

use crate::html::Answer;
use crate::site::Site;

/// What browsers keep of one cookie, name and attributes included, with room left for those.
pub(crate) const VALUE_CHARACTERS_MAX: usize = 3_900;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in. It comes along when a link leads here from elsewhere, as those of console federation do.
    Session,
    /// Which browser a form was given to. It comes along from our own pages only.
    Form,
}

impl Cookie {
    /// Over TLS the name makes browsers take the cookie from this very host alone.
    const fn name(self, site: &Site) -> &'static str {
        match (self, site.is_https()) {
            (Self::Session, true) => "__Host-lanyard-session",
            (Self::Session, false) => "lanyard-session",
            (Self::Form, true) => "__Host-lanyard-form",
            (Self::Form, false) => "lanyard-form",
        }
    }

    /// What the browser says. `None` if it says two different things.
    pub(crate) fn read(self, site: &Site, parts: &Parts) -> Option<String> {
        let name = self.name(site);
        let headers = parts.headers.get_all(COOKIE).iter();
        let mut values = headers
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value);
        let value = values.next()?;
        values.all(|other| other == value).then(|| value.to_owned())
    }

    /// Has the browser keep a value until it is closed.
    pub(crate) fn set(self, site: &Site, value: &str, answer: &mut Answer) {
        self.write(site, value, "", answer);
    }

    /// Has the browser forget it.
    pub(crate) fn clear(self, site: &Site, answer: &mut Answer) {
        self.write(site, "", "; Max-Age=0", answer);
    }

    fn write(self, site: &Site, value: &str, more: &str, answer: &mut Answer) {
        let (name, secure) = (self.name(site), if site.is_https() { "; Secure" } else { "" });
        let same_site = match self {
            Self::Session => "Lax",
            Self::Form => "Strict",
        };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}{more}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Request, Response};
    use http_body_util::Full;

    use super::*;

    fn read(header: &str) -> Option<String> {
        let site = Site::parse("https://iam.example.com").unwrap();
        let (parts, ()) = Request::get("/")
            .header(COOKIE, header)
            .body(())
            .unwrap()
            .into_parts();
        Cookie::Session.read(&site, &parts)
    }

    #[test]
    fn a_cookie_is_read_by_its_whole_name() {
        assert_eq!(read("a=b; __Host-lanyard-session=x; c=d").unwrap(), "x");
        assert_eq!(read("lanyard-session=x"), None);
        assert_eq!(read("__Host-lanyard-session=x; __Host-lanyard-session=y"), None);
    }

    fn written(url: &str, cookie: Cookie) -> String {
        let mut answer = Response::new(Full::new(Bytes::new()));
        cookie.set(&Site::parse(url).unwrap(), "x", &mut answer);
        answer.headers()[SET_COOKIE].to_str().unwrap().to_owned()
    }

    #[test]
    fn cookies_are_for_this_host_and_for_no_script() {
        assert_eq!(
            written("https://iam.example.com", Cookie::Session),
            "__Host-lanyard-session=x; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            written("http://127.0.0.1:4260", Cookie::Form),
            "lanyard-form=x; Path=/; HttpOnly; SameSite=Strict"
        );
    }
}
