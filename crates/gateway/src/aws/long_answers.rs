//! Operations whose answers take long by their nature: those that wait for work to be done, or for work to do.
//!
//! An operator's own word for how long an upstream may take, `answer-seconds`, counts for every operation instead.

use std::time::Duration;

/// The service as requests are signed for it, the operation, and how many seconds AWS lets it take.
///
/// Evidence: the developer guides of these services on timeouts and long polling.
const LONG: [(&str, &str, u64); 15] = [
    ("bedrock", "Converse", 3600),
    ("bedrock", "InvokeAgent", 3600),
    ("bedrock", "InvokeFlow", 3600),
    ("bedrock", "InvokeModel", 3600),
    ("bedrock", "RetrieveAndGenerate", 3600),
    ("lambda", "Invoke", 900),
    ("lambda", "InvokeWithResponseStream", 900),
    ("rds-data", "BatchExecuteStatement", 60),
    ("rds-data", "ExecuteStatement", 60),
    ("sagemaker", "InvokeEndpoint", 60),
    ("states", "GetActivityTask", 60),
    ("states", "StartSyncExecution", 300),
    ("states", "TestState", 300),
    ("swf", "PollForActivityTask", 60),
    ("swf", "PollForDecisionTask", 60),
];

/// What the answer needs for its way, and a server behind to notice that its time is over.
const MARGIN: Duration = Duration::from_secs(10);

/// How long the answer may take to begin; nothing, where it takes no time of its own.
pub(super) fn usual(signing_name: &str, operation: &str) -> Duration {
    let found = LONG
        .iter()
        .find(|(service, name, _)| *service == signing_name && *name == operation);
    found.map_or(Duration::ZERO, |(_, _, seconds)| {
        Duration::from_secs(*seconds).saturating_add(MARGIN)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "test code")]
mod tests {
    use lanyard_service_models::service_models;

    use super::{LONG, usual};

    #[test]
    fn every_one_of_them_is_an_operation_of_its_service() {
        for (service, name, _) in LONG {
            let known = service_models().signed_as(service).iter();
            let mut names = known.flat_map(|service| service.operations());
            assert!(
                names.any(|operation| operation.name() == name),
                "{service}:{name}"
            );
        }
    }

    #[test]
    fn functions_may_run_for_a_quarter_of_an_hour_and_tables_not() {
        assert_eq!(usual("lambda", "Invoke").as_secs(), 910);
        assert_eq!(usual("lambda", "GetFunction").as_secs(), 0);
        assert_eq!(usual("dynamodb", "Invoke").as_secs(), 0);
    }
}
