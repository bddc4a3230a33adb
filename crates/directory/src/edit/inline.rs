//! Inline policies of users, groups and roles.

use lanyard_names::InlinePolicyName;
use lanyard_policy::{DocumentKind, non_whitespace_len};

use super::{AccountEdit, Owner};
use crate::error::DirectoryError;
use crate::record::{InlinePolicy, PolicyDocument, inline_others, put_inline, remove_inline};

/// What the inline policies of one entity may take up together as they were written, in bytes: as much as the largest
/// document that the API takes. The quotas leave white space out, and an entity is one stored record: filled to what
/// one commit can carry, it could not be changed any more, not even to attach a policy that denies.
const WRITTEN_BYTES_MAX: usize = 256 * 1024;

impl AccountEdit {
    /// Adds an inline policy, or replaces the document of the one of its name.
    pub fn put_inline_policy(
        &mut self,
        owner: Owner<'_>,
        name: InlinePolicyName,
        text: &str,
    ) -> Result<(), DirectoryError> {
        let mut carrier = self.carrier(owner)?;
        Self::validated(text, DocumentKind::InlinePolicy)?;
        let (mut size, mut written) = (non_whitespace_len(text), 0_usize);
        for other in inline_others(carrier.inline(), name.as_str()) {
            size = size.saturating_add(non_whitespace_len(other.document.text()));
            written = written.saturating_add(other.document.text().len());
        }
        self.within(carrier.inline_quota(), size, carrier.name())?;
        if written.saturating_add(text.len()) > WRITTEN_BYTES_MAX {
            let quota = carrier.inline_quota();
            return Err(DirectoryError::QuotaExceeded {
                quota,
                limit: self.account.limit(quota),
                subject: carrier.name().into(),
            });
        }
        put_inline(
            carrier.inline(),
            InlinePolicy {
                name,
                document: PolicyDocument::new(text),
            },
        );
        self.put(carrier.into_record());
        Ok(())
    }

    /// Removes an inline policy.
    pub fn delete_inline_policy(&mut self, owner: Owner<'_>, name: &str) -> Result<(), DirectoryError> {
        let mut carrier = self.carrier(owner)?;
        if !remove_inline(carrier.inline(), name) {
            return Err(DirectoryError::NoSuchInlinePolicy {
                kind: carrier.kind(),
                name: name.into(),
            });
        }
        self.put(carrier.into_record());
        Ok(())
    }
}
