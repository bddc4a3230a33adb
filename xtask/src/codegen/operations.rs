//! The table of operations and the table of error codes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::catalogue::Catalogue;
use super::model::{Kind, Operation};
use super::names::{screaming, type_name};
use super::{Result, stop};

/// `operation_id.rs`: every operation of every service.
pub(crate) fn operation_id(catalogues: &[Catalogue]) -> Result<String> {
    let mut out = String::from(
        "//! Every operation, and what is known of it.\n\nuse crate::error_code::ErrorCode;\nuse crate::operation::{OperationFacts, Pagination};\nuse crate::service::Service;\nuse crate::shape::UNIT;\n\nuse super::{iam, sts};\n\n/// An operation of any service.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]\n#[repr(u16)]\npub enum OperationId {\n",
    );
    let mut statics = String::new();
    let (mut arms, mut all, mut of) = (String::new(), String::new(), String::new());
    for catalogue in catalogues {
        let service = type_name(catalogue.service);
        let _ = writeln!(of, "            Service::{service} => &[");
        let names: BTreeMap<_, _> = catalogue.model.operations.iter().collect();
        for (name, operation) in names {
            let id = format!("{service}{name}");
            let facts = format!("{}_{}", catalogue.service.to_ascii_uppercase(), screaming(name));
            let _ = writeln!(out, "    /// `{}:{name}`.\n    {id},", catalogue.service);
            let _ = writeln!(all, "        Self::{id},");
            let _ = writeln!(of, "                Self::{id},");
            let _ = writeln!(arms, "            Self::{id} => &{facts},");
            operation_facts(&mut statics, catalogue, name, operation, &facts)?;
        }
        of.push_str("            ],\n");
    }
    let _ = write!(
        out,
        "}}\n\nimpl OperationId {{\n    /// Every operation, by service and name.\n    pub const ALL: &'static [Self] = &[\n{all}    ];\n\n    /// The operations of one service, in order of name.\n    pub const fn of(service: Service) -> &'static [Self] {{\n        match service {{\n{of}        }}\n    }}\n\n    pub(crate) const fn facts(self) -> &'static OperationFacts {{\n        match self {{\n{arms}        }}\n    }}\n}}\n{statics}"
    );
    Ok(out)
}

fn operation_facts(
    out: &mut String,
    catalogue: &Catalogue,
    name: &str,
    operation: &Operation,
    facts: &str,
) -> Result<()> {
    let mut errors = String::new();
    for error in &operation.errors {
        let shape = catalogue.shape(&error.shape)?;
        match &shape.error {
            Some(facts) if shape.exception => {
                let _ = write!(errors, "ErrorCode::{}, ", screaming(&facts.code));
            }
            _ => return stop(format!("{name}: {} is not an error with a code", error.shape)),
        }
    }
    let pagination = match pagination(catalogue, name, operation)? {
        Some(pagination) => format!("Some({pagination})"),
        None => "None".to_owned(),
    };
    let _ = write!(
        out,
        "\nstatic {facts}: OperationFacts = OperationFacts {{\n    name: {name:?},\n    service: Service::{},\n    action: \"{}:{name}\",\n    errors: &[{}],\n    pagination: {pagination},\n    read_only: {},\n    signed: {},\n    has_result: {},\n    input: {},\n    output: {},\n}};\n",
        type_name(catalogue.service),
        catalogue.service,
        errors.trim_end_matches(", "),
        is_read_only(catalogue.service, name),
        operation.authtype.is_none(),
        operation.output.is_some(),
        table(catalogue, operation.input.as_ref().map(|input| &input.shape)),
        table(catalogue, operation.output.as_ref().map(|output| &output.shape)),
    );
    Ok(())
}

/// The table of an input or output.
fn table(catalogue: &Catalogue, shape: Option<&String>) -> String {
    match shape {
        Some(shape) => format!("{}::{}::SHAPE", catalogue.service, catalogue.type_name(shape)),
        None => "&UNIT".to_owned(),
    }
}

/// `every_operation.rs`: a macro that hands a list of all operations to another.
pub(crate) fn every_operation(catalogues: &[Catalogue]) -> String {
    let mut out = String::from(
        "//! All operations, for macros.\n\n/// Calls `$callback!` with `service Operation,` for every operation, such as `iam CreateUser,`.\n#[macro_export]\nmacro_rules! for_every_operation {\n    ($callback:ident) => {\n        $callback! {\n",
    );
    for catalogue in catalogues {
        let names: BTreeMap<_, _> = catalogue.model.operations.iter().collect();
        for name in names.keys() {
            let _ = writeln!(out, "            {} {name},", catalogue.service);
        }
    }
    out.push_str("        }\n    };\n}\n");
    out
}

/// STS keeps nothing; in IAM the verb tells.
fn is_read_only(service: &str, name: &str) -> bool {
    let verbs = ["Get", "List", "Simulate", "Generate"];
    service == "sts" || verbs.iter().any(|verb| name.starts_with(verb))
}

