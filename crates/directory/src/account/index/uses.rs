//! Who uses which managed policy, and how often each is used.

use lanyard_names::{FoldedName, PolicyArn, UniqueId};

use crate::account::{Account, Attachment, AttachmentKey, Usage};
use crate::error::OwnerKind;

impl Account {
    /// Follows a change of what an entity uses, or of its name.
    ///
    /// Within one commit a name may pass from one entity to another, in either order of records. So an entry goes only
    /// with the entity that it names.
    pub(super) fn replace_uses(
        &mut self,
        id: UniqueId,
        (old_name, old): (Option<&FoldedName>, Option<Uses<'_>>),
        (new_name, new): (Option<&FoldedName>, Option<Uses<'_>>),
    ) {
        if old_name == new_name && old == new {
            return;
        }
        if let (Some(name), Some(uses)) = (old_name, old) {
            for (arn, attachment) in uses.each() {
                let key = AttachmentKey {
                    arn: arn.clone(),
                    attachment,
                    kind: uses.kind,
                    name: name.clone(),
                };
                if self.attachments.get(&key) == Some(&id) {
                    self.attachments.remove(&key);
                    self.count(arn, attachment, -1);
                }
            }
        }
        if let (Some(name), Some(uses)) = (new_name, new) {
            for (arn, attachment) in uses.each() {
                let key = AttachmentKey {
                    arn: arn.clone(),
                    attachment,
                    kind: uses.kind,
                    name: name.clone(),
                };
                if self.attachments.insert(key, id).is_none() {
                    self.count(arn, attachment, 1);
                }
            }
        }
    }

    fn count(&mut self, arn: &PolicyArn, attachment: Attachment, by: i32) {
        let mut usage = self.usage(arn);
        let count = match attachment {
            Attachment::Permissions => &mut usage.attachments,
            Attachment::Boundary => &mut usage.boundaries,
        };
        *count = count.saturating_add_signed(by);
        let used = if arn.is_aws_managed() {
            &mut self.aws_policies_used
        } else {
            &mut self.own_policies_used
        };
        if usage == Usage::default() {
            self.usage.remove(arn);
            used.remove(&FoldedName::of(arn.name()));
        } else if self.usage.insert(arn.clone(), usage).is_none() {
            used.insert(FoldedName::of(arn.name()), arn.clone());
        }
    }
}

/// The managed policies one entity uses.
#[derive(PartialEq, Eq)]
pub(super) struct Uses<'a> {
    kind: OwnerKind,
    attached: &'a [PolicyArn],
    boundary: Option<&'a PolicyArn>,
}

impl<'a> Uses<'a> {
    pub(super) fn of(kind: OwnerKind, attached: &'a [PolicyArn], boundary: Option<&'a PolicyArn>) -> Self {
        Self {
            kind,
            attached,
            boundary,
        }
    }

    fn each(&self) -> impl Iterator<Item = (&'a PolicyArn, Attachment)> + use<'a> {
        let attached = self.attached.iter().map(|arn| (arn, Attachment::Permissions));
        attached.chain(self.boundary.map(|arn| (arn, Attachment::Boundary)))
    }
}
