//! The forms of ARNs, by the service in them, which is not always the one whose actions act on the resource.
//!
//! They are prepared once, so that most ARNs of a policy are told apart by how they begin: comparing all their
//! characters with all forms of a service takes a thousand times longer, and is left to the few where a wildcard or
//! variable stands before that is certain.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::BitOrAssign;
use std::sync::OnceLock;

use lanyard_catalogue::{ResourceType, Service, catalogue};

use super::arn::Arn;
use super::glob::{covers_within, is_open};
use crate::work::Work;

/// AWS's resources have shorter ARNs; longer ones are not compared with forms.
const LENGTH_MAX: usize = 2_048;

/// The forms of one service.
pub(super) struct Forms {
    all: Vec<Form>,
    /// What the forms together say of Region and account.
    any: Slots,
    /// The forms that begin with a fixed word, by its letters without case and punctuation.
    by_letters: HashMap<String, Vec<&'static str>>,
}

/// A form, such as `arn:${Partition}:s3:::${BucketName}`.
struct Form {
    /// The last part up to what is open.
    literal: &'static str,
    end: End,
    /// The last part as a pattern of stars and question marks.
    pattern: String,
    resource_type: &'static ResourceType,
    slots: Slots,
}

/// What stands behind the literal beginning of a form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Nothing,
    /// One placeholder, which takes anything but nothing.
    Placeholder,
    Other,
}

/// What forms say of Region and account.
#[derive(Clone, Copy, Default)]
pub(super) struct Slots {
    pub(super) region: Slot,
    pub(super) account: Slot,
}

/// What forms say of one part: whether it is filled in one, and whether it is not in one. Where either will do, both.
#[derive(Clone, Copy, Default)]
pub(super) struct Slot {
    filled: bool,
    empty: bool,
}

impl Slot {
    fn of(form: &str, part: usize) -> Self {
        let text = form.splitn(6, ':').nth(part);
        let is_free = matches!(text, Some("*") | None);
        Self {
            filled: is_free || text != Some(""),
            empty: is_free || text == Some(""),
        }
    }

    /// Whether no form leaves the part empty.
    pub(super) fn is_always_filled(self) -> bool {
        self.filled && !self.empty
    }

    /// Whether no form fills the part.
    pub(super) fn is_always_empty(self) -> bool {
        self.empty && !self.filled
    }
}

impl BitOrAssign for Slots {
    fn bitor_assign(&mut self, other: Self) {
        for (slot, other) in [
            (&mut self.region, other.region),
            (&mut self.account, other.account),
        ] {
            slot.filled |= other.filled;
            slot.empty |= other.empty;
        }
    }
}

impl Forms {
    /// The forms of ARNs that name this service, in this case of its letters.
    pub(super) fn of(service: &str) -> Option<&'static Self> {
        by_service().get(service)
    }

    fn new(named: &[(&'static str, &'static ResourceType)]) -> Self {
        let mut forms = Self {
            all: Vec::new(),
            any: Slots::default(),
            by_letters: HashMap::new(),
        };
        for (arn, resource_type) in named {
            let form = Form::new(arn, resource_type);
            forms.any |= form.slots;
            let word = beginning(last_part(arn));
            if !is_open(word) {
                forms.by_letters.entry(letters(word)).or_default().push(arn);
            }
            forms.all.push(form);
        }
        forms
    }

    /// What the forms that an ARN can have say of Region and account; `None`: it can have none of them.
    pub(super) fn fitting(&self, arn: &Arn<'_>, work: &Work) -> Option<Slots> {
        let (service, resource) = (arn.part(Arn::SERVICE), arn.part(Arn::RESOURCE));
        let is_comparable =
            arn.text.len() <= LENGTH_MAX && !resource.starts_with(['*', '?']) && !resource.starts_with("${");
        if !is_comparable {
            return Some(self.any);
        }
        let open = [resource.find(['*', '?']), resource.find("${")];
        let certain_len = open.into_iter().flatten().min().unwrap_or(resource.len());
        let certain = resource.get(..certain_len).unwrap_or_default();
        let mut found: Option<Slots> = None;
        for form in &self.all {
            let fits =
                form.fits(certain, resource)
                    .unwrap_or_else(|| match certain.len() == resource.len() {
                        true => covers_within(&form.pattern, resource, work) || work.steps_left() == 0,
                        false => form.could_be(service, resource, work),
                    });
            if fits {
                *found.get_or_insert_default() |= form.slots;
            }
        }
        found
    }

    /// The forms that begin with this word, but for case and punctuation.
    pub(super) fn like(&self, word: &str) -> &[&'static str] {
        self.by_letters.get(&letters(word)).map_or(&[], Vec::as_slice)
    }
}

