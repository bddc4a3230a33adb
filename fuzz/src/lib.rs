//! What the fuzz targets check. Each function takes any bytes and panics if the policy engine, the mapping of
//! requests, the reader of bodies in chunks, the verifiers of tokens and SAML, or the answers to Envoy break their word.
//!
//! The files of `targets/` hand these functions to libFuzzer, which looks for bytes that reach code not reached
//! before; `cargo xtask fuzz` builds and runs them. An input that failed is made a test of the crate concerned,
//! or a seed in `seeds/`, before it is put right.
//!
//! Deliberately absent: anything that knows how the engine works inside. The targets use what everybody can use.

mod chunked;
mod engine;
mod envoy;
mod evaluator;
mod mapping;
mod matcher;
mod parser;
mod saml;
mod services;
mod token;
mod variables;

pub use chunked::chunked;
pub use envoy::envoy;
pub use evaluator::evaluator;
pub use mapping::mapping;
pub use matcher::matcher;
pub use parser::parser;
pub use saml::saml;
pub use services::services;
pub use token::token;
pub use variables::variables;
