//! Which service and which operation a request asks for, as its protocol says it.

use http::Method;
use lanyard_names::AccountId;
use lanyard_service_models::Protocol;

use super::begin::{SMITHY_CBOR, ServiceMapping};
use super::compile::{CompiledOperation, CompiledService};
use super::headers::TARGET;
use super::read::form::{Dialect, Form};
use super::read::rest;
use super::read::signature::is_of_signature;
use crate::{Incoming, MappingError};

impl ServiceMapping {
    /// The newer CBOR protocol: `/service/NAME/operation/NAME`.
    pub(super) fn of_path(
        &self,
        value: &str,
        kind: Option<&str>,
        incoming: &Incoming<'_>,
    ) -> Result<(&CompiledService, &CompiledOperation), MappingError> {
        if value != SMITHY_CBOR || incoming.headers.contains_key(TARGET) {
            return Err(MappingError::Malformed(
                "it names two protocols, or one that is not known",
            ));
        }
        if incoming.method != Method::POST || has_parameters(incoming.query) {
            return Err(MappingError::Malformed(
                "the protocol knows no other method than POST, and no query",
            ));
        }
        if !matches!(kind, None | Some("application/cbor")) {
            return Err(MappingError::Malformed(
                "the body has another type than the protocol",
            ));
        }
        let rest = incoming.path.strip_prefix("/service/").unwrap_or_default();
        let (prefix, name) = rest.split_once("/operation/").unwrap_or_default();
        let known = self
            .services
            .iter()
            .filter(|service| service.model.takes(Protocol::Cbor));
        find(known, prefix, name)
    }

    /// JSON and the older CBOR: `X-Amz-Target: NAME.NAME`.
    pub(super) fn of_target(
        &self,
        target: &str,
        kind: Option<&str>,
        incoming: &Incoming<'_>,
    ) -> Result<(&CompiledService, &CompiledOperation, Protocol), MappingError> {
        let protocol = match kind {
            Some("application/x-amz-json-1.0") => Protocol::Json10,
            Some("application/x-amz-json-1.1") => Protocol::Json11,
            Some("application/x-amz-cbor-1.1") => Protocol::Cbor,
            _ => {
                return Err(MappingError::Malformed(
                    "the body has another type than the protocol",
                ));
            }
        };
        if incoming.method != Method::POST || has_parameters(incoming.query) || incoming.path != "/" {
            return Err(MappingError::Malformed(
                "the protocol knows no method but POST, no path and no query",
            ));
        }
        let (prefix, name) = target.rsplit_once('.').unwrap_or_default();
        let takes_any = |service: &&CompiledService| {
            [Protocol::Json10, Protocol::Json11, Protocol::Cbor]
                .into_iter()
                .any(|known| service.model.takes(known))
        };
        let (service, operation) = find(self.services.iter().filter(takes_any), prefix, name)?;
        Ok((service, operation, protocol))
    }

