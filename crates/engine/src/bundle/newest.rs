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
    // The newest of each channel before the second newest of any.
    let mut newest = Vec::new();
    for (channel, _) in &channels {
        newest.extend(read.newest_places(channel, share.clamp(FEWEST, MOST))?.into_iter().enumerate());
    }
    newest.sort_by_key(|(rank, _)| *rank);
    places.extend(newest.into_iter().flat_map(|(_, places)| places));
    let mut blocks = Blocks { read, starts: BTreeMap::new(), rest: BTreeMap::new() };
    for (rank, (log, seq)) in places.into_iter().enumerate() {
        blocks.add(rank, log, seq)?;
    }
    let Blocks { starts, rest, .. } = blocks;
    let mut rest: Vec<(usize, Span)> = rest.into_values().collect();
    rest.sort_by_key(|(rank, _)| *rank);
    Ok(starts.into_values().chain(rest.into_iter().map(|(_, span)| span)).take(MAX_SPANS).collect())
}

struct Blocks<'a> {
    read: &'a Read<'a>,
    /// The beginning of each log, which says whose it is.
    starts: BTreeMap<i64, Span>,
    /// What else is wanted before each signature, by log and the signature's seq: the rank of the first
    /// that is wanted of it, and the span.
    rest: BTreeMap<(i64, u64), (usize, Span)>,
}

impl Blocks<'_> {
    /// Sees to it that the envelope at a place is in a span.
    fn add(&mut self, rank: usize, no: i64, seq: u64) -> Result<(), EngineError> {
        let log = log_of(self.read, no)?;
        let end_of = |seq| self.read.next_signed(no, seq).map(|end| end.unwrap_or(seq));
        if let std::collections::btree_map::Entry::Vacant(start) = self.starts.entry(no) {
            start.insert(Span { log: log.id, after: 0, upto: end_of(1)?, base: None });
        }
        if self.starts.get(&no).is_some_and(|start| start.upto >= seq) {
            return Ok(());
        }
        let (after, upto) = (seq.saturating_sub(1), end_of(seq)?);
        let block = self.rest.entry((no, upto)).or_insert((rank, Span { log: log.id, after, upto, base: None }));
        block.1.after = block.1.after.min(after);
        Ok(())
    }
}
