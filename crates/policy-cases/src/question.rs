//! One question: a request and the policies it is decided under.

use std::sync::Arc;

use lanyard_catalogue::catalogue;
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use lanyard_policy::{
    Attached, Context, Decision, Layer, LayerTrace, Layers, PolicySource, Principal, Request, ResourceLayer,
    Trace,
};
use serde_json::Value;

use crate::error::in_json;
use crate::object::Object;
use crate::policies::{Place, PolicyReader};
use crate::principal::Circumstances;
use crate::silence::silent_policy;
use crate::{Answer, QuestionError, QuestionId, context, principal};

/// What a question can have.
pub(crate) const QUESTION_FIELDS: [&str; 17] = [
    "id",
    "principal",
    "principal_account",
    "federating_user",
    "action",
    "resource",
    "resource_account",
    "wildcard_only_action",
    "partly_known",
    "context",
    "identity_policies",
    "boundary",
    "session_policies",
    "scps",
    "rcps",
    "resource_policy",
    "endpoint_policies",
];

/// A request with every policy that applies to it.
///
/// ```
/// use lanyard_policy_cases::{DecisionWord, Question};
///
/// let question = Question::parse(
///     r#"{"principal": "arn:aws:iam::111122223333:user/ann", "action": "s3:GetObject",
///         "resource": "arn:aws:s3:::reports/may",
///         "identity_policies": [{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}]}"#,
/// )?;
/// let answer = question.answer(false);
/// assert_eq!(answer.decision, DecisionWord::Allowed);
/// assert_eq!(answer.statements[0].source, "identity_policies[0]");
/// # Ok::<(), lanyard_policy_cases::QuestionError>(())
/// ```
#[derive(Debug)]
pub struct Question {
    id: Option<QuestionId>,
    principal: Principal,
    action: String,
    resource: String,
    resource_account: Option<AccountId>,
    wildcard_only_action: bool,
    partly_known: bool,
    context: Context,
    policies: Policies,
}

/// The policies by layer, owned.
#[derive(Debug)]
struct Policies {
    identity: Vec<Attached>,
    boundary: Option<Vec<Attached>>,
    session: Option<Vec<Attached>>,
    scps: Option<Vec<Vec<Attached>>>,
    rcps: Option<Vec<Vec<Attached>>>,
    resource: Option<Attached>,
    resource_role: ResourceRole,
    /// Whether the resource has no policy though one has to take part, and one that says nothing stands in for it.
    resource_stand_in: bool,
    endpoint: Option<Vec<Attached>>,
}

/// What part the resource's own policy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ResourceRole {
    /// It can allow, but need not be there.
    Optional,
    /// Without it nothing is allowed: keys of KMS.
    Required,
    /// It is a role's trust policy, without which nothing is allowed either.
    Trust,
}

