//! Laws of whole engines: any order gives the same state, the future passes through, forks end alike.

use cremona_engine::ask::Digest;
use cremona_engine::{Answer, Ask, Input, Peer};
use cremona_envelope::{ErasePayload, Kind, LogId, RecordId, Time};
use cremona_model::{DocId, Edit};
use cremona_tests::world::dice::Dice;
use cremona_tests::world::forger::{Forger, Pen};
use cremona_tests::world::{BEGINNING, Pages, World};

/// A value of a record type that nobody knows yet: a map whose type is 99.
const OF_THE_FUTURE: [u8; 4] = [0xa1, 0x00, 0x18, 0x63];

fn general(world: &mut World) -> DocId {
    let Ok(Answer::Channels(channels)) = world.ask(0, Ask::Channels) else { panic!("ana has no channels") };
    DocId::of(RecordId::from_hex(&channels.channels[0].id).expect("ids are hexadecimal"), Time(BEGINNING))
}

fn message(text: &str, root: Option<RecordId>) -> Edit {
    Edit::message(root, text, None).expect("it is short")
}

/// A log that says a bit of everything about its own messages.
fn talk(forger: &Forger, life: u8, doc: DocId, dice: &mut Dice, device: &cremona_envelope::DeviceId) -> Vec<Vec<u8>> {
    let mut pen = Pen::new(life);
    let mut log = vec![forger.join(&mut pen, Time(BEGINNING))];
    for n in 0..2 + dice.below(8) {
        let time = Time(BEGINNING + dice.ms(0, 60_000));
        let seq = 2 + u64::try_from(dice.below(n.max(1))).unwrap_or(0);
        let target = RecordId::of(device, &cremona_envelope::LifeId([life; 16]), seq);
        let edit = match dice.below(6) {
            0 => Edit::edit(target, &format!("edit {n}"), None).expect("short"),
            1 => Edit::delete(target),
            2 => Edit::react(target, "👍", dice.percent(60)).expect("short"),
            3 => message(&format!("reply {n}"), Some(target)),
            _ => message(&format!("message {n}"), None),
        };
        log.push(forger.say(&mut pen, doc, &edit, time));
    }
    log
}

/// What ana has after these logs came in one interleaving, some envelopes twice.
fn heard(logs: &[Vec<Vec<u8>>], dice: &mut Dice) -> (Digest, Pages) {
    let mut world = World::new(7, "ana");
    let mut next = vec![0; logs.len()];
    loop {
        let open: Vec<usize> = (0..logs.len()).filter(|log| next[*log] < logs[*log].len()).collect();
        let Some(log) = dice.one(&open) else { break };
        let times = if dice.percent(15) { 2 } else { 1 };
        for _ in 0..times {
            let bytes = logs[log][next[log]].clone();
            world.tell(0, Input::Gossip { peer: Peer([9; 32]), token: 0, bytes });
        }
        next[log] += 1;
    }
    (world.digest(0), world.pages(0))
}

