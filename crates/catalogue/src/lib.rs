//! What AWS services can be asked for: their actions, resource types and condition keys.
//!
//! The policy language itself needs none of this, but three questions do: does this action take a resource at all
//! (one that takes none matches only `*`), which keys may a condition on it name, and does the action exist?
//! [`catalogue()`] answers them from a data set that lies compressed in the program and is read on first use.
//!
//! Invariants:
//! - Names are looked up in any case and shown in AWS's.
//! - What the catalogue does not know is `None`, never a guess: services and actions are added every week.
//!
//! Deliberately absent: descriptions, which actions imply other actions, and what any of it means for a decision.
//!
//! ```
//! use lanyard_catalogue::catalogue;
//!
//! assert_eq!(catalogue().is_wildcard_only("s3:ListAllMyBuckets"), Some(true));
//! assert_eq!(catalogue().is_wildcard_only("s3:getobject"), Some(false));
//! assert_eq!(catalogue().is_wildcard_only("s3:NoSuchAction"), None);
//! let key = catalogue().condition_key("aws:requesttag/team").map(|key| key.name());
//! assert_eq!(key, Some("aws:RequestTag/${TagKey}"));
//! ```

mod action;
mod arn_form;
mod catalogue;
mod condition_key;
mod decode;
mod folded;
mod global_keys;
mod pattern;
mod resource_type;
mod service;
mod template;

pub use action::{AccessLevel, Action, ActionResource};
pub use catalogue::{Catalogue, catalogue};
pub use condition_key::{ConditionKey, ConditionType};
pub use resource_type::ResourceType;
pub use service::Service;
