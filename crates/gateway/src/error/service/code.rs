//! The one table of what services call the same thing: codes and statuses by the family of the protocol, with the
//! exceptions that single services make.
//!
//! Evidence: the common errors in the references of the query services, EC2's list of error codes, recorded answers of
//! SQS, Lambda, CloudWatch, DynamoDB, Kinesis and API Gateway, and answers of others that users quote.

use http::StatusCode;
use lanyard_service_models::{Protocol, ServiceModel};

use super::{Kind, absence};

/// What a service calls an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServiceCode {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// What the protocol query calls it, for clients that knew the service by that.
    pub(super) query_name: &'static str,
    /// Whether clients take what the protocol query calls it for its name.
    keeps: bool,
    status: u16,
}

impl ServiceCode {
    /// What a service calls something in one of its protocols.
    pub(crate) fn of(kind: Kind, protocol: Protocol, service: &ServiceModel) -> Self {
        let prefix = service.iam_prefix();
        let family = Family::of(protocol);
        let (name, status) = called(kind, family, prefix);
        let (query_name, query_status) = called(kind, Family::Query, prefix);
        // SQS and CloudWatch keep the statuses that they had before they spoke anything but query.
        // Evidence: recorded denials of SQS.
        let keeps = family == Family::Json && service.is_query_compatible();
        Self {
            name,
            query_name,
            keeps,
            status: if keeps { query_status } else { status },
        }
    }

    /// The name under which clients hear it: where a service spoke query before, that of query.
    pub(crate) fn heard(self) -> &'static str {
        if self.keeps { self.query_name } else { self.name }
    }

    /// Whether an error of this name is a denial, whichever service has it.
    pub(crate) fn is_denial(name: &str) -> bool {
        let families = [Family::Query, Family::Ec2, Family::Json, Family::RestJson];
        let usually = families
            .iter()
            .any(|family| usual(Kind::Denied, *family).0 == name);
        let of_one =
            |(_, _, kind, called): &(&str, Family, Kind, Called)| *kind == Kind::Denied && called.0 == name;
        usually || EXCEPTIONS.iter().any(of_one)
    }

    /// Its status.
    pub(crate) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Protocols that call things the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Forms, and paths with XML.
    Query,
    Ec2,
    /// JSON and CBOR, which have one status for nearly all that a client can do wrong.
    Json,
    /// Paths with JSON.
    RestJson,
}

impl Family {
    fn of(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Query | Protocol::RestXml => Self::Query,
            Protocol::Ec2 => Self::Ec2,
            Protocol::Json10 | Protocol::Json11 | Protocol::Cbor => Self::Json,
            Protocol::RestJson => Self::RestJson,
        }
    }
}

