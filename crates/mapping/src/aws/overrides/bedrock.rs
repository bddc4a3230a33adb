//! Bedrock: models that are asked, and guardrails that watch over it.
//!
//! An inference profile passes a request to models in regions that only the service knows, and each of them would have
//! to be asked for: such requests are refused, and so are prompts in the place of a model.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    // Evidence: the API reference of each of these operations.
    actions: &[
        ("Converse", &["bedrock:InvokeModel"]),
        ("ConverseStream", &["bedrock:InvokeModelWithResponseStream"]),
    ],
    operations: &[
        ("Converse", WHOLE),
        ("ConverseStream", STREAM),
        (
            "CreateModelCustomizationJob",
            Resolve::Custom(
                customized,
                "the model {baseModelIdentifier}, and the one that it learns from",
            ),
        ),
        ("InvokeModel", WHOLE),
        ("InvokeModelWithResponseStream", STREAM),
    ],
};

const WHOLE: Resolve = Resolve::Custom(
    |request| invoked(request, "bedrock:InvokeModel"),
    "the model {modelId}, and the guardrail that is named with bedrock:ApplyGuardrail",
);
const STREAM: Resolve = Resolve::Custom(
    |request| invoked(request, "bedrock:InvokeModelWithResponseStream"),
    "the model {modelId}, and the guardrail that is named with bedrock:ApplyGuardrail",
);

/// Whose models are asked by an id. A profile's id begins with the name of a region or of several.
const VENDORS: [&str; 13] = [
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "luma",
    "meta",
    "mistral",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "writer",
];

/// What may be asked by its ARN.
const MODELS: [&str; 4] = [
    "foundation-model",
    "custom-model-deployment",
    "imported-model",
    "provisioned-model",
];

fn invoked(request: &Request<'_>, action: &'static str) -> Result<Resolved, MappingError> {
    let model = request.required("modelId")?;
    let wrong = || MappingError::InvalidMember {
        member: "modelId".to_owned(),
        reason: "it is no model that is decided on by itself here",
    };
    let arn = if model.starts_with("arn:") {
        let mut known = MODELS.iter();
        let found = known.find_map(|known| request.checked_arn(known, model).ok());
        found.ok_or_else(wrong)?
    } else {
        let is_model = model
            .split_once('.')
            .is_some_and(|(vendor, rest)| VENDORS.contains(&vendor) && !rest.contains('/'));
        if !is_model {
            return Err(wrong());
        }
        request.arn("foundation-model", &[("ResourceId", model)])?
    };
    if request.has("toolConfig.tools.systemTool") {
        return Err(request.unmapped("tools of the system are not decided on here"));
    }
    let mut permissions = vec![request.permission(action, arn)];
    for path in ["guardrailIdentifier", "guardrailConfig.guardrailIdentifier"] {
        if let Some(guardrail) = request.text(path)? {
            let arn = request.arn_or_name("guardrail", "GuardrailId", guardrail)?;
            permissions.push(request.permission("bedrock:ApplyGuardrail", arn));
        }
    }
    Ok(Resolved::Permissions(permissions))
}

/// The models that a job starts from and learns from.
fn customized(request: &Request<'_>) -> Result<Resolved, MappingError> {
    const TEACHER: &str = "customizationConfig.distillationConfig.teacherModelConfig.teacherModelIdentifier";
    let mut models = vec![request.required("baseModelIdentifier")?];
    models.extend(request.text(TEACHER)?);
    let mut permissions = Vec::new();
    for model in models {
        let arn = if model.starts_with("arn:") {
            let custom = request.checked_arn("custom-model", model);
            custom.or_else(|_| request.checked_arn("foundation-model", model))?
        } else {
            if model.contains('/') {
                return Err(request.unmapped("it is no model that is decided on by itself here"));
            }
            request.arn("foundation-model", &[("ResourceId", model)])?
        };
        permissions.push(request.permission("bedrock:CreateModelCustomizationJob", arn));
    }
    Ok(Resolved::Permissions(permissions))
}
