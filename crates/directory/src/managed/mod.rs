//! AWS's own managed policies.
//!
//! There are some 1,600, most of which nobody uses, so almost nothing of them is held in memory: names,
//! dates and versions stand in a table, the documents lie compressed in blocks in the program file. A
//! document is inflated and compiled when it is first needed. A bounded number of compiled ones is kept; one
//! that is in use anywhere is never compiled a second time.
//!
//! Only default versions are here. Unique ids are not published by AWS in a form that could be kept, so they
//! are derived from the ARN.

mod blocks;

use std::fmt;
use std::sync::{Arc, Weak};

use jiff::Timestamp;
use lanyard_names::{IdKind, PolicyArn, PolicyVersionId, UniqueId};
use lanyard_policy::{Document, Policy};
use parking_lot::Mutex;
use quick_cache::sync::Cache;

use self::blocks::{ROWS, Row};

/// How many compiled policies are kept that nothing else holds.
const COMPILED_MAX: usize = 64;

/// One managed policy of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsManagedPolicy {
    /// Its name.
    pub name: &'static str,
    /// Its path.
    pub path: &'static str,
    /// The version in force, the only one that is here.
    pub default_version: PolicyVersionId,
    /// When AWS created it.
    pub created: Timestamp,
    /// When AWS last changed it.
    pub updated: Timestamp,
    /// Its place in order of name.
    index: usize,
}

impl AwsManagedPolicy {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    /// A unique id for it, derived from its ARN.
    // Differs from AWS, whose ids for these policies are others.
    #[must_use]
    pub fn id(&self) -> UniqueId {
        UniqueId::from_entropy(IdKind::ManagedPolicy, fingerprint(&self.arn()).to_be_bytes())
    }

    /// The document of its default version.
    // Fails closed: an empty text compiles to nothing that allows.
    #[must_use]
    pub fn document(&self) -> Arc<str> {
        self.row().and_then(Row::document).unwrap_or_default().into()
    }

    fn row(&self) -> Option<&'static Row> {
        ROWS.get(self.index)
    }

    fn from_row((index, row): (usize, &'static Row)) -> Self {
        Self {
            name: row.name,
            path: row.path,
            default_version: PolicyVersionId::from_u32(row.version).unwrap_or(PolicyVersionId::FIRST),
            created: Timestamp::from_second(row.created).unwrap_or(Timestamp::UNIX_EPOCH),
            updated: Timestamp::from_second(row.updated).unwrap_or(Timestamp::UNIX_EPOCH),
            index,
        }
    }
}

/// All managed policies of AWS, and the compiled ones among them.
pub struct ManagedPolicies {
    /// What is compiled and alive somewhere, by place in order of name.
    alive: Box<[Mutex<Weak<Policy>>]>,
    /// What is kept alive for the next who needs it.
    kept: Cache<usize, Arc<Policy>>,
}

impl ManagedPolicies {
    /// The policies that the program was built with.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            alive: ROWS.iter().map(|_| Mutex::new(Weak::new())).collect(),
            kept: Cache::new(COMPILED_MAX),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        ROWS.len()
    }

    /// The policy of an ARN, which is compared exactly.
    #[must_use]
    pub fn get(&self, arn: &PolicyArn) -> Option<AwsManagedPolicy> {
        if !arn.is_aws_managed() {
            return None;
        }
        self.named(arn.name())
            .filter(|policy| policy.name == arn.name() && policy.path == arn.path())
    }

    /// The policy of a name, compared without regard to case.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<AwsManagedPolicy> {
        let place = ROWS.binary_search_by(|row| compare_folded(row.name, name)).ok()?;
        ROWS.get(place)
            .map(|row| AwsManagedPolicy::from_row((place, row)))
    }

    /// All policies in order of name without regard to case, beginning after a name.
    pub fn iter(&self, after: Option<&str>) -> impl Iterator<Item = AwsManagedPolicy> + use<> {
        let start = after.map_or(0, |after| {
            ROWS.partition_point(|row| compare_folded(row.name, after) != std::cmp::Ordering::Greater)
        });
        ROWS.iter()
            .enumerate()
            .skip(start)
            .map(AwsManagedPolicy::from_row)
    }

    /// The compiled document of a policy; `None` if there is no such policy.
    #[must_use]
    pub fn compiled(&self, arn: &PolicyArn) -> Option<Arc<Policy>> {
        let policy = self.get(arn)?;
        let mut alive = self.alive.get(policy.index)?.lock();
        let compiled = alive.upgrade().unwrap_or_else(|| {
            let compiled = Arc::new(compile(&policy));
            *alive = Arc::downgrade(&compiled);
            compiled
        });
        if self.kept.get(&policy.index).is_none() {
            self.kept.insert(policy.index, Arc::clone(&compiled));
        }
        Some(compiled)
    }
}

impl fmt::Debug for ManagedPolicies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedPolicies")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

// Fails closed: a document that cannot be read denies everything.
fn compile(policy: &AwsManagedPolicy) -> Policy {
    match Document::parse(&policy.document()) {
        Ok(document) => Policy::compile(&document),
        Err(_) => Policy::unreadable(),
    }
}

fn compare_folded(left: &str, right: &str) -> std::cmp::Ordering {
    let fold = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(fold).cmp(right.bytes().map(fold))
}

/// FNV-1a, 128 bits wide: stable, and more than enough to keep some thousand ids apart.
fn fingerprint(text: &str) -> u128 {
    text.bytes()
        .fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        })
}
