//! Golden bytes: what is written today must read for ever, and the same by other hands.

use cremona_envelope::{LifeId, RecordId};
use cremona_model::chain::{actor_of, key_of, rebuild};
use cremona_model::record::{Field, imported_channel_id};
use cremona_model::{Edit, Payload};

use crate::people::{Person, channel, state};
use crate::talk::{claim, claimed};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn value(edit: &Edit) -> String {
    hex(&edit.value)
}

#[test]
fn values() {
    let target = RecordId([7; 16]);
    let id = "50".to_owned() + &"07".repeat(16);
    let again = Edit::again(&Edit::delete(target).value, LifeId([3; 16]), 300, None).unwrap();
    let edits = [
        (Edit::message(None, "hi", None).unwrap(), "a10001".to_owned()),
        (Edit::message(Some(target), "hi", None).unwrap(), format!("a2000101{id}")),
        (Edit::edit(target, "hi", None).unwrap(), format!("a2000201{id}")),
        (Edit::delete(target), format!("a2000301{id}")),
        (Edit::react(target, "👍", true).unwrap(), format!("a4000401{id}0264f09f918d03f5")),
        (Edit::channel("ab", "c").unwrap(), "a3000504626162056163".to_owned()),
        (Edit::register(target, Field::Archived, "1").unwrap(), format!("a4000601{id}0604076131")),
        (Edit::profile("ab").unwrap(), "a2000704626162".to_owned()),
        (again, format!("a4000301{id}181f50{}182019012c", "03".repeat(16))),
    ];
    for (edit, golden) in edits {
        assert_eq!(value(&edit), golden);
    }
    let with_title = Edit::message(None, "hi", Some("t")).unwrap();
    assert_eq!(hex(&with_title.body.unwrap()), "a200626869016174");
}

#[test]
fn payload_key_actor_change_and_ids() {
    let mut ana = Person::new("ana");
    let line = ana.posts(channel(1), "hi");
    let next = ana.posts(channel(1), "ho");
    assert_eq!(hex(&line.payload.encode()), format!("01{}5f0200000001a10001", "01".repeat(16)));
    assert_eq!(Payload::decode(&next.payload.encode()), Ok(next.payload.clone()));
    let change = rebuild(&line.stamp, &line.payload);
    assert_eq!(next.payload.prev, Some(change.hash().0));
    let lines = [
        ("key", key_of(&line.stamp)),
        ("actor", hex(actor_of(&line.stamp, &line.payload.doc).to_bytes())),
        ("change", hex(change.raw_bytes())),
        ("change-hash", hex(&change.hash().0)),
        ("second-payload", hex(&next.payload.encode())),
        ("imported-message", value(&Edit::imported(&claim("hello", 1), "hello").unwrap())),
        ("imported-message-id", claimed("hello", 1).to_string()),
        ("imported-channel-id", imported_channel_id("export", "C1").to_string()),
        ("state", hex(&state(&[line, next]))),
    ];
    let text: String = lines.iter().map(|(name, hex)| format!("{name} {hex}\n")).collect();
    assert_eq!(text, include_str!("golden.txt"));
}
