//! Templates and policies of stacks that lie in buckets: CloudFormation reads them as whoever asks it.
//!
//! Evidence: the API reference on `TemplateURL`, the `S3 error: Access Denied` that callers get who may not read the
//! object, and the role by which the CDK deploys, which may read the bucket of its templates for that alone.

use lanyard_service_models::OperationModel;

use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::overrides::elsewhere;
use crate::aws::request::Request;

/// The members that have the address of an object.
const ADDRESSES: [&str; 5] = [
    "TemplateURL",
    "StackPolicyURL",
    "StackPolicyDuringUpdateURL",
    "StackIdsUrl",
    "StackDefinitions.TemplateURL",
];

const PREFIX: &str = "cloudformation";

/// The permissions to read what a request names by an address.
pub(in crate::aws) fn objects(request: &Request<'_>) -> Result<Vec<Permission>, MappingError> {
    let mut permissions = Vec::new();
    if request.service.iam_prefix() != PREFIX {
        return Ok(permissions);
    }
    for path in ADDRESSES {
        for text in request.texts(path)? {
            elsewhere::object_at(request, path, text, &mut permissions)?;
        }
    }
    Ok(permissions)
}

/// What the objects are that an operation reads, in words.
pub(in crate::aws) fn described(prefix: &str, operation: &'static OperationModel) -> Vec<String> {
    let members = operation.input().map_or(&[][..], |input| input.members());
    let has = |path: &str| {
        let top = path.split('.').next();
        members.iter().any(|member| Some(member.name()) == top)
    };
    let addresses = ADDRESSES.iter().filter(|path| prefix == PREFIX && has(path));
    addresses
        .map(|path| format!("s3:GetObject on the object at {{{path}}}"))
        .collect()
}
