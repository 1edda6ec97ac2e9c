//! Checking a bundle: it is taken apart within bounds, sealed again, and each span is followed from
//! where it begins to its last signature. Needs no store, so it runs beside the engine.

use std::collections::HashMap;
use std::sync::Arc;

use cremona_envelope::columns::{Column, Short};
use cremona_envelope::seal::Place;
use cremona_envelope::{
    Body, DeviceId, Envelope, EnvelopeId, EpochId, Head, Header, Keyring, Kind, LifeId, LogId, MemberId, OpenedBody,
    Part, PlainBody, Time, Verified, WorkspaceId, verify_span,
};
use cremona_model::{Chain, DocId, Payload, Record, Stamp, Text, chain};
use cremona_sync::{Base, BundleError, CheckedSpan};

use super::arrived::{Arrived, InPlain, Link};
use super::{MAX_ENVELOPES, MAX_RAW, MAX_SPANS, MAX_TABLE, VERSION, flag};

/// A bundle to check, with all that this needs.
pub struct Check {
    pub(crate) ticket: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) bases: Vec<Option<Base>>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) keyring: Arc<Keyring>,
}

/// A bundle that was checked.
pub struct Checked {
    pub(crate) ticket: u32,
    pub(crate) result: Result<Vec<(CheckedSpan, Vec<Arrived>)>, BundleError>,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Check({}, {} bytes)", self.ticket, self.bytes.len())
    }
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Checked({}, {})", self.ticket, self.result.is_ok())
    }
}

impl Check {
    /// Does the work: about 10 µs an envelope, at most a few MB of memory.
    #[must_use]
    pub fn run(self) -> Checked {
        Checked { ticket: self.ticket, result: self.spans() }
    }

    fn spans(&self) -> Result<Vec<(CheckedSpan, Vec<Arrived>)>, BundleError> {
        let raw = zstd::bulk::decompress(&self.bytes, MAX_RAW)
            .map_err(|_| lie("a bundle that is not zstd, or longer than allowed"))?;
        let mut bundle = Unpacking::read(&raw, self)?;
        let mut spans = Vec::with_capacity(bundle.starts.len());
        for start in std::mem::take(&mut bundle.starts) {
            spans.push(bundle.span(&start)?);
        }
        if bundle.is_left_over() {
            return Err(lie("a bundle with more in it than it says"));
        }
        Ok(spans)
    }
}

fn lie(what: &str) -> BundleError {
    BundleError::Lie(what.to_owned())
}

/// Where a span begins and how many envelopes it has.
struct Start {
    base: Base,
    count: usize,
}

struct Unpacking<'a> {
    check: &'a Check,
    epochs: Vec<EpochId>,
    docs: Vec<DocId>,
    starts: Vec<Start>,
    flags: Column<'a>,
    times: Column<'a>,
    numbers: Column<'a>,
    values: Column<'a>,
    bodies: Column<'a>,
    fixed: Column<'a>,
}