/// From the paginators; for the few operations that are listed page by page
/// but have none there, from their members.
fn pagination(catalogue: &Catalogue, name: &str, operation: &Operation) -> Result<Option<String>> {
    let (Some(input), Some(output)) = (&operation.input, &operation.output) else {
        return Ok(None);
    };
    let input = catalogue.shape(&input.shape)?;
    let output = catalogue.shape(&output.shape)?;
    let stated = catalogue.model.pagination.get(name);
    if input.members.get("Marker").is_none() {
        return if stated.is_none() {
            Ok(None)
        } else {
            stop(format!("{name}: paginated without a marker"))
        };
    }
    let more = output.members.iter().map(|(member, _)| member);
    let Some(more) = more
        .into_iter()
        .find(|member| member.eq_ignore_ascii_case("IsTruncated"))
    else {
        return stop(format!(
            "{name}: a marker, but nothing says whether there is more"
        ));
    };
    let mut keys = Vec::new();
    for (member, reference) in output.members.iter() {
        if catalogue.shape(&reference.shape)?.kind == Kind::List {
            keys.push(member.to_owned());
        }
    }
    let limit = input.members.get("MaxItems").map(|_| "MaxItems");
    if let Some(stated) = stated {
        let usual = stated.input_token == "Marker" && stated.output_token == "Marker";
        if !usual || stated.more_results != more || Some(stated.limit_key.as_str()) != limit {
            return stop(format!("{name}: unusual pagination"));
        }
        if let Some(key) = stated
            .result_key
            .as_slice()
            .iter()
            .find(|key| !keys.contains(*key))
        {
            return stop(format!("{name}: pages hold {key}, which is not a list"));
        }
        keys = stated.result_key.as_slice().to_vec();
    }
    Ok(Some(format!(
        "Pagination {{ input_token: \"Marker\", limit_key: {limit:?}, output_token: \"Marker\", more_results: {more:?}, result_keys: &{keys:?} }}"
    )))
}

/// Codes that any operation may answer: `(code, status, sender's fault, when)`.
/// Evidence: AWS's pages of common errors, and probes against AWS, July 2026.
const COMMON: &[(&str, u16, bool, &str)] = &[
    ("AccessDenied", 403, true, "policy does not allow the action"),
    ("ExpiredToken", 403, true, "the session has ended"),
    ("IncompleteSignature", 400, true, "the signature lacks a part"),
    ("InternalFailure", 500, false, "something unforeseen went wrong"),
    ("InvalidAction", 400, true, "there is no such action or version"),
    (
        "InvalidClientTokenId",
        403,
        true,
        "the access key or session token is not valid",
    ),
    (
        "InvalidParameterCombination",
        400,
        true,
        "parameters exclude each other",
    ),
    ("InvalidParameterValue", 400, true, "a parameter is out of range"),
    ("MalformedInput", 400, true, "a parameter cannot be read"),
    ("MalformedQueryString", 404, true, "the form is not a form"),
    ("MissingAction", 400, true, "no action is named"),
    (
        "MissingAuthenticationToken",
        403,
        true,
        "the request is not signed",
    ),
    ("MissingParameter", 400, true, "a parameter is missing"),
    (
        "NotImplemented",
        501,
        false,
        "this server does not have the operation yet",
    ),
    ("OptInRequired", 403, true, "the account may not use the service"),
    ("RequestEntityTooLarge", 413, true, "the body is too large"),
    ("RequestExpired", 400, true, "the request came too late"),
    ("RequestTimeout", 408, true, "the body came too slowly"),
    ("ServiceFailure", 500, false, "the service failed"),
    ("ServiceUnavailable", 503, false, "the service cannot answer now"),
    (
        "SignatureDoesNotMatch",
        403,
        true,
        "the signature is not that of the request",
    ),
    ("Throttling", 400, true, "too many requests"),
    ("ValidationError", 400, true, "the input breaks a constraint"),
];

/// `error_codes.rs`: a constant per code.
pub(crate) fn error_codes(catalogues: &[Catalogue]) -> Result<String> {
    let mut codes: BTreeMap<String, (u16, bool, bool, String)> = BTreeMap::new();
    let mut exceptions: BTreeMap<String, String> = BTreeMap::new();
    for (code, status, sender, when) in COMMON {
        codes.insert(
            (*code).to_owned(),
            (*status, *sender, true, format!("`{code}`: {when}.")),
        );
    }
    for catalogue in catalogues {
        for (name, shape) in catalogue.model.shapes.iter().filter(|(_, shape)| shape.exception) {
            let Some(error) = &shape.error else {
                return stop(format!("{}: error {name} has no code", catalogue.service));
            };
            let modelled = (error.http_status_code, error.sender_fault);
            let entry = codes
                .entry(error.code.clone())
                .or_insert_with(|| (modelled.0, modelled.1, false, format!("`{}`.", error.code)));
            if (entry.0, entry.1) != modelled {
                return stop(format!("{}: {} has two meanings", catalogue.service, error.code));
            }
            let exception = exceptions
                .entry(error.code.clone())
                .or_insert_with(|| (*name).to_string());
            if exception != name {
                return stop(format!("{}: {} has two shapes", catalogue.service, error.code));
            }
        }
    }
    let mut out = String::from(
        "//! The error codes.\n\nuse crate::error_code::{ErrorCode, Fault};\n\nimpl ErrorCode {\n",
    );
    let mut all = String::new();
    for (code, (status, sender, common, comment)) in &codes {
        let name = screaming(code);
        let exception = exceptions.get(code).unwrap_or(code);
        let (maker, fault) = (
            if *common { "common" } else { "modelled" },
            if *sender { "Sender" } else { "Receiver" },
        );
        let _ = writeln!(
            out,
            "    /// {comment}\n    pub const {name}: Self = Self::{maker}({code:?}, {exception:?}, {status}, Fault::{fault});"
        );
        let _ = writeln!(all, "        Self::{name},");
    }
    let _ = write!(
        out,
        "\n    /// Every code, in order.\n    pub const ALL: &'static [Self] = &[\n{all}    ];\n}}\n"
    );
    Ok(out)
}
