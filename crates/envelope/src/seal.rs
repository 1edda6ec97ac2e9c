//! Deterministic sealing: the same plaintext, key and place give the same bytes for ever.
//!
//! A part is `nonce 24 | XChaCha20-Poly1305(padded plaintext)`. The nonce is a keyed BLAKE3 of the
//! part's label, the associated data and the padded plaintext (an SIV), so any key holder
//! regenerates the ciphertext, and a restored backup never reuses a nonce for other content.
//! Padding: 0x80, then zeros up to the Padmé length (Nikitin et al., PETS 2019): at most 12 % more,
//! and only O(log log n) of the length shows.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::contexts;
use crate::envelope::{Body, Envelope};
use crate::header::{HEADER_LEN, Header, Kind, MAX_BODY, MAX_CHANGE, Part, own_bytes};
use crate::ids::{DeviceId, EnvelopeId, EpochId, LifeId, Time, WorkspaceId, derive16};
use crate::soft::SOFT_HEAD;

/// Bytes that sealing adds to padded plaintext: nonce and authentication tag.
pub const OVERHEAD: u32 = 24 + 16;

/// A random key under which content of one epoch is sealed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct EpochKey(pub [u8; 32]);

impl EpochKey {
    /// The key's public name, a hash that commits to it.
    #[must_use]
    pub fn id(&self) -> EpochId {
        EpochId(derive16(contexts::EPOCH_ID, &[&self.0]))
    }
}

impl std::fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EpochKey({})", self.id().short())
    }
}

/// Where an envelope will stand: every header field that is known before sealing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// What it carries.
    pub kind: Kind,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The author's device.
    pub device: DeviceId,
    /// The life of its log.
    pub life: LifeId,
    /// Its position, from 1.
    pub seq: u64,
    /// The envelope before it.
    pub prev: EnvelopeId,
    /// Its time.
    pub time: Time,
    /// Cumulative bytes of the log before it.
    pub bytes_before: u64,
}

/// A body as the author, or a node that reseals, has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlainBody<'a> {
    /// There is none.
    None,
    /// The plaintext.
    Text(&'a [u8]),
    /// Described by the header and not here any more.
    Absent(Part),
}

/// An envelope that lacks only its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The complete header.
    pub header: Header,
    /// The change part as it travels.
    pub change: Vec<u8>,
    /// The body part as it travels.
    pub body: Body,
}

impl Sealed {
    /// The envelope with a signature that was kept, or with none.
    #[must_use]
    pub fn with_signature(self, signature: Option<[u8; 64]>) -> Envelope {
        let Self { header, change, body } = self;
        Envelope { header, signature, change, body }
    }

    /// An envelope of a clear kind (control, keys).
    ///
    /// # Errors
    /// [`SealError::Long`] where the payload is over [`MAX_CHANGE`].
    pub fn clear(place: &Place, payload: Vec<u8>) -> Result<Self, SealError> {
        limit(payload.len(), MAX_CHANGE)?;
        let change = Part::of(&payload);
        let header = place.header(change, None);
        Ok(Self { header, change: payload, body: Body::None })
    }
}

/// Why something can't be sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SealError {
    /// Over the limit of its part.
    #[error("a part of {len} bytes is over the limit of {limit}")]
    Long {
        /// Bytes after padding and sealing.
        len: usize,
        /// The limit.
        limit: u32,
    },
}

/// Why a part can't be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PartError {
    /// It does not decrypt.
    #[error("the part does not decrypt under the key that its tag names")]
    Decrypt,
    /// It decrypts, but an honest author would have written other bytes.
    #[error("the part is sealed in another way than the one allowed")]
    Canonical,
}

/// The keys derived from an epoch key, ready to use.
pub struct Cipher {
    aead: XChaCha20Poly1305,
    nonce: [u8; 32],
    tag: [u8; 32],
}

#[derive(Clone, Copy)]
enum Label {
    Change = 1,
    Body = 2,
    Soft = 3,
    Piece = 4,
    Personal = 5,
}

