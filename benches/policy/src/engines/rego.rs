//! Regorus: one set of rules, the statements as data by principal, effect and service.

use std::sync::Arc;

use regorus::{CompiledPolicy, Value};
use serde_json::{Map, Value as Json, json};

use super::Engine;
use crate::workload::{self, TAGS, Workload};

const RULES: &str = r#"
package authz

default allow := false

allow if {
    not denied
    some statement in data.allow[input.principal][input.service]
    applies(statement)
}

denied if {
    some statement in data.deny[input.principal][input.service]
    applies(statement)
}

applies(statement) if {
    concerns_action(statement)
    concerns_resource(statement)
    address_fits(statement)
    tag_fits(statement)
}

concerns_action(statement) if input.action in statement.actions
concerns_action(statement) if {
    some prefix in statement.action_prefixes
    startswith(input.action, prefix)
}

concerns_resource(statement) if input.resource in statement.resources
concerns_resource(statement) if {
    some prefix in statement.resource_prefixes
    startswith(input.resource, prefix)
}
concerns_resource(statement) if {
    some pattern in statement.resource_patterns
    glob.match(pattern, null, input.resource)
}

address_fits(statement) if not statement.ranges
address_fits(statement) if {
    some range in statement.ranges
    net.cidr_contains(range, input.address)
}

tag_fits(statement) if not statement.tag
tag_fits(statement) if input.tags[statement.tag] in statement.values
"#;

/// Regorus with a workload.
pub struct Rego {
    rules: CompiledPolicy,
    questions: Vec<Value>,
}

impl Engine for Rego {
    type Policies = CompiledPolicy;

    const NAME: &'static str = "regorus";

    fn load(workload: &Workload) -> Self::Policies {
        let (mut allow, mut deny) = (Map::new(), Map::new());
        for (principal, policies) in workload.principals.iter().enumerate() {
            for statement in policies.iter().flat_map(|policy| &policy.statements) {
                let table = if statement.deny { &mut deny } else { &mut allow };
                let (service, _) = statement.actions[0].split_once(':').expect("an action");
                let services = table.entry(principal.to_string()).or_insert_with(|| json!({}));
                let list = services.as_object_mut().expect("services");
                let list = list.entry(service).or_insert_with(|| json!([]));
                list.as_array_mut()
                    .expect("statements")
                    .push(translate(statement));
            }
        }
        let mut engine = regorus::Engine::new();
        engine
            .add_policy("authz.rego".to_owned(), RULES.to_owned())
            .expect("rules");
        let data = json!({ "allow": allow, "deny": deny });
        engine.add_data(data.into()).expect("data");
        let entry: Arc<str> = "data.authz.allow".into();
        engine.compile_with_entrypoint(&entry).expect("compiled rules")
    }

    fn new(workload: &Workload, rules: Self::Policies) -> Self {
        let question = |question: &workload::Question| {
            let context = &workload.contexts[question.context];
            let tags: Map<String, Json> = TAGS
                .into_iter()
                .zip(context.tags)
                .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
                .collect();
            Value::from(json!({
                "principal": question.principal.to_string(),
                "service": question.action.split(':').next(),
                "action": question.action,
                "resource": question.resource,
                "address": context.source_ip.to_string(),
                "tags": tags,
            }))
        };
        Self {
            rules,
            questions: workload.questions.iter().map(question).collect(),
        }
    }

    fn allows(&self, question: usize) -> bool {
        let answer = self.rules.eval_with_input(self.questions[question].clone());
        answer.expect("an answer") == Value::from(true)
    }
}

fn translate(statement: &workload::Statement) -> Json {
    let stars_at_end = |text: &&String| text.find('*') == Some(text.len() - 1);
    let plain = |text: &&String| !text.contains('*');
    let prefixes = |texts: &[String]| -> Vec<String> {
        let ending = texts.iter().filter(stars_at_end);
        ending.map(|text| text.trim_end_matches('*').to_owned()).collect()
    };
    let patterns = statement
        .resources
        .iter()
        .filter(|text| !plain(text) && !stars_at_end(text));
    let mut object = json!({
        "actions": statement.actions.iter().filter(plain).collect::<Vec<_>>(),
        "action_prefixes": prefixes(&statement.actions),
        "resources": statement.resources.iter().filter(plain).collect::<Vec<_>>(),
        "resource_prefixes": prefixes(&statement.resources),
        "resource_patterns": patterns.collect::<Vec<_>>(),
    });
    if !statement.source_ip.is_empty() {
        object["ranges"] = json!(statement.source_ip);
    }
    if let Some((tag, values)) = &statement.tag {
        object["tag"] = json!(TAGS[*tag]);
        object["values"] = json!(values);
    }
    object
}
