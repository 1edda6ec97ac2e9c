//! Laws of what pairs a mailbox: the string, what is handed over, and the announcement.

use cremona_envelope::{DeviceId, Handover, MailboxPayload, PairingError, PairingString, PairingToken, WorkspaceId};
use proptest::prelude::*;

fn string() -> PairingString {
    PairingString {
        device: DeviceId([7; 32]),
        token: PairingToken([9; 16]),
        hints: vec!["mail.example:4478".to_owned()],
    }
}

#[test]
fn the_string_has_90_letters_and_reads_back_however_it_was_pasted() {
    let text = string().encode();
    let (letters, hint) = text.split_once('@').unwrap();
    assert_eq!((letters.len(), hint), (90, "mail.example:4478"));
    let (first, rest) = text.split_at(40);
    for pasted in
        [text.clone(), text.to_uppercase().replace("MAIL.EXAMPLE", "mail.example"), format!("“{first}\n {rest}”")]
    {
        assert_eq!(PairingString::parse(&pasted), Ok(string()), "{pasted}");
    }
}

#[test]
fn a_wrong_letter_is_named_and_what_is_no_pairing_string_is_said_to_be_none() {
    let text = PairingString { hints: Vec::new(), ..string() }.encode();
    for index in 0..text.len() {
        let mut letters: Vec<char> = text.chars().collect();
        let right = letters[index];
        letters[index] = if right == 'q' { 'p' } else { 'q' };
        let typo: String = letters.iter().collect();
        let found = letters[index];
        let expected = PairingError::Typo { position: index + 1, found, instead: right };
        assert_eq!(PairingString::parse(&typo), Err(expected));
    }
    assert_eq!(PairingString::parse(&text[..60]), Err(PairingError::Length { found: 60 }));
    assert_eq!(PairingString::parse(" \n"), Err(PairingError::Empty));
    let key = "wsk1qyqqqqpgw2hd9u9yqatxzzk8hjkfc8y3qdesxwkdj0kfja9letly2tyt6g5hyvaf";
    assert_eq!(PairingString::parse(key), Err(PairingError::Prefix));
    let twice = format!("{text}@host:1{text}");
    assert_eq!(PairingString::parse(&twice), Err(PairingError::Hint("host:1".to_owned())), "no secret in an error");
}

#[test]
fn what_is_handed_over_reads_back_and_nothing_else_does() {
    let handover = Handover { workspace: WorkspaceId([1; 16]), knock: [2; 32] };
    let bytes = handover.encode();
    assert!(Handover::decode(&bytes) == Some(handover));
    for wrong in [&bytes[1..], &bytes[..48], b"", &[bytes.clone(), vec![0]].concat()[..]] {
        assert!(Handover::decode(wrong).is_none());
    }
}

#[test]
fn an_announcement_has_few_hints_and_no_others() {
    let device = DeviceId([7; 32]);
    let many: Vec<String> = (1..20).map(|port| format!("[2001:db8::1]:{port}")).collect();
    let said = MailboxPayload::new(&device, &many);
    assert_eq!((said.device(), said.hints().len()), (device, 8));
    assert_eq!(MailboxPayload::decode(&said.encode()), Some(said));
    let odd = MailboxPayload::new(&device, &["/ip4/1.2.3.4/tcp/1".to_owned()]);
    assert_eq!(MailboxPayload::decode(&odd.encode()), None);
}

proptest! {
    #[test]
    fn no_bytes_make_them_panic(bytes in prop::collection::vec(any::<u8>(), 0..120), text in ".{0,120}") {
        let _ = (Handover::decode(&bytes), MailboxPayload::decode(&bytes));
        let _ = (cremona_envelope::ErasePayload::decode(&bytes), PairingString::parse(&text));
    }
}
