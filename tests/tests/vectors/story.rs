//! The story whose bytes are frozen: ana founds a workspace, bo joins, they talk, bo's directory is
//! copied, and cy says something that no one understands yet.

use std::collections::BTreeMap;

use cremona_envelope::{
    Body, DeviceId, EpochKey, ErasePayload, Genesis, GenesisPayload, Head, Header, Identity, JoinPayload, Keyring,
    KeysPayload, Kind, LifeId, LogId, MailboxPayload, MemberId, PairingString, PairingToken, Place, PlainBody,
    RecordId, Sealed, Secret, Time, Verified, WorkspaceId, WorkspaceKey, genesis_of,
};
use cremona_model::record::Field;
use cremona_model::{Chain, Claim, Colour, DocId, Edit, Flag, Manner, Meaning, Payload, Recipients, Stamp, Status};

/// Noon of the first of November 2026.
const NOON: Time = Time(1_793_534_400_000);

/// Everything that was said, in order, and the keys that open it.
pub(crate) struct Story {
    pub(crate) key: WorkspaceKey,
    pub(crate) epoch_key: EpochKey,
    pub(crate) people: Vec<(&'static str, Identity)>,
    pub(crate) said: Vec<Said>,
}

/// One envelope and what it means.
pub(crate) struct Said {
    pub(crate) what: &'static str,
    pub(crate) envelope: Verified,
    pub(crate) plain: Option<Plain>,
}

/// What is sealed in an envelope.
pub(crate) struct Plain {
    pub(crate) payload: Payload,
    pub(crate) body: Option<Vec<u8>>,
}

/// One life of somebody's log, being written.
struct Log {
    who: Identity,
    member: MemberId,
    workspace: WorkspaceId,
    life: LifeId,
    head: Head,
    chains: BTreeMap<DocId, Chain>,
    keyring: Keyring,
}

impl Story {
    /// The string that paired the mailbox.
    pub(crate) fn pairing(&self) -> PairingString {
        let hints = vec!["192.0.2.8:4478".to_owned()];
        PairingString { device: person("mailbox").device(), token: PairingToken([9; 16]), hints }
    }
}

/// The device of a person.
pub(crate) fn person(name: &str) -> Identity {
    let seed = |purpose: &str| *blake3::hash(format!("{purpose} of {name}").as_bytes()).as_bytes();
    Identity::from_seeds(&seed("signing"), &seed("boxing"))
}

/// The envelopes of the log that `said` holds of this device and life, in order.
pub(crate) fn log_of(said: &[Said], device: DeviceId, life: LifeId) -> Vec<&Said> {
    said.iter().filter(|one| one.envelope.header().device == device && one.envelope.header().life == life).collect()
}

/// The story from its beginning.
pub(crate) fn tell() -> Story {
    let (ana, bo, cy) = (person("ana"), person("bo"), person("cy"));
    let key = |workspace| WorkspaceKey {
        workspace,
        generation: 0,
        secret: Secret([5; 16]),
        hints: vec!["192.0.2.7:4400".to_owned()],
    };
    let epoch_key = EpochKey([77; 32]);
    let mut said = Vec::new();

    let payload =
        GenesisPayload::new(ana.box_key(), [1; 32], Secret([5; 16]).invite_key().verifying_key().to_bytes(), [2; 32]);
    let workspace = GenesisPayload::workspace(&ana.device(), &LifeId([1; 16]), NOON.plus(1_000), &payload.encode());
    let mut of_ana = Log::new(person("ana"), workspace, 1, &epoch_key);
    said.push(of_ana.says_in_clear("ana founds the workspace", Kind::CONTROL, payload.encode()));
    let genesis = genesis_of(&said[0].envelope).unwrap();

    let mut of_bo = Log::new(person("bo"), workspace, 2, &epoch_key);
    said.push(of_bo.joins("bo joins", &genesis));
    let boxes = [(ana.device(), ana.box_key()), (bo.device(), bo.box_key())];
    let keys = KeysPayload::new(&epoch_key, &Secret([5; 16]), &workspace, &boxes, [6; 32]);
    said.push(of_ana.says_in_clear("ana gives the epoch key", Kind::KEYS, keys.encode()));

    talk(&mut of_ana, &mut of_bo, &mut said);
    come_back(&of_bo, &genesis, &epoch_key, &mut said);
    speak_of_the_future(&genesis, &epoch_key, &mut said);
    Story { key: key(workspace), epoch_key, people: vec![("ana", ana), ("bo", bo), ("cy", cy)], said }
}

/// Channels, threads and everything that can be said about them.
fn talk(ana: &mut Log, bo: &mut Log, said: &mut Vec<Said>) {
    said.push(ana.says("ana says her name", DocId::DIRECTORY, Edit::profile("Ana").unwrap()));
    said.push(ana.says("ana creates a channel", DocId::DIRECTORY, Edit::channel("general", "all of us").unwrap()));
    let channel = ana.last_record();
    let doc = DocId::of(channel, ana.head.time);
    said.push(ana.says("ana starts a thread", doc, Edit::message(None, "Where do we meet?", Some("Meeting")).unwrap()));
    let root = ana.last_record();
    said.push(bo.says(
        "bo answers at length",
        doc,
        Edit::message(Some(root), &"In Cremona. ".repeat(500), None).unwrap(),
    ));
    let answer = bo.last_record();
    said.push(bo.says("bo edits it", doc, Edit::edit(answer, "In Cremona \u{1f3bb}.", None).unwrap()));
    said.push(ana.says("ana reacts", doc, Edit::react(answer, "\u{1f44d}", true).unwrap()));
    said.push(ana.says("ana thinks again", doc, Edit::react(answer, "\u{1f44d}", false).unwrap()));
    words(ana, bo, (channel, root, doc), said);
    said.push(ana.says(
        "ana archives the channel",
        DocId::DIRECTORY,
        Edit::register(channel, Field::Archived, "1").unwrap(),
    ));
    said.push(bo.says("bo deletes his answer", doc, Edit::delete(answer)));
    let places = [2, 3].map(|seq| (LogId::of(&bo.who.device(), &bo.life), seq)).into();
    let list = ErasePayload::lists(&places).remove(0);
    said.push(bo.says_in_clear("bo lists what he erased", Kind::CONTROL, list.encode()));
    let mailbox = MailboxPayload::new(&person("mailbox").device(), &["192.0.2.8:4478".to_owned()]);
    said.push(ana.says_in_clear("ana tells of a mailbox", Kind::CONTROL, mailbox.encode()));
    import(ana, said);
    let unknown = Edit { value: vec![0xa2, 0x00, 0x18, 0x63, 0x01, 0x18, 0x2a], body: None };
    said.push(ana.says("ana says something of a newer version", DocId::DIRECTORY, unknown));
    for _ in 0..60 {
        said.push(ana.says("ana writes on", doc, Edit::message(Some(root), "And then?", None).unwrap()));
    }
}

/// What is said beside texts: about messages and threads, and of oneself.
fn words(ana: &mut Log, bo: &mut Log, (channel, root, doc): (RecordId, RecordId, DocId), said: &mut Vec<Said>) {
    let to = Recipients::new(vec![bo.member], false);
    let until = Some(ana.head.time.plus(86_400_000));
    let manner = Manner { announcement: true, acknowledge: true, embargo: until };
    let call = Edit::message_to(None, "@bo, look tomorrow", None, &to, manner).unwrap();
    said.push(ana.says("ana calls bo under embargo", DocId::of(channel, ana.head.time), call));
    let flag = Flag { colour: Some(Colour::Red), by: until, to: to.clone(), escalate: true };
    said.push(ana.says("ana flags", doc, Edit::flag(root, &flag).unwrap()));
    let everyone = Recipients::new(Vec::new(), true);
    let green = Flag { colour: Some(Colour::Green), by: None, to: everyone, escalate: false };
    said.push(bo.says("bo flags for everyone", doc, Edit::flag(root, &green).unwrap()));
    let back = Flag { colour: None, by: None, to: Recipients::default(), escalate: false };
    said.push(bo.says("bo takes it back", doc, Edit::flag(root, &back).unwrap()));
    said.push(bo.says("bo pins", doc, Edit::pin(root, true)));
    said.push(bo.says("bo acknowledges", doc, Edit::acknowledge(root)));
    said.push(bo.says("bo gives a title", doc, Edit::retitle(root, "Spring").unwrap()));
    said.push(ana.says("ana resolves", doc, Edit::resolve(root, true)));
    let hours = Edit::hours("Europe/Rome mon-fri 09:00-17:00").unwrap();
    said.push(ana.says("ana says when she works", DocId::DIRECTORY, hours));
    let status = Status { meaning: Meaning::Away, emoji: "\u{1f3bb}".to_owned(), text: "playing".to_owned(), until };
    said.push(ana.says("ana is away", DocId::DIRECTORY, Edit::status(&status).unwrap()));
    said.push(ana.says("ana names bo", DocId::DIRECTORY, Edit::deputy(Some(bo.member))));
    let field = Edit::register(channel, Field::Flag, "yellow").unwrap();
    said.push(ana.says("ana gives the channel a colour", DocId::DIRECTORY, field));
}

/// A channel and a message of an export.
fn import(ana: &mut Log, said: &mut Vec<Said>) {
    let channel = Edit::imported_channel("export", "C1", "old", "before", 1_700_000_000_000).unwrap();
    said.push(ana.says("ana imports a channel", DocId::DIRECTORY, channel));
    let text = "hello from then";
    let claim = Claim {
        source: "export".to_owned(),
        channel: "C1".to_owned(),
        ts: "1700000000.000100".to_owned(),
        author_id: "U1".to_owned(),
        author_name: "Dee".to_owned(),
        time: Time(1_700_000_000_000),
        content: *blake3::hash(text.as_bytes()).as_bytes(),
        root: None,
        edited: Some(Time(1_700_000_100_000)),
        reactions: vec![("tada".to_owned(), vec!["Ana".to_owned(), "Bo".to_owned()])],
        tombstone: false,
    };
    let doc = DocId::of(cremona_model::record::imported_channel_id("export", "C1"), claim.time);
    said.push(ana.says("ana imports a message", doc, Edit::imported(&claim, text).unwrap()));
}

/// Bo's directory was copied: a new life, linked to the old head, says an old record again.
fn come_back(before: &Log, genesis: &Genesis, epoch_key: &EpochKey, said: &mut Vec<Said>) {
    let mut after = Log::new(person("bo"), genesis.workspace, 3, epoch_key);
    after.head = Head { id: before.head.id, time: before.head.time, ..Head::EMPTY };
    said.push(after.joins("bo joins again in a new life", genesis));
    let old = said.iter().find(|one| one.what == "bo answers at length").unwrap();
    let (seq, plain) = (old.envelope.header().seq, old.plain.as_ref().unwrap());
    let again = Edit::again(&plain.payload.value, before.life, seq, plain.body.clone()).unwrap();
    let doc = plain.payload.doc;
    said.push(after.says("bo says his answer again", doc, again));
}

/// Cy has a newer version, whose kind of envelope is kept and forwarded.
fn speak_of_the_future(genesis: &Genesis, epoch_key: &EpochKey, said: &mut Vec<Said>) {
    let mut cy = Log::new(person("cy"), genesis.workspace, 4, epoch_key);
    said.push(cy.joins("cy joins", genesis));
    let place = Place { kind: Kind(9), ..cy.place() };
    let Sealed { header, change, body } = Sealed::clear(&place, b"of a newer version".to_vec()).unwrap();
    let header = Header { tag: [9; 32], ..header };
    said.push(cy.signs("cy says something of an unknown kind", Sealed { header, change, body }, None));
}

impl Log {
    fn new(who: Identity, workspace: WorkspaceId, life: u8, epoch_key: &EpochKey) -> Self {
        let mut keyring = Keyring::default();
        keyring.add(epoch_key);
        let member = MemberId::of(&workspace, &who.device());
        let head = Head { time: NOON, ..Head::EMPTY };
        Self { who, member, workspace, life: LifeId([life; 16]), head, chains: BTreeMap::new(), keyring }
    }

