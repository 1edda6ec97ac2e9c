//! Ana's own engine: what she reads, puts off, follows and drafts, and that nobody's state changes by it.

use std::rc::Rc;

use cremona_envelope::guard::Location;
use cremona_envelope::ids::derive16;
use cremona_envelope::{Identity, LogId, RecordId, Soft, SoftKind, Time, VerifiedSoft, personal};
use cremona_model::personal::{Follow, Key, Marks, Place, Scope, Setting};
use cremona_store::{PersonalRow, Read, Store};

use super::marks::{Around, Reach, Upto, covers, set_mark, set_unread};
use super::settings::{set_setting, setting};
use super::threads::{all_follow, all_later, done, follow, later, set_done, set_follow, set_later};
use super::word::{content, merge, unpack};
use super::{MAX_FIELDS, register};
use crate::ask::{Answer, Ask, Digest, Draft, DraftFor, Reason};
use crate::core::Core;
use crate::error::EngineError;
use crate::{Engine, Founding, Settings};

pub(crate) const NOON: Time = Time(1_796_000_000_000);
const ROOT: RecordId = RecordId([1; 16]);
const CHANNEL: RecordId = RecordId([9; 16]);

fn identity(name: &str) -> Identity {
    let seed = |purpose: &str| *blake3::hash(format!("{purpose} of {name}").as_bytes()).as_bytes();
    Identity::from_seeds(&seed("signing"), &seed("boxing"))
}

/// Ana's node, over a store that may be on disk.
pub(crate) fn ana(store: Store) -> Engine {
    let founding = Founding::new(&identity("ana"), &[42; 32], NOON);
    let settings = Settings {
        workspace: founding.workspace,
        secret: founding.secret.clone(),
        generation: 0,
        name: "ana".to_owned(),
        location: Location([0; 32]),
        guard: None,
        random: [7; 32],
    };
    let fresh = store.read(|read| read.logs()).unwrap().is_empty();
    let mut engine = Engine::open(store, identity("ana"), settings, NOON).unwrap();
    if fresh {
        engine.establish(&founding, "Cremona", NOON).unwrap();
    }
    engine
}

fn new() -> Engine {
    ana(Store::in_memory().unwrap())
}

