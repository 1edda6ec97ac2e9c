//! People's nodes meet and part: engines over stores in memory, frames handed over at once.
#![allow(clippy::unwrap_used)] // a test that meets an error has failed

use std::collections::BTreeMap;

use cremona_engine::ask::{Digest, Message};
use cremona_engine::{Answer, Ask, Effect, Engine, Founding, Input, Peer, Settings};
use cremona_envelope::guard::Location;
use cremona_envelope::{Identity, Secret, Time, WorkspaceId};
use cremona_store::Store;

/// Nodes by name, who is connected with whom, and one clock.
struct World {
    nodes: BTreeMap<&'static str, Engine>,
    links: Vec<(&'static str, &'static str)>,
    workspace: WorkspaceId,
    secret: Secret,
    now: Time,
    bytes: usize,
}

impl World {
    fn founded_by(name: &'static str) -> Self {
        let now = Time(1_796_000_000_000);
        let identity = identity(name);
        let founding = Founding::new(&identity, &[42; 32], now);
        let mut world = Self {
            nodes: BTreeMap::new(),
            links: Vec::new(),
            workspace: founding.workspace,
            secret: founding.secret.clone(),
            now,
            bytes: 0,
        };
        let mut engine = world.engine(name, Store::in_memory().unwrap());
        engine.establish(&founding, "Cremona", now).unwrap();
        world.nodes.insert(name, engine);
        world
    }

    fn engine(&self, name: &str, store: Store) -> Engine {
        let settings = Settings {
            workspace: self.workspace,
            secret: self.secret.clone(),
            generation: 0,
            name: name.to_owned(),
            location: Location([0; 32]),
            guard: None,
            random: *blake3::hash(name.as_bytes()).as_bytes(),
        };
        Engine::open(store, identity(name), settings, self.now).unwrap()
    }

    fn person(&mut self, name: &'static str) {
        let engine = self.engine(name, Store::in_memory().unwrap());
        self.nodes.insert(name, engine);
    }

    fn connect(&mut self, one: &'static str, other: &'static str) {
        self.links.push((one, other));
        for (me, them) in [(one, other), (other, one)] {
            let peer = peer(them);
            self.nodes.get_mut(me).unwrap().handle(Input::PeerUp { peer }, self.now).unwrap();
        }
        self.settle();
    }

    fn cut(&mut self, one: &'static str, other: &'static str) {
        self.links.retain(|link| *link != (one, other) && *link != (other, one));
        for (me, them) in [(one, other), (other, one)] {
            self.nodes.get_mut(me).unwrap().handle(Input::PeerDown { peer: peer(them) }, self.now).unwrap();
        }
    }

    fn linked(&self, one: &str, other: &str) -> bool {
        self.links.iter().any(|link| *link == (one, other) || *link == (other, one))
    }

    /// Carries everything over, and lets time pass, until nobody has anything to say for a while.
    fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < 5 {
            if self.carry() {
                quiet = 0;
                continue;
            }
            quiet += 1;
            self.now = self.now.plus(700);
            for engine in self.nodes.values_mut() {
                engine.handle(Input::Tick, self.now).unwrap();
            }
        }
    }

    fn carry(&mut self) -> bool {
        let names: Vec<_> = self.nodes.keys().copied().collect();
        let mut moved = Vec::new();
        for name in &names {
            while let Some(effect) = self.nodes.get_mut(name).unwrap().poll_effect() {
                match effect {
                    Effect::Send { peer, bytes } => moved.push((*name, Some(peer), bytes)),
                    Effect::Publish { bytes } => moved.push((*name, None, bytes)),
                    Effect::Drop { reason, .. } => panic!("{name} dropped a peer: {reason}"),
                    Effect::Guard(_)
                    | Effect::Verdict { .. }
                    | Effect::Dial { .. }
                    | Effect::Addresses { .. }
                    | Effect::Committed { .. } => {}
                }
            }
        }
        let any = moved.iter().any(|(_, to, bytes)| to.is_none() || bytes.first() != Some(&1));
        for (from, to, bytes) in moved {
            for name in &names {
                let addressed = to.is_none_or(|to| to == peer(name));
                if *name != from && addressed && self.linked(from, name) {
                    self.bytes += bytes.len();
                    let bytes = bytes.clone();
                    let peer = peer(from);
                    let input = if to.is_some() {
                        Input::Frame { peer, bytes }
                    } else {
                        Input::Gossip { peer, token: 0, bytes }
                    };
                    self.nodes.get_mut(name).unwrap().handle(input, self.now).unwrap();
                }
            }
        }
        any
    }

    fn ask(&mut self, name: &str, ask: Ask) -> Answer {
        self.now = self.now.plus(10);
        self.nodes.get_mut(name).unwrap().answer(ask, self.now).unwrap_or_else(|failure| panic!("{name}: {failure}"))
    }

    fn post(&mut self, name: &str, text: &str) -> String {
        let ask = Ask::Post { channel: "general".to_owned(), text: text.to_owned(), title: None };
        let Answer::Posted(posted) = self.ask(name, ask) else { panic!("not posted") };
        posted.id
    }

    fn reply(&mut self, name: &str, thread: &str, text: &str) -> String {
        let Answer::Posted(posted) = self.ask(name, Ask::Reply { thread: thread.to_owned(), text: text.to_owned() })
        else {
            panic!("not posted")
        };
        posted.id
    }

    fn read(&mut self, name: &str, target: &str) -> Vec<Message> {
        let ask = Ask::Read { target: target.to_owned(), limit: 1_000, before: None };
        let Answer::Messages(messages) = self.ask(name, ask) else { panic!("no messages") };
        messages.messages
    }

    fn digest(&mut self, name: &str) -> Digest {
        let Answer::Verified(digest) = self.ask(name, Ask::Verify) else { panic!("no digest") };
        digest
    }

    fn all_equal(&mut self) -> Digest {
        let names: Vec<_> = self.nodes.keys().copied().collect();
        let first = self.digest(names[0]);
        for name in names {
            assert_eq!(self.digest(name), first, "{name} differs");
            let Answer::Checked(checked) = self.ask(name, Ask::Fsck { repair: false }) else { panic!("not checked") };
            assert_eq!(checked.problems, Vec::<String>::new(), "{name}");
        }
        first
    }
}

