//! Buckets: which an account has, and how one is made and deleted.

mod configuration;
mod create;
mod delete;
mod listing;
mod store;

use http::{HeaderName, HeaderValue, Response, StatusCode};

use self::listing::{Listing, ListingError};
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::xml::XmlWriter;

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use store::refusal;

/// The region whose buckets have no location. Evidence: the API reference of GetBucketLocation.
const REGION_WITHOUT_LOCATION: &str = "us-east-1";

/// The header that tells where a bucket is.
const BUCKET_REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");

/// ListBuckets.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, S3Error> {
    let query = call
        .mapped
        .query
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    let listing = Listing::from_query(query).map_err(|error| {
        let (name, value) = match &error {
            ListingError::Count(value) => ("max-buckets", value.clone()),
            ListingError::Token(value) => ("continuation-token", value.clone()),
        };
        S3Error::with_message(Code::INVALID_ARGUMENT, error.to_string())
            .and("ArgumentName", name)
            .and("ArgumentValue", value)
    })?;
    let global = call.services.directory.global();
    let document = listing.answer(&global, call.caller.account, region(call));
    Ok(Answer::xml(StatusCode::OK, document))
}

/// GetBucketLocation.
// Differs from AWS: a bucket is in whichever region its caller signs for, so that no client is sent elsewhere.
pub(super) fn answer_location(call: &Call<'_>) -> Result<Answer, S3Error> {
    call.owned_bucket()?;
    Ok(Answer::xml(StatusCode::OK, location_document(region(call))))
}

/// Tells with the head of a bucket in which region it is, and with nothing else: what the store says of its own region
/// would send clients elsewhere.
pub(crate) fn tell_region<B>(call: &Call<'_>, response: &mut Response<B>) {
    response.headers_mut().remove(BUCKET_REGION);
    let is_head = call.mapped.operation.name() == "HeadBucket" && response.status().is_success();
    if let (true, Ok(region)) = (is_head, HeaderValue::from_str(region(call))) {
        response.headers_mut().insert(BUCKET_REGION, region);
    }
}

fn location_document(region: &str) -> Vec<u8> {
    XmlWriter::document("LocationConstraint", |xml| {
        if region != REGION_WITHOUT_LOCATION {
            xml.escaped(region);
        }
    })
}

/// The region that the caller signs for.
fn region<'a>(call: &'a Call<'_>) -> &'a str {
    match call.facts.region {
        "" => REGION_WITHOUT_LOCATION,
        region => region,
    }
}

#[cfg(test)]
mod tests {
    fn check(region: &str, expected: &str) {
        assert_eq!(
            String::from_utf8_lossy(&super::location_document(region)),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"{expected}"
            )
        );
    }

    #[test]
    fn one_region_has_no_location() {
        check("us-east-1", "/>");
        check("eu-central-1", ">eu-central-1</LocationConstraint>");
    }
}
