//! The mapping of the services of one signing name.

use lanyard_service_models::{OperationModel, Protocol, ServiceModel, service_models};

use super::call::{BodyUse, Completed, Known, Scope};
use super::coverage::CoverageRow;
use crate::{Incoming, MappingError};

/// All services of one signing name, ready to map requests. To be made once, at the start.
#[derive(Debug)]
pub struct ServiceMapping {
    services: &'static [&'static ServiceModel],
}

/// A request whose head was understood.
#[derive(Debug)]
pub struct Begun<'a> {
    mapping: &'a ServiceMapping,
    protocol: Protocol,
    operation: Option<&'static OperationModel>,
}

impl ServiceMapping {
    /// The mapping for requests that are signed for this name, if services are known under it.
    pub fn new(signing_name: &str) -> Option<Self> {
        let services = service_models().signed_as(signing_name);
        (!services.is_empty()).then_some(Self { services })
    }

    /// In which protocol a request speaks, as well as can be told of a broken one: the form of its error.
    pub fn protocol_of(&self, _incoming: &Incoming<'_>) -> Protocol {
        Protocol::Json10
    }

    /// Reads the head of a request.
    ///
    /// # Errors
    /// An operation that is not known, a head that could be read in two ways.
    pub fn begin<'a>(&'a self, _incoming: &Incoming<'a>) -> Result<Begun<'a>, MappingError> {
        Err(MappingError::MissingOperation)
    }

    /// Every operation, and how it is mapped.
    pub fn coverage(&self) -> Vec<CoverageRow> {
        Vec::new()
    }
}

impl Begun<'_> {
    /// The protocol, in whose form errors are told.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The service, as well as the head tells: of several with one signing name, the first.
    pub fn service(&self) -> Option<&'static ServiceModel> {
        self.mapping.services.first().copied()
    }

    /// The operation, unless only the body names it.
    pub fn operation(&self) -> Option<&'static OperationModel> {
        self.operation
    }

    /// What must be read of the body.
    pub fn body(&self) -> BodyUse {
        BodyUse::Whole { bytes_max: 1 << 20 }
    }

    /// Maps the request, with its body as it came (no bytes if it streams). To be called again with more in `known`
    /// for as long as it [needs](Completed::Needs) something.
    ///
    /// # Errors
    /// A body that could be read in two ways or does not fit the model, an operation that is not mapped.
    pub fn complete(
        &self,
        _body: &[u8],
        _scope: &Scope<'_>,
        _known: &Known,
    ) -> Result<Completed, MappingError> {
        Err(MappingError::MissingOperation)
    }
}
