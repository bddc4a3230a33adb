//! ListBuckets: the buckets of the caller's account, page by page.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use lanyard_directory::Global;
use lanyard_names::AccountId;

use crate::s3::answered::canonical_id::canonical_user_id;
use crate::xml::XmlWriter;

/// The most buckets of one page. Evidence: the API reference of ListBuckets.
const PAGE_MAX: usize = 10_000;

/// Which buckets are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    prefix: Option<String>,
    count_max: Option<usize>,
    after: Option<String>,
    region: Option<String>,
}

/// A parameter that is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListingError {
    /// The count is no number from 1 to 10,000.
    #[error("Argument max-buckets must be an integer between 1 and 10000")]
    Count(String),
    /// The token was not given out here.
    #[error("The continuation token provided is incorrect")]
    Token(String),
}

impl Listing {
    /// Reads the parameters of the query, each decoded.
    pub(crate) fn from_query<'a>(
        query: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ListingError> {
        let mut listing = Self::default();
        for (name, value) in query {
            match name {
                "prefix" => listing.prefix = Some(value.to_owned()),
                "bucket-region" => listing.region = Some(value.to_owned()),
                "max-buckets" => {
                    let count = value.parse().ok().filter(|count| (1..=PAGE_MAX).contains(count));
                    listing.count_max = Some(count.ok_or_else(|| ListingError::Count(value.to_owned()))?);
                }
                "continuation-token" => {
                    let name = BASE64URL_NOPAD.decode(value.as_bytes()).ok();
                    let name = name.and_then(|bytes| String::from_utf8(bytes).ok());
                    listing.after = Some(name.ok_or_else(|| ListingError::Token(value.to_owned()))?);
                }
                _ => {}
            }
        }
        Ok(listing)
    }

    /// The answer. `region` is the one the caller signed for, in which all its buckets are.
    pub(crate) fn answer(&self, global: &Global, account: AccountId, region: &str) -> Vec<u8> {
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let buckets = global
            .buckets_of(account, prefix, self.after.as_deref())
            .map(|claim| (&*claim.name, claim.created));
        self.write(buckets, account, region)
    }

    fn write<'a>(
        &self,
        mut buckets: impl Iterator<Item = (&'a str, Timestamp)>,
        account: AccountId,
        region: &str,
    ) -> Vec<u8> {
        let is_elsewhere = self.region.as_deref().is_some_and(|wanted| wanted != region);
        let count_max = if is_elsewhere {
            0
        } else {
            self.count_max.unwrap_or(PAGE_MAX)
        };
        // Evidence: the API reference of ListBuckets: the region is told when a parameter was given.
        let region = (*self != Self::default()).then_some(region);
        XmlWriter::document("ListAllMyBucketsResult", |xml| {
            xml.element("Owner", |xml| xml.text("ID", &canonical_user_id(account)));
            let mut last = None;
            xml.element("Buckets", |xml| {
                for (name, created) in buckets.by_ref().take(count_max) {
                    last = Some(name);
                    xml.element("Bucket", |xml| {
                        xml.text("Name", name);
                        xml.text("CreationDate", &to_milliseconds(created));
                        xml.optional_text("BucketRegion", region);
                    });
                }
            });
            xml.optional_text("Prefix", self.prefix.as_deref());
            if let Some(last) = last.filter(|_| buckets.next().is_some()) {
                xml.text("ContinuationToken", &BASE64URL_NOPAD.encode(last.as_bytes()));
            }
        })
    }
}

/// A time as S3 writes it, with milliseconds.
fn to_milliseconds(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use lanyard_names::AccountId;

    use super::{Listing, ListingError};
    use crate::s3::answered::canonical_id::canonical_user_id;

    fn check(query: &[(&str, &str)], names: &[&str], expected: &str) {
        let account = AccountId::parse("111122223333").unwrap();
        let created: Timestamp = "2026-01-02T03:04:05.6Z".parse().unwrap();
        let listing = Listing::from_query(query.iter().copied()).unwrap();
        let buckets = names.iter().map(|name| (*name, created));
        assert_eq!(
            String::from_utf8_lossy(&listing.write(buckets, account, "eu-central-1")),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>{}</ID></Owner>\
                 {expected}</ListAllMyBucketsResult>",
                canonical_user_id(account)
            )
        );
    }

    #[test]
    fn without_parameters_it_is_names_and_dates() {
        check(&[], &[], "<Buckets/>");
        check(
            &[],
            &["a-bucket"],
            "<Buckets><Bucket><Name>a-bucket</Name><CreationDate>2026-01-02T03:04:05.600Z</CreationDate></Bucket>\
             </Buckets>",
        );
    }

    #[test]
    fn a_page_ends_with_a_token_if_there_is_more() {
        let bucket = |name: &str| {
            format!(
                "<Bucket><Name>{name}</Name><CreationDate>2026-01-02T03:04:05.600Z</CreationDate>\
                 <BucketRegion>eu-central-1</BucketRegion></Bucket>"
            )
        };
        let one = bucket("aaa");
        check(
            &[("max-buckets", "1"), ("prefix", "a")],
            &["aaa", "aab"],
            &format!("<Buckets>{one}</Buckets><Prefix>a</Prefix><ContinuationToken>YWFh</ContinuationToken>"),
        );
        check(
            &[("max-buckets", "1")],
            &["aaa"],
            &format!("<Buckets>{one}</Buckets>"),
        );
    }

    #[test]
    fn no_bucket_is_in_a_region_that_was_not_signed_for() {
        check(&[("bucket-region", "us-east-1")], &["aaa"], "<Buckets/>");
    }

    #[test]
    fn parameters_are_checked() {
        let check = |name, value: &str, expected| {
            assert_eq!(Listing::from_query([(name, value)]), Err(expected));
        };
        for count in ["0", "10001", "-1", "many"] {
            check("max-buckets", count, ListingError::Count(count.to_owned()));
        }
        check("continuation-token", "%", ListingError::Token("%".to_owned()));
        let after = Listing::from_query([("continuation-token", "YWFh")]).unwrap();
        assert_eq!(after.after.as_deref(), Some("aaa"));
    }
}
