//! Ownership of objects and access control lists.
//!
//! Every bucket is as one with BucketOwnerEnforced: whatever is in it belongs to its owner, and lists of access say
//! nothing but that. They can be read; nothing can be set by them.
//! Evidence: the S3 user guide's page on controlling ownership of objects.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use lanyard_mapping::Mapped;
use lanyard_names::AccountId;

use super::canonical_id::canonical_user_id;
use super::trail;
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::upstream::{UpstreamRequest, target};
use crate::xml::{Element, MalformedXmlError, XmlWriter};

const ENFORCED: &str = "BucketOwnerEnforced";
const OTHERS: [&str; 2] = ["BucketOwnerPreferred", "ObjectWriter"];

/// PutBucketOwnershipControls, which changes nothing: what is asked for is so, or it is refused.
pub(super) async fn put_controls(call: &Call<'_>, body: &[u8]) -> Result<Answer, S3Error> {
    let owner = call.owned_bucket()?.claim.account;
    check_wanted(read(body)?)?;
    trail::record_now(call, owner).await?;
    Ok(Answer::done())
}

/// GetBucketOwnershipControls.
pub(super) fn get_controls(call: &Call<'_>) -> Result<Answer, S3Error> {
    call.owned_bucket()?;
    Ok(Answer::xml(StatusCode::OK, controls()))
}

/// DeleteBucketOwnershipControls.
// Differs from AWS: what the bucket goes back to is what it has, and not ObjectWriter.
pub(super) async fn delete_controls(call: &Call<'_>) -> Result<Answer, S3Error> {
    let owner = call.owned_bucket()?.claim.account;
    trail::record_now(call, owner).await?;
    Ok(Answer::no_content())
}

/// GetBucketAcl.
pub(super) fn get_bucket_acl(call: &Call<'_>) -> Result<Answer, S3Error> {
    let owner = call.owned_bucket()?.claim.account;
    Ok(Answer::xml(StatusCode::OK, access_control_list(owner)))
}

/// GetObjectAcl. The store is asked whether there is such an object.
pub(super) async fn get_object_acl(call: &Call<'_>) -> Result<Answer, S3Error> {
    let owner = call.owned_bucket()?.claim.account;
    let version = call.mapped.query.iter().find(|(name, _)| *name == "versionId");
    let version = version.map(|(name, value)| (*name, value.as_str()));
    let target = target(call.bucket_name(), call.mapped.key.as_deref(), version);
    let request = UpstreamRequest::new(Method::HEAD, target);
    let found = call.upstream.send_whole(request, 0, call.now()).await?;
    match found.status {
        status if status.is_success() => Ok(Answer::xml(StatusCode::OK, access_control_list(owner))),
        StatusCode::NOT_FOUND => {
            let key = call.mapped.key.clone().unwrap_or_default();
            Err(S3Error::new(Code::NO_SUCH_KEY).and("Key", key))
        }
        // The version is a mark that the object was deleted.
        StatusCode::METHOD_NOT_ALLOWED => Err(S3Error::new(Code::METHOD_NOT_ALLOWED)),
        status => Err(S3Error::new(Code::SERVICE_UNAVAILABLE).because(ObjectUnknown(status))),
    }
}

/// The store does not say whether an object is there.
#[derive(Debug, thiserror::Error)]
#[error("the store does not say whether an object is there: status {0}")]
struct ObjectUnknown(StatusCode);

/// Refuses a request whose headers would set a list of access. To be called before anything is sent on.
pub(crate) fn check_access_control(mapped: &Mapped) -> Result<(), S3Error> {
    let creates_bucket = mapped.operation.name() == "CreateBucket";
    if asks_for_access_control(&mapped.headers, creates_bucket) {
        return Err(S3Error::new(if creates_bucket {
            Code::INVALID_BUCKET_ACL
        } else {
            Code::ACCESS_CONTROL_LIST_NOT_SUPPORTED
        }));
    }
    Ok(())
}

/// Refuses a new bucket that should have another ownership.
pub(super) fn check_object_ownership(mapped: &Mapped) -> Result<(), S3Error> {
    for (name, value) in &mapped.headers {
        if name != "x-amz-object-ownership" {
            continue;
        }
        let text = value.to_str().unwrap_or_default();
        let wanted = wanted(text).ok_or_else(|| {
            S3Error::with_message(Code::INVALID_ARGUMENT, "Invalid x-amz-object-ownership header.")
                .and("ArgumentName", "x-amz-object-ownership")
        });
        check_wanted(wanted?)?;
    }
    Ok(())
}

fn check_wanted(wanted: WantedOwnership) -> Result<(), S3Error> {
    match wanted {
        WantedOwnership::Enforced => Ok(()),
        WantedOwnership::Other => Err(S3Error::with_message(
            Code::NOT_IMPLEMENTED,
            "Every bucket has the ownership BucketOwnerEnforced here; access control lists cannot be enabled.",
        )),
    }
}

/// What a request wants ownership to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WantedOwnership {
    /// What it is.
    Enforced,
    /// What it cannot be here.
    Other,
}

