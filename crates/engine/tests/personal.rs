//! Ana's desk and her phone: what she does at one is known at the other, and to nobody else.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod world;

use cremona_engine::ask::{Draft, DraftFor, SettingLine};
use cremona_engine::{Answer, Ask};
use cremona_envelope::{MemberId, SoftKind};
use cremona_store::Store;

use world::{Withheld, World, identity};

const OWN: [&str; 2] = ["ana", "phone"];

/// Bo founded; ana's two devices and cy joined. That both devices are hers no join can say yet, so it
/// is noted in each of their stores before.
fn team(cys: Store) -> World {
    let mut world = World::founded_by("bo");
    for name in OWN {
        let mut store = Store::in_memory().unwrap();
        let member = MemberId([7; 16]);
        store
            .write(|tx| {
                let note = |who| tx.add_device(&identity(who).device(), &member, &identity(who).box_key(), world.now);
                OWN.into_iter().try_for_each(note)
            })
            .unwrap();
        let engine = world.engine(name, store);
        world.nodes.insert(name, engine);
    }
    let cy = world.engine("cy", cys);
    world.nodes.insert("cy", cy);
    for name in ["ana", "phone", "cy"] {
        world.connect("bo", name);
    }
    world.settle();
    world
}

fn save(world: &mut World, name: &str, id: Option<String>, text: &str) -> Draft {
    let target = DraftFor::Channel("general".to_owned());
    let ask = Ask::DraftSave { id, target, text: text.to_owned(), title: None };
    let Answer::Draft(draft) = world.ask(name, ask) else { panic!("not saved") };
    *draft
}

fn drafts(world: &mut World, name: &str) -> Vec<String> {
    let Answer::Drafts(drafts) = world.ask(name, Ask::Drafts) else { panic!("no drafts") };
    drafts.drafts.into_iter().map(|draft| draft.text).collect()
}

fn setting(world: &mut World, name: &str, of: &str) -> Option<String> {
    let Answer::Settings(settings) = world.ask(name, Ask::Settings) else { panic!("no settings") };
    settings.settings.into_iter().find(|SettingLine { name, .. }| name == of).unwrap().value
}

fn set(world: &mut World, name: &str, of: &str, value: &str) {
    world.ask(name, Ask::Set { name: of.to_owned(), value: Some(value.to_owned()) });
}

#[test]
fn what_ana_drafts_and_sets_at_her_desk_is_on_her_phone_and_the_other_way_round() {
    let mut world = team(Store::in_memory().unwrap());
    world.connect("ana", "phone");
    let first = save(&mut world, "ana", None, "Half a sentence");
    set(&mut world, "ana", "zone", "Asia/Jakarta");
    world.wait(120_000);
    assert_eq!(drafts(&mut world, "phone"), ["Half a sentence"]);
    assert_eq!(setting(&mut world, "phone", "zone").as_deref(), Some("Asia/Jakarta"));
    save(&mut world, "phone", Some(first.id), "A whole sentence");
    world.wait(120_000);
    assert_eq!(drafts(&mut world, "ana"), ["A whole sentence"]);
}

#[test]
fn what_both_changed_while_apart_is_merged_field_by_field_and_root_and_state_never_know() {
    let mut world = team(Store::in_memory().unwrap());
    let before = world.digest("bo");
    save(&mut world, "ana", None, "at the desk");
    set(&mut world, "ana", "language", "en");
    save(&mut world, "phone", None, "on the train");
    set(&mut world, "phone", "language", "id");
    world.connect("ana", "phone");
    world.wait(180_000);
    for name in OWN {
        assert_eq!(drafts(&mut world, name), ["on the train", "at the desk"], "{name}");
        assert_eq!(setting(&mut world, name, "language").as_deref(), Some("id"), "{name}: the later one");
    }
    for name in ["bo", "ana", "phone", "cy"] {
        assert_eq!(world.digest(name), before, "{name}");
    }
}

#[test]
fn what_ana_follows_and_puts_off_at_her_desk_is_so_on_her_phone_where_the_threads_come_later() {
    let mut world = team(Store::in_memory().unwrap());
    world.connect("ana", "phone");
    world.cut("bo", "phone");
    // From now on her desk tells her phone of what is hers alone; bo's node tells the rest afterwards.
    let of = |kind: u8| kind < 20;
    world.withheld.push(Withheld { from: "ana", to: "phone", of });
    let followed = world.post("bo", "Where do we meet?");
    let old = world.import_one("bo");
    world.settle();
    world.ask("ana", Ask::Follow { target: followed.clone(), rule: "follow".to_owned() });
    world.ask("ana", Ask::Later { thread: old.clone(), until: Some("in 10h".to_owned()) });
    world.wait(120_000);
    world.cut("ana", "phone");
    world.withheld.clear();
    world.connect("bo", "phone");
    world.settle();
    let Answer::Checked(checked) = world.ask("phone", Ask::Fsck { repair: false }) else { panic!("not checked") };
    assert!(checked.problems.iter().all(|problem| !problem.contains("inbox")), "{:?}", checked.problems);
    let Answer::Explained(now) = world.ask("phone", Ask::Explain { thread: followed }) else { panic!() };
    assert!(now.row.is_some(), "{now:?}");
    let Answer::Explained(now) = world.ask("phone", Ask::Explain { thread: old }) else { panic!() };
    assert_eq!(now.not.as_deref(), Some("later"), "{now:?}");
    let kept = inbox(&mut world, "phone");
    assert_eq!(kept, ["Where do we meet?"]);
    world.now = world.now.plus(11 * 3_600_000);
    assert_eq!(inbox(&mut world, "phone"), ["Where do we meet?", "Long ago"]);
}

fn inbox(world: &mut World, name: &str) -> Vec<String> {
    let ask = Ask::Inbox { channel: None, expired: false, later: false, limit: 100, after: None };
    let Answer::Inbox(inbox) = world.ask(name, ask) else { panic!("no inbox") };
    inbox.rows.into_iter().map(|row| row.title).collect()
}

#[test]
fn a_teammate_is_told_nothing_of_it_not_even_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cy.db");
    let mut world = team(Store::open(&path).unwrap());
    world.connect("ana", "phone");
    world.connect("ana", "cy");
    save(&mut world, "ana", None, "what I think of cy");
    world.wait(180_000);
    assert_eq!(drafts(&mut world, "phone").len(), 1);
    assert_eq!((drafts(&mut world, "cy").len(), drafts(&mut world, "bo").len()), (0, 0));
    drop(world);
    let kinds: Vec<_> = Store::open(&path).unwrap().read(|read| read.soft_rows()).unwrap();
    assert!(kinds.iter().any(|row| row.device == identity("ana").device() && row.kind == SoftKind::RECEIPT));
    assert!(kinds.iter().all(|row| row.kind != SoftKind::PERSONAL), "{kinds:?}");
}
