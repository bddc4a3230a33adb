//! One operation of a service, and how its requests look.

use crate::shape::ShapeRef;
use crate::{Member, Structure, UriTemplate};

/// One operation of a service.
#[derive(Debug)]
pub struct OperationModel {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) uri: UriTemplate,
    pub(crate) is_signed: bool,
    pub(crate) is_body_unsigned: bool,
    pub(crate) is_read_only: bool,
    pub(crate) is_compressible: bool,
    pub(crate) input: Option<ShapeRef>,
    pub(crate) payload: Option<Payload>,
    pub(crate) xml_root: Option<&'static str>,
    pub(crate) new_ids: &'static [&'static str],
}

/// The member that alone is the body.
#[derive(Debug, Clone, Copy)]
pub struct Payload {
    pub(crate) member: &'static Member,
    pub(crate) kind: PayloadKind,
}

/// What such a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayloadKind {
    /// Text as it stands.
    Text,
    /// Bytes as they stand, as many as the service takes in one piece.
    Blob,
    /// Bytes of any length.
    Streaming,
    /// A stream of events, in which the client goes on talking.
    EventStream,
    /// The member in the form of the protocol.
    Modelled,
}

impl OperationModel {
    /// Its name: `PutItem`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The method of its requests.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The path of its requests.
    pub fn uri(&self) -> &UriTemplate {
        &self.uri
    }

    /// Whether requests are signed; a few are for those who are about to get credentials.
    pub fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// Whether clients leave the body out of the signature.
    pub fn is_body_unsigned(&self) -> bool {
        self.is_body_unsigned
    }

    /// Whether the model says that nothing is changed; many operations of which that is true do not say so.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// Whether clients may compress the body.
    pub fn is_compressible(&self) -> bool {
        self.is_compressible
    }

    /// What a request can say; nothing if it takes no members.
    pub fn input(&self) -> Option<&'static Structure> {
        self.input.and_then(|input| input.get().structure())
    }

    /// The member that alone is the body; without one, all members that have no other place are.
    pub fn payload(&self) -> Option<Payload> {
        self.payload
    }

    /// What the outermost element of a body in XML is called, where the model names it.
    pub fn xml_root(&self) -> Option<&'static str> {
        self.xml_root
    }

    /// Names in the answer that look like those of a new resource (`VpcId`, `FunctionArn`), at its top or one level
    /// below, each once; for operations that only read, nothing.
    pub fn new_ids(&self) -> &'static [&'static str] {
        self.new_ids
    }
}

impl Payload {
    /// The member.
    pub fn member(&self) -> &'static Member {
        self.member
    }

    /// What the body is.
    pub fn kind(&self) -> PayloadKind {
        self.kind
    }
}
