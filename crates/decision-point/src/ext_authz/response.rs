//! What Envoy is told: to let a request pass, and as whose; or to refuse it, and why.

use http::StatusCode;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use lanyard_access::RequestId;

use super::grpc;
use super::messages::{
    AttributeContext, CheckResponse, DeniedHttpResponse, HeaderValueOption, HttpStatus, OkHttpResponse,
    RpcStatus, Struct,
};
use super::route::Route;
use crate::proxied::Yes;

const PRINCIPAL: &str = "x-lanyard-principal";
const DECISION_ID: &str = "x-lanyard-decision-id";

/// What the names of our headers begin with, which applications may believe.
const OURS: &str = "x-lanyard-";

/// How the parts of a query begin by which a client has signed it.
const SIGNED_QUERY: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// Lets a request pass: with headers that applications can believe, and without those that a client could have made up.
pub(super) fn allowed(yes: &Yes, attributes: &AttributeContext) -> CheckResponse {
    let http = attributes
        .request
        .as_ref()
        .and_then(|request| request.http.as_ref());
    let names = http.into_iter().flat_map(|http| {
        let listed = http.header_map.iter().flat_map(|map| &map.headers);
        (http.headers.keys()).chain(listed.map(|header| &header.key))
    });
    // To many applications an underscore is a dash, and to some whatever is no letter or digit.
    let is_made_up = |name: &&String| {
        let plain = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let is_ours = plain.to_ascii_lowercase().starts_with(OURS);
        is_ours && ![PRINCIPAL, DECISION_ID].contains(&name.as_str())
    };
    let mut headers_to_remove: Vec<String> = names.filter(is_made_up).cloned().collect();
    let mut query_parameters_to_remove = Vec::new();
    let forwards = Route::read(&attributes.context_extensions).is_ok_and(|route| route.forwards_credentials);
    if !forwards {
        headers_to_remove.extend(["authorization", "x-amz-security-token"].map(str::to_owned));
        let query = http
            .and_then(|http| http.path.split_once('?'))
            .map_or("", |(_, query)| query);
        if query.contains("X-Amz-") {
            query_parameters_to_remove.extend(SIGNED_QUERY.map(str::to_owned));
        }
    }
    let decision = yes.decision.as_str();
    CheckResponse {
        status: Some(RpcStatus::default()),
        ok: Some(OkHttpResponse {
            headers: vec![
                HeaderValueOption::overwriting(PRINCIPAL, yes.principal.as_str()),
                HeaderValueOption::overwriting(DECISION_ID, decision),
            ],
            headers_to_remove,
            query_parameters_to_remove,
        }),
        denied: None,
        dynamic_metadata: Some(Struct::of_texts([
            ("principal", yes.principal.as_str()),
            ("decision_id", decision),
        ])),
    }
}

/// Refuses a request, and tells its client why.
pub(super) fn denied(status: StatusCode, reason: &str, decision: Option<&RequestId>) -> CheckResponse {
    let mut headers = vec![
        HeaderValueOption::overwriting(CONTENT_TYPE.as_str(), "text/plain; charset=utf-8"),
        HeaderValueOption::overwriting("cache-control", "no-store"),
    ];
    let is_unproven = status == StatusCode::UNAUTHORIZED;
    if is_unproven {
        headers.push(HeaderValueOption::overwriting(
            WWW_AUTHENTICATE.as_str(),
            "Bearer",
        ));
    }
    if let Some(decision) = decision {
        headers.push(HeaderValueOption::overwriting(DECISION_ID, decision.as_str()));
    }
    let code = if is_unproven {
        grpc::Code::Unauthenticated
    } else {
        grpc::Code::PermissionDenied
    };
    CheckResponse {
        status: Some(RpcStatus {
            code: code as i32,
            message: reason.to_owned(),
        }),
        denied: Some(DeniedHttpResponse {
            status: Some(HttpStatus {
                code: i32::from(status.as_u16()),
            }),
            headers,
            body: format!("{reason}\n"),
        }),
        ok: None,
        dynamic_metadata: decision.map(|decision| Struct::of_texts([("decision_id", decision.as_str())])),
    }
}
