//! Who founded the workspace and who owns a log; every way in which that is refused.

use cremona_envelope::control::{MAX_CITES, is_known, type_of};
use cremona_envelope::{
    ControlError, EnvelopeId, Genesis, GenesisPayload, JoinPayload, Kind, MemberId, Owner, Place, Sealed, Secret, Time,
    Verified, WorkspaceId, genesis_of, owner_of,
};
use minicbor::bytes::ByteArray;
use proptest::prelude::*;

use crate::people::{
    FOUNDED, Log, cases, genesis, genesis_envelope, genesis_payload, join, life, person, secret, with, workspace,
};

/// The first envelope of a log of `name` with this payload, elsewhere than usual if `change` says so.
fn first(name: &str, payload: Vec<u8>, change: impl FnOnce(&mut Place)) -> Verified {
    let mut place = Place { kind: Kind::CONTROL, time: FOUNDED, ..Log::of(name, 1).place() };
    change(&mut place);
    person(name).sign(Sealed::clear(&place, payload).unwrap())
}

fn joins(name: &str, payload: &JoinPayload) -> Result<Owner, ControlError> {
    owner_of(&first(name, payload.encode(), |_| {}), &genesis())
}

#[test]
fn ana_founds_a_workspace_that_is_named_after_its_genesis() {
    let genesis = genesis();
    let ana = person("ana").device();
    assert_eq!((genesis.workspace, genesis.founder, genesis.time), (workspace(), ana, FOUNDED));
    assert_eq!(genesis.member, MemberId::of(&workspace(), &ana));
    assert_eq!(genesis.payload, genesis_payload());
    let owner = Owner { member: genesis.member, box_key: person("ana").box_key() };
    assert_eq!(owner_of(&genesis_envelope(), &genesis), Ok(owner));
}

#[test]
fn a_founder_cannot_show_two_geneses_of_one_workspace() {
    let payload = genesis_payload().encode();
    let ana = person("ana").device();
    let other_workspace = Err(ControlError::OtherWorkspace(ana));
    let changes: [fn(&mut Place); 4] = [
        |place| place.life = life(2),
        |place| place.time = FOUNDED.plus(1),
        |place| place.bytes_before = 1,
        |place| place.prev = EnvelopeId([1; 32]),
    ];
    for change in changes {
        assert_eq!(genesis_of(&first("ana", payload.clone(), change)), other_workspace);
    }
    let reworded = with(genesis_payload(), |payload| payload.random = [3; 32]).encode();
    assert_eq!(genesis_of(&first("ana", reworded, |_| {})), other_workspace);
    let thief = genesis_of(&first("bo", payload, |_| {}));
    assert_eq!(thief, Err(ControlError::OtherWorkspace(person("bo").device())));
}

#[test]
fn what_does_not_start_a_log_is_no_genesis() {
    let ana = person("ana").device();
    let payload = genesis_payload().encode();
    let later = first("ana", payload.clone(), |place| place.seq = 2);
    let other_kind = first("ana", payload, |place| place.kind = Kind::KEYS);
    let a_join = first("ana", join("ana").encode(), |_| {});
    let noise = first("ana", vec![0xff; 9], |_| {});
    for envelope in [later, other_kind, a_join, noise] {
        assert_eq!(genesis_of(&envelope), Err(ControlError::Start(ana)));
    }
    let only_a_type = first("ana", vec![0xa1, 0x00, 0x01], |_| {});
    assert_eq!(genesis_of(&only_a_type), Err(ControlError::Payload(ana)));
}

#[test]
fn a_rule_for_joining_of_the_future_is_not_guessed_at() {
    let payload = with(genesis_payload(), |payload| payload.policy = 4).encode();
    let ana = person("ana").device();
    let workspace = GenesisPayload::workspace(&ana, &life(1), FOUNDED, &payload);
    let envelope = first("ana", payload, |place| place.workspace = workspace);
    assert_eq!(genesis_of(&envelope), Err(ControlError::Policy(ana, 4)));
}

#[test]
fn bo_joins_by_the_workspace_key() {
    let bo = person("bo");
    let owner = Owner { member: MemberId::of(&workspace(), &bo.device()), box_key: bo.box_key() };
    assert_eq!(joins("bo", &join("bo")), Ok(owner));
    let second_life = first("bo", join("bo").encode(), |place| {
        place.life = life(2);
        place.prev = EnvelopeId([8; 32]);
    });
    assert_eq!(owner_of(&second_life, &genesis()), Ok(owner), "every life starts with a join");
    let founder = joins("ana", &join("ana")).unwrap();
    assert_eq!(founder.member, genesis().member, "a founder's second life is the same member");
}

#[test]
fn a_log_that_starts_otherwise_belongs_to_nobody() {
    let bo = person("bo").device();
    let payload = join("bo").encode();
    let starts = [
        first("bo", payload.clone(), |place| place.seq = 2),
        first("bo", payload, |place| place.kind = Kind(9)),
        first("bo", vec![0xa1, 0x00, 0x18, 0x40], |_| {}),
        first("bo", genesis_payload().encode(), |_| {}),
        first("bo", vec![0x80], |_| {}),
        Log::of("bo", 1).says("no introduction"),
    ];
    for envelope in starts {
        assert_eq!(owner_of(&envelope, &genesis()), Err(ControlError::Start(bo)));
    }
    let only_a_type = first("bo", vec![0xa1, 0x00, 0x02], |_| {});
    assert_eq!(owner_of(&only_a_type, &genesis()), Err(ControlError::Payload(bo)));
}

#[test]
fn a_join_before_the_founding_is_refused() {
    let early = first("bo", join("bo").encode(), |place| place.time = Time(FOUNDED.0 - 1));
    assert_eq!(owner_of(&early, &genesis()), Err(ControlError::Time(person("bo").device())));
}

