//! Peers that do not say all that they have, and peers that say what is not so.
//!
//! Both are whole engines among the people: what becomes of their frames on the way out is what makes
//! them dishonest. What they are sent is as it is.

use cremona_envelope::{DeviceId, Envelope, EnvelopeId, LifeId, SoftKind, Time, peek_run};
use cremona_sync::frame::{Entries, Slice};
use cremona_sync::soft_frame::SoftWords;
use cremona_sync::{Frame, FrontierEntry, Notice};

use super::{Who, World};

/// Of 100 frames of a liar so many are lies.
const LIES: u64 = 12;

/// A peer that never hands over what one device wrote.
#[derive(Clone, Copy)]
pub struct Withholder {
    /// The node.
    pub who: Who,
    /// The device whose envelopes it keeps back.
    pub device: DeviceId,
    /// Whether it keeps silent instead of sending an empty answer.
    pub silent: bool,
    /// Whether it keeps back only texts.
    pub bodies: bool,
}

impl World {
    pub(crate) fn withheld_frame(&self, from: Who, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let Some(withholder) = self.net.withholder.filter(|withholder| withholder.who == from) else {
            return Some(bytes);
        };
        match Frame::decode(&bytes) {
            // It makes no bundles, as an older node.
            Ok(Frame::Hello(mut hello)) => {
                hello.bundles = None;
                Some(Frame::Hello(hello).encode())
            }
            Ok(Frame::Run(mut run))
                if !withholder.bodies && peek_run(&run.bytes).is_ok_and(|start| start.device == withholder.device) =>
            {
                run.bytes = Vec::new().into();
                run.end = true;
                (!withholder.silent).then(|| Frame::Run(run).encode())
            }
            Ok(Frame::Bodies(mut bodies)) => {
                bodies.bodies.clear();
                Some(Frame::Bodies(bodies).encode())
            }
            Ok(_) | Err(_) => Some(bytes),
        }
    }

    pub(crate) fn withheld_gossip(&self, from: Who, bytes: &[u8]) -> Option<Vec<u8>> {
        let Some(withholder) = self.net.withholder.filter(|withholder| withholder.who == from) else {
            return Some(bytes.to_vec());
        };
        let mut envelope = Envelope::decode(bytes).ok()?;
        if envelope.header.device != withholder.device {
            return Some(bytes.to_vec());
        }
        if envelope.header.body.is_some() {
            envelope.body = cremona_envelope::Body::Absent;
        }
        withholder.bodies.then(|| envelope.encode())
    }

    /// What goes out in place of a frame: of a liar something else now and then.
    pub(crate) fn with_lies(&mut self, from: Who, bytes: Vec<u8>) -> Vec<Vec<u8>> {
        if self.net.liar != Some(from) || !self.dice.percent(LIES) {
            return vec![bytes];
        }
        match Frame::decode(&bytes) {
            Ok(Frame::Slice(slice)) => {
                self.false_slices(slice).iter().map(|slice| Frame::Slice(slice.clone()).encode()).collect()
            }
            Ok(Frame::Hello(_) | Frame::SoftOffer(_) | Frame::SoftWant(_) | Frame::SoftWords(_)) => {
                vec![bytes, self.false_word()]
            }
            Ok(Frame::Entries(entries)) => vec![self.false_entries(entries).encode()],
            Ok(_) | Err(_) => vec![self.bent(bytes)],
        }
    }

    /// One bit is another.
    fn bent(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        let (at, bit) = (self.dice.below(bytes.len()), self.dice.below(8));
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << bit;
        }
        bytes
    }

    fn false_slices(&mut self, slice: Slice) -> Vec<Slice> {
        let whole = slice.offset == 0 && slice.total as usize == slice.bytes.len();
        let of = |id: u32, bytes: Vec<u8>| {
            let mut name = [0; 16];
            name.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
            let total = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            Slice { id, name: name.into(), total, offset: 0, bytes: bytes.into() }
        };
        match self.dice.below(8) {
            // Under its right name, so that only the check can tell.
            0 | 1 if whole => vec![of(slice.id, self.bent(slice.bytes.to_vec()))],
            0 | 1 => vec![Slice { bytes: self.bent(slice.bytes.to_vec()).into(), ..slice }],
            2 => vec![of(slice.id, bomb())],
            3 => vec![Slice { total: u32::MAX, ..slice }],
            4 => vec![slice.clone(), slice],
            5 => vec![Slice { id: slice.id.wrapping_add(7), ..slice.clone() }, slice],
            6 => vec![Slice { total: 0, offset: 0, bytes: Vec::new().into(), ..slice }],
            _ => Vec::new(),
        }
    }

    /// A soft word that is false, in one way or another, or a notice that is.
    fn false_word(&mut self) -> Vec<u8> {
        let forger = self.forger("mal");
        let time = Time(self.now);
        let noise = |n: usize| vec![u8::try_from(n % 251).unwrap_or(0); n];
        let word = match self.dice.below(6) {
            0 => forger.word(SoftKind::RECEIPT, noise(40), time),
            1 => forger.word(SoftKind::RECEIPT, noise(4), Time(self.now + 400 * 86_400_000)),
            2 => forger.word(SoftKind(9), noise(1), time),
            3 => noise(300),
            4 => {
                let word = forger.word(SoftKind::ADDRESSES, noise(64), time);
                self.bent(word)
            }
            _ => {
                let devices = self.nodes.iter().map(|node| node.engine.device().0.into()).collect();
                return Frame::Notice(Notice { full: true, used: u64::MAX, limit: 0, devices }).encode();
            }
        };
        Frame::SoftWords(SoftWords { words: vec![word.into()] }).encode()
    }

    /// It tells of a log that nobody has.
    fn false_entries(&mut self, mut entries: Entries) -> Frame {
        let device = super::node::identity("mal").device();
        let seq = self.dice.ms(1, 10_000);
        let entry = FrontierEntry {
            device,
            life: LifeId([200; 16]),
            seq,
            head: EnvelopeId([u8::try_from(seq % 256).unwrap_or(0); 32]),
            cut: 0,
        };
        entries.entries.truncate(500);
        entries.entries.push((&entry).into());
        Frame::Entries(entries)
    }
}

/// 16 KiB of zstd that unpack to 512 MiB of nothing.
fn bomb() -> Vec<u8> {
    let mut bytes = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50];
    // Each block repeats one byte 131,072 times.
    for n in 0..4_000_u32 {
        let last = u32::from(n == 3_999);
        let head = (131_072 << 3) | (1 << 1) | last;
        bytes.extend_from_slice(&head.to_le_bytes()[..3]);
        bytes.push(0);
    }
    bytes
}
