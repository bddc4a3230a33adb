//! A report: the services that somebody may use, and who of those concerned last turned to each of them.
//!
//! It is made on one snapshot and does not change: what is granted, used, joined or renamed afterwards is in the next.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_catalogue::{Action, Service};
use lanyard_directory::{Account, Actor, Attachment, Directory, LastAttempt, OwnerKind, ServiceUse};
use lanyard_names::UniqueId;

use super::granted::{Granted, documents, granted};
use super::target::Target;

/// How far back attempts are told. Evidence: the IAM user guide.
const TRACKED: SignedDuration = SignedDuration::from_hours(400 * 24);

/// A finished report.
#[derive(Debug)]
pub(super) struct Report {
    /// In the order of their namespaces.
    pub(super) services: Vec<ServiceLine>,
    /// Whose attempts are told: users first, then roles, each in the order of their ARNs.
    pub(super) entities: Vec<EntityLine>,
}

/// What is told of one service.
#[derive(Debug)]
pub(super) struct ServiceLine {
    pub(super) service: &'static Service,
    /// How many turned to it.
    pub(super) entities: u32,
    pub(super) last: Option<Box<Last>>,
    /// The open actions that are tracked, if actions were asked for.
    pub(super) actions: Vec<ActionLine>,
}

/// What is told of one action.
#[derive(Debug)]
pub(super) struct ActionLine {
    pub(super) action: &'static Action,
    pub(super) last: Option<Box<Last>>,
}

/// The latest attempt, and by whom.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) attempt: LastAttempt,
    pub(super) entity: Arc<str>,
}

/// A user or role that is concerned.
#[derive(Debug)]
pub(super) struct EntityLine {
    pub(super) id: UniqueId,
    pub(super) kind: OwnerKind,
    /// When it turned to which service: the place of the service's line, and the time.
    pub(super) used: Vec<(usize, Timestamp)>,
}

impl Report {
    /// Makes the report about somebody as of now.
    pub(super) fn make(
        target: &Target,
        with_actions: bool,
        account: &Account,
        directory: &Directory,
        now: Timestamp,
    ) -> Self {
        let granted = granted(&documents(target, account));
        let mut report = Self {
            services: granted
                .into_iter()
                .map(|granted| ServiceLine::new(granted, with_actions))
                .collect(),
            entities: Vec::new(),
        };
        let places: HashMap<&str, usize> = report
            .services
            .iter()
            .enumerate()
            .map(|(place, line)| (line.service.prefix(), place))
            .collect();
        let since = now.checked_sub(TRACKED).unwrap_or(Timestamp::MIN);
        for (kind, id) in concerned(target, account) {
            let Some(arn) = account.principal_arn(id) else {
                continue;
            };
            let mut used = Vec::new();
            for service in directory.services_used(account.id(), Actor::Entity(id)) {
                let Some(place) = places.get(&*service.service).copied() else {
                    continue;
                };
                if let Some(line) = report.services.get_mut(place)
                    && line.take_in(&service, arn, since)
                {
                    used.push((place, service.last.at));
                }
            }
            report.entities.push(EntityLine { id, kind, used });
        }
        report
    }

    /// About how many bytes it takes to keep it.
    pub(super) fn bytes(&self) -> usize {
        let services: usize = self
            .services
            .iter()
            .map(|line| size_of::<ServiceLine>() + line.actions.len() * size_of::<ActionLine>())
            .sum();
        let lasts = self.services.iter().map(|line| {
            let actions = line.actions.iter().filter(|action| action.last.is_some()).count();
            actions + usize::from(line.last.is_some())
        });
        let entities = self
            .entities
            .iter()
            .map(|line| size_of::<EntityLine>() + line.used.len() * size_of::<(usize, Timestamp)>());
        services + lasts.sum::<usize>() * size_of::<Last>() + entities.sum::<usize>()
    }
}

impl ServiceLine {
    fn new(granted: Granted, with_actions: bool) -> Self {
        let service = granted.service;
        let is_told = |action: &&Action| with_actions && is_tracked(service, action);
        let actions = granted.actions.into_iter().filter(is_told);
        Self {
            service,
            entities: 0,
            last: None,
            actions: actions.map(|action| ActionLine { action, last: None }).collect(),
        }
    }

    /// Takes in what one entity did with the service; false if that is too long ago.
    fn take_in(&mut self, used: &ServiceUse, entity: &Arc<str>, since: Timestamp) -> bool {
        if used.last.at < since {
            return false;
        }
        self.entities = self.entities.saturating_add(1);
        keep_latest(&mut self.last, &used.last, entity);
        for action in used.actions.iter().filter(|action| action.last.at >= since) {
            let line = self
                .actions
                .iter_mut()
                .find(|line| line.action.name() == &*action.action);
            if let Some(line) = line {
                keep_latest(&mut line.last, &action.last, entity);
            }
        }
        true
    }
}

fn keep_latest(last: &mut Option<Box<Last>>, attempt: &LastAttempt, entity: &Arc<str>) {
    if last.as_ref().is_none_or(|last| last.attempt.at < attempt.at) {
        *last = Some(Box::new(Last {
            attempt: attempt.clone(),
            entity: Arc::clone(entity),
        }));
    }
}

/// Whose attempts a report tells of: of a group its members; of a policy everybody whom it applies to, members of groups
/// included.
fn concerned(target: &Target, account: &Account) -> Vec<(OwnerKind, UniqueId)> {
    let members = |group: UniqueId| {
        account
            .members(group, None)
            .map(|user| (OwnerKind::User, user.id))
    };
    let mut found: Vec<(OwnerKind, UniqueId)> = match target {
        Target::User(id) => vec![(OwnerKind::User, *id)],
        Target::Role(id) => vec![(OwnerKind::Role, *id)],
        Target::Group(id) => members(*id).collect(),
        Target::Policy(arn) => {
            let using = account.entities_using(arn, Attachment::Permissions, None);
            using
                .flat_map(|(kind, id)| match kind {
                    OwnerKind::Group => members(id).collect(),
                    kind => vec![(kind, id)],
                })
                .collect()
        }
    };
    let rank = |kind: OwnerKind| u8::from(kind == OwnerKind::Role);
    found.sort_by_cached_key(|(kind, id)| (rank(*kind), account.principal_arn(*id).cloned(), *id));
    found.dedup();
    found
}

/// Whether single actions of a service are told of: those of IAM, STS and S3 that are requests of their own and not
/// about single objects. Evidence: recorded reports of AWS, in which `iam:PassRole` and `s3:GetObject` are not told.
// Differs from AWS: of other services it tells of actions as well; see docs/differences-from-aws.md.
fn is_tracked(service: &Service, action: &Action) -> bool {
    match (service.prefix(), action.name()) {
        ("iam", name) => name != "PassRole",
        ("sts", name) => !matches!(
            name,
            "GetServiceBearerToken" | "SetContext" | "SetSourceIdentity" | "TagSession"
        ),
        // What is in buckets is data, of which AWS does not tell.
        ("s3", "ListBucket" | "ListBucketVersions" | "ListBucketMultipartUploads") => false,
        ("s3", _) => {
            let mut resources = action.resources().iter();
            !resources.any(|resource| resource.resource_type().name().contains("object"))
        }
        _ => false,
    }
}