/// Does something within one transaction of `engine`.
fn within<T>(
    engine: &mut Engine,
    work: impl FnOnce(&mut Core, &cremona_store::Write<'_>) -> Result<T, EngineError>,
) -> T {
    engine.within(work).unwrap()
}

fn upto(positions: &[(i64, u64)]) -> Upto {
    positions.iter().copied().collect()
}

fn digest(engine: &mut Engine) -> Digest {
    let Answer::Verified(digest) = engine.answer(Ask::Verify, NOON).unwrap() else { panic!() };
    digest
}

fn save(engine: &mut Engine, id: Option<&str>, text: &str, now: Time) -> Draft {
    let target = DraftFor::Channel("general".to_owned());
    let ask = Ask::DraftSave { id: id.map(str::to_owned), target, text: text.to_owned(), title: None };
    let Answer::Draft(draft) = engine.answer(ask, now).unwrap() else { panic!() };
    *draft
}

fn drafts(engine: &mut Engine) -> Vec<Draft> {
    let Answer::Drafts(drafts) = engine.answer(Ask::Drafts, NOON).unwrap() else { panic!() };
    drafts.drafts
}

/// How far a thread is read in the first logs.
fn read_up_to(read: &Read<'_>, root: RecordId, channel: RecordId) -> Result<Upto, EngineError> {
    let reach = Reach::of(read, root, &Rc::new(Around::of(read, channel)?))?;
    let highest = |log| (1..=20).rev().find(|seq| reach.covers(log, *seq));
    Ok([1, 2].into_iter().filter_map(|log| Some((log, highest(log)?))).collect())
}

#[test]
fn marks_go_up_only_and_a_channels_marks_count_for_its_threads() {
    let mut engine = new();
    within(&mut engine, |core, tx| {
        let thread = Scope::Thread(ROOT);
        assert!(set_mark(core, tx, thread, &upto(&[(1, 5)]), NOON)?);
        assert!(!set_mark(core, tx, thread, &upto(&[(1, 3)]), NOON.plus(1))?);
        assert_eq!(read_up_to(tx, ROOT, CHANNEL)?, upto(&[(1, 5)]));
        assert!(set_mark(core, tx, Scope::Channel(CHANNEL), &upto(&[(1, 9)]), NOON.plus(2))?);
        let read = read_up_to(tx, ROOT, CHANNEL)?;
        assert!(covers(&read, 1, 9) && !covers(&read, 1, 10) && !covers(&read, 2, 1));
        Ok(())
    });
}

#[test]
fn a_thread_marked_unread_is_so_until_all_of_it_is_read_again() {
    let mut engine = new();
    within(&mut engine, |core, tx| {
        let thread = Scope::Thread(ROOT);
        set_mark(core, tx, thread, &upto(&[(1, 5)]), NOON)?;
        set_mark(core, tx, Scope::Channel(CHANNEL), &upto(&[(1, 4)]), NOON.plus(1_000))?;
        // In the same moment, and even with a clock that went back.
        set_unread(core, tx, ROOT, CHANNEL, &upto(&[(1, 2)]), NOON)?;
        assert_eq!(read_up_to(tx, ROOT, CHANNEL)?, upto(&[(1, 2)]));
        assert!(set_mark(core, tx, thread, &upto(&[(1, 3)]), NOON)?);
        assert_eq!(read_up_to(tx, ROOT, CHANNEL)?, upto(&[(1, 3)]), "only as far as it was read again");
        assert!(!set_mark(core, tx, thread, &upto(&[(1, 3)]), NOON)?);
        assert!(set_mark(core, tx, thread, &upto(&[(1, 5)]), NOON)?);
        assert_eq!(read_up_to(tx, ROOT, CHANNEL)?, upto(&[(1, 5)]));
        set_unread(core, tx, ROOT, CHANNEL, &upto(&[]), NOON)?;
        assert_eq!(read_up_to(tx, ROOT, CHANNEL)?, upto(&[]));
        assert!(set_mark(core, tx, Scope::Channel(CHANNEL), &upto(&[(1, 5)]), NOON)?);
        assert_eq!(read_up_to(tx, ROOT, CHANNEL)?, upto(&[(1, 5)]), "the whole channel was read after that");
        Ok(())
    });
}

#[test]
fn done_later_and_follow_stand_until_they_are_taken_back() {
    let mut engine = new();
    let other = RecordId([2; 16]);
    within(&mut engine, |core, tx| {
        assert!(set_done(core, tx, ROOT, Some(&upto(&[(1, 5)])), NOON)?);
        assert!(!set_done(core, tx, ROOT, Some(&upto(&[(1, 5)])), NOON.plus(5))?);
        let row = done(tx, ROOT)?.unwrap();
        assert_eq!((row.upto, row.at), (upto(&[(1, 5)]), NOON));
        assert!(set_done(core, tx, ROOT, None, NOON)?);
        assert_eq!(done(tx, ROOT)?, None);

        set_later(core, tx, ROOT, Some(NOON.plus(2)), NOON)?;
        set_later(core, tx, other, Some(NOON.plus(1)), NOON)?;
        assert_eq!(all_later(tx)?.iter().map(|(root, _)| *root).collect::<Vec<_>>(), [other, ROOT]);
        set_later(core, tx, other, None, NOON)?;
        assert_eq!((later(tx, other)?, later(tx, ROOT)?.unwrap().until), (None, NOON.plus(2)));

        set_follow(core, tx, Scope::Channel(CHANNEL), Follow::MentionsOnly, NOON)?;
        set_follow(core, tx, Scope::Thread(ROOT), Follow::Mute, NOON)?;
        set_follow(core, tx, Scope::Thread(ROOT), Follow::Default, NOON)?;
        assert_eq!(follow(tx, Scope::Thread(ROOT))?, Follow::Default);
        assert_eq!(all_follow(tx)?, [(Scope::Channel(CHANNEL), Follow::MentionsOnly)]);
        Ok(())
    });
}

#[test]
fn settings_are_told_by_name_and_bounded() {
    let mut engine = new();
    let set = |name: &str, value: &str| Ask::Set { name: name.to_owned(), value: Some(value.to_owned()) };
    let Answer::Settings(all) = engine.answer(set("zone", "Asia/Jakarta"), NOON).unwrap() else { panic!() };
    let zone = all.settings.iter().find(|line| line.name == "zone").unwrap();
    assert_eq!(zone.value.as_deref(), Some("Asia/Jakarta"));
    assert_eq!(engine.answer(Ask::Settings, NOON).unwrap(), Answer::Settings(all));
    assert_eq!(engine.answer(set("zoen", "UTC"), NOON).unwrap_err().reason, Reason::Usage);
    assert_eq!(engine.answer(set("zone", &"x".repeat(5_000)), NOON).unwrap_err().reason, Reason::Usage);
    assert_eq!(engine.answer(set("zone", "U\u{1b}TC"), NOON).unwrap_err().reason, Reason::Usage);
    within(&mut engine, |core, tx| {
        assert!(set_setting(core, tx, Setting::Zone, None, NOON)?);
        assert_eq!(setting(tx, Setting::Zone)?, None);
        Ok(())
    });
}

#[test]
fn a_draft_is_saved_changed_found_by_its_beginning_and_dropped() {
    let mut engine = new();
    let first = save(&mut engine, None, "Half a sent", NOON);
    let second = save(&mut engine, None, "Another", NOON);
    assert_ne!(first.id, second.id, "also in the same moment");
    let again = save(&mut engine, Some(&first.id[..8]), "Half a sentence", NOON.plus(5_000));
    assert_eq!((&again.id, again.text.as_str()), (&first.id, "Half a sentence"));
    assert_eq!(drafts(&mut engine), [again.clone(), second.clone()]);
    let dropped = engine.answer(Ask::DraftDrop { id: first.id.clone() }, NOON).unwrap();
    assert_eq!(dropped, Answer::Draft(Box::new(again)), "what it was, so that it can be saved again");
    assert_eq!(drafts(&mut engine), [second]);
    let gone = engine.answer(Ask::DraftDrop { id: first.id }, NOON).unwrap_err();
    assert_eq!(gone.reason, Reason::NotFound);
}

#[test]
fn a_draft_that_cant_be_kept_is_refused_in_words() {
    let mut engine = new();
    let target = DraftFor::Channel("general".to_owned());
    let mut say = |target: &DraftFor, text: &str| {
        let ask = Ask::DraftSave { id: None, target: target.clone(), text: text.to_owned(), title: None };
        engine.answer(ask, NOON)
    };
    assert_eq!(say(&target, " ").unwrap_err().reason, Reason::Usage);
    assert_eq!(say(&target, &"x".repeat(65_537)).unwrap_err().reason, Reason::Usage);
    assert_eq!(say(&DraftFor::Thread("00000000".to_owned()), "x").unwrap_err().reason, Reason::NotFound);
    for number in 0..200 {
        say(&target, &format!("draft {number}")).unwrap();
    }
    let failure = say(&target, "one more").unwrap_err();
    assert_eq!((failure.reason, failure.message.as_str()), (Reason::TryLater, "there are 200 drafts already"));
}

#[test]
fn a_draft_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cremona.db");
    let mut engine = ana(Store::open(&path).unwrap());
    let kept = save(&mut engine, None, "Half a sentence", NOON);
    // Killed: nothing is closed, nothing saved.
    std::mem::forget(engine);
    let mut engine = ana(Store::open(&path).unwrap());
    assert_eq!(drafts(&mut engine), [kept]);
}

