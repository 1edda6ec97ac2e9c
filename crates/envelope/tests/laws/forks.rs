//! Proofs that a device wrote two histories.

use cremona_envelope::fork::{MAX_BRANCH, MAX_PROOF};
use cremona_envelope::{Branch, EnvelopeError, ForkError, ForkProof, Head, Verified, WorkspaceId};
use proptest::prelude::*;

use crate::people::{Log, cases, life, person, scaled, workspace};

/// The branch that these envelopes make, signed at their end.
fn branch(envelopes: &[Verified]) -> Branch {
    let last = envelopes.last().unwrap().envelope();
    Branch { headers: envelopes.iter().map(|one| one.header().clone()).collect(), signature: last.signature.unwrap() }
}

/// What bo says after `shared` envelopes, in a history told apart by `name`.
fn history(shared: u64, name: &str, count: usize) -> Vec<Verified> {
    let mut bo = Log::written_to("bo", shared);
    (0..count).map(|number| bo.says(&format!("{name} {number}"))).collect()
}

fn proof() -> ForkProof {
    ForkProof::new(branch(&history(3, "yes", 2)), branch(&history(3, "no", 5)), &workspace()).unwrap()
}

#[test]
fn two_histories_are_a_proof_of_where_they_part() {
    let proof = proof();
    assert_eq!((proof.device(), proof.life(), proof.seq()), (person("bo").device(), life(1), 4));
    assert_eq!(proof.log(), history(3, "yes", 1)[0].header().log());
}

#[test]
fn the_order_of_the_branches_does_not_matter() {
    let (one, other) = (branch(&history(3, "yes", 2)), branch(&history(3, "no", 5)));
    let there = ForkProof::new(one.clone(), other.clone(), &workspace()).unwrap();
    let back = ForkProof::new(other, one, &workspace()).unwrap();
    assert_eq!(there, back);
    assert_eq!(there.encode(), back.encode());
}

#[test]
fn the_longest_branches_are_within_the_stated_size() {
    let long = |name| branch(&history(3, name, MAX_BRANCH));
    let proof = ForkProof::new(long("yes"), long("no"), &workspace()).unwrap();
    assert_eq!(proof.encode().len(), MAX_PROOF);
    assert_eq!(ForkProof::decode(&proof.encode(), &workspace()), Ok(proof));

    let too_long = branch(&history(3, "yes", MAX_BRANCH + 1));
    let refused = ForkProof::new(too_long, long("no"), &workspace());
    assert_eq!(refused, Err(ForkError::Length(MAX_BRANCH + 1)));
    let empty = Branch { headers: Vec::new(), signature: [0; 64] };
    assert_eq!(ForkProof::new(empty, long("no"), &workspace()), Err(ForkError::Length(0)));
}

#[test]
fn a_fork_anywhere_can_be_proven_by_what_a_run_carries() {
    for shared in [1, 62, 63, 64, 65] {
        let next_signed = |name| {
            let all = history(shared, name, MAX_BRANCH);
            let end = all.iter().position(|one| one.header().seq.is_multiple_of(64)).unwrap();
            branch(&all[..=end])
        };
        let proof = ForkProof::new(next_signed("yes"), next_signed("no"), &workspace()).unwrap();
        assert_eq!(proof.seq(), shared + 1);
    }
}

#[test]
fn one_history_proves_nothing_however_it_is_cut() {
    let all = history(3, "yes", 6);
    for (one, other) in [(&all[..2], &all[..6]), (&all[..2], &all[1..3]), (&all[..1], &all[..1])] {
        let refused = ForkProof::new(branch(one), branch(other), &workspace());
        assert_eq!(refused, Err(ForkError::NoFork));
    }
}

#[test]
fn different_places_prove_nothing() {
    let bo = history(3, "yes", 1);
    let later = history(4, "no", 1);
    let mut cy = Log::written_to("cy", 3);
    let mut new_life = Log::of("bo", 2);
    new_life.chats(3);
    for other in [&later[..], &[cy.says("no")], &[new_life.says("no")]] {
        let refused = ForkProof::new(branch(&bo), branch(other), &workspace());
        assert_eq!(refused, Err(ForkError::NoFork));
    }
}

