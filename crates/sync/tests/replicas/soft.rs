//! What ana, bo and cy say of themselves reaches all of them; what mal makes of it reaches nobody.

use cremona_envelope::{SoftKind, Time, VerifiedSoft};
use cremona_sync::frame::Frame;
use cremona_sync::soft::{FUTURE_MS, STEP_MS};
use cremona_sync::soft_frame::{MAX_WANTED, MAX_WORDS, SoftEntry, SoftOffer, SoftPlace, SoftWant, SoftWords};

use crate::world::World;

/// Ana and cy know each other through bo alone, and all hold the same.
fn row_of_three() -> World {
    let mut world = World::new(5);
    for name in ["ana", "bo", "cy"] {
        world.person(name);
    }
    world.connect("ana", "bo");
    world.connect("bo", "cy");
    world.settle();
    world.append("bo", 1);
    world.append("cy", 1);
    world.settle();
    world
}

/// Ana is connected with mal, a member.
fn ana_and_mal() -> World {
    let mut world = World::new(6);
    for name in ["ana", "mal"] {
        world.person(name);
    }
    world.connect("ana", "mal");
    world.settle();
    world.append("mal", 1);
    world.settle();
    world.says("ana", b"first");
    world.wait(90_000);
    world
}

fn words(world: &World, name: &str) -> Vec<Vec<u8>> {
    world.nodes[name].shelf.words()
}

fn offer(word: &VerifiedSoft, now: Time) -> Frame {
    let entries = vec![SoftEntry::new(&word.soft().device, word.soft().kind, word.soft().time)];
    Frame::SoftOffer(SoftOffer { time: now.0, digest: [9; 16].into(), all: false, entries })
}

fn sent(words: &[VerifiedSoft]) -> Frame {
    Frame::SoftWords(SoftWords { words: words.iter().map(|word| word.encode().into()).collect() })
}

fn count(world: &World, from: &str, to: &str, wanted: impl Fn(&Frame) -> bool) -> usize {
    let frames = world.sent.iter().filter(|(one, other, _)| *one == from && *other == to);
    frames.filter(|(.., bytes)| wanted(&Frame::decode(bytes).unwrap())).count()
}

fn is_want(frame: &Frame) -> bool {
    matches!(frame, Frame::SoftWant(_))
}

fn is_words(frame: &Frame) -> bool {
    matches!(frame, Frame::SoftWords(_))
}

#[test]
fn cy_hears_of_ana_through_bo_and_the_latest_word_stands() {
    let mut world = row_of_three();
    world.says("ana", b"I hold it all");
    world.says("cy", b"So do I");
    world.wait(90_000);
    let all = words(&world, "bo");
    assert_eq!(all.len(), 2);
    assert_eq!((words(&world, "ana"), words(&world, "cy")), (all.clone(), all));
    world.says("ana", b"and more");
    world.wait(20_000);
    let latest = world.word("ana", world.now, b"").soft().device;
    for name in ["ana", "bo", "cy"] {
        let of_ana = words(&world, name).into_iter().filter(|word| word[18..50] == latest.0).collect::<Vec<_>>();
        assert_eq!(of_ana.len(), 1, "{name}");
        assert!(of_ana[0].windows(8).any(|window| window == b"and more"), "{name}");
    }
    assert_eq!(count(&world, "bo", "cy", is_words), 2, "each word of ana's comes to cy once");
    assert_eq!(world.drops, []);
}

#[test]
fn personal_state_goes_to_the_mailbox_and_not_to_teammates_who_still_agree_with_everyone() {
    let mut world = row_of_three();
    let mailbox = world.word("bo", world.now, b"").soft().device;
    for node in world.nodes.values_mut() {
        node.shelf.mailboxes.push(mailbox);
    }
    world.says_personally("ana", b"mine");
    world.says("ana", b"I hold it all");
    world.wait(90_000);
    assert_eq!(words(&world, "bo").len(), 2);
    assert_eq!(words(&world, "cy").len(), 1, "of ana only what is for all");
    // Meeting again costs a digest each way, though one end holds what the other must not.
    world.cut("bo", "cy");
    world.connect("bo", "cy");
    world.pass(10_000);
    world.sent.clear();
    world.wait(30_000);
    let soft: Vec<usize> =
        world.sent.iter().filter(|(.., bytes)| bytes[0] >= 20).map(|(.., bytes)| bytes.len()).collect();
    assert_eq!(soft.len(), 2, "{soft:?}");
    assert_eq!(world.drops, []);
}

