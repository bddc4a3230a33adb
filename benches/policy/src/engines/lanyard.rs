//! Lanyard's engine.

use std::fmt::Write;
use std::sync::Arc;

use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, Document, Layers, Policy, PolicySource, Principal, Request, Text, decide,
};

use super::Engine;
use crate::workload::{self, TAGS, Workload};

/// Lanyard's engine with a workload.
pub struct Lanyard {
    attached: Vec<Vec<Attached>>,
    principals: Vec<Principal>,
    contexts: Vec<Context>,
    questions: Vec<Question>,
}

struct Question {
    principal: usize,
    action: String,
    resource: String,
    context: usize,
}

impl Engine for Lanyard {
    type Policies = Vec<Vec<Attached>>;

    const NAME: &'static str = "lanyard";

    fn load(workload: &Workload) -> Self::Policies {
        let policies = |(principal, policies): (usize, &Vec<workload::Policy>)| {
            let owner: Arc<str> = user_arn(principal).into();
            let attach = |policy| Attached {
                policy: Arc::new(compile(&json(policy))),
                source: PolicySource::Inline {
                    owner: owner.clone(),
                    name: policy.name.as_str().into(),
                },
            };
            policies.iter().map(attach).collect()
        };
        workload.principals.iter().enumerate().map(policies).collect()
    }

    fn new(workload: &Workload, attached: Self::Policies) -> Self {
        let principal = |number| Principal::User {
            account: AccountId::parse("111122223333").expect("an account"),
            arn: user_arn(number).into(),
            id: None,
        };
        let question = |question: &workload::Question| Question {
            principal: question.principal,
            action: question.action.clone(),
            resource: question.resource.clone(),
            context: question.context,
        };
        Self {
            attached,
            principals: (0..workload.principals.len()).map(principal).collect(),
            contexts: workload.contexts.iter().map(context).collect(),
            questions: workload.questions.iter().map(question).collect(),
        }
    }

    fn allows(&self, question: usize) -> bool {
        let question = &self.questions[question];
        let request = Request {
            principal: &self.principals[question.principal],
            action: &question.action,
            resource: &question.resource,
            resource_account: None,
            wildcard_only_action: false,
            partly_known: false,
            context: &self.contexts[question.context],
        };
        let layers = Layers {
            identity: &self.attached[question.principal],
            ..Layers::default()
        };
        decide(&request, &layers).is_allowed()
    }
}

/// Reads and compiles a policy.
pub fn compile(json: &str) -> Policy {
    Policy::compile(&Document::parse(json).expect("a policy"))
}

/// A policy as IAM has it.
pub fn json(policy: &workload::Policy) -> String {
    let mut json = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for (number, statement) in policy.statements.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let effect = if statement.deny { "Deny" } else { "Allow" };
        let actions = list(&statement.actions);
        let resources = list(&statement.resources);
        write!(
            json,
            r#"{comma}{{"Effect":"{effect}","Action":{actions},"Resource":{resources}"#
        )
        .expect("written to a string");
        let mut conditions = Vec::new();
        if !statement.source_ip.is_empty() {
            let ranges = list(&statement.source_ip);
            conditions.push(format!(r#""IpAddress":{{"aws:SourceIp":{ranges}}}"#));
        }
        if let Some((tag, values)) = &statement.tag {
            let values = list(values);
            conditions.push(format!(r#""StringEquals":{{"{}":{values}}}"#, TAGS[*tag]));
        }
        if !conditions.is_empty() {
            json += &format!(r#","Condition":{{{}}}"#, conditions.join(","));
        }
        json.push('}');
    }
    json + "]}"
}

fn list(values: &[impl AsRef<str>]) -> String {
    match values {
        [value] => format!("\"{}\"", value.as_ref()),
        _ => {
            let quoted: Vec<String> = values
                .iter()
                .map(|value| format!("\"{}\"", value.as_ref()))
                .collect();
            format!("[{}]", quoted.join(","))
        }
    }
}

fn user_arn(principal: usize) -> String {
    format!("arn:aws:iam::111122223333:user/user-{principal}")
}

fn context(from: &workload::Context) -> Context {
    let mut context = Context::new();
    context.insert("aws:SourceIp", from.source_ip.to_string());
    for (name, value) in TAGS.into_iter().zip(from.tags) {
        if let Some(value) = value {
            context.insert(name, Text::from(value));
        }
    }
    context
}