    /// The operation that method and path name: its service, its number among those of the service, and its labels.
    pub(super) fn of_place<'p>(
        &self,
        incoming: &Incoming<'p>,
    ) -> Result<(&CompiledService, usize, rest::Routed<'p>), MappingError> {
        let path = rest::Path::read(incoming.path)?;
        let mut found: Option<(&CompiledService, usize, rest::Routed<'p>)> = None;
        for service in &self.services {
            let routed = service
                .router
                .route(incoming.method.as_str(), &path, incoming.query)?;
            let Some(routed) = routed else { continue };
            let number = routed.number;
            let name = |service: &CompiledService, number: usize| {
                service
                    .operations
                    .get(number)
                    .map(|operation| operation.model.name())
            };
            match &found {
                None => found = Some((service, number, routed)),
                // Fails closed: two services that share a name of signatures read the same request differently.
                Some((known, other, _)) if name(known, *other) != name(service, number) => {
                    return Err(MappingError::Malformed(
                        "two services know another operation at this place",
                    ));
                }
                Some(_) => {}
            }
        }
        found.ok_or_else(|| MappingError::UnknownOperation {
            name: incoming.path.chars().take(64).collect(),
        })
    }

    /// Forms go to `/`; in the queues' protocol the path may be a queue's: an account and a name, perhaps behind `queue`
    /// and a region.
    // Fails closed: servers have paths of their own, on which nobody asks for permissions. moto 5.2 empties itself at
    // one of them, and LocalStack hands out messages.
    pub(super) fn check_form_path(&self, path: &str) -> Result<(), MappingError> {
        let is_plain = |part: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_letter)
        };
        let is_queue = || {
            let mut parts = path.strip_prefix('/').unwrap_or_default().split('/');
            let (account, name) = match [(); 5].map(|()| parts.next()) {
                [Some(account), Some(name), None, ..]
                | [Some("queue"), Some(_), Some(account), Some(name), None] => (account, name),
                _ => return false,
            };
            AccountId::parse(account).is_ok() && is_plain(name)
        };
        if path == "/" || (has_queues(&self.services) && is_queue()) {
            Ok(())
        } else {
            Err(MappingError::InvalidUri("the protocol knows no such path"))
        }
    }

    /// The service and the operation that a form asks for.
    pub(super) fn of_form(
        &self,
        form: &Form<'_>,
    ) -> Result<(&CompiledService, &CompiledOperation, Dialect), MappingError> {
        let speaks = |service: &&CompiledService| {
            service.model.takes(Protocol::Query)
                || service.model.takes(Protocol::Ec2)
                || service.model.id() == "sqs"
        };
        let of_version = |service: &&CompiledService| {
            form.version
                .as_deref()
                .is_none_or(|version| version == service.model.api_version())
        };
        let unknown = || MappingError::UnknownOperation {
            name: form.action.chars().take(64).collect(),
        };
        let mut found = self
            .services
            .iter()
            .filter(speaks)
            .filter(of_version)
            .filter_map(|service| Some((service, service.operation(&form.action)?)));
        let (service, operation) = found.next().ok_or_else(unknown)?;
        // Fails closed: without a version, services with several could mean different things.
        if form.version.is_none() && found.next().is_some() {
            return Err(MappingError::MissingMember {
                member: "Version".to_owned(),
            });
        }
        let dialect = match service.model.id() {
            "sqs" => Dialect::Queues,
            _ if service.model.takes(Protocol::Ec2) => Dialect::Ec2,
            _ => Dialect::Query,
        };
        Ok((service, operation, dialect))
    }
}

/// The protocol of forms that services take, if they take any.
pub(super) fn form_protocol(services: &[CompiledService]) -> Option<Protocol> {
    let takes = |protocol| services.iter().any(|service| service.model.takes(protocol));
    [Protocol::Ec2, Protocol::Query]
        .into_iter()
        .find(|protocol| takes(*protocol))
        .or_else(|| has_queues(services).then_some(Protocol::Query))
}

/// Whether they are the queues: their old protocol is spoken still, though their model has left it.
fn has_queues(services: &[CompiledService]) -> bool {
    services.iter().any(|service| service.model.id() == "sqs")
}

/// Services may share a prefix, and then have no operation in common.
fn find<'m>(
    services: impl Iterator<Item = &'m CompiledService>,
    prefix: &str,
    name: &str,
) -> Result<(&'m CompiledService, &'m CompiledOperation), MappingError> {
    let mut found = services
        .filter(|service| service.model.target_prefix() == Some(prefix))
        .filter_map(|service| Some((service, service.operation(name)?)));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        // Whichever is meant, it is the same: Timestream's two halves have it, both for one action, without a resource.
        (Some(one), Some(other)) if name == "DescribeEndpoints" && one.1.own_action == other.1.own_action => {
            Ok(one)
        }
        // Fails closed: nobody could tell which is meant.
        (Some(_), Some(_)) => Err(MappingError::Malformed("two services know this operation")),
        (None, _) => Err(MappingError::UnknownOperation {
            name: name.chars().take(64).collect(),
        }),
    }
}

/// Whether a query says anything but a signature.
pub(super) fn has_parameters(query: Option<&str>) -> bool {
    let Some(query) = query else { return false };
    let names = query
        .split('&')
        .map(|pair| pair.split('=').next().unwrap_or_default());
    names
        .filter(|name| !name.is_empty())
        .any(|name| !is_of_signature(name))
}
