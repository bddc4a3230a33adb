//! Systems Manager: parameters, documents and machines are resources of each other's operations.

mod automation;
mod document;
mod machine;
mod parameter;
mod tagged;

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "AddTagsToResource",
            Resolve::Custom(tagged::by_kind, "the {ResourceType} {ResourceId}"),
        ),
        ("AssociateOpsItemRelatedItem", OPS_ITEM),
        ("CancelMaintenanceWindowExecution", ANY_WINDOW),
        (
            "CreateAssociation",
            Resolve::Custom(
                automation::create_association,
                "the document, the machines that are named or may be meant, and every association",
            ),
        ),
        (
            "CreateAssociationBatch",
            Resolve::Custom(
                automation::create_association_batch,
                "the document of each of {Entries}, and the machines that are named or may be meant",
            ),
        ),
        ("CreateDocument", DOCUMENT),
        (
            "DeleteAssociation",
            Resolve::Custom(
                automation::association,
                "association {AssociationId}; every one, where document and machine are named instead",
            ),
        ),
        ("DeleteDocument", DOCUMENT),
        ("DeleteMaintenanceWindow", WINDOW),
        ("DeleteOpsItem", OPS_ITEM),
        ("DeleteParameter", PARAMETER),
        ("DeleteParameters", PARAMETERS),
        ("DeletePatchBaseline", BASELINE),
        (
            "DeleteResourcePolicy",
            Resolve::Custom(tagged::by_arn, "the document, parameter or group {ResourceArn}"),
        ),
        (
            "DeregisterManagedInstance",
            Resolve::Custom(machine::instance, "the machine {InstanceId}"),
        ),
        ("DeregisterPatchBaselineForPatchGroup", BASELINE),
        ("DeregisterTargetFromMaintenanceWindow", WINDOW_TARGET),
        ("DeregisterTaskFromMaintenanceWindow", WINDOW_TASK),
        (
            "DescribeAssociation",
            Resolve::Custom(
                automation::association,
                "association {AssociationId}; every one, where document and machine are named instead",
            ),
        ),
        ("DescribeDocument", DOCUMENT),
        ("DescribeDocumentPermission", DOCUMENT),
        (
            "DescribeEffectiveInstanceAssociations",
            Resolve::Custom(machine::instance, "the machine {InstanceId}"),
        ),
        ("DescribeEffectivePatchesForPatchBaseline", BASELINE),
        (
            "DescribeInstanceAssociationsStatus",
            Resolve::Custom(machine::instance, "the machine {InstanceId}"),
        ),
        (
            "DescribeInstancePatchStates",
            Resolve::Custom(machine::instances, "each of {InstanceIds}"),
        ),
        (
            "DescribeInstancePatches",
            Resolve::Custom(machine::instance, "the machine {InstanceId}"),
        ),
        ("DescribeMaintenanceWindowExecutions", WINDOW),
        ("DescribeMaintenanceWindowTargets", WINDOW),
        ("DescribeMaintenanceWindowTasks", WINDOW),
        ("DisassociateOpsItemRelatedItem", OPS_ITEM),
        ("GetAccessToken", ACCESS_REQUEST),
        (
            "GetCalendarState",
            Resolve::Custom(document::calendars, "each document of {CalendarNames}"),
        ),
        (
            "GetConnectionStatus",
            Resolve::Custom(machine::target, "the machine or container {Target}"),
        ),
        ("GetDefaultPatchBaseline", ANY_BASELINE),
        ("GetDocument", DOCUMENT),
        ("GetMaintenanceWindow", WINDOW),
        ("GetMaintenanceWindowTask", WINDOW),
        ("GetOpsItem", OPS_ITEM),
        ("GetParameter", PARAMETER),
        ("GetParameterHistory", PARAMETER),
        ("GetParameters", PARAMETERS),
        (
            "GetParametersByPath",
            Resolve::Custom(
                parameter::by_path,
                "{Path} itself as a parameter, with ssm:Recursive",
            ),
        ),
        ("GetPatchBaseline", BASELINE),
        (
            "GetResourcePolicies",
            Resolve::Custom(tagged::by_arn, "the document, parameter or group {ResourceArn}"),
        ),
        ("GetServiceSetting", SETTING),
        ("LabelParameterVersion", PARAMETER),
        ("ListDocumentMetadataHistory", DOCUMENT),
        ("ListDocumentVersions", DOCUMENT),
        (
            "ListTagsForResource",
            Resolve::Custom(tagged::by_kind, "the {ResourceType} {ResourceId}"),
        ),
        ("ModifyDocumentPermission", DOCUMENT),
        (
            "PutComplianceItems",
            Resolve::Custom(machine::compliance, "the machine {ResourceId}"),
        ),
        (
            "PutParameter",
            Resolve::Custom(
                parameter::put_parameter,
                "the parameter {Name}, with ssm:Overwrite",
            ),
        ),
        (
            "PutResourcePolicy",
            Resolve::Custom(tagged::by_arn, "the document, parameter or group {ResourceArn}"),
        ),
        ("RegisterDefaultPatchBaseline", BASELINE),
        ("RegisterPatchBaselineForPatchGroup", BASELINE),
        ("RegisterTargetWithMaintenanceWindow", WINDOW),
        ("RegisterTaskWithMaintenanceWindow", WINDOW),
        (
            "RemoveTagsFromResource",
            Resolve::Custom(tagged::by_kind, "the {ResourceType} {ResourceId}"),
        ),
        ("ResetServiceSetting", SETTING),
        (
            "SendCommand",
            Resolve::Custom(
                machine::send_command,
                "the document, the machines that are named or may be meant, and the bucket of the output",
            ),
        ),
        (
            "StartAccessRequest",
            Resolve::Custom(
                machine::targets,
                "the machines that {Targets} name; every one, where tags or groups choose them",
            ),
        ),
        ("StartAssociationsOnce", ASSOCIATIONS),
        (
            "StartAutomationExecution",
            Resolve::Custom(
                automation::start,
                "the document {DocumentName}, those of {Runbooks}, and every execution",
            ),
        ),
        (
            "StartChangeRequestExecution",
            Resolve::Custom(
                automation::start,
                "the document {DocumentName}, those of {Runbooks}, and every execution",
            ),
        ),
        (
            "StartSession",
            Resolve::Custom(
                machine::start_session,
                "the machine or container {Target}, and the document, which has a default",
            ),
        ),
        ("UnlabelParameterVersion", PARAMETER),
        (
            "UpdateAssociation",
            Resolve::Custom(
                automation::update_association,
                "association {AssociationId}, the document, and the machines that are named or may be meant",
            ),
        ),
        (
            "UpdateAssociationStatus",
            Resolve::Custom(
                automation::update_association_status,
                "the document {Name}, and the machine {InstanceId}",
            ),
        ),
        ("UpdateDocument", DOCUMENT),
        ("UpdateDocumentDefaultVersion", DOCUMENT),
        ("UpdateDocumentMetadata", DOCUMENT),
        ("UpdateMaintenanceWindow", WINDOW),
        ("UpdateMaintenanceWindowTarget", WINDOW_TARGET),
        ("UpdateMaintenanceWindowTask", WINDOW_TASK),
        (
            "UpdateManagedInstanceRole",
            Resolve::Custom(machine::role, "the role {IamRole}, and the machine {InstanceId}"),
        ),
        ("UpdateOpsItem", OPS_ITEM),
        ("UpdatePatchBaseline", BASELINE),
        ("UpdateServiceSetting", SETTING),
    ],
};

