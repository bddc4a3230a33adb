//! The one table of S3's error codes: their statuses and their usual texts.

use http::StatusCode;

/// An error code of S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    status: u16,
    /// What is said when there is nothing better to say.
    pub(crate) text: &'static str,
}

impl Code {
    /// Its status.
    pub(crate) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

macro_rules! codes {
    ($($constant:ident $name:literal $status:literal $text:literal;)*) => {
        impl Code {
            $(
                #[doc = concat!("`", $name, "`")]
                pub(crate) const $constant: Code = Code { name: $name, status: $status, text: $text };
            )*
        }
    };
}

// Evidence: the list of error responses in the S3 API reference.
codes! {
    ACCESS_CONTROL_LIST_NOT_SUPPORTED "AccessControlListNotSupported" 400 "The bucket does not allow ACLs";
    ACCESS_DENIED "AccessDenied" 403 "Access Denied";
    AUTHORIZATION_HEADER_MALFORMED "AuthorizationHeaderMalformed" 400 "The authorization header is malformed.";
    AUTHORIZATION_QUERY_PARAMETERS_ERROR "AuthorizationQueryParametersError" 400
        "Error parsing the X-Amz-Credential parameter.";
    BAD_DIGEST "BadDigest" 400 "The Content-MD5 or checksum value that you specified did not match what we received.";
    BUCKET_ALREADY_EXISTS "BucketAlreadyExists" 409
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Select a different name and try again.";
    BUCKET_ALREADY_OWNED_BY_YOU "BucketAlreadyOwnedByYou" 409
        "Your previous request to create the named bucket succeeded and you already own it.";
    BUCKET_NOT_EMPTY "BucketNotEmpty" 409 "The bucket you tried to delete is not empty.";
    CORS_NOT_ENABLED "AccessForbidden" 403 "CORSResponse: CORS is not enabled for this bucket.";
    ENTITY_TOO_LARGE "EntityTooLarge" 400 "Your proposed upload exceeds the maximum allowed size.";
    ENTITY_TOO_SMALL "EntityTooSmall" 400 "Your proposed upload is smaller than the minimum allowed size";
    EXPIRED_TOKEN "ExpiredToken" 400 "The provided token has expired.";
    INCOMPLETE_BODY "IncompleteBody" 400
        "You did not provide the number of bytes specified by the Content-Length HTTP header.";
    INTERNAL_ERROR "InternalError" 500 "We encountered an internal error. Please try again.";
    INVALID_ACCESS_KEY_ID "InvalidAccessKeyId" 403
        "The AWS Access Key Id you provided does not exist in our records.";
    INVALID_ARGUMENT "InvalidArgument" 400 "Invalid Argument";
    INVALID_BUCKET_ACL "InvalidBucketAclWithObjectOwnership" 400
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    INVALID_BUCKET_NAME "InvalidBucketName" 400 "The specified bucket is not valid.";
    INVALID_DIGEST "InvalidDigest" 400 "The Content-MD5 or checksum value that you specified is not valid.";
    INVALID_LOCATION_CONSTRAINT "InvalidLocationConstraint" 400 "The specified location-constraint is not valid";
    INVALID_POLICY_DOCUMENT "InvalidPolicyDocument" 400
        "The content of the form does not meet the conditions specified in the policy document.";
    INVALID_REQUEST "InvalidRequest" 400 "Invalid Request";
    INVALID_TOKEN "InvalidToken" 400 "The provided token is malformed or otherwise invalid.";
    INVALID_URI "InvalidURI" 400 "Couldn't parse the specified URI.";
    KEY_TOO_LONG "KeyTooLongError" 400 "Your key is too long";
    MALFORMED_POLICY "MalformedPolicy" 400 "Policy has invalid resource";
    MALFORMED_POST_REQUEST "MalformedPOSTRequest" 400
        "The body of your POST request is not well-formed multipart/form-data.";
    MALFORMED_TRAILER "MalformedTrailerError" 400
        "The request contained trailing data that was not well-formed or did not conform to our published schema.";
    MALFORMED_XML "MalformedXML" 400
        "The XML you provided was not well-formed or did not validate against our published schema";
    MAX_MESSAGE_LENGTH_EXCEEDED "MaxMessageLengthExceeded" 400 "Your request was too big.";
    MAX_POST_PRE_DATA_LENGTH_EXCEEDED "MaxPostPreDataLengthExceeded" 400
        "Your POST request fields preceding the upload file were too large.";
    METHOD_NOT_ALLOWED "MethodNotAllowed" 405 "The specified method is not allowed against this resource.";
    MISSING_CONTENT_LENGTH "MissingContentLength" 411 "You must provide the Content-Length HTTP header.";
    MISSING_REQUEST_BODY "MissingRequestBodyError" 400 "Request body is empty.";
    NOT_IMPLEMENTED "NotImplemented" 501
        "A header or query you provided implies functionality that is not implemented.";
    NO_SUCH_BUCKET "NoSuchBucket" 404 "The specified bucket does not exist";
    NO_SUCH_BUCKET_POLICY "NoSuchBucketPolicy" 404 "The bucket policy does not exist";
    NO_SUCH_KEY "NoSuchKey" 404 "The specified key does not exist.";
    NO_SUCH_PUBLIC_ACCESS_BLOCK "NoSuchPublicAccessBlockConfiguration" 404
        "The public access block configuration was not found";
    OPERATION_ABORTED "OperationAborted" 409
        "A conflicting conditional operation is currently in progress against this resource. Please try again.";
    PRECONDITION_FAILED "PreconditionFailed" 412
        "At least one of the pre-conditions you specified did not hold";
    REQUEST_TIME_TOO_SKEWED "RequestTimeTooSkewed" 403
        "The difference between the request time and the current time is too large.";
    REQUEST_TIMEOUT "RequestTimeout" 400
        "Your socket connection to the server was not read from or written to within the timeout period.";
    SERVICE_UNAVAILABLE "ServiceUnavailable" 503 "Service is unable to handle request.";
    SIGNATURE_DOES_NOT_MATCH "SignatureDoesNotMatch" 403
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    SLOW_DOWN "SlowDown" 503 "Please reduce your request rate.";
    TOO_MANY_BUCKETS "TooManyBuckets" 400 "You have attempted to create more buckets than allowed";
    X_AMZ_CONTENT_SHA256_MISMATCH "XAmzContentSHA256Mismatch" 400
        "The provided 'x-amz-content-sha256' header does not match what was computed.";
}