#[test]
fn who_asks_for_somebody_elses_personal_state_gets_none() {
    let mut world = ana_and_mal();
    world.says_personally("ana", b"mine");
    let ana = world.word("ana", world.now, b"").soft().device;
    let place = SoftPlace::of(&ana, SoftKind::PERSONAL);
    world.sent.clear();
    world.forge("mal", "ana", &Frame::SoftWant(SoftWant { places: vec![place] }));
    world.wait(5_000);
    let told = world.sent.iter().filter(|(from, ..)| *from == "ana");
    assert!(told.filter(|(.., bytes)| bytes.windows(4).any(|window| window == b"mine")).count() == 0);
    // Nor does ana take mal's, offered as it may be.
    let of_mal = world.word_of(SoftKind::PERSONAL, "mal", world.now, b"take this");
    world.forge("mal", "ana", &offer(&of_mal, world.now));
    world.wait(2_000);
    world.forge("mal", "ana", &sent(&[of_mal]));
    world.wait(2_000);
    assert_eq!(words(&world, "ana").len(), 2, "her own two");
}

#[test]
fn meeting_again_with_the_same_words_costs_a_digest_each_way() {
    let mut world = row_of_three();
    world.says("ana", b"I hold it all");
    world.wait(90_000);
    world.cut("ana", "bo");
    world.connect("ana", "bo");
    world.pass(10_000);
    world.sent.clear();
    world.wait(30_000);
    let soft: Vec<usize> =
        world.sent.iter().filter(|(.., bytes)| bytes[0] >= 20).map(|(.., bytes)| bytes.len()).collect();
    assert_eq!(soft.len(), 2, "{soft:?}");
    assert!(soft.iter().all(|bytes| *bytes <= 48), "{soft:?}");
}

#[test]
fn who_was_away_gets_every_word_in_batches() {
    let mut world = row_of_three();
    world.cut("ana", "bo");
    world.cut("bo", "cy");
    for number in 0..300_u32 {
        let name: &'static str = Box::leak(format!("mate {number}").into_boxed_str());
        let said = world.team.person(name, 0).say(&world.team, world.now);
        world.give("bo", &[said]);
        let soft = world.word(name, world.now, &[7; 3_000]);
        world.nodes.get_mut("bo").unwrap().shelf.take_soft(soft, None);
    }
    world.restart_soft("bo");
    world.connect("ana", "bo");
    world.connect("bo", "cy");
    world.settle();
    world.wait(120_000);
    assert_eq!(words(&world, "cy").len(), 300);
    assert_eq!(words(&world, "ana"), words(&world, "cy"));
    assert!(count(&world, "cy", "bo", is_want) >= 300 / MAX_WANTED);
    assert_eq!(world.drops, []);
}

#[test]
fn nothing_is_said_before_both_hold_the_same() {
    let mut world = row_of_three();
    world.says("ana", b"I hold it all");
    world.wait(90_000);
    world.cut("ana", "bo");
    world.append("ana", 5_000);
    world.sent.clear();
    world.connect("ana", "bo");
    world.settle();
    assert!(world.sent.iter().all(|(.., bytes)| bytes[0] < 20), "soft state came first");
}

#[test]
fn a_word_from_the_future_is_not_wanted_and_one_that_was_not_wanted_is_not_read() {
    let mut world = ana_and_mal();
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    let future = world.word("mal", world.now.plus(FUTURE_MS + 1_000), b"from the future");
    let kept = words(&world, "ana");
    world.forge("mal", "ana", &offer(&future, world.now));
    assert_eq!(count(&world, "ana", "mal", is_want), 0);
    world.forge("mal", "ana", &sent(&[future]));
    assert_eq!(words(&world, "ana"), kept);
    let barely = world.word("mal", world.now.plus(FUTURE_MS - 1_000), b"barely");
    world.forge("mal", "ana", &offer(&barely, world.now));
    world.forge("mal", "ana", &sent(&[barely]));
    assert_eq!(words(&world, "ana").len(), kept.len() + 1);
}

