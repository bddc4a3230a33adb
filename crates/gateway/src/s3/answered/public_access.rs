//! Public access blocks: their XML, and the three operations on them.
//!
//! What a block takes from a public policy is the flow's matter, which decides; that no public policy is saved under
//! one is the directory's.

use http::StatusCode;
use lanyard_directory::PublicAccessBlock;
use serde_json::json;

use super::write;
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::xml::{Element, MalformedXmlError, XmlWriter};

const ROOT: &str = "PublicAccessBlockConfiguration";
const MEMBERS: [&str; 4] = [
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
];

/// Reads a configuration. What is not named is not blocked.
/// Evidence: the API reference of PutPublicAccessBlock.
fn read(body: &[u8]) -> Result<PublicAccessBlock, MalformedXmlError> {
    let root = Element::parse(body, ROOT)?;
    root.check_children(&MEMBERS)?;
    let member = |name| match root.only_text(name)?.map(str::trim) {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(MalformedXmlError),
    };
    let [acls, ignored_acls, policy, buckets] = MEMBERS;
    Ok(PublicAccessBlock {
        block_public_acls: member(acls)?,
        ignore_public_acls: member(ignored_acls)?,
        block_public_policy: member(policy)?,
        restrict_public_buckets: member(buckets)?,
    })
}

/// Writes a configuration.
fn document(block: &PublicAccessBlock) -> Vec<u8> {
    XmlWriter::document(ROOT, |xml| {
        let values = [
            block.block_public_acls,
            block.ignore_public_acls,
            block.block_public_policy,
            block.restrict_public_buckets,
        ];
        for (name, value) in MEMBERS.into_iter().zip(values) {
            xml.text(name, if value { "true" } else { "false" });
        }
    })
}

/// PutPublicAccessBlock.
pub(super) async fn put(call: &Call<'_>, body: &[u8]) -> Result<Answer, S3Error> {
    call.owned_bucket()?;
    let block = read(body)?;
    let shown = json!({
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    });
    write::write(call, &[(ROOT, shown)], |edit, bucket| {
        edit.put_public_access_block(&bucket.claim, Some(block))
    })
    .await?;
    Ok(Answer::done())
}

/// GetPublicAccessBlock.
pub(super) fn get(call: &Call<'_>) -> Result<Answer, S3Error> {
    let bucket = call.owned_bucket()?;
    match bucket.owner.bucket_settings(&bucket.claim).public_access_block {
        Some(block) => Ok(Answer::xml(StatusCode::OK, document(&block))),
        None => Err(S3Error::new(Code::NO_SUCH_PUBLIC_ACCESS_BLOCK).and("BucketName", call.bucket_name())),
    }
}

/// DeletePublicAccessBlock, which is content with a bucket that has none.
pub(super) async fn delete(call: &Call<'_>) -> Result<Answer, S3Error> {
    call.owned_bucket()?;
    write::write(call, &[], |edit, bucket| {
        edit.put_public_access_block(&bucket.claim, None)
    })
    .await?;
    Ok(Answer::no_content())
}

#[cfg(test)]
mod tests {
    use lanyard_directory::PublicAccessBlock;

    use super::{document, read};

    fn check(body: &str, expected: Option<[bool; 4]>) {
        let found = read(body.as_bytes()).ok().map(|block| {
            [
                block.block_public_acls,
                block.ignore_public_acls,
                block.block_public_policy,
                block.restrict_public_buckets,
            ]
        });
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn what_is_not_named_is_not_blocked() {
        let wrapped = |inner: &str| {
            format!("<PublicAccessBlockConfiguration xmlns=\"x\">{inner}</PublicAccessBlockConfiguration>")
        };
        check(&wrapped(""), Some([false; 4]));
        check(
            &wrapped(
                "<RestrictPublicBuckets>true</RestrictPublicBuckets><BlockPublicAcls>TRUE</BlockPublicAcls>",
            ),
            Some([true, false, false, true]),
        );
        check(&wrapped("<BlockPublicPolicy>yes</BlockPublicPolicy>"), None);
        check(&wrapped("<BlockPublicPolicies>true</BlockPublicPolicies>"), None);
        check(
            &wrapped(
                "<BlockPublicPolicy>true</BlockPublicPolicy><BlockPublicPolicy>false</BlockPublicPolicy>",
            ),
            None,
        );
        check("<Other/>", None);
    }

    #[test]
    fn it_is_written_in_the_order_of_the_model() {
        let block = PublicAccessBlock {
            block_public_policy: true,
            ..PublicAccessBlock::default()
        };
        assert_eq!(
            String::from_utf8_lossy(&document(&block)),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>\
             <BlockPublicPolicy>true</BlockPublicPolicy>\
             <RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
        );
    }
}
