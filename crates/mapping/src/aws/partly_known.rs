//! Resources that are there already and of which only the service knows which they are: what is by hand decided on `*`
//! for that reason.
//!
//! A `*` in what is decided on has three meanings. What is about to be made has no id yet, and a list is about all that
//! there are: there AWS decides on the very star. But where an id, a handle or a token stands for something that its
//! service alone can tell, AWS decides on the one that it stands for, and a policy may speak of that one. This is the
//! table of the last kind; of what is decided by rules, the parts say so themselves.
//!
//! Deliberately not here: what AWS was seen to decide on `*` itself, though only the service knows more: scalable
//! targets, snapshots of Redshift without their cluster, web ACLs of a resource.

use super::request::{Request, Resolved};

/// Prefix, operations, and what the ARN of the resource has in it. No operations: all that have such a resource.
type Entry = (&'static str, &'static [&'static str], &'static str);

const ENTRIES: &[Entry] = &[
    // Keyspaces go with their tables; names have several spellings; groups stand in ARNs otherwise than in requests.
    ("cassandra", &["DeleteKeyspace"], "/table/*"),
    ("codeartifact", &[], ":package/"),
    ("codeartifact", &[], ":package-group/"),
    // Of which workgroup something is stands in its id alone.
    (
        "athena",
        &[
            "BatchGetNamedQuery",
            "BatchGetQueryExecution",
            "CreatePresignedNotebookUrl",
            "DeleteNamedQuery",
            "DeleteNotebook",
            "ExportNotebook",
            "GetCalculationExecution",
            "GetCalculationExecutionCode",
            "GetCalculationExecutionStatus",
            "GetNamedQuery",
            "GetNotebookMetadata",
            "GetQueryExecution",
            "GetQueryResults",
            "GetQueryRuntimeStatistics",
            "ListCalculationExecutions",
            "ListNotebookSessions",
            "StartCalculationExecution",
            "StopCalculationExecution",
            "StopQueryExecution",
            "UpdateNamedQuery",
            "UpdateNotebook",
            "UpdateNotebookMetadata",
        ],
        ":workgroup/*",
    ),
    // Requests have the name of a group and not its id, or an instance and not its group.
    (
        "autoscaling",
        &["CreateOrUpdateTags", "DeleteTags", "SetInstanceHealth"],
        ":autoScalingGroup:*",
    ),
    (
        "ecs",
        &["DeleteAttributes", "PutAttributes"],
        ":container-instance/",
    ),
    // The connection of a destination.
    ("events", &["DescribeApiDestination"], ":connection/*"),
    // To which stream an iterator or the token of a page belongs, when a consumer was made, which key an alias is.
    ("kinesis", &["GetRecords", "ListShards"], ":stream/*"),
    (
        "kinesis",
        &[
            "DeregisterStreamConsumer",
            "DescribeStreamConsumer",
            "SubscribeToShard",
        ],
        "/consumer/",
    ),
    (
        "kinesis",
        &["StartStreamEncryption", "StopStreamEncryption"],
        ":key/*",
    ),
    // The key of a ciphertext.
    ("kms", &["Decrypt", "ReEncrypt"], ":key/*"),
    // Callbacks.
    (
        "lambda",
        &[
            "SendDurableExecutionCallbackFailure",
            "SendDurableExecutionCallbackHeartbeat",
            "SendDurableExecutionCallbackSuccess",
        ],
        ":function:",
    ),
    // What a query read, and what a delivery is from and to.
    (
        "logs",
        &["GetLogRecord", "GetQueryResults", "StartLiveTail", "StartQuery"],
        ":log-group:*",
    ),
    ("logs", &["UpdateDeliveryConfiguration"], ":delivery-"),
    // The id of the organization, and types of policies.
    ("organizations", &[], "/o-*"),
    ("organizations", &[], "::aws:policy/*/"),
    // Proxies have ids besides their names.
    (
        "rds",
        &[
            "DeleteDBProxy",
            "DeregisterDBProxyTargets",
            "DescribeDBProxyTargetGroups",
            "DescribeDBProxyTargets",
            "ModifyDBProxy",
            "ModifyDBProxyTargetGroup",
            "RegisterDBProxyTargets",
        ],
        ":db-proxy:*",
    ),
    (
        "rds",
        &[
            "DeregisterDBProxyTargets",
            "DescribeDBProxyTargets",
            "ModifyDBProxyTargetGroup",
            "RegisterDBProxyTargets",
        ],
        ":target-group:*",
    ),
    // Workgroups have ids besides their names; and which database is meant where none is named.
    ("redshift-data", &[], ":workgroup/"),
    ("redshift-data", &[], ":dbname:"),
    // The id of a table is none that requests have.
    ("s3tables", &[], "/table/*"),
    // A batch by filters gets what is found.
    ("secretsmanager", &["BatchGetSecretValue"], ":secret:*"),
    (
        "ses",
        &[
            "DeleteSuppressedDestination",
            "GetSuppressedDestination",
            "ListSuppressedDestinations",
            "PutSuppressedDestination",
        ],
        ":tenant/",
    ),
    // A task by its handle, and messages that go back to where they came from.
    ("sqs", &["CancelMessageMoveTask", "StartMessageMoveTask"], ":*"),
    // Associations by document and machine, defaults, executions of windows, and machines by their tags.
    (
        "ssm",
        &["DeleteAssociation", "DescribeAssociation"],
        ":association/*",
    ),
    (
        "ssm",
        &["CancelMaintenanceWindowExecution"],
        ":maintenancewindow/*",
    ),
    ("ssm", &["GetDefaultPatchBaseline"], ":patchbaseline/*"),
    (
        "ssm",
        &[
            "CreateAssociation",
            "CreateAssociationBatch",
            "SendCommand",
            "StartAccessRequest",
            "StartAutomationExecution",
            "StartChangeRequestExecution",
            "UpdateAssociation",
        ],
        "instance/*",
    ),
];

impl Resolved {
    /// The same, with the resources that are known in part only marked so.
    pub(super) fn partly_known(mut self, request: &Request<'_>) -> Self {
        let (Self::Permissions(permissions) | Self::Pinned(permissions, _)) = &mut self else {
            return self;
        };
        for permission in permissions.iter_mut().filter(|one| one.resource.contains('*')) {
            permission.partly_known = is_partly_known(
                request.service.iam_prefix(),
                request.operation.name(),
                &permission.resource,
            );
        }
        self
    }
}

fn is_partly_known(prefix: &str, operation: &str, resource: &str) -> bool {
    let mut entries = ENTRIES.iter();
    entries.any(|(of, operations, within)| {
        *of == prefix
            && (operations.is_empty() || operations.contains(&operation))
            && resource.contains(within)
    })
}
