//! Summaries of what policies say, in plain English.

pub(crate) mod get_human_readable_summary;

mod documents;
mod entity;
