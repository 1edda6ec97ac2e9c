//! A device with the key and no manners: it writes its envelopes by hand, and as many histories as it
//! likes.

use std::collections::BTreeMap;

use cremona_envelope::{
    Envelope, EpochKey, Genesis, Head, Identity, JoinPayload, Keyring, KeysPayload, Kind, LifeId, MemberId, Place,
    PlainBody, Sealed, Secret, SoftKind, Time, Verified, VerifiedSoft, WorkspaceId, genesis_of,
};
use cremona_model::{Chain, DocId, Edit, Stamp};

/// What one needs to write in a workspace.
pub struct Forger {
    identity: Identity,
    keyring: Keyring,
    secret: Secret,
    genesis: Genesis,
    workspace: WorkspaceId,
}

/// Where one history stands; a copy of it starts another.
#[derive(Clone)]
pub struct Pen {
    life: LifeId,
    head: Head,
    chains: BTreeMap<DocId, Chain>,
}

impl Pen {
    /// An empty log.
    #[must_use]
    pub fn new(life: u8) -> Self {
        Self { life: LifeId([life; 16]), head: Head::EMPTY, chains: BTreeMap::new() }
    }
}

impl Forger {
    /// A forger who was given the secret and the first envelopes of the founder.
    #[must_use]
    pub fn new(whose: &str, workspace: WorkspaceId, secret: &Secret, founding: &[Vec<u8>]) -> Self {
        let heard: Vec<Verified> = founding
            .iter()
            .map(|bytes| {
                Envelope::decode(bytes).expect("founders write envelopes").verify(&workspace).expect("and sign them")
            })
            .collect();
        let genesis = heard.iter().find_map(|first| genesis_of(first).ok()).expect("the genesis is among them");
        let mut keyring = Keyring::default();
        keyring.add(&epoch_key(&heard, workspace, secret));
        Self { identity: super::node::identity(whose), keyring, secret: secret.clone(), genesis, workspace }
    }

    /// The first words of a log.
    pub fn join(&self, pen: &mut Pen, time: Time) -> Vec<u8> {
        let invite = self.secret.invite_key();
        let device = self.identity.device();
        let join = JoinPayload::new(&self.genesis, &device, self.identity.box_key(), &invite, &[self.genesis.envelope]);
        self.clear(pen, Kind::CONTROL, join.encode(), time)
    }

    /// Anything in clear, of any kind.
    pub fn clear(&self, pen: &mut Pen, kind: Kind, payload: Vec<u8>, time: Time) -> Vec<u8> {
        let sealed = Sealed::clear(&self.place(pen, kind, time), payload).expect("forgers stay within limits");
        sign(pen, &self.identity, sealed)
    }

    /// A word of soft state, whatever it says.
    pub fn word(&self, kind: SoftKind, payload: Vec<u8>, time: Time) -> Vec<u8> {
        VerifiedSoft::say(&self.identity, kind, &self.workspace, time, payload).expect("it is short").encode()
    }

    /// A record in a document.
    pub fn say(&self, pen: &mut Pen, doc: DocId, edit: &Edit, time: Time) -> Vec<u8> {
        self.value(pen, doc, edit.value.clone(), edit.body.as_deref(), time)
    }

    /// Any value in a document.
    pub fn value(&self, pen: &mut Pen, doc: DocId, value: Vec<u8>, body: Option<&[u8]>, time: Time) -> Vec<u8> {
        let place = self.place(pen, Kind::CHANGE, time);
        let chain = pen.chains.entry(doc).or_insert(Chain::START);
        let payload = chain.next(doc, value);
        let device = self.identity.device();
        let member = MemberId::of(&self.workspace, &device);
        let stamp = Stamp { time: place.time, device, life: pen.life, seq: place.seq, member };
        *chain = chain.accept(&stamp, &payload).expect("it is the next one").1;
        let epoch = self.keyring.current().expect("the forger was given the key");
        let body = body.map_or(PlainBody::None, PlainBody::Text);
        let sealed = self
            .keyring
            .seal(&epoch, &place, &payload.encode(), body)
            .expect("within limits")
            .expect("the key is held");
        sign(pen, &self.identity, sealed)
    }

    fn place(&self, pen: &Pen, kind: Kind, time: Time) -> Place {
        Place {
            kind,
            workspace: self.workspace,
            device: self.identity.device(),
            life: pen.life,
            seq: pen.head.seq + 1,
            prev: pen.head.id,
            time: time.max(pen.head.time),
            bytes_before: pen.head.bytes,
        }
    }
}

fn sign(pen: &mut Pen, identity: &Identity, sealed: Sealed) -> Vec<u8> {
    let verified = identity.sign(sealed);
    pen.head = pen.head.follow(verified.header(), verified.id()).expect("it is the next one");
    verified.envelope().encode()
}

fn epoch_key(heard: &[Verified], workspace: WorkspaceId, secret: &Secret) -> EpochKey {
    let keys = heard.iter().filter(|envelope| envelope.header().kind == Kind::KEYS);
    let mut unlocked =
        keys.filter_map(|envelope| KeysPayload::decode(&envelope.envelope().change)?.unlock(secret, &workspace));
    unlocked.next_back().expect("the founder's key is among them")
}
