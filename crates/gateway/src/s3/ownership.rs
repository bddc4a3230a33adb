//! Ownership of objects and access control lists.
//!
//! Every bucket is as one with BucketOwnerEnforced: whatever is in it belongs to its owner, and lists of access say
//! nothing but that. They can be read; nothing can be set by them.
//! Evidence: the S3 user guide's page on controlling ownership of objects.

use http::HeaderMap;
use lanyard_names::AccountId;

use super::canonical_id::canonical_user_id;
use super::xml::{Element, MalformedXmlError, XmlWriter};

const ENFORCED: &str = "BucketOwnerEnforced";
const OTHERS: [&str; 2] = ["BucketOwnerPreferred", "ObjectWriter"];

/// What a request wants ownership to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WantedOwnership {
    /// What it is.
    Enforced,
    /// What it cannot be here.
    Other,
}

/// Reads an ownership as a header or an element has it; `None` if there is no such ownership.
pub(crate) fn wanted(text: &str) -> Option<WantedOwnership> {
    if text == ENFORCED {
        Some(WantedOwnership::Enforced)
    } else if OTHERS.contains(&text) {
        Some(WantedOwnership::Other)
    } else {
        None
    }
}

/// Reads the body of PutBucketOwnershipControls.
pub(crate) fn read(body: &[u8]) -> Result<WantedOwnership, MalformedXmlError> {
    let root = Element::parse(body, "OwnershipControls")?;
    root.check_children(&["Rule"])?;
    let rule = root.only("Rule")?.ok_or(MalformedXmlError)?;
    rule.check_children(&["ObjectOwnership"])?;
    let ownership = rule.only_text("ObjectOwnership")?.ok_or(MalformedXmlError)?;
    wanted(ownership.trim()).ok_or(MalformedXmlError)
}

/// What GetBucketOwnershipControls answers.
pub(crate) fn controls() -> Vec<u8> {
    XmlWriter::document("OwnershipControls", |xml| {
        xml.element("Rule", |xml| xml.text("ObjectOwnership", ENFORCED));
    })
}

/// What GetBucketAcl and GetObjectAcl answer: full control for the owner.
pub(crate) fn access_control_list(owner: AccountId) -> Vec<u8> {
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
pub(crate) fn asks_for_access_control(headers: &HeaderMap, creates_bucket: bool) -> bool {
    let is_harmless = |value: &[u8]| {
        value == b"bucket-owner-full-control" || creates_bucket && value == b"private"
    };
    let canned = headers.get_all("x-amz-acl").iter();
    !canned.map(http::HeaderValue::as_bytes).all(is_harmless)
        || headers.keys().any(|name| name.as_str().starts_with("x-amz-grant-"))
}

/// Whether a header is about access control, and so never goes to the store behind.
pub(crate) fn is_access_control(name: &http::HeaderName) -> bool {
    let name = name.as_str();
    name == "x-amz-acl" || name == "x-amz-object-ownership" || name.starts_with("x-amz-grant-")
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName};
    use lanyard_names::AccountId;

    use super::{WantedOwnership, access_control_list, asks_for_access_control, controls, is_access_control, read};

    fn check(headers: &[(&'static str, &str)], creates_bucket: bool, expected: bool) {
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        assert_eq!(asks_for_access_control(&map, creates_bucket), expected, "{headers:?}");
    }

    #[test]
    fn only_what_says_that_the_owner_owns_is_taken() {
        check(&[], false, false);
        check(&[("x-amz-acl", "bucket-owner-full-control")], false, false);
        check(&[("x-amz-acl", "private")], false, true);
        check(&[("x-amz-acl", "private")], true, false);
        check(&[("x-amz-acl", "public-read")], false, true);
        check(&[("x-amz-acl", "public-read")], true, true);
        check(&[("x-amz-acl", "private"), ("x-amz-acl", "public-read")], true, true);
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
            format!("<OwnershipControls><Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule></OwnershipControls>")
        };
        assert_eq!(read(body("BucketOwnerEnforced").as_bytes()), Ok(WantedOwnership::Enforced));
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
