//! What a policy says, in plain English: who may do what, on what, and under which conditions; denials first.
//!
//! [`Words::of`] makes a sentence of each statement, by rules: actions are grouped by service and by what they do to
//! it, as the catalogue knows it, and every action, resource, principal and value of a condition is quoted as the
//! policy has it. So a reader who wants to be certain never has to believe the words alone.
//!
//! Invariants:
//! - Nothing is said to be less dangerous than it is. What the rules have no words for is quoted; what a statement
//!   does not reach, though it reads so, is said; what had to be left out at the end is counted.
//! - The same policy always has the same words, and nothing but the policy and the catalogue goes into them.
//! - Time and memory are linear in the text, and looks into the catalogue are bounded.
//!
//! Deliberately absent: what several policies mean together, beyond that a denial wins; whether the things that are
//! named exist; advice.
//!
//! ```
//! use lanyard_policy::Document;
//! use lanyard_policy_words::Words;
//!
//! let document = Document::parse(
//!     r#"{"Version": "2012-10-17", "Statement": {
//!         "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}}"#,
//! )?;
//! assert_eq!(
//!     Words::of(&document).allowances,
//!     ["reading in Amazon S3 (s3:GetObject), on \"arn:aws:s3:::reports/*\"."],
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actions;
mod conditions;
mod keys;
mod list;
mod principals;
mod resources;
mod statement;
mod summary;

pub use statement::{Note, Words};
pub use summary::Summary;
