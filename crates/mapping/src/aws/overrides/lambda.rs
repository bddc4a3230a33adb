//! Lambda: functions have four kinds of names, and a version or alias of one is a resource of its own.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, elsewhere, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[
        ("Invoke", &["lambda:InvokeFunction"]),
        ("InvokeWithResponseStream", &["lambda:InvokeFunction"]),
        ("GetLayerVersionByArn", &["lambda:GetLayerVersion"]),
    ],
    operations: &[
        ("AddLayerVersionPermission", LAYER_VERSION),
        (
            "AddPermission",
            Resolve::Custom(
                add_permission,
                "function {FunctionName}, by name or ARN, whatever version is meant",
            ),
        ),
        ("CreateAlias", FUNCTION),
        (
            "CreateEventSourceMapping",
            Resolve::Custom(
                create_event_source_mapping,
                "*, with the function {FunctionName} as the key lambda:FunctionArn",
            ),
        ),
        (
            "CreateFunction",
            Resolve::Custom(
                configure_function,
                "function {FunctionName}; its layers, capacity provider and code in S3, each with its own action",
            ),
        ),
        ("CreateFunctionUrlConfig", URL),
        ("DeleteAlias", FUNCTION),
        ("DeleteFunction", FUNCTION),
        ("DeleteFunctionCodeSigningConfig", FUNCTION),
        ("DeleteFunctionConcurrency", FUNCTION),
        ("DeleteFunctionEventInvokeConfig", FUNCTION),
        ("DeleteFunctionUrlConfig", URL),
        ("DeleteLayerVersion", LAYER_VERSION),
        ("DeleteProvisionedConcurrencyConfig", QUALIFIED),
        ("GetAlias", FUNCTION),
        ("GetFunction", FUNCTION),
        ("GetFunctionCodeSigningConfig", FUNCTION),
        ("GetFunctionConcurrency", FUNCTION),
        ("GetFunctionConfiguration", FUNCTION),
        ("GetFunctionEventInvokeConfig", FUNCTION),
        ("GetFunctionRecursionConfig", FUNCTION),
        ("GetFunctionScalingConfig", FUNCTION),
        ("GetFunctionUrlConfig", URL),
        ("GetLayerVersion", LAYER_VERSION),
        ("GetLayerVersionByArn", Resolve::On(&[LAYER_VERSION_BY_ARN])),
        ("GetLayerVersionPolicy", LAYER_VERSION),
        ("GetPolicy", FUNCTION),
        ("GetProvisionedConcurrencyConfig", QUALIFIED),
        ("GetRuntimeManagementConfig", FUNCTION),
        (
            "Invoke",
            Resolve::Custom(
                invoke,
                "function {FunctionName}, or the version or alias of it that is named",
            ),
        ),
        (
            "InvokeAsync",
            Resolve::Custom(
                invoke_async,
                "function {FunctionName}, or the version or alias of it that is named",
            ),
        ),
        (
            "InvokeWithResponseStream",
            Resolve::Custom(
                invoke,
                "function {FunctionName}, or the version or alias of it that is named",
            ),
        ),
        ("ListAliases", FUNCTION),
        ("ListDurableExecutionsByFunction", FUNCTION),
        ("ListFunctionEventInvokeConfigs", FUNCTION),
        ("ListFunctionUrlConfigs", URL),
        (
            "ListLayerVersions",
            Resolve::Custom(layer, "layer {LayerName}; code in S3 with s3:GetObject"),
        ),
        ("ListProvisionedConcurrencyConfigs", FUNCTION),
        ("ListTags", TAGGED),
        ("ListVersionsByFunction", FUNCTION),
        (
            "PublishLayerVersion",
            Resolve::Custom(layer, "layer {LayerName}; code in S3 with s3:GetObject"),
        ),
        ("PublishVersion", FUNCTION),
        (
            "PutFunctionCodeSigningConfig",
            Resolve::Custom(
                put_code_signing_config,
                "function {FunctionName}, and code signing config {CodeSigningConfigArn}",
            ),
        ),
        ("PutFunctionConcurrency", FUNCTION),
        ("PutFunctionEventInvokeConfig", FUNCTION),
        ("PutFunctionRecursionConfig", FUNCTION),
        ("PutFunctionScalingConfig", FUNCTION),
        ("PutProvisionedConcurrencyConfig", QUALIFIED),
        ("PutRuntimeManagementConfig", FUNCTION),
        ("RemoveLayerVersionPermission", LAYER_VERSION),
        ("RemovePermission", FUNCTION),
        ("SendDurableExecutionCallbackFailure", ANY_EXECUTION),
        ("SendDurableExecutionCallbackHeartbeat", ANY_EXECUTION),
        ("SendDurableExecutionCallbackSuccess", ANY_EXECUTION),
        ("TagResource", TAGGED),
        ("UntagResource", TAGGED),
        ("UpdateAlias", FUNCTION),
        (
            "UpdateFunctionCode",
            Resolve::Custom(
                update_code,
                "function {FunctionName}, by name or ARN; code in S3 with s3:GetObject",
            ),
        ),
        (
            "UpdateFunctionConfiguration",
            Resolve::Custom(
                configure_function,
                "function {FunctionName}; its layers, capacity provider and code in S3, each with its own action",
            ),
        ),
        ("UpdateFunctionEventInvokeConfig", FUNCTION),
        ("UpdateFunctionUrlConfig", URL),
    ],
};

