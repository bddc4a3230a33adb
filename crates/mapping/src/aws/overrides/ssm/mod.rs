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
        ("AddTagsToResource", Resolve::Custom(tagged::by_kind)),
        ("AssociateOpsItemRelatedItem", OPS_ITEM),
        ("CancelMaintenanceWindowExecution", ANY_WINDOW),
        (
            "CreateAssociation",
            Resolve::Custom(automation::create_association),
        ),
        (
            "CreateAssociationBatch",
            Resolve::Custom(automation::create_association_batch),
        ),
        ("CreateDocument", DOCUMENT),
        ("DeleteAssociation", Resolve::Custom(automation::association)),
        ("DeleteDocument", DOCUMENT),
        ("DeleteMaintenanceWindow", WINDOW),
        ("DeleteOpsItem", OPS_ITEM),
        ("DeleteParameter", PARAMETER),
        ("DeleteParameters", PARAMETERS),
        ("DeletePatchBaseline", BASELINE),
        ("DeleteResourcePolicy", Resolve::Custom(tagged::by_arn)),
        ("DeregisterManagedInstance", Resolve::Custom(machine::instance)),
        ("DeregisterPatchBaselineForPatchGroup", BASELINE),
        ("DeregisterTargetFromMaintenanceWindow", WINDOW_TARGET),
        ("DeregisterTaskFromMaintenanceWindow", WINDOW_TASK),
        ("DescribeAssociation", Resolve::Custom(automation::association)),
        ("DescribeDocument", DOCUMENT),
        ("DescribeDocumentPermission", DOCUMENT),
        (
            "DescribeEffectiveInstanceAssociations",
            Resolve::Custom(machine::instance),
        ),
        ("DescribeEffectivePatchesForPatchBaseline", BASELINE),
        (
            "DescribeInstanceAssociationsStatus",
            Resolve::Custom(machine::instance),
        ),
        ("DescribeInstancePatchStates", Resolve::Custom(machine::instances)),
        ("DescribeInstancePatches", Resolve::Custom(machine::instance)),
        ("DescribeMaintenanceWindowExecutions", WINDOW),
        ("DescribeMaintenanceWindowTargets", WINDOW),
        ("DescribeMaintenanceWindowTasks", WINDOW),
        ("DisassociateOpsItemRelatedItem", OPS_ITEM),
        ("GetAccessToken", ACCESS_REQUEST),
        ("GetCalendarState", Resolve::Custom(document::calendars)),
        ("GetConnectionStatus", Resolve::Custom(machine::target)),
        ("GetDefaultPatchBaseline", ANY_BASELINE),
        ("GetDocument", DOCUMENT),
        ("GetMaintenanceWindow", WINDOW),
        ("GetMaintenanceWindowTask", WINDOW),
        ("GetOpsItem", OPS_ITEM),
        ("GetParameter", PARAMETER),
        ("GetParameterHistory", PARAMETER),
        ("GetParameters", PARAMETERS),
        ("GetParametersByPath", Resolve::Custom(parameter::by_path)),
        ("GetPatchBaseline", BASELINE),
        ("GetResourcePolicies", Resolve::Custom(tagged::by_arn)),
        ("GetServiceSetting", SETTING),
        ("LabelParameterVersion", PARAMETER),
        ("ListDocumentMetadataHistory", DOCUMENT),
        ("ListDocumentVersions", DOCUMENT),
        ("ListTagsForResource", Resolve::Custom(tagged::by_kind)),
        ("ModifyDocumentPermission", DOCUMENT),
        ("PutComplianceItems", Resolve::Custom(machine::compliance)),
        ("PutParameter", Resolve::Custom(parameter::put_parameter)),
        ("PutResourcePolicy", Resolve::Custom(tagged::by_arn)),
        ("RegisterDefaultPatchBaseline", BASELINE),
        ("RegisterPatchBaselineForPatchGroup", BASELINE),
        ("RegisterTargetWithMaintenanceWindow", WINDOW),
        ("RegisterTaskWithMaintenanceWindow", WINDOW),
        ("RemoveTagsFromResource", Resolve::Custom(tagged::by_kind)),
        ("ResetServiceSetting", SETTING),
        ("SendCommand", Resolve::Custom(machine::send_command)),
        ("StartAccessRequest", Resolve::Custom(machine::targets)),
        ("StartAssociationsOnce", ASSOCIATIONS),
        ("StartAutomationExecution", Resolve::Custom(automation::start)),
        ("StartChangeRequestExecution", Resolve::Custom(automation::start)),
        ("StartSession", Resolve::Custom(machine::start_session)),
        ("UnlabelParameterVersion", PARAMETER),
        (
            "UpdateAssociation",
            Resolve::Custom(automation::update_association),
        ),
        (
            "UpdateAssociationStatus",
            Resolve::Custom(automation::update_association_status),
        ),
        ("UpdateDocument", DOCUMENT),
        ("UpdateDocumentDefaultVersion", DOCUMENT),
        ("UpdateDocumentMetadata", DOCUMENT),
        ("UpdateMaintenanceWindow", WINDOW),
        ("UpdateMaintenanceWindowTarget", WINDOW_TARGET),
        ("UpdateMaintenanceWindowTask", WINDOW_TASK),
        ("UpdateManagedInstanceRole", Resolve::Custom(machine::role)),
        ("UpdateOpsItem", OPS_ITEM),
        ("UpdatePatchBaseline", BASELINE),
        ("UpdateServiceSetting", SETTING),
    ],
};

const DOCUMENT: Resolve = Resolve::Custom(document::named);
const PARAMETER: Resolve = Resolve::Custom(parameter::named);
const PARAMETERS: Resolve = Resolve::Custom(parameter::several);
const SETTING: Resolve = Resolve::Custom(setting);
const OPS_ITEM: Resolve = Resolve::Custom(ops_item);
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
