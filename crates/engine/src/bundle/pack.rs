//! Making a bundle from rows: nothing is sealed, and what can be derived is left out.

use std::collections::{HashMap, HashSet};

use cremona_envelope::columns::put_number;
use cremona_envelope::{Head, Kind};
use cremona_model::{Payload, body};
use cremona_store::{BodyRow, EnvelopeRow, LogRow, Read};
use cremona_sync::Span;

use super::{LEVEL, MAX_ENVELOPES, MAX_RAW, MAX_SPANS, VERSION, flag};
use crate::core::Core;
use crate::error::EngineError;
use crate::serve::{head_at, link_of};

/// Rows read at once.
const BATCH: u32 = 256;
/// Room for tables and the rest of the last block.
const ROOM: usize = 64 * 1024;
/// A signature stays at least every so many bytes, as in runs.
const UNSIGNED_BYTES: usize = 64 * 1024;

/// A bundle of `spans`, as much as fits: a span may end early, and what comes after it is left out.
pub(crate) fn pack(core: &Core, read: &Read<'_>, spans: &[Span]) -> Result<Vec<u8>, EngineError> {
    let mut bundle = Packing::default();
    for (number, span) in spans.iter().enumerate().take(MAX_SPANS) {
        let Some(log) = read.log(&span.log)? else { continue };
        if !bundle.add_span(core, read, &log, span, number)? {
            break;
        }
    }
    bundle.finish()
}

#[derive(Default)]
struct Packing {
    head: Vec<u8>,
    spans: u64,
    envelopes: usize,
    epochs: Vec<i64>,
    epoch_ids: Vec<u8>,
    docs: HashMap<i64, u64>,
    doc_ids: Vec<u8>,
    columns: Columns,
}

#[derive(Default)]
struct Columns {
    flags: Vec<u8>,
    times: Vec<u8>,
    numbers: Vec<u8>,
    values: Vec<u8>,
    bodies: Vec<u8>,
    fixed: Vec<u8>,
}

impl Columns {
    fn all(&self) -> [&Vec<u8>; 6] {
        [&self.flags, &self.times, &self.numbers, &self.values, &self.bodies, &self.fixed]
    }

    fn len(&self) -> usize {
        self.all().iter().map(|column| column.len()).sum()
    }

    fn lengths(&self) -> [usize; 6] {
        self.all().map(Vec::len)
    }

    fn cut_back(&mut self, to: [usize; 6]) {
        let [flags, times, numbers, values, bodies, fixed] = to;
        self.flags.truncate(flags);
        self.times.truncate(times);
        self.numbers.truncate(numbers);
        self.values.truncate(values);
        self.bodies.truncate(bodies);
        self.fixed.truncate(fixed);
    }
}

impl Packing {
    /// Adds a span; false where the bundle is full.
    fn add_span(
        &mut self,
        core: &Core,
        read: &Read<'_>,
        log: &LogRow,
        span: &Span,
        number: usize,
    ) -> Result<bool, EngineError> {
        let counts = if log.cut > 0 { log.cut.saturating_sub(1) } else { log.head.seq };
        let asked = counts.min(span.upto);
        // What lies beyond may be needed to prove it: on to the next signature.
        let end = read.next_signed(log.no, asked)?.unwrap_or(asked);
        if span.after >= end {
            return Ok(true);
        }
        let base = head_at(read, log, span.after)?;
        let start = self.columns.lengths();
        let (count, whole) = self.add_rows(core, read, log, &base, end)?;
        if count == 0 {
            self.columns.cut_back(start);
            return Ok(whole);
        }
        self.envelopes = self.envelopes.saturating_add(count);
        self.spans = self.spans.saturating_add(1);
        let known = span.base.is_some_and(|known| base.id.0.starts_with(&known)) && span.after > 0;
        put_number(&mut self.head, if known { number as u64 } else { 0 }.saturating_mul(2) | u64::from(known));
        if !known {
            self.head.extend(log.device.0);
            self.head.extend(log.life.0);
            put_number(&mut self.head, base.seq);
            self.head.extend(link_of(log, &base).0);
            put_number(&mut self.head, base.time.0);
            put_number(&mut self.head, base.bytes);
        }
        put_number(&mut self.head, count as u64);
        Ok(whole)
    }