const DOCUMENT: Resolve = Resolve::Custom(
    document::named,
    "the document {Name}; those of AWS are in no account",
);
const PARAMETER: Resolve = Resolve::Custom(
    parameter::named,
    "the parameter {Name}, whatever version or label is behind it",
);
const PARAMETERS: Resolve = Resolve::Custom(
    parameter::several,
    "each parameter of {Names}, whatever version or label is behind it",
);
const SETTING: Resolve = Resolve::Custom(setting, "the setting {SettingId}, which is a path or an ARN");
const OPS_ITEM: Resolve = Resolve::Custom(
    ops_item,
    "the item {OpsItemId}, and {OpsItemArn} where that is given",
);
const ACCESS_REQUEST: Resolve = Resolve::On(&[by("opsitem", &[("ResourceId", "AccessRequestId")])]);
const ASSOCIATIONS: Resolve = Resolve::On(&[by("association", &[("AssociationId", "AssociationIds")])]);
const BASELINE: Resolve = Resolve::On(&[OnType {
    resource_type: "patchbaseline",
    named: Named::ArnOrBy("PatchBaselineIdResourceId", "BaselineId"),
    absent: Absent::Missing,
}]);
/// Fails closed: which one is the default only the service knows.
const ANY_BASELINE: Resolve = Resolve::On(&[OnType {
    resource_type: "patchbaseline",
    named: Named::Any,
    absent: Absent::Any,
}]);
/// Fails closed: to which window an execution belongs only the service knows.
const ANY_WINDOW: Resolve = Resolve::On(&[OnType {
    resource_type: "maintenancewindow",
    named: Named::Any,
    absent: Absent::Any,
}]);
const WINDOW: Resolve = Resolve::On(&[by("maintenancewindow", &[("ResourceId", "WindowId")])]);
const WINDOW_TARGET: Resolve = Resolve::On(&[
    by("maintenancewindow", &[("ResourceId", "WindowId")]),
    by("windowtarget", &[("WindowTargetId", "WindowTargetId")]),
]);
const WINDOW_TASK: Resolve = Resolve::On(&[
    by("maintenancewindow", &[("ResourceId", "WindowId")]),
    by("windowtask", &[("WindowTaskId", "WindowTaskId")]),
]);

const fn by(resource_type: &'static str, placeholders: &'static [(&'static str, &'static str)]) -> OnType {
    OnType {
        resource_type,
        named: Named::By(placeholders),
        absent: Absent::Missing,
    }
}

/// The one permission of an operation that is about one resource.
fn on(request: &Request<'_>, arn: String) -> Resolved {
    Resolved::Permissions(vec![request.permission(own_action(request), arn)])
}

fn invalid(path: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    }
}

/// Evidence: the API reference; the id of a setting is a path, or its ARN.
fn setting(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let id = request.required("SettingId")?;
    let id = id.strip_prefix('/').unwrap_or(id);
    let arn = request.arn_or_name("servicesetting", "ResourceId", id)?;
    Ok(on(request, arn))
}

/// An item is named by its id, and may be named by its ARN besides.
fn ops_item(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let id = request.required("OpsItemId")?;
    let mut arns = vec![request.arn("opsitem", &[("ResourceId", id)])?];
    if let Some(arn) = request.text("OpsItemArn")? {
        arns.push(request.checked_arn("opsitem", arn)?);
    }
    arns.dedup();
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}
