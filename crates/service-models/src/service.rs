//! Services, and how to find them.

use std::sync::OnceLock;

use crate::{OperationModel, Protocol, decode, iam_prefix};

/// All services whose requests are signed as this product reads signatures.
#[derive(Debug)]
pub struct ServiceModels {
    services: &'static [ServiceModel],
    /// In the order of signing names, then of ids.
    signed: Vec<&'static ServiceModel>,
}

/// One service.
#[derive(Debug)]
pub struct ServiceModel {
    pub(crate) id: &'static str,
    pub(crate) signing_name: &'static str,
    pub(crate) endpoint_prefix: &'static str,
    pub(crate) api_version: &'static str,
    pub(crate) protocols: &'static [Protocol],
    pub(crate) target_prefix: Option<&'static str>,
    pub(crate) namespace: Option<&'static str>,
    pub(crate) is_query_compatible: bool,
    pub(crate) block: decode::Block,
    pub(crate) operations: OnceLock<&'static [OperationModel]>,
}

/// All services; the first call reads the list of them, which takes less than a millisecond.
pub fn service_models() -> &'static ServiceModels {
    static MODELS: OnceLock<ServiceModels> = OnceLock::new();
    MODELS.get_or_init(|| {
        let services = decode::services();
        let mut signed: Vec<&ServiceModel> = services.iter().collect();
        signed.sort_by_key(|service| (service.signing_name, service.id));
        ServiceModels { services, signed }
    })
}

impl ServiceModels {
    /// The services for which requests are signed under this name; several may share one.
    pub fn signed_as(&self, signing_name: &str) -> &[&'static ServiceModel] {
        let start = self
            .signed
            .partition_point(|service| service.signing_name < signing_name);
        let rest = self.signed.get(start..).unwrap_or_default();
        let count = rest.partition_point(|service| service.signing_name == signing_name);
        rest.get(..count).unwrap_or_default()
    }

    /// The service of this id.
    pub fn service(&self, id: &str) -> Option<&'static ServiceModel> {
        let place = self
            .services
            .binary_search_by(|service| service.id.cmp(id))
            .ok()?;
        self.services.get(place)
    }

    /// All of them, in the order of their ids.
    pub fn all(&self) -> impl Iterator<Item = &'static ServiceModel> + use<> {
        self.services.iter()
    }

    /// Every name under which requests are signed, each once and in order.
    pub fn signing_names(&self) -> impl Iterator<Item = &'static str> {
        self.signed
            .chunk_by(|one, next| one.signing_name == next.signing_name)
            .filter_map(|group| group.first())
            .map(|service| service.signing_name)
    }
}

impl ServiceModel {
    /// The name that AWS's SDK for Python gives it: `elbv2`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The name for which requests are signed: `elasticloadbalancing`.
    pub fn signing_name(&self) -> &'static str {
        self.signing_name
    }

    /// The start of the names of its hosts: `elasticloadbalancing`, `api.ecr`.
    pub fn endpoint_prefix(&self) -> &'static str {
        self.endpoint_prefix
    }

    /// The date of its API: `2015-12-01`.
    pub fn api_version(&self) -> &'static str {
        self.api_version
    }

    /// The protocols that it takes; the first is the one that new clients use.
    pub fn protocols(&self) -> &'static [Protocol] {
        self.protocols
    }

    /// Whether it takes this protocol.
    pub fn takes(&self, protocol: Protocol) -> bool {
        self.protocols.contains(&protocol)
    }

    /// What stands before the operation in `X-Amz-Target`, without the dot: `DynamoDB_20120810`.
    pub fn target_prefix(&self) -> Option<&'static str> {
        self.target_prefix
    }

    /// The namespace of its answers in XML.
    pub fn namespace(&self) -> Option<&'static str> {
        self.namespace
    }

    /// Whether clients that ask for it get the codes of errors that the protocol query had.
    pub fn is_query_compatible(&self) -> bool {
        self.is_query_compatible
    }

    /// The prefix of its actions in policies: `cloudwatch` for what is signed for as `monitoring`.
    pub fn iam_prefix(&self) -> &'static str {
        iam_prefix::of(self)
    }

    /// Its operations, in the order of their names; the first call reads them.
    pub fn operations(&self) -> &'static [OperationModel] {
        self.operations.get_or_init(|| decode::operations(self.block))
    }

    /// The operation of exactly this name.
    pub fn operation(&self, name: &str) -> Option<&'static OperationModel> {
        let operations = self.operations();
        let place = operations
            .binary_search_by(|operation| operation.name.cmp(name))
            .ok()?;
        operations.get(place)
    }
}
