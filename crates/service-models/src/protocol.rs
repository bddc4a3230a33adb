//! The forms that requests have.

/// How a service takes its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// A form with `Action` and `Version`; answers in XML.
    Query,
    /// As [`Self::Query`], with EC2's own names and lists.
    Ec2,
    /// JSON of version 1.0 with `X-Amz-Target`.
    Json10,
    /// JSON of version 1.1 with `X-Amz-Target`.
    Json11,
    /// Methods and paths, with JSON in bodies.
    RestJson,
    /// Methods and paths, with XML in bodies.
    RestXml,
    /// CBOR, with service and operation in the path.
    Cbor,
}

impl Protocol {
    /// The protocol under its name in the data set.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "query" => Self::Query,
            "ec2" => Self::Ec2,
            "json-1.0" => Self::Json10,
            "json-1.1" => Self::Json11,
            "rest-json" => Self::RestJson,
            "rest-xml" => Self::RestXml,
            "cbor" => Self::Cbor,
            _ => return None,
        })
    }

    /// The name that AWS's models give it; the two versions of JSON are one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Ec2 => "ec2",
            Self::Json10 | Self::Json11 => "json",
            Self::RestJson => "rest-json",
            Self::RestXml => "rest-xml",
            Self::Cbor => "smithy-rpc-v2-cbor",
        }
    }

    /// Whether method and path say which operation is meant.
    pub fn is_rest(self) -> bool {
        matches!(self, Self::RestJson | Self::RestXml)
    }

    /// Whether the body is a form.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Query | Self::Ec2)
    }
}
