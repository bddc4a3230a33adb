//! A request and its policies, with defaults, so that a case says only what it is about.

use std::sync::Arc;

use lanyard_names::{AccountId, UniqueId};
use lanyard_policy::{
    Attached, Bindings, Change, Context, Decision, Document, Effect, Layer, Layers, Policy, PolicySource,
    Principal, Request, ResourceLayer, decide, explain,
};
use serde_json::{Value, json};

pub(crate) const HOME: &str = "111122223333";
pub(crate) const AWAY: &str = "444455556666";
pub(crate) const BOB: &str = "arn:aws:iam::111122223333:user/bob";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/app";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";
pub(crate) const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";
pub(crate) const BOB_ID: &str = "AIDAAAAAAAAAAAAAAAAAB";
pub(crate) const ROLE_ID: &str = "AROAAAAAAAAAAAAAAAAAR";
pub(crate) const OBJECT: &str = "arn:aws:s3:::bucket/key";

pub(crate) fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

pub(crate) fn user() -> Principal {
    Principal::User {
        account: account(HOME),
        arn: BOB.into(),
        id: Some(UniqueId::parse(BOB_ID).unwrap()),
    }
}

pub(crate) fn role_session() -> Principal {
    Principal::RoleSession {
        account: account(HOME),
        role_arn: ROLE.into(),
        session_arn: SESSION.into(),
        role_id: Some(UniqueId::parse(ROLE_ID).unwrap()),
    }
}

pub(crate) fn federated_user() -> Principal {
    Principal::FederatedUser {
        account: account(HOME),
        arn: FEDERATED.into(),
        user_arn: BOB.into(),
        user_id: Some(UniqueId::parse(BOB_ID).unwrap()),
    }
}

pub(crate) fn root() -> Principal {
    Principal::Root {
        account: account(HOME),
        arn: "arn:aws:iam::111122223333:root".into(),
    }
}

pub(crate) fn service() -> Principal {
    Principal::Service {
        name: "logs.amazonaws.com".into(),
    }
}

/// A document of one statement that allows everything, with these elements changed or added.
pub(crate) fn allow(changes: Value) -> Value {
    statement("Allow", changes)
}

pub(crate) fn deny(changes: Value) -> Value {
    statement("Deny", changes)
}

/// As [`allow`], for whom.
pub(crate) fn allow_to(principal: Value) -> Value {
    allow(json!({"Principal": principal}))
}

pub(crate) fn deny_to(principal: Value) -> Value {
    deny(json!({"Principal": principal}))
}

/// Adds a policy to a level of an organization, or as a level if there is none.
fn add_to(levels: &mut Vec<Vec<Value>>, level: Option<usize>, policy: Value) {
    match level {
        Some(level) => levels[level].push(policy),
        None => levels.push(vec![policy]),
    }
}

