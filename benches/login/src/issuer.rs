//! An issuer of tokens: its keys, its tokens, and a server that publishes the keys.

use std::net::Ipv4Addr;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Failure;

/// An issuer.
pub struct Issuer {
    /// `https://HOST:PORT`.
    pub url: String,
    /// What vouches for its host.
    pub certificate: CertificateDer<'static>,
    /// A key of each kind.
    pub signers: Vec<Signer>,
    /// The keys as it publishes them.
    pub key_set: String,
}

/// A key that signs tokens.
pub struct Signer {
    /// As tokens name it.
    pub algorithm: &'static str,
    /// Ready to verify: what is raced against.
    pub public: ParsedPublicKey,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Issuer {
    /// One that answers on a port of its own as long as the runtime lives.
    pub async fn start() -> Result<Self, Failure> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("https://localhost:{}", listener.local_addr()?.port());
        let signers = vec![Signer::rsa()?, Signer::ecdsa()?, Signer::ed25519()?];
        let keys: Vec<String> = signers.iter().map(Signer::published).collect();
        let key_set = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        let discovery = format!(r#"{{"issuer":"{url}","jwks_uri":"{url}/keys"}}"#);
        let documents = Arc::new((discovery, key_set.clone()));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(answer(acceptor.clone(), socket, Arc::clone(&documents)));
            }
        });
        Ok(Self {
            url,
            certificate,
            signers,
            key_set,
        })
    }

    /// A token as Kubernetes writes them for its workloads.
    pub fn token(&self, signer: &Signer, now: i64) -> Result<String, Failure> {
        let header = format!(r#"{{"alg":"{0}","kid":"{0}","typ":"JWT"}}"#, signer.algorithm);
        let (url, issued, expires) = (&self.url, now - 60, now + 3_600);
        let claims = format!(
            r#"{{"aud":["sts.amazonaws.com"],"exp":{expires},"iat":{issued},"iss":"{url}","jti":"{ID}",
            "kubernetes.io":{{"namespace":"payments","node":{{"name":"ip-10-0-3-7.internal","uid":"{ID}"}},
            "pod":{{"name":"checkout-7d9c5b6f4-x2x9k","uid":"{ID}"}},
            "serviceaccount":{{"name":"checkout","uid":"{ID}"}}}},
            "nbf":{issued},"sub":"{SUBJECT}"}}"#
        );
        let claims: String = claims.split("\n            ").collect();
        let signed = [header, claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        let signature = URL_SAFE_NO_PAD.encode(signer.sign(signed.as_bytes())?);
        Ok(format!("{signed}.{signature}"))
    }
}

const ID: &str = "0b8d5c3e-4c1f-4a57-9d2a-1f0e6b7c8d9a";

/// About whom the tokens are.
pub const SUBJECT: &str = "system:serviceaccount:payments:checkout";

impl Signer {
    fn rsa() -> Result<Self, Failure> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
        Ok(Self {
            algorithm: "RS256",
            public: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())?,
            key: Key::Rsa(Box::new(key)),
        })
    }

    fn ecdsa() -> Result<Self, Failure> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        Ok(Self {
            algorithm: "ES256",
            public: ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref())?,
            key: Key::Ecdsa(key),
        })
    }

    fn ed25519() -> Result<Self, Failure> {
        let key = Ed25519KeyPair::generate()?;
        Ok(Self {
            algorithm: "EdDSA",
            public: ParsedPublicKey::new(&ED25519, key.public_key().as_ref())?,
            key: Key::Ed25519(key),
        })
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let random = SystemRandom::new();
        Ok(match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                signature
            }
            Key::Ecdsa(key) => key.sign(&random, message)?.as_ref().to_vec(),
            Key::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        })
    }

    /// The private key in DER, if it is RSA's.
    pub fn rsa_private(&self) -> Option<Vec<u8>> {
        match &self.key {
            Key::Rsa(key) => Some(key.as_der().ok()?.as_ref().to_vec()),
            Key::Ecdsa(_) | Key::Ed25519(_) => None,
        }
    }

    fn published(&self) -> String {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let material = match &self.key {
            Key::Rsa(key) => {
                // The first number of two in DER, after its sign; the second is 65537.
                let modulus = text(&key.public_key().as_ref()[9..9 + 256]);
                format!(r#""kty":"RSA","n":"{modulus}","e":"AQAB""#)
            }
            Key::Ecdsa(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                format!(r#""kty":"EC","crv":"P-256","x":"{}","y":"{}""#, text(x), text(y))
            }
            Key::Ed25519(key) => {
                format!(
                    r#""kty":"OKP","crv":"Ed25519","x":"{}""#,
                    text(key.public_key().as_ref())
                )
            }
        };
        format!(
            r#"{{"use":"sig","alg":"{0}","kid":"{0}",{material}}}"#,
            self.algorithm
        )
    }
}

async fn answer(acceptor: TlsAcceptor, socket: TcpStream, documents: Arc<(String, String)>) -> Option<()> {
    let mut stream = acceptor.accept(socket).await.ok()?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    let body = if request.starts_with(b"GET /keys ") {
        &documents.1
    } else {
        &documents.0
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}
