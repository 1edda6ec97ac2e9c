//! Vectors of soft state: words of each kind, what they say, and what receipts say in numbers.

use cremona_envelope::{
    DeviceId, Keyring, LogId, Receipt, RecordId, Soft, SoftKind, Time, VerifiedSoft, addresses, personal,
};
use cremona_model::Personal;
use cremona_model::personal::{Draft, DraftId, Marks, Place, Register, Scope, Target, Written, value};
use serde_json::{Value, json};

use crate::json::hex;
use crate::story::{Story, person};

/// All of them.
pub(crate) fn vectors(story: &Story) -> Value {
    let told = [1_u64, 127, 128, 16_384, (1 << 48) - 1].into_iter().enumerate();
    let logs: Vec<(LogId, u64)> = told.map(|(at, seq)| (LogId([u8::try_from(at).unwrap() + 3; 16]), seq)).collect();
    let many = (0..7_000_u32).map(|at| (LogId(cremona_envelope::ids::derive16("vectors", &[&at.to_be_bytes()])), 2));
    json!({
        "epoch_key": hex(&story.epoch_key.0),
        "workspace": hex(&story.key.workspace.0),
        "receipts": [
            receipt(story, "bo holds five logs", &Receipt::new([9; 32], 2, logs)),
            receipt(story, "bo holds more logs than fit", &Receipt::new([8; 32], 0, many)),
            receipt(story, "bo holds nothing", &Receipt::new([0; 32], 0, [])),
        ],
        "personal": own(story),
        "addresses": reachable(story, &["/ip4/192.0.2.7/tcp/4477", "/ip6/2001:db8::7/udp/4477/quic-v1"]),
    })
}

fn receipt(story: &Story, what: &str, receipt: &Receipt) -> Value {
    let word = say(story, SoftKind::RECEIPT, receipt.encode());
    let frontier = receipt
        .frontier
        .as_ref()
        .map(|logs| logs.iter().map(|(log, seq)| json!([hex(&log.0), seq])).collect::<Value>());
    json!({
        "what": what,
        "bytes": hex(&word.encode()),
        "device": hex(&word.soft().device.0),
        "time": word.soft().time.0,
        "root": hex(&receipt.root),
        "envelopes": receipt.envelopes,
        "missing": receipt.missing,
        "logs": receipt.logs,
        "frontier": frontier,
    })
}

fn reachable(story: &Story, texts: &[&str]) -> Value {
    let mut keyring = Keyring::default();
    keyring.add(&story.epoch_key);
    let head = Soft::head(SoftKind::ADDRESSES, &story.key.workspace, &person("bo").device(), TIME);
    let list: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    let word = say(story, SoftKind::ADDRESSES, addresses::seal(&keyring, &head, &list).unwrap());
    json!({ "bytes": hex(&word.encode()), "text": texts })
}

/// Bo's personal state, sealed for him and, as if she were another device of his, for ana.
fn own(story: &Story) -> Value {
    let (bo, ana) = (person("bo"), person("ana"));
    let state = state(bo.device());
    let head = Soft::head(SoftKind::PERSONAL, &story.key.workspace, &bo.device(), TIME);
    let devices = [(bo.device(), bo.box_key()), (ana.device(), ana.box_key())];
    let content = [&[0], state.encode().as_slice()].concat();
    let word = say(story, SoftKind::PERSONAL, personal::seal(&head, &devices, &content, &[21; 32]).unwrap());
    let fields = state.marks.len() + state.registers.len();
    json!({ "bytes": hex(&word.encode()), "state": hex(&state.encode()), "fields": fields, "draft": hex(b"Half a sentence") })
}

fn state(device: DeviceId) -> Personal {
    let (root, channel) = (RecordId([7; 16]), RecordId([8; 16]));
    let upto = [(LogId([3; 16]), 5), (LogId([4; 16]), 70_000)].into_iter().collect();
    let register = |value| Register { written: Written { time: TIME, device }, value };
    let draft = Draft { target: Target::Thread(root), text: "Half a sentence".to_owned(), title: None, hold: None };
    let mut state = Personal::default();
    state.registers.insert(Place::Done(root), register(Some(value::positions(&upto))));
    state.registers.insert(Place::Later(root), register(Some(value::moment(TIME.plus(1)))));
    state.registers.insert(Place::Unread(root), register(None));
    state.registers.insert(Place::Draft(DraftId([9; 16])), register(Some(draft.encode())));
    state.registers.insert(Place::Setting("zone".to_owned()), register(Some(value::text("Asia/Jakarta"))));
    state.marks.insert(Scope::Thread(root), Marks { read: TIME, upto });
    state.marks.insert(Scope::Channel(channel), Marks::default());
    state
}

const TIME: Time = Time(1_793_534_400_123);

fn say(story: &Story, kind: SoftKind, payload: Vec<u8>) -> VerifiedSoft {
    VerifiedSoft::say(&person("bo"), kind, &story.key.workspace, TIME, payload).unwrap()
}
