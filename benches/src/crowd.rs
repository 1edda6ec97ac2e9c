//! A large team whose members all wrote themselves: 1,000 devices in 93 channels, some with several
//! lives. Every envelope is sealed and signed by its own device and handed to Ana's engine as a peer
//! hands on gossip, so her store holds what a node holds that was there all along.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use cremona_engine::{Effect, Engine, Founding, Input, Peer, Settings, Verdict};
use cremona_envelope::guard::Location;
use cremona_envelope::ids::derive16;
use cremona_envelope::{
    Envelope, EnvelopeId, Genesis, Guard, Head, Identity, JoinPayload, Keyring, KeysPayload, Kind, LifeId, MemberId,
    Place, PlainBody, RecordId, Sealed, Secret, Time, Verified, WorkspaceId, WorkspaceKey, genesis_of,
};
use cremona_model::{Chain, DocId, Edit, Stamp};
use cremona_store::Store;
use serde::{Deserialize, Serialize};

use crate::talk::{Crew, START, Talk, name};

/// After how many messages of its own a device begins a new life: a restored backup, a new disk.
const LIFE: u64 = 700;
/// How many devices are kept to talk later on.
const TALKERS: usize = 50;
/// Where every engine here says that it stands.
const LOCATION: Location = Location([0; 32]);

/// What one needs to write in the workspace.
struct Tools {
    heard: Vec<Vec<u8>>,
    workspace: WorkspaceId,
    secret: Secret,
    genesis: Genesis,
    keyring: Keyring,
}

/// A device that writes.
struct Teller {
    identity: Identity,
    life: LifeId,
    link: EnvelopeId,
    head: Head,
    chains: BTreeMap<DocId, Chain>,
}

/// Devices that go on talking after the history was made, and the channels in which they do.
pub struct Crowd {
    tools: Tools,
    tellers: Vec<Teller>,
    channels: Vec<RecordId>,
    said: usize,
}

/// What was built.
pub struct Built {
    /// The key to paste.
    pub key: WorkspaceKey,
    /// Who may go on talking.
    pub crowd: Crowd,
    /// Bytes of all texts.
    pub text_bytes: usize,
}

/// Makes a history of `messages` in the store at `file`, founded by `ana`.
///
/// # Errors
/// Where the engine refuses what a device wrote.
pub fn build(file: &Path, ana: &Identity, messages: usize) -> Result<Built> {
    let crew = Crew::of(messages);
    let (mut engine, mut crowd) = Crowd::found(Store::open(file)?, ana, &crew)?;
    let mut text_bytes = 0;
    let mut roots: Vec<(RecordId, Time)> = Vec::with_capacity(messages);
    for said in Talk::new(crew, messages, 1) {
        let time = Time(said.time_ms);
        text_bytes += said.text.len();
        let root = said.root.map(|root| roots[root]);
        if crowd.tellers[said.member].head.seq >= LIFE {
            crowd.renew(&mut engine, said.member, time)?;
        }
        let (id, _) = crowd.say(&mut engine, said.member, said.channel, root, &said.text, time)?;
        roots.push((id, root.map_or(time, |(_, time)| time)));
        if roots.len().is_multiple_of(100_000) {
            eprintln!("{} of {messages} messages written", roots.len());
        }
    }
    engine.close();
    crowd.tellers.truncate(TALKERS);
    let tools = &crowd.tools;
    let key =
        WorkspaceKey { workspace: tools.workspace, generation: 0, secret: tools.secret.clone(), hints: Vec::new() };
    Ok(Built { key, crowd, text_bytes })
}

