//! The bytes of errors, in every protocol.
#![allow(clippy::unwrap_used, reason = "test code")]

use http_body_util::BodyExt;
use lanyard_service_models::{Protocol, ServiceModel, service_models};

use super::{Kind, ServiceCode, ServiceError, wire};

fn service(id: &str) -> &'static ServiceModel {
    service_models().service(id).unwrap()
}

/// Status, headers in order of name, and body.
async fn answered(error: &ServiceError, protocol: Protocol, id: &str) -> String {
    let response = wire(error, protocol, service(id), "r-1");
    let (head, body) = response.into_parts();
    let mut headers: Vec<String> = head
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    format!("{}\n{}\n{body}", head.status.as_u16(), headers.concat())
}

async fn check(error: ServiceError, protocol: Protocol, id: &str, expected: &str) {
    assert_eq!(answered(&error, protocol, id).await, expected);
}

fn denied() -> ServiceError {
    ServiceError::denied("User: u is not authorized to perform: a on resource: r <x> \"y\"")
}

#[tokio::test]
async fn forms_answer_in_xml_of_the_service() {
    check(
        denied(),
        Protocol::Query,
        "sns",
        "403\ncontent-type: text/xml\nx-amzn-requestid: r-1\n\n\
         <ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">\n  <Error>\n    <Type>Sender</Type>\n    \
         <Code>AuthorizationError</Code>\n    <Message>User: u is not authorized to perform: a on resource: r &lt;x&gt; \
         &quot;y&quot;</Message>\n  </Error>\n  <RequestId>r-1</RequestId>\n</ErrorResponse>\n",
    )
    .await;
    check(
        ServiceError::new(Kind::Internal, "t"),
        Protocol::RestXml,
        "route53",
        "500\ncontent-type: text/xml\nx-amzn-requestid: r-1\n\n\
         <ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\n  <Error>\n    \
         <Type>Receiver</Type>\n    \
         <Code>InternalFailure</Code>\n    <Message>t</Message>\n  </Error>\n  <RequestId>r-1</RequestId>\n\
         </ErrorResponse>\n",
    )
    .await;
}

#[tokio::test]
async fn queues_have_errors_in_xml_as_they_had_before_they_spoke_json() {
    check(
        ServiceError::denied("t"),
        Protocol::Query,
        "sqs",
        "403\ncontent-type: text/xml\nx-amzn-requestid: r-1\n\n\
         <ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\n  <Error>\n    <Type>Sender</Type>\n    \
         <Code>AccessDenied</Code>\n    <Message>t</Message>\n    <Detail/>\n  </Error>\n  \
         <RequestId>r-1</RequestId>\n</ErrorResponse>\n",
    )
    .await;
}

#[tokio::test]
async fn ec2_has_words_and_a_form_of_its_own() {
    check(
        ServiceError::denied("User: u is not authorized"),
        Protocol::Ec2,
        "ec2",
        "403\ncontent-type: text/xml;charset=UTF-8\nx-amzn-requestid: r-1\n\n\
         <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>\
         You are not authorized to perform this operation. User: u is not authorized</Message></Error></Errors><RequestID>\
         r-1</RequestID></Response>",
    )
    .await;
    check(
        ServiceError::new(Kind::InvalidToken, "t"),
        Protocol::Ec2,
        "ec2",
        "401\ncontent-type: text/xml;charset=UTF-8\nx-amzn-requestid: r-1\n\n\
         <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>AuthFailure</Code><Message>AWS was \
         not able to validate the provided access credentials</Message></Error></Errors><RequestID>r-1</RequestID>\
         </Response>",
    )
    .await;
}