impl<'a> Unpacking<'a> {
    fn read(raw: &'a [u8], check: &'a Check) -> Result<Self, BundleError> {
        let mut head = Column(raw);
        if head.byte()? != VERSION {
            return Err(lie("a bundle that needs a newer cremona"));
        }
        let epochs = (0..head.count(MAX_TABLE)?).map(|_| head.array().map(EpochId)).collect::<Result<Vec<_>, _>>()?;
        let docs = (0..head.count(MAX_TABLE)?)
            .map(|_| {
                let channel = cremona_envelope::RecordId(head.array()?);
                Ok(DocId { channel, month: u16::from_be_bytes(head.array()?) })
            })
            .collect::<Result<Vec<_>, Short>>()?;
        let mut starts = Vec::new();
        let mut envelopes = 0_usize;
        for _ in 0..head.count(MAX_SPANS)? {
            let base = read_base(&mut head, &check.bases)?;
            let count = head.count(MAX_ENVELOPES)?;
            envelopes = envelopes.saturating_add(count);
            if count == 0 || envelopes > MAX_ENVELOPES {
                return Err(lie("a bundle of too many envelopes, or of none"));
            }
            starts.push(Start { base, count });
        }
        let mut column = || -> Result<Column<'a>, Short> {
            let len = head.number()?;
            head.bytes(len).map(Column)
        };
        let (flags, times, numbers) = (column()?, column()?, column()?);
        let (values, bodies, fixed) = (column()?, column()?, column()?);
        if !head.0.is_empty() {
            return Err(lie("a bundle with more in it than it says"));
        }
        Ok(Self { check, epochs, docs, starts, flags, times, numbers, values, bodies, fixed })
    }

    fn is_left_over(&self) -> bool {
        let columns = [&self.flags, &self.times, &self.numbers, &self.values, &self.bodies, &self.fixed];
        columns.iter().any(|column| !column.0.is_empty())
    }

    fn span(&mut self, start: &Start) -> Result<(CheckedSpan, Vec<Arrived>), BundleError> {
        let Base { device, life, head: base } = start.base;
        let mut head = base;
        let mut chains: HashMap<usize, Chain> = HashMap::new();
        let mut arrived = Vec::with_capacity(start.count);
        for _ in 0..start.count {
            let next = self.envelope(device, life, &head, &mut chains)?;
            let header = next.header();
            head = Head { seq: header.seq, id: next.id(), time: header.time, bytes: header.bytes };
            arrived.push(next);
        }
        let proofs = arrived.iter().map(|one| (one.header(), one.id(), one.signature()));
        let end =
            verify_span(&base, &self.check.workspace, proofs).map_err(|error| BundleError::Lie(error.to_string()))?;
        let log = LogId::of(&device, &life);
        let first = arrived.first().filter(|_| base.seq == 0).and_then(Arrived::verified).cloned();
        Ok((CheckedSpan { log, device, life, base, end, first }, arrived))
    }

    fn envelope(
        &mut self,
        device: DeviceId,
        life: LifeId,
        head: &Head,
        chains: &mut HashMap<usize, Chain>,
    ) -> Result<Arrived, BundleError> {
        let flags = self.flags.byte()?;
        let time = Time(head.time.0.saturating_add(self.times.number()?));
        let place = Place {
            kind: Kind::CHANGE,
            workspace: self.check.workspace,
            device,
            life,
            seq: head.seq.saturating_add(1),
            prev: head.id,
            time,
            bytes_before: head.bytes,
        };
        if flags & flag::OPEN == 0 { self.closed(flags, &place) } else { self.opened(flags, &place, chains) }
    }

    fn signature(&mut self, flags: u8) -> Result<Option<[u8; 64]>, Short> {
        if flags & flag::SIGNED == 0 { Ok(None) } else { self.fixed.array().map(Some) }
    }

    /// An envelope as it travels.
    fn closed(&mut self, flags: u8, place: &Place) -> Result<Arrived, BundleError> {
        let kind = Kind(u8::try_from(self.numbers.number()?).map_err(|_| Short)?);
        let is_clear = kind == Kind::CONTROL || kind == Kind::KEYS;
        let tag = if is_clear { [0; 32] } else { self.fixed.array()? };
        let len = self.numbers.number()?;
        let change = self.values.bytes(len)?.to_vec();
        let (part, body) = match self.body(flags)? {
            Given::None => (None, Body::None),
            Given::Absent(part) => (Some(part), Body::Absent),
            Given::Here(bytes) => (Some(Part::of(bytes)), Body::Held(bytes.to_vec())),
        };
        let change_part = Part::of(&change);
        let own = cremona_envelope::header::own_bytes(change_part.len, part.map_or(0, |part| part.len));
        let header = Header {
            kind,
            workspace: place.workspace,
            device: place.device,
            life: place.life,
            seq: place.seq,
            prev: place.prev,
            time: place.time,
            bytes: place.bytes_before.saturating_add(own),
            tag,
            change: change_part,
            body: part,
        };
        let id = header.id();
        let envelope = Envelope { header, signature: self.signature(flags)?, change, body };
        Verified::from_store(envelope, &id)
            .map(|verified| Arrived::Closed(Box::new(verified)))
            .ok_or_else(|| lie("an envelope that can't be"))
    }

    /// An envelope in plain, sealed again.
    fn opened(&mut self, flags: u8, place: &Place, chains: &mut HashMap<usize, Chain>) -> Result<Arrived, BundleError> {
        let at = usize::try_from(self.numbers.number()?).map_err(|_| Short)?;
        let epoch = *self.epochs.get(at).ok_or(Short)?;
        let (change, given, link) = if flags & flag::CHAINED == 0 {
            let len = self.numbers.number()?;
            (self.values.bytes(len)?.to_vec(), self.body(flags)?, None)
        } else {
            self.chained(flags, place, chains)?
        };
        let plain = match given {
            Given::None => PlainBody::None,
            Given::Absent(part) => PlainBody::Absent(part),
            Given::Here(bytes) => PlainBody::Text(bytes),
        };
        let sealed = self
            .check
            .keyring
            .seal(&epoch, place, &change, plain)
            .map_err(|error| BundleError::Lie(error.to_string()))?
            .ok_or(BundleError::NoKey)?;
        let body = match given {
            Given::None => OpenedBody::None,
            Given::Absent(_) => OpenedBody::Absent,
            Given::Here(bytes) => OpenedBody::Text(bytes.to_vec()),
        };
        let (header, signature) = (sealed.header, self.signature(flags)?);
        let id = header.id();
        Ok(Arrived::Opened(Box::new(InPlain { header, id, signature, epoch, change, body, link })))
    }

    /// A change that continues a chain: its bytes, its body, and what it says.
    fn chained(
        &mut self,
        flags: u8,
        place: &Place,
        chains: &mut HashMap<usize, Chain>,
    ) -> Result<Chained<'a>, BundleError> {
        let at = usize::try_from(self.numbers.number()?).map_err(|_| Short)?;
        let doc = *self.docs.get(at).ok_or(Short)?;
        let (seq, prev) = if flags & flag::LINK == 0 {
            let chain = chains.get(&at).ok_or_else(|| lie("a bundle with a chain that begins nowhere"))?;
            (chain.seq.saturating_add(1), Some(chain.hash))
        } else {
            let seq = u32::try_from(self.numbers.number()?).map_err(|_| Short)?;
            (seq, if seq > 1 { Some(self.fixed.array()?) } else { None })
        };
        let left_out = if flags & flag::DIGEST == 0 { None } else { Some(self.numbers.number()?) };
        let len = self.numbers.number()?;
        let mut value = self.values.bytes(len)?.to_vec();
        let given = self.body(flags)?;
        if let Some(at) = left_out {
            let at = usize::try_from(at).ok().filter(|at| *at <= value.len()).ok_or(Short)?;
            value.splice(at..at, digest_of(given)?);
        }
        if seq == 0 || seq > cremona_model::payload::MAX_SEQ || value.len() > cremona_model::payload::MAX_VALUE {
            return Err(lie("a bundle with a record that can't be"));
        }
        let payload = Payload { doc, seq, prev, value };
        let stamp = Stamp {
            time: place.time,
            device: place.device,
            life: place.life,
            seq: place.seq,
            member: MemberId([0; 16]),
        };
        let hash = chain::rebuild(&stamp, &payload).hash().0;
        chains.insert(at, Chain { seq, hash });
        let record = Record::read(stamp, doc, &payload.value);
        let change = payload.encode();
        Ok((change, given, Some(Link { payload: Payload { value: Vec::new(), ..payload }, hash, record })))
    }

    fn body(&mut self, flags: u8) -> Result<Given<'a>, Short> {
        if flags & flag::BODY == 0 {
            return Ok(Given::None);
        }
        let len = self.numbers.number()?;
        if flags & flag::HELD == 0 {
            let len = u32::try_from(len).map_err(|_| Short)?;
            return Ok(Given::Absent(Part { len, hash: self.fixed.array()? }));
        }
        Ok(Given::Here(self.bodies.bytes(len)?))
    }
}

