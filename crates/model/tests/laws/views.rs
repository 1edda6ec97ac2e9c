//! Views: what people see is a function of what was said, in any order.

use cremona_envelope::RecordId;
use cremona_model::record::{Field, imported_channel_id};
use cremona_model::view::{Message, Workspace};
use cremona_model::{DocId, Edit};
use proptest::prelude::*;

use crate::people::{Line, NOON, Person, cases, channel, three, view};
use crate::talk::{acts, claim, claimed, flag, manner, status, talk, to};

/// The message that `line` wrote, as seen by somebody who has these lines.
fn seen(lines: &[&Line], line: &Line) -> Message {
    let lines: Vec<_> = lines.iter().map(|line| (*line).clone()).collect();
    view(&lines).messages[&line.id()].clone()
}

fn text(message: &Message) -> Option<&str> {
    message.text.as_deref()
}

#[test]
fn a_reply_waits_for_its_root_and_an_answer_to_a_reply_starts_no_thread() {
    let [mut ana, mut bo, mut cy] = three();
    let root = ana.posts(channel(1), "Lunch?");
    let reply = bo.replies(&root, "Yes");
    let stray = cy.replies(&reply, "No");
    assert!(view(&[reply.clone(), stray.clone()]).messages.is_empty());
    let all = view(&[stray.clone(), reply.clone(), root.clone()]);
    assert_eq!(all.thread(&root.id()), [root.id(), reply.id()]);
    assert!(!all.messages.contains_key(&stray.id()));
}

#[test]
fn a_thread_shows_its_root_first_and_then_time_order() {
    let [mut ana, mut bo, mut cy] = three();
    let root =
        ana.says_at(NOON.plus(60_000), DocId::of(channel(1), NOON), Edit::message(None, "Lunch?", None).unwrap());
    let late = bo.says_at(NOON.plus(9_000), root.payload.doc, Edit::message(Some(root.id()), "late", None).unwrap());
    let soon = cy.says_at(NOON.plus(5_000), root.payload.doc, Edit::message(Some(root.id()), "soon", None).unwrap());
    let other = cy.posts(channel(1), "another");
    let all = view(&[late.clone(), other.clone(), soon.clone(), root.clone()]);
    assert_eq!(all.thread(&root.id()), [root.id(), soon.id(), late.id()]);
    assert_eq!(all.threads(&channel(1)), [other.id(), root.id()]);
    assert_eq!(all.threads(&channel(2)), []);
}

