//! A program that signs in as `aws login` does.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::Request;
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::browser::{Browser, encoded};
use crate::world::{Answer, SITE, World};

pub(crate) const SAME: &str = "arn:aws:signin:::devtools/same-device";
pub(crate) const CROSS: &str = "arn:aws:signin:::devtools/cross-device";
pub(crate) const CALLBACK: &str = "http://127.0.0.1:38561/oauth/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A key of its own, and what its next request is to look like.
pub(crate) struct Client {
    pub(crate) key: EcdsaKeyPair,
    pub(crate) id: &'static str,
    pub(crate) redirect: String,
    pub(crate) verifier: String,
    pub(crate) method: &'static str,
    /// By how many seconds its requests come later than now.
    pub(crate) later: i64,
}

/// What a proof says.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            id: SAME,
            redirect: CALLBACK.to_owned(),
            verifier: VERIFIER.to_owned(),
            method: "SHA-256",
            later: 0,
        }
    }

    /// What it opens in the browser.
    pub(crate) fn url(&self) -> String {
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(self.verifier.as_bytes()));
        format!(
            "/v1/authorize?response_type=code&client_id={}&state=a-state&code_challenge_method={}&scope=openid\
             &redirect_uri={}&code_challenge={challenge}",
            encoded(self.id),
            self.method,
            encoded(&self.redirect)
        )
    }

    /// A person says yes; gives the answer to that.
    pub(crate) async fn allowed(&self, world: &World, browser: &mut Browser) -> Answer {
        let page = browser.get(world, &self.url()).await;
        assert_eq!(page.status, 200, "{page:?}");
        self.decide(world, browser, &page, "allow").await
    }

    pub(crate) async fn decide(
        &self,
        world: &World,
        browser: &mut Browser,
        page: &Answer,
        decision: &str,
    ) -> Answer {
        let names = [
            "form",
            "response_type",
            "client_id",
            "redirect_uri",
            "state",
            "code_challenge",
            "code_challenge_method",
        ];
        let values: Vec<String> = names.iter().map(|name| page.field(name)).collect();
        let mut fields: Vec<(&str, &str)> = names
            .iter()
            .zip(&values)
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        fields.push(("decision", decision));
        browser.post(world, "/v1/authorize", &fields).await
    }

    /// The code of a person who says yes.
    pub(crate) async fn code(&self, world: &World, browser: &mut Browser) -> String {
        let answer = self.allowed(world, browser).await;
        let location = answer.header("location");
        let query = location
            .strip_prefix(&format!("{}?code=", self.redirect))
            .unwrap_or_else(|| panic!("{answer:?}"));
        let (code, state) = query.split_once('&').unwrap();
        assert_eq!(state, "state=a%2Dstate");
        decoded(code)
    }

    pub(crate) fn proof(&self) -> Proof {
        let point = self.key.public_key().as_ref();
        let jwk = json!({
            "kty": "EC",
            "crv": "P-256",
            "x": BASE64URL_NOPAD.encode(&point[1..33]),
            "y": BASE64URL_NOPAD.encode(&point[33..65]),
        });
        let mut id = [0; 16];
        getrandom::fill(&mut id).unwrap();
        Proof {
            header: json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}),
            claims: json!({
                "htm": "POST",
                "htu": format!("{SITE}/v1/token"),
                "iat": Timestamp::now().as_second() + self.later,
                "jti": BASE64URL_NOPAD.encode(&id),
            }),
        }
    }

    pub(crate) fn sign(&self, proof: &Proof) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&proof.header), part(&proof.claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }

    pub(crate) fn redeeming(&self, code: &str) -> Value {
        json!({
            "clientId": self.id,
            "grantType": "authorization_code",
            "code": code,
            "redirectUri": self.redirect,
            "codeVerifier": self.verifier,
        })
    }

    pub(crate) fn refreshing(&self, token: &str) -> Value {
        json!({"clientId": self.id, "grantType": "refresh_token", "refreshToken": token})
    }

    /// Asks for tokens, with a fresh proof.
    pub(crate) async fn ask(&self, world: &World, body: &Value) -> Answer {
        let proof = self.sign(&self.proof());
        self.ask_with(world, body, &[&proof]).await
    }

    pub(crate) async fn ask_with(&self, world: &World, body: &Value, proofs: &[&str]) -> Answer {
        let mut request = Request::post("/v1/token")
            .header("host", "iam.example.com")
            .header("content-type", "application/json");
        for proof in proofs {
            request = request.header("dpop", *proof);
        }
        let request = request.body(Full::new(Bytes::from(body.to_string()))).unwrap();
        world.send(request, self.later).await
    }

    /// Signs in from the page to the tokens.
    pub(crate) async fn tokens(&self, world: &World, browser: &mut Browser) -> Value {
        let code = self.code(world, browser).await;
        let answer = self.ask(world, &self.redeeming(&code)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

pub(crate) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}