/// A change's bytes, its body, and what it says where it continues a chain.
type Chained<'a> = (Vec<u8>, Given<'a>, Option<Link>);

/// A body as the bundle gives it.
#[derive(Clone, Copy)]
enum Given<'a> {
    None,
    Absent(Part),
    Here(&'a [u8]),
}

/// The hash of the text of a body.
fn digest_of(given: Given<'_>) -> Result<[u8; 32], BundleError> {
    let Given::Here(bytes) = given else { return Err(lie("a hash of a text that is not here")) };
    let text = Text::decode(bytes).ok_or_else(|| lie("a hash of what is no text"))?;
    Ok(*blake3::hash(text.text.as_bytes()).as_bytes())
}

fn read_base(head: &mut Column<'_>, bases: &[Option<Base>]) -> Result<Base, BundleError> {
    let number = head.number()?;
    if number & 1 == 1 {
        let known = usize::try_from(number >> 1).ok().and_then(|at| bases.get(at)).copied().flatten();
        return known.ok_or_else(|| lie("a span that begins where it was not said to"));
    }
    let (device, life) = (DeviceId(head.array()?), LifeId(head.array()?));
    let (seq, id) = (head.number()?, EnvelopeId(head.array()?));
    let (time, bytes) = (Time(head.number()?), head.number()?);
    Ok(Base { device, life, head: Head { seq, id, time, bytes } })
}
