//! An envelope on its way into the store, and what its opened change means.

use std::collections::BTreeMap;

use cremona_envelope::Body;
use cremona_model::record::Kind as RecordKind;
use cremona_model::{Chain, Payload, Record};
use cremona_store::{BodyRow, EnvelopeRow, LogRow, Status, Write};

use crate::bundle::arrived::{Arrived, Link};
use crate::docs::stamp_of;
use crate::error::EngineError;

/// An envelope on its way into the store.
pub(crate) struct Entry {
    pub(crate) row: EnvelopeRow,
    pub(crate) body: Option<BodyRow>,
    pub(crate) record: Option<Record>,
    /// Whether it was shown before its log came so far.
    pub(crate) early: bool,
}

impl Entry {
    /// An envelope of which nothing is known but its header.
    pub(crate) fn blank(log: i64, arrived: &Arrived) -> Self {
        let header = arrived.header();
        let row = EnvelopeRow {
            log,
            seq: header.seq,
            id: arrived.id(),
            kind: header.kind.0,
            time: header.time,
            bytes: header.bytes,
            status: Status::Closed,
            epoch: 0,
            change: Vec::new(),
            tag: Some(header.tag),
            body: header.body.map(|part| (part.len, part.hash)),
            signature: arrived.signature().copied(),
            doc: 0,
        };
        Self { row, body: None, record: None, early: false }
    }

    /// It stays as it travels.
    pub(crate) fn keep_closed(&mut self, change: Vec<u8>, body: Body) {
        self.row.change = change;
        self.body = match body {
            Body::Held(bytes) => Some(BodyRow::Sealed(bytes)),
            Body::None | Body::Absent => None,
        };
    }

    /// Beyond the cut: kept without its text, which no delete could find, and counts for nothing.
    pub(crate) fn void(&mut self) {
        self.body = None;
        self.row.status = Status::Void;
        self.row.doc = 0;
        self.record = None;
    }
}

/// Says what an opened change means: which document, whether it continues its chain, which record.
pub(crate) fn interpret(
    tx: &Write<'_>,
    log: &mut LogRow,
    entry: &mut Entry,
    link: Option<Link>,
    chains: &mut BTreeMap<i64, Chain>,
) -> Result<(), EngineError> {
    entry.row.doc = 0;
    entry.row.status = Status::Refused;
    let stamp = stamp_of(log, &entry.row);
    let (payload, read) = match link {
        Some(Link { payload, hash, record }) => (payload, Some((hash, record))),
        None => match Payload::decode(&entry.row.change) {
            Ok(payload) => (payload, None),
            Err(cremona_model::PayloadError::Version(_)) => {
                entry.row.status = Status::Unknown;
                return Ok(());
            }
            Err(_) => return Ok(()),
        },
    };
    let doc = tx.doc_no(&payload.doc.channel.0, payload.doc.month)?;
    let chain = match chains.get(&doc) {
        Some(chain) => *chain,
        None => tx.chain(log.no, doc)?.map_or(Chain::START, |(seq, hash)| Chain { seq, hash }),
    };
    let next = match &read {
        Some((hash, _)) => chain.step(&payload, *hash),
        None => chain.accept(&stamp, &payload).map(|(_, next)| next),
    };
    let Ok(next) = next else { return Ok(()) };
    chains.insert(doc, next);
    entry.row.doc = doc;
    let record = match read {
        Some((_, record)) => record.map(|record| Record { stamp, ..record }),
        None => Record::read(stamp, payload.doc, &payload.value),
    };
    match record {
        Ok(record) if matches!(record.kind, RecordKind::Unknown(_)) => entry.row.status = Status::Unknown,
        Ok(record) => {
            entry.row.status = Status::Applied;
            entry.record = Some(record);
        }
        Err(_) => {}
    }
    Ok(())
}