impl Question {
    /// Reads a question from its JSON text.
    pub fn parse(text: &str) -> Result<Self, QuestionError> {
        let object: Object<'_> = serde_json::from_str(text).map_err(|error| {
            // Who reads many lines counts them, and would take the line that the parser counts for one of those.
            let place = match error.line() {
                1 => format!("column {}", error.column()),
                line => format!("line {line}, column {}", error.column()),
            };
            QuestionError::new(format!("not a question: {} at {place}", in_json(&error)))
        })?;
        Self::from_object(&object, &PolicyReader { find: None })
    }

    /// Reads a question from JSON that was parsed already. What the parser has not kept of numbers and of keys
    /// that were there twice is lost; [`parse`](Self::parse) sees them.
    pub fn from_value(value: &Value) -> Result<Self, QuestionError> {
        Self::parse(&value.to_string())
    }

    pub(crate) fn from_object(object: &Object<'_>, reader: &PolicyReader<'_>) -> Result<Self, QuestionError> {
        let id = QuestionId::of(object)?;
        let twice = object.repeated().find(|name| QUESTION_FIELDS.contains(name));
        let read = match twice {
            Some(name) => Err(QuestionError::in_field(name, "the field is there twice")),
            None => Self::with_id(id.clone(), object, reader),
        };
        read.map_err(|error| error.of(id.as_ref()))
    }

    fn with_id(
        id: Option<QuestionId>,
        object: &Object<'_>,
        reader: &PolicyReader<'_>,
    ) -> Result<Self, QuestionError> {
        let action = required(object, "action")?;
        let resource = required(object, "resource")?;
        let context = context::read(object.get("context"))?;
        let federating_user = string(object, "federating_user")?
            .map(principal::federating_user)
            .transpose()
            .map_err(|problem| QuestionError::in_field("federating_user", problem))?;
        let circumstances = Circumstances {
            account: account(object, "principal_account")?,
            federating_user: federating_user.as_deref(),
            action: &action,
            context: &context,
        };
        let name = string(object, "principal")?;
        let principal = match &name {
            None => Principal::Anonymous,
            Some(name) => principal::read(name, &circumstances)
                .map_err(|problem| QuestionError::in_field("principal", problem))?,
        };
        let wildcard_only_action = match boolean(object, "wildcard_only_action")? {
            Some(stated) => stated,
            None => is_wildcard_only(&action, &resource),
        };
        let partly_known = boolean(object, "partly_known")?.unwrap_or(false);
        Ok(Self {
            resource_account: account(object, "resource_account")?,
            policies: Policies::read(object, reader, name.as_deref(), &action, &resource)?,
            id,
            principal,
            action,
            resource,
            wildcard_only_action,
            partly_known,
            context,
        })
    }

    /// What the asker calls the question.
    pub fn id(&self) -> Option<&QuestionId> {
        self.id.as_ref()
    }

    /// The request, as the engine takes it.
    pub fn request(&self) -> Request<'_> {
        Request {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: self.resource_account,
            wildcard_only_action: self.wildcard_only_action,
            partly_known: self.partly_known,
            context: &self.context,
        }
    }

    /// The policies, as the engine takes them.
    pub fn layers(&self) -> Layers<'_> {
        let policies = &self.policies;
        let resource = policies.resource.as_ref().map(|attached| ResourceLayer {
            attached,
            must_participate: policies.resource_role != ResourceRole::Optional,
            trust: policies.resource_role == ResourceRole::Trust,
        });
        Layers {
            identity: &policies.identity,
            boundary: policies.boundary.as_deref(),
            session: policies.session.as_deref(),
            scps: policies.scps.as_deref(),
            rcps: policies.rcps.as_deref(),
            resource,
            endpoint: policies.endpoint.as_deref(),
        }
    }

    /// Decides the question.
    pub fn decide(&self) -> Decision {
        lanyard_policy::decide(&self.request(), &self.layers())
    }

    /// Decides the question and says why.
    pub fn explain(&self) -> Trace {
        let mut trace = lanyard_policy::explain(&self.request(), &self.layers());
        if self.policies.resource_stand_in {
            let of_resource = |layer: &&mut LayerTrace| matches!(layer.layer, Layer::Resource | Layer::Trust);
            for layer in trace.layers.iter_mut().filter(of_resource) {
                layer.policies.clear();
            }
        }
        trace
    }

    /// Answers the question, with the trace if asked for.
    pub fn answer(&self, explain: bool) -> Answer {
        Answer::to(self, explain)
    }
}

