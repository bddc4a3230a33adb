//! How a request to S3 was signed and how much was sent.

use crate::Parameters;

/// What records of S3 tell in their `additionalEventData`.
///
/// Evidence: CloudTrail's published records of data events of S3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transfer {
    /// `SigV4`; `None` if nothing was signed.
    pub signature_version: Option<&'static str>,
    /// `AuthHeader` or `QueryString`; `None` if nothing was signed.
    pub authentication_method: Option<&'static str>,
    /// Bytes of the request's body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
}

impl Transfer {
    pub(crate) fn to_parameters(self) -> Parameters {
        let words = [
            ("SignatureVersion", self.signature_version),
            ("AuthenticationMethod", self.authentication_method),
        ];
        let words = words
            .into_iter()
            .filter_map(|(name, word)| Some((name, word?.into())));
        let bytes = [
            ("bytesTransferredIn", self.bytes_in.into()),
            ("bytesTransferredOut", self.bytes_out.into()),
        ];
        Parameters::of_known(words.chain(bytes))
    }
}
