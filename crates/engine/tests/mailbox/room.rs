//! A mailbox that is full takes nothing new, drops nothing, and says so.

use cremona_engine::Quota;
use cremona_sync::{Frame, Notice};

use crate::world::{World, device};

/// Ana, Bo, and a mailbox of this size that has met both.
fn team(quota: Quota) -> World {
    let mut world = World::new();
    world.person("bo");
    world.connect("ana", "bo");
    world.cut("ana", "bo");
    world.mailbox("box", quota);
    world.visit("ana", "box");
    world
}

fn small() -> World {
    team(Quota { total: 20_000, device: 1 << 40 })
}

/// The notices that the mailbox sends from now on.
fn listen(world: &mut World) -> std::rc::Rc<std::cell::RefCell<Vec<Notice>>> {
    let heard = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let ear = heard.clone();
    world.tamper = Some(Box::new(move |bytes| {
        if let Ok(Frame::Notice(notice)) = Frame::decode(&bytes) {
            ear.borrow_mut().push(notice);
        }
        vec![bytes]
    }));
    heard
}

#[test]
fn what_is_beyond_its_size_stays_with_members_and_everyone_is_told() {
    let mut world = small();
    world.connect("bo", "box");
    let heard = listen(&mut world);
    for n in 0..60 {
        world.post("ana", &format!("note {n} {}", "x".repeat(500)));
    }
    world.connect("ana", "box");
    assert_eq!(heard.borrow().len(), 2, "one to each");
    assert!(heard.borrow().iter().all(|notice| notice.full && notice.limit == 20_000));
    let full = world.holding("box");
    assert!(full.bytes >= 20_000 && full.bytes < 20_000 + 524_288, "{}", full.bytes);
    world.post("ana", "One more");
    world.pass(60_000);
    world.settle();
    assert_eq!(world.holding("box"), full, "neither more nor less");
    assert_eq!(world.drops, []);
    world.cut("bo", "box");
    world.connect("bo", "ana");
    assert_eq!(world.read("bo", "general").len(), 61, "members have it all the same");
}

#[test]
fn a_device_that_has_used_up_its_share_is_refused_and_others_are_not() {
    let mut world = team(Quota { total: 1 << 40, device: 20_000 });
    world.connect("ana", "box");
    let heard = listen(&mut world);
    for n in 0..60 {
        world.post("ana", &format!("note {n} {}", "x".repeat(500)));
    }
    world.settle();
    let notice = heard.borrow().last().cloned().unwrap();
    assert!(!notice.full);
    assert_eq!(notice.devices.iter().map(|id| **id).collect::<Vec<_>>(), [device("ana").0]);
    world.cut("ana", "box");
    let before = world.holding("box").envelopes;
    let thread = world.post("bo", "Mine is taken");
    world.visit("bo", "box");
    assert!(world.holding("box").envelopes > before);
    world.person("cy");
    world.connect("cy", "box");
    assert_eq!(world.read("cy", &thread)[0].text, "Mine is taken");
    assert_eq!(world.drops, []);
}

#[test]
fn who_joins_by_a_full_one_is_let_in() {
    let mut world = small();
    for n in 0..60 {
        world.post("ana", &format!("note {n} {}", "x".repeat(500)));
    }
    world.visit("ana", "box");
    world.person("cy");
    world.connect("cy", "box");
    assert!(!world.read("cy", "general").is_empty(), "what the mailbox has");
    assert_eq!(world.drops, []);
    let full = world.holding("box");
    world.post("cy", "This stays with cy");
    world.settle();
    assert_eq!(world.holding("box"), full, "only the join was taken");
}

#[test]
fn a_larger_one_takes_up_what_was_refused() {
    let mut world = small();
    for n in 0..60 {
        world.post("ana", &format!("note {n} {}", "x".repeat(500)));
    }
    world.visit("ana", "box");
    world.post("ana", "Last");
    world.visit("ana", "box");
    world.stop("box");
    world.mailbox("box", crate::world::AMPLE);
    world.visit("ana", "box");
    world.visit("bo", "box");
    assert_eq!(world.read("bo", "general").len(), 61);
    world.all_equal_with("box");
}