#[tokio::test]
async fn json_names_the_error_in_the_body() {
    check(
        denied(),
        Protocol::Json10,
        "dynamodb",
        "400\ncontent-type: application/x-amz-json-1.0\nx-amzn-requestid: r-1\n\n\
         {\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"User: u is not authorized to \
         perform: a on resource: r <x> \\\"y\\\"\"}",
    )
    .await;
    check(
        ServiceError::new(Kind::MissingToken, "t"),
        Protocol::Json11,
        "kinesis",
        "400\ncontent-type: application/x-amz-json-1.1\nx-amzn-requestid: r-1\n\n\
         {\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"Missing Authentication Token\"}",
    )
    .await;
}

#[tokio::test]
async fn services_that_spoke_query_once_say_what_it_was_called_there() {
    check(
        ServiceError::denied("t"),
        Protocol::Json10,
        "sqs",
        "403\ncontent-type: application/x-amz-json-1.0\nx-amzn-query-error: AccessDenied;Sender\n\
         x-amzn-requestid: r-1\n\n{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"t\"}",
    )
    .await;
    check(
        ServiceError::new(Kind::Unavailable, "t").retry_after(1),
        Protocol::Cbor,
        "cloudwatch",
        "503\ncontent-type: application/cbor\nretry-after: 1\nsmithy-protocol: rpc-v2-cbor\n\
         x-amzn-query-error: ServiceUnavailable;Receiver\nx-amzn-requestid: r-1\n\n\
         \u{fffd}f__typex4com.amazon.coral.service#ServiceUnavailableExceptiongmessageat",
    )
    .await;
}

#[tokio::test]
async fn paths_with_json_name_the_error_in_a_header() {
    check(
        ServiceError::denied("t"),
        Protocol::RestJson,
        "lambda",
        "403\ncontent-type: application/json\nx-amzn-errortype: AccessDeniedException\nx-amzn-requestid: r-1\n\n\
         {\"Message\":\"t\"}",
    )
    .await;
    check(
        ServiceError::new(Kind::MissingToken, "t"),
        Protocol::RestJson,
        "apigateway",
        "403\ncontent-type: application/json\nx-amzn-errortype: MissingAuthenticationTokenException\n\
         x-amzn-requestid: r-1\n\n{\"message\":\"Missing Authentication Token\"}",
    )
    .await;
}

#[test]
fn services_call_things_otherwise_than_their_protocol() {
    let check = |kind, protocol, id, name, status| {
        let code = ServiceCode::of(kind, protocol, service(id));
        assert_eq!((code.name, code.status().as_u16()), (name, status), "{id}");
    };
    check(Kind::Denied, Protocol::Query, "sqs", "AccessDenied", 403);
    check(Kind::Denied, Protocol::Query, "rds", "AccessDenied", 403);
    check(
        Kind::Invalid,
        Protocol::Query,
        "rds",
        "InvalidParameterValue",
        400,
    );
    check(
        Kind::Invalid,
        Protocol::Query,
        "cloudformation",
        "ValidationError",
        400,
    );
    check(
        Kind::Throttled,
        Protocol::RestJson,
        "lambda",
        "TooManyRequestsException",
        429,
    );
    check(
        Kind::UnknownOperation,
        Protocol::Json11,
        "kms",
        "UnknownOperationException",
        400,
    );
    check(Kind::ExpiredToken, Protocol::Ec2, "ec2", "RequestExpired", 400);
    check(
        Kind::IncompleteSignature,
        Protocol::Ec2,
        "ec2",
        "AuthFailure",
        401,
    );
    check(
        Kind::TooLarge,
        Protocol::Json10,
        "dynamodb",
        "RequestEntityTooLargeException",
        413,
    );
}

#[test]
fn long_texts_have_their_length_before_them_in_cbor() {
    for (length, head) in [
        (23_usize, vec![0x77_u8]),
        (24, vec![0x78, 24]),
        (255, vec![0x78, 255]),
        (256, vec![0x79, 1, 0]),
        (65_536, vec![0x7b, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] {
        let mut bytes = Vec::new();
        super::form::cbor_text(&mut bytes, &"a".repeat(length));
        assert_eq!(bytes.get(..head.len()), Some(head.as_slice()));
        assert_eq!(bytes.len(), head.len() + length);
    }
}