impl Cipher {
    /// The cipher of an epoch.
    #[must_use]
    pub fn new(key: &EpochKey) -> Self {
        let derive = |context| blake3::derive_key(context, &key.0);
        Self {
            aead: XChaCha20Poly1305::new(&derive(contexts::PART_KEY).into()),
            nonce: derive(contexts::NONCE_KEY),
            tag: derive(contexts::TAG_KEY),
        }
    }

    /// Seals both parts for `place`.
    ///
    /// # Errors
    /// [`SealError::Long`] where a part would be over its limit.
    pub fn seal(&self, place: &Place, change: &[u8], body: PlainBody<'_>) -> Result<Sealed, SealError> {
        let change = pad(change);
        let change_len = limit(change.len().saturating_add(OVERHEAD as usize), MAX_CHANGE)?;
        let padded_body = match body {
            PlainBody::Text(text) => Some(pad(text)),
            PlainBody::None | PlainBody::Absent(_) => None,
        };
        let blank = |len| Part { len, hash: [0; 32] };
        let body_blank = match (&padded_body, body) {
            (Some(text), _) => Some(blank(limit(text.len().saturating_add(OVERHEAD as usize), MAX_BODY)?)),
            (None, PlainBody::Absent(part)) => Some(blank(part.len)),
            (None, PlainBody::None | PlainBody::Text(_)) => None,
        };
        let data = place.header(blank(change_len), body_blank).encode();
        let sealed_change = self.seal_part(Label::Change, &data, &change);
        let sealed_body = padded_body.map(|text| self.seal_part(Label::Body, &data, &text));
        let body_part = match (&sealed_body, body) {
            (Some(bytes), _) => Some(Part::of(bytes)),
            (None, PlainBody::Absent(part)) => Some(part),
            (None, PlainBody::None | PlainBody::Text(_)) => None,
        };
        let mut header = place.header(Part::of(&sealed_change), body_part);
        header.tag = self.tag_of(&data);
        let body = match sealed_body {
            Some(bytes) => Body::Held(bytes),
            None if header.body.is_some() => Body::Absent,
            None => Body::None,
        };
        Ok(Sealed { header, change: sealed_change, body })
    }

    /// Whether `header` commits to this cipher's key.
    #[must_use]
    pub fn fits(&self, header: &Header) -> bool {
        self.tag_of(&header.associated_data()) == header.tag
    }

    /// Opens the change part of an envelope whose tag fits.
    ///
    /// # Errors
    /// [`PartError`] where it was not sealed in the one allowed way.
    pub fn open_change(&self, envelope: &Envelope) -> Result<Vec<u8>, PartError> {
        self.open_part(Label::Change, &envelope.header.associated_data(), &envelope.change)
    }

    /// Opens the bytes of a body part described by `header`.
    ///
    /// # Errors
    /// [`PartError`] where it was not sealed in the one allowed way.
    pub fn open_body(&self, header: &Header, bytes: &[u8]) -> Result<Vec<u8>, PartError> {
        self.open_part(Label::Body, &header.associated_data(), bytes)
    }

    /// Seals a piece of something for a node's own disk; `place` says which piece of what it is.
    #[must_use]
    pub fn seal_piece(&self, place: &[u8], plain: &[u8]) -> Vec<u8> {
        self.seal_part(Label::Piece, place, &pad(plain))
    }

    /// Opens a piece that was sealed for `place`.
    ///
    /// # Errors
    /// [`PartError`] where it was not.
    pub fn open_piece(&self, place: &[u8], bytes: &[u8]) -> Result<Vec<u8>, PartError> {
        self.open_part(Label::Piece, place, bytes)
    }

    /// Seals a payload of soft state for the word with this head.
    pub(crate) fn seal_soft(&self, head: &[u8; SOFT_HEAD], plain: &[u8]) -> Vec<u8> {
        self.seal_part(Label::Soft, head, &pad(plain))
    }

    /// Opens a payload of soft state.
    pub(crate) fn open_soft(&self, head: &[u8; SOFT_HEAD], bytes: &[u8]) -> Result<Vec<u8>, PartError> {
        self.open_part(Label::Soft, head, bytes)
    }