impl Crowd {
    /// Founds a workspace in `store` as `ana`, into which all of `crew` come the day before they talk.
    ///
    /// # Errors
    /// Where the engine refuses.
    pub fn found(store: Store, ana: &Identity, crew: &Crew) -> Result<(Engine, Self)> {
        let founded = Time(START * 1_000 - 86_400_000);
        let founding = Founding::new(ana, blake3::hash(b"cremona benches").as_bytes(), founded);
        let settings = settings(founding.workspace, &founding.secret, "Ana", None);
        let identity = Identity::from_seeds(&ana.seeds().0, &ana.seeds().1);
        let mut engine = Engine::open(store, identity, settings, founded)?;
        engine.establish(&founding, "Team", founded)?;
        let tools = Tools::of(&mut engine, &founding)?;
        let mut crowd = Self { tools, tellers: Vec::new(), channels: Vec::new(), said: 0 };
        crowd.gather(&mut engine, crew, founded)?;
        Ok((engine, crowd))
    }

    /// The engine of a newcomer who was given the key and has met nobody.
    ///
    /// # Errors
    /// Where the engine refuses.
    pub fn newcomer(&self, store: Store, name: &str, now: Time) -> Result<Engine> {
        let settings = settings(self.tools.workspace, &self.tools.secret, name, None);
        let seed = |what: &str| *blake3::hash(format!("{what} of {name}").as_bytes()).as_bytes();
        let identity = Identity::from_seeds(&seed("signing"), &seed("boxing"));
        Ok(Engine::open(store, identity, settings, now)?)
    }

    /// Member number `at` begins a new life.
    ///
    /// # Errors
    /// Where the engine refuses.
    pub fn renew(&mut self, engine: &mut Engine, at: usize, time: Time) -> Result<()> {
        let join = self.tellers[at].renew(&self.tools, time)?;
        hand(engine, join, time)
    }

    /// Member number `at` says something in a channel; gives its id, and its bytes in single form.
    ///
    /// # Errors
    /// Where the engine refuses.
    pub fn say(
        &mut self,
        engine: &mut Engine,
        at: usize,
        channel: usize,
        root: Option<(RecordId, Time)>,
        text: &str,
        time: Time,
    ) -> Result<(RecordId, usize)> {
        let doc = DocId::of(self.channels[channel], root.map_or(time, |(_, time)| time));
        let edit = Edit::message(root.map(|(id, _)| id), text, None)?;
        let (id, bytes) = self.tellers[at].say(&self.tools, doc, &edit, time)?;
        let length = bytes.len();
        hand(engine, bytes, time)?;
        Ok((id, length))
    }

    /// Everyone joins and says who they are, and the first ones create the channels.
    fn gather(&mut self, engine: &mut Engine, crew: &Crew, time: Time) -> Result<()> {
        for at in 0..crew.members {
            let mut teller = Teller::new(at);
            hand(engine, teller.join(&self.tools, time)?, time)?;
            let profile = Edit::profile(&name(at))?;
            hand(engine, teller.say(&self.tools, DocId::DIRECTORY, &profile, time)?.1, time)?;
            if at < crew.channels {
                let channel = Edit::channel(&format!("channel-{at}"), "What this channel is for")?;
                let (id, bytes) = teller.say(&self.tools, DocId::DIRECTORY, &channel, time)?;
                hand(engine, bytes, time)?;
                self.channels.push(id);
            }
            self.tellers.push(teller);
        }
        Ok(())
    }

    /// Has `count` more messages said by up to 50 devices, in the store at `file` whose node is
    /// stopped. One of these devices opens it, which writes nothing of its own.
    ///
    /// # Errors
    /// Where the engine refuses.
    pub fn talk(&mut self, file: &Path, count: usize, now: Time) -> Result<()> {
        let first = self.tellers.first().context("a crowd of nobody")?;
        let guard = Guard::new(&first.identity.device(), &LOCATION, &first.life, first.head.seq, &first.head.id);
        let settings = settings(self.tools.workspace, &self.tools.secret, &name(0), Some(guard));
        let (signing, boxing) = first.identity.seeds();
        let mut engine = Engine::open(Store::open(file)?, Identity::from_seeds(&signing, &boxing), settings, now)?;
        for at in 0..count {
            let time = now.plus(at as u64);
            let text =
                format!("Message {} of this run, about as long as most of a team: ninety bytes or so.", self.said);
            let (teller, channel) = (at % self.tellers.len(), at % self.channels.len());
            self.say(&mut engine, teller, channel, None, &text, time)?;
            self.said += 1;
        }
        engine.close();
        Ok(())
    }

