//! The state digest: equal for equal sets, whatever the order and whatever bodies are here.

use proptest::prelude::*;

use crate::people::{Line, cases, channel, state, three};
use crate::talk::{acts, talk};

#[test]
fn another_word_another_body_and_another_place_give_another_state() {
    let [mut ana, mut bo, _] = three();
    let lines = vec![ana.posts(channel(1), "one"), bo.posts(channel(1), "two")];
    let before = state(&lines);
    let changed = |change: fn(&mut Line)| {
        let mut lines = lines.clone();
        change(&mut lines[1]);
        state(&lines)
    };
    assert_ne!(changed(|line| line.payload.value.push(0)), before);
    assert_ne!(changed(|line| line.payload.doc.month += 1), before);
    assert_ne!(changed(|line| line.stamp.seq += 1), before);
    assert_ne!(changed(|line| line.body = None), before);
    assert_ne!(state(&lines[..1]), before);
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_and_duplication_gives_an_equal_state(
        acts in acts(24),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..48),
    ) {
        let lines = talk(&acts);
        let mut mixed: Vec<_> = order.iter().map(|at| at.get(&lines).clone()).collect();
        mixed.extend(lines.iter().rev().cloned());
        prop_assert_eq!(state(&mixed), state(&lines));
    }
}
