//! Vectors of records: the payload of a change, the Automerge change rebuilt from it, values, ids,
//! and the digest of all documents.

use std::collections::BTreeMap;

use cremona_envelope::{LogId, MemberId};
use cremona_model::chain::{actor_of, key_of, rebuild};
use cremona_model::{LogState, Record, Stamp, StateHash, Text};
use serde_json::{Value, json};

use crate::json::{hex, maybe};
use crate::story::{Plain, Said, Story};

/// All of them.
pub(crate) fn vectors(story: &Story) -> Value {
    // Ana writes on and on: those records count in the state only.
    let shown = story.said.iter().filter(|said| said.what != "ana writes on");
    let records: Value = shown.filter_map(|said| said.plain.as_ref().map(|plain| record(said, plain))).collect();
    json!({ "records": records, "state": hex(&state(story)) })
}

fn record(said: &Said, plain: &Plain) -> Value {
    let header = said.envelope.header();
    let stamp = stamp_of(said);
    let change = rebuild(&stamp, &plain.payload);
    let record = Record::read(stamp, plain.payload.doc, &plain.payload.value).unwrap();
    let body = plain.body.as_deref().and_then(Text::decode);
    json!({
        "what": said.what,
        "header": hex(&header.encode()),
        "payload": hex(&plain.payload.encode()),
        "value": hex(&plain.payload.value),
        "id": hex(&record.id.0),
        "key": key_of(&stamp),
        "actor": hex(actor_of(&stamp, &plain.payload.doc).to_bytes()),
        "change": hex(change.raw_bytes()),
        "hash": hex(&change.hash().0),
        "body": maybe(plain.body.as_deref()),
        "text": body.as_ref().map(|body| &body.text),
        "title": body.as_ref().and_then(|body| body.title.as_ref()),
    })
}

fn stamp_of(said: &Said) -> Stamp {
    let header = said.envelope.header();
    let member = MemberId::of(&header.workspace, &header.device);
    Stamp { time: header.time, device: header.device, life: header.life, seq: header.seq, member }
}

fn state(story: &Story) -> [u8; 32] {
    let mut logs: BTreeMap<LogId, LogState> = BTreeMap::new();
    for said in &story.said {
        let Some(plain) = &said.plain else { continue };
        let header = said.envelope.header();
        let body = header.body.map(|part| part.hash);
        logs.entry(header.log()).or_default().add(&plain.payload.doc, header.seq, &plain.payload.value, body.as_ref());
    }
    let mut state = StateHash::default();
    logs.iter().for_each(|(log, of_log)| state.add(log, of_log));
    state.finish()
}