    /// Seals personal state for the word with this head.
    pub(crate) fn seal_personal(&self, head: &[u8; SOFT_HEAD], plain: &[u8]) -> Vec<u8> {
        self.seal_part(Label::Personal, head, &pad(plain))
    }

    /// Opens personal state.
    pub(crate) fn open_personal(&self, head: &[u8; SOFT_HEAD], bytes: &[u8]) -> Result<Vec<u8>, PartError> {
        self.open_part(Label::Personal, head, bytes)
    }

    /// The tag that commits to this cipher's key for an envelope with this associated data.
    pub(crate) fn tag_of(&self, data: &[u8; HEADER_LEN]) -> [u8; 32] {
        *blake3::keyed_hash(&self.tag, data).as_bytes()
    }

    fn nonce_of(&self, label: Label, data: &[u8], padded: &[u8]) -> [u8; 24] {
        let mut hasher = blake3::Hasher::new_keyed(&self.nonce);
        hasher.update(&[label as u8]).update(data).update(padded);
        let mut nonce = [0; 24];
        hasher.finalize_xof().fill(&mut nonce);
        nonce
    }

    fn seal_part(&self, label: Label, data: &[u8], padded: &[u8]) -> Vec<u8> {
        let nonce = self.nonce_of(label, data, padded);
        let aad = [&[label as u8], data].concat();
        let sealed = self
            .aead
            .encrypt(&XNonce::from(nonce), Payload { msg: padded, aad: &aad })
            .expect("XChaCha20-Poly1305 seals any part within the limits");
        [nonce.as_slice(), &sealed].concat()
    }

    fn open_part(&self, label: Label, data: &[u8], bytes: &[u8]) -> Result<Vec<u8>, PartError> {
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or(PartError::Decrypt)?;
        let aad = [&[label as u8], data].concat();
        let padded = self
            .aead
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad })
            .map_err(|_| PartError::Decrypt)?;
        if self.nonce_of(label, data, &padded) != *nonce {
            return Err(PartError::Canonical);
        }
        unpad(padded).ok_or(PartError::Canonical)
    }
}

impl Place {
    /// The place of an envelope that already stands.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        Self {
            kind: header.kind,
            workspace: header.workspace,
            device: header.device,
            life: header.life,
            seq: header.seq,
            prev: header.prev,
            time: header.time,
            bytes_before: header.bytes.saturating_sub(header.own_bytes()),
        }
    }

    pub(crate) fn header(&self, change: Part, body: Option<Part>) -> Header {
        let own = own_bytes(change.len, body.map_or(0, |body| body.len));
        Header {
            kind: self.kind,
            workspace: self.workspace,
            device: self.device,
            life: self.life,
            seq: self.seq,
            prev: self.prev,
            time: self.time,
            bytes: self.bytes_before.saturating_add(own),
            tag: [0; 32],
            change,
            body,
        }
    }
}

fn limit(len: usize, limit: u32) -> Result<u32, SealError> {
    u32::try_from(len).ok().filter(|len| *len <= limit).ok_or(SealError::Long { len, limit })
}

/// The Padmé length for `len` bytes: at least 32, then rounded up in the lowest bits.
pub(crate) fn padded_len(len: usize) -> usize {
    let len = len.max(32);
    let exponent = len.ilog2();
    let kept = exponent.ilog2().saturating_add(1);
    let mask = (1_usize << exponent.saturating_sub(kept)).saturating_sub(1);
    len.saturating_add(mask) & !mask
}

fn pad(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(padded_len(plain.len().saturating_add(1)));
    out.extend(plain);
    out.push(0x80);
    out.resize(padded_len(out.len()), 0);
    out
}