/// The function, whatever version or alias of it is meant.
///
/// Evidence: the service authorization reference names versions and aliases only for provisioned concurrency, and the
/// user guide for invocations.
const FUNCTION: Resolve = Resolve::Custom(
    function,
    "function {FunctionName}, by name or ARN, whatever version is meant",
);
const URL: Resolve = Resolve::Custom(
    url_config,
    "function {FunctionName}, with its version or alias in the key lambda:FunctionArn",
);
const TAGGED: Resolve = Resolve::Custom(
    tagged,
    "whatever {Resource} is the ARN of, but for versions and aliases",
);
const QUALIFIED: Resolve = Resolve::Custom(
    qualified,
    "the version or alias {Qualifier} of function {FunctionName}",
);
const LAYER_VERSION: Resolve = Resolve::Custom(layer_version, "version {VersionNumber} of layer {LayerName}");
const LAYER_VERSION_BY_ARN: OnType = OnType {
    resource_type: "layerVersion",
    named: Named::Arn("Arn"),
    absent: Absent::Missing,
};
/// Fails closed: to which execution a callback belongs stands in its id alone, which only Lambda can read.
const ANY_EXECUTION: Resolve = Resolve::On(&[OnType {
    resource_type: "durable execution",
    named: Named::Any,
    absent: Absent::Any,
}]);

/// A function, and perhaps a version or an alias of it.
struct Function<'a> {
    /// Its ARN without a qualifier.
    arn: String,
    qualifier: Option<&'a str>,
}

impl Function<'_> {
    fn qualified_arn(&self) -> String {
        match self.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", self.arn),
            None => self.arn.clone(),
        }
    }

    /// A permission on the version or alias if one is named, else on the function.
    fn qualified_permission(
        &self,
        request: &Request<'_>,
        action: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Permission {
        let mut permission = request.permission(action, self.qualified_arn());
        permission.resource_type = Some(match self.qualifier {
            None => "function",
            Some(version) if version.starts_with(|first: char| first == '$' || first.is_ascii_digit()) => {
                "function version"
            }
            Some(_) => "function alias",
        });
        permission
    }
}