/// Reads an ownership as a header or an element has it; `None` if there is no such ownership.
fn wanted(text: &str) -> Option<WantedOwnership> {
    if text == ENFORCED {
        Some(WantedOwnership::Enforced)
    } else if OTHERS.contains(&text) {
        Some(WantedOwnership::Other)
    } else {
        None
    }
}

/// Reads the body of PutBucketOwnershipControls.
fn read(body: &[u8]) -> Result<WantedOwnership, MalformedXmlError> {
    let root = Element::parse(body, "OwnershipControls")?;
    root.check_children(&["Rule"])?;
    let rule = root.only("Rule")?.ok_or(MalformedXmlError)?;
    rule.check_children(&["ObjectOwnership"])?;
    let ownership = rule.only_text("ObjectOwnership")?.ok_or(MalformedXmlError)?;
    wanted(ownership.trim()).ok_or(MalformedXmlError)
}

/// What GetBucketOwnershipControls answers.
fn controls() -> Vec<u8> {
    XmlWriter::document("OwnershipControls", |xml| {
        xml.element("Rule", |xml| xml.text("ObjectOwnership", ENFORCED));
    })
}

/// What GetBucketAcl and GetObjectAcl answer: full control for the owner.
fn access_control_list(owner: AccountId) -> Vec<u8> {
    let id = canonical_user_id(owner);
    let grantee = [
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:type", "CanonicalUser"),
    ];
    XmlWriter::document("AccessControlPolicy", |xml| {
        xml.element("Owner", |xml| xml.text("ID", &id));
        xml.element("AccessControlList", |xml| {
            xml.element("Grant", |xml| {
                xml.element_with("Grantee", &grantee, |xml| xml.text("ID", &id));
                xml.text("Permission", "FULL_CONTROL");
            });
        });
    })
}

/// Whether the headers of a request ask for a list of access that says more than who owns the bucket. Of a new
/// bucket, `private` says no more than that either.
fn asks_for_access_control(headers: &[(HeaderName, HeaderValue)], creates_bucket: bool) -> bool {
    let is_harmless =
        |value: &HeaderValue| value == "bucket-owner-full-control" || creates_bucket && value == "private";
    headers.iter().any(|(name, value)| match name.as_str() {
        "x-amz-acl" => !is_harmless(value),
        name => name.starts_with("x-amz-grant-"),
    })
}

/// Whether a header is about access control, and so never goes to the store behind.
pub(crate) fn is_access_control(name: &HeaderName) -> bool {
    let name = name.as_str();
    name == "x-amz-acl" || name == "x-amz-object-ownership" || name.starts_with("x-amz-grant-")
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use lanyard_names::AccountId;

    use super::{
        WantedOwnership, access_control_list, asks_for_access_control, controls, is_access_control, read,
    };

    fn check(headers: &[(&'static str, &str)], creates_bucket: bool, expected: bool) {
        let list: Vec<(HeaderName, HeaderValue)> = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        assert_eq!(
            asks_for_access_control(&list, creates_bucket),
            expected,
            "{headers:?}"
        );
    }

    #[test]
    fn only_what_says_that_the_owner_owns_is_taken() {
        check(&[], false, false);
        check(&[("x-amz-acl", "bucket-owner-full-control")], false, false);
        check(&[("x-amz-acl", "private")], false, true);
        check(&[("x-amz-acl", "private")], true, false);
        check(&[("x-amz-acl", "public-read")], false, true);
        check(&[("x-amz-acl", "public-read")], true, true);
        check(
            &[("x-amz-acl", "private"), ("x-amz-acl", "public-read")],
            true,
            true,
        );
        check(&[("x-amz-grant-read", "id=\"1\"")], false, true);
    }

    #[test]
    fn headers_of_access_control_are_known() {
        for name in ["x-amz-acl", "x-amz-grant-full-control", "x-amz-object-ownership"] {
            assert!(is_access_control(&HeaderName::from_static(name)), "{name}");
        }
        assert!(!is_access_control(&HeaderName::from_static("x-amz-meta-acl")));
    }

    #[test]
    fn the_only_rule_of_ownership_is_read() {
        let body = |ownership: &str| {
            format!(
                "<OwnershipControls><Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule></OwnershipControls>"
            )
        };
        assert_eq!(
            read(body("BucketOwnerEnforced").as_bytes()),
            Ok(WantedOwnership::Enforced)
        );
        assert_eq!(read(body("ObjectWriter").as_bytes()), Ok(WantedOwnership::Other));
        assert!(read(body("Nobody").as_bytes()).is_err());
        assert!(read(b"<OwnershipControls/>").is_err());
    }

    #[test]
    fn what_is_answered() {
        assert_eq!(
            String::from_utf8_lossy(&controls()),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <OwnershipControls xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule>\
             <ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
        );
        let owner = AccountId::parse("111122223333").unwrap();
        let id = super::canonical_user_id(owner);
        assert_eq!(
            String::from_utf8_lossy(&access_control_list(owner)),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <AccessControlPolicy xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>{id}</ID></Owner>\
                 <AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                 xsi:type=\"CanonicalUser\"><ID>{id}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>\
                 </AccessControlList></AccessControlPolicy>"
            )
        );
    }
}
