//! Vectors of the workspace key, envelopes, runs, fork proofs and guards.

use cremona_envelope::guard::Location;
use cremona_envelope::{
    Branch, Envelope, ForkProof, Guard, Handover, Header, Identity, Keyring, LifeId, Place, PlainBody, SIGNED_EVERY,
    Verified, encode_run,
};
use serde_json::{Value, json};

use crate::json::{hex, maybe};
use crate::story::{Said, Story, erased, log_of, person};

/// All of them.
pub(crate) fn vectors(story: &Story) -> Value {
    let people: serde_json::Map<_, _> =
        story.people.iter().map(|(name, who)| ((*name).to_owned(), device(who))).collect();
    let from_ana = log_of(&story.said, person("ana").device(), LifeId([1; 16]));
    let from_bo = log_of(&story.said, person("bo").device(), LifeId([2; 16]));
    json!({
        "workspace_key": workspace_key(story),
        "pairing": pairing(story),
        "devices": people,
        "epoch_key": hex(&story.epoch_key.0),
        "epoch": hex(&story.epoch_key.id().0),
        // Ana writes on and on: those envelopes stand in her run only.
        "envelopes": story.said.iter().filter(|one| one.what != "ana writes on").map(envelope).collect::<Value>(),
        "runs": [
            run("ana's log", &from_ana.iter().map(|one| one.envelope.envelope().clone()).collect::<Vec<_>>()),
            run("bo's log, its long text erased", &from_bo.iter().map(|one| without_long(one)).collect::<Vec<_>>()),
            run("bo's log after its first envelope", &from_bo[1..].iter().map(|one| one.envelope.envelope().clone()).collect::<Vec<_>>()),
        ],
        "erased": hex(&erased(&from_bo[1].envelope).encode()),
        "fork": fork(story, &from_bo),
        "guard": guard(&from_bo[1].envelope),
    })
}

fn workspace_key(story: &Story) -> Value {
    let key = &story.key;
    json!({
        "text": key.encode(),
        "generation": key.generation,
        "workspace": hex(&key.workspace.0),
        "secret": hex(&key.secret.0),
        "hints": key.hints,
        "knock_key": hex(&key.secret.knock_key()),
        "invite": hex(&key.secret.invite_key().verifying_key().to_bytes()),
        "lockbox_key": hex(&key.secret.lockbox_key()),
    })
}

/// The string that pairs a mailbox, what follows from it, and what is handed over.
fn pairing(story: &Story) -> Value {
    let string = story.pairing();
    let handover = Handover { workspace: story.key.workspace, knock: story.key.secret.knock_key() };
    json!({
        "text": string.encode(),
        "device": hex(&string.device.0),
        "token": hex(&string.token.0),
        "hints": string.hints,
        "place": hex(&string.token.workspace().0),
        "knock_key": hex(&string.token.knock_key()),
        "handover": hex(&handover.encode()),
    })
}

fn device(who: &Identity) -> Value {
    let (signing, boxing) = who.seeds();
    json!({
        "signing_seed": hex(&signing),
        "boxing_seed": hex(&boxing),
        "device": hex(&who.device().0),
        "box_key": hex(&who.box_key()),
    })
}

fn envelope(said: &Said) -> Value {
    let header = said.envelope.header();
    let plain = said.plain.as_ref();
    json!({
        "what": said.what,
        "single": hex(&said.envelope.envelope().encode()),
        "id": hex(&said.envelope.id().0),
        "log": hex(&header.log().0),
        "change": maybe(plain.map(|plain| plain.payload.encode()).as_deref()),
        "body": maybe(plain.and_then(|plain| plain.body.as_deref())),
    })
}

fn without_long(said: &Said) -> Envelope {
    if said.what == "bo answers at length" { erased(&said.envelope) } else { said.envelope.envelope().clone() }
}

/// A run with the signatures that it has to carry and no other.
fn run(what: &str, envelopes: &[Envelope]) -> Value {
    let last = envelopes.len() - 1;
    let sent: Vec<_> = envelopes
        .iter()
        .enumerate()
        .map(|(index, envelope)| {
            let signed = index == last || envelope.header.seq.is_multiple_of(SIGNED_EVERY);
            Envelope { signature: envelope.signature.filter(|_| signed), ..envelope.clone() }
        })
        .collect();
    let ids: Value = envelopes.iter().map(|envelope| hex(&envelope.header.id().0)).collect();
    json!({ "what": what, "bytes": hex(&encode_run(&sent)), "ids": ids })
}

/// Bo wrote two histories from his third envelope on.
fn fork(story: &Story, log: &[&Said]) -> Value {
    let here = Branch {
        headers: log[2..].iter().map(|one| one.envelope.header().clone()).collect(),
        signature: log.last().and_then(|one| one.envelope.envelope().signature).unwrap(),
    };
    let other = another_history(story, log[2].envelope.header());
    let there = Branch { headers: vec![other.header().clone()], signature: other.envelope().signature.unwrap() };
    let proof = ForkProof::new(here, there, &story.key.workspace).unwrap();
    json!({ "proof": hex(&proof.encode()), "log": hex(&proof.log().0), "seq": proof.seq() })
}

fn another_history(story: &Story, instead_of: &Header) -> Verified {
    let mut keyring = Keyring::default();
    let epoch = keyring.add(&story.epoch_key);
    let sealed = keyring.seal(&epoch, &Place::of(instead_of), b"another history", PlainBody::None).unwrap().unwrap();
    person("bo").sign(sealed)
}

fn guard(last: &Verified) -> Value {
    let header = last.header();
    let guard = Guard::new(&header.device, &Location([8; 32]), &header.life, header.seq, &last.id());
    json!({ "bytes": hex(&guard.encode()), "location": hex(&[8; 32]), "envelope": hex(&last.id().0), "seq": header.seq })
}