/// The function that a member names, by name, by name behind account, or by ARN, each perhaps with a qualifier; or
/// with the qualifier in `Qualifier`.
fn function_at<'a>(request: &Request<'a>, path: &'static str) -> Result<Function<'a>, MappingError> {
    let text = request.required(path)?;
    let invalid = |reason| MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    };
    let parts: Vec<&str> = text.split(':').collect();
    let (place, name, qualifier) = match parts.as_slice() {
        [name] => (None, *name, None),
        [name, qualifier] => (None, *name, Some(*qualifier)),
        [account, "function", name] => (Some((request.scope.region, *account)), *name, None),
        [account, "function", name, qualifier] => {
            (Some((request.scope.region, *account)), *name, Some(*qualifier))
        }
        ["arn", "aws", "lambda", region, account, "function", name] => {
            (Some((*region, *account)), *name, None)
        }
        [
            "arn",
            "aws",
            "lambda",
            region,
            account,
            "function",
            name,
            qualifier,
        ] => (Some((*region, *account)), *name, Some(*qualifier)),
        _ => return Err(invalid("it names no function")),
    };
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.$".contains(&byte))
    };
    if !is_word(name) || !qualifier.is_none_or(is_word) {
        return Err(invalid("it names no function"));
    }
    let named_apart = match path {
        "FunctionName" => request.text("Qualifier")?,
        _ => None,
    };
    if !named_apart.is_none_or(is_word) {
        return Err(MappingError::InvalidMember {
            member: "Qualifier".to_owned(),
            reason: "it is no version and no alias",
        });
    }
    // Evidence: the user guide; Lambda refuses two qualifiers that are not the same.
    if let (Some(one), Some(other)) = (qualifier, named_apart)
        && one != other
    {
        return Err(invalid("it names another version than the qualifier"));
    }
    let arn = match place {
        None => request.arn("function", &[("FunctionName", name)])?,
        Some((region, account)) => request.checked_arn(
            "function",
            &format!("arn:aws:lambda:{region}:{account}:function:{name}"),
        )?,
    };
    Ok(Function {
        arn,
        qualifier: qualifier.or(named_apart),
    })
}

fn on_function(request: &Request<'_>, function: &Function<'_>) -> Permission {
    let mut permission = request.permission(own_action(request), function.arn.clone());
    permission.resource_type = Some("function");
    permission
}

fn function(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    Ok(Resolved::Permissions(vec![on_function(request, &function)]))
}

/// Evidence: the service authorization reference; a policy for `function:NAME` alone does not cover its versions.
fn qualified(request: &Request<'_>) -> Result<Resolved, MappingError> {
    request.required("Qualifier")?;
    let function = function_at(request, "FunctionName")?;
    let permission = function.qualified_permission(request, own_action(request));
    Ok(Resolved::Permissions(vec![permission]))
}

fn invoke(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let permission = function.qualified_permission(request, "lambda:InvokeFunction");
    Ok(Resolved::Permissions(vec![permission]))
}

fn invoke_async(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let permission = function.qualified_permission(request, "lambda:InvokeAsync");
    Ok(Resolved::Permissions(vec![permission]))
}

fn add_permission(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let mut permission = on_function(request, &function);
    if !request.has("FunctionUrlAuthType") {
        permission = permission.without("lambda:FunctionUrlAuthType");
    }
    Ok(Resolved::Permissions(vec![permission]))
}

/// How the address of a function is guarded is told by requests that set it; of others it is not known.
fn url_config(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let mut permission =
        on_function(request, &function).with("lambda:FunctionArn", &function.qualified_arn());
    if let Some(kind) = request.text("AuthType")? {
        permission = permission.with("lambda:FunctionUrlAuthType", kind);
    }
    Ok(Resolved::Permissions(vec![permission]))
}

/// Which function the mapping will call is a condition key; the mapping itself has no name yet.
fn create_event_source_mapping(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let permission = request
        .wildcard("lambda:CreateEventSourceMapping")
        .with("lambda:FunctionArn", &function.qualified_arn());
    Ok(Resolved::Permissions(vec![permission]))
}