fn unpad(mut padded: Vec<u8>) -> Option<Vec<u8>> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    let canonical = padded.get(end) == Some(&0x80) && padded.len() == padded_len(end.checked_add(1)?);
    padded.truncate(end);
    canonical.then_some(padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cipher() -> Cipher {
        Cipher::new(&EpochKey([7; 32]))
    }

    fn place() -> Place {
        Place {
            kind: Kind::CHANGE,
            workspace: WorkspaceId([1; 16]),
            device: DeviceId([2; 32]),
            life: LifeId([3; 16]),
            seq: 4,
            prev: EnvelopeId([5; 32]),
            time: Time(6),
            bytes_before: 700,
        }
    }

    /// What bo sends if he pads his change in this way, and with this nonce where he chooses one.
    fn sealed_as(padded: &[u8], nonce: Option<[u8; 24]>) -> Envelope {
        let blank = Part { len: u32::try_from(padded.len()).unwrap() + OVERHEAD, hash: [0; 32] };
        let data = place().header(blank, None).encode();
        let cipher = cipher();
        let nonce = nonce.unwrap_or_else(|| cipher.nonce_of(Label::Change, &data, padded));
        let aad = [&[Label::Change as u8], data.as_slice()].concat();
        let sealed = cipher.aead.encrypt(&XNonce::from(nonce), Payload { msg: padded, aad: &aad }).unwrap();
        let change = [nonce.as_slice(), &sealed].concat();
        let header = Header { tag: cipher.tag_of(&data), ..place().header(Part::of(&change), None) };
        Envelope { header, signature: None, change, body: Body::None }
    }

    fn padded(text: &[u8], length: usize) -> Vec<u8> {
        let mut out = [text, &[0x80]].concat();
        out.resize(length, 0);
        out
    }

    #[test]
    fn the_one_allowed_way_opens() {
        let envelope = sealed_as(&padded(b"words", 32), None);
        assert!(cipher().fits(&envelope.header));
        assert_eq!(cipher().open_change(&envelope), Ok(b"words".to_vec()));
        assert_eq!(cipher().seal(&place(), b"words", PlainBody::None).unwrap().with_signature(None), envelope);
    }

    #[test]
    fn any_other_padding_is_refused() {
        let zeros = vec![0; 32];
        let no_marker = vec![0x41; 32];
        let other_marker = [&[0x41; 31], [0x81].as_slice()].concat();
        let not_padded = padded(b"words", 6);
        let too_long = padded(b"words", 36);
        let not_padme = padded(&[0x41; 32], 33);
        for other in [zeros, no_marker, other_marker, not_padded, too_long, not_padme, Vec::new()] {
            let envelope = sealed_as(&other, None);
            assert!(cipher().fits(&envelope.header));
            assert_eq!(cipher().open_change(&envelope), Err(PartError::Canonical), "{other:?}");
        }
    }

    #[test]
    fn any_other_nonce_is_refused() {
        let honest = sealed_as(&padded(b"words", 32), None);
        for nonce in [[0; 24], [255; 24]] {
            let envelope = sealed_as(&padded(b"words", 32), Some(nonce));
            assert_ne!(envelope.change, honest.change);
            assert_eq!(cipher().open_change(&envelope), Err(PartError::Canonical));
        }
    }

    #[test]
    fn a_text_may_end_like_padding() {
        for text in [b"\x80".as_slice(), b"\x80\0\0", b"\0", b"", &[0x80; 40], &[0; 64]] {
            assert_eq!(unpad(pad(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn short_texts_all_look_alike() {
        assert!((0..32).all(|length| padded_len(length) == 32));
        assert_eq!((padded_len(33), padded_len(36), padded_len(37)), (36, 36, 40));
        assert_eq!(padded_len(63_489), 65_536);
    }

    proptest! {
        #[test]
        fn padding_is_undone_and_costs_at_most_12_percent(text in prop::collection::vec(any::<u8>(), 0..5000)) {
            let padded = pad(&text);
            let needed = (text.len() + 1).max(32);
            prop_assert!(padded.len() >= needed && (padded.len() - needed) * 100 <= needed * 12);
            prop_assert_eq!(padded_len(padded.len()), padded.len());
            prop_assert_eq!(unpad(padded), Some(text));
        }

        #[test]
        fn what_opens_was_sealed_in_the_one_allowed_way(padded in prop::collection::vec(prop_oneof![Just(0), Just(0x80), any::<u8>()], 0..80)) {
            if let Ok(text) = cipher().open_change(&sealed_as(&padded, None)) {
                prop_assert_eq!(pad(&text), padded);
            }
        }
    }
}