#[test]
fn any_order_gives_the_same_state_and_pages() {
    let cases = std::env::var("CREMONA_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60_u64);
    for seed in 1..=cases {
        let mut dice = Dice::new(seed);
        let mut world = World::new(7, "ana");
        let doc = general(&mut world);
        let mut logs = Vec::new();
        for (life, whose) in [(1, "bo"), (2, "bo"), (3, "cy"), (4, "dee")] {
            let device = cremona_tests::world::node::identity(whose).device();
            logs.push(talk(&world.forger(whose), life, doc, &mut dice, &device));
        }
        let first = heard(&logs, &mut dice);
        for _ in 0..3 {
            assert_eq!(heard(&logs, &mut dice), first, "seed {seed} of {cases}: CREMONA_CASES={seed} replays up to it");
        }
    }
}

#[test]
fn kinds_and_types_of_the_future_pass_through_an_old_node() {
    let mut world = World::new(1, "ana");
    let (bo, cy) = (world.person("bo"), world.person("cy"));
    world.join(0, bo);
    assert!(world.settles(&[0, bo], true));
    let doc = general(&mut world);
    let dee = world.forger("dee");
    let mut pen = Pen::new(1);
    let time = Time(world.now);
    let log = [
        dee.join(&mut pen, time),
        dee.clear(&mut pen, Kind(9), b"of the future".to_vec(), time),
        dee.value(&mut pen, doc, OF_THE_FUTURE.to_vec(), None, time),
        dee.say(&mut pen, doc, &message("and a word of today", None), time),
    ];
    for bytes in log {
        world.tell(0, Input::Gossip { peer: Peer([9; 32]), token: 0, bytes });
    }
    assert!(world.settles(&[0, bo], true));
    world.cut(0, bo);
    world.join(bo, cy);
    assert!(world.settles(&[bo, cy], true), "cy, who meets only bo, has it from him");
    world.join(0, cy);
    assert!(world.settles(&[0, bo, cy], true));
    world.all_equal(&[0, bo, cy]);
    world.all_sound(&[0, bo, cy]);
    for who in [0, bo, cy] {
        assert_eq!(world.status(who).unknown, 2, "kept and counted");
        assert_eq!(world.digest(who).messages, 1, "what follows is read");
    }
}

#[test]
fn a_fork_ends_alike_whoever_heard_which_history_first() {
    const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut roots = Vec::new();
    for order in ORDERS {
        let mut world = World::new(3, "ana");
        let who = [0, world.person("bo"), world.person("cy")];
        world.join(0, 1);
        world.join(0, 2);
        assert!(world.settles(&who, true));
        world.cut_all();
        let histories = histories(&mut world);
        for (who, history) in who.into_iter().zip(order) {
            for bytes in histories[history].clone() {
                world.tell(who, Input::Gossip { peer: Peer([9; 32]), token: 0, bytes });
            }
        }
        world.join(order[0], order[1]);
        world.pass(5_000);
        world.join(order[1], order[2]);
        assert!(world.settles(&who, true), "{order:?}");
        world.all_equal(&who);
        world.all_sound(&who);
        assert_eq!(world.status(0).forked_logs, 1);
        roots.push(world.digest(0));
    }
    assert!(roots.iter().all(|digest| *digest == roots[0]), "cut at the earliest fork, in every order");
}

#[test]
fn what_stands_in_clear_beyond_a_cut_counts_for_nothing_also_where_it_came_before_the_cut() {
    let mut world = World::new(4, "ana");
    let who = [0, world.person("bo")];
    world.join(0, 1);
    assert!(world.settles(&who, true));
    world.cut_all();
    let doc = general(&mut world);
    let mal = world.forger("mal");
    let time = Time(BEGINNING);
    let mut pen = Pen::new(1);
    let join = mal.join(&mut pen, time);
    let mut other = pen.clone();
    let list = ErasePayload::lists(&[(LogId([7; 16]), 1)].into()).remove(0).encode();
    let one = vec![join.clone(), mal.clear(&mut pen, Kind::CONTROL, list, time)];
    let two = vec![join, mal.say(&mut other, doc, &message("instead", None), time)];
    for (who, history) in who.into_iter().zip([one, two]) {
        for bytes in history {
            world.tell(who, Input::Gossip { peer: Peer([9; 32]), token: 0, bytes });
        }
    }
    world.join(0, 1);
    assert!(world.settles(&who, true));
    assert_eq!(world.status(0).forked_logs, 1);
    world.all_equal(&who);
    world.all_sound(&who);
}

/// Three histories of one log: two part at seq 3, the third leaves the first at seq 5.
fn histories(world: &mut World) -> [Vec<Vec<u8>>; 3] {
    let doc = general(world);
    let mal = world.forger("mal");
    let time = Time(BEGINNING);
    let mut pen = Pen::new(1);
    let say = |pen: &mut Pen, text: &str| mal.say(pen, doc, &message(text, None), time);
    let trunk = vec![mal.join(&mut pen, time), say(&mut pen, "common")];
    let mut other = pen.clone();
    let mut one = trunk.clone();
    one.extend([say(&mut pen, "one 3"), say(&mut pen, "one 4")]);
    let mut late = pen.clone();
    let mut third = one.clone();
    one.extend([say(&mut pen, "one 5"), say(&mut pen, "one 6")]);
    third.extend([say(&mut late, "third 5"), say(&mut late, "third 6")]);
    let mut two = trunk;
    two.extend([say(&mut other, "two 3"), say(&mut other, "two 4"), say(&mut other, "two 5")]);
    [one, two, third]
}