type Called = (&'static str, u16);

fn called(kind: Kind, family: Family, prefix: &str) -> Called {
    let exception = EXCEPTIONS.iter().find(|(service, of_family, of_kind, _)| {
        *service == prefix && *of_family == family && *of_kind == kind
    });
    match exception {
        Some((_, _, _, called)) => *called,
        None => usual(kind, family),
    }
}

macro_rules! usually {
    ($($kind:ident: $query:tt, $ec2:tt, $json:tt, $rest:tt;)*) => {
        fn usual(kind: Kind, family: Family) -> Called {
            match (kind, family) {
                // Each kind of thing is one service's, which has one protocol, or one code for all of them.
                (Kind::Absent(what), _) => (absence::code(what), 400),
                $(
                    (Kind::$kind, Family::Query) => $query,
                    (Kind::$kind, Family::Ec2) => $ec2,
                    (Kind::$kind, Family::Json) => $json,
                    (Kind::$kind, Family::RestJson) => $rest,
                )*
            }
        }
    };
}

// Query, EC2, JSON, paths with JSON. What cannot be mapped is refused as what nobody may: of that, clients know that
// trying again is of no use.
usually! {
    MissingToken:
        ("MissingAuthenticationToken", 403), ("MissingAuthenticationToken", 403),
        ("MissingAuthenticationTokenException", 400), ("MissingAuthenticationTokenException", 403);
    IncompleteSignature:
        ("IncompleteSignature", 400), ("AuthFailure", 401),
        ("IncompleteSignatureException", 400), ("IncompleteSignatureException", 403);
    Signature:
        ("SignatureDoesNotMatch", 403), ("AuthFailure", 401),
        ("InvalidSignatureException", 400), ("InvalidSignatureException", 403);
    Untimely:
        ("SignatureDoesNotMatch", 403), ("RequestExpired", 400),
        ("InvalidSignatureException", 400), ("InvalidSignatureException", 403);
    InvalidToken:
        ("InvalidClientTokenId", 403), ("AuthFailure", 401),
        ("UnrecognizedClientException", 400), ("UnrecognizedClientException", 403);
    ExpiredToken:
        ("ExpiredToken", 403), ("RequestExpired", 400),
        ("ExpiredTokenException", 400), ("ExpiredTokenException", 403);
    Denied:
        ("AccessDenied", 403), ("UnauthorizedOperation", 403),
        ("AccessDeniedException", 400), ("AccessDeniedException", 403);
    Unmapped:
        ("AccessDenied", 403), ("UnauthorizedOperation", 403),
        ("AccessDeniedException", 400), ("AccessDeniedException", 403);
    UnknownOperation:
        ("InvalidAction", 400), ("InvalidAction", 400),
        ("UnknownOperationException", 400), ("UnknownOperationException", 404);
    Unreadable:
        ("MalformedQueryString", 400), ("MalformedQueryString", 400),
        ("SerializationException", 400), ("SerializationException", 400);
    Invalid:
        ("ValidationError", 400), ("InvalidParameterValue", 400),
        ("ValidationException", 400), ("ValidationException", 400);
    Missing:
        ("ValidationError", 400), ("MissingParameter", 400),
        ("ValidationException", 400), ("ValidationException", 400);
    TooLarge:
        ("RequestEntityTooLarge", 413), ("RequestEntityTooLarge", 413),
        ("RequestEntityTooLargeException", 413), ("RequestEntityTooLargeException", 413);
    TimedOut:
        ("RequestTimeout", 408), ("RequestTimeout", 408),
        ("RequestTimeoutException", 408), ("RequestTimeoutException", 408);
    Throttled:
        ("Throttling", 400), ("RequestLimitExceeded", 503),
        ("ThrottlingException", 400), ("ThrottlingException", 429);
    Unavailable:
        ("ServiceUnavailable", 503), ("Unavailable", 503),
        ("ServiceUnavailableException", 503), ("ServiceUnavailableException", 503);
    Internal:
        ("InternalFailure", 500), ("InternalError", 500),
        ("InternalFailure", 500), ("InternalFailure", 500);
    NotConfigured:
        ("NotImplemented", 501), ("NotImplemented", 501),
        ("NotImplementedException", 501), ("NotImplementedException", 501);
}

/// What single services, by the prefix of their actions, call otherwise than their family.
const EXCEPTIONS: [(&str, Family, Kind, Called); 22] = [
    (
        "apigateway",
        Family::RestJson,
        Kind::Invalid,
        ("BadRequestException", 400),
    ),
    (
        "apigateway",
        Family::RestJson,
        Kind::Missing,
        ("BadRequestException", 400),
    ),
    (
        "apigateway",
        Family::RestJson,
        Kind::Throttled,
        ("TooManyRequestsException", 429),
    ),
    (
        "dynamodb",
        Family::Json,
        Kind::Internal,
        ("InternalServerError", 500),
    ),
    (
        "ecr",
        Family::Json,
        Kind::Invalid,
        ("InvalidParameterException", 400),
    ),
    (
        "ecr",
        Family::Json,
        Kind::Missing,
        ("InvalidParameterException", 400),
    ),
    (
        "ecs",
        Family::Json,
        Kind::Invalid,
        ("InvalidParameterException", 400),
    ),
    (
        "ecs",
        Family::Json,
        Kind::Missing,
        ("InvalidParameterException", 400),
    ),
    (
        "lambda",
        Family::RestJson,
        Kind::Internal,
        ("ServiceException", 500),
    ),
    (
        "lambda",
        Family::RestJson,
        Kind::Invalid,
        ("InvalidParameterValueException", 400),
    ),
    (
        "lambda",
        Family::RestJson,
        Kind::Throttled,
        ("TooManyRequestsException", 429),
    ),
    (
        "logs",
        Family::Json,
        Kind::Invalid,
        ("InvalidParameterException", 400),
    ),
    (
        "logs",
        Family::Json,
        Kind::Missing,
        ("InvalidParameterException", 400),
    ),
    (
        "rds",
        Family::Query,
        Kind::Invalid,
        ("InvalidParameterValue", 400),
    ),
    ("rds", Family::Query, Kind::Missing, ("MissingParameter", 400)),
    ("sns", Family::Query, Kind::Denied, ("AuthorizationError", 403)),
    ("sns", Family::Query, Kind::Invalid, ("InvalidParameter", 400)),
    ("sns", Family::Query, Kind::Missing, ("InvalidParameter", 400)),
    ("sns", Family::Query, Kind::Unmapped, ("AuthorizationError", 403)),
    (
        "sqs",
        Family::Query,
        Kind::Invalid,
        ("InvalidParameterValue", 400),
    ),
    ("sqs", Family::Query, Kind::Missing, ("MissingParameter", 400)),
    ("sqs", Family::Query, Kind::Throttled, ("RequestThrottled", 403)),
];

/// The codes by which somebody is told that they were not taken for anybody.
pub(crate) fn is_of_authentication(code: &str) -> bool {
    let families = [Family::Query, Family::Ec2, Family::Json, Family::RestJson];
    Kind::OF_AUTHENTICATION
        .iter()
        .any(|kind| families.iter().any(|family| usual(*kind, *family).0 == code))
}