    /// Adds rows up to `end`, back to the last signature where they do not all fit: how many, and
    /// whether they are all.
    fn add_rows(
        &mut self,
        core: &Core,
        read: &Read<'_>,
        log: &LogRow,
        base: &Head,
        end: u64,
    ) -> Result<(usize, bool), EngineError> {
        let (mut seq, mut time, mut count) = (base.seq, base.time.0, 0_usize);
        let (mut kept, mut kept_at) = (0, self.columns.lengths());
        let (mut linked, mut unsigned) = (HashSet::new(), 0_usize);
        let full = MAX_RAW.saturating_sub(ROOM);
        'rows: while seq < end {
            let rows = read.stretch(log.no, seq, end, BATCH)?;
            if rows.is_empty() {
                break;
            }
            for (row, held) in rows {
                let before = self.columns.len();
                let used = before.saturating_add(self.head.len()).saturating_add(self.doc_ids.len());
                let long = row.change.len().saturating_add(row.body.map_or(0, |(len, _)| len as usize));
                let envelopes = self.envelopes.saturating_add(count);
                if used.saturating_add(long) > full || envelopes >= MAX_ENVELOPES {
                    break 'rows;
                }
                let needed = row.seq == end
                    || row.seq.is_multiple_of(cremona_envelope::SIGNED_EVERY)
                    || unsigned.saturating_add(long) > UNSIGNED_BYTES;
                let signed = row.signature.filter(|_| needed);
                self.add_row(core, &row, held, signed, &mut time, &mut linked)?;
                seq = row.seq;
                count = count.saturating_add(1);
                unsigned = unsigned.saturating_add(self.columns.len().saturating_sub(before));
                if signed.is_some() {
                    (kept, kept_at, unsigned) = (count, self.columns.lengths(), 0);
                }
            }
        }
        let whole = kept == count && seq >= end;
        self.columns.cut_back(kept_at);
        Ok((kept, whole))
    }

    #[allow(clippy::too_many_arguments)]
    fn add_row(
        &mut self,
        core: &Core,
        row: &EnvelopeRow,
        held: Option<BodyRow>,
        signed: Option<[u8; 64]>,
        time: &mut u64,
        linked: &mut HashSet<i64>,
    ) -> Result<(), EngineError> {
        let mut flags = if signed.is_some() { flag::SIGNED } else { 0 };
        let mut digest = None;
        let bytes = held.and_then(|held| match held {
            BodyRow::Plain(bytes) if row.epoch > 0 => Some(bytes),
            BodyRow::Text { title, text, .. } if row.epoch > 0 => {
                digest = Some(*blake3::hash(text.as_bytes()).as_bytes());
                Some(body::encode(title.as_deref(), &text))
            }
            BodyRow::Sealed(bytes) if row.epoch == 0 => Some(bytes),
            BodyRow::Plain(_) | BodyRow::Text { .. } | BodyRow::Sealed(_) => None,
        });
        put_number(&mut self.columns.times, row.time.0.saturating_sub(*time));
        *time = row.time.0;
        if row.epoch == 0 {
            self.columns.numbers.push(row.kind);
            self.columns.fixed.extend(row.tag.iter().filter(|_| !is_clear(row.kind)).flatten());
            self.put_value(&row.change);
        } else {
            flags |= flag::OPEN;
            let epoch = self.epoch(core, row.epoch)?;
            put_number(&mut self.columns.numbers, epoch);
            flags |= self.add_change(row, digest.as_ref(), linked)?;
        }
        if let Some((len, hash)) = row.body {
            flags |= flag::BODY;
            match bytes {
                Some(bytes) => {
                    flags |= flag::HELD;
                    put_number(&mut self.columns.numbers, bytes.len() as u64);
                    self.columns.bodies.extend(bytes);
                }
                None => {
                    put_number(&mut self.columns.numbers, u64::from(len));
                    self.columns.fixed.extend(hash);
                }
            }
        }
        self.columns.fixed.extend(signed.iter().flatten());
        self.columns.flags.push(flags);
        Ok(())
    }

    fn add_change(
        &mut self,
        row: &EnvelopeRow,
        digest: Option<&[u8; 32]>,
        linked: &mut HashSet<i64>,
    ) -> Result<u8, EngineError> {
        // Rows of a document continue its chain: that was checked when they came.
        let payload = if row.doc > 0 { Payload::decode(&row.change).ok() } else { None };
        let Some(payload) = payload else {
            self.put_value(&row.change);
            return Ok(0);
        };
        let doc = self.doc(row.doc, &payload);
        put_number(&mut self.columns.numbers, doc);
        let mut flags = flag::CHAINED;
        if linked.insert(row.doc) {
            flags |= flag::LINK;
            put_number(&mut self.columns.numbers, u64::from(payload.seq));
            self.columns.fixed.extend(payload.prev.iter().flatten());
        }
        let value = &payload.value;
        let at = digest.and_then(|digest| value.windows(32).position(|part| part == digest));
        let Some((before, after)) = at.and_then(|at| Some((value.get(..at)?, value.get(at.checked_add(32)?..)?)))
        else {
            self.put_value(value);
            return Ok(flags);
        };
        put_number(&mut self.columns.numbers, before.len() as u64);
        self.put_value(&[before, after].concat());
        Ok(flags | flag::DIGEST)
    }

    fn put_value(&mut self, bytes: &[u8]) {
        put_number(&mut self.columns.numbers, bytes.len() as u64);
        self.columns.values.extend(bytes);
    }

    fn epoch(&mut self, core: &Core, no: i64) -> Result<u64, EngineError> {
        if let Some(at) = self.epochs.iter().position(|known| *known == no) {
            return Ok(at as u64);
        }
        let id = core.epoch_id(no).ok_or(EngineError::Damaged("an epoch key"))?;
        self.epochs.push(no);
        self.epoch_ids.extend(id.0);
        Ok(self.epochs.len().saturating_sub(1) as u64)
    }

    fn doc(&mut self, no: i64, payload: &Payload) -> u64 {
        let next = self.docs.len() as u64;
        let at = *self.docs.entry(no).or_insert(next);
        if at == next {
            self.doc_ids.extend(payload.doc.encode());
        }
        at
    }

    fn finish(self) -> Result<Vec<u8>, EngineError> {
        if self.spans == 0 {
            return Ok(Vec::new());
        }
        let mut raw = vec![VERSION];
        put_number(&mut raw, self.epochs.len() as u64);
        raw.extend(&self.epoch_ids);
        put_number(&mut raw, self.docs.len() as u64);
        raw.extend(&self.doc_ids);
        put_number(&mut raw, self.spans);
        raw.extend(&self.head);
        for column in self.columns.all() {
            put_number(&mut raw, column.len() as u64);
            raw.extend(column);
        }
        zstd::bulk::compress(&raw, LEVEL).map_err(|_| EngineError::Damaged("a bundle"))
    }
}

fn is_clear(kind: u8) -> bool {
    kind == Kind::CONTROL.0 || kind == Kind::KEYS.0
}