#[test]
fn nothing_of_it_shows_in_root_state_or_changes_and_repair_leaves_it_alone() {
    let mut engine = new();
    let posted = Ask::Post {
        channel: "general".to_owned(),
        text: "Hello".to_owned(),
        title: None,
        how: crate::ask::How::default(),
    };
    let Answer::Posted(posted) = engine.answer(posted, NOON).unwrap() else { panic!() };
    let root = RecordId::from_hex(&posted.id).unwrap();
    let before = digest(&mut engine);
    while engine.poll_effect().is_some() {}
    save(&mut engine, None, "Half a sentence", NOON);
    within(&mut engine, |core, tx| {
        set_mark(core, tx, Scope::Thread(root), &upto(&[(1, 99)]), NOON)?;
        set_done(core, tx, root, Some(&upto(&[(1, 99)])), NOON)?;
        set_follow(core, tx, Scope::Thread(root), Follow::Mute, NOON)
    });
    assert!(engine.poll_effect().is_none(), "nobody is told");
    assert_eq!(digest(&mut engine), before);
    let Answer::Checked(checked) = engine.answer(Ask::Fsck { repair: true }, NOON).unwrap() else { panic!() };
    assert_eq!(checked.problems, [""; 0]);
    within(&mut engine, Core::rebuild);
    assert_eq!((digest(&mut engine), drafts(&mut engine).len()), (before, 1));
}

