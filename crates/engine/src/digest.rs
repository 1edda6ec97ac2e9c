//! `verify`: hashes and counts that are equal on nodes that hold the same set.

use cremona_envelope::EnvelopeId;
use cremona_model::{LogState, Payload, StateHash};
use cremona_store::{LogRow, Read};
use cremona_sync::{FrontierEntry, Trie};

use crate::ask::Digest;
use crate::docs::doc_of;
use crate::error::EngineError;

/// Rows read at once.
const BATCH: u32 = 4_096;

/// Both hashes, from one snapshot.
pub(crate) fn digest(read: &Read<'_>) -> Result<Digest, EngineError> {
    let counts = read.counts()?;
    Ok(Digest {
        root: hex(&root(read)?),
        state: hex(&state(read)?),
        envelopes: counts.envelopes,
        messages: counts.messages,
        threads: counts.threads,
        channels: counts.channels,
        members: counts.members,
    })
}

/// The entry of a log in the frontier: what counts of it.
pub(crate) fn entry_of(read: &Read<'_>, log: &LogRow) -> Result<FrontierEntry, EngineError> {
    let (seq, head) = if log.cut > 0 && log.head.seq >= log.cut {
        let last = log.cut.saturating_sub(1);
        let id = if last == 0 {
            EnvelopeId::NONE
        } else {
            read.envelope_id(log.no, last)?.ok_or(EngineError::Damaged("an envelope"))?
        };
        (last, id)
    } else {
        (log.head.seq, log.head.id)
    };
    Ok(FrontierEntry { device: log.device, life: log.life, seq, head, cut: log.cut })
}

fn root(read: &Read<'_>) -> Result<[u8; 32], EngineError> {
    let mut trie = Trie::default();
    for log in read.logs()? {
        trie.set(entry_of(read, &log)?);
    }
    Ok(trie.root())
}

fn state(read: &Read<'_>) -> Result<[u8; 32], EngineError> {
    let mut logs = read.logs()?;
    // A log of which nothing counts is as if never heard of, as in the root.
    logs.retain(|log| log.cut != 1);
    logs.sort_by_key(|log| log.id);
    let mut state = StateHash::default();
    for log in logs {
        let mut of_log = LogState::default();
        let mut after = 0;
        loop {
            let rows = read.envelopes(log.no, after, log.head.seq, BATCH)?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in rows.iter().filter(|row| row.doc > 0) {
                let payload = Payload::decode(&row.change).map_err(|_| EngineError::Damaged("a change payload"))?;
                let doc = doc_of(read, row.doc)?;
                of_log.add(&doc, row.seq, &payload.value, row.body.as_ref().map(|(_, hash)| hash));
            }
        }
        state.add(&log.id, &of_log);
    }
    Ok(state.finish())
}

pub(crate) fn hex(bytes: &[u8; 32]) -> String {
    EnvelopeId(*bytes).to_string()
}