fn identity(name: &str) -> Identity {
    Identity::from_seeds(blake3::hash(name.as_bytes()).as_bytes(), &[3; 32])
}

fn peer(name: &str) -> Peer {
    Peer(identity(name).device().0)
}

#[test]
fn bo_joins_and_reads_what_ana_wrote_before_and_after() {
    let mut world = World::founded_by("ana");
    let thread = world.post("ana", "Where do we meet?\nI vote for Cremona.");
    world.person("bo");
    world.connect("ana", "bo");
    world.reply("bo", &thread[..8], "Cremona it is.");
    world.post("ana", "Live now");
    world.settle();
    let texts: Vec<_> = world.read("ana", &thread).into_iter().map(|m| (m.author.name, m.text)).collect();
    assert_eq!(texts[1], ("bo".to_owned(), "Cremona it is.".to_owned()));
    let digest = world.all_equal();
    assert_eq!((digest.messages, digest.threads, digest.members), (3, 2, 2));
}

#[test]
fn cy_who_meets_only_bo_has_what_ana_said() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    let thread = world.post("ana", "Before Cy");
    world.settle();
    world.cut("ana", "bo");
    world.person("cy");
    world.connect("bo", "cy");
    assert_eq!(world.read("cy", &thread)[0].text, "Before Cy");
    world.reply("cy", &thread, "I am here");
    world.settle();
    world.cut("bo", "cy");
    world.connect("ana", "bo");
    assert_eq!(world.read("ana", &thread)[1].author.name, "cy");
    world.connect("bo", "cy");
    world.all_equal();
}

#[test]
fn apart_both_write_and_together_all_of_it_is_on_both_in_one_order() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    let thread = world.post("ana", "Start");
    world.settle();
    world.cut("ana", "bo");
    for n in 0..100 {
        world.reply("ana", &thread, &format!("ana {n}"));
        world.reply("bo", &thread, &format!("bo {n}"));
    }
    world.connect("ana", "bo");
    let (ana, bo) = (world.read("ana", &thread), world.read("bo", &thread));
    assert_eq!(ana.len(), 201);
    assert_eq!(ana, bo);
    world.all_equal();
}

#[test]
fn edits_reactions_and_deletes_converge_and_a_delete_wins() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    let id = world.post("ana", "Frist draft");
    let gone = world.post("ana", "Zanzibarquokka must go");
    world.settle();
    world.cut("ana", "bo");
    world.ask("ana", Ask::Edit { message: id.clone(), text: "First draft".to_owned() });
    world.ask("bo", Ask::React { message: id.clone(), emoji: "👍".to_owned(), on: true });
    world.ask("ana", Ask::Delete { message: gone.clone() });
    world.connect("ana", "bo");
    for name in ["ana", "bo"] {
        let messages = world.read(name, "general");
        let edited = messages.iter().find(|m| m.id == id).unwrap();
        assert_eq!((edited.text.as_str(), edited.edited), ("First draft", true));
        assert_eq!(edited.reactions[0].names, ["bo"]);
        let deleted = messages.iter().find(|m| m.id == gone).unwrap();
        assert_eq!((deleted.text.as_str(), deleted.deleted, deleted.missing), ("", true, false));
        let Answer::Hits(hits) =
            world.ask(name, Ask::Search { query: "zanzibarquokka".to_owned(), limit: 9, before: None })
        else {
            panic!("no hits")
        };
        assert_eq!(hits.total, 0);
    }
    world.person("cy");
    world.connect("bo", "cy");
    world.connect("ana", "cy");
    world.all_equal();
}

#[test]
fn meeting_again_with_nothing_new_costs_one_hello_each_way() {
    let mut world = World::founded_by("ana");
    world.person("bo");
    world.connect("ana", "bo");
    for n in 0..50 {
        world.post("ana", &format!("note {n}"));
    }
    world.settle();
    world.cut("ana", "bo");
    world.bytes = 0;
    world.connect("ana", "bo");
    assert!(world.bytes <= 2 * 64, "{} bytes", world.bytes);
}

#[test]
fn a_newcomer_restarts_from_what_came_in_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cremona.db");
    let mut world = World::founded_by("ana");
    for n in 0..200 {
        world.post("ana", &format!("note {n}"));
    }
    let engine = world.engine("bo", Store::open(&path).unwrap());
    world.nodes.insert("bo", engine);
    world.connect("ana", "bo");
    let before = world.digest("bo");
    world.cut("ana", "bo");
    drop(world.nodes.remove("bo"));
    let engine = world.engine("bo", Store::open(&path).unwrap());
    world.nodes.insert("bo", engine);
    // No guard vouches for Bo's log here, so a new life begins and says nothing else.
    assert_eq!(world.digest("bo").messages, before.messages);
    world.connect("ana", "bo");
    world.all_equal();
}