#[test]
fn where_there_is_no_room_what_says_nothing_goes_first_and_then_new_fields_are_refused() {
    let mut engine = new();
    let posted = Ask::Post {
        channel: "general".to_owned(),
        text: "Hello".to_owned(),
        title: None,
        how: crate::ask::How::default(),
    };
    let Answer::Posted(posted) = engine.answer(posted, NOON).unwrap() else { panic!() };
    let root = RecordId::from_hex(&posted.id).unwrap();
    let year = 365 * 86_400_000;
    let mut number = 0_u64;
    let mut fill = |tx: &cremona_store::Write<'_>| -> Result<(), EngineError> {
        for _ in tx.personal_count()?..MAX_FIELDS {
            number += 1;
            let about = [&[0; 8], number.to_be_bytes().as_slice()].concat();
            tx.put_personal(&PersonalRow { kind: Key::LATER, about, at: NOON, field: later_field() })?;
        }
        Ok(())
    };
    let refused = within(&mut engine, |core, tx| {
        let channel = tx.message(&root)?.unwrap().channel;
        set_mark(core, tx, Scope::Thread(root), &upto(&[(1, 3)]), NOON)?;
        set_mark(core, tx, Scope::Channel(channel), &upto(&[(1, 9)]), NOON)?;
        set_later(core, tx, ROOT, Some(NOON), NOON)?;
        set_later(core, tx, ROOT, None, NOON)?;
        fill(tx)?;
        // A year on: the thread's mark, which the channel's covers, and what was taken back give way.
        let now = NOON.plus(year);
        assert!(set_follow(core, tx, Scope::Channel(channel), Follow::Mute, now)?);
        assert_eq!(register(tx, &Place::Later(ROOT))?, None);
        assert!(super::marks::field(tx, Scope::Thread(root))?.is_none_or(|marks| marks.upto.iter().next().is_none()));
        assert!(covers(&read_up_to(tx, root, channel)?, 1, 9), "nothing became unread by it");
        fill(tx)?;
        assert!(set_follow(core, tx, Scope::Channel(channel), Follow::Follow, now)?, "what is there still changes");
        Ok(set_follow(core, tx, Scope::Thread(root), Follow::Mute, now).unwrap_err())
    });
    let EngineError::Refused(failure) = refused else { panic!("{refused}") };
    assert_eq!(failure.reason, Reason::TryLater);
}

fn later_field() -> Vec<u8> {
    let register = cremona_model::personal::Register::after(
        None,
        Some(cremona_model::personal::value::moment(NOON)),
        identity("ana").device(),
        NOON,
    );
    register.encode()
}

/// Marks of a thread in two logs, read at a moment.
fn read_thread(number: u32) -> PersonalRow {
    let root = RecordId(derive16("personal test", &[&number.to_be_bytes()]));
    let log = |of: &[u8]| LogId(derive16("personal test", &[of]));
    let upto = [(log(b"one"), u64::from(number)), (log(b"two"), 70_000 + u64::from(number))].into_iter().collect();
    let marks = Marks { read: NOON.plus(u64::from(number) * 1_000), upto };
    PersonalRow { kind: Key::MARKS, about: Scope::Thread(root).bytes(), at: marks.read, field: marks.encode() }
}

