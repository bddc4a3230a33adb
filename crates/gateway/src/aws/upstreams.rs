//! What stands behind: which upstream for which service and which account.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use lanyard_names::AccountId;

use super::lookups::Knowledge;
use super::mappings::Mappings;
use crate::body::ReadBudget;
use crate::error::{Kind, ServiceError};
use crate::record::Sampler;
use crate::services::GatewayServices;
use crate::settings::{Conduct, Serves, SettingsError, UpstreamSettings, is_answered_here};
use crate::upstream::{Upstream, UpstreamStatus};

/// The name of every service that no other line names.
const EVERY_OTHER: &str = "aws";

/// Guards everything that is no store.
pub(crate) struct AwsGateway {
    /// What the server is made of.
    pub(crate) services: Arc<GatewayServices>,
    /// The room for bodies that are read whole, of those who have shown who they are.
    pub(crate) budget: ReadBudget,
    /// The room for bodies that are read to find out who sent them. Whoever knows the id of a key can fill it, and takes
    /// nothing of the other.
    pub(crate) unproven_budget: ReadBudget,
    /// What requests mean.
    pub(super) mappings: Mappings,
    /// Whether a store is guarded as well, whose buckets have owners.
    pub(super) guards_buckets: bool,
    upstreams: Vec<Guarded>,
    /// The places of the upstreams of a service.
    named: BTreeMap<String, Vec<usize>>,
}

/// One upstream, and whose its resources are.
pub(crate) struct Guarded {
    /// The account.
    pub(crate) account: AccountId,
    /// What the upstream calls that account, if it calls it otherwise.
    pub(crate) upstream_account: Option<AccountId>,
    /// The principal of the service behind, if it is to call others for its callers.
    pub(super) forward_access: Option<String>,
    /// The region that requests to it are signed for; without one, that of the caller.
    pub(crate) region: Option<String>,
    /// What is remembered of it.
    pub(super) knowledge: Knowledge,
    /// What the operator set.
    pub(crate) conduct: Conduct,
    /// How it is reached.
    pub(crate) upstream: Upstream,
    /// Chooses which of the requests that pass leave a record.
    pub(super) sampler: Sampler,
    serves: Serves,
}

impl AwsGateway {
    /// A gateway before these upstreams.
    pub(crate) fn new(
        services: Arc<GatewayServices>,
        settings: Vec<UpstreamSettings>,
        budget: ReadBudget,
        unproven_budget: ReadBudget,
        guards_buckets: bool,
    ) -> Result<Self, SettingsError> {
        let mut upstreams: Vec<Guarded> = Vec::new();
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for settings in settings {
            let guarded = Guarded::new(&services, settings)?;
            let place = upstreams.len();
            let names = match &guarded.serves {
                Serves::Services(names) => names.as_slice(),
                Serves::S3 | Serves::EveryOther => &[EVERY_OTHER.to_owned()],
            };
            for name in names {
                let list = named.entry(name.clone()).or_default();
                let is_second = |place: &usize| {
                    let other = upstreams.get(*place);
                    other.is_some_and(|other: &Guarded| other.account == guarded.account)
                };
                if list.iter().any(is_second) {
                    return Err(SettingsError::SecondOfAccount {
                        origin: guarded.upstream.status().origin,
                        service: name.clone(),
                        account: guarded.account,
                    });
                }
                list.push(place);
            }
            upstreams.push(guarded);
        }
        let is_served = |name: &str| {
            let is_other = name != "s3" && !is_answered_here(name);
            named.contains_key(name) || (is_other && named.contains_key(EVERY_OTHER))
        };
        Ok(Self {
            services,
            budget,
            unproven_budget,
            mappings: Mappings::new(is_served),
            guards_buckets,
            upstreams,
            named,
        })
    }

    /// Whether something stands behind for requests that are signed for this name.
    pub(crate) fn serves(&self, signing_name: &str) -> bool {
        self.mappings.known(signing_name).is_some()
    }

    /// The upstream for a service, for somebody of this account. Where there are several, each account has its own.
    pub(super) fn upstream_of(
        &self,
        signing_name: &str,
        account: AccountId,
    ) -> Result<&Guarded, ServiceError> {
        let places = self
            .named
            .get(signing_name)
            .or_else(|| self.named.get(EVERY_OTHER));
        let places = places.map_or(&[][..], Vec::as_slice);
        let mut guarded = places.iter().filter_map(|place| self.upstreams.get(*place));
        let found = match places.len() {
            1 => guarded.next(),
            _ => guarded.find(|guarded| guarded.account == account),
        };
        // Fails closed: which of several somebody of yet another account means, nobody can say.
        found.ok_or_else(|| {
            ServiceError::new(
                Kind::Denied,
                format!("Nothing stands behind this server for {signing_name} in the account of the caller."),
            )
        })
    }

    /// The upstreams and how they are, for metrics.
    pub(crate) fn upstreams(&self) -> impl Iterator<Item = UpstreamStatus> + '_ {
        self.upstreams.iter().map(|guarded| guarded.upstream.status())
    }

    /// Each line of services with the account whose resources stand behind it.
    pub(crate) fn accounts(&self) -> Vec<(String, AccountId)> {
        let lines = self.upstreams.iter();
        lines
            .map(|guarded| (guarded.serves.to_string(), guarded.account))
            .collect()
    }
}

impl Guarded {
    fn new(services: &GatewayServices, mut settings: UpstreamSettings) -> Result<Self, SettingsError> {
        let account = settings.account.or_else(|| first_account(services));
        let account = account.ok_or_else(|| SettingsError::NoAccount(settings.serves.to_string()))?;
        Ok(Self {
            account,
            upstream_account: settings.upstream_account,
            forward_access: settings.forward_access.take(),
            region: settings.region.clone(),
            knowledge: Knowledge::new(settings.tags),
            conduct: Conduct::of(&settings),
            upstream: Upstream::new(&mut settings)?,
            sampler: Sampler::default(),
            serves: settings.serves,
        })
    }
}

/// The account of the first start, which is older than every other one.
fn first_account(services: &GatewayServices) -> Option<AccountId> {
    let global = services.directory.global();
    let mut accounts: Vec<_> = global.accounts().map(|entry| (entry.created, entry.id)).collect();
    accounts.sort_unstable();
    match accounts.as_slice() {
        [(_, only)] => Some(*only),
        // Fails closed: of two that are equally old, neither is the first.
        [(first, id), (second, _), ..] if first < second => Some(*id),
        _ => None,
    }
}

impl fmt::Debug for AwsGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upstreams = self.upstreams.iter().map(|guarded| &guarded.upstream);
        f.debug_list().entries(upstreams).finish()
    }
}