impl Form {
    fn new(arn: &'static str, resource_type: &'static ResourceType) -> Self {
        let last = last_part(arn);
        let literal_len = last.find(['*', '$']).unwrap_or(last.len());
        let (literal, rest) = last.split_at_checked(literal_len).unwrap_or((last, ""));
        let is_placeholder = rest.starts_with("${") && rest.find('}') == rest.len().checked_sub(1);
        Self {
            literal,
            end: match rest {
                "" => End::Nothing,
                _ if is_placeholder => End::Placeholder,
                _ => End::Other,
            },
            pattern: pattern(last),
            resource_type,
            slots: Slots {
                region: Slot::of(arn, Arn::REGION),
                account: Slot::of(arn, Arn::ACCOUNT),
            },
        }
    }

    /// Whether a resource, certain up to its first wildcard or variable, has the form, where that shows at once.
    fn fits(&self, certain: &str, resource: &str) -> Option<bool> {
        let is_certain = certain.len() == resource.len();
        if let Some(rest) = certain.strip_prefix(self.literal) {
            match self.end {
                End::Nothing if is_certain => Some(rest.is_empty()),
                End::Placeholder => Some(!rest.is_empty() || !is_certain),
                End::Nothing | End::Other => None,
            }
        } else if is_certain || !self.literal.starts_with(certain) {
            Some(false)
        } else {
            None
        }
    }

    /// The same for a resource that is not certain. If there is no work left, it may be.
    fn could_be(&self, service: &str, resource: &str, work: &Work) -> bool {
        let form_len: usize = self.resource_type.arns().iter().map(|arn| arn.len()).sum();
        !work.take(form_len.saturating_mul(resource.len()))
            || self
                .resource_type
                .could_be(&format!("arn:*:{service}:*:*:{resource}"))
    }
}

/// What a resource begins with, up to the first character that parts it.
pub(super) fn beginning(resource: &str) -> &str {
    resource.split(['/', ':']).next().unwrap_or_default()
}

fn letters(word: &str) -> String {
    let letters = word.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn last_part(form: &str) -> &str {
    form.splitn(6, ':').nth(Arn::RESOURCE).unwrap_or_default()
}

/// A placeholder takes anything but nothing, a star of a form also nothing.
fn pattern(form: &str) -> String {
    let mut pattern = String::new();
    let mut rest = form;
    while let Some((before, inside)) = rest.split_once("${") {
        pattern.push_str(before);
        pattern.push_str("?*");
        rest = inside.split_once('}').map_or("", |(_, behind)| behind);
    }
    pattern.push_str(rest);
    pattern
}

/// Whether ARNs of some form have this owner in the place of the account.
pub(super) fn is_owner(account: &str) -> bool {
    static OWNERS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let owner = |form: &&'static str| form.splitn(6, ':').nth(Arn::ACCOUNT);
    let of_service = |service: &'static Service| service.resource_types().iter();
    let types = || catalogue().services().iter().flat_map(of_service);
    let owners = OWNERS.get_or_init(|| types().flat_map(|known| known.arns()).filter_map(owner).collect());
    owners.contains(account)
}

fn by_service() -> &'static BTreeMap<&'static str, Forms> {
    static FORMS: OnceLock<BTreeMap<&'static str, Forms>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut named: BTreeMap<&str, Vec<(&str, &ResourceType)>> = BTreeMap::new();
        for service in catalogue().services() {
            for resource_type in service.resource_types() {
                for arn in resource_type.arns() {
                    let Some(name) = arn.splitn(6, ':').nth(Arn::SERVICE) else {
                        continue;
                    };
                    // A form that leaves the service open is that of the service it belongs to.
                    let name = if name.contains("${") {
                        service.prefix()
                    } else {
                        name
                    };
                    named.entry(name).or_default().push((arn, resource_type));
                }
            }
        }
        let forms = named.into_iter().map(|(name, named)| (name, Forms::new(&named)));
        forms.collect()
    })
}
