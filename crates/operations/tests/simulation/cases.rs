//! The published cases (`cases/`) through SimulateCustomPolicy, as far as they fit its form: a user asks, with policies
//! of its own, a boundary, service control policies and a policy of the resource.

use std::fs;
use std::path::{Path, PathBuf};

use lanyard_testkit::{Call, EngineKind, Manner, World};
use serde_json::{Map, Value};

/// The cases whose question cannot be put to the simulator, for it knows more than they say or takes less.
const OTHERWISE: &[(&str, &str)] = &[
    // Of these resources the catalogue does not know that the action is about them.
    ("date-equals-is-an-instant", "implicitDeny"),
    ("ignoring-case-with-a-variable", "implicitDeny"),
    ("negated-values-join-by-nor", "implicitDeny"),
];

/// One case, over the defaults of its file.
struct Case {
    fields: Map<String, Value>,
    folder: PathBuf,
}

impl Case {
    fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    fn is_there(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|value| !value.is_null())
    }

    fn list(&self, name: &str) -> &[Value] {
        let value = self.fields.get(name);
        value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A policy as text: one in a file is named.
    fn policy(&self, value: &Value) -> String {
        match value.as_str() {
            Some(path) => fs::read_to_string(self.folder.join(path)).unwrap(),
            None => value.to_string(),
        }
    }

    /// The policy of the resource, which has to name it: `*` is refused.
    fn resource_policy(&self) -> String {
        let text = self.policy(&self.fields["resource_policy"]);
        let Ok(mut policy) = serde_json::from_str::<Value>(&text) else {
            return text;
        };
        let statements = match &mut policy["Statement"] {
            Value::Array(statements) => statements.iter_mut().collect(),
            one => vec![one],
        };
        for statement in statements {
            if let Some(resource) = statement.get_mut("Resource").filter(|resource| *resource == "*") {
                *resource = self.fields["resource"].clone();
            }
        }
        policy.to_string()
    }

    /// Whether everything it says can be said to the simulator.
    fn fits(&self) -> bool {
        let is_user = self
            .text("principal")
            .is_some_and(|arn| arn.starts_with("arn:aws:iam::") && arn.contains(":user/"));
        let other_layers = ["session_policies", "rcps", "endpoint_policies", "federating_user"];
        let no_values = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        // Of a key the simulator is told a value or nothing, and not that nobody knows it.
        let is_unsayable = |value: &Value| value.is_null() || no_values(value);
        let context = self.fields.get("context").and_then(Value::as_object);
        is_user
            && !other_layers.iter().any(|layer| self.is_there(layer))
            && self.is_there("identity_policies")
            && self.list("boundary").len() <= 1
            && self.list("scps").iter().all(|level| !no_values(level))
            && !context.is_some_and(|context| context.values().any(is_unsayable))
            && !self.is_there("wildcard_only_action")
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let mut parameters = Vec::new();
        let mut put = |name: String, value: String| parameters.push((name, value));
        for name in ["CallerArn:principal", "ActionNames.member.1:action"] {
            let (name, field) = name.split_once(':').unwrap();
            put(name.into(), self.text(field).unwrap().into());
        }
        put(
            "ResourceArns.member.1".into(),
            self.text("resource").unwrap().into(),
        );
        if let Some(owner) = self.text("resource_account") {
            put("ResourceOwner".into(), format!("arn:aws:iam::{owner}:root"));
        }
        for (place, policy) in (1..).zip(self.list("identity_policies")) {
            put(format!("PolicyInputList.member.{place}"), self.policy(policy));
        }
        if self.list("identity_policies").is_empty() {
            put("PolicyInputList".into(), String::new());
        }
        for policy in self.list("boundary") {
            let name = "PermissionsBoundaryPolicyInputList.member.1";
            put(name.into(), self.policy(policy));
        }
        for (level, policies) in (1..).zip(self.list("scps")) {
            for (place, policy) in (1..).zip(policies.as_array().unwrap()) {
                let level = format!("OrderedOrganizationPolicyInputList.member.{level}");
                let name = format!("{level}.ServiceControlPolicyInputList.member.{place}");
                put(name, self.policy(policy));
            }
        }
        if self.is_there("resource_policy") {
            put("ResourcePolicy".into(), self.resource_policy());
        }
        let context = self.fields.get("context").and_then(Value::as_object);
        for (place, (key, value)) in (1..).zip(context.into_iter().flatten()) {
            let entry = format!("ContextEntries.member.{place}");
            put(format!("{entry}.ContextKeyName"), key.clone());
            let (kind, values) = match value {
                Value::Array(values) => ("stringList", values.clone()),
                one => ("string", vec![one.clone()]),
            };
            put(format!("{entry}.ContextKeyType"), kind.into());
            for (place, value) in (1..).zip(values) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                put(format!("{entry}.ContextKeyValues.member.{place}"), text);
            }
        }
        parameters
    }

    fn expected(&self) -> &'static str {
        let expect = &self.fields["expect"];
        match expect.as_str().or_else(|| expect["decision"].as_str()).unwrap() {
            "Allowed" => "allowed",
            "ExplicitlyDenied" => "explicitDeny",
            "ImplicitlyDenied" => "implicitDeny",
            other => panic!("{other}"),
        }
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(".cases.json") {
                let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                for case in file["cases"].as_array().unwrap() {
                    let mut fields = file["defaults"].as_object().cloned().unwrap_or_default();
                    fields.extend(case.as_object().unwrap().clone());
                    let folder = folder.clone();
                    cases.push(Case { fields, folder });
                }
            }
        }
    }
    cases
}

#[tokio::test]
async fn the_simulator_answers_the_published_cases() {
    let world = World::new(EngineKind::Memory).await;
    let root = world.account("111122223333").await;
    let mut answered = 0;
    let mut otherwise = Vec::new();
    for case in cases().iter().filter(|case| case.fits()) {
        let parameters = case.parameters();
        let call = Call {
            service: "iam",
            action: "SimulateCustomPolicy",
            parameters: &parameters,
            manner: Manner::Post,
        };
        let answer = world.call(Some(&root), &call).await;
        let said = answer
            .element("EvalDecision")
            .or_else(|| answer.element("Message"));
        if said == Some(case.expected()) {
            answered += 1;
        } else {
            let id = case.text("id").unwrap().to_owned();
            otherwise.push((id, said.unwrap_or_default().to_owned()));
        }
    }
    otherwise.sort();
    let expected: Vec<(String, String)> = OTHERWISE
        .iter()
        .map(|(id, said)| ((*id).to_owned(), (*said).to_owned()))
        .collect();
    assert!(
        otherwise == expected,
        "{answered} as published; otherwise:\n{}",
        otherwise
            .iter()
            .map(|(id, said)| format!("    ({id:?}, {said:?}),\n"))
            .collect::<String>()
    );
    assert!(answered > 300, "{answered}");
}
