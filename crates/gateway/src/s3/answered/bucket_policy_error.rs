//! What is wrong with a bucket policy, in S3's words.

use lanyard_directory::BucketError;

use crate::error::{Code, S3Error};
use crate::s3::Call;

/// What is wrong with a bucket policy, as S3 says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BucketPolicyError {
    /// It is not JSON, or not an object.
    #[error("Policies must be valid JSON and the first byte must be '{{'")]
    NotJson,
    /// It is longer than a policy may be.
    #[error("Policy exceeds the maximum allowed document size.")]
    TooLong,
    /// A value is of a kind that cannot stand there.
    #[error("Invalid policy syntax.")]
    Syntax,
    /// A field that the language does not have.
    #[error("Unknown field {0}")]
    UnknownField(String),
    /// A field stands twice, or beside its negation.
    #[error("Statement/policy already has instance of {0}")]
    Twice(String),
    /// A field is not there.
    #[error("Missing required field {0}")]
    Missing(&'static str),
    /// A list has nothing in it.
    #[error("Missing required field {0} cannot be empty!")]
    Empty(&'static str),
    /// There are no statements.
    #[error("Could not parse the policy: Statement is empty!")]
    NoStatements,
    /// The version is none.
    #[error("The policy must contain a valid version string")]
    Version,
    /// The effect is neither of the two.
    #[error("Invalid effect: {0}")]
    Effect(String),
    /// A principal that cannot be one, or that does not exist.
    #[error("Invalid principal in policy")]
    Principal,
    /// A principal by its canonical user id, which names nobody here.
    #[error("Invalid principal in policy")]
    CanonicalUser,
    /// An action that is not one of S3.
    #[error("Policy has invalid action")]
    Action,
    /// A condition on a key that no request has.
    #[error("Policy has an invalid condition key")]
    ConditionKey,
    /// A condition on a key that no request for one of the actions has.
    #[error("Conditions do not apply to combination of actions and resources in statement")]
    ConditionDoesNotApply,
    /// A resource outside of the bucket.
    #[error("Policy has invalid resource")]
    Resource,
    /// An action about objects with no object to be about, or one about buckets with no bucket.
    #[error("Action does not apply to any resource(s) in statement")]
    ActionWithoutResource,
}

/// The error that names it.
pub(super) fn malformed(error: &BucketPolicyError) -> S3Error {
    let malformed = S3Error::with_message(Code::MALFORMED_POLICY, error.to_string());
    match error {
        BucketPolicyError::CanonicalUser => malformed.and("Detail", "Name accounts by their numbers."),
        _ => malformed,
    }
}

/// What S3 answers when a change of a bucket is refused.
pub(super) fn error_of(call: &Call<'_>, error: BucketError) -> S3Error {
    match error {
        BucketError::MalformedPolicy(problem) => {
            malformed(&BucketPolicyError::Syntax).and("Detail", problem.message())
        }
        BucketError::InvalidPrincipal { kind, text } => {
            malformed(&BucketPolicyError::Principal).and("Detail", format!("\"{kind}\" : \"{text}\""))
        }
        BucketError::PolicyTooLong { .. } => malformed(&BucketPolicyError::TooLong),
        // Evidence: the S3 user guide's page on access denied errors.
        BucketError::PolicyIsPublic => S3Error::with_message(
            Code::ACCESS_DENIED,
            format!(
                "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::{}\" because \
                 public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
                call.caller.arn,
                call.bucket_name()
            ),
        ),
        BucketError::NotTheOwner(_) => S3Error::no_such_bucket(call.bucket_name()),
        other @ (BucketError::NoSuchResourcePolicy(_) | BucketError::NotAResource(_)) => {
            S3Error::internal(other)
        }
    }
}
