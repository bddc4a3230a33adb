//! Public access blocks: their XML, and what a block takes from a public policy.

use lanyard_directory::{BucketSettings, PublicAccessBlock};
use lanyard_names::AccountId;

use super::xml::{Element, MalformedXmlError, XmlWriter};

const ROOT: &str = "PublicAccessBlockConfiguration";
const MEMBERS: [&str; 4] = [
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
];

/// Reads a configuration. What is not named is not blocked.
/// Evidence: the API reference of PutPublicAccessBlock.
pub(crate) fn read(body: &[u8]) -> Result<PublicAccessBlock, MalformedXmlError> {
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
pub(crate) fn write(block: &PublicAccessBlock) -> Vec<u8> {
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

/// Whether a bucket's policy may admit a caller at all, by the bucket's settings. A deny of the policy counts
/// whatever this says; so does everything that the caller's own policies say.
///
/// `caller` is the caller's account, `None` for somebody anonymous. A public policy admits nobody from outside of
/// the owner's account once public buckets are restricted, not even those whom it names beside everyone else.
/// Evidence: the S3 user guide's page on blocking public access, on RestrictPublicBuckets.
pub(crate) fn policy_may_admit(
    settings: BucketSettings,
    policy_is_public: bool,
    caller: Option<AccountId>,
    owner: AccountId,
) -> bool {
    let block = settings.public_access_block.unwrap_or_default();
    !(block.restrict_public_buckets && policy_is_public) || caller == Some(owner)
}

#[cfg(test)]
mod tests {
    use lanyard_directory::{BucketSettings, PublicAccessBlock};
    use lanyard_names::AccountId;

    use super::{policy_may_admit, read, write};

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
            &wrapped("<RestrictPublicBuckets>true</RestrictPublicBuckets><BlockPublicAcls>TRUE</BlockPublicAcls>"),
            Some([true, false, false, true]),
        );
        check(&wrapped("<BlockPublicPolicy>yes</BlockPublicPolicy>"), None);
        check(&wrapped("<BlockPublicPolicies>true</BlockPublicPolicies>"), None);
        check(&wrapped("<BlockPublicPolicy>true</BlockPublicPolicy><BlockPublicPolicy>false</BlockPublicPolicy>"), None);
        check("<Other/>", None);
    }

    #[test]
    fn it_is_written_in_the_order_of_the_model() {
        let block = PublicAccessBlock {
            block_public_policy: true,
            ..PublicAccessBlock::default()
        };
        assert_eq!(
            String::from_utf8_lossy(&write(&block)),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>\
             <BlockPublicPolicy>true</BlockPublicPolicy>\
             <RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
        );
    }

    #[test]
    fn a_restricted_bucket_with_a_public_policy_admits_its_own_account_only() {
        let owner = AccountId::parse("111122223333").unwrap();
        let other = AccountId::parse("444455556666").unwrap();
        let restricted = BucketSettings::NEW;
        let open = BucketSettings {
            public_access_block: Some(PublicAccessBlock {
                restrict_public_buckets: false,
                ..PublicAccessBlock::ALL
            }),
        };
        let none = BucketSettings {
            public_access_block: None,
        };
        let rows = [
            (restricted, true, Some(owner), true),
            (restricted, true, Some(other), false),
            (restricted, true, None, false),
            (restricted, false, Some(other), true),
            (restricted, false, None, true),
            (open, true, Some(other), true),
            (open, true, None, true),
            (none, true, None, true),
        ];
        for (settings, is_public, caller, expected) in rows {
            assert_eq!(policy_may_admit(settings, is_public, caller, owner), expected, "{settings:?} {caller:?}");
        }
    }
}
