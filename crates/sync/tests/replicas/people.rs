//! People who write: genesis, joins and sealed messages, real in all but what they say.

use cremona_envelope::seal::Cipher;
use cremona_envelope::{
    DeviceId, EpochKey, Genesis, GenesisPayload, Head, Identity, JoinPayload, Kind, LifeId, Place, PlainBody, Sealed,
    Secret, Time, Verified, WorkspaceId, genesis_of,
};

/// What all members share.
pub struct Team {
    pub founder: &'static str,
    pub workspace: WorkspaceId,
    pub genesis: Genesis,
    genesis_envelope: Verified,
    secret: Secret,
}

/// One device with one life of its log.
#[derive(Clone)]
pub struct Person {
    name: &'static str,
    pub life: LifeId,
    pub head: Head,
    /// Told into each message, so that two copies of a person say different things.
    pub mood: u8,
}

impl Team {
    pub fn founded_by(founder: &'static str) -> Self {
        let secret = Secret([7; 16]);
        let identity = identity(founder);
        let payload =
            GenesisPayload::new(identity.box_key(), [1; 32], secret.invite_key().verifying_key().to_bytes(), [2; 32])
                .encode();
        let life = life(founder, 0);
        let time = Time(1_795_000_000_000);
        let workspace = GenesisPayload::workspace(&identity.device(), &life, time, &payload);
        let place = Place {
            kind: Kind::CONTROL,
            workspace,
            device: identity.device(),
            life,
            seq: 1,
            prev: Head::EMPTY.id,
            time,
            bytes_before: 0,
        };
        let genesis_envelope = identity.sign(Sealed::clear(&place, payload).unwrap());
        let genesis = genesis_of(&genesis_envelope).unwrap();
        Self { founder, workspace, genesis, genesis_envelope, secret }
    }

    /// A person in a life of this number, who has said nothing in it.
    pub fn person(&self, name: &'static str, number: u16) -> Person {
        Person { name, life: life(name, number), head: Head::EMPTY, mood: 0 }
    }
}

impl Person {
    pub fn device(&self) -> DeviceId {
        identity(self.name).device()
    }

    /// The next envelope of this life: its start, and then messages.
    pub fn say(&mut self, team: &Team, now: Time) -> Verified {
        let said = if self.head.seq == 0 { self.start(team, now) } else { self.message(team, now, 40) };
        self.note(&said);
        said
    }

    /// A message with a body of this many bytes.
    pub fn say_long(&mut self, team: &Team, now: Time, bytes: usize) -> Verified {
        let said = self.message(team, now, bytes);
        self.note(&said);
        said
    }

    /// Starts a log with a message, which nobody may.
    pub fn intrude(&mut self, team: &Team, now: Time) -> Verified {
        let said = self.message(team, now, 40);
        self.note(&said);
        said
    }

    fn start(&self, team: &Team, now: Time) -> Verified {
        if self.name == team.founder && self.life == life(team.founder, 0) && self.mood == 0 {
            return team.genesis_envelope.clone();
        }
        let identity = identity(self.name);
        let invite = team.secret.invite_key();
        let cites = if self.mood == 0 { vec![] } else { vec![cremona_envelope::EnvelopeId([self.mood; 32])] };
        let join = JoinPayload::new(&team.genesis, &identity.device(), identity.box_key(), &invite, &cites);
        identity.sign(Sealed::clear(&self.place(team, Kind::CONTROL, now), join.encode()).unwrap())
    }

    fn message(&self, team: &Team, now: Time, bytes: usize) -> Verified {
        let text = vec![self.mood; bytes];
        let cipher = Cipher::new(&EpochKey([9; 32]));
        let place = self.place(team, Kind::CHANGE, now);
        identity(self.name).sign(cipher.seal(&place, b"a change", PlainBody::Text(&text)).unwrap())
    }

    fn place(&self, team: &Team, kind: Kind, now: Time) -> Place {
        Place {
            kind,
            workspace: team.workspace,
            device: self.device(),
            life: self.life,
            seq: self.head.seq + 1,
            prev: self.head.id,
            time: now,
            bytes_before: self.head.bytes,
        }
    }

    fn note(&mut self, said: &Verified) {
        let header = said.header();
        self.head = Head { seq: header.seq, id: said.id(), time: header.time, bytes: header.bytes };
    }
}

pub fn identity(name: &str) -> Identity {
    Identity::from_seeds(
        blake3::hash(name.as_bytes()).as_bytes(),
        blake3::hash(&[name.as_bytes(), b"box"].concat()).as_bytes(),
    )
}

fn life(name: &str, number: u16) -> LifeId {
    LifeId(cremona_envelope::ids::derive16("sync test: life", &[name.as_bytes(), &number.to_be_bytes()]))
}