#[test]
fn nobody_else_can_make_the_proof() {
    let good = branch(&history(3, "yes", 2));
    let forged = Branch { signature: [3; 64], ..branch(&history(3, "no", 2)) };
    let refused = ForkProof::new(good.clone(), forged, &workspace());
    assert!(matches!(refused, Err(ForkError::Envelope(EnvelopeError::Signature(_)))));

    let mut broken = branch(&history(3, "no", 4));
    broken.headers.remove(1);
    assert_eq!(ForkProof::new(good.clone(), broken, &workspace()), Err(ForkError::Chain));

    let mut grafted = branch(&history(3, "no", 2));
    grafted.headers[0].tag[0] ^= 1;
    assert_eq!(ForkProof::new(good.clone(), grafted, &workspace()), Err(ForkError::Chain));

    let mut stolen = branch(&history(3, "no", 2));
    stolen.headers[0].device = person("cy").device();
    assert_eq!(ForkProof::new(good, stolen, &workspace()), Err(ForkError::Chain));
}

#[test]
fn a_new_life_that_links_to_the_old_one_is_not_a_branch_of_it() {
    let old = history(3, "yes", 1);
    let mut new_life = Log::of("bo", 2);
    new_life.head.id = old[0].id();
    let first = new_life.says("again");
    let both = branch(&[old[0].clone(), first]);
    let refused = ForkProof::new(both, branch(&history(3, "no", 2)), &workspace());
    assert_eq!(refused, Err(ForkError::Chain));
}

#[test]
fn a_branch_neither_changes_its_log_nor_skips_a_seq() {
    let shared = Log::written_to("bo", 3).head;
    let old = history(3, "yes", 1);
    let went_on = Head { seq: 4, id: old[0].id(), ..shared };
    for (number, seq) in [(2, 4), (1, 5)] {
        let mut odd = Log::of("bo", number);
        odd.head = Head { seq, ..went_on };
        let both = branch(&[old[0].clone(), odd.says("odd")]);
        let refused = ForkProof::new(both, branch(&history(3, "no", 2)), &workspace());
        assert_eq!(refused, Err(ForkError::Chain));
    }
}

#[test]
fn a_fork_of_another_workspace_is_none_of_ours() {
    let refused = ForkProof::decode(&proof().encode(), &WorkspaceId([9; 16]));
    assert!(matches!(refused, Err(ForkError::Envelope(EnvelopeError::Workspace(_)))));
}

#[test]
fn every_cut_and_every_extra_byte_is_noticed() {
    let bytes = proof().encode();
    for end in 0..bytes.len() {
        assert!(ForkProof::decode(&bytes[..end], &workspace()).is_err(), "cut at {end}");
    }
    assert_eq!(ForkProof::decode(&[bytes.clone(), vec![0]].concat(), &workspace()), Err(ForkError::Bytes));
    let mut huge = bytes;
    huge[1..3].fill(0xff);
    assert_eq!(ForkProof::decode(&huge, &workspace()), Err(ForkError::Length(65_535)));
}

proptest! {
    #![proptest_config(scaled(4))]

    #[test]
    fn a_proof_reads_back(shared in 1_u64..70, left in 1..MAX_BRANCH, right in 1..MAX_BRANCH) {
        let (one, other) = (branch(&history(shared, "yes", left)), branch(&history(shared, "no", right)));
        let proof = ForkProof::new(one, other, &workspace()).unwrap();
        prop_assert_eq!(proof.seq(), shared + 1);
        prop_assert_eq!(ForkProof::decode(&proof.encode(), &workspace()), Ok(proof));
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_changed_byte_never_makes_another_proof(place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = proof().encode();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        prop_assert!(ForkProof::decode(&bytes, &workspace()).is_err(), "byte {place}");
    }

    #[test]
    fn noise_is_refused_calmly(noise in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(ForkProof::decode(&noise, &workspace()).is_err());
        prop_assert!(ForkProof::decode(&[vec![1, 0, 1], noise].concat(), &workspace()).is_err());
    }
}