#[test]
fn a_word_has_room_for_what_matters_and_leaves_out_the_threads_read_the_longest_ago() {
    let mut engine = new();
    let long = "x".repeat(40_000);
    save(&mut engine, None, &long, NOON);
    save(&mut engine, None, "Half a sentence", NOON.plus(1));
    for devices in [1, 16] {
        let state = within(&mut engine, |core, tx| {
            set_setting(core, tx, Setting::Zone, Some("Asia/Jakarta"), NOON)?;
            set_follow(core, tx, Scope::Thread(ROOT), Follow::Mute, NOON)?;
            for number in 0..6_000 {
                tx.put_personal(&read_thread(number))?;
            }
            let content = content(tx, personal::room(devices))?.unwrap();
            assert!(content.len() <= personal::room(devices));
            Ok(unpack(&content).unwrap())
        });
        let drafts = state.registers.keys().filter(|place| matches!(place, Place::Draft(_))).count();
        assert_eq!((state.registers.len(), drafts), (3, 1), "the long draft stays here");
        let kept = u32::try_from(state.marks.len()).unwrap();
        assert!((1_800..6_000).contains(&kept), "{kept} threads for {devices} devices");
        for number in [5_999, 6_000 - kept] {
            let Some(Key::Marks(scope)) = Key::read(Key::MARKS, &read_thread(number).about) else { panic!() };
            assert!(state.marks.contains_key(&scope), "thread {number} of {kept}");
        }
    }
}

#[test]
fn where_there_is_nothing_to_say_there_is_no_word() {
    let mut engine = new();
    assert_eq!(within(&mut engine, |_, tx| content(tx, personal::room(1))), None);
}

#[test]
fn nobody_else_can_mark_anything_as_read_for_ana() {
    let mut engine = new();
    let (ana, mal) = (identity("ana"), identity("mal"));
    let workspace = engine.workspace();
    let word = |who: &Identity, content: &[u8]| {
        let head = Soft::head(SoftKind::PERSONAL, &workspace, &who.device(), NOON);
        let payload = personal::seal(&head, &[(ana.device(), ana.box_key())], content, &[1; 32]).unwrap();
        VerifiedSoft::say(who, SoftKind::PERSONAL, &workspace, NOON, payload).unwrap()
    };
    let content = within(&mut engine, |core, tx| {
        set_follow(core, tx, Scope::Thread(ROOT), Follow::Mute, NOON)?;
        let content = content(tx, personal::room(1))?.unwrap();
        set_follow(core, tx, Scope::Thread(ROOT), Follow::Default, NOON)?;
        tx.drop_personal(Key::FOLLOW, &Scope::Thread(ROOT).bytes())?;
        // Mal is a member, and even signs what ana once said.
        tx.add_device(&mal.device(), &cremona_envelope::MemberId([5; 16]), &mal.box_key(), NOON)?;
        assert_eq!(merge(core, tx, word(&mal, &content).soft())?, []);
        for garbage in [&[][..], &[0], &[1], &[1, 2, 3], &[7, 0], &[0, 0x82, 0x02, 0xa0]] {
            assert_eq!(merge(core, tx, word(&ana, garbage).soft())?, [], "{garbage:?}");
        }
        let bomb = [&[1], zstd::bulk::compress(&vec![0; 1 << 24], 3).unwrap().as_slice()].concat();
        assert_eq!(merge(core, tx, word(&ana, &bomb).soft())?, []);
        Ok(content)
    });
    within(&mut engine, |core, tx| {
        assert_eq!(merge(core, tx, word(&ana, &content).soft())?.len(), 1, "her own word she takes");
        assert_eq!(merge(core, tx, word(&ana, &content).soft())?, [], "once");
        assert_eq!(follow(tx, Scope::Thread(ROOT))?, Follow::Mute);
        Ok(())
    });
}
