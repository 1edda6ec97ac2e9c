//! A receipt: what a device holds, as it says in soft state.
//!
//! Payload: root 32, envelopes u64, absent bodies u32, logs u32, then for each log, in order, the
//! first 8 bytes of its id and the seq up to which it is held (LEB128, seven bits a byte, low ones
//! first, no longer than needed). A frontier that does not fit is left out whole.

use std::collections::BTreeMap;

use crate::ids::LogId;
use crate::soft::MAX_SOFT;

/// The first bytes of a log id: enough to tell the logs of a workspace apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LogShort(pub [u8; 8]);

impl LogShort {
    /// The first bytes of an id.
    #[must_use]
    pub fn of(log: &LogId) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = log.0;
        Self([a, b, c, d, e, f, g, h])
    }
}

/// See the module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Root of its frontier.
    pub root: [u8; 32],
    /// Envelopes that count.
    pub envelopes: u64,
    /// Bodies that it lacks though it holds their envelopes.
    pub missing: u32,
    /// Logs that count.
    pub logs: u32,
    /// Up to which seq it holds each log; `None` where there are too many to say.
    pub frontier: Option<BTreeMap<LogShort, u64>>,
}

/// Seqs are below this.
const SEQ_END: u64 = 1 << 48;

impl Receipt {
    /// A receipt for a frontier of logs and seqs.
    #[must_use]
    pub fn new(root: [u8; 32], missing: u32, frontier: impl IntoIterator<Item = (LogId, u64)>) -> Self {
        let mut receipt = Self { root, envelopes: 0, missing, logs: 0, frontier: None };
        let mut held = BTreeMap::new();
        for (log, seq) in frontier {
            receipt.envelopes = receipt.envelopes.saturating_add(seq);
            receipt.logs = receipt.logs.saturating_add(1);
            // Ids that begin alike are made, not met by chance; the longer log hides the other.
            let entry = held.entry(LogShort::of(&log)).or_insert(seq);
            *entry = seq.max(*entry);
        }
        receipt.frontier = Some(held);
        if receipt.encode().len() > MAX_SOFT {
            receipt.frontier = None;
        }
        receipt
    }

    /// The payload.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::from(self.root);
        out.extend(self.envelopes.to_be_bytes());
        out.extend(self.missing.to_be_bytes());
        out.extend(self.logs.to_be_bytes());
        for (log, seq) in self.frontier.iter().flatten() {
            out.extend(log.0);
            put_number(&mut out, *seq);
        }
        out
    }

    /// Reads a payload; `None` where it is no receipt. Allocates at most about six times its length.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (root, rest) = bytes.split_first_chunk()?;
        let (envelopes, rest) = rest.split_first_chunk()?;
        let (missing, rest) = rest.split_first_chunk()?;
        let (logs, mut rest) = rest.split_first_chunk()?;
        let logs = u32::from_be_bytes(*logs);
        let mut frontier = BTreeMap::new();
        let mut last = None;
        while !rest.is_empty() {
            let (log, after) = rest.split_first_chunk()?;
            let log = LogShort(*log);
            if last.is_some_and(|last| last >= log) {
                return None;
            }
            last = Some(log);
            let (seq, after) = take_number(after)?;
            frontier.insert(log, seq);
            rest = after;
        }
        let told = logs == 0 || !frontier.is_empty();
        Some(Self {
            root: *root,
            envelopes: u64::from_be_bytes(*envelopes),
            missing: u32::from_be_bytes(*missing),
            logs,
            frontier: told.then_some(frontier),
        })
    }
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

/// A number in its shortest form, and what follows it.
fn take_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, byte) in bytes.iter().take(7).enumerate() {
        let shift = u32::try_from(index).ok()?.checked_mul(7)?;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            let shortest = *byte != 0 || index == 0;
            let rest = bytes.get(index.checked_add(1)?..)?;
            return (shortest && number < SEQ_END).then_some((number, rest));
        }
    }
    None
}
