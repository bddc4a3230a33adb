//! A client of Envoy's external authorization, with messages of its own.

use bytes::{BufMut, Bytes};
use http::{HeaderMap, Method, Request, Response, Version};
use http_body_util::{BodyExt, Full};
use lanyard_access::Peer;
use lanyard_decision_point::GrpcBody;
use prost::Message;

use crate::world::{World, signed};

pub(crate) const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";
const ROUTE: [(&str, &str); 3] = [
    ("lanyard-path", "/page/{page}"),
    ("lanyard-action", "app:Read"),
    ("lanyard-resource", "arn:aws:app:::page/{page}"),
];

/// A field of a message that has a length: a text, bytes, or another message.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut field = vec![];
    prost::encoding::encode_key(
        number.into(),
        prost::encoding::WireType::LengthDelimited,
        &mut field,
    );
    prost::encoding::encode_varint(content.len() as u64, &mut field);
    field.put_slice(content);
    field
}

fn entry(number: u8, (name, value): (&str, &str)) -> Vec<u8> {
    field(
        number,
        &[field(1, name.as_bytes()), field(2, value.as_bytes())].concat(),
    )
}

/// What Envoy tells of a request.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) route: Vec<(&'static str, String)>,
    pub(crate) principal: &'static str,
    pub(crate) address: &'static str,
}

impl Asked {
    pub(crate) fn with(headers: &HeaderMap) -> Self {
        let headers = headers.iter().filter(|(name, _)| *name != "host");
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        Self {
            method: Method::GET,
            path: "/page/1".into(),
            headers: headers.collect(),
            body: vec![],
            route: ROUTE.map(|(name, value)| (name, value.to_owned())).to_vec(),
            principal: "",
            address: "192.0.2.7",
        }
    }

    /// Signed by carla.
    pub(crate) fn signed(world: &World, method: Method, path: &str, body: &str) -> Self {
        let carla = (world.carla.id.as_str(), &world.carla.secret, None);
        let request = signed(carla, "app", &method, path, body);
        Self {
            method,
            path: path.into(),
            ..Self::with(request.headers())
        }
    }

    pub(crate) fn route(mut self, name: &'static str, value: &str) -> Self {
        self.route.retain(|(known, _)| *known != name);
        self.route.push((name, value.to_owned()));
        self
    }

    pub(crate) fn message(&self) -> Vec<u8> {
        let headers = self.headers.iter();
        let headers: Vec<u8> = headers
            .flat_map(|(name, value)| entry(3, (name, value)))
            .collect();
        let http = [
            field(2, self.method.as_str().as_bytes()),
            headers,
            field(4, self.path.as_bytes()),
            field(5, b"app.example.com"),
            field(12, &self.body),
        ];
        let socket = field(1, &field(1, &field(2, self.address.as_bytes())));
        let source = [socket, field(4, self.principal.as_bytes())].concat();
        let route = self.route.iter();
        let route: Vec<u8> = route.flat_map(|(name, value)| entry(10, (name, value))).collect();
        field(
            1,
            &[field(1, &source), field(4, &field(2, &http.concat())), route].concat(),
        )
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Answer {
    #[prost(message, optional, tag = "2")]
    pub(crate) denied: Option<Denied>,
    #[prost(message, optional, tag = "3")]
    pub(crate) ok: Option<Allowed>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Denied {
    #[prost(message, optional, tag = "1")]
    pub(crate) status: Option<Status>,
    #[prost(string, tag = "3")]
    pub(crate) body: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Status {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Allowed {
    #[prost(message, repeated, tag = "2")]
    pub(crate) headers: Vec<Written>,
    #[prost(string, repeated, tag = "5")]
    pub(crate) removed: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Written {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<Header>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Header {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) value: String,
}

pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &length[..], message].concat()
}

pub(crate) async fn send(
    world: &World,
    headers: &[(&'static str, &str)],
    body: Vec<u8>,
) -> Response<GrpcBody> {
    send_to(world, CHECK, Version::HTTP_2, headers, body).await
}

pub(crate) async fn send_to(
    world: &World,
    path: &str,
    version: Version,
    headers: &[(&'static str, &str)],
    body: Vec<u8>,
) -> Response<GrpcBody> {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path.parse().unwrap();
    *request.version_mut() = version;
    request
        .headers_mut()
        .insert("content-type", "application/grpc".parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let peer = Peer {
        ip: "198.51.100.7".parse().unwrap(),
        is_secure: true,
        tls_version: None,
    };
    world.point.call(request, peer).await
}

/// The status that Envoy's client would see, and whom the application hears of or why not; or the status of the call.
pub(crate) async fn ask_trusting(world: &World, trust: &str, asked: &Asked) -> (i32, String) {
    let key = format!("{}{trust}", world.bearer(&world.guard));
    let response = send(world, &[("authorization", &key)], framed(&asked.message())).await;
    if let Some(status) = response.headers().get("grpc-status") {
        let code = status.to_str().unwrap().parse().unwrap();
        return (
            code,
            response.headers()["grpc-message"].to_str().unwrap().to_owned(),
        );
    }
    let collected = response.into_body().collect().await.unwrap();
    assert_eq!(collected.trailers().unwrap()["grpc-status"], "0");
    let answer = Answer::decode(&collected.to_bytes()[5..]).unwrap();
    match (answer.ok, answer.denied) {
        (Some(ok), None) => (200, ok.headers[0].header.clone().unwrap().value),
        (None, Some(denied)) => (denied.status.unwrap().code, denied.body.trim_end().to_owned()),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn ask(world: &World, asked: &Asked) -> (i32, String) {
    ask_trusting(world, "", asked).await
}
