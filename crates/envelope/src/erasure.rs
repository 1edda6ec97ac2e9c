//! The erasure list: which of its member's bodies a device asks everyone to drop, in clear.
//!
//! Members know from the delete itself what to erase. A mailbox can't read that, so the author's node
//! says it a second time, as places in logs, in a control envelope. It counts for logs of the same
//! member only, and for their bodies only: the chain stays.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::control::{ERASE, type_of};
use crate::ids::LogId;

/// Most places in one list; more take several.
pub const MAX_ERASED: usize = 1_024;

/// See the module. CBOR map: 0 type (4), 1 `[[log 16, [seq]]]`, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct ErasePayload {
    #[n(0)]
    kind: u64,
    #[n(1)]
    logs: Vec<OfLog>,
}

#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
struct OfLog {
    #[n(0)]
    log: ByteArray<16>,
    #[n(1)]
    seqs: Vec<u64>,
}

impl ErasePayload {
    /// Lists of these places, each of at most [`MAX_ERASED`]; none where there is nothing to erase.
    #[must_use]
    pub fn lists(places: &BTreeSet<(LogId, u64)>) -> Vec<Self> {
        let places: Vec<_> = places.iter().collect();
        places.chunks(MAX_ERASED).map(Self::list).collect()
    }

    fn list(places: &[&(LogId, u64)]) -> Self {
        let mut logs: BTreeMap<LogId, Vec<u64>> = BTreeMap::new();
        for (log, seq) in places {
            logs.entry(*log).or_default().push(*seq);
        }
        let logs = logs.into_iter().map(|(log, seqs)| OfLog { log: log.0.into(), seqs }).collect();
        Self { kind: ERASE, logs }
    }

    /// The CBOR bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding to a Vec can't fail")
    }

    /// Reads a control payload; `None` where it is no list, or too long a one.
    #[must_use]
    pub fn decode(payload: &[u8]) -> Option<Self> {
        if type_of(payload) != Some(ERASE) {
            return None;
        }
        let list: Self = minicbor::decode(payload).ok()?;
        (list.places().count() <= MAX_ERASED).then_some(list)
    }

    /// Log and seq of each body.
    pub fn places(&self) -> impl Iterator<Item = (LogId, u64)> + '_ {
        self.logs.iter().flat_map(|of| of.seqs.iter().map(|seq| (LogId(*of.log), *seq)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_every_place_once() {
        let places: BTreeSet<_> = (0..2_500_u64).map(|n| (LogId([(n % 3) as u8; 16]), n)).collect();
        let lists = ErasePayload::lists(&places);
        assert_eq!(lists.len(), 3);
        let read: Vec<_> = lists.iter().map(|list| ErasePayload::decode(&list.encode()).unwrap()).collect();
        assert_eq!(read, lists);
        assert_eq!(read.iter().flat_map(ErasePayload::places).collect::<BTreeSet<_>>(), places);
        assert!(ErasePayload::lists(&BTreeSet::new()).is_empty());
    }

    #[test]
    fn a_list_that_is_too_long_or_something_else_is_none() {
        let long =
            ErasePayload { kind: ERASE, logs: vec![OfLog { log: [1; 16].into(), seqs: vec![7; MAX_ERASED + 1] }] };
        assert_eq!(ErasePayload::decode(&long.encode()), None);
        let other = ErasePayload { kind: 2, logs: Vec::new() };
        assert_eq!(ErasePayload::decode(&other.encode()), None);
        assert_eq!(ErasePayload::decode(b"\xff"), None);
    }
}
