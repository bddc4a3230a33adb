//! A browser: keeps cookies, follows nothing by itself.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;

use crate::world::{Answer, HOME, PASSWORD, SITE, World};

#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
    /// By how many seconds its requests come later than now.
    pub(crate) later: i64,
    /// What it says of the page that a form is on.
    pub(crate) origin: Option<String>,
}

impl Browser {
    pub(crate) async fn get(&mut self, world: &World, target: &str) -> Answer {
        self.send(world, Method::GET, target, String::new()).await
    }

    pub(crate) async fn post(&mut self, world: &World, target: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.send(world, Method::POST, target, body.join("&")).await
    }

    async fn send(&mut self, world: &World, method: Method, target: &str, body: String) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(target.strip_prefix(SITE).unwrap_or(target))
            .header("host", "iam.example.com")
            .header("content-type", "application/x-www-form-urlencoded");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let answer = world.send(request, self.later).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.contains("; HttpOnly") && cookie.contains("; Secure"),
                "{cookie}"
            );
            let (name, value) = cookie.split_once(';').unwrap().0.split_once('=').unwrap();
            match cookie.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    /// Fills in the page on which one signs in.
    pub(crate) async fn sign_in(&mut self, world: &World, next: &str, code: &str) -> Answer {
        self.sign_in_as(world, HOME, "carla", PASSWORD, code, next).await
    }

    pub(crate) async fn sign_in_as(
        &mut self,
        world: &World,
        account: &str,
        user: &str,
        password: &str,
        code: &str,
        next: &str,
    ) -> Answer {
        let page = self
            .get(world, &format!("/v1/sign-in?next={}", encoded(next)))
            .await;
        assert_eq!(page.status, 200, "{page:?}");
        let (form, next) = (page.field("form"), page.field("next"));
        let fields = [
            ("form", form.as_str()),
            ("next", &next),
            ("account", account),
            ("user", user),
            ("password", password),
            ("code", code),
        ];
        self.post(world, "/v1/sign-in", &fields).await
    }

    /// One who is signed in as carla.
    pub(crate) async fn of_carla(world: &World) -> Self {
        let mut browser = Self::default();
        let answer = browser.sign_in(world, "", "").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/v1/session"),
            "{answer:?}"
        );
        browser
    }
}

pub(crate) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
