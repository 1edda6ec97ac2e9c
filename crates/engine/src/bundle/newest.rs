//! What a node shows first of a long history: the directory, and the newest messages of every channel.

use std::collections::{BTreeMap, BTreeSet};

use cremona_envelope::MemberId;
use cremona_model::DocId;
use cremona_store::Read;
use cremona_sync::Span;

use super::MAX_SPANS;
use crate::docs::log_of;
use crate::error::EngineError;

/// Messages in all, shared by the channels.
const MESSAGES: u32 = 5_000;
/// Of one channel, at least and at most.
const FEWEST: u32 = 8;
const MOST: u32 = 100;
/// Entries of the directory that are looked at, and how many come whoever they are of; of more, only those
/// of who made a channel or is seen on its page.
const DIRECTORY: u32 = 4_096;
const WHOLE_DIRECTORY: usize = 512;
/// So many envelopes that nobody asked for come along where they lie between two that are wanted: a span
/// more costs about as many bytes, and a signature to check.
const BETWEEN: u64 = 4;
/// A beginning of no more than this comes with what says whose a log is.
const SHORT: u64 = 8;

/// Spans that prove the newest envelopes: which channels there are, the end of each, and who is there.
pub(crate) fn newest_spans(read: &Read<'_>) -> Result<Vec<Span>, EngineError> {
    let mut wanted = Wanted::default();
    let channels = read.channel_names()?;
    let share = MESSAGES / u32::try_from(channels.len()).unwrap_or(u32::MAX).max(1);
    for (channel, _) in &channels {
        let newest = read.newest_places(channel, share.clamp(FEWEST, MOST))?;
        for (rank, places) in newest.into_iter().enumerate() {
            places.into_iter().for_each(|place| wanted.add(rank, place));
        }
    }
    let Some(directory) = read.doc_number(&DocId::DIRECTORY.channel.0, DocId::DIRECTORY.month)? else {
        return wanted.spans(read);
    };
    let places = read.doc_places(directory, DIRECTORY)?;
    let mut seen: BTreeSet<MemberId> = read.channel_makers()?.into_iter().collect();
    for no in wanted.0.keys() {
        seen.insert(log_of(read, *no)?.member);
    }
    let all = places.len() <= WHOLE_DIRECTORY;
    for place in places {
        if all || seen.contains(&log_of(read, place.0)?.member) {
            wanted.add(0, place);
        }
    }
    wanted.spans(read)
}

/// Places that are wanted, by log and seq: how many are newer in their channel.
#[derive(Default)]
struct Wanted(BTreeMap<i64, BTreeMap<u64, usize>>);

impl Wanted {
    fn add(&mut self, rank: usize, (log, seq): (i64, u64)) {
        let place = self.0.entry(log).or_default().entry(seq).or_insert(rank);
        *place = rank.min(*place);
    }

    /// The beginning of each log, which says whose it is, and then the rest: the newest of each channel
    /// before the second newest of any.
    fn spans(self, read: &Read<'_>) -> Result<Vec<Span>, EngineError> {
        let (mut starts, mut rest) = (Vec::new(), Vec::new());
        for (no, places) in self.0 {
            let log = log_of(read, no)?;
            let end_of = |seq| read.next_signed(no, seq).map(|end| end.unwrap_or(seq));
            let mut stretches = together(places).into_iter().peekable();
            let early = stretches.next_if(|(_, _, last)| *last <= SHORT);
            let mut upto = end_of(early.map_or(1, |(_, _, last)| last))?;
            starts.push(Span { log: log.id, after: 0, upto, base: None });
            for (rank, first, last) in stretches {
                if last > upto {
                    let after = upto.max(first.saturating_sub(1));
                    upto = end_of(last)?;
                    rest.push((rank, Span { log: log.id, after, upto, base: None }));
                }
            }
        }
        rest.sort_by_key(|(rank, _)| *rank);
        Ok(starts.into_iter().chain(rest.into_iter().map(|(_, span)| span)).take(MAX_SPANS).collect())
    }
}

/// Stretches with no more than [`BETWEEN`] others between what is wanted: least rank, first and last seq.
fn together(places: BTreeMap<u64, usize>) -> Vec<(usize, u64, u64)> {
    let mut stretches: Vec<(usize, u64, u64)> = Vec::new();
    for (seq, rank) in places {
        match stretches.last_mut() {
            Some((least, _, last)) if seq.saturating_sub(*last) <= BETWEEN.saturating_add(1) => {
                (*least, *last) = (rank.min(*least), seq);
            }
            Some(_) | None => stretches.push((rank, seq, seq)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_close_together_comes_in_one_span_and_what_does_not_in_its_own() {
        let places = BTreeMap::from([(7, 2), (8, 5), (13, 1), (19, 0), (40, 3)]);
        assert_eq!(together(places), [(1, 7, 13), (0, 19, 19), (3, 40, 40)]);
        assert_eq!(together(BTreeMap::new()), []);
    }
}