impl Policies {
    fn read(
        object: &Object<'_>,
        reader: &PolicyReader<'_>,
        principal: Option<&str>,
        action: &str,
        resource: &str,
    ) -> Result<Self, QuestionError> {
        let list = |field, source: &dyn Fn(&Place<'_>) -> PolicySource| {
            reader.list(field, object.get(field), source)
        };
        let owner: Arc<str> = principal.unwrap_or("anonymous").into();
        let identity = |place: &Place<'_>| PolicySource::Inline {
            owner: owner.clone(),
            name: place.name(),
        };
        let session = |place: &Place<'_>| match place.file {
            Some(file) => PolicySource::SessionManaged { arn: file.into() },
            None => PolicySource::Session { index: place.index },
        };
        let levels = |field| {
            reader.levels(field, object.get(field), |place: &Place<'_>| {
                PolicySource::Organization { arn: place.name() }
            })
        };
        let role = ResourceRole::of(action, resource);
        let resource_source = || match role {
            ResourceRole::Trust => PolicySource::Trust {
                role: resource.into(),
            },
            ResourceRole::Optional | ResourceRole::Required => {
                PolicySource::Resource { arn: resource.into() }
            }
        };
        let of_resource = reader.one("resource_policy", object.get("resource_policy"), |_| {
            resource_source()
        })?;
        let resource_stand_in = of_resource.is_none() && role != ResourceRole::Optional;
        let stand_in = || Attached {
            policy: silent_policy(),
            source: resource_source(),
        };
        Ok(Self {
            identity: list("identity_policies", &identity)?.unwrap_or_default(),
            boundary: list("boundary", &|place| PolicySource::Managed { arn: place.name() })?,
            session: list("session_policies", &session)?,
            scps: levels("scps")?,
            rcps: levels("rcps")?,
            resource: of_resource.or_else(|| resource_stand_in.then(stand_in)),
            resource_role: role,
            resource_stand_in,
            endpoint: list("endpoint_policies", &|place| PolicySource::Endpoint {
                index: place.index,
            })?,
        })
    }
}

impl ResourceRole {
    /// What part the policy of a resource has in an action on it.
    fn of(action: &str, resource: &str) -> Self {
        let action = action.to_ascii_lowercase();
        if action.starts_with("sts:assumerole") {
            // Whatever the question names: nobody assumes a role that does not say so.
            return Self::Trust;
        }
        let Ok(arn) = Arn::parse(resource) else {
            return Self::Optional;
        };
        let is_role = arn.service == "iam" && arn.resource.starts_with("role/");
        let is_key = arn.service == "kms" && arn.resource.starts_with("key/");
        match action.as_str() {
            "sts:tagsession" | "sts:setsourceidentity" if is_role => Self::Trust,
            // Evidence: AWS documentation, key policies: identity policies alone never suffice.
            action if is_key && action.starts_with("kms:") => Self::Required,
            _ => Self::Optional,
        }
    }
}

/// Whether an action takes no resource. One that is not known is taken to have some.
///
/// Evidence: IAM's answers name what its lists are asked on, such as `role/` and the path; the reference of actions
/// knows no resource type for them. So what the question names counts there.
fn is_wildcard_only(action: &str, resource: &str) -> bool {
    let known = if resource == "*" {
        catalogue().is_wildcard_only(action)
    } else {
        catalogue().is_asked_on_nothing(action)
    };
    known.unwrap_or(false)
}

fn string(object: &Object<'_>, field: &str) -> Result<Option<String>, QuestionError> {
    let wrong = |_| QuestionError::in_field(field, "a string was expected");
    object
        .get(field)
        .map(serde_json::from_str)
        .transpose()
        .map_err(wrong)
}

fn required(object: &Object<'_>, field: &str) -> Result<String, QuestionError> {
    let text = string(object, field)?.filter(|text| !text.is_empty());
    text.ok_or_else(|| QuestionError::in_field(field, "the question does not say"))
}

fn boolean(object: &Object<'_>, field: &str) -> Result<Option<bool>, QuestionError> {
    let wrong = |_| QuestionError::in_field(field, "true, false or null was expected");
    object
        .get(field)
        .map(serde_json::from_str)
        .transpose()
        .map_err(wrong)
}

fn account(object: &Object<'_>, field: &str) -> Result<Option<AccountId>, QuestionError> {
    let read = |text: String| {
        AccountId::parse(&text).map_err(|_| QuestionError::in_field(field, "an account id has twelve digits"))
    };
    string(object, field)?.map(read).transpose()
}
