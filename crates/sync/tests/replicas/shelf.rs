//! A store in memory that serves as the engine's does: runs end at signatures, most signatures are
//! left out, nothing beyond a cut is served but what proves the rest.

use std::collections::BTreeMap;

use cremona_envelope::{
    Body, DeviceId, Envelope, EnvelopeId, Head, Header, LogId, Part, SIGNED_EVERY, SoftKind, Time, Verified,
    VerifiedSoft, WorkspaceId, decode_run, encode_run, peek_run, run_bytes,
};
use cremona_sync::{BundleError, CheckedSpan, FrontierEntry, Held, Served, Span};

#[derive(Default)]
pub struct Shelf {
    logs: BTreeMap<LogId, Vec<Envelope>>,
    cuts: BTreeMap<LogId, (u64, Vec<u8>)>,
    soft: BTreeMap<(DeviceId, SoftKind), VerifiedSoft>,
    /// Who is known to be a mailbox.
    pub mailboxes: Vec<DeviceId>,
}

impl Shelf {
    pub fn take(&mut self, envelopes: &[Verified]) {
        for verified in envelopes {
            let log = self.logs.entry(verified.header().log()).or_default();
            assert_eq!(verified.header().seq, log.len() as u64 + 1, "taken out of order");
            log.push(verified.envelope().clone());
        }
    }

    pub fn take_soft(&mut self, soft: VerifiedSoft, instead_of: Option<(DeviceId, SoftKind)>) {
        instead_of.map(|key| self.soft.remove(&key));
        self.soft.insert((soft.soft().device, soft.soft().kind), soft);
    }

    /// What is held of all soft state, as it travels.
    pub fn words(&self) -> Vec<Vec<u8>> {
        self.soft.values().map(VerifiedSoft::encode).collect()
    }

    pub fn take_bodies(&mut self, log: &LogId, bodies: Vec<(u64, Vec<u8>)>) {
        for (seq, body) in bodies {
            let Some(envelope) = self.at_mut(log, seq) else { continue };
            if envelope.body == Body::Absent && envelope.header.body == Some(Part::of(&body)) {
                envelope.body = Body::Held(body);
            }
        }
    }

    pub fn drop_body(&mut self, log: &LogId, seq: u64) {
        self.at_mut(log, seq).unwrap().body = Body::Absent;
    }

    pub fn cut(&mut self, log: &LogId, seq: u64, proof: Vec<u8>) -> FrontierEntry {
        let envelopes = &self.logs[log];
        self.cuts.insert(*log, (seq, proof));
        let last = seq - 1;
        let head = if last == 0 { EnvelopeId::NONE } else { envelopes[last as usize - 1].header.id() };
        let header = &envelopes[0].header;
        FrontierEntry { device: header.device, life: header.life, seq: last, head, cut: seq }
    }

    /// What counts: ids of envelopes below the cuts, and the cuts of logs that have such.
    pub fn counted(&self) -> Vec<(LogId, u64, Vec<EnvelopeId>)> {
        let counts = |(log, envelopes): (&LogId, &Vec<Envelope>)| {
            let cut = self.cut_of(log);
            let below = |envelope: &&Envelope| cut == 0 || envelope.header.seq < cut;
            (*log, cut, envelopes.iter().filter(below).map(|envelope| envelope.header.id()).collect::<Vec<_>>())
        };
        self.logs.iter().map(counts).filter(|(_, _, ids)| !ids.is_empty()).collect()
    }

    pub fn len(&self, log: &LogId) -> usize {
        self.logs.get(log).map_or(0, Vec::len)
    }

    pub fn all_bodies(&self) -> bool {
        self.logs.values().flatten().all(|envelope| envelope.body != Body::Absent)
    }

    pub fn starts(&self) -> Vec<cremona_sync::LogStart> {
        let start = |envelopes: &Vec<Envelope>| {
            let header = &envelopes.last().unwrap().header;
            let head =
                cremona_envelope::Head { seq: header.seq, id: header.id(), time: header.time, bytes: header.bytes };
            let entry =
                FrontierEntry { device: header.device, life: header.life, seq: head.seq, head: head.id, cut: 0 };
            cremona_sync::LogStart { entry, head }
        };
        self.logs.values().map(start).collect()
    }

    fn cut_of(&self, log: &LogId) -> u64 {
        self.cuts.get(log).map_or(0, |(seq, _)| *seq)
    }

