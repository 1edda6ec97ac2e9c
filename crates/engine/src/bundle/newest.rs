//! What a node shows first of a long history: the directory, and the newest messages of every channel.

use std::collections::BTreeMap;

use cremona_model::DocId;
use cremona_store::Read;
use cremona_sync::Span;

use super::MAX_SPANS;
use crate::docs::log_of;
use crate::error::EngineError;

/// Messages in all, shared by the channels.
const MESSAGES: u32 = 2_048;
/// Of one channel, at least and at most.
const FEWEST: u32 = 8;
const MOST: u32 = 100;
/// Entries of the directory.
const DIRECTORY: u32 = 4_096;

/// Spans that prove the newest envelopes: who is there, which channels there are, and the end of each.
pub(crate) fn newest_spans(read: &Read<'_>) -> Result<Vec<Span>, EngineError> {
    let mut places = Vec::new();
    if let Some(directory) = read.doc_number(&DocId::DIRECTORY.channel.0, DocId::DIRECTORY.month)? {
        places.extend(read.doc_places(directory, DIRECTORY)?);
    }
    let channels = read.channel_names()?;
    let share = MESSAGES / u32::try_from(channels.len()).unwrap_or(u32::MAX).max(1);
    for (channel, _) in &channels {
        places.extend(read.newest_places(channel, share.clamp(FEWEST, MOST))?);
    }
    let mut spans = Spans { read, starts: BTreeMap::new(), rest: Vec::new(), ends: BTreeMap::new() };
    for (log, seq) in places {
        spans.add(log, seq)?;
    }
    let Spans { starts, rest, .. } = spans;
    Ok(starts.into_values().chain(rest).take(MAX_SPANS).collect())
}

struct Spans<'a> {
    read: &'a Read<'a>,
    /// The beginning of each log, which says whose it is.
    starts: BTreeMap<i64, Span>,
    rest: Vec<Span>,
    /// Ends of the spans of each log, by where they begin.
    ends: BTreeMap<(i64, u64), u64>,
}

impl Spans<'_> {
    /// Sees to it that the envelope at a place is in a span.
    fn add(&mut self, no: i64, seq: u64) -> Result<(), EngineError> {
        let log = log_of(self.read, no)?;
        let end_of = |seq| self.read.next_signed(no, seq).map(|end| end.unwrap_or(seq));
        if let std::collections::btree_map::Entry::Vacant(start) = self.starts.entry(no) {
            let upto = end_of(1)?;
            start.insert(Span { log: log.id, after: 0, upto, base: None });
            self.ends.insert((no, 0), upto);
        }
        let covered = self.ends.range((no, 0)..(no, seq)).next_back().is_some_and(|(_, end)| *end >= seq);
        if !covered {
            let (after, upto) = (seq.saturating_sub(1), end_of(seq)?);
            self.rest.push(Span { log: log.id, after, upto, base: None });
            self.ends.insert((no, after), upto);
        }
        Ok(())
    }
}
