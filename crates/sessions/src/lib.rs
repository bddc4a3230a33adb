//! Signing in: people come with a browser or with `aws login`, and leave with credentials that end by themselves.

mod envelope;
mod pkce;
