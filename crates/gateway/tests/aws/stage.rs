//! A gateway, the services behind it, and people.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::Body;
use http_body_util::BodyExt;
use lanyard_access::Peer;
use lanyard_gateway::{Gateway, GatewayBodyError, GatewayOutcome, UpstreamSettings};
use lanyard_names::AccountId;
use lanyard_testkit::{Answer, Call, Credentials, EngineKind, FakeUpstream, Manner, Received, World};

pub(crate) use crate::request::{ServiceRequest, message};

pub(crate) const OURS: &str = "111122223333";
pub(crate) const THEIRS: &str = "444455556666";
pub(crate) const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";

/// What the client was told.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) outcome: GatewayOutcome,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status and, of what was refused here, its code: `400 AccessDeniedException`.
    pub(crate) fn short(&self) -> String {
        match self.outcome.error {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }
}

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) upstream: FakeUpstream,
    pub(crate) gateway: Arc<Gateway>,
    /// The root user of the account whose resources stand behind.
    pub(crate) root: Credentials,
    /// The root user of another account.
    pub(crate) other: Credentials,
}

impl Stage {
    /// Every service, for our account.
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// With further words in the upstream's configuration.
    pub(crate) async fn with(words: &str) -> Self {
        let world = World::new(EngineKind::Memory).await;
        let root = world.account(OURS).await;
        let other = world.account(THEIRS).await;
        let upstream = FakeUpstream::start().await;
        let line = format!("aws={} account={OURS} {words}", upstream.url());
        let gateway = gateway(&world, &[&line]);
        Self {
            world,
            upstream,
            gateway,
            root,
            other,
        }
    }

    /// A user of our account with one inline policy.
    pub(crate) async fn user(&self, name: &str, policy: &str) -> Credentials {
        self.user_of(&self.root, name, policy).await
    }

    /// A user of somebody's account with one inline policy.
    pub(crate) async fn user_of(&self, root: &Credentials, name: &str, policy: &str) -> Credentials {
        self.iam(root, "CreateUser", &[("UserName", name)]).await;
        let parameters = [
            ("UserName", name),
            ("PolicyName", "p"),
            ("PolicyDocument", policy),
        ];
        self.iam(root, "PutUserPolicy", &parameters).await;
        let made = self.iam(root, "CreateAccessKey", &[("UserName", name)]).await;
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

    /// Gives a resource of our account a policy.
    pub(crate) async fn resource_policy(&self, arn: &str, policy: &str) {
        let directory = self.world.directory();
        let account = AccountId::parse(OURS).unwrap();
        let written = directory.write(account, |edit| {
            edit.put_resource_policy(arn, policy.into(), &**directory)?;
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
        send(&self.gateway, request).await
    }

    /// Sends a request and reads the answer as far as it comes.
    pub(crate) async fn try_send<B>(&self, request: Request<B>) -> Result<Reply, GatewayBodyError>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        try_send(&self.gateway, request).await
    }

    /// What came of a request, in a word, and what the upstream heard of it.
    pub(crate) async fn outcome<B>(&self, request: Request<B>) -> (String, Vec<Received>)
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let reply = self.send(request).await;
        (reply.short(), self.upstream.take_received())
    }

    /// Checks what came of a request, and that the upstream heard of it only if it was let through.
    pub(crate) async fn check<B>(&self, request: Request<B>, expected: &str)
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let what = format!("{} {}", request.method(), request.uri());
        let (outcome, received) = self.outcome(request).await;
        let heard = usize::from(expected == "200");
        assert_eq!((outcome.as_str(), received.len()), (expected, heard), "{what}");
    }

    /// The record of a request in the trail.
    pub(crate) async fn record(&self, reply: &Reply) -> serde_json::Value {
        let id = reply.header("x-amzn-requestid").to_owned();
        self.world.settle().await;
        let records: Vec<_> = self
            .world
            .trail()
            .into_iter()
            .filter(|line| line.contains(&id))
            .collect();
        assert_eq!(records.len(), 1, "{records:?}");
        serde_json::from_str(&records[0]).unwrap()
    }

    /// Whether a request left no record.
    pub(crate) async fn is_unrecorded(&self, reply: &Reply) -> bool {
        let id = reply.header("x-amzn-requestid").to_owned();
        self.world.settle().await;
        !self.world.trail().into_iter().any(|line| line.contains(&id))
    }
}

pub(crate) async fn send<B>(gateway: &Gateway, request: Request<B>) -> Reply
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    try_send(gateway, request).await.unwrap()
}

async fn try_send<B>(gateway: &Gateway, request: Request<B>) -> Result<Reply, GatewayBodyError>
where
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let service = service_of(&request);
    let response = gateway.handle_service(&service, request, peer()).await;
    let (head, body) = response.into_parts();
    let outcome = *head.extensions.get::<GatewayOutcome>().unwrap();
    let body = body.collect().await?.to_bytes();
    let reply = Reply {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
        outcome,
    };
    assert_eq!(reply.header("x-amzn-requestid").len(), 36);
    assert_eq!(reply.header("content-security-policy"), "sandbox");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.outcome.service, service);
    Ok(reply)
}

/// The service that a request says it is signed for, as the listener reads it; `sqs` if it says none.
fn service_of<B>(request: &Request<B>) -> String {
    let header = request.headers().get("authorization");
    let header = header.map(|value| value.to_str().unwrap().to_owned());
    let query = request.uri().query().unwrap_or_default().replace("%2F", "/");
    let text = header.unwrap_or(query);
    let scope = text.split("/aws4_request").next().unwrap_or_default();
    match scope.rsplit_once('/') {
        Some((_, service)) => service.to_owned(),
        None => "sqs".to_owned(),
    }
}

/// A gateway before these upstreams, whose waits are short.
pub(crate) fn gateway(world: &World, lines: &[&str]) -> Arc<Gateway> {
    let environment = |name: &str| match name {
        _ if name.ends_with("_SECRET_ACCESS_KEY") => Some("upstream-secret".to_owned()),
        _ if name.ends_with("_ACCESS_KEY_ID") => Some("UPSTREAM".to_owned()),
        _ => None,
    };
    let settings = lines.iter().map(|line| {
        let line = format!("{line} connect-seconds=1 answer-seconds=0.4 idle-seconds=0.4");
        UpstreamSettings::parse(&line, &environment).unwrap()
    });
    Gateway::new(world.gateway_services(), settings.collect())
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

/// A policy of a resource that allows somebody an action.
pub(crate) fn admit(principal: &str, action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},
        "Action":"{action}","Resource":"{resource}"}}}}"#
    )
}
