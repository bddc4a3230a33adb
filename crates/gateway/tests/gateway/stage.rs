//! A gateway, the store behind it, and people.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::Body;
use http_body_util::BodyExt;
use jiff::Timestamp;
use lanyard_access::Peer;
use lanyard_directory::{BucketClaim, PublicAccessBlock};
use lanyard_gateway::{Gateway, GatewayBodyError, UpstreamSettings};
use lanyard_names::AccountId;
use lanyard_testkit::{Answer, Call, Credentials, EngineKind, FakeUpstream, Manner, Received, World};

pub(crate) const OURS: &str = "111122223333";
pub(crate) const THEIRS: &str = "444455556666";

/// What the client was told.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// The status and, of an error, its code: `403 AccessDenied`.
    pub(crate) fn short(&self) -> String {
        let document = Answer {
            status: self.status,
            xml: String::from_utf8_lossy(&self.body).into_owned(),
        };
        match document.element("Code") {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    pub(crate) fn message(&self) -> String {
        let document = Answer {
            status: self.status,
            xml: String::from_utf8_lossy(&self.body).into_owned(),
        };
        document.element("Message").unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) upstream: FakeUpstream,
    pub(crate) gateway: Arc<Gateway>,
    /// Where requests come from.
    pub(crate) peer: Peer,
    /// The root user of our account.
    pub(crate) root: Credentials,
    /// The root user of another account.
    pub(crate) other: Credentials,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// With further words in the upstream's configuration.
    pub(crate) async fn with(words: &str) -> Self {
        let world = World::new(EngineKind::Memory).await;
        let root = world.account(OURS).await;
        let other = world.account(THEIRS).await;
        let upstream = FakeUpstream::start().await;
        let line = format!(
            "s3={} connect-seconds=1 answer-seconds=0.4 idle-seconds=0.4 {words}",
            upstream.url()
        );
        let gateway = gateway(&world, &line);
        Self {
            world,
            upstream,
            gateway,
            peer: peer(),
            root,
            other,
        }
    }

    /// A user of our account with one inline policy.
    pub(crate) async fn user(&self, name: &str, policy: &str) -> Credentials {
        self.iam(&self.root, "CreateUser", &[("UserName", name)]).await;
        let parameters = [
            ("UserName", name),
            ("PolicyName", "p"),
            ("PolicyDocument", policy),
        ];
        self.iam(&self.root, "PutUserPolicy", &parameters).await;
        let made = self
            .iam(&self.root, "CreateAccessKey", &[("UserName", name)])
            .await;
        Credentials {
            access_key_id: made.element("AccessKeyId").unwrap().to_owned(),
            secret: made.element("SecretAccessKey").unwrap().to_owned(),
            session_token: None,
        }
    }

    pub(crate) async fn iam(&self, who: &Credentials, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let call = Call {
            service: "iam",
            action,
            parameters: &parameters,
            manner: Manner::Post,
        };
        let answer = self.world.call(Some(who), &call).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.xml);
        answer
    }

    /// A bucket of an account, which the store has.
    pub(crate) async fn bucket(&self, name: &str, account: &str) -> Arc<BucketClaim> {
        let account = AccountId::parse(account).unwrap();
        let adopted = self
            .world
            .directory()
            .adopt_bucket(name, account, Timestamp::now(), Vec::new());
        adopted.await.unwrap()
    }

    /// Gives a bucket a policy and a public access block.
    pub(crate) async fn bucket_policy(
        &self,
        claim: &BucketClaim,
        policy: &str,
        block: Option<PublicAccessBlock>,
    ) {
        let directory = self.world.directory();
        let written = directory.write(claim.account, |edit| {
            edit.put_public_access_block(claim, None)?;
            edit.put_bucket_policy(claim, policy.into(), &**directory)?;
            edit.put_public_access_block(claim, block)?;
            Ok::<_, lanyard_directory::BucketError>(((), Vec::new()))
        });
        written.await.unwrap();
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send<B>(&self, request: Request<B>) -> Reply
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.try_send(request).await.unwrap()
    }

    /// Sends a request and reads the answer as far as it comes.
    pub(crate) async fn try_send<B>(&self, request: Request<B>) -> Result<Reply, GatewayBodyError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let response = self.gateway.handle(request, self.peer).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let reply = Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        };
        assert_eq!(reply.header("x-amz-request-id").len(), 36);
        assert_eq!(reply.header("content-security-policy"), "sandbox");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        if !head.status.is_success() && reply.body.starts_with(b"<?xml") {
            let id = format!("<RequestId>{}</RequestId>", reply.header("x-amz-request-id"));
            assert!(String::from_utf8_lossy(&reply.body).contains(&id));
        }
        Ok(reply)
    }

    /// What came of a request, in a word, and what the store heard of it.
    pub(crate) async fn outcome<B>(&self, request: Request<B>) -> (String, Vec<Received>)
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let reply = self.send(request).await;
        (reply.short(), self.upstream.take_received())
    }
}

pub(crate) fn gateway(world: &World, line: &str) -> Arc<Gateway> {
    let environment = |name: &str| match name {
        "LANYARD_S3_ACCESS_KEY_ID" => Some("STORE".to_owned()),
        "LANYARD_S3_SECRET_ACCESS_KEY" => Some("store-secret".to_owned()),
        _ => None,
    };
    let settings = UpstreamSettings::parse(line, &environment).unwrap();
    Gateway::new(world.gateway_services(), vec![settings])
        .unwrap()
        .unwrap()
}

pub(crate) fn peer() -> Peer {
    Peer {
        ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        is_secure: false,
        tls_version: None,
    }
}

/// A policy of one statement that allows these actions on these resources.
pub(crate) fn allow(actions: &str, resources: &str) -> String {
    let list = |words: &str| {
        let words: Vec<_> = words.split(' ').map(|word| format!("\"{word}\"")).collect();
        words.join(",")
    };
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":[{}],"Resource":[{}]}}}}"#,
        list(actions),
        list(resources)
    )
}