#[test]
fn only_the_author_edits_and_the_latest_edit_wins() {
    let [mut ana, mut bo, _] = three();
    let post = ana.says(DocId::of(channel(1), NOON), Edit::message(None, "one", Some("Title")).unwrap());
    let two = ana.about(&post, Edit::edit(post.id(), "two", Some("Title")).unwrap());
    let three = ana.edits(&post, "three");
    let forged = bo.edits(&post, "forged");
    assert_eq!(text(&seen(&[&forged, &post], &post)), Some("one"));
    let now = seen(&[&three, &forged, &two, &post], &post);
    assert_eq!((text(&now), now.edited, &now.title), (Some("three"), true, &None));
    let history: Vec<_> = now.history.iter().map(|(_, body)| body.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(history, ["one", "two"]);
    assert_eq!(seen(&[&two, &post], &post).shown_title(), "Title");
}

#[test]
fn deletion_wins_over_every_version_whichever_comes_first() {
    let [mut ana, mut bo, _] = three();
    let post = ana.posts(channel(1), "secret");
    let deletion = ana.deletes(&post);
    let edit = ana.edits(&post, "still secret");
    for order in [[&post, &edit, &deletion], [&deletion, &edit, &post]] {
        let now = seen(&order, &post);
        assert_eq!((text(&now), now.deleted, now.history.len()), (None, true, 0));
    }
    let forged = bo.deletes(&post);
    assert!(!seen(&[&forged, &post], &post).deleted);
    let reply = bo.replies(&post, "answer");
    assert_eq!(view(&[post.clone(), deletion, reply.clone()]).thread(&post.id()), [post.id(), reply.id()]);
}

#[test]
fn a_reaction_is_one_per_person_and_emoji() {
    let [mut ana, mut bo, _] = three();
    let post = ana.posts(channel(1), "done");
    let up = bo.about(&post, Edit::react(post.id(), "👍", true).unwrap());
    let twice = bo.about(&post, Edit::react(post.id(), "👍", true).unwrap());
    let own = ana.about(&post, Edit::react(post.id(), "👍", true).unwrap());
    let down = bo.about(&post, Edit::react(post.id(), "👍", false).unwrap());
    assert_eq!(seen(&[&twice, &own, &up, &post], &post).reactions["👍"].len(), 2);
    let now = seen(&[&down, &twice, &own, &up, &post], &post);
    assert_eq!(now.reactions["👍"].iter().collect::<Vec<_>>(), [&ana.stamp.member]);
}

#[test]
fn a_channel_and_a_name_take_the_latest_word() {
    let [mut ana, mut bo, _] = three();
    let opened = ana.says(DocId::DIRECTORY, Edit::channel("plans", "What next").unwrap());
    let id = opened.id();
    let renamed = bo.says(DocId::DIRECTORY, Edit::register(id, Field::Name, "roadmap").unwrap());
    let archived = bo.says(DocId::DIRECTORY, Edit::register(id, Field::Archived, "1").unwrap());
    let called = ana.says(DocId::DIRECTORY, Edit::profile("Ana").unwrap());
    let again = ana.says(DocId::DIRECTORY, Edit::profile("Ana B.").unwrap());
    let all = view(&[again, archived, renamed.clone(), called, opened]);
    let channel = &all.channels[&id];
    assert_eq!((channel.name.as_str(), channel.purpose.as_str(), channel.archived), ("roadmap", "What next", true));
    assert_eq!(all.names[&ana.stamp.member], "Ana B.");
    assert!(view(&[renamed]).channels.is_empty(), "a register makes no channel");
}

#[test]
fn each_flag_is_its_authors_and_the_latest_of_each_counts() {
    let [mut ana, mut bo, _] = three();
    let post = ana.posts(channel(1), "please look");
    let red = ana.about(&post, Edit::flag(post.id(), &flag(1, NOON)).unwrap());
    let green = bo.about(&post, Edit::flag(post.id(), &flag(3, NOON)).unwrap());
    let both = seen(&[&green, &red, &post], &post).flags;
    assert_eq!(both.values().map(|(_, flag)| flag.colour).collect::<Vec<_>>().len(), 2);
    assert_eq!(both[&ana.stamp.member].1, flag(1, NOON));
    let back = ana.about(&post, Edit::flag(post.id(), &flag(0, NOON)).unwrap());
    let left = seen(&[&back, &green, &red, &post], &post).flags;
    assert_eq!(left.keys().collect::<Vec<_>>(), [&bo.stamp.member]);
}

#[test]
fn a_later_reply_reopens_a_thread_and_whoever_resolves_it_last_has_said_so() {
    let [mut ana, mut bo, mut cy] = three();
    let root = ana.posts(channel(1), "Where?");
    let reply = bo.replies(&root, "In Cremona");
    let resolved = ana.about(&root, Edit::resolve(root.id(), true));
    let done = [&resolved, &reply, &root];
    assert_eq!(seen(&done, &root).resolved, Some((ana.stamp.member, ana.stamp.time)));
    let again =
        cy.says_at(ana.stamp.time.plus(1), root.payload.doc, Edit::message(Some(root.id()), "When?", None).unwrap());
    assert_eq!(seen(&[&again, &resolved, &reply, &root], &root).resolved, None);
    let reopened = bo.says_at(ana.stamp.time.plus(2), root.payload.doc, Edit::resolve(root.id(), false));
    assert_eq!(seen(&[&reopened, &resolved, &reply, &root], &root).resolved, None);
}

#[test]
fn what_is_said_of_a_thread_stands_at_its_root_and_at_no_reply() {
    let [mut ana, mut bo, mut cy] = three();
    let root = ana.posts(channel(1), "Where?");
    let reply = bo.replies(&root, "In Cremona");
    // No honest node says so of a reply, but of two messages with one id one may be a root.
    let resolved = cy.about(&reply, Edit::resolve(reply.id(), true));
    let titled = cy.about(&reply, Edit::retitle(reply.id(), "Travels").unwrap());
    let now = seen(&[&titled, &resolved, &reply, &root], &reply);
    assert_eq!((now.resolved, now.retitled), (None, None));
}

#[test]
fn pins_titles_and_words_about_oneself_take_the_latest() {
    let [mut ana, mut bo, _] = three();
    let post = ana.says(DocId::of(channel(1), NOON), Edit::message(None, "text", Some("First")).unwrap());
    let second = bo.about(&post, Edit::retitle(post.id(), "Second").unwrap());
    let pinned = bo.about(&post, Edit::pin(post.id(), true));
    let noted = bo.about(&post, Edit::acknowledge(post.id()));
    let edited = ana.about(&post, Edit::edit(post.id(), "text 2", Some("First again")).unwrap());
    let now = seen(&[&noted, &pinned, &edited, &second, &post], &post);
    assert_eq!((now.shown_title().as_str(), now.pinned), ("Second", true));
    assert_eq!(now.acknowledged.keys().collect::<Vec<_>>(), [&bo.stamp.member]);
    let mut unread = second.clone();
    unread.body = None;
    assert_eq!(seen(&[&unread, &edited, &post], &post).shown_title(), "First again", "a title that has not come");

    let away = ana.says(DocId::DIRECTORY, Edit::status(&status(NOON)).unwrap());
    let hours = ana.says(DocId::DIRECTORY, Edit::hours("Asia/Singapore mon-fri 09:00-17:00").unwrap());
    let ana_now = view(&[hours, away]).people[&ana.stamp.member].clone();
    let until = status(NOON).until.unwrap();
    assert!(ana_now.status.as_ref().unwrap().holds(NOON) && !ana_now.status.as_ref().unwrap().holds(until));
    assert!(ana_now.hours.is_some());
}

#[test]
fn an_embargo_moves_the_time_shown_and_an_edit_calls_anew() {
    let [mut ana, mut bo, _] = three();
    let edit = Edit::message_to(None, "in the morning", None, &to(1), manner(1, NOON.plus(60_000))).unwrap();
    let post = ana.says(DocId::of(channel(1), NOON), edit);
    let now = seen(&[&post], &post);
    assert_eq!((now.time, now.to.clone()), (NOON.plus(60_005), to(1)));
    let edited = ana.about(&post, Edit::edit_to(post.id(), "@bo, in the morning", None, &to(2)).unwrap());
    let forged = bo.about(&post, Edit::edit_to(post.id(), "no", None, &to(0)).unwrap());
    let now = seen(&[&forged, &edited, &post], &post);
    assert_eq!((now.time, now.to), (NOON.plus(60_005), to(2)));
}

/// `person` imports a message of the export; what arrives as its body is `body`.
fn imports(person: &mut Person, text: &str, body: &str) -> Line {
    let claim = claim(text, 1);
    let doc = DocId::of(imported_channel_id(&claim.source, &claim.channel), claim.time);
    person.says(doc, Edit::imported(&claim, body).unwrap())
}

#[test]
fn an_archive_that_two_import_is_one_copy_and_either_can_delete_it() {
    let [mut ana, mut bo, mut cy] = three();
    let (one, other) = (imports(&mut ana, "hello", "hello"), imports(&mut bo, "hello", "hello"));
    let id = claimed("hello", 1);
    let both = view(&[other.clone(), one.clone()]);
    assert_eq!(both.messages.len(), 1);
    let message = &both.messages[&id];
    assert_eq!((text(message), message.member, message.members.len()), (Some("hello"), ana.stamp.member, 2));
    assert_eq!(message.claim.as_ref().unwrap().author_name, "Eva");

    let stranger = cy.about(&one, Edit::delete(id));
    assert!(!view(&[one.clone(), other.clone(), stranger]).messages[&id].deleted);
    let deletion = bo.about(&other, Edit::delete(id));
    let edit = ana.about(&one, Edit::edit(id, "forged", None).unwrap());
    let after = view(&[deletion, one.clone(), edit.clone(), other.clone()]);
    assert_eq!((text(&after.messages[&id]), after.messages[&id].deleted), (None, true));
    assert_eq!(text(&view(&[one, edit]).messages[&id]), Some("hello"), "an import is never edited");
}

#[test]
fn of_two_imports_of_a_channel_the_one_that_claims_to_be_older_names_it() {
    let [mut ana, mut bo, _] = three();
    let said = |name, created| Edit::imported_channel("export", "C1", name, "", created).unwrap();
    let younger = ana.says(DocId::DIRECTORY, said("young", 7));
    let older = bo.says(DocId::DIRECTORY, said("old", 5));
    for order in [[&younger, &older], [&older, &younger]] {
        let all = view(&order.map(Clone::clone));
        assert_eq!(all.channels[&imported_channel_id("export", "C1")].name, "old");
    }
}

#[test]
fn an_imported_body_that_differs_from_its_claim_counts_as_missing() {
    let [mut ana, mut bo, _] = three();
    let lie = imports(&mut ana, "hello", "something else");
    let id = claimed("hello", 1);
    assert_eq!(text(&view(std::slice::from_ref(&lie)).messages[&id]), None);
    let truth = imports(&mut bo, "hello", "hello");
    assert_eq!(text(&view(&[lie, truth]).messages[&id]), Some("hello"));
}

#[test]
fn what_is_said_again_in_a_new_life_is_the_same_message() {
    let mut ana = Person::new("ana");
    let post = ana.posts(channel(1), "hello");
    let reply = ana.replies(&post, "and");
    let mut later = ana.in_life(2);
    let again = Edit::again(&post.payload.value, post.stamp.life, post.stamp.seq, post.body.clone()).unwrap();
    let again = later.about(&post, again);
    let all = view(&[again.clone(), reply.clone(), post.clone()]);
    assert_eq!((all.messages.len(), all.messages[&post.id()].time), (2, post.stamp.time));
    let without = view(&[again, reply.clone()]);
    assert_eq!(without.thread(&post.id()), [post.id(), reply.id()], "its replies find it");
}

#[test]
fn two_values_said_at_one_time_never_tie() {
    // Cy says two names in two lives at one time, both as what was said first in a third life.
    let [_, _, cy] = three();
    let names: Vec<_> = [4, 5]
        .map(|life| {
            let name = Edit::profile(&format!("Cy {life}")).unwrap();
            let again = Edit::again(&name.value, cy.stamp.life, 9, None).unwrap();
            cy.in_life(life).says_at(NOON, DocId::DIRECTORY, again)
        })
        .into();
    let back: Vec<_> = names.iter().rev().cloned().collect();
    assert_ne!(names[0].said().0.id, names[1].said().0.id);
    assert_eq!(view(&names), view(&back));
}

#[test]
fn a_missing_body_leaves_a_message_without_text_and_a_type_of_the_future_is_counted() {
    let mut ana = Person::new("ana");
    let mut post = ana.posts(channel(1), "hello");
    let newer = ana.about(&post, Edit { value: vec![0xa1, 0x00, 0x18, 200], body: None });
    let full = post.clone();
    post.body = None;
    let now = view(&[post.clone(), newer.clone(), newer]);
    assert_eq!((text(&now.messages[&post.id()]), now.newer), (None, 1));
    assert!(!now.messages[&post.id()].deleted);
    let edit = ana.edits(&full, "hello again");
    let empty = Line { body: None, ..edit.clone() };
    let there = view(&[full.clone(), edit.clone(), empty.clone(), post.clone()]);
    assert_eq!(there, view(&[post, empty, edit, full]), "a body that comes later counts");
    assert_eq!(text(there.messages.values().next().unwrap()), Some("hello again"));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_and_duplication_gives_an_equal_view(
        acts in acts(32),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..64),
    ) {
        let said = readable(&talk(&acts));
        prop_assume!(!said.is_empty());
        let mut mixed: Vec<_> = order.iter().map(|at| at.get(&said).clone()).collect();
        mixed.extend(said.iter().rev().cloned());
        prop_assert_eq!(view(&mixed), view(&said));
    }

    #[test]
    fn who_withholds_a_log_hides_no_root_of_anybody_else(acts in acts(32), who in 0..3_usize) {
        let said = readable(&talk(&acts));
        let member = three()[who].stamp.member;
        let kept: Vec<_> = said.iter().filter(|line| line.stamp.member != member).cloned().collect();
        let (all, some) = (view(&said), view(&kept));
        let others = roots(&all).filter(|(_, message)| message.member != member);
        for (id, message) in others {
            let there = &some.messages[id];
            prop_assert_eq!((&there.text, there.deleted), (&message.text, message.deleted));
        }
    }
}

/// The lines that count; talk made up at random has others too.
fn readable(lines: &[Line]) -> Vec<Line> {
    let counts = |line: &&Line| {
        let value = &line.payload.value;
        cremona_model::Record::read(line.stamp, line.payload.doc, value).is_ok()
    };
    lines.iter().filter(counts).cloned().collect()
}

/// Roots that nobody imported: an import may lose the copy that spoke for it.
fn roots(workspace: &Workspace) -> impl Iterator<Item = (&RecordId, &Message)> {
    workspace.messages.iter().filter(|(id, message)| message.root == **id && message.claim.is_none())
}