    fn at(&self, log: &LogId, seq: u64) -> Option<&Envelope> {
        self.logs.get(log)?.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    fn at_mut(&mut self, log: &LogId, seq: u64) -> Option<&mut Envelope> {
        self.logs.get_mut(log)?.get_mut(usize::try_from(seq.checked_sub(1)?).ok()?)
    }
}

/// A span that is proven, and its envelopes.
pub type Proven = (CheckedSpan, Vec<Verified>);

/// Checks a bundle as [`Shelf::bundle`] makes it.
pub fn check(mut bytes: &[u8], workspace: &WorkspaceId) -> Result<Vec<Proven>, BundleError> {
    let lie = |what: &dyn std::fmt::Display| BundleError::Lie(what.to_string());
    let mut spans = Vec::new();
    while !bytes.is_empty() {
        let mut number = || {
            let (number, rest) = bytes.split_first_chunk::<8>().ok_or(lie(&"a bundle that ends too early"))?;
            bytes = rest;
            Ok::<_, BundleError>(u64::from_be_bytes(*number))
        };
        let (time, sum, len) = (number()?, number()?, number()?);
        let (run, rest) = bytes.split_at_checked(len as usize).ok_or(lie(&"a bundle that ends too early"))?;
        bytes = rest;
        let start = peek_run(run).map_err(|error| lie(&error))?;
        let base = Head { seq: start.after_seq, id: start.prev, time: Time(time), bytes: sum };
        let run = decode_run(run, workspace, &base).map_err(|error| lie(&error))?;
        let (verified, end) = base.verify_run(workspace, run).map_err(|error| lie(&error))?;
        let first = verified.first().filter(|_| base.seq == 0).cloned();
        let (log, device, life) = (start.log(), start.device, start.life);
        spans.push((CheckedSpan { log, device, life, base, end, first }, verified));
    }
    Ok(spans)
}

impl Held for Shelf {
    fn run(&self, log: &LogId, after: u64, upto: u64, max_bytes: usize) -> Option<Served> {
        let envelopes = self.logs.get(log)?;
        let counts = self.cut_of(log).checked_sub(1).unwrap_or(envelopes.len() as u64).min(upto);
        let end = envelopes
            .iter()
            .map(|envelope| &envelope.header)
            .zip(envelopes)
            .find(|(header, envelope)| header.seq >= counts && envelope.signature.is_some());
        let end = end.map_or(counts, |(header, _)| header.seq);
        let mut bytes = 0;
        let mut run: Vec<Envelope> = Vec::new();
        for envelope in envelopes.iter().filter(|envelope| envelope.header.seq > after && envelope.header.seq <= end) {
            bytes += run_bytes(envelope);
            if bytes > max_bytes && !run.is_empty() {
                break;
            }
            run.push(envelope.clone());
        }
        let reached = run.last().map_or(after, |last| last.header.seq);
        while run.last().is_some_and(|last| last.signature.is_none()) {
            run.pop();
        }
        let last = run.last().map_or(after, |last| last.header.seq);
        for envelope in &mut run {
            if envelope.header.seq != last && !envelope.header.seq.is_multiple_of(SIGNED_EVERY) {
                envelope.signature = None;
            }
        }
        Some(Served { bytes: encode_run(&run), last, more: reached < end && !run.is_empty() })
    }

    /// Spans as runs, each after the time and the bytes of where it begins and before its length.
    fn bundle(&self, spans: &[Span], _newest: bool) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for span in spans {
            let Some(served) = self.run(&span.log, span.after, span.upto, 256 * 1024) else { continue };
            if served.bytes.is_empty() {
                continue;
            }
            let base = self.at(&span.log, span.after).map_or((0, 0), |last| (last.header.time.0, last.header.bytes));
            out.extend(base.0.to_be_bytes());
            out.extend(base.1.to_be_bytes());
            out.extend((served.bytes.len() as u64).to_be_bytes());
            out.extend(served.bytes);
        }
        Some(out)
    }

    fn id(&self, log: &LogId, seq: u64) -> Option<EnvelopeId> {
        self.at(log, seq).map(|envelope| envelope.header.id())
    }

    fn header(&self, log: &LogId, seq: u64) -> Option<(Header, Option<[u8; 64]>)> {
        self.at(log, seq).map(|envelope| (envelope.header.clone(), envelope.signature))
    }

    fn body(&self, log: &LogId, seq: u64) -> Option<Vec<u8>> {
        match &self.at(log, seq)?.body {
            Body::Held(bytes) => Some(bytes.clone()),
            Body::None | Body::Absent => None,
        }
    }

    fn proof(&self, log: &LogId) -> Option<Vec<u8>> {
        self.cuts.get(log).map(|(_, proof)| proof.clone())
    }

    fn is_member(&self, device: &DeviceId) -> bool {
        self.logs.values().flatten().any(|envelope| envelope.header.device == *device)
    }

    fn may_hold(&self, holder: &DeviceId, owner: &DeviceId, kind: SoftKind) -> bool {
        kind != SoftKind::PERSONAL || holder == owner || self.mailboxes.contains(holder)
    }

    fn soft(&self, device: &DeviceId, kind: SoftKind) -> Option<Vec<u8>> {
        self.soft.get(&(*device, kind)).map(VerifiedSoft::encode)
    }
}
