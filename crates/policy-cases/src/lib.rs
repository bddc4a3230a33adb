//! Questions to the policy engine as data, and their answers.
//!
//! A [`Question`] is one request with every policy that applies to it, written as JSON: what `lanyard policy
//! decide` reads a line of, what the published cases consist of, and what the engine is compared with its slow twin
//! on. All of them read questions here, so that all of them mean the same. A [`Case`] is a question with the answer
//! that is expected; a [`CaseFile`] is many of them.
//!
//! Invariants:
//! - Nothing is guessed. A field of the wrong type, a principal that is none, a policy that cannot be read makes
//!   the question an error; it is never answered as if the field were not there. Only names of fields that this
//!   crate does not know are passed over.
//! - Numbers and policies are taken from the text as it stands, never from a parsed form that might have changed
//!   them: `1.10` stays `1.10`, and a key that is there twice is seen twice.
//! - No condition key is derived: the context is what the question says it is.
//!
//! Deliberately absent: everything that a server knows. Which policies apply to whom is the asker's business. Files are
//! read in one module, for the case files.

mod answer;
mod case_file;
mod context;
mod directory;
mod error;
mod expectation;
mod id;
mod object;
mod policies;
mod principal;
mod question;
mod silence;

pub use answer::{Answer, DecidingStatement, DecisionWord, StatementSpan};
pub use case_file::{Case, CaseFile, CaseFileError};
pub use directory::{SearchError, case_files};
pub use error::QuestionError;
pub use expectation::{Expectation, ExpectedStatement, Failure};
pub use id::QuestionId;
pub use question::Question;