    fn last_record(&self) -> cremona_envelope::RecordId {
        cremona_envelope::RecordId::of(&self.who.device(), &self.life, self.head.seq)
    }

    fn place(&self) -> Place {
        Place {
            kind: Kind::CHANGE,
            workspace: self.workspace,
            device: self.who.device(),
            life: self.life,
            seq: self.head.seq + 1,
            prev: self.head.id,
            time: self.head.time.plus(1_000),
            bytes_before: self.head.bytes,
        }
    }

    fn joins(&mut self, what: &'static str, genesis: &Genesis) -> Said {
        let invite = Secret([5; 16]).invite_key();
        let join = JoinPayload::new(genesis, &self.who.device(), self.who.box_key(), &invite, &[genesis.envelope]);
        self.says_in_clear(what, Kind::CONTROL, join.encode())
    }

    fn says_in_clear(&mut self, what: &'static str, kind: Kind, payload: Vec<u8>) -> Said {
        let sealed = Sealed::clear(&Place { kind, ..self.place() }, payload).unwrap();
        self.signs(what, sealed, None)
    }

    fn says(&mut self, what: &'static str, doc: DocId, edit: Edit) -> Said {
        let place = self.place();
        let stamp =
            Stamp { time: place.time, device: place.device, life: place.life, seq: place.seq, member: self.member };
        let chain = self.chains.entry(doc).or_insert(Chain::START);
        let payload = chain.next(doc, edit.value);
        *chain = chain.accept(&stamp, &payload).unwrap().1;
        let body = edit.body.as_deref().map_or(PlainBody::None, PlainBody::Text);
        let epoch = self.keyring.current().unwrap();
        let sealed = self.keyring.seal(&epoch, &place, &payload.encode(), body).unwrap().unwrap();
        self.signs(what, sealed, Some(Plain { payload, body: edit.body }))
    }

    fn signs(&mut self, what: &'static str, sealed: Sealed, plain: Option<Plain>) -> Said {
        let envelope = self.who.sign(sealed);
        self.head = self.head.follow(envelope.header(), envelope.id()).unwrap();
        Said { what, envelope, plain }
    }
}

/// The envelope after its body was erased.
pub(crate) fn erased(envelope: &Verified) -> cremona_envelope::Envelope {
    cremona_envelope::Envelope { body: Body::Absent, ..envelope.envelope().clone() }
}
