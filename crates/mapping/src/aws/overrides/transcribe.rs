//! Transcribe: a job that is started is asked for by its name.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        // Evidence: denials of AWS that users quote. The reference knows no resource of it.
        (
            "StartTranscriptionJob",
            Resolve::On(&[OnType {
                resource_type: "transcriptionjob",
                named: Named::By(&[("JobName", "TranscriptionJobName")]),
                absent: Absent::Missing,
            }]),
        ),
    ],
};