    /// Writes down what it takes to talk again after this process has ended.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn save(&self, file: &Path) -> Result<()> {
        let tellers = self.tellers.iter().map(Teller::save).collect();
        let channels = self.channels.iter().map(|channel| channel.0).collect();
        let secret = self.tools.secret.0;
        let saved = Saved { heard: self.tools.heard.clone(), secret, tellers, channels, said: self.said };
        Ok(std::fs::write(file, serde_json::to_vec(&saved)?)?)
    }

    /// The crowd that was written down, in the workspace of `key`.
    ///
    /// # Errors
    /// Where the file can't be read.
    pub fn load(file: &Path, workspace: WorkspaceId) -> Result<Self> {
        let saved: Saved = serde_json::from_slice(&std::fs::read(file)?)?;
        let tools = Tools::heard(saved.heard, workspace, Secret(saved.secret))?;
        let tellers = saved.tellers.into_iter().enumerate().map(|(at, teller)| Teller::load(at, teller)).collect();
        Ok(Self { tools, tellers, channels: saved.channels.into_iter().map(RecordId).collect(), said: saved.said })
    }
}

/// A crowd as it is written down; everything in it is made up.
#[derive(Serialize, Deserialize)]
struct Saved {
    heard: Vec<Vec<u8>>,
    secret: [u8; 16],
    tellers: Vec<SavedTeller>,
    channels: Vec<[u8; 16]>,
    said: usize,
}

#[derive(Serialize, Deserialize)]
struct SavedTeller {
    life: [u8; 16],
    link: [u8; 32],
    seq: u64,
    head: [u8; 32],
    time: u64,
    bytes: u64,
    chains: Vec<([u8; 16], u16, u32, [u8; 32])>,
}

impl Tools {
    /// What the founder's first envelopes give to everyone who has the secret.
    fn of(engine: &mut Engine, founding: &Founding) -> Result<Self> {
        let mut heard = Vec::new();
        while let Some(effect) = engine.poll_effect() {
            if let Effect::Publish { bytes } = effect {
                heard.push(bytes);
            }
        }
        Self::heard(heard, founding.workspace, founding.secret.clone())
    }

    fn heard(bytes: Vec<Vec<u8>>, workspace: WorkspaceId, secret: Secret) -> Result<Self> {
        let verify = |bytes: &Vec<u8>| Ok(Envelope::decode(bytes)?.verify(&workspace)?);
        let heard = bytes.iter().map(verify).collect::<Result<Vec<Verified>>>()?;
        let genesis = heard.iter().find_map(|first| genesis_of(first).ok()).context("no genesis")?;
        let mut keyring = Keyring::default();
        let keys = heard.iter().filter(|one| one.header().kind == Kind::KEYS);
        let mut payloads = keys.filter_map(|one| KeysPayload::decode(&one.envelope().change));
        keyring.add(&payloads.find_map(|keys| keys.unlock(&secret, &workspace)).context("no key")?);
        Ok(Self { heard: bytes, workspace, secret, genesis, keyring })
    }
}

impl Teller {
    fn new(at: usize) -> Self {
        let life = LifeId(derive16("cremona benches: first life", &[&at.to_be_bytes()]));
        Self { identity: identity(at), life, link: EnvelopeId::NONE, head: Head::EMPTY, chains: BTreeMap::new() }
    }

    fn save(&self) -> SavedTeller {
        let Head { seq, id, time, bytes } = self.head;
        let chains = self.chains.iter().map(|(doc, chain)| (doc.channel.0, doc.month, chain.seq, chain.hash)).collect();
        SavedTeller { life: self.life.0, link: self.link.0, seq, head: id.0, time: time.0, bytes, chains }
    }

