//! The credential report: every user of an account with the state of their credentials, as one CSV file.

mod csv;
pub(crate) mod generate_credential_report;
pub(crate) mod get_credential_report;
mod making;
mod shelf;

pub use shelf::CredentialReports;
