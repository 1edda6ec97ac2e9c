//! Vectors of the frames between replicas and of the frontier's root.

use std::collections::BTreeMap;

use cremona_envelope::{DeviceId, EnvelopeId, LifeId, LogId, SoftKind, Time};
use cremona_sync::frame::{
    Bodies, Entries, Frame, Headers, Hello, Node, Notice, Probe, Proof, Run, Slice, Want, WantBodies, WantBundle,
    WantProof, WireEntry, WireSpan,
};
use cremona_sync::soft_frame::{SoftEntry, SoftOffer, SoftPlace, SoftWant, SoftWords};
use cremona_sync::{FrontierEntry, Trie};
use serde_json::{Value, json};

use crate::json::hex;
use crate::story::Story;

/// All of them.
pub(crate) fn vectors(story: &Story) -> Value {
    let mut small = Trie::default();
    heads(story).into_values().for_each(|entry| small.set(entry));
    let mut large = Trie::default();
    (0..40).map(made_up).for_each(|entry| large.set(entry));
    let frames: Value = frames(&small, &large)
        .into_iter()
        .map(|(name, frame)| json!({ "name": name, "bytes": hex(&frame.encode()) }))
        .collect();
    json!({ "frames": frames, "frontiers": [frontier(&small), frontier(&large)] })
}

fn heads(story: &Story) -> BTreeMap<LogId, FrontierEntry> {
    let entry = |said: &crate::story::Said| {
        let header = said.envelope.header();
        (
            header.log(),
            FrontierEntry {
                device: header.device,
                life: header.life,
                seq: header.seq,
                head: said.envelope.id(),
                cut: 0,
            },
        )
    };
    story.said.iter().map(entry).collect()
}

/// One of many logs; every seventh is cut.
fn made_up(number: u8) -> FrontierEntry {
    let cut = if number.is_multiple_of(7) { u64::from(number) + 2 } else { 0 };
    let (device, head) = (DeviceId([number; 32]), EnvelopeId([number ^ 255; 32]));
    FrontierEntry { device, life: LifeId([1; 16]), seq: u64::from(number) + 1, head, cut }
}

fn frontier(trie: &Trie) -> Value {
    let entry = |entry: &FrontierEntry| {
        json!({
            "device": hex(&entry.device.0),
            "life": hex(&entry.life.0),
            "seq": entry.seq,
            "head": hex(&entry.head.0),
            "cut": entry.cut,
        })
    };
    json!({ "entries": trie.under(&[]).map(entry).collect::<Value>(), "root": hex(&trie.root()) })
}

fn frames(small: &Trie, large: &Trie) -> Vec<(&'static str, Frame)> {
    let log = [3; 16];
    let children = large.short_children(&[]).unwrap().map(Into::into).to_vec();
    let entries = small.under(&[]).map(WireEntry::from).collect();
    vec![
        ("hello", Frame::Hello(Hello { root: small.root().into(), genesis: Some(log.into()), bundles: Some(true) })),
        ("hello", Frame::Hello(Hello { root: [0; 32].into(), genesis: None, bundles: None })),
        ("node", Frame::Node(Node { prefix: Vec::new().into(), children })),
        ("entries", Frame::Entries(Entries { prefix: vec![1, 15].into(), all: true, entries })),
        ("want", Frame::Want(Want { log: log.into(), after: 5, upto: 70_000 })),
        ("run", Frame::Run(Run { log: log.into(), end: true, bytes: vec![1, 2, 3].into() })),
        ("probe", Frame::Probe(Probe { log: log.into(), seqs: vec![1, 64, 300], branch: false })),
        (
            "headers",
            Frame::Headers(Headers {
                log: log.into(),
                branch: true,
                headers: vec![vec![7; 227].into()],
                signature: Some([4; 64].into()),
            }),
        ),
        ("want proof", Frame::WantProof(WantProof { log: log.into() })),
        ("proof", Frame::Proof(Proof { bytes: vec![1, 2].into() })),
        ("want bodies", Frame::WantBodies(WantBodies { log: log.into(), seqs: vec![2, 9] })),
        (
            "soft offer",
            Frame::SoftOffer(SoftOffer {
                time: 1_793_534_400_123,
                digest: [6; 16].into(),
                all: true,
                entries: vec![SoftEntry::new(&DeviceId([5; 32]), SoftKind::RECEIPT, Time(1_793_534_400_001))],
            }),
        ),
        (
            "soft want",
            Frame::SoftWant(SoftWant { places: vec![SoftPlace::of(&DeviceId([5; 32]), SoftKind::ADDRESSES)] }),
        ),
        ("soft words", Frame::SoftWords(SoftWords { words: vec![vec![1, 2, 3].into()] })),
        ("bodies", Frame::Bodies(Bodies { log: log.into(), bodies: vec![(2, vec![8; 40].into())] })),
        (
            "want bundle",
            Frame::WantBundle(WantBundle {
                id: 7,
                spans: vec![WireSpan { log: log.into(), after: 64, upto: 70_000, base: Some([6; 8].into()) }],
                newest: false,
                offset: 0,
                len: 65_536,
                name: None,
            }),
        ),
        (
            "slice",
            Frame::Slice(Slice {
                id: 7,
                name: [5; 16].into(),
                total: 40_000,
                offset: 16_384,
                bytes: vec![9; 3].into(),
            }),
        ),
        ("notice", Frame::Notice(Notice { full: true, used: 70_000, limit: 65_536, devices: vec![[9; 32].into()] })),
    ]
}
