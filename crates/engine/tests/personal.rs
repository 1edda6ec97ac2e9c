//! Ana's desk and her phone: what she does at one is known at the other, and to nobody else.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

mod world;

use cremona_engine::ask::{Draft, DraftFor, Flagging, How, SettingLine};
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
    world.mine.clear();
    world.wait(120_000);
    assert!(world.mine.contains(&"phone"), "her phone is told that something of hers has changed");
    assert!(world.mine.iter().all(|name| *name == "phone"), "{:?}", world.mine);
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

fn hold(world: &mut World, name: &str, id: &str, how: How) -> Draft {
    let Answer::Draft(draft) = world.ask(name, Ask::DraftHold { id: id.to_owned(), how }) else {
        panic!("not on hold")
    };
    *draft
}

fn on_hold(world: &mut World, name: &str) -> Vec<String> {
    let Answer::Drafts(drafts) = world.ask(name, Ask::OnHold) else { panic!("nothing on hold") };
    drafts.drafts.into_iter().map(|draft| draft.text).collect()
}

fn at(moment: &str) -> How {
    How { at: Some(moment.to_owned()), ..How::default() }
}

#[test]
fn what_ana_puts_on_hold_nobody_has_until_her_desk_sends_it_once_and_her_phone_does_not() {
    let mut world = team(Store::in_memory().unwrap());
    world.connect("ana", "phone");
    let before = world.digest("bo");
    let id = save(&mut world, "ana", None, "Halo @cy, all is well").id;
    let flag = Flagging { colour: "yellow".to_owned(), ..Flagging::default() };
    hold(&mut world, "ana", &id, How { flag: Some(flag), announcement: true, ..at("in 2h") });
    world.wait(120_000);
    for name in OWN {
        assert_eq!(on_hold(&mut world, name), ["Halo @cy, all is well"], "{name}");
        assert!(drafts(&mut world, name).is_empty(), "{name}");
    }
    assert_eq!(world.digest("bo"), before);
    // Text and moment can still be changed.
    save(&mut world, "ana", Some(id.clone()), "Halo @cy, all is very well");
    hold(&mut world, "ana", &id, at("in 3h"));
    world.now = world.now.plus(2 * 3_600_000);
    world.wait(120_000);
    assert_eq!(world.digest("bo"), before);
    world.now = world.now.plus(3_600_000);
    world.wait(120_000);
    let cys = world.read("cy", "general");
    let [sent] = cys.iter().filter(|message| message.text == "Halo @cy, all is very well").collect::<Vec<_>>()[..]
    else {
        panic!("{cys:?}")
    };
    assert!(sent.announcement);
    assert_eq!(sent.flags.iter().map(|flag| flag.colour.as_str()).collect::<Vec<_>>(), ["yellow"]);
    for name in OWN {
        assert!(on_hold(&mut world, name).is_empty(), "{name}");
    }
    assert_eq!(world.digest("cy"), world.digest("bo"));
}

#[test]
fn what_is_on_hold_is_sent_once_the_node_runs_again_and_what_can_not_be_sent_waits() {
    let dir = tempfile::tempdir().unwrap();
    let store = || Store::open(&dir.path().join("cy.db")).unwrap();
    let mut world = team(store());
    let id = save(&mut world, "cy", None, "When I am back").id;
    hold(&mut world, "cy", &id, at("in 2h"));
    let late = save(&mut world, "cy", None, "Never").id;
    hold(&mut world, "cy", &late, at("in 9h"));
    assert_eq!(on_hold(&mut world, "cy"), ["When I am back", "Never"]);
    world.ask("bo", Ask::ChannelArchive { channel: "general".to_owned(), archived: true });
    world.settle();
    // Cy's node is off when the moment comes.
    world.cut("bo", "cy");
    world.nodes.remove("cy").unwrap().close();
    world.now = world.now.plus(3 * 3_600_000);
    let cy = world.engine("cy", store());
    world.nodes.insert("cy", cy);
    world.connect("bo", "cy");
    world.wait(600_000);
    assert_eq!(on_hold(&mut world, "cy"), ["When I am back", "Never"], "the channel is archived");
    world.ask("bo", Ask::ChannelArchive { channel: "general".to_owned(), archived: false });
    world.wait(120_000);
    assert_eq!(on_hold(&mut world, "cy"), ["Never"]);
    assert!(world.read("bo", "general").iter().any(|message| message.text == "When I am back"));
    // It can be taken off hold, and then nobody sends it.
    hold(&mut world, "cy", &late, How::default());
    world.now = world.now.plus(20 * 3_600_000);
    world.wait(120_000);
    assert_eq!(drafts(&mut world, "cy"), ["Never"]);
    assert_eq!(world.digest("cy"), world.digest("bo"));
}

#[test]
fn what_could_not_be_said_is_not_put_on_hold() {
    let mut world = World::founded_by("bo");
    let id = save(&mut world, "bo", None, "Halo").id;
    let mut refused = |how: How| {
        let ask = Ask::DraftHold { id: id.clone(), how };
        let now = world.now;
        world.nodes.get_mut("bo").unwrap().answer(ask, now).unwrap_err().said.unwrap().code
    };
    let flag = Some(Flagging { colour: "red".to_owned(), ..Flagging::default() });
    assert_eq!(refused(How { flag, ..at("in 2h") }), "flag-for-nobody");
    assert_eq!(refused(at("2026-01-01 09:00")), "no-moment");
    assert_eq!(refused(at("their-morning")), "whose-morning");
    let sent = world.post("bo", "Sent");
    let ask = Ask::DraftSave { id: None, target: DraftFor::Edit(sent), text: "Sent!".to_owned(), title: None };
    let Answer::Draft(edit) = world.ask("bo", ask) else { panic!("not saved") };
    let ask = Ask::DraftHold { id: edit.id, how: at("in 2h") };
    let now = world.now;
    let failure = world.nodes.get_mut("bo").unwrap().answer(ask, now).unwrap_err();
    assert_eq!(failure.said.unwrap().code, "no-hold-of-edit");
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
