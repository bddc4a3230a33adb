//! What is known of an operation before any of its code runs.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::error_code::ErrorCode;
use crate::generated::OperationId;
use crate::service::Service;
use crate::shape::StructureShape;
use crate::value::{FromValues, Structure};

/// One operation: a marker type, generated, such as [`iam::CreateUser`](crate::iam::CreateUser).
pub trait Operation: Copy + Send + Sync + 'static {
    /// Which one.
    const ID: OperationId;
    /// What it is given.
    type Input: Input;
    /// What it answers; `()` when the answer has no result element.
    type Output: Output;
}

/// An operation's input: decoded by [`query::decode`](crate::query::decode).
pub trait Input: FromValues + Structure + Send + Sync + 'static {}
impl<T: FromValues + Structure + Send + Sync + 'static> Input for T {}

/// An operation's output: encoded by [`query::encode`](crate::query::encode).
pub trait Output: Structure + Send + Sync + 'static {}
impl<T: Structure + Send + Sync + 'static> Output for T {}

/// An operation's row in the generated table; read it through [`OperationId`].
#[derive(Debug)]
pub struct OperationFacts {
    pub(crate) name: &'static str,
    pub(crate) service: Service,
    pub(crate) action: &'static str,
    pub(crate) errors: &'static [ErrorCode],
    pub(crate) pagination: Option<Pagination>,
    pub(crate) read_only: bool,
    pub(crate) signed: bool,
    pub(crate) has_result: bool,
    pub(crate) input: &'static StructureShape,
    pub(crate) output: &'static StructureShape,
}

/// How an operation is listed page by page. The names are members of its
/// input and output as they stand on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pagination {
    /// Input member that says where to go on: `Marker`.
    pub input_token: &'static str,
    /// Input member that bounds a page: `MaxItems`; one operation has none.
    pub limit_key: Option<&'static str>,
    /// Output member that says where the next page starts: `Marker`.
    pub output_token: &'static str,
    /// Output member that says whether there is a next page: `IsTruncated`.
    pub more_results: &'static str,
    /// Output members that a page holds.
    pub result_keys: &'static [&'static str],
}

impl OperationId {
    /// The operation `name` of `service`, spelled exactly.
    pub fn find(service: Service, name: &str) -> Option<Self> {
        static BY_NAME: LazyLock<HashMap<(Service, &str), OperationId>> = LazyLock::new(|| {
            OperationId::ALL
                .iter()
                .map(|id| ((id.service(), id.name()), *id))
                .collect()
        });
        BY_NAME.get(&(service, name)).copied()
    }

    /// Its name on the wire: `CreateUser`.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// Its service.
    pub const fn service(self) -> Service {
        self.facts().service
    }

    /// The action that a policy must allow: `iam:CreateUser`.
    pub const fn action(self) -> &'static str {
        self.facts().action
    }

    /// The error codes that the model lists for it.
    pub const fn errors(self) -> &'static [ErrorCode] {
        self.facts().errors
    }

    /// Whether it may answer `code`: one of its own, or one common to all.
    pub fn may_answer(self, code: ErrorCode) -> bool {
        code.is_common() || self.errors().contains(&code)
    }

    /// How it is listed page by page, if it is.
    pub const fn pagination(self) -> Option<Pagination> {
        self.facts().pagination
    }

    /// It changes nothing that is kept: `Get…`, `List…`, `Simulate…`, `Generate…`
    /// of IAM and all of STS. Evidence: `readOnly` in AWS's published CloudTrail
    /// samples and the access levels of the service authorization reference.
    pub const fn is_read_only(self) -> bool {
        self.facts().read_only
    }

    /// Requests must be signed. Two STS operations carry their proof in the input instead.
    pub const fn is_signed(self) -> bool {
        self.facts().signed
    }

    /// Its answer has a result element, if only an empty one.
    pub const fn has_result(self) -> bool {
        self.facts().has_result
    }

    /// The table of its input.
    pub const fn input_shape(self) -> &'static StructureShape {
        self.facts().input
    }

    /// The table of its output.
    pub const fn output_shape(self) -> &'static StructureShape {
        self.facts().output
    }
}

impl std::fmt::Display for OperationId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.action())
    }
}
