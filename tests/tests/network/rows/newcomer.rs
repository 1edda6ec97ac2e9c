//! The story of most rows: Ana has a history, and Bo joins by her key.

use std::time::Instant;

use super::PATIENCE;
use crate::ground::Ground;
use crate::member::{Member, settle, until};
use crate::space::Space;
use crate::table::Measure;

/// Messages of the history.
const MESSAGES: usize = 1_000;
/// Bytes of each.
const BYTES: usize = 160;

/// Bo joins, once he has got ready; then both say something, each heard by the other. What crosses
/// Bo's interface counts.
pub fn newcomer(
    ground: &Ground,
    ana: &Space,
    (bo, interface): (&Space, &str),
    get_ready: impl FnOnce(&mut Member),
) -> Measure {
    let (mut ana, mut bob) = (ground.member("ana", ana), ground.member("bo", bo));
    ana.founds();
    ana.imports(&ground.history(MESSAGES, BYTES));
    ana.up();
    get_ready(&mut bob);
    let before = bo.bytes(interface);
    let began = Instant::now();
    bob.joins(&ana.key());
    settle(&mut [&mut ana, &mut bob], PATIENCE);
    let (took, bytes) = (began.elapsed(), bo.bytes(interface) - before);
    assert_eq!(bob.messages(), MESSAGES as u64);
    let welcome = ana.person.post("Welcome, Bo");
    until(&mut [&mut bob], "Bo sees it live", PATIENCE, |members| members[0].saw(&welcome).is_some());
    let answer = bob.person.post("Here I am");
    until(&mut [&mut ana], "Ana sees it live", PATIENCE, |members| members[0].saw(&answer).is_some());
    settle(&mut [&mut ana, &mut bob], PATIENCE);
    Measure { took, bytes, note: format!("newcomer, {MESSAGES} messages of {BYTES} B") }
}
