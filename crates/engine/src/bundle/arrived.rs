//! An envelope that is proven, on its way into the store: as it travels, or already in plain.

use cremona_envelope::{EnvelopeId, EpochId, Header, OpenedBody, Verified};
use cremona_model::{Payload, Record, RecordError};

/// See the module.
pub(crate) enum Arrived {
    /// As it travels.
    Closed(Box<Verified>),
    /// In plain, out of a bundle.
    Opened(Box<InPlain>),
}

/// An envelope that was sealed again in order to check it, without what that gave.
pub(crate) struct InPlain {
    pub(crate) header: Header,
    pub(crate) id: EnvelopeId,
    pub(crate) signature: Option<[u8; 64]>,
    /// Under which key it is sealed.
    pub(crate) epoch: EpochId,
    pub(crate) change: Vec<u8>,
    pub(crate) body: OpenedBody,
    /// What its change says, where it continues a chain.
    pub(crate) link: Option<Link>,
}

/// A change that continues a chain, read beside the engine.
pub(crate) struct Link {
    /// As the change's bytes have it, but for the value, which the record is.
    pub(crate) payload: Payload,
    /// Hash of the Automerge change that it gives.
    pub(crate) hash: [u8; 32],
    /// Its record, of a member that is not known here yet.
    pub(crate) record: Result<Record, RecordError>,
}

impl Arrived {
    pub(crate) fn header(&self) -> &Header {
        match self {
            Self::Closed(verified) => verified.header(),
            Self::Opened(plain) => &plain.header,
        }
    }

    pub(crate) fn id(&self) -> EnvelopeId {
        match self {
            Self::Closed(verified) => verified.id(),
            Self::Opened(plain) => plain.id,
        }
    }

    pub(crate) fn signature(&self) -> Option<&[u8; 64]> {
        match self {
            Self::Closed(verified) => verified.envelope().signature.as_ref(),
            Self::Opened(plain) => plain.signature.as_ref(),
        }
    }

    /// The witness, of an envelope as it travels.
    pub(crate) fn verified(&self) -> Option<&Verified> {
        match self {
            Self::Closed(verified) => Some(verified),
            Self::Opened(_) => None,
        }
    }
}