/// Evidence: recorded responses. Layers are a condition key that is absent where the request names none, and each of
/// them must be readable; the user guide tells the keys of networks.
fn configure_function(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let mut permission = on_function(request, &function);
    let layers = request.texts("Layers")?;
    permission = given(permission, "lambda:Layer", &layers);
    let groups = request.texts("VpcConfig.SecurityGroupIds")?;
    permission = given(permission, "lambda:SecurityGroupIds", &groups);
    let subnets = request.texts("VpcConfig.SubnetIds")?;
    permission = given(permission, "lambda:SubnetIds", &subnets);
    if subnets.is_empty() {
        // To which network subnets belong only EC2 knows; without subnets there is none.
        permission = permission.without("lambda:VpcIds");
    }
    if !request.has("CodeSigningConfigArn") {
        permission = permission.without("lambda:CodeSigningConfigArn");
    }
    let mut permissions = vec![permission];
    for layer in layers {
        let arn = request.checked_arn("layerVersion", layer)?;
        permissions.push(request.permission("lambda:GetLayerVersion", arn));
    }
    for provider in request
        .texts("CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn")?
    {
        let arn = request.checked_arn("capacityProvider", provider)?;
        permissions.push(request.permission("lambda:PassCapacityProvider", arn));
    }
    permissions.extend(elsewhere::object(request, "Code")?);
    Ok(Resolved::Permissions(permissions))
}

/// Code comes with the request, or is an object that the caller must be allowed to read.
///
/// Evidence: what Lambda answers where S3 refuses the object to the caller.
fn update_code(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let mut permissions = vec![on_function(request, &function)];
    permissions.extend(elsewhere::object(request, "")?);
    Ok(Resolved::Permissions(permissions))
}

/// A condition key of several values: those of the request, or absent for certain.
fn given(permission: Permission, key: &'static str, values: &[&str]) -> Permission {
    if values.is_empty() {
        permission.without(key)
    } else {
        permission.with_many(key, values.iter().copied())
    }
}

fn put_code_signing_config(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let function = function_at(request, "FunctionName")?;
    let config = request.checked_arn("code signing config", request.required("CodeSigningConfigArn")?)?;
    Ok(Resolved::Permissions(vec![
        on_function(request, &function),
        request.permission("lambda:PutFunctionCodeSigningConfig", config),
    ]))
}

/// Whatever has tags, by ARN.
fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("Resource")?;
    let resource_type = match text.split(':').nth(5) {
        Some("function") => {
            let function = function_at(request, "Resource")?;
            if function.qualifier.is_some() {
                return Err(MappingError::InvalidMember {
                    member: "Resource".to_owned(),
                    reason: "versions and aliases have no tags",
                });
            }
            return Ok(Resolved::Permissions(vec![on_function(request, &function)]));
        }
        Some("capacity-provider") => "capacityProvider",
        Some("code-signing-config") => "code signing config",
        Some("event-source-mapping") => "eventSourceMapping",
        Some("microvm-image") => "microvmImage",
        Some("network-connector") => "networkConnector",
        _ => "webFunction",
    };
    let permission = request.permission(own_action(request), request.checked_arn(resource_type, text)?);
    Ok(Resolved::Permissions(vec![permission]))
}

/// The ARN of the layer that a member names.
fn layer_at(request: &Request<'_>) -> Result<String, MappingError> {
    let text = request.required("LayerName")?;
    // The ARN of a version is none of a layer, though it begins like one.
    if text.split(':').count() > 7 || !text.starts_with("arn:") && text.contains(':') {
        return Err(MappingError::InvalidMember {
            member: "LayerName".to_owned(),
            reason: "it names no layer",
        });
    }
    request.arn_or_name("layer", "LayerName", text)
}

/// Evidence: recorded responses name the layer for its versions, too, though the catalogue has no resource for them.
fn layer(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = vec![request.permission(own_action(request), layer_at(request)?)];
    permissions.extend(elsewhere::object(request, "Content")?);
    Ok(Resolved::Permissions(permissions))
}

fn layer_version(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let version = request.required("VersionNumber")?;
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(MappingError::InvalidMember {
            member: "VersionNumber".to_owned(),
            reason: "it is no number",
        });
    }
    let arn = request.checked_arn("layerVersion", &format!("{}:{version}", layer_at(request)?))?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