fn statement(effect: &str, changes: Value) -> Value {
    let mut statement = json!({"Effect": effect, "Action": "*", "Resource": "*"});
    let object = statement.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        for (listed, excepted) in [("Action", "NotAction"), ("Resource", "NotResource")] {
            if name == excepted {
                object.remove(listed);
            }
        }
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

/// Both documents as one.
pub(crate) fn both(first: &Value, second: &Value) -> Value {
    let statements = [first, second].map(|document| document["Statement"][0].clone());
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    principal: Principal,
    action: String,
    resource: String,
    owner: Option<AccountId>,
    wildcard_only: bool,
    partly_known: bool,
    pub(crate) context: Context,
    identity: Vec<Value>,
    boundary: Option<Vec<Value>>,
    session: Option<Vec<Value>>,
    scps: Option<Vec<Vec<Value>>>,
    rcps: Option<Vec<Vec<Value>>>,
    resource_policy: Option<Value>,
    must_participate: bool,
    trust: bool,
    bindings: Option<Bindings>,
    endpoint: Option<Vec<Value>>,
}

/// Bob reads an object of his own account; nothing allows him to.
pub(crate) fn world() -> World {
    World {
        principal: user(),
        action: "s3:GetObject".into(),
        resource: OBJECT.into(),
        owner: None,
        wildcard_only: false,
        partly_known: false,
        context: Context::new(),
        identity: vec![],
        boundary: None,
        session: None,
        scps: None,
        rcps: None,
        resource_policy: None,
        must_participate: false,
        trust: false,
        bindings: None,
        endpoint: None,
    }
}

impl World {
    pub(crate) fn principal(mut self, principal: Principal) -> Self {
        self.principal = principal;
        self
    }

    pub(crate) fn action(mut self, action: &str) -> Self {
        self.action = action.into();
        self
    }

    pub(crate) fn resource(mut self, resource: &str) -> Self {
        self.resource = resource.into();
        self
    }

    pub(crate) fn owner(mut self, owner: &str) -> Self {
        self.owner = Some(account(owner));
        self
    }

    pub(crate) fn wildcard_only(mut self) -> Self {
        self.wildcard_only = true;
        self
    }

    pub(crate) fn partly_known(mut self) -> Self {
        self.partly_known = true;
        self
    }

    pub(crate) fn key(mut self, name: &str, value: &str) -> Self {
        self.context.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn keys(mut self, name: &str, values: &[&str]) -> Self {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        self.context.insert_many(name.to_owned(), values);
        self
    }

    pub(crate) fn identity(mut self, document: Value) -> Self {
        self.identity.push(document);
        self
    }

    pub(crate) fn boundary(mut self, document: Value) -> Self {
        self.boundary.get_or_insert_default().push(document);
        self
    }

    pub(crate) fn session(mut self, document: Value) -> Self {
        self.session.get_or_insert_default().push(document);
        self
    }

    pub(crate) fn scps(mut self, levels: &[&[Value]]) -> Self {
        self.scps = Some(levels.iter().map(|level| level.to_vec()).collect());
        self
    }

    pub(crate) fn rcps(mut self, levels: &[&[Value]]) -> Self {
        self.rcps = Some(levels.iter().map(|level| level.to_vec()).collect());
        self
    }

    pub(crate) fn resource_policy(mut self, document: Value) -> Self {
        self.resource_policy = Some(document);
        self
    }

    pub(crate) fn must_participate(mut self) -> Self {
        self.must_participate = true;
        self
    }

    pub(crate) fn endpoint(mut self, document: Value) -> Self {
        self.endpoint.get_or_insert_default().push(document);
        self
    }

    /// Assumes a role of an account, which has this trust policy.
    pub(crate) fn assumes(mut self, owner: &str, trust: Value) -> Self {
        self.action = "sts:AssumeRole".into();
        self.resource = format!("arn:aws:iam::{owner}:role/target");
        self.resource_policy = Some(trust);
        self.must_participate = true;
        self.trust = true;
        self
    }

    pub(crate) fn bound(mut self, arn: &str, id: &str) -> Self {
        let id = UniqueId::parse(id).unwrap();
        self.bindings.get_or_insert_default().bind(arn, id);
        self
    }

    /// Decides, and checks that the explanation says the same.
    pub(crate) fn decide(&self) -> Decision {
        self.with_layers(|request, layers| {
            let decision = decide(request, layers);
            let trace = explain(request, layers);
            assert_eq!((trace.effect, trace.layer), (decision.effect, decision.layer));
            let name = decision.statement.as_ref();
            let found = trace.statement.as_ref();
            assert_eq!(
                found.map(|found| (found.index, &found.source)),
                name.map(|name| (name.index, &name.source))
            );
            assert!(serde_json::to_string(&trace).is_ok());
            decision
        })
    }

    pub(crate) fn explain(&self) -> lanyard_policy::Trace {
        self.with_layers(explain)
    }

    /// Checks the outcome: the effect, and for denials the layer, as in `ImplicitDeny Boundary`.
    #[track_caller]
    pub(crate) fn check(&self, expected: &str) {
        let decision = self.decide();
        let layer = decision.layer.map(|layer| format!(" {layer:?}"));
        let found = match decision.effect {
            Effect::Allow => "Allow".to_owned(),
            denied => format!("{denied:?}{}", layer.unwrap_or_default()),
        };
        assert_eq!(found, expected);
        if decision.effect == Effect::ImplicitDeny {
            self.check_suggestion();
        }
    }

    #[track_caller]
    pub(crate) fn allowed(&self) {
        self.check("Allow");
    }

    /// Whatever addition the explanation suggests must really allow the request.
    #[track_caller]
    pub(crate) fn check_suggestion(&self) {
        let Change::AddStatement {
            layer,
            level,
            action,
            resource,
            principal,
        } = self.explain().change
        else {
            return;
        };
        let mut changes = json!({"Action": action, "Resource": resource});
        if let Some(principal) = principal {
            let kind = match self.principal {
                Principal::Service { .. } => "Service",
                Principal::WebIdentity { .. } | Principal::Saml { .. } => "Federated",
                _ => "AWS",
            };
            changes["Principal"] = json!({kind: principal});
        }
        let addition = allow(changes);
        let mut changed = self.clone();
        match layer {
            Layer::Identity => changed.identity.push(addition),
            Layer::Boundary => changed.boundary.as_mut().unwrap().push(addition),
            Layer::Session => changed.session.get_or_insert_default().push(addition),
            Layer::Endpoint => changed.endpoint.as_mut().unwrap().push(addition),
            Layer::ServiceControl => add_to(changed.scps.as_mut().unwrap(), level, addition),
            Layer::ResourceControl => add_to(changed.rcps.as_mut().unwrap(), level, addition),
            Layer::Resource | Layer::Trust => {
                let document = changed
                    .resource_policy
                    .get_or_insert_with(|| json!({"Statement": []}));
                let statements = document["Statement"].as_array_mut().unwrap();
                statements.push(addition["Statement"][0].clone());
                changed.bindings = None;
            }
        }
        assert_eq!(
            changed.decide().effect,
            Effect::Allow,
            "suggested: {:?}",
            self.explain().change
        );
    }

    /// The same with every document changed.
    pub(crate) fn map_documents(&self, change: impl Fn(&Value) -> Value) -> Self {
        let all = |list: &Vec<Value>| list.iter().map(&change).collect::<Vec<Value>>();
        let levels = |levels: &Vec<Vec<Value>>| levels.iter().map(all).collect();
        Self {
            identity: all(&self.identity),
            boundary: self.boundary.as_ref().map(all),
            session: self.session.as_ref().map(all),
            endpoint: self.endpoint.as_ref().map(all),
            scps: self.scps.as_ref().map(levels),
            rcps: self.rcps.as_ref().map(levels),
            resource_policy: self.resource_policy.as_ref().map(&change),
            ..self.clone()
        }
    }

    pub(crate) fn reverse_policies(mut self) -> Self {
        self.identity.reverse();
        for level in self.scps.iter_mut().flatten() {
            level.reverse();
        }
        self
    }

    pub(crate) fn without_boundary(&self) -> Self {
        Self {
            boundary: None,
            ..self.clone()
        }
    }

    pub(crate) fn without_session(&self) -> Self {
        Self {
            session: None,
            ..self.clone()
        }
    }

    pub(crate) fn without_organization(&self) -> Self {
        Self {
            scps: None,
            rcps: None,
            ..self.clone()
        }
    }

    pub(crate) fn is_root(&self) -> bool {
        matches!(self.principal, Principal::Root { .. })
    }

    pub(crate) fn is_federated(&self) -> bool {
        matches!(self.principal, Principal::FederatedUser { .. })
    }

    fn with_layers<T>(&self, run: impl FnOnce(&Request<'_>, &Layers<'_>) -> T) -> T {
        let identity = attach_all(&self.identity, "identity");
        let boundary = self.boundary.as_ref().map(|list| attach_all(list, "boundary"));
        let session = self.session.as_ref().map(|list| attach_all(list, "session"));
        let endpoint = self.endpoint.as_ref().map(|list| attach_all(list, "endpoint"));
        let levels = |levels: &Option<Vec<Vec<Value>>>| -> Option<Vec<Vec<Attached>>> {
            let attach = |level: &Vec<Value>| attach_all(level, "organization");
            levels.as_ref().map(|levels| levels.iter().map(attach).collect())
        };
        let scps = levels(&self.scps);
        let rcps = levels(&self.rcps);
        let resource = self
            .resource_policy
            .as_ref()
            .map(|document| attach(document, "resource", self.bindings.as_ref()));
        let request = Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: self.owner,
            wildcard_only_action: self.wildcard_only,
            partly_known: self.partly_known,
            context: &self.context,
        };
        let layers = Layers {
            identity: &identity,
            boundary: boundary.as_deref(),
            session: session.as_deref(),
            scps: scps.as_deref(),
            rcps: rcps.as_deref(),
            resource: resource.as_ref().map(|attached| ResourceLayer {
                attached,
                must_participate: self.must_participate,
                trust: self.trust,
            }),
            endpoint: endpoint.as_deref(),
        };
        run(&request, &layers)
    }
}

fn attach_all(documents: &[Value], name: &str) -> Vec<Attached> {
    documents
        .iter()
        .map(|document| attach(document, name, None))
        .collect()
}

/// A document that is a text stands for a policy that could not be read.
fn attach(document: &Value, name: &str, bindings: Option<&Bindings>) -> Attached {
    let policy = if document.is_string() {
        Policy::unreadable()
    } else {
        let document = Document::parse(&document.to_string()).unwrap();
        match bindings {
            Some(bindings) => Policy::compile_bound(&document, bindings),
            None => Policy::compile(&document),
        }
    };
    Attached {
        policy: Arc::new(policy),
        source: PolicySource::Managed {
            arn: format!("arn:aws:iam::111122223333:policy/{name}").into(),
        },
    }
}
