//! A second evaluator of AWS policies, and a generator of questions for it.
//!
//! It exists to judge `lanyard-policy`: it shares no code with it, not even a parser, and is as obvious
//! and slow as it can be. Each file is one chapter of the rules and opens with the rule it implements.
//! It reads a question in the form of a line of `lanyard policy decide` with `wildcard_only_action`
//! stated, and answers with the decision and the layer that decided.
//!
//! Invariant: whatever AWS leaves unclear does not match in an Allow statement and matches in a Deny.
//!
//! It deliberately does not validate policies, explain, or know the catalogue of actions.

mod choices;
mod conditions;
mod decision;
mod document;
mod generator;
mod layers;
mod matching;
mod principals;
mod request;
mod truth;
mod values;
mod variables;

pub use choices::Choices;
pub use decision::{Decision, Layer, QuestionError, Verdict, decide};
pub use generator::question;
