//! Delegation requests: by which partners of AWS ask customers for temporary access.
//!
//! AWS gives them to partners that it has onboarded, and here are none. So no request can be made, none is there, and
//! everything else is answered as AWS answers an account that has none: parameters and permissions are checked first.
// Differs from AWS: see `docs/differences-from-aws.md`.

pub(crate) mod accept_delegation_request;
pub(crate) mod associate_delegation_request;
pub(crate) mod create_delegation_request;
pub(crate) mod get_delegation_request;
pub(crate) mod list_delegation_requests;
pub(crate) mod reject_delegation_request;
pub(crate) mod send_delegation_token;
pub(crate) mod update_delegation_request;

mod request;
