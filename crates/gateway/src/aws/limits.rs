//! How much of a body is read whole, where its service says more than the mapping does.

/// The most bytes that are read of any body: what one account may hold of the room for bodies.
const BYTES_MAX: usize = 16 << 20;
/// The most bytes of a body that is usually passed on as it comes, but whose signature can only be checked when all
/// of it is there.
const STREAMED_BYTES_MAX: usize = 6 << 20;

// Evidence: the quotas in the services' guides, with room for what JSON and base64 add.
const OF_SERVICES: [(&str, usize); 7] = [
    ("dynamodb", 16 << 20),
    ("ecr", 16 << 20),
    ("firehose", 8 << 20),
    ("kinesis", 16 << 20),
    ("lambda", 8 << 20),
    ("logs", 4 << 20),
    ("sqs", 4 << 20),
];

/// How much is read of a body that the mapping needs whole. `wanted`: what the mapping says.
pub(super) fn whole(signing_name: &str, wanted: usize) -> usize {
    let of_service = OF_SERVICES.iter().find(|(name, _)| *name == signing_name);
    let of_service = of_service.map_or(0, |(_, bytes_max)| *bytes_max);
    wanted.max(of_service).min(BYTES_MAX)
}

/// How much is read of a body that nothing but its signature needs whole.
pub(super) fn streamed(signing_name: &str) -> usize {
    whole(signing_name, STREAMED_BYTES_MAX)
}
