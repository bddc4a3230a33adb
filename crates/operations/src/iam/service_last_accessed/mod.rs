//! Service last accessed details: which services policies let somebody use, and when they were last turned to.
//!
//! What is told comes from real use, noted wherever somebody proves who they are or an enforcement point asks about them;
//! what may be used comes from the policies of users, groups and roles alone, as AWS has it: boundaries, trust policies
//! and the policies of resources are not looked at.

pub(crate) mod arn;
pub(crate) mod generate_service_last_accessed_details;
pub(crate) mod get_service_last_accessed_details;
pub(crate) mod get_service_last_accessed_details_with_entities;
mod granted;
mod jobs;
mod making;
mod pages;
mod report;
mod service_names;
mod statements;
pub(crate) mod target;

pub use jobs::LastAccessedJobs;