#[test]
fn words_by_the_million_end_in_a_drop_and_nothing_is_kept() {
    let mut world = ana_and_mal();
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    let kept = words(&world, "ana");
    let batch: Vec<_> = (0..64).map(|number| world.word("mal", world.now.plus(number), b"again")).collect();
    let mut frames = 0;
    while world.drops.is_empty() {
        world.forge("mal", "ana", &sent(&batch));
        frames += 1;
        assert!(frames < 100, "mal goes on for ever");
    }
    assert!(world.drops[0].2.contains("flooded"), "{:?}", world.drops);
    assert_eq!(words(&world, "ana"), kept);
}

#[test]
fn a_device_that_renews_too_often_is_not_passed_on() {
    let mut world = ana_and_mal();
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    for number in 0..20 {
        let word = world.word("mal", world.now.plus(number * 1_000), &[u8::try_from(number).unwrap(); 8]);
        world.forge("mal", "ana", &offer(&word, world.now));
        world.forge("mal", "ana", &sent(&[word]));
    }
    assert_eq!(count(&world, "ana", "mal", is_want), usize::try_from(20_000 / STEP_MS).unwrap());
    assert_eq!(world.drops, []);
}

#[test]
fn a_word_that_its_device_did_not_say_is_a_lie() {
    let mut world = ana_and_mal();
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    let genuine = world.word("ana", world.now.plus(60_000), b"bent");
    let mut bytes = genuine.encode();
    *bytes.last_mut().unwrap() ^= 1;
    world.forge("mal", "ana", &offer(&genuine, world.now));
    world.forge("mal", "ana", &Frame::SoftWords(SoftWords { words: vec![bytes.into()] }));
    assert!(world.drops[0].2.contains("lied: the signature"), "{:?}", world.drops);
}

#[test]
fn a_stranger_is_not_taken_at_his_word() {
    let mut world = ana_and_mal();
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    let kept = words(&world, "ana");
    let word = world.word("stranger", world.now, b"I was never let in");
    world.forge("mal", "ana", &offer(&word, world.now));
    world.forge("mal", "ana", &sent(&[word]));
    assert_eq!(words(&world, "ana"), kept);
    assert_eq!(world.drops, []);
}

#[test]
fn who_offers_words_and_sends_none_is_not_asked_for_ever() {
    let mut world = row_of_three();
    world.nodes.get_mut("bo").unwrap().filter = |frame| !is_words(frame);
    world.says("ana", b"I hold it all");
    world.wait(200_000);
    let asked = count(&world, "cy", "bo", is_want);
    assert!(asked <= 1, "asked {asked} times");
    // Another who has it is asked.
    world.connect("ana", "cy");
    world.wait(700_000);
    assert_eq!(words(&world, "cy"), words(&world, "ana"));
}

#[test]
fn an_offer_of_as_many_words_as_there_can_be_is_read_and_costs() {
    let mut world = ana_and_mal();
    world.nodes.get_mut("mal").unwrap().filter = |_| false;
    let entries = (0..u32::try_from(MAX_WORDS).unwrap())
        .map(|number| {
            let device = cremona_envelope::DeviceId(*blake3::hash(&number.to_be_bytes()).as_bytes());
            SoftEntry::new(&device, cremona_envelope::SoftKind::RECEIPT, world.now)
        })
        .collect();
    let flood = Frame::SoftOffer(SoftOffer { time: world.now.0, digest: [9; 16].into(), all: true, entries });
    assert!(flood.encode().len() < 128 * 1024);
    let mut frames = 0;
    while world.drops.is_empty() {
        world.forge("mal", "ana", &flood);
        frames += 1;
        assert!(frames < 100, "mal goes on for ever");
    }
    assert!(world.drops[0].2.contains("flooded"), "{:?}", world.drops);
}

#[test]
fn everyone_knows_how_far_the_others_clock_is_off() {
    let mut world = ana_and_mal();
    let (peer, now) = (world.peer("mal"), world.now.plus(3_600_000));
    let entries = Vec::new();
    let fast = Frame::SoftOffer(SoftOffer { time: now.0, digest: [0; 16].into(), all: false, entries });
    world.forge("mal", "ana", &fast);
    assert_eq!(world.nodes["ana"].replica.clock_ahead(&peer), Some(3_600_000));
}
