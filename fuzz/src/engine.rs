//! Asking the engine one thing: does this statement allow that?

use std::sync::Arc;

use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, Document, Layers, Policy, PolicySource, Principal, Request, decide, explain,
};
use serde_json::{Value, json};

/// A request for one action on one resource, with condition keys.
pub(crate) struct Asked<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) context: &'a Context,
}

/// The newer version of the language, in which variables mean something.
pub(crate) const WITH_VARIABLES: &str = "2012-10-17";
/// The older version, in which they are plain text.
pub(crate) const WITHOUT_VARIABLES: &str = "2008-10-17";

impl Asked<'_> {
    /// Whether a user who has a policy of this one statement may. What is not in the statement is open.
    ///
    /// # Panics
    /// If the policy cannot be read, or if the explanation says other than the decision.
    pub(crate) fn is_allowed_by(&self, version: &str, statement: Value) -> bool {
        let mut whole = json!({"Effect": "Allow"});
        let elements = whole.as_object_mut().expect("an object");
        elements.extend(statement.as_object().expect("a statement is an object").clone());
        for (element, negated) in [("Action", "NotAction"), ("Resource", "NotResource")] {
            if !elements.contains_key(negated) {
                elements.entry(element).or_insert(json!("*"));
            }
        }
        let text = json!({"Version": version, "Statement": whole}).to_string();
        self.is_allowed_by_text(&text)
    }

    fn is_allowed_by_text(&self, text: &str) -> bool {
        let document = Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"));
        self.is_allowed_by_policy(&document)
    }

    /// Whether a user who has this policy may.
    ///
    /// # Panics
    /// If the explanation says other than the decision.
    pub(crate) fn is_allowed_by_policy(&self, document: &Document) -> bool {
        let identity = [Attached {
            policy: Arc::new(Policy::compile(document)),
            source: PolicySource::Managed {
                arn: "arn:aws:iam::111122223333:policy/one".into(),
            },
        }];
        let principal = Principal::User {
            account: AccountId::parse("111122223333").expect("an account"),
            arn: "arn:aws:iam::111122223333:user/carla".into(),
            id: None,
        };
        let request = Request {
            principal: &principal,
            action: self.action,
            resource: self.resource,
            resource_account: Some(AccountId::parse("111122223333").expect("an account")),
            wildcard_only_action: false,
            partly_known: false,
            context: self.context,
        };
        let layers = Layers {
            identity: &identity,
            ..Layers::default()
        };
        let decision = decide(&request, &layers);
        assert_eq!(
            decision.effect,
            explain(&request, &layers).effect,
            "explained otherwise: {request:?} under {}",
            document.text()
        );
        decision.is_allowed()
    }
}
