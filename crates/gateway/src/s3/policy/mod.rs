//! Bucket policies: what S3 accepts as one.
//!
//! What the policy language makes of a document is `lanyard-policy`'s matter, and binding its principals is the
//! directory's. Here are the checks that S3 makes before, in its own words, so that a mistake is named as in AWS.
//!
//! Evidence for the texts: answers of S3 that users report; there is no list of them.

mod actions;
mod check;

pub(crate) use check::{BucketPolicyError, check};
