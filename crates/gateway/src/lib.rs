//! The gateway: an S3-compatible store behind Lanyard, so that policies decide what reaches it.

mod body;
mod s3;
