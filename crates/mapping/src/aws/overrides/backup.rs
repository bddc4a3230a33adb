//! Backup: a recovery point has the ARN that the service gave it of whose data it is.
//!
//! Evidence: the service authorization reference, where recovery points have ARNs of any service, account and type.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::arn_form::{is_plain, parts};
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CreateBackupAccessPoint", POINT),
        ("DeleteRecoveryPoint", POINT),
        ("DescribeRecoveryPoint", POINT),
        ("DisassociateRecoveryPoint", POINT),
        ("DisassociateRecoveryPointFromParent", POINT),
        ("GetPITRMalwareScanResults", POINT),
        ("GetRecoveryPointIndexDetails", POINT),
        ("GetRecoveryPointRestoreMetadata", POINT),
        ("StartCopyJob", POINT),
        ("StartRestoreJob", POINT),
        ("StartScanJob", POINT),
        ("UpdateRecoveryPointIndexSettings", POINT),
        ("UpdateRecoveryPointLifecycle", POINT),
    ],
};

const POINT: Resolve = Resolve::Custom(recovery_points, "the recovery points whose ARNs are given");

/// The point that a request is about, and the one that a scan is compared with.
const POINTS: [&str; 2] = ["RecoveryPointArn", "ScanBaseRecoveryPointArn"];

fn recovery_points(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    request.required("RecoveryPointArn")?;
    for path in POINTS {
        if let Some(text) = request.text(path)? {
            let arn = recovery_point(request, text).ok_or_else(|| MappingError::InvalidMember {
                member: path.to_owned(),
                reason: "it is no ARN of a recovery point here",
            })?;
            permissions.push(request.permission(own_action(request), arn));
        }
    }
    Ok(Resolved::Permissions(permissions))
}

/// The ARN, with the account that it has here.
fn recovery_point(request: &Request<'_>, text: &str) -> Option<String> {
    let scope = request.scope;
    let [arn, partition, vendor, region, account, rest] = parts(text)?;
    let is_word = |word: &str| {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !word.is_empty() && word.bytes().all(is_letter)
    };
    let is_account = |account: &str| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_point = (arn, partition) == ("arn", "aws")
        && is_word(vendor)
        // Buckets have no region in their ARNs.
        && (region == scope.region || region.is_empty())
        && (account.is_empty() || is_account(account))
        && is_plain(rest);
    let account = match scope.upstream_account {
        Some((theirs, here)) if theirs.to_string() == account => here.to_string(),
        _ => account.to_owned(),
    };
    is_point.then(|| [arn, partition, vendor, region, &account, rest].join(":"))
}