    fn load(at: usize, saved: SavedTeller) -> Self {
        let SavedTeller { life, link, seq, head, time, bytes, chains } = saved;
        let head = Head { seq, id: EnvelopeId(head), time: Time(time), bytes };
        let chain = |(channel, month, seq, hash)| (DocId { channel: RecordId(channel), month }, Chain { seq, hash });
        let chains = chains.into_iter().map(chain).collect();
        Self { identity: identity(at), life: LifeId(life), link: EnvelopeId(link), head, chains }
    }

    /// The first words of a log.
    fn join(&mut self, tools: &Tools, time: Time) -> Result<Vec<u8>> {
        let invite = tools.secret.invite_key();
        let tips = [tools.genesis.envelope];
        let join = JoinPayload::new(&tools.genesis, &self.identity.device(), self.identity.box_key(), &invite, &tips);
        let place = self.place(tools, Kind::CONTROL, time);
        self.sign(Sealed::clear(&place, join.encode())?)
    }

    /// A new life, which links to the old one's head.
    fn renew(&mut self, tools: &Tools, time: Time) -> Result<Vec<u8>> {
        self.link = self.head.id;
        self.head = Head::EMPTY;
        self.life = LifeId(derive16("cremona benches: next life", &[&self.life.0]));
        self.chains.clear();
        self.join(tools, time)
    }

    /// A record in a document: its id, and the envelope in single form.
    fn say(&mut self, tools: &Tools, doc: DocId, edit: &Edit, time: Time) -> Result<(RecordId, Vec<u8>)> {
        let place = self.place(tools, Kind::CHANGE, time);
        let chain = self.chains.entry(doc).or_insert(Chain::START);
        let payload = chain.next(doc, edit.value.clone());
        let device = self.identity.device();
        let member = MemberId::of(&tools.workspace, &device);
        let stamp = Stamp { time: place.time, device, life: self.life, seq: place.seq, member };
        *chain = chain.accept(&stamp, &payload).map_err(|refused| anyhow::anyhow!("{refused}"))?.1;
        let epoch = tools.keyring.current().context("no key")?;
        let body = edit.body.as_deref().map_or(PlainBody::None, PlainBody::Text);
        let sealed = tools.keyring.seal(&epoch, &place, &payload.encode(), body)?.context("no key")?;
        let id = RecordId::of(&device, &self.life, place.seq);
        Ok((id, self.sign(sealed)?))
    }

    fn place(&self, tools: &Tools, kind: Kind, time: Time) -> Place {
        Place {
            kind,
            workspace: tools.workspace,
            device: self.identity.device(),
            life: self.life,
            seq: self.head.seq + 1,
            prev: if self.head.seq == 0 { self.link } else { self.head.id },
            time: time.max(self.head.time),
            bytes_before: self.head.bytes,
        }
    }

    fn sign(&mut self, sealed: Sealed) -> Result<Vec<u8>> {
        let verified = self.identity.sign(sealed);
        self.head = self.head.follow(verified.header(), verified.id())?;
        Ok(verified.envelope().encode())
    }
}

/// The keys of member number `at`.
fn identity(at: usize) -> Identity {
    let seed = |what: &str| *blake3::hash(format!("{what} of {at}").as_bytes()).as_bytes();
    Identity::from_seeds(&seed("signing"), &seed("boxing"))
}

fn settings(workspace: WorkspaceId, secret: &Secret, name: &str, guard: Option<Guard>) -> Settings {
    let random = *blake3::hash(b"cremona benches: random").as_bytes();
    let secret = secret.clone();
    Settings { workspace, secret, generation: 0, name: name.to_owned(), location: LOCATION, guard, random }
}

/// Hands an envelope to an engine as gossip; it has to be taken.
fn hand(engine: &mut Engine, bytes: Vec<u8>, now: Time) -> Result<()> {
    engine.handle(Input::Gossip { peer: Peer([1; 32]), token: 1, bytes }, now)?;
    let mut taken = false;
    while let Some(effect) = engine.poll_effect() {
        taken |= matches!(effect, Effect::Verdict { verdict: Verdict::Accept, .. });
    }
    ensure!(taken, "the engine did not take an envelope");
    Ok(())
}