#[test]
fn a_join_of_another_workspace_is_refused() {
    let bo = person("bo").device();
    let elsewhere = first("bo", join("bo").encode(), |place| place.workspace = WorkspaceId([9; 16]));
    assert_eq!(owner_of(&elsewhere, &genesis()), Err(ControlError::OtherWorkspace(bo)));
    let other = Genesis { workspace: WorkspaceId([9; 16]), ..genesis() };
    let join = JoinPayload::new(&other, &bo, [1; 32], &secret().invite_key(), &[]);
    assert_eq!(joins("bo", &join), Err(ControlError::Member(bo)));
}

#[test]
fn a_join_by_an_unknown_invite_is_refused() {
    let bo = person("bo").device();
    let unknown = Err(ControlError::UnknownInvite(bo));
    assert_eq!(joins("bo", &with(join("bo"), |join| join.introduced = [1; 32])), unknown);
    assert_eq!(joins("bo", &with(join("bo"), |join| join.generation = 1)), unknown);
}

#[test]
fn nobody_joins_as_somebody_else() {
    let bo = person("bo").device();
    let as_ana = with(join("bo"), |join| join.member = genesis().member.0);
    assert_eq!(joins("bo", &as_ana), Err(ControlError::Member(bo)));
    assert_eq!(joins("cy", &join("bo")), Err(ControlError::Member(person("cy").device())), "a join that was overheard");
    let renamed = with(join("bo"), |join| join.member = MemberId::of(&workspace(), &person("cy").device()).0);
    assert_eq!(joins("cy", &renamed), Err(ControlError::Signature(person("cy").device())));
}

#[test]
fn nobody_joins_without_the_workspace_key() {
    let bo = person("bo");
    let outsider = Secret([99; 16]).invite_key();
    let forged = JoinPayload::new(&genesis(), &bo.device(), bo.box_key(), &outsider, &[]);
    assert_eq!(joins("bo", &forged), Err(ControlError::Signature(bo.device())));
    let swapped = with(join("bo"), |join| join.box_key = [1; 32]);
    assert_eq!(joins("bo", &swapped), Err(ControlError::Signature(bo.device())), "the box key is signed too");
    let mut weak = genesis();
    weak.payload.invite = [0; 32];
    let envelope = first("bo", join("bo").encode(), |_| {});
    assert_eq!(owner_of(&envelope, &weak), Err(ControlError::Signature(bo.device())));
}

#[test]
fn citations_are_few_and_sorted() {
    let bo = person("bo");
    let many: Vec<_> = (0..100).rev().map(|number| EnvelopeId([number; 32])).collect();
    let join = JoinPayload::new(&genesis(), &bo.device(), bo.box_key(), &secret().invite_key(), &many);
    assert_eq!(join.cites.len(), MAX_CITES);
    assert!(joins("bo", &join).is_ok());

    let refused = Err(ControlError::Cites(bo.device()));
    let cites = |numbers: &[u8]| numbers.iter().map(|number| ByteArray::from([*number; 32])).collect();
    for wrong in [cites(&[2, 1]), cites(&[1, 1]), cites(&(0..65).collect::<Vec<_>>())] {
        assert_eq!(joins("bo", &with(join.clone(), |join| join.cites = wrong)), refused);
    }
}

#[test]
fn a_field_of_the_future_is_ignored() {
    let mut payload = join("bo").encode();
    assert_eq!(payload[0], 0xa7, "a map of seven fields");
    payload[0] = 0xa8;
    payload.extend([0x18, 0x20, 0x61, b'?']);
    assert!(owner_of(&first("bo", payload, |_| {}), &genesis()).is_ok());
}

#[test]
fn types_are_known_in_their_own_kind_only() {
    let genesis = genesis_payload().encode();
    assert_eq!(type_of(&genesis), Some(1));
    assert!(is_known(Kind::CONTROL, &genesis) && !is_known(Kind::KEYS, &genesis));
    assert!(is_known(Kind::KEYS, &[0xa1, 0x00, 0x03]) && !is_known(Kind::CONTROL, &[0xa1, 0x00, 0x03]));
    assert!(!is_known(Kind::CONTROL, &[0xa1, 0x00, 0x06]) && !is_known(Kind::CONTROL, &[]));
}

#[test]
fn deep_nesting_is_read_without_a_deep_stack() {
    for opening in [0x81, 0x9f, 0xa1, 0xbf, 0xd8] {
        let mut payload = vec![0xa2, 0x00, 0x02, 0x18, 0x20];
        payload.resize(65_536, opening);
        assert_eq!(type_of(&payload), None);
    }
    let huge_array = [0xa2, 0x00, 0x02, 0x06, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert!(owner_of(&first("bo", huge_array.to_vec(), |_| {}), &genesis()).is_err());
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_changed_join_is_never_another_owner(place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut payload = join("bo").encode();
        let place = place.index(payload.len());
        payload[place] ^= flip;
        if let Ok(owner) = owner_of(&first("bo", payload, |_| {}), &genesis()) {
            let bo = person("bo");
            prop_assert_eq!(owner.member, MemberId::of(&workspace(), &bo.device()));
            prop_assert_eq!(owner.box_key, bo.box_key());
        }
    }

    #[test]
    fn noise_is_refused_calmly(noise in prop::collection::vec(any::<u8>(), 1..300)) {
        let noise = first("bo", noise, |_| {});
        prop_assert!(genesis_of(&noise).is_err() && owner_of(&noise, &genesis()).is_err());
        let _ = is_known(Kind::CONTROL, &noise.envelope().change);
    }
}
