//! What is newest, shown before its log has come so far.

use std::collections::BTreeMap;

use cremona_envelope::{EnvelopeId, OpenedBody};
use cremona_model::record::Kind as RecordKind;
use cremona_model::{Payload, Record};
use cremona_store::{BodyRow, Status, Write};

use crate::bundle::arrived::{Arrived, InPlain};
use crate::core::Core;
use crate::docs::stamp_of;
use crate::entry::Entry;
use crate::error::EngineError;

impl Core {
    /// Shows proven envelopes of a log that has not come so far, and tells of them. Nothing is counted,
    /// continues a chain or is served: they come again with what is before them. Of logs that are not here yet, and of
    /// what is in clear, there is nothing to show.
    pub(crate) fn take_early(&mut self, tx: &Write<'_>, span: Vec<Arrived>) -> Result<(), EngineError> {
        let Some(log) = span.first().map(|first| tx.log(&first.header().log())).transpose()?.flatten() else {
            return Ok(());
        };
        // Of the own log there is nothing to wait for: what a copy of this node has written there is contradicted
        // by whatever this node says next.
        if self.own.is_some_and(|own| own.no == log.no) {
            return Ok(());
        }
        for arrived in span {
            let mut entry = Entry::blank(log.no, &arrived);
            let Arrived::Opened(plain) = arrived else { continue };
            if entry.row.seq <= log.head.seq || log.cut > 0 || tx.envelope_id(log.no, entry.row.seq)?.is_some() {
                continue;
            }
            let InPlain { epoch, change, body, link, .. } = *plain;
            let stamp = stamp_of(&log, &entry.row);
            let record = match link {
                Some(link) => link.record.ok().map(|record| Record { stamp, ..record }),
                None => Payload::decode(&change).ok().and_then(|said| Record::read(stamp, said.doc, &said.value).ok()),
            };
            // The log may turn out to be forked, and what was erased does not come back.
            let is_shown = |kind: &RecordKind| !matches!(kind, RecordKind::Unknown(_) | RecordKind::Delete { .. });
            let Some(record) = record.filter(|record| is_shown(&record.kind)) else { continue };
            entry.row.epoch = self.epoch_no(&epoch).ok_or(EngineError::Damaged("an epoch key"))?;
            entry.row.doc = tx.doc_no(&record.doc.channel.0, record.doc.month)?;
            entry.row.change = change;
            (entry.row.tag, entry.row.signature, entry.row.status) = (None, None, Status::Early);
            entry.record = Some(record);
            entry.body = match body {
                OpenedBody::Text(bytes) => Some(BodyRow::Plain(bytes)),
                OpenedBody::None | OpenedBody::Absent | OpenedBody::Malformed => None,
            };
            tx.put_envelope(&entry.row)?;
            if let Some((what, Some(target))) = self.show(tx, &entry)? {
                tx.add_news(what, &target.0)?;
            }
        }
        Ok(())
    }
}

/// Whether another envelope than one of these was shown early in its place, as happens to forked logs.
pub(crate) fn is_contradicted(shown: &BTreeMap<u64, EnvelopeId>, run: &[Arrived]) -> bool {
    let other = |arrived: &Arrived| shown.get(&arrived.header().seq).is_some_and(|early| *early != arrived.id());
    !shown.is_empty() && run.iter().any(other)
}
